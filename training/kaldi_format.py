"""Kaldi's binary model file, from the facts of the format: transition model, nnet3 network, priors. numpy
and struct only.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SILENCE_ID, FILLER_ID, HESITATION_ID, FIRST_PHONE_ID = 1, 2, 3, 4
POSITIONS = ("begin", "internal", "end", "singleton")

# Topologies as (entering pdf class, staying pdf class, [(next state, probability)]). Kaldi only checks the
# probabilities: decoding takes all costs from the graph.
# 0: a phone; its first frame is the entering pdf, all others the staying one.
# 1: the filler, all of `[unk]`; both states speak, so that only its ends look like the ends of a phone.
TOPOLOGIES: tuple[tuple[tuple[int, int, tuple[tuple[int, float], ...]], ...], ...] = (
    ((0, 1, ((0, 0.5), (1, 0.5))), (-1, -1, ())),
    ((0, 1, ((0, 0.5), (1, 0.25), (2, 0.25))), (0, 1, ((1, 0.5), (0, 0.25), (2, 0.25))), (-1, -1, ())),
)


def token(text: str) -> bytes:
    return text.encode("ascii") + b" "


def integer(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def floating(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def integers(values: Sequence[int]) -> bytes:
    return b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: Sequence[float] | np.ndarray) -> bytes:
    array = np.asarray(values, "<f4")
    return token("FV") + integer(len(array)) + array.tobytes()


def matrix(values: np.ndarray) -> bytes:
    """Kaldi's compressed matrix of two bytes a number, evenly spaced between the least and the greatest: half the
    size of floats, and wrong by no more than a hundred-thousandth of the range. Kaldi makes floats of it on loading.
    """
    least, span = float(values.min()), float(np.ptp(values)) or 1.0
    steps = np.rint((np.asarray(values, np.float64) - least) / span * 65535).astype("<u2")
    return token("CM2") + struct.pack("<ffii", least, span, *values.shape) + steps.tobytes()


def transition_model(phones: int) -> bytes:
    """The transition model for `phones` phones besides silence; `voiceguide.ears.vocabulary.Sounds` counts its
    ids the same way.
    """
    topology_of = {SILENCE_ID: 0, FILLER_ID: 1, HESITATION_ID: 0}
    tuples = [(SILENCE_ID, 0, 0, 1), (HESITATION_ID, 0, 0, 1)]
    for index in range(phones):
        pdfs = (2 + 2 * index, 3 + 2 * index)
        tuples += [(FILLER_ID, state, *pdfs) for state in (0, 1)]
        for position in range(len(POSITIONS)):
            phone = FIRST_PHONE_ID + 4 * index + position
            topology_of[phone] = 0
            tuples.append((phone, 0, *pdfs))
    tuples.sort()  # Kaldi finds them by binary search
    logs = [0.0]
    for phone, state, _, _ in tuples:
        logs += [float(np.log(p)) for _, p in TOPOLOGIES[topology_of[phone]][state][2]]
    out = token("<TransitionModel>") + token("<Topology>") + integers(sorted(topology_of))
    out += integers([topology_of.get(phone, -1) for phone in range(max(topology_of) + 1)])
    out += integer(-1) + integer(len(TOPOLOGIES))  # -1: the staying pdf class is stored apart
    for topology in TOPOLOGIES:
        out += integer(len(topology))
        for entering, staying, moves in topology:
            out += integer(entering) + integer(staying) + integer(len(moves))
            out += b"".join(integer(target) + floating(p) for target, p in moves)
    out += token("</Topology>") + token("<Tuples>") + integer(len(tuples))
    out += b"".join(integer(value) for row in tuples for value in row)
    return (
        out
        + token("</Tuples>")
        + token("<LogProbs>")
        + vector(logs)
        + token("</LogProbs>")
        + token("</TransitionModel>")
    )


def transition_id_count(phones: int) -> int:
    return 4 + 14 * phones


def word_boundaries(phones: int) -> str:
    """graph/phones/word_boundary.int: where in a word each phone stands, so that words get their times."""
    lines = [f"{SILENCE_ID} nonword", f"{FILLER_ID} singleton", f"{HESITATION_ID} internal"]
    lines += [
        f"{FIRST_PHONE_ID + 4 * i + k} {name}" for i in range(phones) for k, name in enumerate(POSITIONS)
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Layer:
    """One nnet3 component. weights None: a ReLU or log softmax of `size`, by `kind`. source: descriptor of
    its input.
    """

    name: str
    source: str
    weights: np.ndarray | None = None
    bias: np.ndarray | None = None
    kind: str = "FixedAffineComponent"
    size: int = 0

    def to_bytes(self) -> bytes:
        if self.weights is not None:
            bias = self.bias if self.bias is not None else np.zeros(len(self.weights))
            body = token("<LinearParams>") + matrix(self.weights) + token("<BiasParams>") + vector(bias)
        elif self.kind == "NoOpComponent":
            body = token("<Dim>") + integer(self.size) + token("<BackpropScale>") + floating(1.0)
        else:
            body = (
                token("<Dim>")
                + integer(self.size)
                + token("<ValueAvg>")
                + vector([])
                + token("<DerivAvg>")
                + vector([])
            )
            body += (
                token("<Count>")
                + double(0)
                + token("<OderivRms>")
                + vector([])
                + token("<OderivCount>")
                + double(0)
            )
            body += token("<NumDimsSelfRepaired>") + double(0) + token("<NumDimsProcessed>") + double(0)
        return token(f"<{self.kind}>") + body + token(f"</{self.kind}>")


def network(layers: Sequence[Layer], inputs: int) -> bytes:
    """An nnet3 network; the last layer is the output."""
    lines = [f"input-node name=input dim={inputs}"]
    lines += [f"component-node name={x.name} component={x.name} input={x.source}" for x in layers]
    lines.append(f"output-node name=output input={layers[-1].name} objective=linear")
    out = (
        token("<Nnet3>")
        + b"\n"
        + ("\n".join(lines) + "\n\n").encode("ascii")
        + token("<NumComponents>")
        + integer(len(layers))
    )
    out += b"".join(token("<ComponentName>") + token(x.name) + x.to_bytes() for x in layers)
    return out + token("</Nnet3>")


def final_mdl(transitions: bytes, nnet: bytes, priors: np.ndarray) -> bytes:
    """am/final.mdl: contexts are computed by Kaldi on loading."""
    contexts = token("<LeftContext>") + integer(0) + token("<RightContext>") + integer(0)
    return b"\0B" + transitions + nnet + contexts + token("<Priors>") + vector(priors)
