"""When she has to be certified next: asked after the finish or whenever she asks, repeated to her, remembered. Pure.

    WHEN        几月几号？         --a day--> SURE    --only a month--> DAY     --only a day--> MONTH
    WHEN_MONTH  几月？             --a month--> DAY, or SURE where the day is known
    WHEN_DAY    几号？             --a day--> SURE
    WHEN_SURE   明年三月十五号，对吗？ --yes--> remembered --no--> MONTH, once; then left to the family

不知道 offers a year from today. A day is never remembered that she did not agree to. Nothing here keeps her: 下一步,
不用, three misses or three silences leave the question; then the guide ends where it was at its end, else it goes
on where it was.
"""

from __future__ import annotations

from datetime import date

from voiceguide.dialogue.asking import Outcome, current, day_words, lift, sure_of_day
from voiceguide.dialogue.remembering import remembering
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Dating, Mode, State
from voiceguide.events import Action, End, Heard, Say
from voiceguide.language import numerals
from voiceguide.notes import REMINDED_DAYS, NextCertification
from voiceguide.replacing import replace
from voiceguide.spoken_date import Lack, SpokenDate, resolve

LEAST_DAYS = 30
"""A day nearer than this is not the next one after today's certification."""
FAR_DAYS = 731
"""Certified is every year: a day further off than this was probably misheard, and she is told so."""
MOST_MISSES = 3
YEAR_MONTHS = 12

_FLAWS = {
    Lack.PAST: "when-past", Lack.NO_SUCH_DAY: "when-no-such-day", Lack.TOO_FAR: "when-too-far",
    Lack.VAGUE: "when-vague",
}  # fmt: skip
_PARTS = {Lack.MONTH: Mode.WHEN_MONTH, Lack.DAY: Mode.WHEN_DAY}


# ------------------------------------------------------------------------------------- reminding


def is_due(day: date | None, today: date | None) -> bool:
    """Is it time to speak of it?"""
    return day is not None and today is not None and (day - today).days <= REMINDED_DAYS


def reminder(script: Script, state: State) -> list[Action]:
    """What is said first, where the day is near or over; the first of it can be said where nobody listens, too."""
    day, today = state.known.next_certification, state.known.today
    if day is None or today is None or not is_due(day, today):
        return []
    days = (day - today).days
    key = "due-over" if days < 0 else "due-today" if days == 0 else "due-soon"
    said = script.filled(key, state, days=str(abs(days)), day=day_words(script, day, today))
    told: list[Action] = [Say(replace(said, text=numerals.numbers_to_hanzi(said.text)))]  # 两天, not 二天
    # She may have done it elsewhere: how she is no longer told so every time.
    return [*told, Say(script.fresh("due-done", state))] if days < 0 else told


# ---------------------------------------------------------------------------------------- asking


def asked_about(script: Script, state: State) -> Outcome:
    """她说 下次什么时候: what is known is told, else she is asked."""
    today, day = state.known.today, state.known.next_certification
    if today is None:
        return lift(state), [Say(script.fresh("when-unknown", state)), *current(script, lift(state))]
    if day is None:
        return ask(script, replace(lift(state), dating=Dating()))
    return _sure(script, replace(lift(state), dating=Dating(day=day)), "when-known")


def at_the_end(script: Script, state: State) -> Outcome:
    """The guide is done: which day is the next?"""
    today, day = state.known.today, state.known.next_certification
    assert today is not None, "without a calendar the guide just ends"
    lead: Action = Say(script.fresh("when-finished", state))
    if day is not None and (day - today).days >= LEAST_DAYS:  # she told it on the way
        new, actions = _sure(script, replace(lift(state), dating=Dating(day=day, ends=True)), "when-known")
    else:
        new, actions = ask(script, replace(lift(state), dating=Dating(ends=True)))
    return new, [lead, *actions]


def ask(script: Script, state: State, mode: Mode = Mode.WHEN) -> Outcome:
    state = replace(state, mode=mode)
    return state, current(script, state)


def _sure(script: Script, state: State, key: str) -> Outcome:
    state = replace(state, mode=Mode.WHEN_SURE)
    return state, [sure_of_day(script, state, key)]


# --------------------------------------------------------------------------------- what she says


def hearing(state: State, event: Heard) -> State:
    """The state that knows which day she spoke of. It is repeated to her anyway, however sure it was heard."""
    return replace(state, dating=replace(state.dating, heard=event.date or SpokenDate()))


def told(script: Script, state: State) -> Outcome:
    """She said a day, or a part of one."""
    today, dating = state.known.today, state.dating
    assert today is not None
    spoken = dating.heard if state.mode is Mode.WHEN else dating.spoken.completed_by(dating.heard)
    found = resolve(spoken, today)
    if found is Lack.PAST and not dating.heard.has_year:  # what was misheard was the year
        spoken = replace(spoken, years_ahead=None, year=None)
        found = resolve(spoken, today)
    if state.mode is Mode.WHEN_SURE and found == dating.day and dating.heard.denies:
        return denied(script, state)  # 不是三月十五号
    if isinstance(found, date):
        state = replace(state, dating=replace(dating, spoken=spoken, day=found))
        noted = {"when-lunar": spoken.lunar, "when-far": (found - today).days > FAR_DAYS}
        lead = [Say(script.fresh(key, state)) for key, is_so in noted.items() if is_so]
        new, actions = _sure(script, state, "when-sure")
        return new, [*lead, *actions]
    if found in _PARTS:
        return ask(script, replace(state, dating=replace(dating, spoken=spoken)), _PARTS[found])
    state = replace(state, dating=replace(dating, spoken=SpokenDate()))
    new, actions = ask(script, state, Mode.WHEN)
    return new, [Say(script.fresh(_FLAWS[found], state)), *actions]


def agreed(script: Script, state: State) -> Outcome:
    """It is this day."""
    day, today = state.dating.day, state.known.today
    assert day is not None
    assert today is not None
    state, remember = remembering(state, NextCertification(day))
    kept = Say(script.filled("when-kept", state, day=day_words(script, day, today)))
    new, actions = _leave(script, state)
    return new, [remember, kept, *actions]


def denied(script: Script, state: State) -> Outcome:
    """It is not: once more in parts, then it is left to the family."""
    dating = state.dating
    if dating.denials or dating.proposed:
        return left(script, state, "when-given-up")
    state = replace(state, dating=replace(dating, denials=1, spoken=SpokenDate(), day=None))
    new, actions = ask(script, state, Mode.WHEN_MONTH)
    return new, [Say(script.fresh("when-in-parts", state)), *actions]


def unknown(script: Script, state: State) -> Outcome:
    """She does not know: a year from today, if she likes."""
    today = state.known.today
    assert today is not None
    spoken = SpokenDate(after_months=YEAR_MONTHS)
    day = resolve(spoken, today)
    assert isinstance(day, date)
    dating = replace(state.dating, spoken=spoken, day=day, proposed=True)
    return _sure(script, replace(state, dating=dating), "when-a-year")


def skipped(script: Script, state: State) -> Outcome:
    """She does not want to."""
    return left(script, state, "when-skipped")


def missed(script: Script, state: State) -> Outcome:
    """It was no day; `misses` counts this one already."""
    if state.misses >= MOST_MISSES:
        return left(script, replace(state, misses=0), "when-given-up")
    return state, [Say(script.fresh("when-missed", state)), *current(script, state)]


def left(script: Script, state: State, key: str) -> Outcome:
    """Without a day. One that lies behind the certification just done is forgotten."""
    lead: list[Action] = [Say(script.fresh(key, state))]
    day, today = state.known.next_certification, state.known.today
    if state.dating.ends and day is not None and today is not None and (day - today).days < LEAST_DAYS:
        state, remember = remembering(state, NextCertification(None))
        lead.append(remember)
    new, actions = _leave(script, state)
    return new, [*lead, *actions]


def _leave(script: Script, state: State) -> Outcome:
    if state.dating.ends:
        return replace(state, mode=Mode.ENDED), [Say(script.guide.goodbye), End(finished=True)]
    state = replace(lift(state), dating=Dating())
    return state, current(script, state)
