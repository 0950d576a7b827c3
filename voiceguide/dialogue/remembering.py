"""What is to be remembered of her leaves the dialogue as an action, and stands in its own state at once. Pure."""

from __future__ import annotations

from voiceguide.dialogue.state import State
from voiceguide.events import Remember
from voiceguide.notes import Consented, NextCertification, Note, Practised
from voiceguide.replacing import replace


def remembering(state: State, note: Note) -> tuple[State, Remember]:
    """The state that knows it, and the action that keeps it."""
    known = state.known
    match note:
        case Practised(exercise=exercise):
            others = tuple(each for each in known.practised if each.exercise != exercise)
            known = replace(known, practised=(*others, note))
        case NextCertification(day=day):
            known = replace(known, next_certification=day)
        case Consented():
            known = replace(known, consent=note)
    return replace(state, known=known), Remember(note)
