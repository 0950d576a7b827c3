"""Plays a written conversation: against the dialogue alone, or aloud through ears and mouth in a room.

Both ways give the session's log, and both stop where the guide answers otherwise than written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.events import (
    NO_MANNER,
    Action,
    Answered,
    Change,
    Entry,
    Event,
    FalseAlarm,
    Listen,
    Manner,
    NoInput,
    NoMatch,
    Prompt,
    Said,
    Say,
    Transcript,
)
from voiceguide.notes import NOTHING_KNOWN, Known
from voiceguide.profile.profile import Profile
from voiceguide.rehearsal.conversation import Conversation, Differs, GuideSays, PersonSays, PersonSilent
from voiceguide.understanding.intents import Understanding

Talked: TypeAlias = tuple[Script, Understanding]

SECONDS_PER_CHARACTER = 60 / 160
"""How long a prompt is taken to last where nothing is spoken: the log shows times of that kind."""

NOTHING = "（什么也没说）"


class RehearsalKeeper:
    """Remembers what the conversation says was saved; keeps nothing."""

    def __init__(self, guide_id: str, saved: str | None, known: Known = NOTHING_KNOWN) -> None:
        practised = {each.exercise: each for each in known.practised}
        profile = Profile(
            next_certification=known.next_certification, practised=practised, consent=known.consent
        )
        self._profile = profile.at_step(guide_id, saved)

    def load(self) -> Profile:
        return self._profile

    def save(self, profile: Profile) -> None:
        """A rehearsal leaves no trace."""


class Prompter:
    """Follows the session's log along the written lines. A log callback: raises Differs."""

    def __init__(self, conversation: Conversation, log: Callable[[Entry], None] = lambda entry: None) -> None:
        self._conversation = conversation
        self._expected = deque(line for line in conversation.lines if not isinstance(line, PersonSilent))
        self._log = log

    def __call__(self, entry: Entry) -> None:
        self._log(entry)
        match entry:
            case Said(prompt=prompt):
                self._match(prompt)
            case Answered(hearing=Transcript(text=text)):
                if not self._expected or not isinstance(self._expected[0], PersonSays):
                    self._differ(f"{NOTHING}（听成了“{text}”）")
                self._expected.popleft()

    def finish(self) -> None:
        """The conversation is over: nothing written may be left."""
        if self._expected:
            self._differ(NOTHING)

    def _match(self, prompt: Prompt) -> None:
        line = self._expected[0] if self._expected else None
        if not isinstance(line, GuideSays) or not line.matches(prompt.text):
            self._differ(prompt.text)
        self._expected.popleft()

    def _differ(self, got: str) -> None:
        last = self._conversation.lines[-1].number if self._conversation.lines else 1
        line = self._expected[0] if self._expected else None
        raise Differs(self._conversation, line.number if line else last, line.text if line else NOTHING, got)


def rehearse_text(
    conversation: Conversation,
    script: Script,
    understanding: Understanding,
    log: Callable[[Entry], None] = lambda entry: None,
    open_guide: Callable[[str], Talked] | None = None,
) -> None:
    """Run it against the dialogue alone. `open_guide`: what she may change to. Raises Differs."""
    prompter = Prompter(conversation, log)
    now_seconds = 0.0
    listen: Listen | None = None
    known = {step.id for step in script.guide.steps}
    saved = conversation.saved if conversation.saved in known else None
    state, actions = dialogue.start(
        script, saved, known=conversation.known, asks_which=conversation.asks_which
    )

    def act(actions: list[Action]) -> None:
        nonlocal now_seconds, listen, script, understanding, state
        listen = None
        for action in actions:
            if isinstance(action, Say):
                prompter(Said(now_seconds, action.prompt))
                now_seconds += len(action.prompt.text) * SECONDS_PER_CHARACTER
            elif isinstance(action, Listen):
                listen = action
            elif isinstance(action, Change) and open_guide is not None:
                script, understanding = open_guide(action.guide)
                state, first = dialogue.start(
                    script, None, state.pace, state.loudness, known=state.known, reminds=False
                )
                act(first)

    def answer(hearing: Transcript | NoInput, event: Event, manner: Manner = NO_MANNER) -> None:
        nonlocal state
        prompter(Answered(now_seconds, hearing, event))
        state, actions = dialogue.respond(script, state, event, manner)
        act(actions)

    act(actions)
    for line in conversation.lines:
        match line:
            case PersonSays(number=number, text=text):
                if listen is None:
                    raise Differs(conversation, number, text, "（指南已经结束）")
                said = understanding.forgotten(line.transcript(now_seconds))
                event = understanding.hear(said, listen.expecting)
                if line.interrupts and isinstance(event, NoMatch):
                    answer(said, FalseAlarm(text), NO_MANNER)
                else:
                    answer(said, event, understanding.manner(said, event))
            case PersonSilent(seconds=seconds):
                left_seconds = seconds
                while listen is not None and left_seconds >= listen.no_input_seconds:
                    left_seconds -= listen.no_input_seconds
                    now_seconds += listen.no_input_seconds
                    silence = NoInput(listen.no_input_seconds)
                    answer(silence, silence)
    prompter.finish()
