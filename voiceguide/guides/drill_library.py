"""Reads prompts/<language>/drills.toml and drills/*.toml into values; refuses bad content, all errors at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from voiceguide.content import ContentError, Finding, did_you_mean
from voiceguide.events import OTHER_VOICES, Prompt
from voiceguide.guides.drills import ASKS, KINDS, LEAST_WORDINGS, Answers, Drill, Drills, Retort
from voiceguide.language.concept_file import ConceptWords, concept_words, known_classes
from voiceguide.tables import Source, Table

FILE = "drills.toml"
FOLDER = "drills"

FRAME = {
    **dict.fromkeys(("begin", "more", "ended", "next", "choose", "help", "where", "again"), 2),
    "miss": 3,
}
"""Prompts of the guide around every drill -> how many wordings at least."""

SAYS_SO = ("begin", "more", "ended", "next", "where")
"""Of these each wording must say that it is an exercise."""

WORDS = "{words}"
"""Stands in the template `instead` for what a drill wants to be said."""

MOST_SAID = 2
"""Prompts of the swindler before she may answer."""


def load(directory: Path) -> Drills:
    """Raises ContentError."""
    source = Source(directory, FILE)
    source.stop_if_bad()
    root = source.root
    told = ("answers", "made", "stop", "go-on", "classes", "said_as", "retort")
    root.only(("order", "says_so", "instead", *told, *FRAME))
    frame = {name: _prompts(root, name, FOLDER, "", least) for name, least in FRAME.items()}
    _check_says_so(root, frame)
    order = root.strings("order")
    written = tuple(sorted(path.stem for path in (directory / FOLDER).glob("*.toml")))
    for name in [name for name in order if name not in written]:
        remedy = did_you_mean(name, written) or "请在 drills 里补写这个文件。"
        root.report("order", "unknown-drill", f"没有叫“{name}”的演练。", remedy)
    for name in [name for name in written if name not in order]:
        root.report(
            "order", "unreachable-drill", f"order 里没有“{name}”，永远轮不到。", "请写进 order，或者删掉。"
        )
    answers = _answers(root)
    stop, go_on = _wordings(root.table("stop"), 4), _wordings(root.table("go-on"), 4)
    words = concept_words(source)
    retorts = tuple(_retort(entry, words) for entry in root.list_of_tables("retort"))
    template = root.string("instead")
    if WORDS not in template:
        root.report(
            "instead", "missing-placeholder", f"这一句里没有{WORDS}。", f"请在该说的话那里写{WORDS}。"
        )
    findings: list[Finding] = [*source.findings]
    drills = []
    for name in [name for name in order if name in written]:
        own = Source(directory, f"{FOLDER}/{name}.toml")
        if not own.findings:
            drills.append(_drill(own.root, name, template))
        findings += own.findings
    if findings:
        raise ContentError(sorted(findings))
    return Drills(tuple(drills), frame, answers, stop, go_on, retorts, words.classes, words.said_as)


def _check_says_so(root: Table, frame: Mapping[str, tuple[Prompt, ...]]) -> None:
    word = root.string("says_so")
    for name in SAYS_SO:
        for prompt in frame[name]:
            if word not in prompt.text:
                message = f"“{prompt.text}”没有说这是{word}，她会当真。"
                root.report(name, "unannounced", message, f"请在这一句里说明是{word}。")


def _drill(root: Table, drill_id: str, template: str) -> Drill:
    root.only(("title", "voice", "scene", "say", "push", "reply", "instead"))
    voice = root.string("voice")
    if voice not in OTHER_VOICES:
        remedy = did_you_mean(voice, OTHER_VOICES) or f"现有：{'、'.join(OTHER_VOICES)}。"
        root.report("voice", "unknown-voice", f"没有叫“{voice}”的声音。", remedy)
    owner = f"{FOLDER}/{drill_id}"
    say = _prompts(root, "say", owner, voice)
    if len(say) > MOST_SAID:
        root.report("say", "long-speech", f"骗子一连说{len(say)}段，她记不住。", f"请缩成{MOST_SAID}段以内。")
    reply = root.table("reply")
    names = {kind: _name(kind) for kind in KINDS}
    reply.only(names.values())
    replies = {kind: Prompt(f"{owner}.reply.{name}", reply.string(name)) for kind, name in names.items()}
    return Drill(
        id=drill_id,
        title=root.string("title"),
        scene=Prompt(f"{owner}.scene", root.string("scene")),
        say=say,
        push=Prompt(f"{owner}.push", root.string("push"), voice),
        replies=replies,
        instead=Prompt(f"{owner}.instead", template.replace(WORDS, root.string("instead"))),
        words=root.string("instead"),
    )


def _prompts(table: Table, name: str, owner: str, voice: str, least: int = 1) -> tuple[Prompt, ...]:
    texts = table.strings(name, least=least)
    join = "/" if owner == FOLDER else "."
    return tuple(Prompt(f"{owner}{join}{name}.{n}", text, voice) for n, text in enumerate(texts, 1))


def _name(kind: str) -> str:
    """drill:hang-up -> hang-up, as it is written in the files."""
    return kind.partition(":")[2]


def _answers(root: Table) -> Mapping[str, Answers]:
    table = root.table("answers")
    made: dict[str, list[tuple[tuple[str, ...], ...]]] = defaultdict(list)
    names = tuple(map(_name, KINDS))
    table.only(names)
    for entry in root.list_of_tables("made"):
        entry.only(("answer", "parts"))
        name, parts = entry.string("answer"), entry.data.get("parts")
        if name not in names:
            remedy = did_you_mean(name, names) or "请写一种回答的名字。"
            entry.report("answer", "unknown-answer", f"没有叫“{name}”的回答。", remedy)
        elif not _are_parts(parts):
            entry.report("parts", "wrong-type", "parts 要几个文字列表。", '请写成 [["……"], ["……"]]。')
        else:
            made[name].append(tuple(map(tuple, entry.data["parts"])))
    answers = {kind: _wordings(table.table(_name(kind)), LEAST_WORDINGS, made[_name(kind)]) for kind in KINDS}
    owners: dict[str, str] = {}
    for kind, each in answers.items():
        for text in (*each.heard, *each.also, *each.told):
            if owners.setdefault(text, kind) != kind:
                message = f"“{text}”又算“{_name(owners[text])}”，又算“{_name(kind)}”。"
                table.report(_name(kind), "two-meanings", message, "请只留一处。")
    return answers


def _retort(entry: Table, words: ConceptWords) -> Retort:
    entry.only(("answer", "all", "unless"))
    kinds = {_name(kind): kind for kind in KINDS}
    known, groups = [*words.classes, ASKS], entry.data.get("all")
    if not isinstance(groups, list) or not groups:
        entry.report("all", "wrong-type", "这里应该是几组类名。", '请写成 [["deny"], ["deed"]]。')
        groups = []
    needed = tuple(
        known_classes(Table(entry.source, entry.key, {"all": each}), "all", known) for each in groups
    )
    if (name := entry.string("answer")) not in kinds:
        remedy = did_you_mean(name, kinds) or "请写一种回答的名字。"
        entry.report("answer", "unknown-answer", f"没有叫“{name}”的回答。", remedy)
    return Retort(kinds.get(name, ""), needed, known_classes(entry, "unless", known))


def _are_parts(parts: object) -> bool:
    return isinstance(parts, list) and all(
        isinstance(part, list) and part and all(isinstance(text, str) for text in part) for part in parts
    )


def _wordings(table: Table, least: int, made: Sequence[tuple[tuple[str, ...], ...]] = ()) -> Answers:
    table.only(("heard", "also", "told"))
    heard, also = table.strings("heard", least=least), table.strings("also", optional=True)
    return Answers(heard, also, tuple(made), table.strings("told", optional=True))
