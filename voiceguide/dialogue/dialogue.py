"""What happens when she says 好了: everything that decides what comes next, and nothing else.

Rule 1: what an intent leads to stands in the table below and nowhere else. How a place is asked (asking.py), where
        a move ends (moving.py), what lies over a place (questions.py), what she asks in between (enquiries.py), how
        she practises (practising.py), the exercise against swindlers (drilling.py), which guide it is to be
        (choosing.py), what becomes of misunderstandings (repair.py), of silence (silence.py), of a loud room
        (disturbance.py), of the guide's own voice (adaptation.py) and of her words that were written down
        (privacy.py) is decided there; this file calls them, they never call it.
Rule 2: no I/O, no clock, no randomness. respond(script, state, event) -> (state', actions) is a function.
Rule 3: one table, ANSWERS, says which handler answers which intent where. It is read in three rows:
        the open question (Mode), then the place (Spot), then anywhere (None). The first entry wins.

How a conversation moves (details in the handlers):

    STEP --next--> next STEP … last STEP --next--> End
      |--cannot--> DETAIL 1 --next--> DETAIL 2 … --next--> next STEP
      |--trouble:x--> TROUBLE part 1 --next--> … --next--> back to the STEP (or where `then` says)
      |--failed--> ASK cause 1 --no--> ASK cause 2 … --no--> OTHERWISE … --next--> back to the STEP
                       `--yes--> FIX part 1 --next--> … --next--> the checklist's `retry` STEP

    A Mode lies over the place while a question is open (is it done? stop? start over? one, two, three?
    did you say this?) or while she asked for a pause; answering or saying anything else understood lifts it.

What holds everywhere: a miss never moves her; silence never moves her; what she may have said never moves her
before she says yes, or it again; a complaint leads back to where she was; the fraud warning is given from any state
and then the conversation stands where it stood; only End ends, and only after she agreed or finished; a yes that leads
away from where she is counts only where she can have heard the question.
"""

from __future__ import annotations

from voiceguide.dialogue import (
    adaptation,
    choosing,
    disturbance,
    drilling,
    enquiries,
    moving,
    next_time,
    practising,
    privacy,
    questions,
    repair,
    silence,
)
from voiceguide.dialogue.adaptation import LOUDNESS_NOTCHES, PACE_NOTCHES, wish, within
from voiceguide.dialogue.asking import (
    Handler,
    Outcome,
    current,
    is_mute,
    is_yes_no,
    lift,
    listen,
    other_words,
)
from voiceguide.dialogue.asking import expecting as expecting
from voiceguide.dialogue.remembering import remembering
from voiceguide.dialogue.script import Script, prompts
from voiceguide.dialogue.state import Mode, Spot, State
from voiceguide.events import (
    NO_MANNER,
    Action,
    Event,
    FalseAlarm,
    Heard,
    Manner,
    NoInput,
    NoMatch,
    Resume,
    Say,
    Unsure,
)
from voiceguide.guides.drills import AFTER_DRILL, IN_DRILL, KINDS
from voiceguide.guides.exercise import PRACTISING
from voiceguide.guides.guide import QUESTION, TROUBLE, UNKNOWN_QUESTION
from voiceguide.guides.shelf import CHANGE, GUIDE
from voiceguide.notes import NOTHING_KNOWN, Known, Warned
from voiceguide.replacing import replace
from voiceguide.understanding.answers import (
    ABOUT_DAY,
    AFTER_ACTING,
    ASKED_IF_DONE,
    ASKED_TO_GO_ON,
    DATE,
    OF_PROMPT,
)
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.wordings import CHOICES, EXERCISE, NO_WORDS, PRIVACY, UNIVERSAL

_WISHES = ("slower", "faster", "louder", "softer")
"""What she says about the guide's voice goes before what it gathers by itself."""

_GRAVE = (Mode.RESTART, Mode.STOP, Mode.CHANGE)
"""A yes to these leads away from where she is."""

# ------------------------------------------------------------------------------ the two entrances


def start(
    script: Script, step: str | None = None, pace: int = 0, loudness: int = 0, *, pace_asked: bool = False,
    known: Known = NOTHING_KNOWN, asks_which: bool = False, reminds: bool = True,
) -> Outcome:  # fmt: skip
    """The first words. `step`: where she was last time; the guide asks before it goes on there.
    `pace_asked`: the pace is her own wish, and does not follow hers. `known`: what else is known, and the day.
    `asks_which`: first of all, which guide. `reminds`: tells her first what is due."""
    first = script.guide.steps[0].id
    pace, loudness = within(pace, PACE_NOTCHES), within(loudness, LOUDNESS_NOTCHES)
    state = State(step or first, pace=pace, pace_asked=pace_asked, loudness=loudness, known=known)
    opening = choosing.first_question if asks_which and script.guide.shelf.offers else choosing.begin
    state, actions = opening(script, state)
    lead = next_time.reminder(script, state) if reminds else []
    return listen(script, state, [*lead, *actions])


def respond(script: Script, state: State, event: Event, manner: Manner = NO_MANNER) -> Outcome:
    """Answer one event. Whatever the state, the actions end in Listen or End. `manner`: how she said it."""
    if state.mode is Mode.ENDED:
        return state, []
    state, adjusting = replace(state, turn=state.turn + 1), list[Action]()
    if not (isinstance(event, Heard) and event.intent in _WISHES):
        state, adjusting = adaptation.follow(state, manner)
    match event:
        case NoInput(voices_behind=True) if state.mode is not Mode.PRACTICE:  # that goes on by itself
            new, actions = disturbance.drowned(script, state)
        case NoInput():
            new, actions = silence.keep_company(script, replace(state, silences=state.silences + 1))
        case FalseAlarm():
            new, actions = state, [Resume()]  # nothing was asked or missed: the sentence is said to its end
        case Heard(intent="yes") if manner.early and state.mode in _GRAVE:
            new, actions = state, current(script, state)  # she cannot mean this question: she has not heard it
        case _:
            new, actions = _spoken(script, state, event)
            new, first = disturbance.asked_for_quiet(script, state, new, manner)
            actions = [*first, *actions]
    actions = [*adjusting, *drilling.announced(script, state, new, actions)]
    return (new, actions) if new.mode is Mode.ENDED else listen(script, new, actions)


def again(script: Script, state: State) -> Outcome:
    """The sound was gone for a while: what she was asked last, said once more."""
    return listen(script, state, current(script, state))


def intents(script: Script) -> tuple[str, ...]:
    """Every intent of this guide, in any state."""
    guide = script.guide
    owners = [trouble for step in guide.steps for trouble in step.troubles]
    troubles = dict.fromkeys(trouble.intent for trouble in (*owners, *guide.troubles))
    asked = (*script.questions, UNKNOWN_QUESTION, *guide.shelf.intents)
    return (*UNIVERSAL, *CHOICES, *EXERCISE, *PRIVACY, *troubles, *asked)


def answers(script: Script) -> tuple[str, ...]:
    """What `expecting` may hold besides `intents`."""
    asked = (AFTER_ACTING, ASKED_IF_DONE, ASKED_TO_GO_ON, DATE, ABOUT_DAY, DIGITS)
    practised = (*KINDS, IN_DRILL, AFTER_DRILL, PRACTISING)
    return (*(OF_PROMPT + prompt.id for prompt in prompts(script)), *asked, *practised)


# ------------------------------------------------------------------------------- what she said


def _spoken(script: Script, state: State, event: Heard | Unsure | NoMatch) -> Outcome:
    intent = "" if isinstance(event, NoMatch) else event.intent
    known = bool(intent) and intent in expecting(script, state)
    awake = replace(state, silences=0)
    if isinstance(event, Heard) and known and intent == DATE:
        awake = next_time.hearing(awake, event)
    if intent in ("fraud", DIGITS) and known:  # even a guess: a warning too many harms nobody
        return _heard(script, awake, intent)
    if isinstance(event, NoMatch) and event.overheard:
        return state, []  # it neither answers nor wakes: 没听清 would be said to a television
    if is_mute(state) and not known:
        awake = other_words(script, awake) if awake.mode is Mode.OPEN else awake
        return awake, silence.woken(script, state, current(script, awake))
    if isinstance(event, NoMatch) and event.polite and state.mode is not Mode.DRILL:
        return awake, []  # 好了 … 谢谢你: to say 没听清 would be to talk into what she does
    if not known:
        return repair.missed(script, awake, at_length=isinstance(event, NoMatch) and event.at_length)
    if intent == UNKNOWN_QUESTION:
        return repair.unanswered(script, awake)
    if isinstance(event, Unsure) and not repair.is_enough(awake, event):
        new, actions = repair.doubted(script, awake, intent, event.confidence, event.other)
    else:
        new, actions = _heard(script, awake, intent)
    wakes = is_mute(state) and intent != "where"
    return new, silence.woken(script, state, actions) if wakes else actions


def _heard(script: Script, state: State, intent: str) -> Outcome:
    """She said it: do it, and remember where that was, unless it was about a misunderstanding. A yes stands for
    what was doubted."""
    if state.mode is Mode.CONFIRM and state.doubt is not None and intent == "yes":
        return _heard(script, repair.uncovered(state), state.doubt.intent)
    if intent == "complaint" and state.before is None and (is_yes_no(state) or state.mode is Mode.DONE):
        intent = "no"
    new, actions = _answer(script, state, intent)
    repairs = intent == "complaint" or (state.mode is Mode.CONFIRM and intent == "no")
    return (new if repairs else repair.acted(state, new)), actions


def _answer(script: Script, state: State, intent: str) -> Outcome:
    if state.mode is Mode.CONFIRM and intent not in (*_MODES[Mode.CONFIRM], "fraud", DIGITS):
        state = repair.uncovered(state)  # any other word takes the place of what was doubted
    if intent.startswith(TROUBLE):
        return moving.enter_trouble(script, lift(state), intent.removeprefix(TROUBLE))
    if intent.startswith(QUESTION):
        if not script.guide.question(intent.removeprefix(QUESTION)).rests:
            return enquiries.answer(script, state, intent)
        resting, actions = _answer(script, state, "pause")
        return resting, [*enquiries.told(script, state, intent), *actions]
    if intent == "repeat" and (again := enquiries.answer_again(script, state)):
        return again
    if intent.startswith(GUIDE):
        return choosing.named(script, state, intent)
    for row in (state.mode, state.place.spot if state.chosen else Mode.WHICH, None):
        handler = ANSWERS.get((row, intent))
        if handler is not None:
            return handler(script, state)
    raise AssertionError(f"no answer to {intent!r}: the table must have a row for every intent")


def _tell(key: str) -> Handler:
    """An answer that changes nothing but lifts an open question."""

    def handler(script: Script, state: State) -> Outcome:
        return lift(state), [Say(script.fresh(key, state))]

    return handler


def _agree(script: Script, state: State) -> Outcome:
    """嗯, 知道了: enough where she only had to listen. Where she had to do something: is it done?"""
    place, step = state.place, script.guide.step(state.step)
    of_step = place.spot in (Spot.STEP, Spot.DETAIL) and step.listen_only
    of_trouble = place.spot is Spot.TROUBLE and script.guide.trouble(step.id, place.name).listen_only
    return (
        _answer(script, state, "next")
        if of_step or of_trouble
        else questions.question(Mode.DONE)(script, state)
    )


def _as(intent: str) -> Handler:
    """Whatever `intent` means at this place."""

    def handler(script: Script, state: State) -> Outcome:
        return _answer(script, lift(state), intent)

    return handler


# --------------------------------------------------------------------------- from any state at all


def _warn(script: Script, state: State) -> Outcome:
    """The warning, then the conversation stands where it stood."""
    warning = script.guide.fraud[state.turn % len(script.guide.fraud)]
    state, warned = remembering(state, Warned())
    lead = [] if state.mode is Mode.PAUSED else [Say(script.fresh("after-fraud", state))]
    return state, [warned, Say(warning), *lead, *current(script, state)]


def _forget(script: Script, state: State) -> Outcome:
    """She said digits that may be a code: kept nowhere, never repeated, and the conversation stands where it stood."""
    state, warned = remembering(state, Warned())
    return state, [warned, Say(script.fresh("digits", state)), *current(script, state)]


def _where(script: Script, state: State) -> Outcome:
    where = script.guide.step(state.step).where
    lead = [Say(script.fresh("again", state))] if where.id in state.said else []
    return lift(state), [*lead, Say(where)]


# ---------------------------------------------------------------------------------- the one table


_DETOUR = {
    "next": moving.next_part,
    "previous": moving.previous_part,
    "cannot": moving.offer_human("cannot-more"),
}

_PLACES: dict[Spot, dict[str, Handler]] = {
    Spot.STEP: {
        **{"next": moving.advance, "previous": moving.go_back},
        **{"cannot": moving.show_detail, "failed": moving.ask_causes},
    },
    Spot.DETAIL: {**_DETOUR, "failed": moving.ask_causes},
    Spot.TROUBLE: {**_DETOUR, "failed": moving.failed_on_detour},
    Spot.FIX: {**_DETOUR, "failed": moving.next_cause},
    Spot.OTHERWISE: {**_DETOUR, "failed": moving.offer_human("cannot-more")},
    Spot.ASK: {
        **{
            "yes": moving.fix,
            "cannot": moving.fix,
            "no": moving.next_cause,
            "previous": moving.previous_cause,
        },
        **dict.fromkeys(("next", "failed", "resume"), questions.ask_yes_no_once(moving.next_cause)),
        **{"choice:1": moving.fix, "choice:2": moving.next_cause, "choice:3": moving.fix},
    },
}

_DATED: dict[str, Handler] = {
    **{DATE: next_time.told, "cannot": next_time.unknown, "failed": next_time.unknown},
    **dict.fromkeys(("next", "no", "stop"), next_time.skipped),
    **dict.fromkeys(("yes", "resume", "repeat", "help", "where", "when"), questions.repeat_question),
}
"""While a day is asked for; see next_time.py."""

_ask_yes_no_or_carry_on = questions.ask_yes_no_once(questions.carry_on("carry-on"))

_MODES: dict[Mode, dict[str, Handler]] = {
    **dict.fromkeys((Mode.WHEN, Mode.WHEN_MONTH, Mode.WHEN_DAY), _DATED),
    Mode.WHEN_SURE: {
        **_DATED,
        **dict.fromkeys(("yes", "next", "resume"), next_time.agreed),
        **dict.fromkeys(("no", "complaint"), next_time.denied),
    },
    Mode.DONE: {"yes": _as("next"), "resume": _as("next"), "no": _tell("not-done")},
    Mode.RESUME: {
        **dict.fromkeys(("yes", "resume", "next", "choice:1"), questions.carry_on("resume-yes")),
        **{
            "no": questions.question(Mode.RESTART),
            "choice:2": questions.restart,
            "repeat": questions.repeat_question,
            "help": questions.ask_yes_no,
        },
    },
    Mode.RESTART: {
        **{"yes": questions.restart, "restart": questions.restart},
        **dict.fromkeys(("no", "resume"), questions.carry_on("carry-on")),
        "next": _ask_yes_no_or_carry_on,
        **{"repeat": questions.repeat_question, "help": questions.ask_yes_no},
    },
    Mode.STOP: {
        **{"yes": questions.stop, "stop": questions.stop},
        **dict.fromkeys(("no", "resume"), questions.carry_on("carry-on")),
        "next": _ask_yes_no_or_carry_on,
        **{"repeat": questions.repeat_question, "help": questions.ask_yes_no},
    },
    Mode.PRACTICE: practising.ANSWERS,
    Mode.WHICH: {
        **{"choice:1": choosing.pick(1), "choice:2": choosing.pick(2), "choice:3": choosing.pick(3)},
        **dict.fromkeys(("no", "resume"), choosing.stay),
        **dict.fromkeys(("yes", "next", "previous", "cannot", "failed"), choosing.ask_again),
        **dict.fromkeys(("repeat", "help", "where", "restart"), choosing.ask_again),
        CHANGE: choosing.turn_page,
    },
    Mode.CHANGE: {
        **{"yes": choosing.sure, CHANGE: choosing.sure},
        **dict.fromkeys(("no", "resume"), questions.carry_on("carry-on")),
        "next": _ask_yes_no_or_carry_on,
        **{"repeat": questions.repeat_question, "help": questions.ask_yes_no},
    },
    Mode.CONFIRM: dict.fromkeys(("no", "complaint"), repair.denied),
    **{mode: dict(row) for mode, row in drilling.ANSWERS.items()},
    Mode.PAUSED: {
        **{
            "resume": questions.carry_on("resumed"),
            "yes": questions.agreed_in_pause,
            "next": questions.question(Mode.DONE),
        },
        **{"no": questions.repeat_question},
    },
}

_ANYWHERE: dict[str, Handler] = {
    **{"yes": _agree, "resume": questions.question(Mode.DONE), "no": _tell("not-done")},
    **{
        "repeat": moving.say_again,
        "help": _tell("help"),
        "where": _where,
        "pause": questions.pause,
        "fraud": _warn,
    },
    **{"complaint": repair.complained, "when": next_time.asked_about, CHANGE: choosing.ask_which},
    NO_WORDS: privacy.take_back,
    **{"drill": drilling.begin, "practise": practising.begin, DIGITS: _forget},
    **{"restart": questions.question(Mode.RESTART), "stop": questions.question(Mode.STOP)},
    **{"slower": wish(-1, 0, "slower", "slowest"), "faster": wish(+1, 0, "faster", "fastest")},
    **{"louder": wish(0, +1, "louder", "loudest"), "softer": wish(0, -1, "softer", "softest")},
    **{"choice:1": _as("next"), "choice:2": _as("repeat"), "choice:3": _as("cannot")},
}

ANSWERS: dict[tuple[Mode | Spot | None, str], Handler] = {
    **{(mode, intent): handler for mode, row in _MODES.items() for intent, handler in row.items()},
    **{(spot, intent): handler for spot, row in _PLACES.items() for intent, handler in row.items()},
    **{(None, intent): handler for intent, handler in _ANYWHERE.items()},
}
