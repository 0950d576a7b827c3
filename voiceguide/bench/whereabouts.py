"""Where in the guide she has been led, told by the prompts alone, and where her words should have led her.

Knows the guide as its author wrote it and nothing of dialogue.py: this is what the dialogue is judged by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voiceguide.events import Prompt
from voiceguide.guides.guide import BACK, Guide

STEP, DETAIL, TROUBLE, ASK, FIX, OTHERWISE, RESUME, END = (
    "step", "detail", "trouble", "ask", "fix", "otherwise", "resume", "end",
)  # fmt: skip


@dataclass(frozen=True)
class Whereabouts:
    """One place of the guide."""

    kind: str
    step: str = ""
    name: str = ""
    """Of the trouble or the checklist."""
    cause: int = 0
    part: int = 0

    def __str__(self) -> str:
        numbers = f".{self.cause + 1}" if self.kind in (ASK, FIX) else ""
        return "/".join(filter(None, (self.step, self.kind, self.name))) + numbers + f":{self.part + 1}"


class Map:
    """Prompt -> place, and the lawful ways from place to place."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self._places = dict(_places(guide))

    def place(self, prompt: Prompt, here: Whereabouts) -> Whereabouts:
        """Where she is once this is said: at its place, or still `here`."""
        found = self._places.get(prompt.id)
        if found is None:
            return here
        return found if found.step or found.kind == END else replace(found, step=here.step)

    def key(self, prompt: Prompt) -> str:
        """ "" for the prompt of a place; else what it is: common/ask-done.2 -> ask-done, 12333/fraud.1 -> fraud."""
        if prompt.id in self._places:
            return ""
        owner, _, name = prompt.id.partition("/")
        words = [word for word in name.split(".") if not word.isdecimal()]
        return words[0] if owner == "common" else words[-1]

    def lawful(self, here: Whereabouts, wish: str, there: Whereabouts) -> bool:
        """May the guide go from `here` to `there` because she wished `wish`? To stay is always lawful.

        A wish is an intent (next, previous, cannot, failed, yes, no, trouble:<id> …), or anything else, which
        moves nothing.
        """
        return there == here or there in self._ways(here, wish)

    def _ways(self, here: Whereabouts, wish: str) -> set[Whereabouts]:
        if wish.startswith("trouble:"):
            return set(self._trouble(here, wish.removeprefix("trouble:")))
        if here.kind == RESUME:  # to take her where she was last time is never wrong
            return {Whereabouts(STEP, here.step)} | ({self._step(0)} if wish in ("no", "restart") else set())
        match wish:
            case "next":
                return self._onward(here)
            case "previous":
                return self._backward(here)
            case "cannot":
                asked = {replace(here, kind=FIX)} if here.kind == ASK else set()
                return asked | ({replace(here, kind=DETAIL)} if here.kind == STEP else set())
            case "failed":
                return self._causes(here)
            case "yes":
                return {replace(here, kind=FIX)} if here.kind == ASK else set()
            case "no":
                return self._causes(here) if here.kind == ASK else set()
            case "restart":
                return {self._step(0)}
            case "stop":
                return {Whereabouts(END)}
        return set()

    def _step(self, number: int) -> Whereabouts:
        steps = self.guide.steps
        return Whereabouts(STEP, steps[number].id) if number < len(steps) else Whereabouts(END)

    def _onward(self, here: Whereabouts) -> set[Whereabouts]:
        guide = self.guide
        if here.kind in (ASK, END):
            return set()
        at_step = Whereabouts(STEP, here.step)
        after = self._step(guide.position(here.step) + 1)
        parts, beyond = 1, after
        match here.kind:
            case "detail":
                parts = len(guide.step(here.step).detail)
            case "trouble":
                trouble = guide.trouble(here.step, here.name)
                parts = len(trouble.parts)
                beyond = at_step if trouble.then == BACK else Whereabouts(STEP, trouble.then)
            case "fix":
                parts = len(guide.checklists[here.name].causes[here.cause].fix)
                beyond = Whereabouts(STEP, guide.checklists[here.name].retry)
            case "otherwise":
                parts, beyond = len(guide.checklists[here.name].otherwise), at_step
        return {replace(here, part=here.part + 1)} if here.part + 1 < parts else {beyond}

    def _backward(self, here: Whereabouts) -> set[Whereabouts]:
        if here.kind == STEP:
            return {self._step(max(0, self.guide.position(here.step) - 1))}
        ways = {Whereabouts(STEP, here.step)}
        if here.part > 0:
            ways.add(replace(here, part=here.part - 1))
        if here.kind == FIX:
            ways.add(replace(here, kind=ASK, part=0))
        if here.kind == ASK and here.cause > 0:
            ways.add(replace(here, cause=here.cause - 1))
        return ways

    def _trouble(self, here: Whereabouts, trouble_id: str) -> Iterator[Whereabouts]:
        if not here.step:
            return
        for trouble in self.guide.troubles_at(here.step):
            if trouble.id == trouble_id:
                there = here.part + 1 if here.kind == TROUBLE and here.name == trouble_id else 0
                yield Whereabouts(TROUBLE, here.step, trouble_id)
                yield Whereabouts(TROUBLE, here.step, trouble_id, part=min(there, len(trouble.parts) - 1))

    def _causes(self, here: Whereabouts) -> set[Whereabouts]:
        """Which cause is asked about first is for the guide to say; from one it goes on to a later one."""
        name = (
            here.name
            if here.kind in (ASK, FIX)
            else self.guide.step(here.step).checklist
            if here.step
            else None
        )
        if name is None:
            return set()
        first = here.cause + 1 if here.kind in (ASK, FIX) else 0
        causes = range(first, len(self.guide.checklists[name].causes))
        return {Whereabouts(OTHERWISE, here.step, name)} | {
            Whereabouts(ASK, here.step, name, cause) for cause in causes
        }


def _places(guide: Guide) -> Iterator[tuple[str, Whereabouts]]:
    for step in guide.steps:
        for prompt in (step.say, *step.again):
            yield prompt.id, Whereabouts(STEP, step.id)
        for part, prompt in enumerate(step.detail):
            yield prompt.id, Whereabouts(DETAIL, step.id, part=part)
        for trouble in step.troubles:
            for part, prompt in enumerate(trouble.parts):
                yield prompt.id, Whereabouts(TROUBLE, step.id, trouble.id, part=part)
        yield step.resume.id, Whereabouts(RESUME, step.id)
    for trouble in guide.troubles:
        for part, prompt in enumerate(trouble.parts):
            yield prompt.id, Whereabouts(TROUBLE, "", trouble.id, part=part)
    for checklist in guide.checklists.values():
        for number, cause in enumerate(checklist.causes):
            yield cause.ask.id, Whereabouts(ASK, "", checklist.id, number)
            for part, prompt in enumerate(cause.fix):
                yield prompt.id, Whereabouts(FIX, "", checklist.id, number, part)
        for part, prompt in enumerate(checklist.otherwise):
            yield prompt.id, Whereabouts(OTHERWISE, "", checklist.id, part=part)
    yield guide.goodbye.id, Whereabouts(END)
