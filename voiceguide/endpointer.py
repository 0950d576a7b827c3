"""Has she finished? Arithmetic on seconds of audio; knows neither samples nor words.

    WAITING --0.2 s of speech--> SPEAKING --silence--> FINISHED
       |                            '-----12 s-------> TOO_LONG
       '--no_input_seconds--> NO_INPUT

The last three are final. A block is judged as if it had come in pieces: its size never changes the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from voiceguide.events import Transcript

# Sums of block lengths are off by rounding; a threshold that is reached but for this much is reached.
_ROUNDING_SECONDS = 1e-6


class Verdict(Enum):
    WAITING = auto()
    """She has not spoken yet."""
    SPEAKING = auto()
    """She is speaking, or pauses within what she says."""
    FINISHED = auto()
    """She has said it."""
    NO_INPUT = auto()
    """She never spoke."""
    TOO_LONG = auto()
    """She goes on and on (or the television does): take what there is."""


@dataclass(frozen=True)
class Patience:
    """How long each kind of quiet may be."""

    speech_seconds: float = 0.2
    """Less speech than this is a click or a cough: the shortest reply, a clipped 好, lasts about 0.25 s."""
    forget_seconds: float = 0.4
    """So much quiet parts one click from the next; within it they add up to speech (好, then 了)."""
    resume_seconds: float = 0.06
    """Speech after a pause counts from here on, so that a click does not start the end silence anew."""
    complete_silence_seconds: float = 0.06
    """End silence after a whole phrase which nothing expected continues: waiting longer only makes the answer
    late. The recogniser looks 0.21 s ahead, so whoever asks it now must be content with no less than certainty.
    """
    extendable_silence_seconds: float = 0.4
    """End silence after a phrase that could still go on but mostly does not: 还没有 … 收到短信."""
    opening_silence_seconds: float = 0.55
    """End silence after one syllable that is a phrase, and the beginning of many: 好 … 了, 不 … 会."""
    hesitant_silence_seconds: float = 1.5
    """End silence after anything else: cutting off slow speakers is the commonest complaint about
    assistants.
    """
    utterance_seconds: float = 12.0
    """The longest utterance. No command takes so long; the guide must not wait out a television."""


SECOND_LOOK_SECONDS, LOOKS_AGAIN = 0.22, 2.5
"""What was not believed is looked at again when the recogniser has judged its last sound (a block after
`second_look.LOOKS_AHEAD_SECONDS`), and then after so many times the silence."""
USUAL_SYLLABLE_SECONDS = 0.3
"""A syllable of an old person speaking to a machine, the short pauses between words included."""
COMPLETE_SILENCE_RANGE = (0.06, 0.4)
EXTENDABLE_SILENCE_RANGE = (0.4, 1.0)
OPENING_SILENCE_RANGE = (0.5, 0.9)
HESITANT_SILENCE_RANGE = (1.2, 2.5)
_NEWEST = 0.3  # the share of the last utterance in what is known of her


class Pace:
    """How she speaks: the end silences follow it."""

    def __init__(self) -> None:
        self._slowness: float | None = None
        self._pause_seconds = 0.0

    def learn(self, said: Transcript, longest_pause_seconds: float) -> None:
        """From an utterance that was understood, and the longest pause within it."""
        if len(said.text) < 2:
            return  # its one syllable is as long as the detector found it
        slowness = (said.end_seconds - said.start_seconds) / len(said.text) / USUAL_SYLLABLE_SECONDS
        if self._slowness is None:
            self._slowness, self._pause_seconds = slowness, longest_pause_seconds
        else:
            self._slowness += _NEWEST * (slowness - self._slowness)
            self._pause_seconds += _NEWEST * (longest_pause_seconds - self._pause_seconds)

    def patience(self) -> Patience:
        """For her next utterance."""
        usual = Patience()
        if self._slowness is None:
            return usual
        complete = max(usual.complete_silence_seconds * self._slowness, self._pause_seconds)
        extendable = max(usual.extendable_silence_seconds * self._slowness, 2 * self._pause_seconds)
        opening = max(usual.opening_silence_seconds * self._slowness, 2 * self._pause_seconds)
        hesitant = max(usual.hesitant_silence_seconds * self._slowness, 3 * self._pause_seconds)
        return Patience(
            complete_silence_seconds=_within(complete, COMPLETE_SILENCE_RANGE),
            extendable_silence_seconds=_within(extendable, EXTENDABLE_SILENCE_RANGE),
            opening_silence_seconds=_within(opening, OPENING_SILENCE_RANGE),
            hesitant_silence_seconds=_within(hesitant, HESITANT_SILENCE_RANGE),
        )


class Endpointer:
    """One turn of listening."""

    def __init__(self, no_input_seconds: float, patience: Patience | None = None) -> None:
        """`no_input_seconds` may be inf: wait until she speaks."""
        self._no_input_seconds = no_input_seconds
        self._patience = patience or Patience()
        self.restart()

    def restart(self) -> None:
        """The same turn from its beginning."""
        self._waited_seconds = 0.0
        self._speech_seconds = (
            0.0  # the speech run now going on; before SPEAKING also runs parted by short gaps
        )
        self._silence_seconds = 0.0
        self._utterance_seconds = 0.0
        self.longest_pause_seconds = 0.0
        """Within the utterance up to now."""
        self._next_look_seconds = 0.0
        """Of a silence after what seemed whole and was not believed."""
        self.verdict = Verdict.WAITING

    @property
    def waited_seconds(self) -> float:
        """How long this turn has lasted until speech (or until now)."""
        return self._waited_seconds

    @property
    def silence_seconds(self) -> float:
        """How long she has been quiet since her last sound."""
        return self._silence_seconds

    @property
    def stirring(self) -> bool:
        """A sound has begun that may become speech."""
        return self.verdict is Verdict.WAITING and self._speech_seconds > 0

    @property
    def is_early(self) -> bool:
        """Was her phrase taken to be whole before a long pause could say so?"""
        return self.verdict is Verdict.FINISHED and not _reached(
            self._silence_seconds, self._patience.hesitant_silence_seconds
        )

    def listen_on(self) -> None:
        """It was not, as far as can be told yet: the recogniser may want to hear a little more behind it, or she only
        pauses, and may be silent as long as anybody in the middle of a phrase."""
        self.verdict = Verdict.SPEAKING
        self._next_look_seconds = max(SECOND_LOOK_SECONDS, LOOKS_AGAIN * self._silence_seconds)

    def process(
        self, seconds: float, is_speech: bool, complete: bool, extendable: bool = False, opening: bool = False
    ) -> Verdict:
        """Take the next `seconds` of audio. `complete`: what was heard so far is a whole phrase that nothing
        expected continues; `extendable`: a whole phrase that could go on; `opening`: one that often does."""
        if self.verdict is Verdict.WAITING:
            self._wait(seconds, is_speech)
        elif self.verdict is Verdict.SPEAKING:
            self._follow(seconds, is_speech, self._end_silence_seconds(complete, extendable, opening))
        return self.verdict

    def _wait(self, seconds: float, is_speech: bool) -> None:
        self._waited_seconds += seconds
        if is_speech:
            self._silence_seconds = 0.0
            self._speech_seconds += seconds
            if _reached(self._speech_seconds, self._patience.speech_seconds):
                self.verdict = Verdict.SPEAKING
                self._utterance_seconds = self._speech_seconds
                self._check_length()
            return
        self._silence_seconds += seconds
        if _reached(self._silence_seconds, self._patience.forget_seconds):
            self._speech_seconds = 0.0
        if not self._speech_seconds and _reached(self._waited_seconds, self._no_input_seconds):
            self.verdict = Verdict.NO_INPUT

    def _end_silence_seconds(self, complete: bool, extendable: bool, opening: bool) -> float:
        if self._next_look_seconds:
            return min(self._next_look_seconds, self._patience.hesitant_silence_seconds)
        if complete:
            return self._patience.complete_silence_seconds
        if opening:
            return self._patience.opening_silence_seconds
        if extendable:
            return self._patience.extendable_silence_seconds
        return self._patience.hesitant_silence_seconds

    def _follow(self, seconds: float, is_speech: bool, end_silence_seconds: float) -> None:
        self._utterance_seconds += seconds
        if is_speech:
            self._speech_seconds += seconds
            if _reached(self._speech_seconds, self._patience.resume_seconds):
                self.longest_pause_seconds = max(self.longest_pause_seconds, self._silence_seconds)
                self._silence_seconds = 0.0
                self._next_look_seconds = 0.0
        else:
            self._speech_seconds = 0.0
            self._silence_seconds += seconds
            if _reached(self._silence_seconds, end_silence_seconds):
                # In a coarse block both ends may lie: the one that came first counts.
                late_by = self._silence_seconds - end_silence_seconds
                too_long_by = self._utterance_seconds - self._patience.utterance_seconds
                first = too_long_by > late_by + _ROUNDING_SECONDS
                self.verdict = Verdict.TOO_LONG if first else Verdict.FINISHED
                return
        self._check_length()

    def _check_length(self) -> None:
        if _reached(self._utterance_seconds, self._patience.utterance_seconds):
            self.verdict = Verdict.TOO_LONG


def _within(value: float, ends: tuple[float, float]) -> float:
    return min(max(value, ends[0]), ends[1])


def _reached(seconds: float, limit_seconds: float) -> bool:
    return seconds >= limit_seconds - _ROUNDING_SECONDS
