"""Training examples, drawn without end: whose voice, what is said, how fast, in which room.

An example is made of labelled pieces of speech. Words of one voice are joined, cut at syllables and joined
anew, so that what is learnt is how sounds are made and not which words exist. A share of the examples is what the
guides listen for, and what comes near it (`commands`).
"""

from collections.abc import Collection, Sequence

import numpy as np
import scipy.ndimage
import scipy.signal

from training.commands import Commands, Mouth
from training.espeak import RATE as ESPEAK_RATE
from training.espeak import Espeak
from training.features import BANDS, HOP, RATE, SUBSAMPLING, WINDOW, filters, log_mel
from training.labelled import PHONE_IDS, Labelled, join
from training.phones import VOWELS
from training.surroundings import Surroundings

PDFS = 2 * len(PHONE_IDS)
_VOWEL_IDS = np.array([PHONE_IDS[phone] for phone in VOWELS])
COMMAND_SHARE = 0.4
IN_A_ROOM = 0.5
LEAST_VARIETY = 200
"""Whoever has said fewer different syllables can say too few phrases."""
_BREATH_BINS = 3.0  # how many independent FFT bins a band holds, about: sets how much breath flickers


def frame_labels(
    starts: np.ndarray, phones: np.ndarray, frames: int, places: np.ndarray | None = None
) -> np.ndarray:
    """One pdf per output frame: a phone's first frame is its entering pdf, the others its staying pdf.

    starts: in samples; places: the first sample of each frame, as in `log_mel`.
    """
    places = np.arange(frames) * HOP if places is None else places
    count = (frames + SUBSAMPLING - 1) // SUBSAMPLING
    labels = np.ones(count, np.int64)
    if count:
        labels[0] = 0
    previous = -1
    begins = np.searchsorted(places[::SUBSAMPLING], np.asarray(starts) - WINDOW / 2)
    for index, phone in enumerate(phones):
        if phone == 0 and index and phones[index - 1] == 0:
            continue
        begin = max(int(begins[index]), previous + 1, 0)
        previous = begin
        labels[begin:] = 2 * phone + 1
        labels[begin : begin + 1] = 2 * phone
    return labels


class Drawer:
    """Draws examples. human: labelled clips of people (may be empty). voices: names of espeak voices (may be empty)."""

    def __init__(
        self,
        human: Sequence[Labelled],
        espeak: Espeak | None,
        voices: Sequence[str],
        phrases: Sequence[tuple[str, ...]],
        syllables: Sequence[str],
        surroundings: Surroundings,
        synthetic_share: float,
        commands: Commands | None = None,
        often: Collection[str] = (),
    ) -> None:
        """`often`: voices that are drawn twice as often as they would be."""
        self.commands = commands
        self.espeak, self.voices, self.phrases, self.syllables = (
            espeak,
            list(voices),
            phrases,
            list(syllables),
        )
        self.surroundings, self.synthetic_share = surroundings, synthetic_share if human else 1.0
        self.by_voice: dict[str, list[Labelled]] = {}
        for clip in human:
            self.by_voice.setdefault(clip.voice, []).append(clip)
        self.names = sorted(self.by_voice)
        # Few people say many different sounds, many people say few: neither side may drown the other.
        share = np.array(
            [_weight(self.by_voice[name]) * (2 if name in often else 1) for name in self.names], float
        )
        self.shares = share / share.sum() if len(share) else share
        mouths = {name: Mouth(self.by_voice[name]) for name in self.names if commands}
        self.mouths = {name: mouth for name, mouth in mouths.items() if mouth.variety >= LEAST_VARIETY}

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """(log mel energies frames x 40 of speech at level 1 in a room without noise, pdf per output frame)."""
        spoken = self._synthetic(rng) if rng.random() < self.synthetic_share else self._human(rng)
        wave, starts, warp = _bend(spoken.samples, spoken.starts, rng)
        # Aim at a rate of speech, then choose the hop that gives it: isolated words are slow, commands need not be.
        durations = np.diff(spoken.cuts)
        syllable = float(np.median(durations)) / RATE * len(wave) / len(spoken.samples)
        wanted = float(np.clip(np.exp(rng.normal(np.log(0.25), 0.35)), 0.11, 0.65))
        hop = float(np.clip(HOP * syllable / wanted, 90, 340))
        if rng.random() < 0.06:  # a microphone driven too hard
            peak = float(np.max(np.abs(wave))) * rng.uniform(0.15, 0.5)
            wave = np.clip(wave, -peak, peak)
        if rng.random() < IN_A_ROOM:
            wave = scipy.signal.fftconvolve(wave, self.surroundings.room(rng))[: len(wave)].astype(np.float32)
        places = _places(hop, len(wave), starts, spoken.phones, rng)
        mel = log_mel(wave, places, filters(round(100 * warp), tuple(rng.normal(0, (35.0, 25.0)))))
        if rng.random() < 0.1:
            mel = _breathy(mel, rng)
        return mel, frame_labels(starts, spoken.phones, len(mel), places)

    def _pauses(self, rng: np.random.Generator, pieces: int, likely: float) -> list[int]:
        inner = [
            int(rng.uniform(0.03, 0.5) * RATE) if rng.random() < likely else 0 for _ in range(pieces - 1)
        ]
        # Mostly short, to save time; but before a reply the room is heard for a second.
        before = rng.uniform(0.05, 0.4) if rng.random() < 0.75 else rng.uniform(0.4, 1.1)
        return [int(before * RATE), *inner, int(rng.uniform(0.1, 0.45) * RATE)]

    def _human(self, rng: np.random.Generator) -> Labelled:
        if self.mouths and rng.random() < COMMAND_SHARE:
            return self._command(rng)
        clips = self.by_voice[self.names[int(rng.choice(len(self.names), p=self.shares))]]
        how = rng.random()
        if how < 0.35:  # syllables of one voice, joined anew
            pieces, likely = (
                [_run(clips[int(rng.integers(len(clips)))], rng, 2) for _ in range(int(rng.integers(2, 5)))],
                0.15,
            )
        elif how < 0.65:  # words one after another
            pieces, likely = (
                [_run(clips[int(rng.integers(len(clips)))], rng, 8) for _ in range(int(rng.integers(2, 4)))],
                0.6,
            )
        else:
            pieces, likely = [_run(clips[int(rng.integers(len(clips)))], rng, 12)], 0.0
        return join(pieces, self._pauses(rng, len(pieces), likely))

    def _command(self, rng: np.random.Generator) -> Labelled:
        """What the guides listen for, or nearly; sometimes beside other words."""
        assert self.commands
        names = list(self.mouths)
        while True:
            name = names[int(rng.integers(len(names)))]
            said = self.mouths[name].say(self.commands.draw(rng), rng)
            if said is not None:
                break
        clips = self.by_voice[name]
        if rng.random() < 0.15:
            said.insert(0, _run(clips[int(rng.integers(len(clips)))], rng, 3))
        if rng.random() < 0.15:
            said.append(_run(clips[int(rng.integers(len(clips)))], rng, 3))
        return join(said, self._pauses(rng, len(said), 0.12))

    def _synthetic(self, rng: np.random.Generator) -> Labelled:
        assert self.espeak is not None
        while True:
            if self.commands and rng.random() < COMMAND_SHARE:
                words = [self.commands.draw(rng)]
            elif rng.random() < 0.5:
                words = [
                    self.phrases[int(rng.integers(len(self.phrases)))] for _ in range(int(rng.integers(1, 4)))
                ]
            else:
                words = [
                    tuple(
                        self.syllables[int(rng.integers(len(self.syllables)))] + str(rng.integers(1, 5))
                        for _ in range(n)
                    )
                    for n in rng.integers(1, 4, size=int(rng.integers(1, 4)))
                ]
            syllables = [s for word in words for s in word]
            gaps = [("" if rng.random() < 0.9 else " ") for word in words for _ in word]
            for end in np.cumsum([len(word) for word in words]):
                gaps[end - 1] = "" if rng.random() < 0.5 else " " if rng.random() < 0.7 else ", "
            voice = self.voices[int(rng.integers(len(self.voices)))]
            rate, pitch, pitch_range = (
                int(rng.integers(*limits)) for limits in ((85, 300), (15, 90), (15, 90))
            )
            spoken = self.espeak.speak(syllables, voice, rate, pitch, pitch_range, gaps)
            if spoken is not None:
                break
        audio, segments = spoken
        ratio = RATE / ESPEAK_RATE
        smooth = scipy.signal.lfilter(*_LOW_PASS, audio.astype(np.float32))
        wave = np.interp(np.arange(int(len(audio) * ratio)) / ratio, np.arange(len(audio)), smooth).astype(
            np.float32
        )
        starts = np.array([int(s * ratio) for s, _ in segments])
        phones = np.array([PHONE_IDS[p] for _, p in segments])
        voiced = [int(s) for s, p in zip(starts, phones, strict=True) if p]
        end = int(starts[-1]) if phones[-1] == 0 else len(wave)
        cuts = np.linspace(voiced[0], end, len(syllables) + 1).astype(int)
        return join([Labelled(wave, starts, phones, cuts, "espeak")], self._pauses(rng, 1, 0.0))


_LOW_PASS = scipy.signal.butter(4, 7600, fs=ESPEAK_RATE)


def _run(clip: Labelled, rng: np.random.Generator, longest: int) -> Labelled:
    """The whole clip, or some of its syllables if it has more than `longest`."""
    count = len(clip.cuts) - 1
    if count <= longest and (longest > 2 or rng.random() < 0.5):
        return clip.part(0, count)
    take = int(rng.integers(1, min(count, longest) + 1))
    first = int(rng.integers(0, count - take + 1))
    return clip.part(first, first + take)


def _weight(clips: Sequence[Labelled]) -> float:
    """How often a voice is drawn: mostly by how many different sequences of sounds it brings."""
    different = {tuple(clip.phones.tolist()) for clip in clips}
    return float(len(different) ** 0.5 * len(clips) ** 0.05)


def _places(
    hop: float, samples: int, starts: np.ndarray, phones: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """First sample of each frame: on the average `hop` apart, but nobody speaks evenly, and some draw out their
    vowels.
    """
    count = samples // 70
    spread = rng.uniform(0.0, 0.3)
    knots = rng.normal(0.0, spread, count // 12 + 2)
    pace = np.exp(np.interp(np.arange(count), np.arange(len(knots)) * 12, knots))
    if rng.random() < 0.15:
        drawn_out = rng.uniform(0.4, 0.8)
        segment = np.maximum(np.searchsorted(starts, np.cumsum(hop * pace), "right") - 1, 0)
        pace = np.where(np.isin(phones[segment], _VOWEL_IDS), drawn_out * pace, pace)
    places = np.cumsum(np.clip(hop * pace, 70, 400)).astype(int)
    return places[places <= samples - WINDOW]


def _breathy(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Half or wholly whispered: harmonics drown in breath, which flickers as noise does."""
    energies = np.exp(mel)
    breath = scipy.ndimage.uniform_filter1d(energies, 5, axis=1)
    breath *= rng.gamma(_BREATH_BINS, 1 / _BREATH_BINS, breath.shape)
    breath *= np.exp(rng.uniform(0, 2.5) * np.linspace(-1, 1, BANDS))
    share = rng.uniform(0.2, 1.0)
    return np.log((1 - share) * energies + share * breath).astype(np.float32)


def _bend(
    wave: np.ndarray, starts: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Another body's voice: resampled, so that pitch and formants move together, and a warp of the frequency axis (for
    `log_mel`) that takes the formants to where another draw wants them: a woman's words in a man's pitch. Sometimes
    with the tremor of an old voice.
    """
    pitch = float(np.clip(rng.normal(0, 0.16), -0.4, 0.35))
    formants = rng.uniform(-0.17, 0.17)
    warp = float(np.exp(np.clip(pitch - formants, -0.3, 0.3)))
    rate = np.exp(pitch)
    count = int(len(wave) / rate)
    position = np.arange(count) * rate
    if rng.random() < 0.25:
        tremor = rng.uniform(3.5, 8.0)
        depth = rng.uniform(0.005, 0.035)
        position = position + depth * RATE / (2 * np.pi * tremor) * np.sin(
            2 * np.pi * tremor * np.arange(count) / RATE + rng.uniform(0, 6)
        )
        position = np.clip(position, 0, len(wave) - 1)
    bent = np.interp(position, np.arange(len(wave)), wave).astype(np.float32)
    if rng.random() < 0.06:  # a creaking voice: slow pulses, no two alike
        knots = rng.normal(0, 0.3, count // 800 + 2)
        pulses_hz = rng.uniform(25, 55) * np.exp(
            np.interp(np.arange(count), np.arange(len(knots)) * 800, knots)
        )
        bent *= (0.2 + np.abs(np.sin(np.cumsum(np.pi * pulses_hz / RATE)))).astype(np.float32)
    return bent, np.searchsorted(position, starts), warp
