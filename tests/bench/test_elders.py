"""Simulated elders: drawn alike from a seed, walking all of the guide, and judged by the guide alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from tests import shipped
from tests.bench.text_session import (
    GUIDE,
    LIBRARY,
    MAP,
    SCRIPT,
    WORDINGS,
    Ears,
    TextSession,
    by_text,
    perfect,
)
from voiceguide.bench import conditions, elders
from voiceguide.bench.acts import PRESS, SAY, Act
from voiceguide.bench.elders import Elder, Journey, draw, journey
from voiceguide.bench.mind import ERRAND_SECONDS, NEARER, QUIETEN, SILENT_SECONDS, Mind
from voiceguide.bench.people import people
from voiceguide.bench.phrasing import COMPLAINT, MOST_DOUBLED, Phrased, Phrasing, Piece
from voiceguide.bench.plan import rng_for
from voiceguide.bench.sentences import near_misses
from voiceguide.bench.voices import ElderVoice
from voiceguide.bench.whereabouts import (
    ASK,
    DETAIL,
    END,
    FIX,
    OTHERWISE,
    RESUME,
    STEP,
    TROUBLE,
    Map,
    Whereabouts,
)
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import State
from voiceguide.events import Event, Heard, NoMatch, Prompt, Unsure
from voiceguide.language.accents import HABITS, accented
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.room.acoustics import Dial

PLAIN = replace(
    draw(1, 0), chattiness=0.0, fillers=0.0, hesitates=0.0, memory=1.0, mishears=0.0, asks=0.0, cheated=0.0, cannot=0.0,
    fails=0.0, troubles=0.0, goes_silent=0.0, coughs=0.0, asides=0.0, interrupts=0.0, complains=1.0, tries=6,
    doubles=0.0,
)  # fmt: skip
"""Does every step and says so."""


def needed(elder: Elder, stretch: Journey | None = None) -> set[str]:
    walked = stretch or journey(elder, len(GUIDE.steps))
    return {step.id for step in GUIDE.steps[walked.first : walked.last]}


def wrong_moves(session: TextSession) -> list[str]:
    return [
        f"{here} --{act.wish}--> {there}"
        for here, act, _, there in session.turns
        if act.wish != COMPLAINT and not MAP.lawful(here, act.wish, there)
    ]


# ------------------------------------------------------------------------------------------------- drawn


def test_the_same_numbers_give_the_same_person_and_room_whatever_the_others() -> None:
    assert draw(3, 17) == draw(3, 17)
    assert conditions.draw(3, 17) == conditions.draw(3, 17)
    assert draw(3, 17) != draw(4, 17)
    assert len({repr(draw(3, number)) for number in range(50)}) == 50


def test_the_whole_guide_is_walked_by_two_dozen_people() -> None:
    walked = set[str]()
    for number in range(24):
        walked |= needed(draw(1, number))
    assert walked == {step.id for step in GUIDE.steps}


def test_every_condition_is_met_equally_often() -> None:
    rooms = [conditions.draw(1, number) for number in range(120)]
    assert set(Counter(room.echo_db for room in rooms).values()) == {24}
    assert set(Counter(room.snr_db for room in rooms).values()) == {30}
    assert set(Counter(room.reverberation_seconds for room in rooms).values()) == {40}
    assert sum(room.television_db is not None for room in rooms) == 40
    assert sum(room.second_person_db is not None for room in rooms) == 24
    assert all(0.02 <= room.echo_seconds <= 0.25 for room in rooms)
    assert {room.drift_ppm == 0 for room in rooms} == {True, False}


def test_echo_and_noise_are_not_drawn_together() -> None:
    pairs = {(room.echo_db, room.snr_db) for room in (conditions.draw(1, number) for number in range(200))}
    assert len(pairs) == len(conditions.ECHOES_DB) * len(conditions.SNRS_DB)


def test_voices_are_those_training_never_heard() -> None:
    import tomllib

    from voiceguide import paths

    split = tomllib.loads((paths.ROOT / "training" / "splits.toml").read_text(encoding="utf-8"))
    assert set(elders.ESPEAK_VOICES) == set(split["espeak"]["held_out"])


# ------------------------------------------------------------------------------------------------- her accent


@pytest.mark.parametrize(
    ("habits", "meant", "said"),
    [
        (("s-sh",), "shang", "sang"), (("-an-ang",), "shang", "shan"), (("-an-ang", "s-sh"), "shang", "san"),
        (("-in-ing",), "ying", "yin"), (("h-f",), "fang", "hang"), (("f-h",), "hui", "hui"), (("f-h",), "hu", "fu"),
        (("l-n",), "nai", "lai"), (("l-n",), "ne", "ne"), (("n-l",), "le", "le"), ((), "zhong", "zhong"),
        (("z-zh", "c-ch"), "zhi", "zi"),
    ],
)  # fmt: skip
def test_an_accent_changes_what_it_changes(habits: tuple[str, ...], meant: str, said: str) -> None:
    assert accented(meant, habits) == said


def test_an_accented_word_is_accent_equal_to_the_meant_one() -> None:
    from voiceguide.language.accents import syllable_key

    for syllable in (
        "shi",
        "zhong",
        "chuang",
        "nan",
        "lai",
        "fang",
        "ying",
        "sheng",
        "xiang",
        "jing",
        "neng",
    ):
        for habit in HABITS:
            assert syllable_key(accented(syllable, [habit])) == syllable_key(syllable), (syllable, habit)


# ------------------------------------------------------------------------------------------------- where she is


def test_prompts_tell_where_she_is() -> None:
    at_wait = Whereabouts(STEP, "wait")
    places = {prompt.id: MAP.place(prompt, at_wait) for prompt in GUIDE.step("wait").again}
    assert set(places.values()) == {at_wait}
    cause = GUIDE.checklists["face"].causes[1]
    assert MAP.place(cause.ask, at_wait) == Whereabouts(ASK, "wait", "face", 1)
    assert MAP.place(cause.fix[0], at_wait) == Whereabouts(FIX, "wait", "face", 1)
    assert MAP.place(GUIDE.step("blink").detail[1], at_wait) == Whereabouts(DETAIL, "blink", part=1)
    assert MAP.place(GUIDE.step("blink").resume, at_wait).kind == RESUME
    assert MAP.place(GUIDE.fraud[0], at_wait) == at_wait
    assert MAP.place(GUIDE.goodbye, at_wait).kind == END


def test_every_prompt_of_a_place_is_known_and_no_other() -> None:
    assert MAP.key(GUIDE.steps[3].say) == ""
    assert MAP.key(GUIDE.fraud[0]) == "fraud"
    assert MAP.key(GUIDE.steps[3].where) == "where"
    assert MAP.key(GUIDE.human[1]) == "human"
    assert MAP.key(Prompt("common/ask-done.2", "…")) == "ask-done"


def test_she_knows_how_to_take_everything_the_guide_can_say() -> None:
    """A new key of common.toml: decide in people.toml whether it asks her something."""
    assert set(people().takes) == set(LIBRARY.common)
    keys = {*LIBRARY.common, "", "fraud", "human", "where"}
    assert {key for keys in people().serves.values() for key in keys} <= keys


STEP_MOVES = [
    (Whereabouts(STEP, "phone"), "next", Whereabouts(STEP, "network"), True),
    (Whereabouts(STEP, "phone"), "next", Whereabouts(STEP, "papers"), False),
    (Whereabouts(STEP, "phone"), "repeat", Whereabouts(STEP, "network"), False),
    (Whereabouts(STEP, "phone"), "previous", Whereabouts(STEP, "how-often"), True),
    (Whereabouts(STEP, "phone"), "cannot", Whereabouts(DETAIL, "phone"), True),
    (Whereabouts(DETAIL, "phone"), "next", Whereabouts(DETAIL, "phone", part=1), True),
    (Whereabouts(DETAIL, "phone", part=1), "next", Whereabouts(STEP, "network"), True),
    (Whereabouts(DETAIL, "phone"), "next", Whereabouts(STEP, "network"), False),
    (Whereabouts(STEP, "wait"), "failed", Whereabouts(ASK, "wait", "face", 2), True),
    (Whereabouts(STEP, "wait"), "next", Whereabouts(ASK, "wait", "face"), False),
    (Whereabouts(ASK, "wait", "face"), "yes", Whereabouts(FIX, "wait", "face"), True),
    (Whereabouts(ASK, "wait", "face"), "no", Whereabouts(FIX, "wait", "face"), False),
    (Whereabouts(ASK, "wait", "face"), "no", Whereabouts(ASK, "wait", "face", 1), True),
    (Whereabouts(ASK, "wait", "face", 4), "no", Whereabouts(OTHERWISE, "wait", "face"), True),
    (Whereabouts(ASK, "wait", "face", 1), "no", Whereabouts(ASK, "wait", "face"), False),
    (Whereabouts(FIX, "wait", "face", 1), "next", Whereabouts(STEP, "choose-face"), True),
    (Whereabouts(STEP, "phone"), "trouble:battery", Whereabouts(TROUBLE, "phone", "battery"), True),
    (Whereabouts(STEP, "phone"), "trouble:battery", Whereabouts(TROUBLE, "phone", "frozen"), False),
    (Whereabouts(STEP, "phone"), "fraud", Whereabouts(STEP, "phone"), True),
    (Whereabouts(RESUME, "phone"), "yes", Whereabouts(STEP, "phone"), True),
    (Whereabouts(RESUME, "phone"), "yes", Whereabouts(STEP, "beware"), False),
    (Whereabouts(STEP, "beware-again"), "next", Whereabouts(END), True),
    (Whereabouts(STEP, "phone"), "next", Whereabouts(END), False),
]


@pytest.mark.parametrize(("here", "wish", "there", "lawful"), STEP_MOVES)
def test_the_lawful_ways(here: Whereabouts, wish: str, there: Whereabouts, lawful: bool) -> None:
    assert MAP.lawful(here, wish, there) is lawful


# ------------------------------------------------------------------------------------------------- her words


def said_by(elder: Elder, wish: str, step: str = "phone") -> list[str]:
    phrasing = Phrasing(elder, GUIDE, WORDINGS, np.random.default_rng(1))
    return [phrasing.put(wish, Whereabouts(STEP, step), GUIDE.step(step).say).text for _ in range(60)]


def test_she_says_what_the_prompt_asked_for_as_far_as_she_remembers_it() -> None:
    assert set(said_by(PLAIN, "next")) == {"好了"}
    forgetful = said_by(replace(PLAIN, memory=0.0), "next")
    assert "电够了" in forgetful  # what the prompt said
    assert set(forgetful) & set(WORDINGS.heard["next"])
    assert len(set(forgetful)) > 10


def test_character_shows_in_her_words() -> None:
    phrasing = Phrasing(replace(PLAIN, hesitates=1.0), GUIDE, WORDINGS, np.random.default_rng(1))
    hesitant = [phrasing.put("repeat", Whereabouts(STEP, "phone"), None) for _ in range(40)]
    paused = [each for each in hesitant if len(each.pieces) > 1]
    assert len(paused) > 20
    assert all(each.pieces[0].pause_seconds > 0.1 for each in paused)
    assert any(text.startswith(people().fillers) for text in said_by(replace(PLAIN, fillers=1.0), "repeat"))
    chatty = said_by(replace(PLAIN, chattiness=1.0), "repeat")
    assert any(text.endswith(people().thanks) for text in chatty)
    assert any(text.startswith(WORDINGS.lists["chatter.remarks"]) for text in chatty)


def test_short_answers_may_be_said_twice_in_one_breath() -> None:
    assert "好了" in said_by(PLAIN, "next")
    assert set(said_by(replace(PLAIN, doubles=1.0), "next")) == {"好了好了"}
    known = set(WORDINGS.heard["help"])
    asked = set(said_by(replace(PLAIN, doubles=1.0), "help"))
    assert asked <= {text if len(text) > MOST_DOUBLED else text * 2 for text in known}
    assert asked & known, "nobody says a long one twice"


def test_nothing_is_said_that_her_voice_was_not_recorded_for() -> None:
    phrasing = Phrasing(
        replace(PLAIN, memory=0.0), GUIDE, WORDINGS, np.random.default_rng(1), lambda text: "好" not in text
    )
    texts = [phrasing.put("next", Whereabouts(STEP, "phone"), None).text for _ in range(60)]
    assert not any("好" in text for text in texts)


def test_what_she_says_is_meant_as_the_guide_understands_it() -> None:
    """Else the bench would count its own mistakes as the guide's."""
    strange = list[str]()
    for wish in (
        "next",
        "repeat",
        "cannot",
        "failed",
        "help",
        "pause",
        "resume",
        "slower",
        "louder",
        "where",
        "fraud",
    ):
        for text in said_by(replace(PLAIN, memory=0.5), wish, "papers"):
            heard = shipped.understanding().understand(text, dialogue.expecting(SCRIPT, State("papers")))
            strange += (
                [] if isinstance(heard, Heard) and heard.intent in (wish, "yes") else [f"{text} {wish}"]
            )
    assert not strange


# ------------------------------------------------------------------------------------------------- her will


@pytest.mark.thorough
def test_with_a_guide_that_hears_everything_everybody_arrives_and_nobody_is_led_astray() -> None:
    for number in range(100):
        session = TextSession(draw(1, number))
        mind = session.run()
        assert mind.outcome == "done", number
        assert needed(session.elder) <= mind.done, number
        assert not wrong_moves(session), number


@pytest.mark.thorough
def test_people_do_all_that_people_do() -> None:
    wishes = Counter[str]()
    kinds = Counter[str]()
    for number in range(100):
        session = TextSession(draw(2, number))
        session.run()
        wishes.update(act.wish.partition(":")[0] for _, act, _, _ in session.turns)
        kinds.update(here.kind for here, *_ in session.turns)
    everything = {"next", "repeat", "cannot", "failed", "trouble", "fraud", "yes", "no", "pause", "resume", "where",
                  "louder", "slower", "help", "previous"}  # fmt: skip
    assert everything <= set(wishes)
    assert {STEP, DETAIL, TROUBLE, ASK, FIX, RESUME} <= set(kinds)


def test_silent_steps_cough_and_asides_are_planned() -> None:
    busy = replace(PLAIN, goes_silent=1.0, coughs=1.0, asides=1.0)
    session = TextSession(busy, journey=Journey(3, 5))
    mind = session.run()
    assert mind.outcome == "done"
    acts = [act for _, act, _, _ in session.turns if act.here.kind == STEP]
    assert all(act.after_long_silence and act.after_seconds >= SILENT_SECONDS for act in acts)


def mishears(wish: str, intent: str, times: int = 1) -> Ears:
    """Ears that at a step take `wish` for `intent` so many times ("" for nothing), then hear rightly."""
    count = {"left": times}

    def ears(act: Act, expecting: tuple[str, ...]) -> Event:
        if act.wish == wish and act.here.kind == STEP and count["left"] > 0:
            count["left"] -= 1
            return Heard(intent, "…") if intent else NoMatch("…")
        return perfect(act, expecting)

    return ears


@pytest.mark.parametrize("complaint_is_heard", [True, False])
def test_led_astray_she_complains_goes_back_and_still_does_every_step(complaint_is_heard: bool) -> None:
    once = mishears("repeat", "next")

    def ears(act: Act, expecting: tuple[str, ...]) -> Event:
        return NoMatch("…") if act.wish == COMPLAINT and not complaint_is_heard else once(act, expecting)

    session = TextSession(replace(PLAIN, mishears=1.0), ears, Journey(3, 5))
    mind = session.run()
    assert wrong_moves(session) == ["phone/step:1 --repeat--> network/step:1"]
    wishes = [act.wish for _, act, _, _ in session.turns]
    assert COMPLAINT in wishes
    assert ("previous" in wishes) is not complaint_is_heard
    assert mind.outcome == "done"
    assert needed(PLAIN, Journey(3, 5)) <= mind.done


def test_led_past_a_step_without_noticing_she_has_not_done_it() -> None:
    ears = mishears("repeat", "next")
    session = TextSession(replace(PLAIN, mishears=1.0, complains=0.0), ears, Journey(3, 5))
    mind = session.run()
    assert mind.outcome == "done"
    assert "phone" not in mind.done


def test_not_understood_she_says_it_again_and_answers_what_she_is_asked() -> None:
    ears = mishears("next", "", times=3)
    session = TextSession(PLAIN, ears, Journey(3, 4))
    assert session.run().outcome == "done"
    means = [act.phrased.means for _, act, _, _ in session.turns if act.phrased]
    assert any("choice:1" in each for each in means)  # after three misses the guide offers numbers


def test_never_understood_she_leaves() -> None:
    session = TextSession(PLAIN, lambda act, expecting: NoMatch("…"))
    assert session.run().outcome == "gave-up"
    assert len(session.turns) == PLAIN.tries


def test_a_question_that_comes_again_she_answers_again() -> None:
    """She denied only that the guide had misheard her, and then said 好了 to 是不是太暗 until she gave up."""
    doubts = iter([Unsure("complaint", "不对")])

    def ears(act: Act, expecting: tuple[str, ...]) -> Event:
        doubt = next(doubts, None) if act.here.kind == ASK and act.wish == "no" else None
        return doubt or perfect(act, expecting)

    session = TextSession(replace(PLAIN, fails=1.0), ears, Journey(14, 15))
    assert session.run().outcome == "done"
    asked = [act.wish for here, act, _, _ in session.turns if here.kind == ASK]
    assert set(asked) <= {"yes", "no"}
    assert "no" in asked


def test_asked_whether_it_is_done_she_says_the_truth() -> None:
    ears = mishears("repeat", "", times=2)
    session = TextSession(replace(PLAIN, mishears=1.0), ears, Journey(3, 4))
    session.run()
    answers = [act.wish for _, act, _, _ in session.turns]
    assert "no" in answers[: answers.index("next")]
    assert not wrong_moves(session)


def test_whoever_never_ends_begins_again_at_the_last_step() -> None:
    session = TextSession(PLAIN, journey=Journey(0, len(GUIDE.steps) + 1), most_turns=80)
    mind = session.run()
    assert mind.outcome == ""
    assert [act.wish for _, act, _, _ in session.turns].count("restart") >= 4  # each is asked back once
    assert not wrong_moves(session)


def test_whoever_never_ends_begins_again_though_she_is_not_understood_when_she_is_asked() -> None:
    """After three misses the guide goes on at the last step, and she said 好了 there: a soak was over too soon."""
    misses = iter([False, True, True, True])

    def ears(act: Act, expecting: tuple[str, ...]) -> Event:
        return NoMatch("…") if act.wish == "restart" and next(misses, False) else perfect(act, expecting)

    session = TextSession(PLAIN, ears, Journey(len(GUIDE.steps) - 1, len(GUIDE.steps) + 1), most_turns=40)
    assert session.run().outcome == ""
    assert next(misses, None) is None


def test_a_prompt_said_into_her_work_changes_nothing() -> None:
    phrasing = Phrasing(PLAIN, GUIDE, WORDINGS, rng_for(1, "words"))
    mind = Mind(PLAIN, Journey(3, 5), Map(GUIDE), phrasing, rng_for(1, "mind"))
    acts = mind.heard([GUIDE.step("phone").say])
    assert acts is not None
    assert acts[-1].kind == SAY
    assert mind.heard([Prompt("common/no-input.1", "…")]) is None
    assert mind.heard([Prompt("common/no-match.1", "…")]) is None  # the television was not understood


def test_what_it_asks_because_of_a_television_she_answers() -> None:
    """是 to 接着做吗 was on her tongue; asked whether to begin anew she does not say it."""
    mind = Mind(PLAIN, Journey(2, 5), MAP, Phrasing(PLAIN, GUIDE, WORDINGS, rng_for(1, "words")), rng_for(1, "mind"))
    resume = mind.heard([GUIDE.steps[2].resume])
    assert resume is not None
    assert resume[-1].wish == "yes"
    acts = mind.heard([LIBRARY.common["ask-restart"][0]])
    assert acts is not None
    assert [act.wish for act in acts] == ["no"]


@pytest.mark.thorough
def test_words_of_phrases_toml_with_all_their_politeness_are_understood() -> None:
    """Perfectly written down; what the recogniser makes of them is measured by the bench."""
    turns = understood = 0
    for number in range(60):
        session = TextSession(draw(1, number), by_text)
        assert session.run().outcome == "done"
        turns += len(session.turns)
        understood += sum(
            isinstance(event, Heard) and act.phrased is not None and event.intent in act.phrased.means
            for _, act, event, _ in session.turns
        )
    assert understood / turns > 0.98


@pytest.mark.parametrize("who", ["television_db", "second_person_db"])
def test_a_sentence_that_a_voice_swallows_is_left_out(monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    whole = [*near_misses(), *people().asides]

    def sound(swallowed: Sequence[str]) -> int:
        def stranger(text: str, voice: str, *_: object) -> np.ndarray:
            if text in swallowed:
                raise MouthError("bad-audio", "合成出来的声音不对。", "请再试一次。")
            return np.full(1600, 1000, np.int16)

        monkeypatch.setattr("voiceguide.bench.conditions.stranger", stranger)
        room = replace(conditions.draw(1, 0), television_db=None, second_person_db=None)
        room = replace(room, **{who: 12.0})  # type: ignore[arg-type]
        return np.count_nonzero(conditions.acoustics(room, draw(1, 0), None, None, Dial()).backgrounds[0].samples)  # type: ignore[arg-type]

    assert 0 < sound(whole[::2]) < sound(())


def test_what_a_voice_swallows_at_her_pace_she_says_more_slowly(tmp_path: Path) -> None:
    class Swallowing:
        paces: ClassVar[list[int]] = []
        habits = ()

        def identity(self, text: str, **_: object) -> tuple[str, ...]:
            return (text,)

        def render(self, text: str, *, voice: str, pace: int) -> np.ndarray:
            self.paces.append(pace)
            if pace > 140:
                raise MouthError("bad-audio", "合成出来的声音不对。", "请再试一次。")
            return np.full(1600, 1000, np.int16)

    elder = replace(draw(1, 0), pace=190, pitch=1.0, human=False)
    voice = ElderVoice(elder, Swallowing(), PromptCache(tmp_path), None)  # type: ignore[arg-type]
    assert voice.say(Phrased((Piece("再说一遍"),), frozenset(), False)).any()
    assert Swallowing.paces == [190, 162, 138]


def test_before_a_keyboard_she_presses_the_number_she_has_said_in_vain() -> None:
    def deaf(act: Act, expecting: tuple[str, ...]) -> Event:
        return perfect(act, expecting) if act.kind == PRESS or act.here.step != "papers" else NoMatch("…")

    stubborn, papers = replace(PLAIN, tries=12), GUIDE.position("papers")
    stretch = Journey(papers, papers + 1)
    session = TextSession(replace(stubborn, reaches_keys=True), deaf, stretch)
    assert session.run().outcome == "done"
    numbers = [
        act.key or "aloud"
        for _, act, _, _ in session.turns
        if act.kind == PRESS or (act.phrased and "choice:1" in act.phrased.means)
    ]
    assert numbers == ["aloud", "1"] * 2, "whether to go on, and the step"
    assert TextSession(stubborn, deaf, stretch).run().outcome == "gave-up"


def asked_to(key: str, heeds: float) -> tuple[Mind, list[Act] | None]:
    """She has said 下一步, was not understood, and is asked this first."""
    elder = replace(PLAIN, heeds=heeds)
    phrasing = Phrasing(elder, GUIDE, WORDINGS, rng_for(1, "words", 0))
    mind = Mind(elder, Journey(0, 3), MAP, phrasing, rng_for(1, "mind", 0))
    say = mind.heard([GUIDE.welcome, GUIDE.steps[0].say])
    assert say is not None
    mind.spoke(say[-1])
    return mind, mind.heard([LIBRARY.common[key][0], LIBRARY.common["no-match"][0]])


@pytest.mark.parametrize(
    ("key", "errands"), [("disturbed-voices", [QUIETEN]), ("disturbed-noise", [QUIETEN, NEARER])]
)
def test_what_she_is_asked_to_do_about_the_room_she_does_and_says_it_again_then(
    key: str, errands: list[str]
) -> None:
    mind, acts = asked_to(key, heeds=1.0)
    assert mind.errands == errands
    _, at_once = asked_to(key, heeds=0.0)
    assert acts is not None
    assert at_once is not None
    assert acts[-1].wish == at_once[-1].wish
    assert acts[-1].after_seconds >= at_once[-1].after_seconds + ERRAND_SECONDS - 1e-6


def test_who_heeds_nothing_leaves_the_room_as_it_is() -> None:
    mind, _ = asked_to("disturbed-voices", heeds=0.0)
    assert mind.errands == []
