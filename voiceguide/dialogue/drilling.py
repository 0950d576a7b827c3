"""The exercise against swindlers (防骗演练): it lies over her place, and leads back to exactly there. Pure.

    she asks for it -> this is an exercise -> the scene -> the swindler, in another voice     Mode.DRILL
    she refuses, hangs up, asks her children, calls   -> praise            -> another one?    Mode.DRILL_MORE
    she hesitates     -> the swindler pushes; again   -> help, what to say -> another one?
    she gives in      -> kind words, what to say                           -> another one?
    she says digits   -> they are forgotten, then as if she gave in
    no, or enough of it at any time -> that was an exercise -> what was asked before

Which comes next, and what is remembered of it, is decided in `drills`.
"""

from __future__ import annotations

from collections.abc import Mapping

from voiceguide.dialogue.asking import Handler, Outcome, current, swindler
from voiceguide.dialogue.remembering import remembering
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Drilling, Mode, State
from voiceguide.events import Action, Say
from voiceguide.guides.drills import (
    ASK_CHILDREN,
    CALL,
    FELL,
    GIVE_IN,
    HANG_UP,
    HELD,
    HESITATE,
    HESITATED,
    REFUSE,
    Drill,
    after,
)
from voiceguide.replacing import replace


def begin(script: Script, state: State) -> Outcome:
    """She asks for it: announced, and the first drill."""
    return _next(script, state, over=state.mode, lead="begin")


def another(script: Script, state: State) -> Outcome:
    return _next(script, state, over=_at(state).over, lead="next")


def the_same(script: Script, state: State) -> Outcome:
    """This drill from its beginning."""
    drill = script.guide.drills.drill(_at(state).drill)
    state = replace(state, mode=Mode.DRILL, drilling=replace(_at(state), pushed=False))
    return state, [Say(script.framing("again", state)), *_scene(drill)]


def skip(script: Script, state: State) -> Outcome:
    """Another one, though she has not answered this: it is not remembered, and comes another time."""
    at = _at(state)
    return _next(script, replace(state, drilled=(*state.drilled, at.drill)), over=at.over, lead="next")


def leave(script: Script, state: State) -> Outcome:
    """Enough of it: said to have been an exercise, and back to where she was."""
    over = _at(state).over
    ended = Say(script.framing("ended", state))
    state = replace(state, mode=over, drilling=None, misses=0, silences=0)
    return state, [ended, *current(script, state)]


def announced(script: Script, before: State, new: State, actions: list[Action]) -> list[Action]:
    """Whatever led out of a drill, she is told that it was one: before `actions`, unless they say so."""
    if before.drilling is None or new.drilling is not None:
        return actions
    said = {action.prompt for action in actions if isinstance(action, Say)}
    if said & {*script.guide.drills.frame["ended"]}:
        return actions
    return [Say(script.framing("ended", before)), *actions]


def _advised(script: Script, state: State) -> Outcome:
    """What she might have said, and whether to go on."""
    drill = script.guide.drills.drill(_at(state).drill)
    return state, [Say(drill.instead), *current(script, state)]


def _next(script: Script, state: State, over: Mode, lead: str) -> Outcome:
    drill = script.guide.drills.following(state.known, state.drilled)
    state = replace(state, mode=Mode.DRILL, drilling=Drilling(drill.id, over))
    return state, [Say(script.framing(lead, state)), *_scene(drill)]


def _scene(drill: Drill) -> list[Action]:
    return [Say(drill.scene), *map(Say, drill.say)]


def _at(state: State) -> Drilling:
    assert state.drilling is not None, "only in Mode.DRILL and Mode.DRILL_MORE"
    return state.drilling


# ------------------------------------------------------------------------ what she answers the swindler


def _answered(kind: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        at = _at(state)
        drill = script.guide.drills.drill(at.drill)
        if kind == HESITATE and not at.pushed:
            return replace(state, drilling=replace(at, pushed=True)), [Say(drill.push)]
        result = {GIVE_IN: FELL, HESITATE: HESITATED}.get(kind, HESITATED if at.pushed else HELD)
        state, remember = remembering(state, after(state.known.of(drill.exercise), result, state.known.today))
        state = replace(state, mode=Mode.DRILL_MORE, drilled=(*state.drilled, drill.id))
        instead = [Say(drill.instead)] if kind in (HESITATE, GIVE_IN) else []
        return state, [remember, Say(drill.replies[kind]), *instead, Say(script.framing("more", state))]

    return handler


def _told_digits(script: Script, state: State) -> Outcome:
    """She told him a number: nobody keeps it."""
    forgotten = Say(script.fresh("digits", state))
    state, actions = _answered(GIVE_IN)(script, state)
    return state, [forgotten, *actions]


def _once_more(script: Script, state: State) -> Outcome:
    """The swindler says it again, after a word that this is an exercise."""
    return state, current(script, state)


def _framed(key: str) -> Handler:
    """Something the guide says, and then the swindler, or the question, once more."""

    def handler(script: Script, state: State) -> Outcome:
        waits = state.mode is Mode.DRILL
        then = swindler(script, _at(state)) if waits else current(script, state)
        return state, [Say(script.framing(key, state)), *then]

    return handler


def missed(script: Script, state: State) -> Outcome:
    """Not understood, already counted: how she might answer, and from the third time on numbers."""
    key = "choose" if state.misses >= 3 and state.misses % 2 == 1 else "miss"
    return state, [Say(script.framing(key, state))]


ANSWERS: Mapping[Mode, Mapping[str, Handler]] = {
    Mode.DRILL: {
        **{kind: _answered(kind) for kind in (REFUSE, HANG_UP, ASK_CHILDREN, CALL, HESITATE, GIVE_IN)},
        # 好 and 好了 do as he says; 等一下, 不会弄 and 你说吧 listen to him.
        **dict.fromkeys(("yes", "next"), _answered(GIVE_IN)),
        **dict.fromkeys(("pause", "resume", "cannot", "failed"), _answered(HESITATE)),
        "no": _answered(REFUSE),
        "digits": _told_digits,
        **{
            "choice:1": _answered(HANG_UP),
            "choice:2": _answered(ASK_CHILDREN),
            "choice:3": _answered(GIVE_IN),
        },
        **{"repeat": _once_more, "help": _framed("help"), "where": _framed("where")},
        **dict.fromkeys(("previous", "restart"), the_same),
        **{"drill": skip, "stop": leave},
    },
    Mode.DRILL_MORE: {
        **dict.fromkeys(("yes", "resume", "next", "drill"), another),
        **dict.fromkeys(("no", "stop"), leave),
        **dict.fromkeys(("previous", "restart"), the_same),
        **{"repeat": _framed("where"), "where": _framed("where"), "help": _advised},
    },
}
"""Rows of the one table (`dialogue`)."""
