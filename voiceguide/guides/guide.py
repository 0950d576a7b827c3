"""What a guide is. Frozen values without I/O; `library` makes them from prompts/<language>/.

A guide is a line of steps. Away from the line lead detours, and every detour returns to it:
the smaller actions of a step (`detail`, after 我不会), its troubles (她说 找不到 …), and the
checklist asked when something failed (a question for each cause, a fix for each yes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.events import Phrase, Prompt
from voiceguide.guides.drills import Drills
from voiceguide.guides.exercise import Exercise
from voiceguide.guides.shelf import Shelf

TROUBLE = "trouble:"
"""Stands before a trouble's id in the name of its intent."""

QUESTION = "question:"
"""Stands before a question's id in the name of its intent."""

UNKNOWN_QUESTION = "question:?"
"""She asked something, and no question of the guide is like it."""

BACK = "back"
"""Where a trouble leads unless it says otherwise: to the step she came from."""


@dataclass(frozen=True)
class Trouble:
    """Something she may report in her own words, and what to do about it."""

    id: str
    heard: tuple[Phrase, ...]
    parts: tuple[Prompt, ...]
    """Said one at a time; each waits for 好了."""
    then: str
    """BACK, or the id of the step that follows."""
    confirm: Prompt
    """Asked when she may have reported it: named by its first wording."""
    listen_only: bool = False
    """Nothing to do with her hands: 嗯 and 知道了 carry on, nobody asks whether it is done."""

    @property
    def intent(self) -> str:
        return TROUBLE + self.id


@dataclass(frozen=True)
class Question:
    """Something she may ask at any time; it is answered, and she stays where she is."""

    id: str
    heard: tuple[Phrase, ...]
    also: tuple[Phrase, ...]
    """Further wordings: understood when a transcript holds them, not listened for."""
    say: tuple[Prompt, ...]
    """The answer; asked again, she hears the next of these."""
    source: str
    """What the answer rests on."""
    confirm: Prompt
    """Asked when she may have asked it: named by its first wording."""
    trouble: str = ""
    """Where this trouble may be reported, her words report it: there is something to be done about it there."""
    about: tuple[tuple[str, ...], ...] = ()
    """Other words that ask it hold one of each of these classes (`topics`), of one of these groups."""
    unless: tuple[str, ...] = ()
    """Classes that make it another question."""
    rests: bool = False
    """After the answer the guide waits until she wants to go on."""
    told: tuple[str, ...] = ()
    """How people ask it: what resembles it is understood (`topics`), but nothing is compared by sound."""

    @property
    def intent(self) -> str:
        return QUESTION + self.id

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is written down of it."""
        return (*(phrase.text for phrase in (*self.heard, *self.also)), *self.told)


@dataclass(frozen=True)
class Cause:
    """One possible reason of a failure."""

    id: str
    ask: Prompt
    """A question she can answer with 是 or 不是."""
    fix: tuple[Prompt, ...]
    """What to do after 是; each part waits for 好了."""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words the prompt asks for -> what she may say instead: 是 -> 有点暗."""


@dataclass(frozen=True)
class Checklist:
    """Asked after 失败了: one cause after the other, until a fix was done."""

    id: str
    intro: Prompt
    causes: tuple[Cause, ...]
    retry: str
    """The step to which she returns after a fix."""
    otherwise: tuple[Prompt, ...]
    """When no cause was the one; each part waits for 好了, then back to the step."""


@dataclass(frozen=True)
class Step:
    """One action on the line."""

    id: str
    title: str
    """What 第几步了 calls it, a few characters: 打开应用."""
    say: Prompt
    again: tuple[Prompt, ...]
    """The same in other words: 再说一遍 never gets the identical wording twice in a row."""
    detail: tuple[Prompt, ...]
    """Smaller actions for 我不会, one at a time; each waits for 好了."""
    troubles: tuple[Trouble, ...]
    checklist: str | None
    """What 失败了 asks at this step."""
    where: Prompt
    """Answer to 第几步了."""
    resume: Prompt
    """Asked when she comes back another day: go on from here?"""
    woken: Prompt
    """Said when she speaks again after a long silence: where we are."""
    shortly: Prompt
    """Said after a question of hers: where she was, in a few words."""
    quiet_seconds: float
    """How long she may be busy with her phone before the guide says a word."""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words the prompts ask for -> what she may say instead, at this step: 好了 -> 一样的."""
    listen_only: bool = False
    """As in Trouble."""


@dataclass(frozen=True)
class Guide:
    """A whole guide; the order of `steps` is the line."""

    id: str
    title: str
    welcome: Prompt
    steps: tuple[Step, ...]
    troubles: tuple[Trouble, ...]
    """Special cases she may mention at any step."""
    checklists: Mapping[str, Checklist]
    fraud: tuple[Prompt, ...]
    """Warnings, said in turn whenever she mentions codes, money, links …"""
    human: tuple[Prompt, ...]
    """Where a person helps, said in turn when the guide alone cannot."""
    goodbye: Prompt
    """After the last step."""
    questions: tuple[Question, ...] = ()
    """What she may ask at any step."""
    exercise: Exercise = Exercise()  # noqa: RUF009 - frozen
    """The movements she may practise at any time."""
    certifies: bool = False
    """Who has done it is certified, and has to be again some day: that day is asked for."""
    drills: Drills = field(default_factory=Drills)
    """The exercise against swindlers, the same for every guide of a language."""
    shelf: Shelf = Shelf()  # noqa: RUF009 - frozen
    """What she may choose instead, this guide among it."""

    def question(self, question_id: str) -> Question:
        """The question of that id. Raises KeyError."""
        return self._questions[question_id]

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return self.steps[self._positions[step_id]]

    def position(self, step_id: str) -> int:
        """0 for the first step. Raises KeyError."""
        return self._positions[step_id]

    def troubles_at(self, step_id: str) -> tuple[Trouble, ...]:
        """What she may report at that step. Raises KeyError."""
        return self._troubles[step_id]

    def trouble(self, step_id: str, trouble_id: str) -> Trouble:
        """A trouble of that step, or of the whole guide. Raises KeyError."""
        for trouble in self.troubles_at(step_id):
            if trouble.id == trouble_id:
                return trouble
        raise KeyError(trouble_id)

    @cached_property
    def _questions(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {step.id: number for number, step in enumerate(self.steps)}

    @cached_property
    def _troubles(self) -> Mapping[str, tuple[Trouble, ...]]:
        return {step.id: (*step.troubles, *self.troubles) for step in self.steps}
