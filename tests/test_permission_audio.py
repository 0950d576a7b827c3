"""By sound alone: she agrees, she refuses, she says that all is to go; and in the guide she takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import aloud
from voiceguide.commands.content import open_content
from voiceguide.commands.equipment import MICROPHONE, open_speaker
from voiceguide.commands.persons import people
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.events import SAMPLE_RATE
from voiceguide.exit_codes import Exit
from voiceguide.mouth.renderer import Renderer
from voiceguide.notes import Consented
from voiceguide.profile.profile import Profile
from voiceguide.profile.sayings import Saying
from voiceguide.room.acoustics import Acoustics
from voiceguide.room.person import ScriptedPerson
from voiceguide.room.simulated import SimulatedRoom

pytestmark = pytest.mark.audio

LIVING_ROOM = Acoustics(echo_db=-12, noise_dbfs=-55, noise="pink", reverberation_seconds=0.3)
YESTERDAY = date.today() - timedelta(days=1)
HER = Profile(consent=Consented(True, YESTERDAY), sayings=(Saying(YESTERDAY, "12333", "phone", "我不会弄"),))


@pytest.fixture(scope="module")
def voice() -> Iterator[Renderer]:
    with Renderer(open_content().readings, voice=PERSON_VOICE) as renderer:
        yield renderer


@pytest.fixture
def answers(voice: Renderer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """She answers so, one question after the other. A room without a clock: the mouth must wait for its prompts."""

    def provide(*said: str) -> None:
        pause = np.zeros(SAMPLE_RATE // 2, np.int16)
        lines = [
            np.concatenate([part for word in text.split("，") for part in (voice.render(word, pace=170), pause)])
            for text in said
        ]

        def room(ears: str, mouth: str) -> SimulatedRoom:
            return SimulatedRoom(ScriptedPerson(lines if ears == MICROPHONE else [], stays_seconds=60), LIVING_ROOM)

        monkeypatch.setattr(aloud.equipment, "_room", room)
        monkeypatch.setattr(
            aloud.equipment, "open_mouth", lambda name, readings, pace, waits: open_speaker(readings, pace, waits=True)
        )

    return provide


@pytest.mark.parametrize(
    ("said", "agreed"),
    [(["愿意"], True), (["是的"], True), (["不愿意"], False), (["今天天气不错"] * 3, None)],
)
def test_she_is_asked_whether_her_words_may_be_kept(
    said: list[str], agreed: bool | None, answers: Callable[..., None]
) -> None:
    answers(*said)
    before = date.today()
    main(["consent"])
    consent = people().files()[0].load().consent
    # It may become midnight meanwhile.
    assert consent in ([None] if agreed is None else [Consented(agreed, day) for day in (before, date.today())])


@pytest.mark.parametrize(
    ("said", "erased"),
    # 是的，是的, for the first question: she has not heard the second, are you sure.
    [(["是的", "是的"], True), (["不是的"], False), (["是的，是的"], False)],
)
def test_all_is_erased_where_she_says_so_twice(
    said: list[str], erased: bool, answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file,) = people().files()
    file.save(HER)
    answers(*said)
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    assert main(["forget"]) == (Exit.OK if erased else Exit.NEGATIVE)
    assert file.folder.exists() is not erased


def test_she_takes_it_back_in_the_guide() -> None:
    assert main(["rehearse", str(paths.conversations() / "words-kept.txt")]) == Exit.OK
