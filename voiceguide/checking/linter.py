"""Is the content good to hear, and does all it asks her to say mean something? All findings at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from voiceguide.checking import clash_rules, drill_linter, exercise_rules, permission_rules, question_rules
from voiceguide.checking.drill_linter import Check
from voiceguide.checking.prompt_check import check_offers, check_sound
from voiceguide.checking.shelf_check import check_names, check_shelf
from voiceguide.content import ContentError, Finding
from voiceguide.dialogue.script import Script, prompts
from voiceguide.events import Heard, Prompt
from voiceguide.guides.exercise_library import FILE as EXERCISE_FILE
from voiceguide.guides.guide import Guide, Step, Trouble
from voiceguide.language.phonetics import Readings
from voiceguide.library import Library
from voiceguide.pages import exercise_names
from voiceguide.texts import doctor_texts
from voiceguide.texts.reading_texts import ReadingTexts
from voiceguide.texts.recording_texts import FILE, OTHER_SPEECH_FILE, PLACEHOLDER, QUESTIONS, RecordingTexts
from voiceguide.texts.teaching_texts import FILE as TEACHING_FILE
from voiceguide.texts.teaching_texts import TeachingTexts
from voiceguide.understanding.answers import ABOUT_DAY, DATE
from voiceguide.understanding.dates import DateWords
from voiceguide.understanding.fraud import FraudWords
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.topics import TopicWords
from voiceguide.understanding.wordings import CHOICES, UNIVERSAL, Wordings

TITLE_CHARACTERS = 8
UNIVERSAL_WORDINGS = 6
"""Polite, clipped, hesitant: so many ways at least to say each thing."""

_SILENT_COMMON = {
    "where",
    "resume",
    "woken",
    "confirm",
    "which-1",
    "which-2",
    "which-3",
    "which-others",
    "ask-change",
}
_SILENT_COMMON |= {"confirm-question", "shortly", "shortly-heard"}
"""Templates, and what fills them: checked once filled in."""
_SAMPLES = {
    **{"{day}": "后年十二月二十八号", "{days}": "二十", "{name}": "王阿姨"},
    "{clearly}": "后年十二月二十八号，年底那个月",
    **{"{year}": "二零二九", "{month}": "十二", "{number}": "二十八"},
}
"""The longest that templates are filled with."""


def check(directory: Path) -> list[Finding]:
    """Every error in prompts/<language>/, sorted by file. An empty list: the content may be used."""
    try:
        library = Library.open(directory)
        wordings = Wordings.load(directory)
        dates = DateWords.load(directory)
        fraud = FraudWords.load(directory)
        topics = TopicWords.load(directory)
    except ContentError as error:
        return list(error.findings)
    findings: list[Finding] = []

    @cache
    def sounds(prompt: Prompt, file: str, key: str) -> tuple[Finding, ...]:
        """Once, for what all guides share."""
        return tuple(check_sound(prompt, file, key, library.readings))

    guide_ids = library.guide_ids()
    if not guide_ids:
        remedy = "请在 guides 里写一份，或者从程序的原样拷贝里补回来。"
        findings.append(Finding("guides", "", "missing-file", "没有一份指南。", remedy))
    for guide_id in guide_ids:
        try:
            guide = library.guide(guide_id)
        except ContentError as error:
            findings += error.findings
        else:
            understanding = Understanding(wordings, library.readings, guide, dates, fraud, topics)
            findings += _check_guide(guide, library, understanding)
            findings += question_rules.check(guide, understanding, topics, f"guides/{guide_id}.toml")
            findings += clash_rules.check(
                Script(guide, library.common), understanding, f"guides/{guide_id}.toml"
            )
            findings += check_names(guide, understanding)
            findings += _check_common(library, understanding, sounds)
            findings += drill_linter.check(library.drills, understanding, wordings.digits, sounds)
    of_no_guide = Understanding(wordings, library.readings, None, dates, fraud, topics)
    findings += check_shelf(library.shelf, of_no_guide)
    findings += _check_wordings(wordings)
    findings += _check_exercise(library, of_no_guide)
    findings += _check_recording(directory, of_no_guide)
    findings += _check_teaching(directory, library.readings, wordings)
    findings += _check_reading(directory)
    findings += _check_doctor(directory, library.readings)
    findings += exercise_names.check(directory)
    findings += permission_rules.check(directory, of_no_guide)
    return sorted(set(findings))


# ------------------------------------------------------------------------------- what all guides share


def _check_wordings(wordings: Wordings) -> Iterator[Finding]:
    for intent in UNIVERSAL:
        count = len(wordings.heard[intent])
        if count < UNIVERSAL_WORDINGS:
            key = f"intents.{intent}.heard"
            message = f"“{intent}”只有{count}种说法。"
            yield Finding(
                "phrases.toml", key, "too-few-wordings", message, f"请至少写{UNIVERSAL_WORDINGS}种。"
            )


def _check_common(library: Library, understanding: Understanding, sounds: Check) -> Iterator[Finding]:
    expecting = (*UNIVERSAL, *CHOICES)
    for name, variants in library.common.items():
        if name in _SILENT_COMMON:
            continue
        for number, prompt in enumerate(variants, 1):
            key = f"{name}.{number}"
            prompt = _sampled(prompt, "三" if name == "who-one" else None)
            expected = (*expecting, DATE, ABOUT_DAY) if name.startswith("when") else expecting
            yield from sounds(prompt, "common.toml", key)
            if not name.startswith("who"):  # her name is understood there
                yield from check_offers(prompt, "common.toml", key, understanding, expected)


def _sampled(prompt: Prompt, number: str | None) -> Prompt:
    text = prompt.text if number is None else prompt.text.replace("{number}", number)
    for placeholder, sample in _SAMPLES.items():
        text = text.replace(placeholder, sample)
    return Prompt(prompt.id, text)


def _check_exercise(library: Library, understanding: Understanding) -> Iterator[Finding]:
    yield from exercise_rules.check(library.exercise, library.readings)
    for key, prompt in exercise_rules.prompts(library.exercise):
        yield from check_sound(prompt, EXERCISE_FILE, key, library.readings)
        yield from check_offers(prompt, EXERCISE_FILE, key, understanding, exercise_rules.EXPECTING)


def _check_recording(directory: Path, understanding: Understanding) -> Iterator[Finding]:
    """What a volunteer is told, and what she is to say that is no command."""
    try:
        texts = RecordingTexts.load(directory)
    except ContentError as error:
        yield from error.findings
        return
    sample = understanding.phrases((UNIVERSAL[0],))[0].text
    for name, variants in texts.prompts.items():
        for number, prompt in enumerate(variants, 1):
            filled = Prompt(prompt.id, prompt.text.replace(PLACEHOLDER, sample))
            yield from check_sound(filled, FILE, f"{name}.{number}", understanding.readings)
            if name in QUESTIONS:
                yield from check_offers(prompt, FILE, f"{name}.{number}", understanding, ("yes", "no"))
    for number, text in enumerate(texts.sentences, 1):
        key = f"sentences.{number}"
        yield from check_sound(Prompt(key, text), OTHER_SPEECH_FILE, key, understanding.readings)


def _check_teaching(directory: Path, readings: Readings, wordings: Wordings) -> Iterator[Finding]:
    """What is said while she teaches a word of her own, filled in with a wording."""
    try:
        texts = TeachingTexts.load(directory)
    except ContentError as error:
        yield from error.findings
        return
    sample = wordings.heard[UNIVERSAL[0]][0]
    for name, variants in texts.prompts.items():
        for number in range(len(variants)):
            prompt = texts.vary(name, number, sample)
            yield from check_sound(prompt, TEACHING_FILE, f"{name}.{number + 1}", readings)


def _check_reading(directory: Path) -> Iterator[Finding]:
    """What is shown to whoever reads the prompts aloud: nothing of it is spoken."""
    try:
        ReadingTexts.load(directory)
    except ContentError as error:
        yield from error.findings


def _check_doctor(directory: Path, readings: Readings) -> Iterator[Finding]:
    """What is said of a machine on which something does not work."""
    try:
        texts = doctor_texts.load(directory)
    except ContentError as error:
        yield from error.findings
        return
    for name, prompt in texts.items():
        yield from check_sound(prompt, doctor_texts.FILE, name, readings)


# ----------------------------------------------------------------------------------------- one guide


def _check_guide(guide: Guide, library: Library, understanding: Understanding) -> Iterator[Finding]:
    file = f"guides/{guide.id}.toml"
    for prompt in prompts(Script(guide, library.common)):
        if prompt.id.startswith(f"{guide.id}/"):
            key = prompt.id.removeprefix(f"{guide.id}/")
            yield from check_sound(prompt, file, key, library.readings)
    anywhere = (*_intents(guide.troubles), *(question.intent for question in guide.questions))
    for step in guide.steps:
        if len(step.title) > TITLE_CHARACTERS:
            key, remedy = f"steps.{step.id}.title", f"请缩短到{TITLE_CHARACTERS}个字以内。"
            yield Finding(file, key, "long-title", f"“{step.title}”太长，说位置时听不清。", remedy)
        yield from _check_step(step, guide, file, understanding, anywhere)
    for trouble in guide.troubles:
        yield from _check_answerable(trouble.parts, file, understanding, (*UNIVERSAL, *anywhere))
    for checklist in guide.checklists.values():
        asked = [cause.ask for cause in checklist.causes]
        fixes = [prompt for cause in checklist.causes for prompt in cause.fix]
        expecting = (*UNIVERSAL, *anywhere)
        yield from _check_answerable([*asked, *fixes, *checklist.otherwise], file, understanding, expecting)
        for cause in checklist.causes:
            key = f"checklist.{checklist.id}.{cause.id}.answers"
            yield from _check_answers(cause.answers, file, key, understanding, expecting)
    for prompt in (guide.welcome, *guide.fraud, *guide.human, guide.goodbye):
        key = prompt.id.removeprefix(f"{guide.id}/")
        yield from check_offers(prompt, file, key, understanding, (*UNIVERSAL, *anywhere))


def _check_step(
    step: Step, guide: Guide, file: str, understanding: Understanding, anywhere: Sequence[str]
) -> Iterator[Finding]:
    expecting = (*UNIVERSAL, *_intents(step.troubles), *anywhere)
    parts = [part for trouble in step.troubles for part in trouble.parts]
    asking = [step.say, *step.again, *step.detail, *parts]
    yield from _check_answerable(asking, file, understanding, expecting)
    yield from check_offers(step.resume, file, f"{step.id}.resume", understanding, expecting)
    key = f"steps.{step.id}.answers"
    yield from _check_answers(step.answers, file, key, understanding, expecting)
    taken = {p.reading: intent for intent in UNIVERSAL for p in understanding.phrases((intent,))}
    for trouble in (*step.troubles, *guide.troubles):
        own = trouble in step.troubles
        key = f"steps.{step.id}.trouble.{trouble.id}.heard" if own else f"trouble.{trouble.id}.heard"
        for phrase in trouble.heard:
            match = understanding.understand(phrase.text, expecting)
            other = taken.setdefault(phrase.reading, trouble.intent)
            if isinstance(match, Heard) and match.intent == trouble.intent != other:
                match = replace(match, intent=other)  # understood, but only by taking it from the other
            if not isinstance(match, Heard):
                message = f"写了“{phrase.text}”，可是在“{step.title}”这一步听不懂它。"
                yield Finding(
                    file, key, "unheard-wording", message, "它可能和别的说法读音太近，请换一种说法。"
                )
            elif match.intent != trouble.intent:
                message = f"“{phrase.text}”在“{step.title}”这一步也是“{match.intent}”的说法。"
                yield Finding(file, key, "two-meanings", message, "请只留一处，或者换一种说法。")


def _check_answerable(
    asking: Iterable[Prompt], file: str, understanding: Understanding, expecting: Sequence[str]
) -> Iterator[Finding]:
    """A prompt after which the guide waits must end in words she can say: otherwise she is stuck."""
    for prompt in asking:
        key = prompt.id.partition("/")[2]
        offered = understanding.asking.offered(prompt.text)
        if not offered:
            remedy = "请在最后写上，例如：做好了，请说，好了。"
            yield Finding(file, key, "dead-end", "没有告诉她可以说什么，她会停在这里。", remedy)
        yield from check_offers(prompt, file, key, understanding, expecting)


def _check_answers(
    answers: Mapping[str, Sequence[str]],
    file: str,
    key: str,
    understanding: Understanding,
    expecting: Sequence[str],
) -> Iterator[Finding]:
    """Does each answer stand for words that mean something there, and for one thing only?"""
    owners: dict[str, str] = {}
    for words, texts in answers.items():
        if not isinstance(understanding.understand(words, expecting), Heard):
            remedy = "请写一个这时听得懂的说法，例如：好了。"
            yield Finding(
                file, key, "unknown-words", f"“{words}”这时听不懂，它下面的回答也就没有意思。", remedy
            )
        for text in texts:
            if owners.setdefault(text, words) != words:
                message = f"“{text}”又算“{owners[text]}”，又算“{words}”。"
                yield Finding(file, key, "two-meanings", message, "请只留一处。")


def _intents(troubles: Iterable[Trouble]) -> tuple[str, ...]:
    return tuple(trouble.intent for trouble in troubles)
