"""What is said, by whom, in which condition. The same seed gives the same samples, for every model alike."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from voiceguide.bench import joining, surroundings
from voiceguide.bench.collection import Clip, Collection
from voiceguide.bench.commands import Command
from voiceguide.bench.joining import Voice, Wave
from voiceguide.bench.surroundings import Surroundings
from voiceguide.events import Samples

ALL, OWN = "all", "own"
"""Every shipped intent is expected; only those of a step."""
SNRS_DB = (24, 18, 12, 9, 6)
OWN_SNRS_DB = (24, 18, 12)
KITCHEN, BABBLE = "kitchen", "babble"
VOICES_A_COMMAND = 2
BABBLES = 6
_BABBLING_CLIPS = 48


@dataclass(frozen=True)
class Condition:
    """How a command reaches the microphone."""

    name: str
    noise: str = ""
    """kitchen, babble, or none."""
    snr_db: float | None = None
    room: str = ""
    """recorded, made (RT60 0.35 s), or none: the microphone at her mouth."""
    pace: float = 1.0
    own: bool = False
    """Also heard with a step's own intents alone."""


CLEAN = Condition("clean", own=True)
SLOW, FAST = Condition("pace 0.7", pace=0.7), Condition("pace 1.3", pace=1.3)
REVERBERANT = Condition("reverberant 12 dB", KITCHEN, 12, "made")
CONDITIONS = (
    CLEAN,
    Condition("clean room", room="recorded", own=True),
    *(
        Condition(
            f"{noise} {snr_db} dB{' room' if room else ''}", noise, snr_db, room, own=snr_db in OWN_SNRS_DB
        )
        for noise in (KITCHEN, BABBLE)
        for snr_db in SNRS_DB
        for room in ("", "recorded")
    ),
    SLOW,
    FAST,
    REVERBERANT,
)


@dataclass(frozen=True)
class Utterance:
    """A command as one person says it: recorded as a whole, or joined."""

    command: Command
    speaker: str
    voice: Voice | None = None
    clip: Clip | None = None

    @property
    def source(self) -> str:
        return "recorded" if self.clip else "joined"


@dataclass(frozen=True)
class Span:
    """Where in a trial somebody speaks, in samples."""

    start: int
    end: int
    text: str
    speaker: str
    rightly: str = ""
    """What it may be taken for all the same: a string of digits for digits, which the guide stops."""


@dataclass(frozen=True)
class Trial:
    """Something to be heard. A command has an utterance; other sound has a kind and, where it is speech, spans."""

    samples: Samples
    condition: Condition | None = None
    utterance: Utterance | None = None
    kind: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """In which expectations it is heard: ALL, or the id of a step."""
        if self.utterance is None or self.condition is None:
            return (ALL,)
        step = self.utterance.command.step if self.condition.own else ""
        return tuple(place for place in (self.utterance.command.everywhere and ALL, step) if place)


def rng_for(seed: int, *names: object) -> np.random.Generator:
    """Its own stream of chance for everything that has a name: leaving one out changes no other."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


@dataclass
class Stage:
    """What all trials share."""

    collection: Collection
    around: Surroundings
    seed: int
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.babble = lru_cache(maxsize=4)(self._babble)

    def speech(self, utterance: Utterance, pace: float) -> Wave | None:
        """Level 1, without quiet around it; None where its recording cannot be read."""
        text = utterance.command.text
        if utterance.voice is not None:
            return utterance.voice.say(text, rng_for(self.seed, "say", utterance.speaker, text), pace)
        assert utterance.clip is not None
        samples = self.collection.samples(utterance.clip)
        if samples is None:
            return None
        wave = joining.trimmed(joining.wave_of(samples))
        return joining.at_pace(wave, pace)

    def placed(self, speech: Wave, condition: Condition, talker: str, rng: np.random.Generator) -> Samples:
        """In its room, with its noise, at any level."""
        response = None
        if condition.room:
            made = condition.room == "made"
            response = surroundings.reverberation(rng) if made else self.around.response(rng)
        wave = surroundings.padded(surroundings.in_room(speech, response))
        snr_db = -surroundings.FLOOR_DB if condition.snr_db is None else condition.snr_db
        if condition.noise == BABBLE:
            crowd = self.babble(talker)
            noise = surroundings.looped(crowd[int(rng.integers(len(crowd)))], len(wave), rng)
        elif condition.noise:
            noise = self.around.noise(len(wave), rng)
        else:
            noise = rng.standard_normal(len(wave)).astype(np.float32)
        return surroundings.recorded(surroundings.mixed(wave, noise, snr_db), rng.uniform(-20, -1))

    def _babble(self, talker: str) -> list[Wave]:
        """Other people than the talker, no commands where there is other speech."""
        rng = rng_for(self.seed, "babble", talker)
        others = [clip for clip in self.collection.clips if clip.speaker != talker]
        others = [clip for clip in others if clip.negative] or others
        chosen = [others[i] for i in rng.permutation(len(others))[:_BABBLING_CLIPS]]
        chosen.sort(key=lambda clip: (str(clip.path), clip.start_seconds))  # each file is read once
        found = [self.collection.samples(clip) for clip in chosen]
        waves = [joining.wave_of(samples) for samples in found if samples is not None]
        if len(waves) >= surroundings.CROWD[0]:
            return [surroundings.babble(waves, rng) for _ in range(BABBLES)]
        note = "别人的录音太少，凑不成人声嘈杂，用有说话起伏的合成噪声代替。"
        if note not in self.notes:
            self.notes.append(note)
        return [surroundings.murmur(waves, rng) for _ in range(BABBLES)]


@dataclass(frozen=True)
class Positives:
    """Every command, by everybody who can say it, in every condition."""

    stage: Stage
    utterances: Sequence[Utterance]
    thoroughly: int
    """So many recordings are heard in every condition; the rest only clean."""
    alternating: bool
    """Half of the utterances in the room, half out of it, instead of all in both."""

    def conditions(self, number: int) -> tuple[Condition, ...]:
        """For the utterance of that number. What is a command only at a step is heard only where steps are."""
        utterance = self.utterances[number]
        if utterance.clip is not None and number >= self.thoroughly:
            return (CLEAN,)
        known = [each for each in CONDITIONS if utterance.command.everywhere or each.own]
        if not self.alternating:
            return tuple(known)
        room = "recorded" if number % 2 else ""
        return tuple(each for each in known if not each.noise or each.room in (room, "made"))

    def __len__(self) -> int:
        return sum(len(self.conditions(number)) for number in range(len(self.utterances)))

    def trials(self) -> Iterator[Trial]:
        for number in range(len(self.utterances)):
            yield from self.of(number, self.conditions(number))

    def clean(self) -> Iterator[Trial]:
        """Each utterance in the quiet alone."""
        for number in range(len(self.utterances)):
            yield from self.of(number, (CLEAN,))

    def of(self, number: int, conditions: Sequence[Condition]) -> Iterator[Trial]:
        """The utterance of that number in these conditions."""
        utterance = self.utterances[number]
        speech: dict[float, Wave | None] = {}
        for condition in conditions:
            if condition.pace not in speech:
                speech[condition.pace] = self.stage.speech(utterance, condition.pace)
            wave = speech[condition.pace]
            if wave is not None:
                names = (utterance.speaker, utterance.command.text, number, condition.name)
                rng = rng_for(self.stage.seed, *names)
                samples = self.stage.placed(wave, condition, utterance.speaker, rng)
                yield Trial(samples, condition, utterance)


def joined(commands: Sequence[Command], voices: Sequence[Voice], skipped: list[str]) -> Iterator[Utterance]:
    """Every command by VOICES_A_COMMAND voices in turn. `skipped` is given those that nobody can say."""
    found: dict[str, list[Utterance]] = {}
    for number, command in enumerate(commands):
        able = 0
        for offset in range(len(voices)):
            voice = voices[(number + offset) % len(voices)]
            if able < VOICES_A_COMMAND and voice.can_say(command.text):
                found.setdefault(voice.name, []).append(Utterance(command, voice.name, voice=voice))
                able += 1
        if voices and not able:
            skipped.append(command.text)
    for utterances in found.values():  # voice by voice: a voice's recordings are read once
        yield from utterances


def recorded(commands: Mapping[Clip, Command], rng: np.random.Generator) -> list[Utterance]:
    """Real recordings of commands, mixed: the first of them are heard in every condition."""
    clips = list(commands)
    return [
        Utterance(commands[clips[i]], clips[i].speaker, clip=clips[i]) for i in rng.permutation(len(clips))
    ]
