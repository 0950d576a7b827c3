"""What is said while the guide speaks: when it stops the guide."""

from __future__ import annotations

from voiceguide.ears.barge_in import FIRST_WORDS_BLOCKS, STANDS_BLOCKS, BargeIn


def after(blocks: int) -> BargeIn:
    """Somebody begins to speak when the guide has spoken for so long."""
    made = BargeIn()
    for _ in range(blocks):
        made.feed(speaking=True)
    made.begins()
    return made


def test_a_voice_stops_the_guide_when_she_has_heard_what_it_says() -> None:
    late = after(FIRST_WORDS_BLOCKS + 1)
    assert late.may_stop
    assert not late.in_first_words
    assert late.stops_by_voice(hers=True)
    assert not late.stops_by_voice(hers=False)


def test_a_voice_that_goes_on_from_the_first_second_does_not() -> None:
    early = after(FIRST_WORDS_BLOCKS)
    assert early.in_first_words
    assert not early.stops_by_voice(hers=True)
    early.feed(speaking=True)
    assert not early.stops_by_voice(hers=True)
    early.begins()
    assert early.stops_by_voice(hers=True), "somebody else, or she anew"


def test_there_is_nothing_to_stop_in_silence_or_twice() -> None:
    assert not after(0).may_stop
    stopped = after(FIRST_WORDS_BLOCKS)
    stopped.stopped = True
    assert not stopped.may_stop
    stopped.forget()
    assert not stopped.may_stop, "nothing is being said"
    fallen_silent = after(FIRST_WORDS_BLOCKS)
    fallen_silent.feed(speaking=False)
    assert not fallen_silent.may_stop
    begun_before = after(0)
    begun_before.feed(speaking=True)
    assert not begun_before.may_stop, "she spoke first"


def test_a_phrase_is_heard_again_once_and_only_when_it_has_stood() -> None:
    over = after(FIRST_WORDS_BLOCKS)
    heard = [over.has_stood("好了") for _ in range(STANDS_BLOCKS + 5)]
    assert [at for at, stood in enumerate(heard, 1) if stood] == [STANDS_BLOCKS]
    assert not any(over.has_stood("好了" if n % 2 else "不好了") for n in range(4 * STANDS_BLOCKS))
