"""From a wish to words: a wording of phrases.toml or of the guide, with the hesitations and politeness of one elder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voiceguide.bench.elders import Elder
from voiceguide.bench.people import people
from voiceguide.bench.plan import rng_for
from voiceguide.bench.whereabouts import ASK, STEP, Whereabouts
from voiceguide.events import Prompt
from voiceguide.guides.guide import Guide
from voiceguide.understanding.answers import Asking
from voiceguide.understanding.wordings import Wordings

COMPLAINT = "complaint"
"""A wish that is no intent: take back what you just did."""
OWN_WORDS_OF_PROMPT = 0.4
"""Of the answers in her own words, so many echo what the prompt said instead of naming a command."""
MOST_DOUBLED = 4
"""Hanzi of what is said twice in one breath."""
PAUSE_BETWEEN_SECONDS = 0.35


@dataclass(frozen=True)
class Piece:
    """What is said in one breath, and the pause behind it."""

    text: str
    pause_seconds: float = 0.0


@dataclass(frozen=True)
class Phrased:
    """One utterance."""

    pieces: tuple[Piece, ...]
    means: frozenset[str]
    """Intents that would be right to understand."""
    hesitant: bool
    """With a pause within."""

    @property
    def text(self) -> str:
        return "，".join(piece.text for piece in self.pieces)


class Phrasing:
    """One elder's way of putting things."""

    def __init__(
        self,
        elder: Elder,
        guide: Guide,
        wordings: Wordings,
        rng: np.random.Generator,
        can_say: Callable[[str], bool] = lambda text: True,
    ) -> None:
        """`can_say`: False for what her voice was not recorded for; she then finds other words."""
        self._elder, self._guide, self._wordings, self._rng = elder, guide, wordings, rng
        self._asking = Asking(wordings.lists["asking.before"], wordings.lists["asking.or"])
        # Of its own, so that this habit changes nothing else about her.
        self._doubles_rng = rng_for(elder.seed, "doubled", elder.number)
        self._can_say = can_say
        self._assent = {text for intent in ("yes", "next") for text in wordings.heard[intent]}

    def put(self, wish: str, here: Whereabouts, prompt: Prompt | None, *, asked: bool = False) -> Phrased:
        """`prompt`: what stands there; `asked`: the guide has asked whether it is done."""
        core, echoes_prompt = self._core(wish, here, prompt)
        means = {wish, "yes"} if echoes_prompt else {wish}
        if asked and wish in ("next", "yes"):
            means = {"next", "yes"}
        if wish == COMPLAINT:
            means = set(people().complaint_means)
        if self._doubles_rng.random() < self._elder.doubles and len(core) <= MOST_DOUBLED:
            core *= 2
        pieces, hesitant = self._hesitating(core)
        return Phrased(tuple(self._wrapped(pieces)), frozenset(means), hesitant)

    def aside(self) -> Phrased:
        """To somebody else."""
        return Phrased((Piece(self._one(people().asides)),), frozenset(), False)

    def _core(self, wish: str, here: Whereabouts, prompt: Prompt | None) -> tuple[str, bool]:
        """The words themselves, and whether they repeat what the prompt said instead of naming a command."""
        if wish == COMPLAINT:
            return self._one(people().complaints), False
        if wish.startswith("trouble:"):
            trouble = self._guide.trouble(here.step, wish.removeprefix("trouble:"))
            return self._often([phrase.text for phrase in trouble.heard]), False
        known = self._wordings.heard[wish]
        if wish in ("yes", "no") and here.kind == ASK:
            answers = self._guide.checklists[here.name].causes[here.cause].answers
            hers, others = ("是", "不是") if wish == "yes" else ("不是", "是")
            if self._rng.random() > self._elder.memory:
                return self._one(answers[hers]), False
            return self._often([text for text in known if text not in answers[others]]), False
        if wish != "next" or prompt is None:
            return self._often(known), False
        words = [
            (words, condition) for words, condition in self._asking.echoes(prompt.text) if words in known
        ]
        if words and self._rng.random() < self._elder.memory:
            return words[0][0], False
        own = [condition for _, condition in words]
        if here.kind == STEP:
            own += self._guide.step(here.step).answers.get("好了", ())
        if own and self._rng.random() < OWN_WORDS_OF_PROMPT:
            return self._one(own), True
        return self._often(known), False

    def _hesitating(self, core: str) -> tuple[list[Piece], bool]:
        """A pause inside the phrase, and a filler before it or in the pause."""
        elder, rng = self._elder, self._rng
        filler = self._one(people().fillers) if rng.random() < elder.fillers else ""
        pause = float(np.clip(elder.hesitation_seconds * np.exp(rng.normal(0, 0.3)), 0.2, 2.0))
        hesitant = rng.random() < elder.hesitates
        cuts = [cut for cut in range(1, len(core)) if core[cut - 1] not in people().no_pause_behind]
        if hesitant and len(core) >= 3 and cuts:
            cut = cuts[int(rng.integers(len(cuts)))]
            pieces = [
                Piece(core[:cut], pause),
                *([Piece(filler, pause / 2)] if filler else []),
                Piece(core[cut:]),
            ]
            return pieces, True
        if filler:
            return [Piece(filler, pause if hesitant else 0.15), Piece(core)], hesitant
        return [Piece(core)], False

    def _wrapped(self, pieces: list[Piece]) -> Sequence[Piece]:
        rng = self._rng
        if rng.random() >= self._elder.chattiness:
            return pieces
        lists = self._wordings.lists
        if rng.random() < 0.5:
            calls = [text for text in lists["chatter.beside"] if text not in self._assent]
            remarks = [text for text in lists["chatter.remarks"] if not text.startswith(people().announcing)]
            before = self._one(remarks if rng.random() < 0.5 else calls)
            pieces = [Piece(before, PAUSE_BETWEEN_SECONDS), *pieces]
        if rng.random() < 0.7:
            *first, last = pieces
            pieces = [*first, Piece(last.text, PAUSE_BETWEEN_SECONDS), Piece(self._one(people().thanks))]
        return pieces

    def _one(self, texts: Sequence[str]) -> str:
        sayable = [text for text in texts if self._can_say(text)] or list(texts)
        return sayable[int(self._rng.integers(len(sayable)))]

    def _often(self, texts: Sequence[str]) -> str:
        """The wordings written first are the commonest."""
        sayable = [text for text in texts if self._can_say(text)] or list(texts)
        weights = 1.0 / (np.arange(len(sayable)) + 2.0)
        return sayable[int(self._rng.choice(len(sayable), p=weights / weights.sum()))]
