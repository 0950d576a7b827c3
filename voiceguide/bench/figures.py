"""What was heard, counted: shares, means, false accepts per hour, targets. No audio here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from voiceguide.bench.hearing import Cost, Reply
from voiceguide.bench.plan import (
    ALL,
    BABBLE,
    CLEAN,
    CONDITIONS,
    FAST,
    KITCHEN,
    OWN,
    OWN_SNRS_DB,
    REVERBERANT,
    SLOW,
    SNRS_DB,
    Condition,
    Span,
    Trial,
)
from voiceguide.events import SAMPLE_RATE


@dataclass
class Tally:
    """Outcomes of trials in which one intent was right."""

    right: int = 0
    wrong: int = 0
    rejected: int = 0
    asked: int = 0
    """Of the rejected: the guide would have asked whether she meant the right thing."""

    @property
    def trials(self) -> int:
        return self.right + self.wrong + self.rejected

    def add(self, wanted: str, heard: str, asked: str = "") -> None:
        """`heard`: an intent, "" where nothing was accepted; `asked`: what would be asked about then."""
        if heard == wanted:
            self.right += 1
        elif heard:
            self.wrong += 1
        else:
            self.rejected += 1
            self.asked += asked == wanted

    def share(self, count: int) -> float | None:
        """Percent; None without trials."""
        return 100 * count / self.trials if self.trials else None

    @property
    def right_percent(self) -> float | None:
        return self.share(self.right)


@dataclass(frozen=True)
class Confusion:
    """A command that was not understood as meant."""

    said: str
    wanted: str
    heard: str
    """What the recogniser wrote; "" for none of the phrases."""
    intent: str
    """What was understood; "" for nothing."""


@dataclass(frozen=True)
class FalseAccept:
    """Something else that passed for a command."""

    said: str
    """The text of the speech, or the kind of noise."""
    speaker: str
    condition: str
    heard: str
    intent: str
    confidence: float


@dataclass
class Alarms:
    """False accepts in sound of one sort."""

    seconds: float = 0.0
    """Of speech (the pauses between utterances do not count), or of noise."""
    accepts: list[FalseAccept] = field(default_factory=list)
    rightly: int = 0
    """Accepts that were none: strings of digits in other speech, heard as such."""

    @property
    def per_hour(self) -> float | None:
        return len(self.accepts) * 3600 / self.seconds if self.seconds else None


@dataclass
class Figures:
    """One model, measured."""

    model: str
    cost: Cost | None = None
    first_load_seconds: float | None = None
    """The first time ever: checksums and the vocabulary's compilation included."""
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """(condition's name, ALL or OWN) -> outcomes."""
    by_voice: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """(speaker, recorded or joined) -> outcomes, clean, everything expected."""
    confusions: Counter[Confusion] = field(default_factory=Counter)
    speech: Alarms = field(default_factory=Alarms)
    noise: Alarms = field(default_factory=Alarms)
    noise_seconds: dict[str, float] = field(default_factory=dict)
    """Kind -> how long it was heard."""
    ended_early: bool = False
    """Not all was heard."""

    def add(self, trial: Trial, replies: Sequence[Sequence[Reply]]) -> None:
        """`replies`: for each of the trial's places what was heard there."""
        for place, heard in zip(trial.places, replies, strict=True):
            if trial.utterance is not None:
                self._command(trial, place, heard[0])
            else:
                self._other(trial, heard)

    def _command(self, trial: Trial, place: str, reply: Reply) -> None:
        assert trial.utterance is not None
        assert trial.condition is not None
        command = trial.utterance.command
        wanted = command.wanted(place)
        where = ALL if place == ALL else OWN
        tallies = [self.tallies.setdefault((trial.condition.name, where), Tally())]
        if trial.condition == CLEAN and where == ALL:
            voice = (trial.utterance.speaker, trial.utterance.source)
            tallies.append(self.by_voice.setdefault(voice, Tally()))
        for tally in tallies:
            tally.add(wanted, reply.intent, reply.asked)
        if reply.intent != wanted:
            self.confusions[Confusion(command.text, wanted, reply.text, reply.intent)] += 1

    def _other(self, trial: Trial, accepted: Iterable[Reply]) -> None:
        alarms = self.speech if trial.spans else self.noise
        if trial.spans:
            alarms.seconds += sum(span.end - span.start for span in trial.spans) / SAMPLE_RATE
        else:
            alarms.seconds += len(trial.samples) / SAMPLE_RATE
            there = self.noise_seconds.get(trial.kind, 0.0)
            self.noise_seconds[trial.kind] = there + len(trial.samples) / SAMPLE_RATE
        for reply in accepted:
            span = span_at(trial, reply)
            if span is not None and span.rightly and reply.intent == span.rightly:
                alarms.rightly += 1
                continue
            said, speaker = (span.text, span.speaker) if span is not None else (trial.kind, "")
            name = trial.condition.name if trial.condition else ""
            alarms.accepts.append(
                FalseAccept(said, speaker, name, reply.text, reply.intent, reply.confidence)
            )

    def total(self, where: str, wanted: Callable[[Condition], bool]) -> Tally:
        """All trials in these conditions together."""
        total = Tally()
        for condition in filter(wanted, CONDITIONS):
            tally = self.tallies.get((condition.name, where), Tally())
            total.right += tally.right
            total.wrong += tally.wrong
            total.rejected += tally.rejected
        return total

    def mean(self, where: str, wanted: Callable[[Condition], bool]) -> float | None:
        """The mean share of right intents (percent) over these conditions, each weighing the same."""
        tallies = [self.tallies.get((each.name, where), Tally()) for each in filter(wanted, CONDITIONS)]
        shares = [tally.right_percent for tally in tallies if tally.right_percent is not None]
        return sum(shares) / len(shares) if shares else None


def span_at(trial: Trial, reply: Reply) -> Span | None:
    """The utterance the reply overlaps most; None where nobody spoke."""
    start, end = reply.start_seconds * SAMPLE_RATE, reply.end_seconds * SAMPLE_RATE
    return max(trial.spans, key=lambda span: min(end, span.end) - max(start, span.start), default=None)


def noisy(condition: Condition) -> bool:
    """Kitchen noise and babble at 24 … 6 dB, in and out of a room."""
    return condition.noise in (KITCHEN, BABBLE) and condition.snr_db in SNRS_DB and condition.room != "made"


@dataclass(frozen=True)
class Target:
    """One line of the table of targets."""

    key: str
    title: str
    must: float
    aim: float | None
    value: Callable[[Figures], float | None]
    at_most: bool = False
    """The fewer the better."""

    def met(self, value: float | None, bound: float | None) -> bool | None:
        """None where nothing was measured or nothing is asked."""
        if value is None or bound is None:
            return None
        return value <= bound if self.at_most else value >= bound


TARGETS = (
    Target("clean", "安静，全部意图", 96, 99, lambda f: f.mean(ALL, lambda c: c == CLEAN)),
    Target("mean_24_to_6_db", "24 到 6 dB 平均（噪声与人声，房间内外）", 90, 97.6, lambda f: f.mean(ALL, noisy)),
    Target("at_6_db", "6 dB", 81, 93.5, lambda f: f.mean(ALL, lambda c: noisy(c) and c.snr_db == 6)),
    Target(
        "own_from_12_db", "只等这一步的意图，12 dB 以上", 97, 99,
        lambda f: f.mean(OWN, lambda c: noisy(c) and c.snr_db in OWN_SNRS_DB),
    ),
    Target("pace_0_7", "慢到 0.7 倍，安静", 94, 97, lambda f: f.mean(ALL, lambda c: c == SLOW)),
    Target("pace_1_3", "快到 1.3 倍，安静", 94, 97, lambda f: f.mean(ALL, lambda c: c == FAST)),
    Target("reverberant_12_db", "混响 0.35 秒，12 dB", 88, 97, lambda f: f.mean(ALL, lambda c: c == REVERBERANT)),
    Target("false_accepts_speech", "不是口令的话，每小时误听", 3, 0.05, lambda f: f.speech.per_hour, at_most=True),
    Target("false_accepts_noise", "噪声、音乐、安静，每小时误听", 0, None, lambda f: f.noise.per_hour, at_most=True),
)  # fmt: skip
