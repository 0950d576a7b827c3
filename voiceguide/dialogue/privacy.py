"""She takes back that her words are written down: at once, and what was written is gone. Pure."""

from __future__ import annotations

from voiceguide.dialogue.asking import Outcome, current
from voiceguide.dialogue.remembering import remembering
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.events import Say
from voiceguide.notes import Consented


def take_back(script: Script, state: State) -> Outcome:
    """From any state; the conversation stands where it stood."""
    if not state.known.keeps_words:
        return state, [Say(script.fresh("no-words-kept", state)), *current(script, state)]
    state, remember = remembering(state, Consented(False, state.known.today))
    return state, [remember, Say(script.fresh("no-words", state)), *current(script, state)]
