"""Every value that crosses a boundary between two rooms of the house. No I/O, no behaviour.

    room   --Block-->        ears      --Hearing-->     session --understand--> Heard | NoMatch
    dialogue.respond(state, Event) -> (state', [Action])       mouth <--Prompt-- Say

All audio inside the program is 16 kHz mono int16 in blocks of BLOCK_SAMPLES. All times are
seconds of audio since the session began (the microphone's blocks are the only clock).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from voiceguide.notes import Note
from voiceguide.spoken_date import SpokenDate

SAMPLE_RATE = 16_000
"""Samples a second of every Block."""

BLOCK_SAMPLES = 320
"""Samples in one Block: 20 ms, the grain of the clock."""

BLOCK_SECONDS = BLOCK_SAMPLES / SAMPLE_RATE

Samples: TypeAlias = NDArray[np.int16]
"""Mono audio at SAMPLE_RATE, shape (n,), dtype int16."""

Block: TypeAlias = NDArray[np.int16]
"""Samples of shape (BLOCK_SAMPLES,)."""

Reading: TypeAlias = tuple[str, ...]
"""A phrase as toneless pinyin syllables, ü written v: 下一步 -> ("xia", "yi", "bu")."""


# --------------------------------------------------------------------------- what can be heard


@dataclass(frozen=True)
class Phrase:
    """One wording the recogniser may expect."""

    text: str
    """In hanzi, without punctuation: 再说一遍."""
    reading: Reading
    """The reading we decided on (polyphones settled): ("zai", "shuo", "yi", "bian")."""
    meaning: str = ""
    """The same for wordings of which each will do for the other: the intent."""
    then: frozenset[str] = frozenset()
    """Meanings of which one may be said behind it in the same breath, so that both are one reply: 知道了，下一步."""
    beside: bool = False
    """It may also stand before and after another phrase: 好的，下一步."""
    filler: bool = False
    """Thinking aloud, which many a phrase begins with: 那个."""
    idle: bool = False
    """Alone it means nothing: 谢谢你."""
    spotted: bool = False
    """It counts even in the middle of speech that is none of the phrases: words of fraud."""
    usual: bool = False
    """Said at any time and by anybody, 下一步: more likely than what is only said of one trouble."""
    asked: bool = False
    """The guide asks for it somewhere: 是 after 请说，是."""
    expected: bool = False
    """It answers what the guide has just asked, or must be heard at any time: 停."""
    always: bool = False
    """It must be heard at any time: 停, and words of fraud."""
    strung: tuple[Phrase, ...] = ()
    """It is any LEAST_STRUNG of these or more, said one after the other, and `text` only stands for them: which they
    were is not written down."""
    ease: float = 0.0
    """So many nats easier to believe: a word she taught, as far as her own repetitions needed it."""
    times: int = 1
    """Just now it is said so many times as often as elsewhere: the guide has asked for it."""


LEAST_STRUNG = 4
"""So many digits in a row may be a code."""


class Belief(NamedTuple):
    """What a recogniser makes of an utterance."""

    text: str
    """"" where it was none of the phrases, or not surely one."""
    confidence: float
    guess: str = ""
    """What to ask about: where text is "" what it may have been; else what she said last, behind a pause."""


@dataclass(frozen=True)
class Transcript:
    """She spoke and has finished; this is what the recogniser wrote down."""

    text: str
    """Without spaces; "" where the recogniser heard speech but none of the expected phrases."""
    confidence: float
    """0 … 1: how much more this sounds like `text` than like anything else."""
    start_seconds: float
    """Session time of the first sample of her speech."""
    end_seconds: float
    """Session time of the last sample of her speech."""
    compute_seconds: float = 0.0
    """Processor time spent recognising it. For reports; decides nothing."""
    guess: str = ""
    """The phrase it would have been, were it believed; text is "" then. Or, beside a text, its end behind a pause:
    worth asking about where all of it together means nothing. "": not even a guess."""
    speech_dbfs: float | None = None
    """How loud she was at the microphone; None: not known."""
    noise_dbfs: float | None = None
    """How loud the room was around her words; None: not known."""
    clearness: float = 1.0
    """Share of her speech that stood clear of what may be the guide's own echo, 0 … 1."""
    voices_behind: bool = False
    """Somebody else is talking all the time: a television, most often."""
    too_long: bool = False
    """It went on and on, and was not waited out."""
    complete: bool = False
    """Nothing that is expected goes on from `text`: no 不, which may become 不会. For reports; decides nothing."""


@dataclass(frozen=True)
class NoInput:
    """The guide listened and she said nothing."""

    seconds: float
    """How long it waited."""
    voices_behind: bool = False
    """Somebody else is talking all the time, so that she may have said something and not been heard."""


@dataclass(frozen=True)
class SpeechStarted:
    """She has begun to speak (while the guide speaks: she interrupts)."""

    at_seconds: float


Hearing: TypeAlias = Transcript | NoInput | SpeechStarted
"""What ears report."""


# --------------------------------------------------------------------------- what was understood


@dataclass(frozen=True)
class Heard:
    """She said something we know."""

    intent: str
    """next, previous, repeat … or `trouble:<id>`."""
    transcript: str
    confidence: float = 1.0
    date: SpokenDate | None = None
    """What she said of a day, where `intent` is "date"."""


@dataclass(frozen=True)
class Unsure:
    """She may have said this; it was not heard well enough to act on it."""

    intent: str
    transcript: str
    """The phrase it may have been."""
    confidence: float = 0.0
    other: str = ""
    """It may as well have been this intent."""


@dataclass(frozen=True)
class NoMatch:
    """She said something, and it is none of what is expected."""

    transcript: str
    polite: bool = False
    """Nothing was meant by it: 谢谢你."""
    at_length: bool = False
    """It took longer than what can be understood: a sentence of her own, perhaps a question."""
    overheard: bool = False
    """It went on and on, and the words that were known in it mean nothing: a television's news of 工作人员."""


@dataclass(frozen=True)
class FalseAlarm:
    """A sound interrupted the guide and was no reply: a cough, somebody else, a word that means nothing now."""

    transcript: str


Event: TypeAlias = Heard | Unsure | NoMatch | NoInput | FalseAlarm
"""What the dialogue answers."""


@dataclass(frozen=True)
class Manner:
    """How she said it, as far as it is known."""

    syllables: int = 0
    """How many were understood; 0: nothing was, or it was typed."""
    speaking_seconds: float = 0.0
    """How long they took her."""
    speech_over_noise_db: float | None = None
    """How far her words stand out of the noise of the room."""
    voices_behind: bool = False
    """Somebody else was talking all the time."""
    early: bool = False
    """She said it before the first sentence of what the guide was saying was out."""


NO_MANNER = Manner()
"""Nothing is known: she typed, or said nothing."""


# --------------------------------------------------------------------------- what is to be done


EARCONS = ("beat", "ready", "done")
"""The tones a prompt may begin with."""

OTHER_VOICES = ("man", "old-man", "young-man")
"""Whom the guide can play. All are men: nobody may take a swindler's words for the guide's."""


@dataclass(frozen=True)
class Prompt:
    """One thing the guide says. `id` is stable while the wording changes."""

    id: str
    """Where it stands in prompts/: "12333/open-app.say"."""
    text: str
    """Chinese as written by the author: punctuation allowed, no Latin letters, no digits."""
    voice: str = ""
    """One of OTHER_VOICES; "": the guide's own."""
    earcon: str = ""
    """One of EARCONS, sounded before the words; "": none."""
    pause_seconds: float = 0.0
    """So much silence behind the words belongs to the prompt: she may speak into it, and it is audio time."""


class Recorded(NamedTuple):
    """A prompt as somebody of the family has read it aloud."""

    samples: Samples
    pace: int
    """Characters a minute, pauses included, as it was read."""


@dataclass(frozen=True)
class Say:
    """Speak this prompt after those already waiting."""

    prompt: Prompt


@dataclass(frozen=True)
class Resume:
    """Go on with what was interrupted, from the start of the interrupted sentence."""


@dataclass(frozen=True)
class Listen:
    """When all is said, listen for one of `expecting`."""

    expecting: tuple[str, ...]
    """Intent names."""
    no_input_seconds: float
    """Report NoInput after this much silence; `inf`: wait mutely until she speaks."""
    question: tuple[str, ...] = ()
    """What the guide said to ask for it: the words it names are likelier than others."""


@dataclass(frozen=True)
class Adjust:
    """Change how the guide speaks, by whole notches (one notch: 20 characters a minute, 3 dB)."""

    pace: int = 0
    loudness: int = 0


@dataclass(frozen=True)
class End:
    """The conversation is over once all is said."""

    finished: bool
    """True: the guide was done to its end; False: she stopped before."""


@dataclass(frozen=True)
class Change:
    """The conversation goes on with another guide once all is said."""

    guide: str
    """Its id."""


@dataclass(frozen=True)
class Remember:
    """Keep this in her profile, at once."""

    note: Note


Action: TypeAlias = Say | Resume | Listen | Adjust | Remember | Change | End

CompletePhrase: TypeAlias = Callable[[str], bool]
"""Is this partial transcript already a whole phrase that nothing expected continues?"""


# --------------------------------------------------------------------------- what has happened


@dataclass(frozen=True)
class Said:
    """The guide began to say a prompt."""

    at_seconds: float
    prompt: Prompt


@dataclass(frozen=True)
class Answered:
    """Her turn ended: what was heard, and what was understood."""

    at_seconds: float
    hearing: Transcript | NoInput
    event: Event


@dataclass(frozen=True)
class Interrupted:
    """The guide broke off what it was saying, for somebody spoke."""

    at_seconds: float


@dataclass(frozen=True)
class Noticed:
    """Something the helper should read: a device was lost, a prompt could not be spoken."""

    at_seconds: float
    text: str


Entry: TypeAlias = Said | Interrupted | Answered | Noticed
"""One line of the session's log."""
