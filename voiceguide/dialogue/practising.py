"""Practising the movements, at any time and from any state, without the phone. Pure.

    练习刷脸 --begin--> one movement: what it is, counted beats, what goes wrong -- a few seconds to speak in
                          |-- nothing, or 好了 --> the next movement … after the last: how did it go?
                          |-- 再来一次, 不会 --> the same once more
                          '-- 会了, 不练了 --> praise, and back to exactly where she was
    how did it go?  会了 --> back      再来一次 --> all of them in another order      nothing --> it waits
    等一下 --> it rests until she says 继续

Everything else that is understood is answered as anywhere; what leads elsewhere ends the exercise.
"""

from __future__ import annotations

from voiceguide.dialogue.asking import Handler, Outcome, current
from voiceguide.dialogue.remembering import remembering
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Phase, Practising, State
from voiceguide.events import Say
from voiceguide.guides.exercise import AT_EASE, NOTE
from voiceguide.replacing import replace

LEFT = "left"
"""How it went when she did not say that she was at ease."""


def begin(script: Script, state: State) -> Outcome:
    """From the first movement. The order is another one each time she practises."""
    seed = state.turn + state.known.of(NOTE).times
    state = replace(state, mode=Mode.PRACTICE, practising=Practising(state.mode, seed))
    return state, [Say(script.around_exercise("begin", state)), *current(script, state)]


def go_on(script: Script, state: State) -> Outcome:
    """The next movement; after the last she is asked how it went; she need not have said a word."""
    now = _now(state)
    if now.phase is Phase.RESTING:
        return _at(script, state, replace(now, phase=Phase.MOVING))
    if now.phase is Phase.ASKED:
        return finish(script, state)
    if now.place + 1 < len(script.guide.exercise.movements):
        return _at(script, state, replace(now, place=now.place + 1))
    return _at(script, state, replace(now, phase=Phase.ASKED))


def go_back(script: Script, state: State) -> Outcome:
    """The movement before."""
    now = _now(state)
    back = now.place - 1 if now.phase is Phase.MOVING else now.place
    return _at(script, state, replace(now, place=max(0, back), phase=Phase.MOVING))


def once_more(script: Script, state: State) -> Outcome:
    """The same movement; asked how it went, all of them in another order."""
    now = _now(state)
    if now.phase is Phase.ASKED:
        now = replace(now, lap=now.lap + 1, place=0)
    state = replace(state, practising=replace(now, phase=Phase.MOVING))
    return state, [Say(script.around_exercise("once-more", state)), *current(script, state)]


def rest(script: Script, state: State) -> Outcome:
    """She wants a pause: it waits mutely."""
    return _at(script, state, replace(_now(state), phase=Phase.RESTING))


def tell(key: str) -> Handler:
    """An answer that changes nothing."""

    def handler(script: Script, state: State) -> Outcome:
        return state, [Say(script.around_exercise(key, state))]

    return handler


def finish(script: Script, state: State) -> Outcome:
    """She is at ease."""
    return _left(script, state, AT_EASE, well=True)


def leave(script: Script, state: State) -> Outcome:
    """She has had enough."""
    return _left(script, state, LEFT, well=False)


def missed(script: Script, state: State) -> Outcome:
    """It was none of what is expected; the exercise goes on by itself. Asked how it went she is asked once more."""
    if _now(state).phase is Phase.RESTING:
        return state, []
    if _now(state).phase is Phase.ASKED:
        return state, current(script, state)
    return state, [Say(script.around_exercise("unheard", state))]


def kept_company(script: Script, state: State) -> Outcome | None:
    """Silence is no silence while she moves: her eyes are shut. Asked how it went, she is asked in other words first,
    for 再说一遍 would be the exercise. None: it is, and is answered as anywhere."""
    match _now(state).phase:
        case Phase.MOVING:
            return go_on(script, replace(state, silences=0))
        case Phase.RESTING:
            return state, []
        case Phase.ASKED if state.silences == 1:
            return state, current(script, state)
    return None


def _left(script: Script, state: State, result: str, *, well: bool) -> Outcome:
    known = state.known.of(NOTE)
    row = known.well_in_a_row + 1 if well else 0
    state, note = remembering(
        state, replace(known, exercise=NOTE, times=known.times + 1, result=result, well_in_a_row=row)
    )
    said = Say(script.around_exercise(result, state))
    state = replace(state, mode=_now(state).over, practising=None)
    return state, [note, said, *current(script, state)]


def _at(script: Script, state: State, now: Practising) -> Outcome:
    state = replace(state, practising=now)
    return state, current(script, state)


def _now(state: State) -> Practising:
    assert state.practising is not None, "only asked in Mode.PRACTICE"
    return state.practising


ANSWERS: dict[str, Handler] = {
    **dict.fromkeys(("next", "yes", "resume"), go_on),
    **dict.fromkeys(("repeat", "practise", "cannot", "failed", "no"), once_more),
    **{"previous": go_back, AT_EASE: finish, "stop": leave},
    **{"help": tell("help"), "where": tell("where"), "pause": rest},
}
"""A row of the one table in dialogue.py: what is answered otherwise than anywhere else."""
