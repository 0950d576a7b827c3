"""What is read aloud first, and takes whose text is said no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tests.bench.text_session import SCRIPT, TextSession, by_text
from tests.test_family_voice import NOON
from voiceguide.bench.elders import draw
from voiceguide.dialogue.script import prompts
from voiceguide.events import Prompt
from voiceguide.recordings.voice_manifest import VoiceTake
from voiceguide.recordings.voice_plan import outdated, reading_plan, standing

PLAN = reading_plan(SCRIPT)


def take(prompt: Prompt) -> VoiceTake:
    return VoiceTake(prompt.id, prompt.text, "", "", "", 1, 1.0, 150, NOON.isoformat())


def test_every_text_is_read_once_and_the_greeting_first() -> None:
    texts = [prompt.text for prompt in PLAN]
    assert len(set(texts)) == len(texts)
    assert set(texts) == {prompt.text for prompt in prompts(SCRIPT) if not prompt.voice}
    assert texts[0] == SCRIPT.guide.welcome.text
    assert texts[1 : 1 + len(SCRIPT.guide.steps)] == [step.say.text for step in SCRIPT.guide.steps]


def test_what_is_heard_most_comes_first() -> None:
    """A tenth of the work is most of what simulated elders hear, and half of it nearly all."""
    heard = Counter[str]()
    for number in range(100, 124):  # not those the order was made from
        session = TextSession(draw(2, number), by_text)
        session.run()
        heard.update(session.said)

    def share(part: float) -> float:
        first = PLAN[: round(part * len(PLAN))]
        return sum(heard[prompt.text] for prompt in first) / heard.total()

    assert share(0.1) > 0.6
    assert 0.55 < share(60 / len(PLAN)) < 0.75, "the READMEs say six tenths for the first 60"
    assert share(0.5) > 0.9


def test_where_the_reading_has_got_to() -> None:
    now = standing(PLAN, [take(PLAN[1]), take(Prompt("x", "别的话。"))])
    assert now.read == {PLAN[1].text}
    assert now.missing == (PLAN[0], *PLAN[2:])


def test_a_take_of_a_changed_text_is_named_with_what_stands_there_now() -> None:
    old = replace(take(PLAN[3]), text="以前的话。")
    gone = replace(take(PLAN[4]), id="12333/no-such-step.say", text="没有了的话。")
    found = outdated([take(PLAN[0]), old, gone], (PLAN,))
    assert [(each.take.text, each.now) for each in found] == [("以前的话。", PLAN[3].text), ("没有了的话。", "")]
    other = (Prompt("other/welcome", "以前的话。"),)
    assert [each.take for each in outdated([old], (PLAN, other))] == [], "another guide says it"
