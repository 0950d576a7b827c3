"""The simulated elder in her chair: a Person of the room, moved by her mind, heard through her voice.

She learns what the guide says from the session's log (her ears are not what is measured), and when, from the
loudspeaker.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voiceguide.bench.acts import COUGH, PRESS, SAY, Act
from voiceguide.bench.elders import Elder
from voiceguide.bench.mind import NEARER, QUIETEN, Mind
from voiceguide.bench.plan import rng_for
from voiceguide.bench.record import AUDIBLE_PEAK, BrokenOff, PromptSaid, Record, TurnHeard, Utterance, Waited
from voiceguide.bench.voices import ElderVoice, last_sound, louder
from voiceguide.events import (
    BLOCK_SAMPLES,
    BLOCK_SECONDS,
    SAMPLE_RATE,
    Answered,
    Block,
    Entry,
    Heard,
    Interrupted,
    Noticed,
    Prompt,
    Said,
    Samples,
    Transcript,
)  # fmt: skip
from voiceguide.room import RoomClosed
from voiceguide.room.acoustics import Dial

TURN_SECONDS = 0.7
"""So much silence of the loudspeaker: it is her turn."""
INTERRUPTS_AT = (0.15, 0.75)
"""Of a prompt's length."""
USUAL_PROMPT_SECONDS = 8.0
LONGEST_INTERRUPTION_WISH_SECONDS = 8.0
"""Whoever has something to do on the phone first does not interrupt."""
RESTLESS_SECONDS = 45.0
LINGERS_SECONDS = 1.0
STOP_BLOCKS = 50
SWITCHES_OFF = 0.5
"""Share of those who go to the television; the others turn it down by TURNED_DOWN_DB."""
TURNED_DOWN_DB = -12.0
NEARER_DB, MOST_NEARER_DB = 5.0, 8.0
"""Half the distance would be 6 dB, without the room's part."""


class Guest:
    """Implements room.person.Person; `note` is the session's log."""

    def __init__(
        self,
        elder: Elder,
        mind: Mind,
        voice: ElderVoice,
        lasts_seconds: Callable[[Prompt], float | None],
        rng: np.random.Generator,
        most_seconds: float,
        stop: Callable[[], bool] = lambda: False,
        *,
        television: Dial | None = None,
    ) -> None:
        """`lasts_seconds`: of a prompt that nobody stops. She leaves after `most_seconds`, done or not, and when
        `stop` says so (asked now and then). `television`: what she turns when she is asked to; None: there is none."""
        self._elder, self._mind, self._voice, self._rng = elder, mind, voice, rng
        self._lasts_seconds, self._most_seconds, self._stop = lasts_seconds, most_seconds, stop
        self.record = Record()
        self._now = 0.0
        self._quiet_seconds = 0.0
        """Of the loudspeaker."""
        self._about_to_speak = False
        """A prompt has begun, and its first sound is still to come."""
        self._pending: list[Prompt] = []
        self._plan: list[tuple[float, Act]] = []
        """(due, act); due is inf until the guide has fallen silent."""
        self._plan_waits: list[Act] = []
        self._interruption: tuple[float, Act] | None = None
        self._spoke_into = False
        self._awaiting_since: float | None = None
        self._saying: Samples = np.zeros(0, np.int16)
        self._last_active = 0.0
        self._pressed = ""
        self._television = television
        self._errand_rng = rng_for(elder.seed, "at the television", elder.number)
        self._nearer_db = 0.0

    # ------------------------------------------------------------------ the keyboard

    def keys(self) -> str:
        """See ears.keys.Keys."""
        pressed, self._pressed = self._pressed, ""
        return pressed

    # ------------------------------------------------------------------ the session's log

    def note(self, entry: Entry) -> None:
        """A log callback for Session. Entries of kinds not known here pass."""
        match entry:
            case Said(prompt=prompt):
                self.record.log.append(PromptSaid(self._after, prompt, self._lasts_seconds(prompt)))
                self._begins(prompt)
            case Answered(at_seconds=at, hearing=Transcript() as heard, event=event):
                offset = self._after - at  # blocks that never reached the program
                intent = event.intent if isinstance(event, Heard) else ""
                self.record.log.append(
                    TurnHeard(
                        self._after, heard.start_seconds + offset, heard.end_seconds + offset,
                        heard.text, intent, heard.confidence, heard.complete,
                    )
                )  # fmt: skip
                self._spoke_into = False
            case Interrupted():
                self.record.log.append(BrokenOff(self._after))
            case Answered():
                self.record.log.append(Waited(self._after))
            case Noticed(text=text):
                self.record.notices.append(text)

    def end(self) -> None:
        """The session is over: she has heard the last words, though no block came after them."""
        if self._pending and not self._mind.outcome:
            self._take()

    @property
    def _after(self) -> float:
        """The end of the block now going on, in the room's time."""
        return len(self.record.loud) * BLOCK_SECONDS

    def _begins(self, prompt: Prompt) -> None:
        self._pending.append(prompt)
        self._last_active = self._now
        self._about_to_speak = True
        if self._spoke_into:  # the guide just goes on
            self._mind.overheard(self._pending)
            self._do_errands()
            self._pending = []
        elif self._interruption is None and not self._saying.size and self._mind.speaks_into(prompt):
            acts = self._take()
            if (
                acts
                and [act.kind for act in acts] == [SAY]
                and acts[0].wish != "repeat"
                and (acts[0].after_seconds < LONGEST_INTERRUPTION_WISH_SECONDS)
            ):
                lasts_seconds = self._lasts_seconds(prompt) or USUAL_PROMPT_SECONDS
                due = self._now + lasts_seconds * float(self._rng.uniform(*INTERRUPTS_AT))
                self._interruption, self._plan_waits = (due, acts[0]), []

    def _take(self) -> list[Act]:
        """What she makes of what she has heard; the plan is measured from the end of the guide's words."""
        prompts, self._pending = self._pending, []
        acts = self._mind.heard(prompts)
        self._do_errands()
        if acts is not None:
            self._plan, self._plan_waits, self._awaiting_since = [], acts, None
        return acts or []

    def _do_errands(self) -> None:
        """Off, or so much softer; half a metre becomes a quarter."""
        errands, self._mind.errands = self._mind.errands, []
        for errand in errands:
            if errand == QUIETEN and self._television is not None:
                softer = self._television.gain * 10 ** (TURNED_DOWN_DB / 20)
                self._television.gain = 0.0 if self._errand_rng.random() < SWITCHES_OFF else softer
                self.record.errands.append((self._after, errand))
            elif errand == NEARER:
                self._nearer_db = min(self._nearer_db + NEARER_DB, MOST_NEARER_DB)
                self.record.errands.append((self._after, errand))

    # ------------------------------------------------------------------ the room

    def hear_and_speak(self, played: Block, now_seconds: float) -> Block:
        """See Person."""
        self._now = now_seconds
        audible = bool(np.abs(played.astype(np.int32)).max() >= AUDIBLE_PEAK)
        self.record.loud.append(audible)
        self._quiet_seconds = 0.0 if audible else self._quiet_seconds + BLOCK_SECONDS
        if not self._saying.size:
            if self._leaves():
                raise RoomClosed
            self._think(audible)
        block = np.zeros(BLOCK_SAMPLES, np.int16)
        piece, self._saying = self._saying[:BLOCK_SAMPLES], self._saying[BLOCK_SAMPLES:]
        block[: piece.size] = piece
        return block

    def _leaves(self) -> bool:
        over = bool(self._mind.outcome) and not self._pending and self._quiet_seconds >= LINGERS_SECONDS
        stopped = len(self.record.loud) % STOP_BLOCKS == 0 and self._stop()
        return over or stopped or self._now >= self._most_seconds

    def _think(self, audible: bool) -> None:
        if audible:
            self._about_to_speak = False
            self._awaiting_since = None if self._awaiting_since is None else self._now
            if self._interruption is not None and self._now >= self._interruption[0]:
                (_, act), self._interruption = self._interruption, None
                self._spoke_into = True
                self._speak(act)
            self._plan = [(due, act) for due, act in self._plan if not self._cough_now(due, act)]
            return
        if self._about_to_speak or self._quiet_seconds < TURN_SECONDS:
            return
        self._its_her_turn()
        due_now = [act for due, act in self._plan if due <= self._now]
        if due_now:
            self._plan = [(due, act) for due, act in self._plan if act is not due_now[0]]
            self._speak(due_now[0])
        elif (
            self._awaiting_since is not None
            and self._now - self._awaiting_since >= self._elder.patience_seconds
        ):
            self._awaiting_since, self._spoke_into = None, False
            self._schedule(self._mind.unanswered(), self._now)
        elif (
            not self._plan
            and self._awaiting_since is None
            and self._now - self._last_active > RESTLESS_SECONDS
        ):
            self._schedule(self._mind.again(), self._now)

    def _its_her_turn(self) -> None:
        fell_silent = self._now - self._quiet_seconds
        if self._interruption is not None:  # the prompt was over before she came to it
            self._plan_waits, self._interruption = [self._interruption[1]], None
        if self._pending and not self._spoke_into:
            self._take()
        if self._plan_waits:
            self._schedule(self._plan_waits, fell_silent)

    def _schedule(self, acts: list[Act], since_seconds: float) -> None:
        self._plan = [(since_seconds + act.after_seconds, act) for act in acts]
        self._plan_waits = []

    def _cough_now(self, due: float, act: Act) -> bool:
        """A cough does not wait for the guide to end."""
        if act.kind == COUGH and due <= self._now and not self._saying.size:
            self._speak(act)
            return True
        return False

    def _speak(self, act: Act) -> None:
        self._pressed += act.key
        samples = louder(self._sound(act), self._nearer_db)
        self._saying = samples
        self._last_active = self._now
        end = self._now + (last_sound(samples) / SAMPLE_RATE if samples.size else 0.0)
        phrased = act.phrased
        self.record.utterances.append(
            Utterance(
                self._now, end, phrased.text if phrased else "", act.kind, act.wish,
                phrased.means if phrased else frozenset(), act.here, self._quiet_seconds < BLOCK_SECONDS,
                phrased is not None and phrased.hesitant, act.after_long_silence,
            )
        )  # fmt: skip
        if act.kind in (SAY, PRESS):
            self._mind.spoke(act)
            self._awaiting_since = end

    def _sound(self, act: Act) -> Samples:
        if act.kind == PRESS:
            return np.zeros(0, np.int16)
        if act.phrased is None:
            return self._voice.cough(len(self.record.utterances))
        return self._voice.say(act.phrased)
