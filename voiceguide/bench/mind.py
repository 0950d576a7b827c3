"""What a simulated elder wants, and what she does about it: a small machine that knows the guide as its author wrote
it and nothing of dialogue.py.

    the guide has spoken -> heard(prompts) -> what she does next: phone, cough, a word to her daughter, a phrase
    she has spoken, nothing happens -> unanswered() -> once more, or she leaves

At each place she has wishes, one after the other; the last is to go on. A wish is an intent, `trouble:<id>`, or
COMPLAINT. What the guide says tells her whether it was served.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceguide.bench.acts import ASIDE, COUGH, PRESS, SAY, Act
from voiceguide.bench.elders import Elder, Journey
from voiceguide.bench.people import people
from voiceguide.bench.phrasing import COMPLAINT, Phrasing
from voiceguide.bench.plan import rng_for
from voiceguide.bench.whereabouts import ASK, END, RESUME, STEP, Map, Whereabouts
from voiceguide.events import Prompt

SILENT_SECONDS = 120.0
ABOUT_THE_GUIDE = ("where", "slower", "louder", "help", "pause", "faster", "softer", "previous")
NO_CAUSE = 0.25
"""Share of failures that are none of the causes asked about."""
SAYS_NUMBERS = 2
"""So often numbers are offered, and she presses one."""
FINDS_KEY_SECONDS = 1.5
CONFIRM = "confirm"
ESSENTIAL = ("next", "yes", "no")
QUIETEN, NEARER = "quieten", "nearer"
_ERRANDS = {"quieten": (QUIETEN,), "quieten-nearer": (QUIETEN, NEARER)}
ERRAND_SECONDS = 4.0
"""To the television and back, or to find its remote control; a question that is open she answers at once."""


class Mind:
    """One elder on one stretch of the guide."""

    def __init__(
        self, elder: Elder, journey: Journey, guide_map: Map, phrasing: Phrasing, rng: np.random.Generator
    ) -> None:
        self._elder, self._journey = elder, journey
        self._map, self._phrasing, self._rng = guide_map, phrasing, rng
        self._errand_rng = rng_for(elder.seed, "errands", elder.number)
        first = guide_map.guide.steps[journey.first].id
        self.here = Whereabouts(STEP, first)
        self.outcome = ""
        """"" while she goes on; then done, stopped (the guide ended), gave-up."""
        self.done: set[str] = set()
        """Steps she has done, or was lawfully led around."""
        self._arrived = False
        self._prompt: Prompt | None = None
        self._wishes: list[str] = []
        self._visits: dict[Whereabouts, int] = {}
        self._acted: set[Whereabouts] = set()
        self._truth: dict[str, int | None] = {}
        self._said: Act | None = None
        self._fruitless = 0
        self._numbers_offered = 0
        """How often since something was last understood."""
        self._lost_from: tuple[Whereabouts, list[str]] | None = None
        self._confirming: tuple[str, Prompt] | None = None
        self.errands: list[str] = []
        """What she gets up to do: QUIETEN, NEARER. Whoever does it empties the list."""

    # ------------------------------------------------------------------ what reaches her

    def heard(self, prompts: Sequence[Prompt]) -> list[Act] | None:
        """The guide has said these and is silent. None: she goes on with what she was about."""
        before, keys = self.here, [self._map.key(prompt) for prompt in prompts]
        for prompt, key in zip(prompts, keys, strict=True):
            self.here = self._map.place(prompt, self.here)
            self._prompt = prompt if key == "" else self._prompt
        takes = [people().takes.get(key, "") for key in keys]
        self._asked_to_do(takes)
        question = next((taken for taken in reversed(takes) if taken), "")
        self._confirming = next(
            ((key, prompt) for key, prompt in zip(keys, prompts, strict=True) if key.startswith(CONFIRM)),
            None,
        )
        stayed = self.here == before and self._arrived
        asked_out_of_the_blue = self._said is None and question in ("stop", "restart")  # by a television's 不是
        if stayed and not asked_out_of_the_blue and (self._said is None or "busy" in takes):
            return None  # her hands are busy: whatever it says, she does first what she was about to do
        said, self._said = self._said, None
        if not stayed:
            self._moved(before, said)
        elif said is not None:
            self._stayed(said, keys, question)
        return self._plan(question, said)

    def overheard(self, prompts: Sequence[Prompt]) -> None:
        """The guide went on although she spoke into it: she waits for an answer all the same."""
        self._asked_to_do([people().takes.get(self._map.key(prompt), "") for prompt in prompts])
        for prompt in prompts:
            there = self._map.place(prompt, self.here)
            if there != self.here:
                before, self.here, self._prompt = self.here, there, prompt
                self._moved(before, self._said)

    def _asked_to_do(self, takes: Sequence[str]) -> None:
        asked = [errand for taken in takes for errand in _ERRANDS.get(taken, ())]
        self.errands += [each for each in asked if self._errand_rng.random() < self._elder.heeds]

    def speaks_into(self, prompt: Prompt) -> bool:
        """The guide begins to say this: does she answer before it has been said to its end?"""
        there = self._map.place(prompt, self.here)
        # A question she has not heard cannot be answered; the end is for listening.
        known = there.kind not in (ASK, RESUME, END) or there in self._visits
        return self._map.key(prompt) == "" and known and self._rng.random() < self._elder.interrupts

    def spoke(self, act: Act) -> None:
        """She has said it, and waits for an answer."""
        self._said = act

    def unanswered(self) -> list[Act]:
        """She has waited for an answer as long as she can."""
        if self._said is None:
            return []
        wish, self._said = self._said.wish, None
        self._fail()
        return [] if self.outcome else [self._say(wish, after_seconds=0.3)]

    def again(self) -> list[Act]:
        """Nobody has said anything for long, and she has nothing in mind: what did she want?"""
        return [] if self.outcome else [self._say(self._wishes[0] if self._wishes else "next")]

    # ------------------------------------------------------------------ where that leaves her

    def _moved(self, before: Whereabouts, said: Act | None) -> None:
        here = self.here
        if not self._arrived:
            self._arrived = True
        elif self._lost_from is not None and here == self._lost_from[0]:
            self._wishes, self._lost_from = self._lost_from[1], None  # taken back: where was I?
            return
        elif said is None or not self._map.lawful(before, said.wish, here):
            kept, self._wishes = self._wishes, []
            if said is not None and said.wish in (COMPLAINT, "previous") and self._lost_from is not None:
                self._lost_from = None  # farther away than before: she goes along
            elif self._rng.random() < self._elder.complains and here.kind != END:
                self._lost_from, self._wishes = (before, kept), [COMPLAINT]
                return
        else:
            self._fruitless, self._numbers_offered, self._lost_from = 0, 0, None
            self._led(before, here)
        self._visits[here] = self._visits.get(here, 0) + 1
        self._wishes = self._wishes_at(here)
        steps = self._map.guide.steps
        if here.kind == END:
            self.outcome = "done" if before.step == steps[-1].id else "stopped"
        elif here.kind == STEP and self._map.guide.position(here.step) >= self._journey.last:
            self.outcome = "done"

    def _led(self, before: Whereabouts, here: Whereabouts) -> None:
        """By a lawful way from one step to a later one: what lies between is done, or need not be."""
        position = self._map.guide.position
        steps = self._map.guide.steps
        end = len(steps) if here.kind == END else position(here.step)
        if here.kind in (STEP, END) and before.kind != RESUME:
            self.done.update(step.id for step in steps[position(before.step) : end])

    def _stayed(self, said: Act, keys: Sequence[str], question: str) -> None:
        """The guide has answered and is where it was: was that what she wanted?"""
        serves = people().serves.get(said.wish)
        served = not question if serves is None else any(key in serves for key in keys)
        if said.wish == COMPLAINT:
            self._wishes = ["previous", *self._wishes_at(self.here)]
        elif question == CONFIRM or said.wish == question or (said.wish == "no" and self.here.kind != ASK):
            pass  # it asks whether she means it; or it was not done, and what she really wants comes next
        elif served:
            self._fruitless = self._numbers_offered = 0
            if self._wishes and self._wishes[0] == said.wish:
                self._wishes.pop(0)
            if said.wish == "pause":
                self._wishes.insert(0, "resume")
        else:
            self._fail()

    def _fail(self) -> None:
        self._fruitless += 1
        wish = self._wishes[0] if self._wishes else "next"
        if self._fruitless >= self._elder.tries:
            self.outcome = "gave-up"
        elif self._fruitless >= 2 and wish not in ESSENTIAL and self._rng.random() < 0.5:
            self._wishes.pop(0)  # not worth it

    # ------------------------------------------------------------------ what she wants

    def _wishes_at(self, here: Whereabouts) -> list[str]:
        elder, roll = self._elder, self._rng.random
        again = ["repeat"] if roll() < elder.mishears else []
        if here.kind == ASK:
            return [*again, self._last_wish(here)]
        if here.kind == RESUME:
            return [*again, "yes"]
        if self._begins_again_at(here):
            self._visits.clear()  # all of it will be new to her again
            self._acted.clear()
            return [*again, "restart"]
        if here.kind != STEP or self._visits.get(here, 0) > 1:
            return [*again, "next"]
        step, wishes = self._map.guide.step(here.step), again
        if roll() < elder.asks:
            position = self._map.guide.position(here.step)
            may_go_back = position > self._journey.first and not wishes
            known = ABOUT_THE_GUIDE if may_go_back else ABOUT_THE_GUIDE[:-1]
            wishes.append(known[int(self._rng.integers(len(known)))])
        if roll() < elder.cheated:
            wishes.append("fraud")
        if roll() < elder.cannot:
            wishes.append("cannot")
        elif step.troubles and roll() < elder.troubles:
            wishes.append(step.troubles[int(self._rng.integers(len(step.troubles)))].intent)
        elif step.checklist and roll() < elder.fails:
            causes = len(self._map.guide.checklists[step.checklist].causes)
            self._truth[step.checklist] = None if roll() < NO_CAUSE else int(self._rng.integers(causes))
            wishes.append("failed")
        return [*wishes, "next"]

    def _begins_again_at(self, here: Whereabouts) -> bool:
        steps = self._map.guide.steps
        return here == Whereabouts(STEP, steps[-1].id) and self._journey.last > len(steps)

    def _last_wish(self, here: Whereabouts) -> str:
        """What she wants there in the end. A question that comes again she answers again."""
        if here.kind != ASK:
            return "restart" if self._begins_again_at(here) else "next"
        return "yes" if self._truth.setdefault(here.name, None) == here.cause else "no"

    # ------------------------------------------------------------------ what she does

    def _plan(self, question: str, said: Act | None) -> list[Act]:
        if self.outcome:
            return []
        wish = self._wishes[0] if self._wishes else self._last_wish(self.here)
        match question:
            case "done":
                asked = "yes" if self._rng.random() < 0.5 else "next"
                return [self._say("next", asked) if wish == "next" else self._say("no")]
            case "confirm":
                meant = said is not None and self._is_meant(said.wish)
                return [self._say(said.wish, "yes") if said is not None and meant else self._say("no")]
            case "choose" if wish in ("next", "repeat", "cannot"):
                return [self._choose(wish, ("next", "repeat", "cannot").index(wish) + 1)]
            case "choose-yes-no" if wish in ("yes", "no"):
                return [self._choose(wish, ("yes", "no").index(wish) + 1)]
            case "stop" | "restart":
                return [self._say(wish, "yes") if wish == question else self._say("no")]
            case "paused":
                wanted = said is not None and said.wish == "pause"
                return [
                    self._say("resume", after_seconds=float(self._rng.uniform(15, 50)) if wanted else 0.0)
                ]
        busy_seconds = self._busy_seconds(wish)
        busy_seconds += ERRAND_SECONDS if self.errands else 0.0
        meanwhile = self._meanwhile(busy_seconds) if busy_seconds else []
        return [*meanwhile, self._say(wish, after_seconds=busy_seconds)]

    def _is_meant(self, wish: str) -> bool:
        """Does the guide ask about what she said?"""
        if self._confirming is None:
            return False
        key, prompt = self._confirming
        if key != CONFIRM:
            return key == f"{CONFIRM}-{wish}"
        guide = self._map.guide
        troubles = [*guide.step(self.here.step).troubles, *guide.troubles]
        return any(each.intent == wish and each.confirm == prompt for each in troubles)

    def _busy_seconds(self, wish: str) -> float:
        """What is to be done on the phone first takes so long. Once at each place."""
        if wish not in ("next", "failed") or self.here in self._acted or self.here.kind in (ASK, RESUME):
            return 0.0
        self._acted.add(self.here)
        at_step = self.here.kind == STEP
        if at_step and self._rng.random() < self._elder.goes_silent:
            return SILENT_SECONDS
        if at_step and self._map.guide.step(self.here.step).listen_only:
            return 0.0
        return self._elder.action_seconds * float(np.exp(self._rng.normal(0, 0.5)))

    def _meanwhile(self, busy_seconds: float) -> list[Act]:
        """While her hands are busy."""
        acts = []
        for kind, share in ((COUGH, self._elder.coughs), (ASIDE, self._elder.asides)):
            if self._rng.random() < share:
                at = float(self._rng.uniform(1.0, max(1.5, busy_seconds - 4.0)))
                phrased = self._phrasing.aside() if kind == ASIDE else None
                acts.append(Act(kind, at, self.here, phrased=phrased))
        return sorted(acts, key=lambda act: act.after_seconds)

    def _choose(self, wish: str, number: int) -> Act:
        """By its number: aloud, and when that was in vain, by the key."""
        self._numbers_offered += 1
        if not self._elder.reaches_keys or self._numbers_offered < SAYS_NUMBERS:
            return self._say(wish, f"choice:{number}")
        reaction_seconds = self._elder.reaction_seconds + FINDS_KEY_SECONDS
        return Act(PRESS, reaction_seconds, self.here, wish, key=str(number))

    def _say(self, wish: str, words: str = "", *, after_seconds: float = 0.0) -> Act:
        """`words`: the intent she puts it in, where that is not the wish: 是 or 一 for 做好了."""
        reaction_seconds = self._elder.reaction_seconds * float(np.exp(self._rng.normal(0, 0.25)))
        phrased = self._phrasing.put(
            words or wish, self.here, self._prompt, asked=bool(words) and wish == "next"
        )
        long = after_seconds >= SILENT_SECONDS
        return Act(SAY, after_seconds + reaction_seconds, self.here, wish, phrased, after_long_silence=long)
