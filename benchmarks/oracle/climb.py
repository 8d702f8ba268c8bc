"""The score oracle: somebody with a stolen device tries faces, and climbs by whatever the answers tell.

Known as hill climbing (Adler, "Images can be regenerated from quantized biometric match score data", 2004):
where a score leaks, a stranger's descriptor turns into the owner's within some thousand tries. Here neither
bytes nor time should be worth more than blindness.
"""

import statistics
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.oracle.information import bits_in_bytes, bits_in_time
from benchmarks.oracle.kinds import VERIFICATIONS
from benchmarks.oracle.town import OWNER, STRANGER, Town
from benchmarks.timed import Answered
from matching.calibration import shipped_calibration
from tests.support.captures import descriptors, encode_descriptor, face

FloatArray = NDArray[np.float64]

# Near is as near as may be without getting in: this share of the way from a stranger to the owner.
NEAR: Final = 0.35
STEP: Final = 0.25  # of a climb's proposals
LATELY: Final = 21  # answers that a new one's time is held against


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What was learned of a face.

    Attributes:
        tries: near and far ones that were compared.
        bits_in_bytes: what the answers' bytes tell of which was near, bits a try.
        bits_in_time: what their time tells, bits a try.
        climbed: how far a climb by the answers' time came, in shares of the way to the owner.
        drifted: how far as many blind steps came: the same climb with answers that tell nothing.
    """

    tries: int
    bits_in_bytes: float
    bits_in_time: float
    climbed: float
    drifted: float


def query_and_climb(town: Town, *, tries: int, rng: np.random.Generator) -> Learned:
    """Try faces that are near and far, then climb.

    Args:
        town: where the device and its owner are.
        tries: of each of the two attacks.
        rng: draws what is tried.

    Returns:
        What was learned.

    Raises:
        SystemExit: when a try gets in: then it was no oracle that let it.
    """
    labels = rng.permutation(np.arange(tries) % 2)
    answers = [_try(town, _between(rng, NEAR * near)) for near in labels]
    climbed, drifted = _climb(town, tries=tries, rng=rng)
    return Learned(
        tries=tries,
        bits_in_bytes=bits_in_bytes(labels, [_what(answer) for answer in answers]),
        bits_in_time=bits_in_time(labels, np.array([answer.seconds for answer in answers]), rng=rng),
        climbed=climbed,
        drifted=drifted,
    )


def _climb(town: Town, *, tries: int, rng: np.random.Generator) -> tuple[float, float]:
    """Keep a step when its answer took longer than others did: more was done for it, one would think."""
    at, blind = (descriptors(STRANGER, count=1)[0] for _ in range(2))
    before = _distance(at)
    times: deque[float] = deque(maxlen=LATELY)
    for _ in range(tries):
        step = STEP * _direction(rng)
        answer = _try(town, _plausible(at + step)[None] + 0.05 * rng.normal(size=(3, 128)) / np.sqrt(128))
        if times and answer.seconds > statistics.median(times):
            at = _plausible(at + step)
        times.append(answer.seconds)
        if rng.random() < 1 / 2:
            blind = _plausible(blind + step)
    return 1 - _distance(at) / before, 1 - _distance(blind) / before


def _try(town: Town, rows: FloatArray) -> Answered:
    town.let_time_pass()
    town.answers()
    reply = town.show(town.owner, STRANGER, descriptors=[encode_descriptor(row) for row in rows])
    if reply.status == HTTPStatus.OK:
        raise SystemExit("a face that is not the owner's got in")
    return next(answer for answer in town.answers() if answer.route == VERIFICATIONS)


def _between(rng: np.random.Generator, share: float) -> FloatArray:
    """(3, 128): on the way from a stranger to the owner."""
    take = int(rng.integers(1 << 31))
    stranger = descriptors(STRANGER, take=take, spread=0.05)
    return np.stack([_plausible(row) for row in stranger + share * (face(OWNER) - face(STRANGER))])


def _plausible(row: FloatArray) -> FloatArray:
    """As long as descriptors are: what is not is refused before it is compared."""
    norm = float(np.linalg.norm(face(OWNER)))
    return row * norm / float(np.linalg.norm(row))


def _distance(row: FloatArray) -> float:
    metric = shipped_calibration().metric
    return float(np.linalg.norm((row - face(OWNER)) @ metric))


def _direction(rng: np.random.Generator) -> FloatArray:
    away = rng.normal(size=128)
    direction: FloatArray = away / np.linalg.norm(away)
    return direction


def _what(answer: Answered) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    return answer.reply.status, answer.reply.body, tuple(sorted(answer.reply.headers.items()))
