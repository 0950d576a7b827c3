"""The loop that joins room, ears, intents, dialogue and mouth. Receives ports; imports no adapter.

each 20 ms:  mouth.next_block() -> room.exchange() -> ears.hear()   (exchange.py)
each hearing: understand -> respond -> mouth.say() … ears.listen()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from enum import Enum
from functools import cached_property, partial
from typing import TypeAlias

from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script, prompts
from voiceguide.dialogue.state import State
from voiceguide.ears import Ears, EarsError
from voiceguide.errors import ToldError
from voiceguide.events import (
    NO_MANNER,
    Action,
    Adjust,
    Answered,
    Change,
    End,
    Entry,
    Event,
    FalseAlarm,
    Listen,
    Manner,
    NoInput,
    NoMatch,
    Prompt,
    Remember,
    Resume,
    Say,
    SpeechStarted,
    Transcript,
    Unsure,
)
from voiceguide.mouth import Mouth
from voiceguide.profile.keeping import Keeper, Keeping
from voiceguide.room import Room, RoomClosed, RoomError
from voiceguide.session.exchange import Exchange
from voiceguide.session.said_again import SaidAgain
from voiceguide.understanding.intents import Understanding

CLEAR_ENOUGH = 0.3
"""A word of the prompt that was being said counts as hers where this share of it stood clear of the echo (what was seen
of both: ears.addressee.LEAST_CLEAR)."""


class Outcome(Enum):
    """How a session ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    CLOSED = "closed"
    """The recording or the typing was over before the guide was."""


Opened: TypeAlias = tuple[Script, Understanding | Callable[[], Understanding]]
"""A guide, ready to be talked about. Its understanding itself, or how to get it, which is asked behind the first
words."""


class Session:
    """One conversation."""

    def __init__(
        self,
        script: Script,
        understanding: Understanding | Callable[[], Understanding],
        room: Room,
        ears: Ears,
        mouth: Mouth,
        keeper: Keeper,
        log: Callable[[Entry], None],
        today: date | None = None,
        *,
        open_guide: Callable[[str], Opened] | None = None,
        asks_which: bool = False,
    ) -> None:
        """`understanding`: as in `Opened`. `today`: the day it begins; None: nothing is said of days, or remembered
        with one. `open_guide`: how to get another guide when she wants one; without it the session ends there.
        `asks_which`: begin with the question which guide it is to be.
        """
        self._script = script
        self._given_understanding = understanding
        self._exchange = Exchange(room, mouth, ears, log)
        self._ears, self._mouth, self._log = ears, mouth, log
        self._open_guide = open_guide
        self._asks_which = asks_which
        self._next_guide = ""
        self._pace = self._loudness = 0
        """Notches at which the mouth is now."""
        self._outcome: Outcome | None = None
        self._farewell: list[Prompt] = []
        self._listen: Listen | None = None
        self._interrupted = False
        self._said_again = SaidAgain(lambda hearing, expecting: self._understanding.hear(hearing, expecting))
        self._keeping = Keeping(keeper, script.guide.id, today, self._exchange.notice)

    @cached_property
    def _understanding(self) -> Understanding:
        given = self._given_understanding
        return given if isinstance(given, Understanding) else given()

    @property
    def now_seconds(self) -> float:
        """Session time: the microphone's blocks are the only clock."""
        return self._exchange.now_seconds

    def run(self) -> Outcome:
        """Talk until the guide is done, she stops it, or the room closes.

        Raises EarsError (after having told her), RoomError when a device stays lost.
        """
        state = self._begin()
        try:
            return self._converse(state)
        finally:
            self._keeping.ends(self.now_seconds)

    def _converse(self, state: State) -> Outcome:
        while True:
            try:
                hearing = self._exchange.hear()
            except EarsError:
                self._apologise()
                raise
            except RoomClosed:
                return Outcome.CLOSED
            except RoomError as error:
                self._exchange.reopen(error)
                state = self._resume_after_loss(state)
                continue
            if self._outcome is not None and not self._mouth.speaking:
                if not self._next_guide or self._open_guide is None:
                    return self._outcome
                try:
                    opened = self._open_guide(self._next_guide)
                except ToldError:  # its content is bad, and she was told that it comes now
                    self._apologise()
                    raise
                state = self._change_to(opened)
                continue
            match hearing:
                case Transcript() | NoInput():
                    if isinstance(hearing, Transcript):
                        hearing = self._understanding.forgotten(hearing)
                    self._interrupted |= self._exchange.fall_silent()
                    event, manner = self._understand(hearing, state)
                    self._log(Answered(self.now_seconds, hearing, event))
                    state, actions = dialogue.respond(self._script, state, event, manner)
                    if self._keeping.to_be_told():  # before what she is asked to say, which comes last
                        actions = [Say(self._script.vary("trouble-keeping", 0)), *actions]
                    self._act(actions)
                    finished = self._outcome is Outcome.FINISHED
                    self._keeping.answered(state, event, self.now_seconds, finished=finished)
                case SpeechStarted():
                    self._interrupted |= self._exchange.fall_silent()

    def _begin(self) -> State:
        her, known, step = self._keeping.profile, self._keeping.known, self._keeping.step
        step = step if step in {step.id for step in self._script.guide.steps} else None
        state, actions = dialogue.start(
            self._script, step, her.pace, her.loudness,
            pace_asked=her.pace_asked, known=known, asks_which=self._asks_which, reminds=self.now_seconds == 0,
        )  # fmt: skip
        if state.chosen:
            self._keeping.begins(state.step)
        # The dialogue keeps its notches within range; the mouth starts from zero, or from the guide before.
        self._adjust(state.pace - self._pace, state.loudness - self._loudness)
        self._mouth.prepare(list(self._likely_prompts(actions)))
        with ThreadPoolExecutor(1, "ears") as behind_the_greeting:
            prepared = behind_the_greeting.submit(self._prepare_ears)
            self._act([action for action in actions if isinstance(action, Say)])
            try:
                self._exchange.greet()
                prepared.result()
            except EarsError:
                self._apologise()
                raise
        self._act([action for action in actions if not isinstance(action, Say)])
        return state

    def _change_to(self, opened: Opened) -> State:
        """She wanted another guide; this one was kept where she left it."""
        self._script, self._given_understanding = opened
        self.__dict__.pop("_understanding", None)
        self._keeping.changes_to(self._script.guide.id, self.now_seconds)
        self._outcome, self._next_guide, self._asks_which = None, "", False
        self._interrupted, self._listen = False, None
        return self._begin()

    def _prepare_ears(self) -> None:
        expected = (*dialogue.intents(self._script), *dialogue.answers(self._script))
        self._ears.prepare(self._understanding.word_list(expected))

    def _likely_prompts(self, actions: Iterable[Action]) -> Iterable[Prompt]:
        """Everything that can be said, the first words first."""
        seen = set()
        first = [action.prompt for action in actions if isinstance(action, Say)]
        for prompt in (*first, *prompts(self._script)):
            if prompt.id not in seen:
                seen.add(prompt.id)
                yield prompt

    def _understand(self, hearing: Transcript | NoInput, state: State) -> tuple[Event, Manner]:
        if isinstance(hearing, NoInput):
            return hearing, NO_MANNER
        assert self._listen is not None, "ears reported a transcript although nobody listens"
        interrupted, self._interrupted = self._interrupted, False
        if interrupted and (self._own_words(hearing) or self._said_again.is_it(hearing, self.now_seconds)):
            return FalseAlarm(hearing.text), NO_MANNER
        event = self._understanding.hear(hearing, self._listen.expecting)
        early = interrupted and self._mouth.cut_off_early
        # A doubtful answer to what she cannot have heard yet: to ask about it would leave it unsaid.
        answers_nothing = early and isinstance(event, Unsure) and event.intent in ("yes", "no")
        if answers_nothing or (interrupted and isinstance(event, NoMatch)):
            return FalseAlarm(hearing.text), NO_MANNER
        leads_to = partial(dialogue.respond, self._script, state)
        self._said_again.answered(event, self._listen.expecting, leads_to, self.now_seconds)
        manner = self._understanding.manner(hearing, event)
        return event, replace(manner, early=early)

    def _own_words(self, hearing: Transcript) -> bool:
        """May this be what the guide itself was saying? Its words are suspects: she must have been clearer."""
        saying = self._exchange.saying
        own = self._understanding.holds(saying.text if saying else "", hearing.text or hearing.guess)
        return own and hearing.clearness < CLEAR_ENOUGH

    def _act(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Say(prompt=prompt):
                    self._mouth.say(prompt)
                case Resume():
                    self._mouth.resume()
                case Remember(note=note):
                    self._keeping.note(note)
                case Adjust(pace=pace, loudness=loudness):
                    self._adjust(pace, loudness)
                case Listen():
                    self._listen = action
                    self._ears.listen(
                        self._understanding.word_list(action.expecting, action.question),
                        action.no_input_seconds,
                        self._understanding.complete(action.expecting),
                    )
                case End(finished=finished):
                    self._farewell = [each.prompt for each in actions if isinstance(each, Say)]
                    self._outcome = Outcome.FINISHED if finished else Outcome.STOPPED
                case Change(guide=guide):
                    self._farewell = [each.prompt for each in actions if isinstance(each, Say)]
                    self._outcome, self._next_guide = Outcome.STOPPED, guide

    def _adjust(self, pace: int, loudness: int) -> None:
        self._pace += pace
        self._loudness += loudness
        self._mouth.adjust(pace, loudness)

    def _resume_after_loss(self, state: State) -> State:
        """She may have missed or said anything meanwhile: say where we are, and listen anew."""
        self._mouth.hush()
        self._mouth.say(self._script.vary("mic-back", 0))
        if self._outcome is not None:
            for prompt in self._farewell:
                self._mouth.say(prompt)
            return state
        state, actions = dialogue.again(self._script, replace(state, misses=0, silences=0))
        self._act(actions)
        return state

    def _apologise(self) -> None:
        self._exchange.last_words(self._script.vary("trouble-sound", 0))
