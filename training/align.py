"""Forced alignment: where in a recording each of its phones begins, found by a network trained before."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
from tqdm import tqdm

from training.features import HOP, RATE, SUBSAMPLING, WINDOW, log_mel
from training.human import Clip
from training.labelled import PHONE_IDS, Labelled
from training.network import Network
from training.phones import CODAS, INITIALS, spell
from training.threads import one_thread
from training.train import bfloat16_is_fast

PADDING = RATE // 10
# The network's threads would only wait for one another over so short a piece.
PROCESSES, CLIPS_AT_ONCE = os.cpu_count() or 2, 50
# Least duration in frames of 10 ms: shorter is a slip of the alignment, not speech.
_LEAST = {**dict.fromkeys(INITIALS, 3), **dict.fromkeys(CODAS, 3)}
_LEAST_VOWEL = 4
_PAUSE_COST = 12.0
_ACOUSTIC_SCALE = 0.6


def phone_scores(network: Network, priors: np.ndarray, mel: np.ndarray) -> np.ndarray:
    """Log likelihoods of all phones (entering and staying together) every 10 ms: three passes of the 30 ms
    network, interleaved.
    """
    context = network.shape.context
    outputs = (len(mel) + SUBSAMPLING - 1) // SUBSAMPLING
    passes = []
    for shift in range(SUBSAMPLING):
        places = np.arange(SUBSAMPLING * (outputs - 1) + 1 + sum(context)) - context[0] + shift
        index = np.clip(places, 0, len(mel) - 1)
        passes.append(mel[index])
    with (
        torch.no_grad(),
        torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16_is_fast(torch.device("cpu"))),
    ):
        _, scores = network(torch.from_numpy(np.stack(passes)).transpose(1, 2))
        posteriors = torch.softmax(scores.float(), 1).numpy()  # (3, pdfs, outputs)
    flat = posteriors.transpose(2, 0, 1).reshape(outputs * SUBSAMPLING, -1)[: len(mel)]
    pairs = flat.reshape(len(mel), -1, 2).sum(2)
    likelihoods: np.ndarray = np.log(pairs + 1e-6) - np.log(priors.reshape(-1, 2).sum(1) + 1e-4)
    return likelihoods


def best_path(
    scores: np.ndarray, syllables: Sequence[str], pauses: bool
) -> tuple[list[tuple[int, int]], list[int], float]:
    """Viterbi over one clip. Gives segments (frame, phone id), the first frame of each syllable, and the
    mean score of speech frames.

    Silence is allowed at the ends and, with `pauses`, between syllables: inside a word a long silence is
    an error of alignment.
    """
    states: list[int] = [0]  # phone of each state
    skips: dict[int, int] = {}  # optional silence: state -> state after it
    fresh: list[int] = [0]  # states that begin a segment
    syllable_states: list[int] = []
    for number, syllable in enumerate(syllables):
        if number and pauses:
            skips[len(states)] = len(states) + 5
            fresh.append(len(states))
            states += [0] * 5
        syllable_states.append(len(states))
        for phone in spell(syllable):
            fresh.append(len(states))
            states += [PHONE_IDS[phone]] * _LEAST.get(phone, _LEAST_VOWEL)
    fresh.append(len(states))
    states.append(0)
    last_of = np.zeros(len(states), bool)
    last_of[np.array(fresh[1:]) - 1] = True
    last_of[-1] = True
    emitted = _ACOUSTIC_SCALE * scores[:, states]
    total = np.full(len(states), -1e30)
    total[0] = emitted[0, 0]
    total[1] = emitted[0, 1]
    came = np.zeros((len(scores), len(states)), np.int32)
    index = np.arange(len(states))
    targets = np.array(list(skips.values()), int)
    sources = np.array([s - 1 for s in skips], int)
    for frame in range(1, len(scores)):
        stay = np.where(last_of, total, -1e30)
        move = np.concatenate([[-1e30], total[:-1]])
        if len(targets):
            into_pause = sources + 1
            move[into_pause] -= _PAUSE_COST
            over = total[sources]
        choice = np.where(stay >= move, index, index - 1)
        best = np.maximum(stay, move)
        if len(targets):
            better = over > best[targets]
            best[targets] = np.where(better, over, best[targets])
            choice[targets] = np.where(better, sources, choice[targets])
        total = best + emitted[frame]
        came[frame] = choice
    state = len(states) - 1 if total[-1] >= total[-2] else len(states) - 2
    path = np.zeros(len(scores), int)
    for frame in range(len(scores) - 1, -1, -1):
        path[frame] = state
        state = came[frame][state]
    if path[0] > 1:
        return [], [], -1e9
    begins = {int(s): int(np.argmax(path == s)) for s in np.unique(path)}
    segments = [(begins[s], states[s]) for s in fresh if s in begins]
    spoken = np.array([states[s] for s in path])
    speaking = spoken > 0
    ratio = scores[np.arange(len(scores)), spoken] - scores.max(1)
    score = float(ratio[speaking].mean()) if speaking.any() else -1e9
    complete = all(s in begins for s in syllable_states)
    end = int(np.flatnonzero(speaking)[-1]) + 1 if speaking.any() else 0
    return segments, [begins[s] for s in syllable_states] + [end] if complete else [], score


def align(network: Network, priors: np.ndarray, clips: Sequence[Clip]) -> Iterator[tuple[Labelled, float]]:
    """Clips with their sounds found, each with its score; clips too short for what they should say are left out."""
    bar = tqdm(total=len(clips), desc="align", mininterval=20, ascii=True)
    # Processes of their own: what a fork copies of the threads of torch hangs.
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool, bar:
        pieces = [clips[start : start + CLIPS_AT_ONCE] for start in range(0, len(clips), CLIPS_AT_ONCE)]
        futures = [pool.submit(_align, network, priors, piece) for piece in pieces]
        for piece, future in zip(pieces, futures, strict=True):
            yield from future.result()
            bar.update(len(piece))


def _align(network: Network, priors: np.ndarray, clips: Sequence[Clip]) -> list[tuple[Labelled, float]]:
    one_thread()
    found = []
    for clip in clips:
        pad = np.zeros(PADDING, np.float32)
        wave = np.concatenate([pad, clip.samples.astype(np.float32), pad])
        scores = phone_scores(
            network, priors, log_mel(wave + np.random.default_rng(0).normal(0, 3, len(wave)))
        )
        if len(scores) < 12 + 11 * len(clip.syllables):
            continue
        segments, syllables, score = best_path(scores, clip.syllables, clip.kind == "sentence")
        if not syllables:
            continue

        def sample(frame: int) -> int:
            return int(np.clip(frame * HOP + WINDOW // 2 - HOP // 2 - PADDING, 0, len(clip.samples)))  # noqa: B023

        starts = np.array([sample(f) for f, _ in segments])
        phones = np.array([p for _, p in segments])
        cuts = np.array([sample(f) for f in syllables])
        found.append((Labelled(clip.samples, starts, phones, cuts, clip.speaker), score))
    return found
