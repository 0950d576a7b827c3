"""Vosk behind a door: phrases and samples in, text and confidence out."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voiceguide.ears import EarsError, automaton, graph, model_files, pronunciations, vocabulary
from voiceguide.ears.decision import Decision
from voiceguide.ears.hypothesis import Roles
from voiceguide.ears.turn import VoskTurn
from voiceguide.ears.vocabulary import DESCRIPTION, Sounds
from voiceguide.ears.vosk_library import import_vosk, load_model
from voiceguide.ears.wordlist import segmented
from voiceguide.events import Phrase, Reading
from voiceguide.refusals import in_words

logger = logging.getLogger(__name__)

_CHEAPER_CHOICE = 2.0
# Vosk asks a little less than the logarithm of their number for the choice of a phrase.
_KEPT_GRAPHS = 4
# Vocabularies kept in the cache: one a guide and version; each is a few hundred kilobytes.
_MAKERS = (graph, pronunciations, automaton, vocabulary)
# Whose code makes a vocabulary: one that older code made is of no use.


class Recogniser:
    """One model in memory."""

    def __init__(self, model: Path, cache: Path, decision: Decision | None = None) -> None:
        """`cache`: where compiled vocabularies and marks of sound models are kept; need not be writable. `decision`:
        another than the model's own.

        Raises EarsError: no-model, bad-model, wrong-language, no-vosk.
        """
        self.folder = model
        self._cache = cache
        self._vosk = import_vosk()
        self._own = graph.can_compile(model)
        model_files.check_folder(model)
        model_files.check_content(model, cache)
        try:
            self._decision = decision or Decision.of(model)
            self._sounds = Sounds.of(model) if self._own else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise model_files.damaged(model, f"{DESCRIPTION} 读不懂（{error}）") from error
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._words: dict[Reading, str | None] = {}  # None: the model cannot hear this reading
        self._phrases: tuple[Phrase, ...] = ()
        self._surprise_of: dict[str, float] = {}
        self._model: Any = None
        if not self._own:
            self._model = self._load(model)
            model_files.check_language(model, self._knows)

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """Give the model these phrases as words, if it is of our own making; others come with their
        vocabulary.
        """
        if self._sounds is None:
            return
        self._phrases = tuple(phrases)
        self._words = {}
        for phrase in phrases:
            strange = [each for each in phrase.reading if not self._sounds.can_spell(each)]
            if strange or not phrase.reading:
                logger.warning(
                    "识别模型没有“%s”的读音（%s），这个说法听不到。", phrase.text, " ".join(strange)
                )
                self._words[phrase.reading] = None
            else:
                # Of phrases that sound alike the first stands for all: two would only share the
                # recogniser's confidence.
                self._words.setdefault(phrase.reading, phrase.text)
        strung = {each.text: [one.reading for one in each.strung] for each in phrases if each.strung}
        words: dict[str, list[Reading]] = {}
        for reading, text in self._words.items():
            if text is not None and text not in strung:
                words.setdefault(text, []).append(reading)
        less_likely = self._surprise(phrases)
        self._surprise_of = {
            word: max(map(self._sounds.surprise, readings)) - self._sounds.costs["word"] - less_likely[word]
            for word, readings in words.items()
        }
        beside = {self._words[phrase.reading] for phrase in phrases if phrase.beside}
        meanings = {
            phrase.text: phrase.meaning for phrase in phrases if self._words[phrase.reading] == phrase.text
        }
        then: dict[str, set[str]] = {}
        for phrase in phrases:  # of which some may come from where less was expected
            then.setdefault(phrase.meaning, set()).update(phrase.then)
        self._model = self._load(
            self._compiled(
                words,
                sorted(text for text in beside if text is not None),
                less_likely,
                strung,
                meanings,
                {meaning: sorted(others) for meaning, others in then.items() if others},
            )
        )

    def turn(self, phrases: Sequence[Phrase]) -> VoskTurn:
        """A new recogniser for one utterance. Raises EarsError."""
        if self._own:
            unprepared = [phrase for phrase in phrases if phrase.reading not in self._words]
            if self._model is None or unprepared:
                self.prepare([*self._phrases, *unprepared])
            times: dict[str, int] = {}
            for phrase in phrases:
                word = self._words[phrase.reading]
                if word is not None:
                    times[word] = max(phrase.times, times.get(word, 1))
            # Vosk counts how often a word stands in the list.
            grammar = [word for word, count in times.items() for _ in range(count)]
        else:
            grammar = segmented(phrases, self._knows)
            times = {}
        return VoskTurn(
            self._vosk, self._model, grammar, self._decision, self._roles(phrases), self._most(times)
        )

    def _most(self, times: Mapping[str, int]) -> dict[str, float]:
        """What each phrase could gain on "any speech": its sounds' surprise less what it costs to be said at all, as
        one of so many phrases.
        """
        choice = math.log(sum(times.values()) + 1) - _CHEAPER_CHOICE
        return {
            word: self._surprise_of[word] - choice + math.log(count)
            for word, count in times.items()
            if word in self._surprise_of
        }

    def _roles(self, phrases: Sequence[Phrase]) -> Roles:
        """Which words of the grammar are more than commands. Another maker's words are parts of phrases."""
        if not self._own:
            return Roles()
        words = [(word, phrase) for phrase in phrases if (word := self._words[phrase.reading]) is not None]

        def those(role: str) -> frozenset[str]:
            return frozenset(word for word, phrase in words if getattr(phrase, role))

        spotted = those("spotted")
        return Roles(
            chatter=those("beside") - spotted,
            spotted=spotted,
            fillers=those("filler") - spotted,
            idle=those("idle"),
            asked=those("asked"),
            expected=those("expected"),
            strung=those("strung"),
            meanings={word: phrase.meaning for word, phrase in words if phrase.meaning},
        )

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _surprise(self, phrases: Sequence[Phrase]) -> dict[str, float]:
        """How much less likely than the usual phrases each other one is."""
        assert self._sounds is not None
        found: dict[str, float] = {}
        for phrase in phrases:
            word, kind = self._words[phrase.reading], "spotted" if phrase.spotted else "unusual"
            if word is not None:  # words that sound alike are as likely as the likeliest
                cost = (0.0 if phrase.usual else self._sounds.costs[kind]) - phrase.ease
                cost += self._sounds.costs.get("thinking", 0.0) if phrase.filler else 0.0
                found[word] = min(cost, found.get(word, cost))
        return found

    def _compiled(
        self,
        words: Mapping[str, Sequence[tuple[str, ...]]],
        beside: Sequence[str],
        surprise: Mapping[str, float],
        strung: Mapping[str, Sequence[tuple[str, ...]]],
        meanings: Mapping[str, str],
        then: Mapping[str, Sequence[str]],
    ) -> Path:
        given = json.dumps([words, beside, surprise, strung, meanings, then], sort_keys=True)
        digest = hashlib.sha256(given.encode())
        # Everything that is copied into what is compiled, or made it.
        copied = [path for name in ("am", "conf") for path in sorted((self.folder / name).iterdir())]
        makers = [Path(module.__file__) for module in _MAKERS if module.__file__]
        for path in (*copied, self.folder / DESCRIPTION, *makers):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        folder = self._cache / "vocabularies"
        target = folder / digest.hexdigest()[:24]
        try:
            if not model_files.is_sealed(target):  # a power cut may have left files of zeros
                fresh = folder / f"{target.name}.{os.getpid()}"
                graph.compile_graph(self.folder, words, fresh, beside, surprise, strung, meanings, then)
                model_files.seal(fresh)
                model_files.publish(fresh, target)
                _forget_old(folder)
            return target
        except OSError as error:
            logger.warning("缓存目录不能写（%s），识别词表改放在临时目录。", in_words(error))
        try:
            self._temporary = tempfile.TemporaryDirectory(prefix="voiceguide-", ignore_cleanup_errors=True)
            target = Path(self._temporary.name) / "vocabulary"
            graph.compile_graph(self.folder, words, target, beside, surprise, strung, meanings, then)
        except OSError as error:
            raise EarsError(
                "no-space", f"识别词表写不进磁盘（{error}）。", "请清理磁盘空间后再试。"
            ) from error
        return target

    def _load(self, folder: Path) -> Any:
        try:
            return load_model(self._vosk, folder)
        except Exception as error:  # vosk raises nothing more precise
            raise model_files.damaged(self.folder, "Vosk 打不开它") from error


def _forget_old(folder: Path) -> None:
    kept = sorted(
        (path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime_ns
    )
    for path in kept[:-_KEPT_GRAPHS]:
        shutil.rmtree(path, ignore_errors=True)
