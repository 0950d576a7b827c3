"""Writes down what was said in the model's own sounds: no words are known, any syllable may follow any other.

    repetition -> strings of syllables, the likeliest first      (what might she be saying?)
    strings, repetition -> how well each explains it             (which of them does she always say?)

After SALAAM (Qiao, Sherwani, Rosenfeld 2010): a recogniser of another language, listening to sounds alone, is
good enough to tell a few dozen words apart. Only models of our own making can be asked.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from voiceguide.ears import EarsError, model_files
from voiceguide.ears.files import recognise_file
from voiceguide.ears.graph import can_compile, write_model
from voiceguide.ears.vocabulary import Entry, Sounds
from voiceguide.ears.vosk_library import import_vosk, load_model
from voiceguide.events import SAMPLE_RATE, Belief, NoInput, Phrase, Reading, Samples

GUESSES = 12
"""Strings taken from one repetition."""

SYLLABLE_COST = 0.0
"""Of each syllable, in nats. In the model's own vocabulary it is 6, for there a single syllable is hardly ever what was
said; here two of three words of two syllables lost one or both by it (72 takes of six voices of the training)."""

LATTICE_BEAM = 6.0
"""The recogniser asks for the best path alone and has 2; with that the string she said is among the guesses for 58 of
those 72, with 6 for 63, with 10 for 63."""

QUIET_SECONDS = 0.4
"""Silence put around what is to be written down: the decoder looks a third of a second ahead."""


@dataclass(frozen=True)
class Guess:
    """One string of sounds that may have been said."""

    reading: Reading
    log_likelihood: float


def sounds_id(model: Path) -> str:
    """The same for models whose sounds have the same names; "" for models that cannot be taught.

    Raises EarsError(bad-model) where the description is damaged.
    """
    if not can_compile(model):
        return ""
    try:
        return hashlib.sha256(" ".join(Sounds.of(model).phones).encode()).hexdigest()[:16]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise model_files.damaged(model, f"voiceguide.json 读不懂（{error}）") from error


class Transcriber:
    """One model, listening to sounds alone. Close it: its vocabularies lie in a temporary folder."""

    def __init__(self, model: Path) -> None:
        """Raises EarsError: no-vosk, bad-model, cannot-learn, no-space."""
        self.sounds_id = sounds_id(model)
        if not self.sounds_id:
            raise EarsError(
                "cannot-learn",
                f"这个识别模型学不了新说法：{model}。",
                "请用程序自带的模型：加上 --model 和 models 里的文件夹。",
            )
        self._vosk = import_vosk()
        self._folder = model
        sounds = Sounds.of(model)
        self._sounds = replace(sounds, costs={**sounds.costs, "syllable": SYLLABLE_COST})
        self._place = tempfile.TemporaryDirectory(prefix="voiceguide-", ignore_cleanup_errors=True)
        self._syllables: Any = None
        self._compiled = 0

    def close(self) -> None:
        self._syllables = None
        self._place.cleanup()

    def spell(self, reading: Reading) -> Reading:
        """The phones of a reading; those the model does not know are left out."""
        known = (syllable for syllable in reading if self._sounds.can_spell(syllable))
        return tuple(itertools.chain.from_iterable(self._sounds.spell("", syllable) for syllable in known))

    def guesses(self, repetition: Samples) -> list[Guess]:
        """What it sounds like, the likeliest first, each with at least one syllable; [] for silence.

        `repetition`: (n,) int16 at 16 kHz, one utterance.
        """
        if self._syllables is None:
            self._syllables = self._model([])
        grammar = [*sorted(self._sounds.syllables)]
        parts = self._decode(self._syllables, grammar, repetition, GUESSES)
        joined: dict[Reading, float] = {}
        # Vosk may have cut a long repetition: whatever its first part was, the second may be anything.
        for combined in itertools.islice(itertools.product(*parts), GUESSES * GUESSES):
            reading = tuple(itertools.chain.from_iterable(guess.reading for guess in combined))
            likelihood = sum(guess.log_likelihood for guess in combined)
            if reading and likelihood > joined.get(reading, -np.inf):
                joined[reading] = likelihood
        ranked = sorted(joined.items(), key=lambda item: (-item[1], item[0]))
        return [Guess(*item) for item in ranked[:GUESSES]]

    def scores(self, readings: Sequence[Reading], repetitions: Sequence[Samples]) -> list[list[float]]:
        """For each reading, the log likelihood of each repetition if just this was said."""
        names = [f"candidate{number}" for number in range(len(readings))]
        cost = self._sounds.costs["word"]
        model = self._model(
            Entry(name, reading, cost, phrase=True) for name, reading in zip(names, readings, strict=True)
        )
        return [
            [
                sum(part[0].log_likelihood for part in self._decode(model, [name], repetition, 1))
                for repetition in repetitions
            ]
            for name in names
        ]

    def _model(self, entries: Iterable[Entry]) -> Any:
        self._compiled += 1
        target = Path(self._place.name) / str(self._compiled)
        try:
            write_model(self._folder, self._sounds, list(entries), target)
            _widen_lattice(target / "conf" / "model.conf")
        except OSError as error:
            raise EarsError(
                "no-space", f"识别词表写不进磁盘（{error}）。", "请清理磁盘空间后再试。"
            ) from error
        try:
            return load_model(self._vosk, target)
        except Exception as error:  # vosk raises nothing more precise
            raise model_files.damaged(self._folder, "Vosk 打不开它") from error

    def _decode(
        self, model: Any, grammar: Sequence[str], repetition: Samples, alternatives: int
    ) -> list[list[Guess]]:
        """The guesses for each part into which Vosk cuts the utterance, at least one part."""
        kaldi = self._vosk.KaldiRecognizer(model, float(SAMPLE_RATE), json.dumps(grammar, ensure_ascii=False))
        kaldi.SetMaxAlternatives(alternatives)
        quiet = np.zeros(round(QUIET_SECONDS * SAMPLE_RATE), np.int16)
        results = []
        if kaldi.AcceptWaveform(np.concatenate([quiet, repetition, quiet]).tobytes()):
            results.append(json.loads(kaldi.Result()))
        results.append(json.loads(kaldi.FinalResult()))
        parts = [
            [Guess(tuple(each["text"].split()), each["confidence"]) for each in result["alternatives"]]
            for result in results
            if result.get("alternatives")
        ]
        return parts or [[Guess((), 0.0)]]


def _widen_lattice(configuration: Path) -> None:
    kept = [line for line in configuration.read_text("ascii").splitlines() if "--lattice-beam=" not in line]
    configuration.unlink()  # it is the model's own file under a second name
    configuration.write_text("\n".join([*kept, f"--lattice-beam={LATTICE_BEAM:g}", ""]), "ascii", newline="\n")


def first_utterance(recording: Samples) -> Samples:
    """What the program's ears cut out of a recording, with the quiet around it; empty where nobody speaks.

    `recording`: (n,) int16 at 16 kHz. Raises EarsError(no-vad).
    """
    cut = _Cut()
    hearing = recognise_file(cut, recording, (), lambda partial: False)
    pieces = [] if isinstance(hearing, NoInput) else cut.pieces
    return np.concatenate([np.zeros(0, np.int16), *pieces])


class _Cut:
    """Stands where a recogniser would: keeps what it is given, and calls it something."""

    def __init__(self) -> None:
        self.pieces: list[Samples] = []

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """Nothing is recognised."""

    def turn(self, phrases: Sequence[Phrase]) -> _Cut:
        self.pieces = []
        return self

    def accept(self, samples: Samples) -> None:
        self.pieces.append(samples)

    def partial(self) -> str:
        return ""

    def result(self, thorough: bool = True) -> Belief:
        return Belief("…", 1.0)
