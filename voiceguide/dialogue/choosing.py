"""Which guide: asked before anything is begun, and again whenever she wants another one. Pure.

    start  --which?--> guide A, where she left it | guide B (Change)
    anywhere  --换一个--> which?, or the one other guide  --guide B--> sure?  --yes--> Change
                                                                          --no--> where she was

Until she has chosen (`State.chosen`) nothing of the guide in whose name she is asked can be reached: every
answer that would move her asks her again.
"""

from __future__ import annotations

from voiceguide.dialogue.asking import Handler, Outcome, current, lift
from voiceguide.dialogue.questions import carry_on
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Place, State
from voiceguide.events import Action, Change, Say
from voiceguide.guides.shelf import GUIDE
from voiceguide.replacing import replace


def first_question(script: Script, state: State) -> Outcome:
    """The first words of a session in which she is asked which guide."""
    state = replace(state, mode=Mode.WHICH, chosen=False)
    return state, [Say(script.fresh("which-welcome", state)), *current(script, state)]


def ask_which(script: Script, state: State) -> Outcome:
    """换一个: which other one? Where there is only one, whether that."""
    others = [offer.id for offer in script.guide.shelf.offers if offer.id != script.guide.id]
    if len(others) == 1:
        return _ask_change(script, state, others[0])
    state = replace(state, mode=Mode.WHICH, page=0)
    return state, current(script, state)


def ask_again(script: Script, state: State) -> Outcome:
    """No guide was named: the same question in other words."""
    return state, current(script, state)


def stay(script: Script, state: State) -> Outcome:
    """None of them: what she was doing, if she was doing anything."""
    return carry_on("carry-on")(script, state) if state.chosen else ask_again(script, state)


def pick(number: int) -> Handler:
    """The first, the second or the third of what was offered."""

    def handler(script: Script, state: State) -> Outcome:
        ids = script.guide.shelf.pages[state.page].ids
        if number > len(ids):
            return ask_again(script, state)
        return take(script, state, ids[number - 1]) if ids[number - 1] else turn_page(script, state)

    return handler


def turn_page(script: Script, state: State) -> Outcome:
    """None of these: the next ones; after the last page the first."""
    state = replace(state, page=(state.page + 1) % len(script.guide.shelf.pages))
    return state, current(script, state)


def named(script: Script, state: State, intent: str) -> Outcome:
    """She called a guide by its name."""
    guide_id = intent.removeprefix(GUIDE)
    if state.mode is Mode.WHICH or not state.chosen or (state.mode, state.other) == (Mode.CHANGE, guide_id):
        return take(script, state, guide_id)
    if guide_id == script.guide.id:
        return carry_on("carry-on")(script, state)
    return _ask_change(script, state, guide_id)


def sure(script: Script, state: State) -> Outcome:
    return take(script, state, state.other)


def take(script: Script, state: State, guide_id: str) -> Outcome:
    """Go to that guide. The other one remembers where she was."""
    if guide_id != script.guide.id:
        told = script.fresh("changed" if state.chosen else "which-chosen", state)
        return replace(state, mode=Mode.ENDED, other=guide_id), [Say(told), Change(guide_id)]
    if state.chosen:
        return carry_on("carry-on")(script, state)
    return begin(script, replace(state, chosen=True))


def begin(script: Script, state: State) -> Outcome:
    """The first words of this guide, or the question whether to go on where she was last time."""
    if state.step != script.guide.steps[0].id:
        state = replace(state, mode=Mode.RESUME, place=Place())
        return state, current(script, state)
    state = replace(lift(state), place=Place())
    welcome: list[Action] = [Say(script.guide.welcome)]
    return state, [*welcome, *current(script, state)]


def _ask_change(script: Script, state: State, guide_id: str) -> Outcome:
    state = replace(state, mode=Mode.CHANGE, other=guide_id)
    return state, current(script, state)
