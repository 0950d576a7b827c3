"""Every conversation in conversations/, against the dialogue alone and through the session's loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import FakeMouth, FakeRoom, Interruption, ScriptedEars
from tests.test_session import content
from voiceguide import paths
from voiceguide.commands.rehearse import SHIPPED
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.events import Answered, Entry, NoInput, Transcript
from voiceguide.library import Library
from voiceguide.rehearsal.conversation import (
    Conversation,
    ConversationError,
    Differs,
    PersonSays,
    PersonSilent,
    parse,
)
from voiceguide.rehearsal.rehearsal import Prompter, RehearsalKeeper, rehearse_text
from voiceguide.session.session import Session
from voiceguide.understanding.intents import Understanding

CHATS = "吃饭了没有啊"
"""To her son, while the guide waits."""
FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.txt"))
REHEARSED = {"12333": SHIPPED, "wechat-video-call": paths.conversations() / "wechat-video-call.txt"}
"""Guide id -> its conversation from start to finish, carried out aloud in test_cli_sound.py."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_dialogue_answers_as_written(path: Path) -> None:
    rehearse(parse(path))


@pytest.mark.thorough
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_session_adds_nothing(path: Path) -> None:
    conversation = parse(path)
    script, understanding = content_of(conversation)
    prompter = Prompter(conversation)
    ears = ScriptedEars(replies(conversation))
    keeper = RehearsalKeeper(conversation.guide, conversation.saved, conversation.known)
    room, today = FakeRoom(most_blocks=50_000), conversation.known.today
    Session(
        script, understanding, room, ears, FakeMouth(), keeper, prompter, today,
        open_guide=content, asks_which=conversation.asks_which,
    ).run()  # fmt: skip
    prompter.finish()


def content_of(conversation: Conversation) -> tuple[Script, Understanding]:
    return content() if conversation.asks_which else content(conversation.guide)


def rehearse(conversation: Conversation, log: Callable[[Entry], None] = lambda entry: None) -> None:
    rehearse_text(conversation, *content_of(conversation), log, content)


def replies(conversation: Conversation) -> list[str | Transcript]:
    """What the ears report: one silence for each stretch of silence long enough for one."""
    heard: list[str | Transcript] = []

    class Recorder:
        def __call__(self, entry: object) -> None:
            if isinstance(entry, Answered):
                if isinstance(entry.hearing, NoInput):
                    heard.append("")
                else:
                    interrupts = next(spoken).interrupts
                    heard.append(Interruption(entry.hearing.text) if interrupts else entry.hearing)

    spoken = (line for line in conversation.lines if isinstance(line, PersonSays))
    rehearse(conversation, Recorder())
    return heard


def write(tmp_path: Path, text: str) -> Conversation:
    path = tmp_path / "conversation.txt"
    path.write_text(text, encoding="utf-8")
    return parse(path)


def differs(tmp_path: Path, text: str) -> Differs:
    script, understanding = content()
    with pytest.raises(Differs) as error:
        rehearse_text(write(tmp_path, text), script, understanding)
    return error.value


def test_a_wrong_answer_is_found_with_its_line(tmp_path: Path) -> None:
    error = differs(tmp_path, "guide 12333\n<< 您好…\n<< 谁要…\n>> 好了\n<< 这句话没有人说过。\n")
    assert error.number == 5
    assert "认证" in error.got


def test_a_prompt_left_over_is_found(tmp_path: Path) -> None:
    script, _ = content()
    welcome, first = script.guide.welcome.text, script.guide.steps[0].say.text
    assert differs(tmp_path, f"guide 12333\n<< {welcome}\n").got == first
    assert differs(tmp_path, f"guide 12333\n<< {welcome}\n<< {first}\n<< 还有一句。\n").number == 4


def test_speaking_after_the_end_is_found(tmp_path: Path) -> None:
    text = "guide 12333\n<< …\n<< …\n>> 退出\n<< …\n>> 是\n<< …\n>> 好了\n"
    assert differs(tmp_path, text).number == 8


def test_a_short_silence_is_no_silence(tmp_path: Path) -> None:
    script, understanding = content()
    rehearse_text(write(tmp_path, "guide 12333\n<< …\n<< …\n(silence 3)\n"), script, understanding)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<< 您好\n", 1),
        ("guide 12333\n<<您好\n", 2),
        ("guide 12333\n# 好\n(silence long)\n", 3),
        ("guide\n", 1),
        ("guide 12333\ntoday the 26th\n", 2),
        ("guide 12333\npractised drill:link twice\n", 2),
        ("guide 12333\n<< 您好\n>> 好了\n(interrupts)\n>> 好了\n", 4),
    ],
)
def test_a_file_that_is_no_conversation_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    with pytest.raises(ConversationError, match=f":{line}:"):
        write(tmp_path, text)


def test_every_shipped_conversation_hears_and_says_something() -> None:
    assert len(FILES) >= 10
    for path in FILES:
        assert any(isinstance(line, PersonSays | PersonSilent) for line in parse(path).lines), path


def test_every_shipped_guide_is_rehearsed() -> None:
    assert set(REHEARSED) == set(Library.open(paths.prompts()).guide_ids())


@pytest.mark.thorough
@pytest.mark.parametrize("guide_id", REHEARSED)
def test_what_is_rehearsed_aloud_is_listened_for(guide_id: str) -> None:
    """A reply that is only understood, not listened for, is heard by luck or not at all."""
    script, understanding = content(guide_id)
    state, _ = dialogue.start(script)
    for line in parse(REHEARSED[guide_id]).lines:
        if isinstance(line, PersonSays) and line.text != CHATS:
            expecting = dialogue.expecting(script, state)
            listed = {phrase.text for phrase in understanding.word_list(expecting)}
            assert set(line.text.split("，")) <= listed, f"{guide_id}:{line.number}"
            state, _ = dialogue.respond(script, state, understanding.understand(line.text, expecting))
