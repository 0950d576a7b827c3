"""The counting: a guide that misbehaves on purpose, and each figure must show it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tests.bench.text_session import GUIDE, LIBRARY, MAP
from voiceguide.bench.acts import ASIDE, COUGH, PRESS, SAY
from voiceguide.bench.phrasing import COMPLAINT
from voiceguide.bench.record import BrokenOff, PromptSaid, Record, TurnHeard, Utterance, Waited
from voiceguide.bench.scoring import MISHEARD, RIGHT, UNHEARD, Score, score
from voiceguide.bench.whereabouts import STEP, Whereabouts
from voiceguide.events import BLOCK_SECONDS, Prompt

PHONE, NETWORK, PAPERS = (GUIDE.step(name).say for name in ("phone", "network", "papers"))
PHONE_AGAIN = GUIDE.step("phone").again[0]
MISS, DONE_QUESTION, SOFTER = (LIBRARY.common[key][0] for key in ("no-match", "ask-done", "softer"))


@dataclass
class Scene:
    """A conversation made by hand: who does what, one after the other."""

    record: Record = field(default_factory=Record)
    here: Whereabouts = field(default_factory=lambda: Whereabouts(STEP, "phone"))

    def guide(
        self, *prompts: Prompt, seconds: float = 4.0, breaks_off_after: float | None = None, heard: bool = True
    ) -> Scene:
        """Says these; with `breaks_off_after` the last one is stopped, because something was `heard` or because all
        is over."""
        for number, prompt in enumerate(prompts):
            self.record.log.append(PromptSaid(self.now, prompt, seconds))
            self.here = MAP.place(prompt, self.here)
            last = number == len(prompts) - 1
            broken = last and breaks_off_after is not None
            self._run(breaks_off_after if broken and breaks_off_after is not None else seconds, 1)
            if broken and heard:
                self.record.log.append(BrokenOff(self.now))
        return self

    def quiet(self, seconds: float) -> Scene:
        self._run(seconds, 0)
        return self

    def says(
        self, wish: str, *, means: str = "", seconds: float = 1.0, at: float = 0.0, **more: bool
    ) -> Scene:
        """`at`: so many seconds from now (before now where the guide has been speaking)."""
        start = self.now + at
        utterance = Utterance(
            start, start + seconds, wish, SAY, wish, frozenset({means or wish}), self.here, **more
        )
        self.record.utterances.append(utterance)
        if at >= 0:
            self._run(at + seconds, 0)
        return self

    def presses(self, wish: str) -> Scene:
        self.record.utterances.append(
            Utterance(self.now, self.now, "", PRESS, wish, frozenset({wish}), self.here)
        )
        return self

    def makes(self, kind: str, at: float = 0.0) -> Scene:
        start = self.now + at
        self.record.utterances.append(Utterance(start, start + 1.0, "", kind))
        self._run(1.0 if at >= 0 else 0.0, 0)
        return self

    def hears(self, intent: str, seconds: float = 1.0, after: float = 0.5) -> Scene:
        """The guide's ears report what was just said."""
        self.quiet(after)
        end = self.now - after
        self.record.log.append(TurnHeard(self.now, end - seconds, end, intent, intent))
        return self

    def hears_nothing(self) -> Scene:
        self.record.log.append(Waited(self.now))
        return self

    def score(self) -> Score:
        return score(self.record, MAP)

    @property
    def now(self) -> float:
        return len(self.record.loud) * BLOCK_SECONDS

    def _run(self, seconds: float, loud: int) -> None:
        self.record.loud += bytes([loud]) * round(seconds / BLOCK_SECONDS)


def asked() -> Scene:
    """The guide has said the step, and it is her turn."""
    return Scene().guide(PHONE).quiet(2.0)


def fates(scene: Scene) -> list[str]:
    return [turn.fate for turn in scene.score().turns]


# ------------------------------------------------------------------------------------------------- turns


def test_a_good_conversation_has_nothing_to_count() -> None:
    scene = asked().says("next").hears("next").guide(NETWORK).quiet(2.0).says("repeat").hears("repeat")
    found = scene.guide(GUIDE.step("network").again[0]).quiet(1.0).score()
    assert [turn.fate for turn in found.turns] == [RIGHT, RIGHT]
    assert not found.wrong_moves
    assert (found.failures, found.barge_ins, found.to_nobody, found.questions_again) == (0, 0, 0, 0)
    assert not found.false_barge_ins
    assert [turn.latency_seconds for turn in found.turns] == [pytest.approx(0.5), pytest.approx(0.5)]
    assert found.speaking_seconds == pytest.approx(12.0)


def test_not_understood_misunderstood_and_not_even_noticed() -> None:
    scene = asked().says("next").hears("").guide(MISS).quiet(2.0)
    scene.says("next").hears("softer").guide(SOFTER).quiet(2.0).says("next").quiet(8.0).says("next").hears(
        "next"
    )
    assert fates(scene.guide(NETWORK)) == [MISHEARD, MISHEARD, UNHEARD, RIGHT]


def test_other_terms_that_lead_where_she_wanted_are_right() -> None:
    """继续 for 好了: asked whether it is done, the guide goes on."""
    scene = asked().says("next").hears("resume").guide(NETWORK)
    assert fates(scene) == [RIGHT]


def test_a_doubt_that_was_acted_on_is_right() -> None:
    scene = asked().says("next").hears("").guide(MISS).quiet(2.0).says("next").hears("").guide(NETWORK)
    assert fates(scene) == [MISHEARD, RIGHT]


def test_repairs_are_what_the_very_next_try_resolves() -> None:
    scene = (
        asked()
        .says("next")
        .hears("")
        .guide(MISS)
        .quiet(2.0)
        .says("next")
        .hears("next")
        .guide(NETWORK)
        .quiet(2.0)
    )
    scene.says("next").hears("").guide(MISS).quiet(2.0).says("next").hears("").guide(DONE_QUESTION).quiet(2.0)
    found = scene.says("next", means="yes").hears("yes").guide(PAPERS).score()
    assert (found.failures, found.repaired) == (3, 2)
    assert found.questions_again == 3


def test_the_key_she_presses_then_is_a_repair_and_no_turn() -> None:
    scene = asked().says("next").hears("").guide(MISS).quiet(2.0).presses("next").hears("next", seconds=0.0, after=0.0)
    found = scene.guide(NETWORK).quiet(2.0).says("next").hears("next").guide(PAPERS).score()
    assert (len(found.turns), found.pressed) == (2, 1)
    assert (found.failures, found.repaired, found.wrong_moves) == (1, 1, [])


def test_a_failure_without_a_next_try_is_neither_repaired_nor_not() -> None:
    found = asked().says("next").hears("").guide(MISS).quiet(2.0).score()
    assert (found.failures, found.repaired) == (0, 0)


def test_cut_off_in_the_middle_of_a_phrase() -> None:
    scene = asked().says("cannot", seconds=3.0, hesitant=True)
    end = scene.now
    scene.record.log.append(TurnHeard(end - 1.0, end - 3.0, end - 2.2, "", ""))
    scene.record.log.append(TurnHeard(end + 0.5, end - 1.0, end, "", "cannot"))
    found = scene.quiet(0.5).guide(GUIDE.step("phone").detail[0]).score()
    assert found.cut_off == 1
    assert [turn.fate for turn in found.turns] == [RIGHT]


def test_latency_is_from_her_last_sound_to_the_first_of_the_answer() -> None:
    scene = asked().says("next").hears("next", after=1.2).quiet(0.3).guide(NETWORK)
    assert [turn.latency_seconds for turn in scene.score().turns] == [pytest.approx(1.5)]


@pytest.mark.parametrize("complete", [True, False])
def test_whether_more_could_have_come_is_what_the_ears_say(complete: bool) -> None:
    scene = asked().says("next").hears("next")
    scene.record.log[-1] = replace(scene.record.log[-1], complete=complete)
    assert [turn.complete for turn in scene.guide(NETWORK).score().turns] == [complete]


def test_a_sound_nobody_made_for_the_guide_is_answered_to_nobody() -> None:
    assert asked().hears("").guide(MISS).score().to_nobody == 1
    assert asked().makes(ASIDE).hears("").guide(MISS).score().to_nobody == 1
    assert asked().says("next").hears("").guide(MISS).score().to_nobody == 0


def test_the_first_words_after_a_long_silence() -> None:
    woken = asked().quiet(120).says("next", after_long_silence=True).hears("next").guide(NETWORK).score()
    assert (woken.silences, woken.wakes) == (1, 1)
    asleep = asked().quiet(120).says("next", after_long_silence=True).quiet(9.0).score()
    assert (asleep.silences, asleep.wakes) == (1, 0)


# ------------------------------------------------------------------------------------------------- wrong moves


def places(scene: Scene) -> list[tuple[str, str]]:
    return [(move.came_from.step, move.went_to.step) for move in scene.score().wrong_moves]


def test_moved_though_she_asked_to_hear_it_again() -> None:
    scene = asked().says("repeat").hears("next").guide(NETWORK).quiet(1.0)
    assert places(scene) == [("phone", "network")]
    assert fates(scene) == [MISHEARD]
    [move] = scene.score().wrong_moves
    assert (move.wish, move.heard, move.intent) == ("repeat", "next", "next")


def test_moved_too_far() -> None:
    assert places(asked().says("next").hears("next").guide(PAPERS)) == [("phone", "papers")]


def test_moved_though_nobody_spoke() -> None:
    assert places(asked().quiet(30).hears_nothing().guide(NETWORK)) == [("phone", "network")]


def test_moved_at_a_word_to_somebody_else_or_at_a_cough() -> None:
    assert places(asked().makes(ASIDE).hears("next").guide(NETWORK)) == [("phone", "network")]
    assert places(asked().makes(COUGH).hears("next").guide(NETWORK)) == [("phone", "network")]


def test_an_answer_broken_off_for_nothing_goes_on_to_where_she_wanted_and_no_further() -> None:
    scene = asked().says("next").hears("next").guide(SOFTER, breaks_off_after=1.0).makes(COUGH).hears("")
    assert not places(scene.guide(NETWORK).quiet(2.0))
    assert places(scene.hears("").guide(PAPERS)) == [("network", "papers")]


def test_an_answer_that_was_ended_moves_nothing_later() -> None:
    ended = asked().says("next").hears("next").guide(SOFTER).quiet(2.0)
    assert places(ended.makes(COUGH).hears("").guide(NETWORK)) == [("phone", "network")]
    silent = asked().says("next").hears("next").guide(SOFTER, breaks_off_after=1.0).quiet(30.0)
    assert places(silent.hears_nothing().guide(NETWORK)) == [("phone", "network")]
    misheard = asked().says("next").hears("repeat").guide(SOFTER, breaks_off_after=1.0).makes(COUGH)
    assert places(misheard.hears("").guide(NETWORK)) == [("phone", "network")]


def test_ended_though_she_did_not_want_to_stop() -> None:
    stopped = LIBRARY.common["stopped"][0]
    assert [
        each.went_to.kind for each in asked().says("next").hears("stop").guide(stopped).score().wrong_moves
    ] == ["end"]


def test_a_question_on_the_way_is_no_move_and_what_she_agrees_to_is_none() -> None:
    scene = asked().says("repeat").hears("resume").guide(DONE_QUESTION).quiet(2.0)
    assert not places(scene)
    assert not places(scene.says("next", means="yes").hears("yes").guide(NETWORK))


def test_taking_back_a_wrong_move_is_none() -> None:
    scene = asked().says("repeat").hears("next").guide(NETWORK).quiet(2.0)
    scene.says(COMPLAINT, means="previous").hears("previous").guide(PHONE_AGAIN).quiet(1.0)
    assert places(scene) == [("phone", "network")]
    assert fates(scene) == [MISHEARD, RIGHT]


def test_to_go_on_where_she_was_when_she_does_not_want_to_begin_anew_is_none() -> None:
    restart, carry_on = (LIBRARY.common[key][0] for key in ("ask-restart", "carry-on"))
    astray = Scene().guide(PAPERS).quiet(2.0).says("yes").hears("restart").guide(PHONE).quiet(1.0)
    asked_back = astray.says(COMPLAINT).hears("complaint").guide(restart).quiet(1.0)
    assert places(asked_back.says("no").hears("no").guide(carry_on, PAPERS)) == [("papers", "phone")]
    unasked = Scene().guide(PAPERS).quiet(2.0).says("yes").hears("restart").guide(PHONE).quiet(1.0)
    unasked.says("no").hears("no").guide(carry_on, PAPERS)
    assert places(unasked) == [("papers", "phone"), ("phone", "papers")]


def test_other_wordings_of_the_same_place_and_small_answers_are_no_moves() -> None:
    scene = (
        asked().says("softer").hears("softer").guide(SOFTER, PHONE).quiet(2.0).says("fraud").hears("fraud")
    )
    assert not places(scene.guide(GUIDE.fraud[0], LIBRARY.common["after-fraud"][0], PHONE_AGAIN))


# ------------------------------------------------------------------------------------------------- barge-ins


def interrupted(stops_after: float | None) -> Scene:
    """She speaks two seconds into a prompt of six; the loudspeaker stops so long after she began, or not at all."""
    scene = Scene().guide(
        PHONE, seconds=6.0, breaks_off_after=None if stops_after is None else 2.0 + stops_after
    )
    began = 6.0 if stops_after is None else 2.0 + stops_after
    return scene.says("next", at=2.0 - began, interrupts=True).quiet(3.0)


def test_a_barge_in_that_stops_the_loudspeaker_is_caught_and_timed() -> None:
    found = interrupted(0.3).score()
    assert (found.barge_ins, found.missed_barge_ins) == (1, 0)
    assert found.stop_seconds == [pytest.approx(0.3, abs=0.03)]
    assert not found.false_barge_ins


def test_a_loudspeaker_that_speaks_on_has_missed_it() -> None:
    found = interrupted(None).score()
    assert (found.barge_ins, found.missed_barge_ins, found.stop_seconds) == (1, 1, [])


def test_a_loudspeaker_that_stops_too_late_has_missed_it() -> None:
    found = interrupted(2.5).score()
    assert (found.barge_ins, found.missed_barge_ins) == (1, 1)


def test_speaking_into_the_last_word_is_no_barge_in() -> None:
    scene = Scene().guide(PHONE, seconds=6.0).says("next", at=-0.8, interrupts=True).quiet(3.0)
    assert scene.score().barge_ins == 0


def test_a_prompt_broken_off_without_a_word_of_hers_is_a_false_barge_in() -> None:
    found = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.0).quiet(2.0).guide(PHONE).quiet(1.0).score()
    assert found.false_barge_ins == [pytest.approx(2.0)]


def test_neither_is_one_broken_off_by_a_lost_device_nor_one_she_left() -> None:
    scene = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.0).quiet(2.0)
    scene.record.faults = [1.9]
    assert not scene.score().false_barge_ins
    left = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.0, heard=False)
    assert not left.score().false_barge_ins


def test_a_cough_that_stops_the_guide_is_a_false_barge_in() -> None:
    scene = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.0).makes(COUGH, at=-0.3).quiet(2.0)
    assert len(scene.score().false_barge_ins) == 1


def test_a_pause_between_two_sentences_ends_nothing() -> None:
    scene = Scene()
    scene.record.log.append(PromptSaid(0.0, PHONE, 6.0))
    scene.record.loud += bytes([1]) * 150 + bytes([0]) * 30 + bytes([1]) * 120
    found = scene.quiet(2.0).score()
    assert scene.record.speeches() == [(0.0, pytest.approx(6.0))]
    assert not found.false_barge_ins


def test_an_answer_that_follows_at_once_does_not_hide_that_the_guide_broke_off() -> None:
    """好了, into the third second of six; the answer comes 0.2 s after the loudspeaker has fallen silent."""
    scene = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.3)
    scene.says("next", at=-0.3, seconds=0.4, interrupts=True).hears("next", after=0.2).guide(NETWORK)
    found = scene.quiet(2.0).score()
    assert (found.barge_ins, found.missed_barge_ins) == (1, 0)
    assert found.stop_seconds == [pytest.approx(0.3, abs=0.03)]


def test_a_false_alarm_that_is_over_at_once_is_one_all_the_same() -> None:
    scene = Scene().guide(PHONE, seconds=6.0, breaks_off_after=2.0).quiet(0.3)
    scene.record.loud += bytes([1]) * 250  # the sentence is said again
    assert len(scene.quiet(2.0).score().false_barge_ins) == 1


def test_what_goes_on_from_the_middle_ends_earlier_than_the_whole_and_has_not_been_broken_off_again() -> None:
    scene = interrupted(0.3)
    scene.record.loud += bytes([1]) * 100
    assert not scene.quiet(2.0).score().false_barge_ins
