"""A trained network -> a model directory for Vosk: norms folded into weights, priors, configuration, vocabulary."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training import kaldi_format
from training.features import BANDS, MFCC_CONF, SUBSAMPLING, mfcc_matrix
from training.kaldi_format import Layer
from training.network import Network
from training.phones import ACCENT_INITIALS, ACCENT_RIMES, PHONES, normalise, syllable_table
from training.sequence import Bigram
from training.train import Trained
from voiceguide.ears.graph import write_model
from voiceguide.ears.vocabulary import DESCRIPTION, Entry, Sounds

# Chosen on the dev voices. In units of log likelihood.
ACOUSTIC_SCALE = 1.0
COSTS: dict[str, float] = {
    "word": 1.0,
    "unusual": 1.5,
    "spotted": 3.0,
    "syllable": 6.0,
    "unknown": 0.0,
    "filler": 0.0,
    "bigram": 1.0,
    "silence": 0.5,
    "hesitation": 3.0,
    "accent": 3.0,
    "thinking": -3.0,
}
# When to believe a result: see voiceguide/ears/decision.py, which reads these numbers from the model. `training.decide`
# fits them on the dev voices, to what the whole program makes of them (1,982 utterances); then least_confidence went
# from 0.5 to 0.6.
DECISION: dict[str, float] = {
    "against_rival": True,
    "margin_per_second": 2.65,
    "margin_allowance": -1.64,
    "asked_allowance": 2.0,
    "expected_allowance": 3.1,
    "margin_slope": 0.43,
    "least_confidence": 0.6,
    "least_to_ask": 0.25,
    "least_to_hear_again": 0.08,
    "sure_at_once": 0.9,
    "agreement_allowance": 1.25,
    "ignored_unknown_seconds": 0.25,
    "unknown_quieter_db": 6.0,
}
HETERONYM_COST = 2.0

# A phrase pays for its rarity (log of the number of phrases) bit by bit (`ears.pronunciations`): with a beam of 12
# seven of 148 commands are lost that are heard with 14, and with 18 no more are heard.
# Vosk must never end an utterance by itself. The end is decided elsewhere; and where it ended for the phrases and not
# for their rival, or the other way round, the silence behind counted for one of them alone: 30 nats, more than a word.
# Of the lattice only the best path is used: with a beam of 2 instead of 6 it is nearly always the same one, at half the
# computing (to determinize the lattice of one long utterance took up to 50 MB and a second).
MODEL_CONF = """--min-active=200
--max-active=7000
--beam=14
--lattice-beam=2
--acoustic-scale={scale}
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule1.min-trailing-silence=1000
--endpoint.rule2.min-trailing-silence=1000
--endpoint.rule3.min-trailing-silence=1000
--endpoint.rule4.min-trailing-silence=1000
--endpoint.rule5.min-utterance-length=1000
"""


def _folded(conv: nn.Conv1d, norm: nn.BatchNorm1d | None) -> tuple[np.ndarray, np.ndarray]:
    """Weights (out, in, kernel) and bias with the norm that follows taken in."""
    weights = conv.weight.detach().double().numpy()
    bias = np.zeros(len(weights)) if conv.bias is None else conv.bias.detach().double().numpy()
    if norm is None:
        return weights, bias
    assert norm.running_mean is not None
    assert norm.running_var is not None
    gain = norm.weight.detach().double().numpy() / np.sqrt(norm.running_var.double().numpy() + norm.eps)
    return weights * gain[:, None, None], (
        bias - norm.running_mean.double().numpy()
    ) * gain + norm.bias.detach().double().numpy()


def _flat(weights: np.ndarray) -> np.ndarray:
    """(out, in, kernel) -> (out, kernel * in), the order of Kaldi's Append."""
    return weights.transpose(0, 2, 1).reshape(len(weights), -1)


def _append(name: str, offsets: list[int]) -> str:
    parts = [f"Offset({name}, {o})" if o else name for o in offsets]
    return parts[0] if len(parts) == 1 else f"Append({', '.join(parts)})"


def layers(network: Network) -> list[Layer]:
    """The network as nnet3 layers that read MFCC."""
    weights, bias = _folded(network.front, network.front_norm)
    mean, scale = network.mean.double().numpy(), network.scale.double().numpy()
    weights = weights * scale[None, :, None]
    bias = bias - np.einsum("oik,i->o", weights, mean)
    weights = np.einsum("oik,ij->ojk", weights, np.linalg.inv(mfcc_matrix()))
    found = [Layer("front", _append("input", [-2, -1, 0, 1, 2]), _flat(weights), bias)]
    found.append(Layer("front.relu", "front", kind="RectifiedLinearComponent", size=len(weights)))
    weights, bias = _folded(network.thin, network.thin_norm)
    found.append(Layer("thin", _append("front.relu", [-1, 0, 1]), _flat(weights), bias))
    found.append(Layer("thin.relu", "thin", kind="RectifiedLinearComponent", size=len(weights)))
    before = "thin.relu"
    for number, block in enumerate(network.blocks):
        back, ahead = SUBSAMPLING * block.back, SUBSAMPLING * block.ahead
        weights, bias = _folded(block.squeeze, None)
        found.append(Layer(f"squeeze{number}", _append(before, [-back, 0]), _flat(weights), bias))
        weights, bias = _folded(block.expand, block.norm)
        seen = _append(f"squeeze{number}", [0, ahead] if ahead else [0])
        found.append(Layer(f"expand{number}", seen, _flat(weights), bias))
        found.append(
            Layer(f"relu{number}", f"expand{number}", kind="RectifiedLinearComponent", size=len(weights))
        )
        # Sums may not be nested, so each block's result passes through one more component: a sum is itself
        # the input of the next.
        found.append(
            Layer(f"sum{number}", f"Sum({before}, relu{number})", kind="NoOpComponent", size=len(weights))
        )
        before = f"sum{number}"
    weights, bias = _folded(network.out, None)
    found.append(Layer("scores", before, _flat(weights), bias))
    return found


def description(
    costs: Mapping[str, float], bigram: Bigram, trained_on: Iterable[str] = ()
) -> dict[str, object]:
    """voiceguide.json: what `voiceguide.ears.graph` needs to know, and whom the model must not be measured with."""
    return {
        "format": 1,
        "phones": list(PHONES),
        "syllables": {
            name: " ".join(spelling) for name, spelling in sorted(syllable_table().items()) if name.isascii()
        },
        "accents": {
            "initials": [list(p) for p in ACCENT_INITIALS],
            "rimes": [[" ".join(a), " ".join(b)] for a, b in ACCENT_RIMES],
        },
        "costs": dict(costs),
        "bigram": np.round(-bigram.follow, 2).tolist(),
        "trained_on": sorted(trained_on),
        "decision": DECISION,
    }


def hanzi() -> list[Entry]:
    """Single characters of common use with their readings, each sharing the sounds of its syllable."""
    from pypinyin import Style, pinyin

    entries = []
    for code in range(0x4E00, 0x9FA6):
        character = chr(code)
        try:
            character.encode("gb2312")  # the common 6,763
        except UnicodeEncodeError:
            continue
        readings = dict.fromkeys(
            normalise(r) for r in pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=True)[0]
        )
        for rank, reading in enumerate(r for r in readings if r in syllable_table()):
            entries.append(
                Entry(character, (reading,), COSTS["syllable"] + (HETERONYM_COST if rank else 0.0))
            )
    return entries


def export(
    trained: Trained,
    target: Path,
    trained_on: Iterable[str] = (),
    costs: Mapping[str, float] = COSTS,
    scale: float = ACOUSTIC_SCALE,
) -> None:
    """Write the model directory that is shipped, with single hanzi and syllables as its vocabulary.

    trained_on: the speakers it has learnt from.
    """
    bare = target.parent / f".{target.name}.bare"
    shutil.rmtree(bare, ignore_errors=True)
    for folder in ("am", "conf", "graph/phones"):
        (bare / folder).mkdir(parents=True)
    with torch.no_grad():
        nnet = kaldi_format.network(layers(trained.network), BANDS)
    # The scores are likelihoods already: nothing is to be divided by.
    priors = np.ones(2 + 2 * len(PHONES))
    (bare / "am/final.mdl").write_bytes(
        kaldi_format.final_mdl(kaldi_format.transition_model(len(PHONES)), nnet, priors)
    )
    (bare / "conf/mfcc.conf").write_text(MFCC_CONF, encoding="ascii")
    (bare / "conf/model.conf").write_text(MODEL_CONF.format(scale=scale), encoding="ascii")
    (bare / "graph/phones/word_boundary.int").write_text(
        kaldi_format.word_boundaries(len(PHONES)), encoding="ascii"
    )
    # Vosk wants at least one disambiguation symbol; this one never occurs.
    (bare / "graph/disambig_tid.int").write_text(
        f"{kaldi_format.transition_id_count(len(PHONES)) + 1}\n", encoding="ascii"
    )
    (bare / DESCRIPTION).write_text(
        json.dumps(description(costs, trained.bigram, trained_on), ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    digests = {}
    write_model(bare, Sounds.of(bare), hanzi(), target)
    shutil.rmtree(bare)
    for path in sorted(p for p in target.rglob("*") if p.is_file()):
        digests[path.relative_to(target).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    (target / "SHA256SUMS").write_text(
        "".join(f"{digest}  {name}\n" for name, digest in digests.items()), encoding="ascii"
    )
