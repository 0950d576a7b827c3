"""When she was not understood, perhaps, or wrongly. None of it moves her on.

    a question    that nothing answers: it says so, twice; then it is a miss
    a miss        other words -> a question to answer with 是 -> 第一个, 第二个, 第三个, or a key -> who can help. The
                  first after a whole sentence, which may have been a question, says whom else to ask
    a doubt       您是说，…，对吗？ once, and never twice running about the same; then it is a miss. Half heard twice
                  is heard, as is a half-heard 是 to that question, unless she denied it or it would end or restart
    a complaint   sorry, and back to exactly where she was, asked in other words; the second time, choices

A miss and a doubt leave her where she is; a complaint leads back to where the guide last acted on her words.
"""

from __future__ import annotations

from voiceguide.dialogue import drilling, enquiries, next_time, practising
from voiceguide.dialogue.adaptation import change
from voiceguide.dialogue.asking import Outcome, carry_on, current, human, is_yes_no, other_words
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import DATED_MODES, Doubt, Mode, Phase, State
from voiceguide.events import Action, Say, Unsure
from voiceguide.guides.guide import UNKNOWN_QUESTION
from voiceguide.replacing import replace

MOST_DOUBTS = 2
"""Of so many misunderstandings in a row the guide asks what she may have said; then it asks its own."""

SURE_ENOUGH = 1.0
"""Two half-heard words that mean the same are believed where their confidences come to this: each was as likely as
not, and she says again what was not understood."""
LEAST_SURE = 0.25
"""Less was heard amid other speech, perhaps a television's: it neither answers a doubt nor speaks into a pause."""
_ENDS_OR_RESTARTS = ("stop", "restart")

_WAKES_A_PAUSE = ("resume", "next")
"""In a pause only these are asked about: the rest is the television, or somebody else."""
SPEAKS_INTO_A_PAUSE = (3, 6, 12, 24, 48)
"""After so many utterances that were nothing it says how to end the pause: she may be saying 继续 all the time and not
be heard. Ever more rarely, for it may be the television."""


# ------------------------------------------------------------------------------------------ misses


def missed(script: Script, state: State, *, at_length: bool = False) -> Outcome:
    """It was none of what is expected. `at_length`: a whole sentence, perhaps a question that nothing answers."""
    if state.mode is Mode.PAUSED:  # the television, or somebody else in the room: she asked us to wait
        state = replace(state, unheard=state.unheard + 1)
        speaks = state.unheard in SPEAKS_INTO_A_PAUSE
        return state, [Say(script.fresh("paused-unheard", state))] if speaks else []
    state = replace(uncovered(state), misses=state.misses + 1, silences=0)
    if state.mode is Mode.PAUSED:
        return state, current(script, state)
    if state.mode is Mode.DRILL:
        return drilling.missed(script, state)
    if state.mode is Mode.DRILL_MORE and state.misses >= 3:
        return drilling.leave(script, state)
    if state.mode is Mode.WHICH:
        return state, current(script, state)
    if state.mode in (Mode.RESTART, Mode.STOP, Mode.CHANGE) and state.misses >= 3:
        return carry_on(script, replace(state, misses=0))
    if state.mode is Mode.PRACTICE:
        return practising.missed(script, state)
    if state.mode in DATED_MODES:
        return next_time.missed(script, state)
    asked = is_yes_no(state)
    if state.misses == 1:
        words = "no-match-sentence" if at_length else "no-match"
        return state, [Say(script.fresh("answer-yes-no" if asked else words, state))]
    if state.misses == 2:
        if asked:
            return state, [Say(script.fresh("answer-yes-no", state)), *current(script, state)]
        return replace(state, mode=Mode.DONE), [Say(script.fresh("clarify", state))]
    if state.misses % 2 == 1:
        if state.mode is Mode.RESUME:
            return state, [Say(script.fresh("choose-yes-no", state))]
        state = replace(state, mode=Mode.CHOICE)
        return state, current(script, state)
    return state, [Say(human(script, state))]


def unanswered(script: Script, state: State) -> Outcome:
    """She asked, it seems, what nothing answers: said honestly. It counts as a miss, for she may have been heard
    wrongly."""
    if state.misses >= MOST_DOUBTS:
        return missed(script, state)
    state = replace(uncovered(state), misses=state.misses + 1, silences=0)
    return enquiries.unknown(script, state)


# ------------------------------------------------------------------------------------------ doubts


def is_enough(state: State, event: Unsure) -> bool:
    """Half heard is heard: the same as before, since the guide last did something; or 是 and 不是, where all it asks
    is whether she said this."""
    doubt = state.doubt
    ends = {event.intent, doubt.intent if doubt else ""} & {*_ENDS_OR_RESTARTS}
    if doubt is None or ends or state.mode in (Mode.STOP, Mode.RESTART, Mode.CHANGE):
        return False
    if state.mode is Mode.CONFIRM and event.intent in ("yes", "no"):
        return event.confidence >= LEAST_SURE
    again = doubt.intent == event.intent and doubt.confidence > 0
    return again and doubt.confidence + event.confidence >= SURE_ENOUGH


def doubted(script: Script, state: State, intent: str, confidence: float, other: str = "") -> Outcome:
    """She may have said this: ask, and do nothing yet. `other`: asked about if it was not."""
    over = uncovered(state)
    if over.mode is Mode.PAUSED and (intent not in _WAKES_A_PAUSE or confidence < LEAST_SURE):
        return missed(script, over)
    asked = script.confirm(state, intent)
    told_already = state.doubt is not None and state.doubt.intent == intent
    if asked is None and not told_already:
        over = replace(over, doubt=Doubt(intent, over.mode, confidence))
    if asked is None or told_already or state.misses >= MOST_DOUBTS:
        return missed(script, over)
    doubt = Doubt(intent, over.mode, confidence, other)
    state = replace(over, misses=state.misses + 1, silences=0, mode=Mode.CONFIRM, doubt=doubt)
    return state, [Say(asked)]


def uncovered(state: State) -> State:
    """Without the question whether she said this; what was doubted is remembered."""
    if state.mode is Mode.CONFIRM and state.doubt is not None:
        return replace(state, mode=state.doubt.over)
    return state


def denied(script: Script, state: State) -> Outcome:
    """It was not what she said: once more, in other words. It goes on counting as a miss. Where it may as
    well have been something else, she is asked about that, or told that nothing answers it."""
    doubt = state.doubt if state.mode is Mode.CONFIRM else None
    state = uncovered(state)
    if doubt is not None:
        other = doubt.other
        state = replace(state, doubt=replace(doubt, confidence=0.0, other=""))
        if other == UNKNOWN_QUESTION:
            return enquiries.unknown(script, state)
        if other and state.misses < MOST_DOUBTS:
            return doubted(script, replace(state, doubt=None), other, 0.0, UNKNOWN_QUESTION)
    sorry = Say(script.fresh("sorry", state))
    if state.practising and state.practising.phase is Phase.MOVING:
        return state, [sorry, Say(script.around_exercise("unheard", state))]
    if is_yes_no(state) or state.mode is not Mode.OPEN:
        return state, [sorry, *current(script, state)]
    return state, [sorry, Say(script.fresh("pardon", state))]


# -------------------------------------------------------------------------------------- complaints


def complained(script: Script, state: State) -> Outcome:
    """Back to where the guide last acted on her words, exactly; asked in other words."""
    here = state.before or uncovered(state)
    place = (here.step, here.place)
    back = replace(
        here,
        misses=0,
        silences=0,
        turn=state.turn,
        said=state.said,
        doubt=None,
        before=None,
        complained=place,
        reassured=state.reassured,
        reassured_here=state.reassured_here if here.step == state.step else here.reassured_here,
        heeded=state.heeded,
        disturbed=state.disturbed,
        drilled=state.drilled,
        known=state.known,
    )
    say: list[Action] = [*change(state, back), Say(script.fresh("sorry", state))]
    if state.drilling and not back.drilling:
        say.append(Say(script.framing("ended", state)))
    if state.complained == place:
        if back.mode is Mode.CHOICE:
            return back, [*say, Say(human(script, state))]
        kept = back.mode in (Mode.PAUSED, Mode.RESUME, Mode.WHICH, Mode.PRACTICE) or not back.chosen
        if not kept:  # a choice does not say what it is about, and she has just been led back
            back = replace(back, mode=Mode.CHOICE)
            say.append(Say(script.guide.step(back.step).where))
    elif back.mode is Mode.OPEN:
        back = other_words(script, back)
    return back, [*say, *current(script, back)]


def acted(before: State, after: State) -> State:
    """The guide did something about her words: `after`, which remembers where that was. A complaint is forgotten
    once two of its answers were let pass."""
    still = before.complained == (before.step, before.place) and before.before is None
    return replace(
        after,
        misses=0,
        unheard=0,
        silences=0,
        doubt=after.doubt if after.mode is Mode.CONFIRM else None,
        before=replace(uncovered(before), before=None),
        complained=before.complained if still else None,
        reassured_here=after.reassured_here if after.step == before.step else (),
    )
