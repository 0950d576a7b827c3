"""Joins the sources of training speech: aligned people, random espeak voices, phrases to say, noises and rooms."""

import functools
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
from torch.utils.data import get_worker_info

from training.batches import Source
from training.commands import of_the_first_guide
from training.espeak import Espeak, write_voices
from training.examples import Drawer
from training.human import SPLITS
from training.labelled import Labelled
from training.mixing import Noises
from training.phones import HUMMED, normalise, spell, syllable_table
from training.surroundings import Surroundings

RANDOM_VOICES = 220
"""For each process that draws."""
SEED = 20261123
BABBLED_PIECES = 60
"""What each person says in the babble of others."""


def voices(folder: Path, number: int = 0) -> tuple[Path, list[str]]:
    """(espeak's data, names of its voices): random ones (written into `folder` on first use) and its own that are
    neither held out nor inhuman. number: other numbers, other random voices; espeak bears no more at once.
    """
    data = folder / f"voices-{number}" / "espeak-ng-data"
    if not data.exists():
        partial = folder / f"voices-{number}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        write_voices(partial / "espeak-ng-data", RANDOM_VOICES, SEED + number)
        os.replace(partial, data.parent)
    made = [f"rnd{i}" for i in range(RANDOM_VOICES)]
    left_out = {*SPLITS["espeak"]["held_out"], *SPLITS["espeak"]["unused"], *made}
    stock = sorted(p.name for p in (data / "voices" / "!v").iterdir() if p.name not in left_out)
    # A stock voice is a real design and weighs like two random ones.
    return data, made + stock * 2


@functools.lru_cache(maxsize=1)
def phrases() -> list[tuple[str, ...]]:
    """Readings of pypinyin's phrases, numbered pinyin: real sequences of syllables for the synthetic voices."""
    from pypinyin.contrib.tone_convert import to_tone3
    from pypinyin.phrases_dict import phrases_dict

    found = []
    for readings in phrases_dict.values():
        syllables = tuple(to_tone3(r[0], v_to_u=False, neutral_tone_with_five=True) for r in readings)
        try:
            for syllable in syllables:
                spell(syllable)
        except KeyError:
            continue
        if len(syllables) <= 5:
            # espeak's pinyin voice writes the vowel of yu, lu: without dots after j, q, x, y, with v elsewhere.
            found.append(tuple(normalise(s) + s[-1] for s in syllables))
    return found


def save_labelled(path: Path, clips: Iterable[Labelled]) -> None:
    """One compact file for all aligned clips."""
    kept = list(clips)
    arrays = {}
    for name in ("samples", "starts", "phones", "cuts"):
        parts = [getattr(clip, name) for clip in kept]
        arrays[name] = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        arrays[name + "_lengths"] = np.array([len(part) for part in parts])
    temporary = path.with_suffix(".tmp.npz")
    np.savez(temporary, voices=np.array([clip.voice for clip in kept]), **arrays)
    os.replace(temporary, path)


def load_labelled(path: Path) -> list[Labelled]:
    with np.load(path) as stored:
        names = [str(v) for v in stored["voices"]]
        columns = []
        for name in ("samples", "starts", "phones", "cuts"):
            ends = np.cumsum(stored[name + "_lengths"])[:-1]
            columns.append(np.split(stored[name], ends))
    return [Labelled(*row, voice=name) for *row, name in zip(*columns, names, strict=True)]


def source(
    folder: Path,
    speech: Path | None,
    human: list[Labelled],
    synthetic_share: float,
    often: Collection[str] = (),
) -> Source:
    """Everything that training examples are made of. `often`: see `Drawer`."""
    return Source(
        functools.partial(_drawer, folder, speech, human, synthetic_share, often),
        functools.partial(_noises, speech, human),
    )


def _surroundings(speech: Path | None) -> Surroundings:
    return Surroundings.recorded(speech) if speech is not None else Surroundings()


def _drawer(
    folder: Path,
    speech: Path | None,
    human: list[Labelled],
    synthetic_share: float,
    often: Collection[str] = (),
) -> Drawer:
    syllables = [s for s in syllable_table() if s not in HUMMED]
    worker = get_worker_info()
    data, names = voices(folder, worker.id if worker else 0)
    return Drawer(
        human,
        Espeak(data),
        names,
        phrases(),
        syllables,
        _surroundings(speech),
        synthetic_share,
        of_the_first_guide(),
        often,
    )


def _noises(speech: Path | None, human: list[Labelled]) -> Noises:
    rng = np.random.default_rng(SEED)
    said: dict[str, list[np.ndarray]] = {}
    for i in rng.permutation(len(human)):
        pieces = said.setdefault(human[int(i)].voice, [])
        if len(pieces) < BABBLED_PIECES:
            pieces.append(human[int(i)].samples)
    return Noises(_surroundings(speech), list(said.values()), rng)
