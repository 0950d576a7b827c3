"""Her own words: as every command that listens needs them, listed, forgotten."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from voiceguide.commands.content import Content
from voiceguide.commands.equipment import model_folders
from voiceguide.commands.persons import opened
from voiceguide.ears import EarsError
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.exit_codes import Exit
from voiceguide.profile.profile_file import ProfileFile
from voiceguide.understanding.personal import PersonalWord
from voiceguide.whole_files import write_whole


def usable_words(words: tuple[PersonalWord, ...], model: Path | None) -> tuple[PersonalWord, ...]:
    """Those that the model in use can hear; the others are named. No model: none, and whoever opens it will say
    why.
    """
    if not words:
        return ()
    from voiceguide.ears.models import find
    from voiceguide.ears.transcriber import sounds_id

    try:
        sounds = sounds_id(find(model, model_folders()))
    except EarsError:
        return ()
    if strange := [word.label for word in words if word.sounds != sounds]:
        click.echo(
            f"这些话是用别的识别模型教的，现在用不上：{'、'.join(strange)}。"
            "请用 voiceguide teach 再教一次，或者换回原来的模型。",
            err=True,
        )
    return tuple(word for word in words if word.sounds == sounds)


def with_own_words(content: Content, words: tuple[PersonalWord, ...], model: Path | None) -> Content:
    """The content, understanding her words too."""
    words = usable_words(words, model)
    return (
        replace(content, understand=lambda: content.understanding.with_personal(words)) if words else content
    )


def list_words(words: tuple[PersonalWord, ...], meaning_of: Callable[[str], str], model: Path | None) -> Exit:
    """What she taught, what it means, whether it is in use."""
    usable = usable_words(words, model)
    for word in words:
        sounds = " / ".join(" ".join(reading) for reading in word.pronunciations)
        use = "" if word in usable else "　现在用不上"
        click.echo(f"{word.text}　意思：{meaning_of(word.intent)}　{word.taught} 教的　听起来：{sounds}{use}")
    if not words:
        click.echo("还没有教过。运行 voiceguide teach 就可以教。")
    return Exit.OK


def forget_words(file: ProfileFile, name: str, intent: str) -> Exit:
    """`name`: a label, or "" for the last word taught; `intent`: what the name means where it is no label."""
    words = opened(file).words
    gone = [word for word in words if word.label == name.strip("「」")]
    if not name:
        gone = list(words[-1:])
    elif not gone and intent:
        gone = [word for word in words if word.intent == intent]
    if not gone:
        click.echo(
            f"没有教过「{name}」。教过的话：voiceguide teach --list" if name else "还没有教过，没有可忘的。"
        )
        return Exit.NEGATIVE
    for word in gone:
        for recording in _recordings(file, word):
            recording.unlink(missing_ok=True)
    file.change(lambda profile: replace(profile, words=tuple(w for w in profile.words if w not in gone)))
    click.echo(f"忘掉了：{'、'.join(word.text for word in gone)}。")
    return Exit.OK


def keep_audio(file: ProfileFile, word: PersonalWord, repetitions: Sequence[Samples]) -> None:
    """How she said it, beside her words; she has agreed. Raises OSError."""
    for number, samples in enumerate(repetitions, 1):
        content = io.BytesIO()
        with wave.open(content, "wb") as recording:
            recording.setnchannels(1)
            recording.setsampwidth(2)
            recording.setframerate(SAMPLE_RATE)
            recording.writeframes(samples.tobytes())
        write_whole(file.recordings / f"{word.label}_{number}.wav", content.getvalue())


def _recordings(file: ProfileFile, word: PersonalWord) -> list[Path]:
    folder = file.recordings
    return [file for file in sorted(folder.glob("*.wav")) if file.stem.rpartition("_")[0] == word.label]
