"""The family's voices as commands need them: chosen, listed, and put before the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import click

from voiceguide import paths
from voiceguide.commands.content import library, open_content
from voiceguide.content import did_you_mean
from voiceguide.events import Prompt
from voiceguide.recordings.family_voice import FamilyVoice, FamilyVoiceError, family_voices, fullest
from voiceguide.recordings.recording_index import is_speaker
from voiceguide.recordings.voice_plan import outdated, reading_plan, standing

NONE = "合成"
"""--voice: nobody's."""

VOICE_OPTION = click.option(
    "--voice", metavar="名字", help="用谁的录音说话；默认用录得最多的，没录的用合成。写“合成”就不用录音。"
)


def named_voice(name: str) -> FamilyVoice:
    """The voice of that name, there or not. Raises click.BadParameter where it cannot be one."""
    if not is_speaker(name) or name == NONE:
        hint = (
            "只能用汉字、字母、数字和短横线，最长 32 个字。" if name != NONE else "这个名字留给合成的声音。"
        )
        raise click.BadParameter(hint, param_hint="--voice")
    return FamilyVoice(paths.voices() / name)


def existing_voice(name: str | None) -> FamilyVoice:
    """The voice of that name, or the only one. Raises click.UsageError where there is none, or one must be named."""
    voices = family_voices(paths.voices())
    names = [voice.name for voice in voices]
    if name in names:
        return voices[names.index(name)]
    if name is not None:
        hint = did_you_mean(name, names) or (f"现有：{'、'.join(names)}。" if names else "还没有人录过。")
        raise click.UsageError(f"没有叫“{name}”的录音。{hint}")
    if len(voices) != 1:
        several = f"有几个人的录音：{'、'.join(names)}，请用 --voice 写明是谁的。"
        raise click.UsageError(several if names else "还没有录音。请先运行 voiceguide record。")
    return voices[0]


def speaking_voice(name: str | None, plan: Sequence[Prompt]) -> FamilyVoice | None:
    """Who speaks in `run`: the one named, else who has read most of this; None: the engine alone.

    Raises click.UsageError, FamilyVoiceError for a voice that was named; a damaged one nobody named is said and
    left out.
    """
    if name == NONE:
        return None
    if name is not None:
        voice = existing_voice(name)
        voice.takes()
        return voice
    return fullest(_readable(), (prompt.text for prompt in plan))


def _readable() -> list[FamilyVoice]:
    voices = []
    for voice in family_voices(paths.voices()):
        try:
            voice.takes()
        except FamilyVoiceError as error:
            click.echo(f"{error}这次用合成的声音。", err=True)
        else:
            voices.append(voice)
    return voices


@cache
def plans() -> dict[str, tuple[Prompt, ...]]:
    """Of every guide: what is read aloud, in order. Raises ContentError."""
    return {guide_id: reading_plan(open_content(guide_id).script) for guide_id in library().guide_ids()}


def report(voice: FamilyVoice) -> tuple[list[str], bool]:
    """Lines about one voice, and whether all of it can be played. Raises FamilyVoiceError, ContentError."""
    takes = voice.takes()
    manifest = voice.manifest()
    agreed = manifest.consent.date if manifest else "没有写明哪天"
    minutes = sum(take.seconds for take in takes) / 60
    lines = [f"{voice.name}　{len(takes)} 句，{minutes:.1f} 分钟，{agreed} 同意，在 {voice.folder}"]
    for guide_id, plan in plans().items():
        read = len(standing(plan, takes).read)
        lines.append(f"　　{guide_id}：{read} 句，共 {len(plan)} 句（{read / len(plan):.0%}）")
    days = Counter(take.moment.date().isoformat() for take in takes)
    lines += [f"　　{day}：{count} 句" for day, count in sorted(days.items())]
    changed = outdated(takes, tuple(plans().values()))
    for each in changed:
        now = f"现在是“{each.now}”" if each.now else "现在没有这句话了"
        lines.append(f"　　文字改过，不再播放：“{each.take.text}”，{now}")
    damaged = voice.damaged()
    lines += [f"　　文件坏了，不再播放：“{take.text}”（{take.file}）" for take in damaged]
    if changed or damaged:
        lines.append("　　请再运行 voiceguide record，把这几句补录一遍。")
    return lines, not changed and not damaged
