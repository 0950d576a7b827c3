"""One utterance, heard by two recognisers: what they make of it, and whether to believe it. Vosk's JSON stays here."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from voiceguide.ears.agreement import SPEEDS, agreed, at_speed
from voiceguide.ears.behind_talk import (
    SURE_BEHIND_KNOWN_TALK,
    SURE_BEHIND_TALK,
    reply_before_talk,
    reply_behind_talk,
    said_last,
    talk_is_known,
)
from voiceguide.ears.decision import NOTHING, Decision, Weighed
from voiceguide.ears.hypothesis import UNKNOWN, Hypothesis, Roles, Word
from voiceguide.events import SAMPLE_RATE, Belief, Samples
from voiceguide.loudness import dbfs

_BEFORE_SAMPLES, _BEHIND_SAMPLES = round(0.25 * SAMPLE_RATE), round(0.3 * SAMPLE_RATE)
# The recogniser wants to hear a little around her words: it looks 0.2 s ahead.


class VoskTurn:
    """One utterance. Two recognisers hear it: one knows the phrases, its rival only "some speech or
    other".
    """

    def __init__(
        self,
        vosk: Any,
        model: Any,
        grammar: Sequence[str],
        decision: Decision,
        roles: Roles,
        most: Mapping[str, float],
    ) -> None:
        self._vosk, self._model = vosk, model
        self._decision = decision
        self._roles = roles
        self._most = most
        self._grammar = grammar
        self._phrases = _Hearing(vosk, model, [*grammar, UNKNOWN], decision.against_rival)
        self._rival = _Hearing(vosk, model, [UNKNOWN], True) if decision.against_rival else None

    def accept(self, samples: Samples) -> None:
        self._phrases.accept(samples)
        if self._rival is not None:
            self._rival.accept(samples)

    def partial(self) -> str:
        return self._phrases.partial()

    def result(self, thorough: bool = True) -> Belief:
        """What is made of it all; to be asked once. `thorough`: what is doubtful is heard again, up to three times."""
        heard = self._heard()
        if self._rival is None:
            return self._decision.judge(self._decision.weigh(heard, None, self._roles))
        part = self._decision.her_part(heard)
        if part is None:
            return self._judged(heard, thorough)
        # What she said, without what a television said before and after it: for each of its words the phrases pay the
        # choice among them all and the rival nothing, so that hers would be weighed against those as well.
        hers = self._anew(self._cut(*part))
        return hers._judged(hers._heard(), thorough)

    def _judged(self, heard: Hypothesis, thorough: bool) -> Belief:
        belief = self._decision.judge(self._settled(heard, thorough))
        if belief.text:
            last = said_last(heard.words, self._roles)
            return belief._replace(guess=last) if last and belief.text.endswith(last) else belief
        behind = self._behind_talk(heard, thorough)
        if behind.text:
            return behind
        guesses = [each for each in (belief, behind) if each.guess]
        if not guesses and (before := self._before_talk(heard, thorough)).guess:
            return before
        return max(guesses, key=lambda each: each.confidence, default=belief)

    def _behind_talk(self, heard: Hypothesis, thorough: bool) -> Belief:
        """The reply behind what is no phrase, heard by itself: beside it any phrase would be weighed for all of it."""
        begins_seconds = reply_behind_talk(heard.words, self._roles)
        if begins_seconds is None:
            return NOTHING
        last = heard.words[-1]
        belief = self._by_itself(begins_seconds, last.start_seconds + last.seconds, thorough)
        known = talk_is_known(heard.words, begins_seconds)
        if belief.confidence >= (SURE_BEHIND_KNOWN_TALK if known else SURE_BEHIND_TALK):
            return belief
        return Belief("", belief.confidence, belief.text)

    def _before_talk(self, heard: Hypothesis, thorough: bool) -> Belief:
        """The same of a reply before it: at most asked about, for she has gone on to say something else."""
        ends_seconds = reply_before_talk(heard.words, self._roles)
        if ends_seconds is None or not thorough:
            return NOTHING
        belief = self._by_itself(heard.words[0].start_seconds, ends_seconds, thorough)
        return Belief("", belief.confidence, belief.text)

    def _by_itself(self, start_seconds: float, end_seconds: float, thorough: bool) -> Belief:
        """Not cut once more: what sounds otherwise by itself is not surely a reply."""
        reply = self._anew(self._cut(start_seconds, end_seconds))
        return self._decision.judge(reply._settled(reply._heard(), thorough))

    def _settled(self, heard: Hypothesis, thorough: bool) -> Weighed | None:
        """How sure it is, heard again where that is doubtful."""
        weighed = self._weigh(heard)
        if not (thorough and self._decision.is_doubtful(weighed)):
            return weighed
        words = [word for word in heard.words if word.text != UNKNOWN]
        return self._agreed(weighed, self._cut(words[0].start_seconds, words[-1].start_seconds + words[-1].seconds))

    def _agreed(self, first: Weighed | None, samples: Samples) -> Weighed | None:
        """The same once more at each speed, until it is settled."""
        hearings, weighed = [first], first
        for speed in SPEEDS:
            hearings.append(self._weighed_anew(at_speed(samples, speed)))
            weighed = agreed(hearings, self._roles, self._decision.agreement_allowance)
            if self._decision.is_settled(weighed):
                break
        return weighed

    def _weighed_anew(self, samples: Samples) -> Weighed | None:
        turn = self._anew(samples)  # gone when this returns: only one at a time is in memory
        return turn._weigh(turn._heard())

    def _heard(self) -> Hypothesis:
        return self._phrases.hypothesis().without_false_strings(self._roles)

    def _weigh(self, heard: Hypothesis) -> Weighed | None:
        assert self._rival is not None
        rival = self._rival.hypothesis()
        beside = heard.words_beside(self._roles)
        if beside:
            too = self._hears_it_too(beside)
            rival = max(rival, too, key=lambda each: each.log_likelihood)
        choice = self._dearer_than(2)  # the rival has its one word, or the end
        return self._decision.weigh(heard, rival, self._roles, self._most, choice)

    def _cut(self, start_seconds: float, end_seconds: float) -> Samples:
        """Of what was heard, with a little around it."""
        start, end = round(start_seconds * SAMPLE_RATE), round(end_seconds * SAMPLE_RATE)
        return self._phrases.audio()[max(0, start - _BEFORE_SAMPLES) : end + _BEHIND_SAMPLES]

    def _anew(self, samples: Samples) -> VoskTurn:
        self._phrases.close()  # or twice as much memory would be needed
        if self._rival is not None:
            self._rival.close()
        turn = VoskTurn(self._vosk, self._model, self._grammar, self._decision, self._roles, self._most)
        turn.accept(samples)
        return turn

    def _hears_it_too(self, beside: frozenset[str]) -> Hypothesis:
        """嗯，好的，下一步: the rival may hear the chatter too, so that only 下一步 is weighed; and it pays for each
        such word what the choice among all the phrases costs."""
        rival = _Hearing(self._vosk, self._model, [UNKNOWN, *sorted(beside)], True)
        rival.accept(self._phrases.audio())
        hypothesis = rival.hypothesis()
        count = sum(word.text in beside for word in hypothesis.words)
        paid = count * self._dearer_than(len(beside) + 1)
        return replace(hypothesis, log_likelihood=hypothesis.log_likelihood - paid)

    def _dearer_than(self, choices: int) -> float:
        """What the choice of a word among all phrases costs more than among so many."""
        return math.log(len(self._grammar) + 1) - math.log(choices)


class _Hearing:
    """A KaldiRecognizer and what it has said so far: Vosk starts afresh whenever *it* thinks an
    utterance is over.
    """

    def __init__(self, vosk: Any, model: Any, grammar: Sequence[str], with_likelihood: bool) -> None:
        # json.dumps of a list, always: anything else can crash the process.
        self._kaldi = vosk.KaldiRecognizer(model, float(SAMPLE_RATE), json.dumps(grammar, ensure_ascii=False))
        self._kaldi.SetWords(True)
        if with_likelihood:
            self._kaldi.SetMaxAlternatives(1)  # then "confidence" is the log likelihood of the whole
        self._words: list[Word] = []
        self._log_likelihood = 0.0
        self._heard: list[Samples] = []

    def accept(self, samples: Samples) -> None:
        self._heard.append(samples)
        if self._kaldi.AcceptWaveform(samples.tobytes()):
            self._take(json.loads(self._kaldi.Result()))

    def audio(self) -> Samples:
        """All that was accepted."""
        return np.concatenate(self._heard)

    def partial(self) -> str:
        said = [word.text for word in self._words]
        said += json.loads(self._kaldi.PartialResult()).get("partial", "").split()
        return "".join(said)

    def close(self) -> None:
        """Give the memory back: nothing may be asked any more but what it heard."""
        self._kaldi = None

    def hypothesis(self) -> Hypothesis:
        self._take(json.loads(self._kaldi.FinalResult()))
        return Hypothesis(tuple(self._words), self._log_likelihood)

    def _take(self, result: Mapping[str, Any]) -> None:
        best = result["alternatives"][0] if result.get("alternatives") else result
        self._log_likelihood += best.get("confidence", 0.0)
        if not best.get("result"):
            return
        whole = self.audio()
        for word in best["result"]:
            part = whole[round(word["start"] * SAMPLE_RATE) : round(word["end"] * SAMPLE_RATE)]
            seconds = word["end"] - word["start"]
            self._words.append(
                Word(word["word"], seconds, word.get("conf", 1.0), dbfs(part), word["start"])
            )
