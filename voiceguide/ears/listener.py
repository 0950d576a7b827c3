"""The microphone's ears: one turn at a time, during the prompt and after it.

block -> front (the guide's own voice taken out, or deaf) -> is it speech? -> recogniser (from before the
speech was noticed) -> has she finished? -> Transcript
                              nothing said, or nothing but a television's talk ---> NoInput
over a prompt, in full duplex: first SpeechStarted, and then a Transcript whatever it was
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from voiceguide.ears.addressee import LEAST_CLEAR, Addressee
from voiceguide.ears.barge_in import BargeIn
from voiceguide.ears.expected import Expected
from voiceguide.ears.foreground import Foreground
from voiceguide.ears.freed_memory import FreedMemory
from voiceguide.ears.front import Front, HalfDuplex, Sound
from voiceguide.ears.interruption import Interruption
from voiceguide.ears.loud_sound import PAUSE_SECONDS, SURE_WITHOUT_VOICE, LoudSound
from voiceguide.ears.near_end import BELIEVED_SECONDS
from voiceguide.ears.second_look import SecondLook
from voiceguide.ears.speech import SpeechDetector
from voiceguide.ears.utterance import Turn, Utterance
from voiceguide.endpointer import Endpointer, Pace, Patience, Verdict
from voiceguide.events import (
    BLOCK_SECONDS,
    Block,
    CompletePhrase,
    Hearing,
    NoInput,
    Phrase,
    SpeechStarted,
    Transcript,
)
from voiceguide.loudness import dbfs

PRE_ROLL_SECONDS = 1.0
"""The recogniser hears so much of the time before speech was detected; detection takes up to 0.6 s of a
short 好.
"""

HEARD_BLOCKS = 5
"""So much of what made the ears believe that somebody speaks counts for how loud it is."""

DROWNED_SECONDS, DROWNED_AGAIN_SECONDS = 10.0, 60.0
"""The guide has been silent for so long, and only somebody else was heard: that is told, and again after so long."""

LONGEST_PHRASE_SECONDS = 4.0
"""What has gone on for longer is no phrase, and too long to be heard a second time at once."""

NEWEST_SECONDS, BEFORE_SECONDS = 0.6, 0.5
"""What would stop the guide is compared with the guide over so long a time; what was said, from so much before it."""

ECHO_SECONDS = 0.6
"""What begins so soon after the guide may be its echo: a loudspeaker lags up to 0.4 s behind, and a room rings."""

THOROUGH_SECONDS = 8.0
"""What is longer, the second before it included, is not heard again as from other mouths: she waits."""

_ONSET_BLOCKS = 8
# Over a prompt the recogniser hears this much before the first clear block: a soft beginning of her word.

_FRONT_BLOCKS = 20
# The same before her voice was found to stand in front of a television's.


class Recognises(Protocol):
    """What the listener needs of a recogniser."""

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """All phrases of the session."""

    def turn(self, phrases: Sequence[Phrase]) -> Turn:
        """A new utterance, which may be one of these phrases."""


class MicrophoneEars:
    """The Ears port over a recogniser and a speech detector."""

    def __init__(
        self,
        recogniser: Recognises,
        detector: SpeechDetector | None = None,
        patience: Patience | None = None,
        front: Front | None = None,
    ) -> None:
        """`patience`: fixed; left out it follows her own pace. `front`: left out the ears are half-duplex."""
        self._recogniser = recogniser
        self._detector = detector or SpeechDetector()
        self._patience = patience
        self._pace = Pace()
        self._front = front or HalfDuplex()
        self._foreground = Foreground()
        self._now_seconds = 0.0
        self._pre_roll: deque[Sound] = deque(maxlen=round(PRE_ROLL_SECONDS / BLOCK_SECONDS))
        self._expected = Expected()
        self._endpointer: Endpointer | None = None
        self._utterance: Utterance | None = None
        self._barge_in = BargeIn()
        self._spoke_at_seconds, self._drowned_at_seconds = 0.0, -math.inf
        self._interruption = Interruption()
        self._addressee = Addressee(self._barge_in, self._interruption, self._detector)
        self._second_look = SecondLook()
        self._loud_sound = LoudSound()
        self._freed_memory = FreedMemory()

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self._recogniser.prepare(phrases)

    def torn(self) -> None:
        """See NeedsWholeSound."""
        self._front.torn()

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        self._expected = self._addressee.expected = Expected(phrases, complete)
        self._endpointer = Endpointer(no_input_seconds, self._patience or self._pace.patience())
        self._forget()
        self._freed_memory.give_back(self._now_seconds)  # the answer waits to be played: 3 ms

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        self._now_seconds += BLOCK_SECONDS
        self._barge_in.feed(speaking)
        self._spoke_at_seconds = self._now_seconds if speaking else self._spoke_at_seconds
        sound = self._front.take(block, played, speaking)
        if self._endpointer is None:
            return None
        if sound is None:
            if self._barge_in.stopped:
                return self._nothing_said()
            if self._pre_roll or self._utterance is not None:
                self._forget()
            return None
        self._pre_roll.append(sound)
        is_speech = self._separated(sound, self._detector.feed(sound.block), speaking)
        self._interruption.feed(dbfs(sound.block), is_speech)
        above_room_db = 0.0 if speaking or sound.echo or not self._expected.phrases else self._detector.above_room_db
        self._loud_sound.feed(above_room_db, self._foreground.voices_behind)
        self._follow(sound, is_speech, speaking)
        if self._utterance is None and speaking:
            self._endpointer.restart()  # the waiting begins when the guide is silent
            return None
        partial = self._utterance.partial() if self._utterance is not None else ""
        complete = self._expected.is_complete(partial)
        stops = self._barge_in.may_stop and (self._stops_by_voice() or (complete and self._believed(partial)))
        if stops and not self._front.is_echo(NEWEST_SECONDS):
            self._barge_in.stopped = True
            return SpeechStarted(self._now_seconds)
        whole = self._expected.is_whole(partial) or self._expected.is_complete_behind_talk(partial)
        opening = self._expected.is_opening(partial)
        verdict = self._endpointer.process(BLOCK_SECONDS, is_speech, complete, whole, opening)
        return self._report(verdict)

    def _stops_by_voice(self) -> bool:
        return self._barge_in.stops_by_voice(self._interruption.may_be_hers)

    def _believed(self, partial: str) -> bool:
        """Has it stood for a while, and does the recogniser believe it, were it over now?"""
        if not self._barge_in.has_stood(partial) or self._utterance is None:
            return False
        if self._utterance.seconds > LONGEST_PHRASE_SECONDS:
            return False
        belief = self._utterance.believed(self._recogniser.turn(self._expected.phrases))
        return self._addressee.may_stop_guide(belief.text, belief.confidence, self._utterance.seconds)

    def _separated(self, sound: Sound, is_speech: bool, speaking: bool) -> bool:
        """Is it speech, and neither the guide's nor a television's?"""
        is_speech = is_speech and (sound.near or not sound.echo)
        if not self._expected.phrases:
            return is_speech  # somebody reads aloud to be recorded: loud and soft are the same voice
        layer = self._foreground.feed(sound.block, is_speech)
        if layer.onset and self._endpointer is not None:
            self._utterance = None  # a television's words do not become the beginning of hers
            self._endpointer.restart()
            while len(self._pre_roll) > _FRONT_BLOCKS:
                self._pre_roll.popleft()
        return is_speech and layer.front and not (speaking and layer.behind)

    def _follow(self, sound: Sound, is_speech: bool, speaking: bool) -> None:
        """Let the recogniser hear it, if it is (or begins) an utterance."""
        if self._utterance is not None:
            self._utterance.add(sound.block)
        elif (is_speech and (sound.sure or not sound.echo)) or self._loud_sound.begins:
            turn = self._recogniser.turn(self._expected.phrases)
            self._utterance = Utterance(turn, [*self._hers()], self._now_seconds - BLOCK_SECONDS)
            self._barge_in.begins()
            self._second_look = SecondLook()
            self._interruption.begins([dbfs(each.block) for each in [*self._pre_roll][-HEARD_BLOCKS:]])
            if sound.echo and self._endpointer is not None:  # so much of it was needed to believe it
                self._endpointer.process(BELIEVED_SECONDS, True, False)
        if self._utterance is not None and is_speech:
            self._utterance.weigh(sound.clear)

    def _hers(self) -> Iterator[Block]:
        """The pre-roll, silent where it is only the guide: a command in the prompt must not be heard."""
        first = len(self._pre_roll)
        for back, sound in enumerate(reversed(self._pre_roll), 1):
            if sound.echo and not sound.near:
                break
            first = len(self._pre_roll) - back
        for place, sound in enumerate(self._pre_roll):
            only_guide = sound.echo and place < first - _ONSET_BLOCKS
            yield np.zeros_like(sound.block) if only_guide else sound.block

    def _report(self, verdict: Verdict) -> Hearing | None:
        assert self._endpointer is not None
        if self._barge_in.stopped and verdict is Verdict.WAITING and not self._endpointer.stirring:
            return self._nothing_said()  # a click, or what was a television's
        going_on = self._utterance is not None and (self._endpointer.stirring or self._loud_sound.goes_on)
        waiting = verdict in (Verdict.WAITING, Verdict.NO_INPUT)
        if waiting and not going_on and self._utterance is not None:
            utterance, self._utterance = self._utterance, None
            partial = utterance.partial()
            is_reply = self._expected.is_complete(partial) or self._expected.is_whole(partial)
            if is_reply and not self._barge_in.over_prompt:
                # A soft 好了 in a noisy room: too little of it was taken for speech, and it is a reply all the same.
                transcript = self._written_down(utterance, self._endpointer)
                sure = utterance.has_voice or transcript.confidence >= SURE_WITHOUT_VOICE
                if transcript.text and sure and self._addressee.is_guide(transcript, utterance.seconds):
                    return self._end(transcript)
        if verdict is Verdict.NO_INPUT and not going_on:
            waited_seconds = self._endpointer.waited_seconds
            self._endpointer = None
            return NoInput(waited_seconds)
        over = verdict in (Verdict.FINISHED, Verdict.TOO_LONG) or self._second_look.is_due(self._now_seconds)
        if over and self._utterance is not None:
            return self._judge(self._utterance, self._endpointer)
        return None

    def _judge(self, utterance: Utterance, endpointer: Endpointer) -> Hearing | None:
        """It seems to be over: is it hers, and is it all?"""
        amid_talk = self._expected.is_complete_behind_talk(utterance.partial())
        transcript = self._written_down(utterance, endpointer)
        others = self._addressee.is_somebody_else
        if not others and self._second_look.is_wanted(transcript, endpointer, self._now_seconds, amid_talk):
            self._utterance = utterance.again(self._recogniser.turn(self._expected.phrases))
            endpointer.listen_on()
            return None
        transcript = self._second_look.best(transcript)
        if not self._addressee.is_guide(transcript, utterance.seconds):
            transcript = replace(transcript, text="", guess="")
        too_long = endpointer.verdict is Verdict.TOO_LONG
        transcript = replace(transcript, too_long=too_long)
        nobodys = others or transcript.clearness < LEAST_CLEAR
        unanswerable = not transcript.text and (too_long or self._barge_in.over_prompt or nobodys)
        if not self._barge_in.stopped and (unanswerable or self._expected.is_idle(transcript.text)):
            # A television, or a talk with somebody else: to say 没听清 would be to talk into it. After 那个… she is
            # still about to say something, and 谢谢你 behind what she said before is no reply to what is said now.
            if unanswerable:
                self._interruption.ends(understood=False, interrupted=False)
            self._forget()
            return self._drowned()
        return self._end(transcript)

    def _written_down(self, utterance: Utterance, endpointer: Endpointer) -> Transcript:
        # While the guide speaks it would stutter if the ears took their time.
        may_take_long = not self._barge_in.speaking and utterance.seconds <= THOROUGH_SECONDS
        thorough = may_take_long and self._second_look.is_thorough(endpointer)
        silence_seconds = endpointer.silence_seconds if utterance.has_voice else PAUSE_SECONDS
        transcript = utterance.transcript(self._now_seconds - silence_seconds, thorough)
        said_seconds = transcript.end_seconds - transcript.start_seconds + BEFORE_SECONDS
        may_be_echo = transcript.start_seconds <= self._spoke_at_seconds + ECHO_SECONDS
        if may_be_echo and self._front.is_echo(said_seconds, silence_seconds):
            return replace(transcript, clearness=0.0)  # nothing of it stands clear of the echo
        return transcript

    def _drowned(self) -> NoInput | None:
        """Nothing but somebody else's talk for so long: told now and then, for her words may be lost in it."""
        waited_seconds = self._now_seconds - self._spoke_at_seconds
        again = self._now_seconds - self._drowned_at_seconds >= DROWNED_AGAIN_SECONDS
        if waited_seconds < DROWNED_SECONDS or not again or not self._foreground.voices_behind:
            return None
        self._drowned_at_seconds, self._endpointer = self._now_seconds, None
        return NoInput(waited_seconds, voices_behind=True)

    def _nothing_said(self) -> Transcript:
        """The guide has stopped for it, and is told, or what it was saying would never be said."""
        return self._end(Transcript("", 0.0, self._now_seconds, self._now_seconds))

    def _end(self, transcript: Transcript) -> Transcript:
        speech_dbfs, noise_dbfs = self._detector.speech_dbfs, self._detector.noise_dbfs
        transcript = replace(
            transcript,
            speech_dbfs=speech_dbfs,
            noise_dbfs=noise_dbfs,
            voices_behind=self._foreground.voices_behind,
            complete=self._expected.is_complete(transcript.text),
        )
        self._interruption.ends(understood=bool(transcript.text), interrupted=self._barge_in.stopped)
        if transcript.text:
            self._pace.learn(transcript, self._endpointer.longest_pause_seconds if self._endpointer else 0.0)
        self._endpointer = None
        self._forget(understood=bool(transcript.text))
        return transcript

    def _forget(self, *, understood: bool = False) -> None:
        """What has been heard up to now belongs to no reply that is still to come."""
        self._foreground.turn_over(understood=understood)
        self._interruption.begins()
        self._pre_roll.clear()
        self._loud_sound.forget()
        self._utterance = None
        self._barge_in.forget()
        self._detector.reset()
        if self._endpointer is not None:
            self._endpointer.restart()
