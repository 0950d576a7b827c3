"""A conversation without sound: a simulated elder's mind and a guide that hears every word, or mishears on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests import shipped
from voiceguide.bench.acts import PRESS, SAY, Act
from voiceguide.bench.elders import Elder, Journey, journey
from voiceguide.bench.mind import Mind
from voiceguide.bench.phrasing import Phrasing
from voiceguide.bench.plan import rng_for
from voiceguide.bench.whereabouts import Map, Whereabouts
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import Mode
from voiceguide.events import Action, Event, Heard, Listen, NoMatch, Prompt, Say

LIBRARY = shipped.library()
SCRIPT = shipped.script()
GUIDE = SCRIPT.guide
WORDINGS = shipped.wordings()
MAP = Map(GUIDE)

Ears = Callable[[Act, tuple[str, ...]], Event]


def perfect(act: Act, expecting: tuple[str, ...]) -> Event:
    """What she means, whatever she says or presses."""
    if act.kind == PRESS:
        return Heard(f"choice:{act.key}", act.key)
    assert act.phrased is not None
    meant = next((intent for intent in expecting if intent in act.phrased.means), None)
    return Heard(meant, act.phrased.text) if meant else NoMatch(act.phrased.text)


def by_text(act: Act, expecting: tuple[str, ...]) -> Event:
    """What the guide makes of her words, perfectly written down."""
    assert act.phrased is not None
    return shipped.understanding().understand(act.phrased.text, expecting)


@dataclass
class TextSession:
    """One elder; `turns` are (where she was, what she did, what was understood, where she was led)."""

    elder: Elder
    ears: Ears = perfect
    journey: Journey | None = None
    turns: list[tuple[Whereabouts, Act, Event, Whereabouts]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    most_turns: int = 400

    def run(self) -> Mind:
        stretch = self.journey or journey(self.elder, len(GUIDE.steps))
        rng = rng_for(self.elder.seed, "mind", self.elder.number)
        phrasing = Phrasing(self.elder, GUIDE, WORDINGS, rng_for(self.elder.seed, "words", self.elder.number))
        mind = Mind(self.elder, stretch, MAP, phrasing, rng)
        state, actions = dialogue.start(SCRIPT, GUIDE.steps[stretch.first].id if stretch.first else None)
        expecting = self._expecting(actions)
        acts = mind.heard(self._prompts(actions)) or []
        while not mind.outcome and len(self.turns) < self.most_turns:
            act = next(act for act in acts if act.kind in (SAY, PRESS))
            mind.spoke(act)
            here, event = mind.here, self.ears(act, expecting)
            state, actions = dialogue.respond(SCRIPT, state, event)
            prompts = self._prompts(actions)
            expecting = self._expecting(actions)
            acts = (mind.heard(prompts) if prompts else mind.unanswered()) or []
            self.turns.append((here, act, event, mind.here))
            if state.mode is Mode.ENDED:
                break
        return mind

    def _prompts(self, actions: list[Action]) -> list[Prompt]:
        prompts = [action.prompt for action in actions if isinstance(action, Say)]
        self.said += [prompt.text for prompt in prompts]
        return prompts

    def _expecting(self, actions: list[Action]) -> tuple[str, ...]:
        return next((action.expecting for action in actions if isinstance(action, Listen)), ())
