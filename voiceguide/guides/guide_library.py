"""Reads prompts/<language>/guides/<id>.toml into a Guide; notes what is missing or wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from voiceguide.content import did_you_mean
from voiceguide.events import Phrase, Prompt
from voiceguide.guides.drills import Drills
from voiceguide.guides.exercise import Exercise
from voiceguide.guides.guide import BACK, Cause, Checklist, Guide, Question, Step, Trouble
from voiceguide.guides.shelf import Shelf
from voiceguide.language import numerals
from voiceguide.language.phonetics import Readings
from voiceguide.tables import Source, Table

QUIET_SECONDS = 25.0
"""How long a step leaves her in peace unless its author says otherwise."""

QUESTION_WORDINGS = 5
"""A question is asked in many ways."""


class Shared(Protocol):
    """What the guides of a language have in common."""

    @property
    def readings(self) -> Readings: ...
    @property
    def common(self) -> Mapping[str, tuple[Prompt, ...]]: ...
    @property
    def drills(self) -> Drills: ...
    @property
    def exercise(self) -> Exercise: ...
    @property
    def shelf(self) -> Shelf: ...


def load(directory: Path, guide_id: str, guide_ids: Sequence[str], library: Shared) -> Guide:
    """`guide_ids`: all there are. Raises ContentError with every error of the file."""
    source = Source(directory, f"guides/{guide_id}.toml")
    if guide_id not in guide_ids:
        source.findings.clear()
        remedy = did_you_mean(guide_id, guide_ids) or f"现有：{'、'.join(guide_ids)}。"
        source.report("", "unknown-guide", f"没有叫“{guide_id}”的指南。", remedy)
    source.stop_if_bad()
    guide = _guide(source.root, guide_id, library)
    source.stop_if_bad()
    return guide


def prompts(
    table: Table, name: str, owner: str, least: int = 1, *, optional: bool = False
) -> tuple[Prompt, ...]:
    """All wordings of one; they are numbered where there may be several."""
    texts = table.strings(name, least=least, optional=optional)
    stem = f"{owner}/{table.path(name).removeprefix('steps.')}"
    single = isinstance(table.data.get(name), str)
    return tuple(Prompt(stem if single else f"{stem}.{n}", text) for n, text in enumerate(texts, 1))


def _prompt(table: Table, name: str, owner: str) -> Prompt:
    return Prompt(f"{owner}/{table.path(name).removeprefix('steps.')}", table.string(name))


def _guide(root: Table, guide_id: str, library: Shared) -> Guide:
    keys = ("title", "heard", "order", "certifies", "welcome", "goodbye", "fraud", "human")
    root.only((*keys, "steps", "trouble", "questions", "checklist"))
    order, names = root.strings("order"), root.strings("heard", optional=True)
    _all_speakable(root, "heard", names, library.readings)
    steps, checklists = root.tables("steps"), root.tables("checklist")
    for step_id in sorted(steps.keys() - set(order)):
        message = "order 里没有这一步，永远走不到。"
        steps[step_id].report("", "unreachable-step", message, "请写进 order，或者删掉。")
    for step_id in [step_id for step_id in order if step_id not in steps]:
        remedy = did_you_mean(step_id, steps) or "请补写这一步。"
        root.report("order", "missing-step", f"没有“{step_id}”这一步。", remedy)
    known = [step_id for step_id in order if step_id in steps]
    made = tuple(
        _step(steps[step_id], step_id, (number, len(known)), guide_id, library, known, set(checklists))
        for number, step_id in enumerate(known, 1)
    )
    for name in sorted(checklists.keys() - {step.checklist for step in made}):
        checklists[name].report("", "unreachable-checklist", "没有哪一步用到它。", "请在步骤里写 checklist。")
    return Guide(
        id=guide_id,
        title=root.string("title"),
        welcome=_prompt(root, "welcome", guide_id),
        steps=made,
        troubles=_troubles(root, guide_id, library, known),
        checklists={
            name: _checklist(table, name, guide_id, library, known) for name, table in checklists.items()
        },
        fraud=prompts(root, "fraud", guide_id, 3),
        human=prompts(root, "human", guide_id, 2),
        goodbye=_prompt(root, "goodbye", guide_id),
        exercise=library.exercise,
        questions=_questions(root, guide_id, library, {each.id for step in made for each in step.troubles}),
        shelf=library.shelf,
        certifies=root.flag("certifies"),
        drills=library.drills,
    )


def _step(
    table: Table,
    step_id: str,
    position: tuple[int, int],
    owner: str,
    library: Shared,
    known: list[str],
    checklists: set[str],
) -> Step:
    known_keys = ("title", "say", "again", "detail", "checklist", "quiet_seconds", "trouble", "answers")
    table.only((*known_keys, "listen_only"))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", step_id):
        table.report("", "bad-id", "代号只能用小写英文字母、数字和短横线。", "请改名。")
    say, again = _prompt(table, "say", owner), prompts(table, "again", owner)
    if say.text in {prompt.text for prompt in again}:
        table.report("again", "same-words", "再说一遍的话和原话一模一样。", "请换一种说法。")
    checklist = table.string("checklist", "") or None
    if checklist is not None and checklist not in checklists:
        remedy = did_you_mean(checklist, checklists) or "请补写。"
        table.report("checklist", "unknown-target", f"没有“{checklist}”这张表。", remedy)
    title = table.string("title")
    number, total = (numerals.number(n) for n in position)
    fill = {"number": number, "total": total, "title": title}
    listen_only = table.flag("listen_only")
    shortly = library.common["shortly-heard" if listen_only else "shortly"][0]
    return Step(
        id=step_id,
        title=title,
        say=say,
        again=again,
        detail=prompts(table, "detail", owner, optional=True),
        troubles=_troubles(table, owner, library, known),
        checklist=checklist,
        where=_filled(library.common["where"][0], f"{owner}/{step_id}.where", fill),
        resume=_filled(library.common["resume"][0], f"{owner}/{step_id}.resume", fill),
        woken=_filled(library.common["woken"][0], f"{owner}/{step_id}.woken", fill),
        shortly=_filled(shortly, f"{owner}/{step_id}.shortly", fill),
        quiet_seconds=table.number("quiet_seconds", QUIET_SECONDS, 5, 600),
        answers=_answers(table, library.readings),
        listen_only=listen_only,
    )


def _filled(template: Prompt, prompt_id: str, fill: Mapping[str, str]) -> Prompt:
    text = template.text
    for placeholder, value in fill.items():
        text = text.replace("{" + placeholder + "}", value)
    return Prompt(prompt_id, text)


def _troubles(parent: Table, owner: str, library: Shared, known: list[str]) -> tuple[Trouble, ...]:
    made = []
    for name, table in parent.tables("trouble").items():
        table.only(("heard", "say", "then", "listen_only"))
        then = table.string("then", BACK)
        if then != BACK and then not in known:
            remedy = did_you_mean(then, [BACK, *known]) or "请写 back，或者一步的代号。"
            table.report("then", "unknown-target", f"没有“{then}”这一步。", remedy)
        heard = _wordings(table, "heard", library.readings, least=4)
        parts, listen_only = prompts(table, "say", owner), table.flag("listen_only")
        confirm = _filled(
            library.common["confirm"][0],
            f"{owner}/{table.path('confirm').removeprefix('steps.')}",
            {"words": heard[0].text if heard else ""},
        )
        made.append(Trouble(name, heard, parts, then, confirm, listen_only))
    return tuple(made)


def _questions(root: Table, owner: str, library: Shared, troubles: set[str]) -> tuple[Question, ...]:
    made = []
    for name, table in root.tables("questions").items():
        table.only(("heard", "also", "told", "about", "unless", "say", "source", "trouble", "rests"))
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            table.report("", "bad-id", "代号只能用小写英文字母、数字和短横线。", "请改名。")
        heard = _wordings(table, "heard", library.readings, least=QUESTION_WORDINGS)
        also = _wordings(table, "also", library.readings, optional=True)
        source = table.string("source", "")
        if not source.strip():
            table.report(
                "source", "no-source", "没有写这个回答的依据。", "请写上 source：出自哪里，谁能证实。"
            )
        rests = table.flag("rests")
        confirm = _filled(
            library.common["confirm" if rests else "confirm-question"][0],
            f"{owner}/{table.path('confirm')}",
            {"words": heard[0].text if heard else ""},
        )
        trouble = table.string("trouble", "")
        if trouble and trouble not in troubles:
            remedy = did_you_mean(trouble, troubles) or "请写某一步的毛病的代号，或者删掉。"
            table.report("trouble", "unknown-target", f"没有哪一步有“{trouble}”这个毛病。", remedy)
        about = tuple(tuple(each.split()) for each in table.strings("about", optional=True))
        say = prompts(table, "say", owner)
        unless = table.strings("unless", optional=True)
        told = table.strings("told", optional=True)
        made.append(Question(name, heard, also, say, source, confirm, trouble, about, unless, rests, told))
    return tuple(made)


def _wordings(
    table: Table, name: str, readings: Readings, *, least: int = 1, optional: bool = False
) -> tuple[Phrase, ...]:
    texts = table.strings(name, least=least, optional=optional)
    if silent := [sign for text in texts for sign in readings.unspeakable(text)]:
        table.report(name, "unspeakable", f"“{'、'.join(silent)}”没有读法。", "请改用汉字。")
    return tuple(readings.phrase(text) for text in texts)


def _answers(table: Table, readings: Readings) -> Mapping[str, tuple[str, ...]]:
    answers = table.table("answers")
    made = {words: answers.strings(words) for words in answers.data}
    _all_speakable(table, "answers", [text for texts in made.values() for text in texts], readings)
    return made


def _all_speakable(table: Table, name: str, texts: Sequence[str], readings: Readings) -> None:
    if silent := [sign for text in texts for sign in readings.unspeakable(text)]:
        table.report(name, "unspeakable", f"“{'、'.join(silent)}”没有读法。", "请改用汉字。")


def _checklist(table: Table, name: str, owner: str, library: Shared, known: list[str]) -> Checklist:
    table.only(("say", "retry", "otherwise", "cause"))
    retry = table.string("retry")
    if retry not in known:
        remedy = did_you_mean(retry, known) or "请写一步的代号。"
        table.report("retry", "unknown-target", f"没有“{retry}”这一步。", remedy)
    causes = table.list_of_tables("cause")
    if not causes:
        table.report("cause", "dead-end", "这张表里没有一条原因，她说失败了就没有下文。", "请补上原因。")
    return Checklist(
        id=name,
        intro=_prompt(table, "say", owner),
        causes=tuple(_cause(cause, owner, library.readings) for cause in causes),
        retry=retry,
        otherwise=prompts(table, "otherwise", owner),
    )


def _cause(table: Table, owner: str, readings: Readings) -> Cause:
    table.only(("id", "ask", "fix", "answers"))
    answers = _answers(table, readings)
    return Cause(table.string("id"), _prompt(table, "ask", owner), prompts(table, "fix", owner), answers)
