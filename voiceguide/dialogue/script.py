"""What can be said in a guide: the prompts of the place she is at, and those that all guides share. No decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from voiceguide.dialogue.state import Spot, State
from voiceguide.events import Prompt
from voiceguide.guides.guide import QUESTION, TROUBLE, Guide
from voiceguide.guides.shelf import GUIDE


@dataclass(frozen=True)
class Script:
    """A guide and the prompts that all guides share (key -> variants)."""

    guide: Guide
    common: Mapping[str, tuple[Prompt, ...]]

    @cached_property
    def troubles_at(self) -> Mapping[str, tuple[str, ...]]:
        """Step id -> the intents of what she may report there."""
        guide = self.guide
        return {step.id: tuple(each.intent for each in guide.troubles_at(step.id)) for step in guide.steps}

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The intents of what she may ask anywhere."""
        return tuple(question.intent for question in self.guide.questions)

    def vary(self, key: str, count: int) -> Prompt:
        variants = self.common[key]
        return variants[count % len(variants)]

    def fresh(self, key: str, state: State) -> Prompt:
        """A variant that was not said in the last answer, where there is one."""
        return self.unsaid([[variant] for variant in self.common[key]], state)[0]

    def framing(self, key: str, state: State) -> Prompt:
        """The same of what the guide says around a drill."""
        return self.unsaid([[variant] for variant in self.guide.drills.frame[key]], state)[0]

    @staticmethod
    def unsaid(variants: Sequence[Sequence[Prompt]], state: State) -> Sequence[Prompt]:
        """The same of variants that are made of several prompts."""
        order = [variants[(state.turn + number) % len(variants)] for number in range(len(variants))]
        return next((each for each in order if each[0].id not in state.said), order[0])

    def filled(self, key: str, state: State, **fill: str) -> Prompt:
        """A fresh variant with its placeholders filled: {day}."""
        prompt = self.fresh(key, state)
        text = prompt.text
        for placeholder, value in fill.items():
            text = text.replace("{" + placeholder + "}", value)
        return Prompt(prompt.id, text)

    def around_exercise(self, key: str, state: State) -> Prompt:
        """The same of what is said around the movements."""
        return self.unsaid([[variant] for variant in self.guide.exercise.frame[key]], state)[0]

    def confirm(self, state: State, intent: str) -> Prompt | None:
        """Did she say this? None where there is no such question: what answers a question is asked anew."""
        if intent.startswith(GUIDE):
            return self.guide.shelf.offer(intent.removeprefix(GUIDE)).confirm
        if intent.startswith(TROUBLE):
            return self.guide.trouble(state.step, intent.removeprefix(TROUBLE)).confirm
        if intent in self.questions:
            return self.guide.question(intent.removeprefix(QUESTION)).confirm
        return next(iter(self.common.get(f"confirm-{intent}", ())), None)


def wordings(script: Script, state: State) -> tuple[Prompt, ...]:
    """The prompt of the place she is at, in all its wordings."""
    guide, place = script.guide, state.place
    step = guide.step(state.step)
    match place.spot:
        case Spot.STEP:
            return (step.say, *step.again)
        case Spot.DETAIL:
            return (step.detail[place.part],)
        case Spot.TROUBLE:
            return (guide.trouble(state.step, place.name).parts[place.part],)
        case Spot.ASK:
            return (guide.checklists[place.name].causes[place.cause].ask,)
        case Spot.FIX:
            return (guide.checklists[place.name].causes[place.cause].fix[place.part],)
        case Spot.OTHERWISE:
            return (guide.checklists[place.name].otherwise[place.part],)


def parts(script: Script, state: State) -> int:
    """How many parts the present detour has."""
    guide, place = script.guide, state.place
    match place.spot:
        case Spot.DETAIL:
            return len(guide.step(state.step).detail)
        case Spot.TROUBLE:
            return len(guide.trouble(state.step, place.name).parts)
        case Spot.FIX:
            return len(guide.checklists[place.name].causes[place.cause].fix)
        case Spot.OTHERWISE:
            return len(guide.checklists[place.name].otherwise)
        case _:
            return 1


def prompts(script: Script) -> Iterator[Prompt]:
    """Everything that can be said in this guide, in about the order in which it is needed."""
    guide = script.guide
    yield guide.welcome
    yield from guide.shelf.prompts
    for step in guide.steps:
        yield from (step.say, *step.again, *step.detail)
        for trouble in step.troubles:
            yield from trouble.parts
    for variants in script.common.values():
        yield from (prompt for prompt in variants if "{" not in prompt.text)
    yield from (*guide.fraud, *guide.human)
    for trouble in guide.troubles:
        yield from trouble.parts
    for question in guide.questions:
        yield from question.say
    for checklist in guide.checklists.values():
        yield checklist.intro
        for cause in checklist.causes:
            yield from (cause.ask, *cause.fix)
        yield from checklist.otherwise
    for variants in guide.exercise.frame.values():
        yield from variants
    for movement in guide.exercise.movements:
        yield from (*movement.say, *movement.rhythm, *movement.beware)
    for step in guide.steps:
        yield from (step.where, step.resume, step.woken, step.shortly)
    yield guide.goodbye
    for variants in guide.drills.frame.values():
        yield from variants
    for drill in guide.drills.drills:
        yield from (drill.scene, *drill.say, drill.push, *drill.replies.values(), drill.instead)
    yield from (trouble.confirm for step in guide.steps for trouble in step.troubles)
    yield from (trouble.confirm for trouble in guide.troubles)
    yield from (question.confirm for question in guide.questions)
