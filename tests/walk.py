"""The walk over every reachable (state, event) of every shipped guide: what the laws of the dialogue are held to."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Hashable, Iterator
from functools import cache

from tests import shipped
from voiceguide.dialogue.dialogue import Outcome, expecting, respond, start
from voiceguide.dialogue.script import Script, parts
from voiceguide.dialogue.state import Mode, Phase, Place, Spot, State
from voiceguide.events import Action, Event, Heard, NoInput, NoMatch, Say
from voiceguide.guides.drills import DRILL
from voiceguide.guides.shelf import Shelf
from voiceguide.replacing import replace
from voiceguide.understanding.answers import OF_PROMPT

GUIDES = shipped.library().guide_ids()
MISS = NoMatch("今天天气很好")
SILENCE = NoInput(30.0)
QUESTIONS = (Mode.STOP, Mode.RESTART, Mode.CHANGE)
"""Shall it go on otherwise than by the next step? A no leaves her where she is."""

whole = shipped.script


@cache
def script(guide_id: str) -> Script:
    """The guide, with one trouble a step, one that can be said anywhere, and two questions: the others differ in
    words only, and every one of them is walked through in a test of its own. Other guides are there in the last one
    only."""
    play = whole(guide_id)
    steps = tuple(dataclasses.replace(step, troubles=step.troubles[:1]) for step in play.guide.steps)
    answered = [question for question in play.guide.questions if not question.rests]
    alone = [question for question in answered if len(question.say) == 1]
    more = [question for question in answered if len(question.say) > 1]
    questions = (*alone[:1], *more[:1])
    troubles = sorted(play.guide.troubles, key=lambda trouble: not trouble.listen_only)[:1]
    shelf = play.guide.shelf if guide_id == GUIDES[-1] else Shelf()
    guide = dataclasses.replace(
        play.guide, steps=steps, troubles=tuple(troubles), questions=questions, shelf=shelf
    )
    return Script(guide, play.common)


def heard(intent: str) -> Heard:
    return Heard(intent, "")


def says(actions: list[Action]) -> list[str]:
    return [action.prompt.text for action in actions if isinstance(action, Say)]


def place_only(state: State) -> State:
    """The state without its counters: where she is, what is asked, and at which movement of which order she is. A guide
    that she was asked about before (`other`) is no place."""
    asks_about = state.mode in (Mode.CHANGE, Mode.CONFIRM, Mode.ENDED)
    practising = state.practising if state.mode is Mode.PRACTICE else None
    return replace(
        State(""),
        step=state.step,
        place=state.place,
        mode=state.mode,
        drilling=state.drilling,
        practising=practising and replace(practising, seed=0, lap=0),
        chosen=state.chosen,
        page=state.page,
        other=state.other if asks_about else "",
    )


@cache
def walk(guide_id: str) -> dict[tuple[State, Event], Outcome]:
    """What every event leads to in every state that can be reached, counters aside."""
    play = script(guide_id)
    fresh, _ = start(play)
    returning = [start(play, step.id)[0] for step in play.guide.steps]
    seen = dict.fromkeys(place_only(state) for state in (fresh, *returning))  # in order: every walk is the same
    queue = deque(seen)
    outcomes: dict[tuple[State, Event], Outcome] = {}
    examples: dict[Hashable, tuple[str, Place]] = {}
    while queue:
        state = queue.popleft()
        events: list[Event] = [heard(each) for each in expecting(play, state) if not each.startswith(OF_PROMPT)]
        for event in (*events, MISS, SILENCE):
            outcomes[state, event] = respond(play, state, event)
        # two misses open the yes/no question and three the numbers: the counters matter there
        missed = [respond(play, replace(state, misses=count), MISS) for count in (1, 2)]
        # The exercise has laws of its own (test_drilling.py): it lies over every place alike.
        known = [outcomes[state, event] for event in events if event != heard(DRILL)]
        for new in (place_only(new) for new, _ in (*missed, *known, outcomes[state, SILENCE])):
            if new not in seen and new.mode is not Mode.ENDED and _is_walked(play, new, examples):
                seen[new] = None
                queue.append(new)
    return outcomes


def _is_walked(play: Script, state: State, examples: dict[Hashable, tuple[str, Place]]) -> bool:
    """A question over her place (Mode) is the same wherever she is: walked through at every step, and on detours at
    the first of a kind. She may practise anywhere too: walked through at two steps, and at every other place in a test
    of its own."""
    here = (state.step, state.place)
    if now := state.practising:
        steps = (play.guide.steps[0].id, play.guide.steps[-1].id)
        return now.over is Mode.OPEN and state.place == Place() and state.step in steps
    alike = state.mode is not Mode.OPEN and state.place.spot is not Spot.STEP
    return not alike or examples.setdefault(_kind(play, state), here) == here


def _kind(play: Script, state: State) -> Hashable:
    """What the dialogue can tell of a detour."""
    guide, place = play.guide, state.place
    step = guide.step(state.step)
    only_listens = place.spot is Spot.TROUBLE and guide.trouble(state.step, place.name).listen_only
    causes = len(guide.checklists[place.name].causes) if place.spot in (Spot.ASK, Spot.FIX) else 0
    return (
        place.spot, place.part == 0, place.part + 1 == parts(play, state), place.cause == 0, place.cause + 1 == causes,
        step == guide.steps[-1], step.listen_only, step.checklist is None, only_listens,
    )  # fmt: skip


def is_moving(state: State) -> bool:
    return state.practising is not None and state.practising.phase is Phase.MOVING


def is_resting(state: State) -> bool:
    return state.practising is not None and state.practising.phase is Phase.RESTING


def live(play: Script) -> list[State]:
    """Every state of the walk."""
    return _live(play.guide.id)


@cache
def _live(guide_id: str) -> list[State]:
    return list(dict.fromkeys(state for state, _ in walk(guide_id)))


def on_the_way(play: Script) -> list[State]:
    """Where she is not practising: there silences and misses have rules of their own, see test_practising.py."""
    return [state for state in live(play) if state.mode is not Mode.PRACTICE]


def outcomes(play: Script) -> Iterator[tuple[State, Event, State, list[Action]]]:
    for (state, event), (new, actions) in walk(play.guide.id).items():
        yield state, event, new, actions
