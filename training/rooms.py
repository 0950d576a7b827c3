"""Rooms by number, each calculated from its walls by image sources (Allen and Berkley 1979, as pyroomacoustics does).

The few measured rooms of a collection are soon known by heart. Noise that dies away, which was all there was beside
them, has no early reflections and falls alike at every pitch; a room has walls that swallow high sounds sooner.
"""

from functools import lru_cache

import numpy as np
import pyroomacoustics

from training.features import RATE

Array = np.ndarray

ROOMS = 500
"""So many are calculated, each when it is first drawn (40 ms), and kept (12 MB in all)."""
SIZE_METRES = ((2.4, 2.2, 2.3), (7.0, 5.5, 3.2))
DECAY_SECONDS = (0.15, 0.8)
DISTANCE_METRES = (0.3, 3.0)
CENTRES_HZ = (125, 250, 500, 1000, 2000, 4000)
LARGEST_ORDER = 24
"""Reflections at most. What comes later than so many is masked by the next syllable."""


@lru_cache(maxsize=ROOMS)
def simulated(number: int) -> Array:
    """The impulse response of room `number`, from its direct sound on: float32 at 16 kHz, energy 1."""
    rng = np.random.default_rng(number)
    size = rng.uniform(*SIZE_METRES)
    absorbed, order = pyroomacoustics.inverse_sabine(rng.uniform(*DECAY_SECONDS), size)
    brighter = rng.uniform(-0.1, 0.35)  # what the walls swallow more of at the top than at the bottom
    bands = np.linspace(-1, 1, len(CENTRES_HZ))
    walls = {}
    for wall in ("east", "west", "north", "south", "ceiling", "floor"):
        own = absorbed * np.exp(rng.normal(0, 0.5) + brighter * bands + rng.normal(0, 0.15, len(bands)))
        walls[wall] = pyroomacoustics.Material(
            {"coeffs": list(np.clip(own, 0.02, 0.95)), "center_freqs": list(CENTRES_HZ)}
        )
    room = pyroomacoustics.ShoeBox(
        size, fs=RATE, materials=walls, max_order=min(order, LARGEST_ORDER), air_absorption=True
    )
    microphone, mouth = _places(size, rng)
    room.add_source(mouth)
    room.add_microphone(microphone)
    room.compute_rir()
    travelled = float(np.linalg.norm(mouth - microphone)) / room.c
    # The library centres each reflection in a filter of this length.
    direct = round(travelled * RATE) + pyroomacoustics.constants.get("frac_delay_length") // 2
    response = np.asarray(room.rir[0][0][direct:], np.float32)
    return response / np.float32(np.sqrt(np.sum(response**2)))


def _places(size: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """(microphone on a table, mouth of who sits or stands near it), in metres, inside the room."""
    while True:
        microphone = rng.uniform((0.3, 0.3, 0.6), (size[0] - 0.3, size[1] - 0.3, 1.2))
        distance = np.exp(rng.uniform(*np.log(DISTANCE_METRES)))
        towards = rng.uniform(0, 2 * np.pi)
        above = rng.uniform(0.0, 0.2 * distance + 0.1)
        mouth = microphone + np.array([distance * np.cos(towards), distance * np.sin(towards), above])
        if (mouth > 0.2).all() and (mouth < size - 0.2).all():
            return microphone, mouth
