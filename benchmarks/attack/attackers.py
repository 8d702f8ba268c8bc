"""Attackers: each looks for points that open as many accounts as possible, on accounts that it knows."""

import warnings
from typing import Final, Protocol

import cma
import numpy as np
from scipy.cluster.vq import kmeans2

from benchmarks.attack.accounts import Accounts
from benchmarks.attack.layer import sigmoid
from benchmarks.recognition.dataset import Dataset, Floats, Truth, Whole
from matching.history import CALM, History

CENTRES: Final = (1, 2, 4, 8, 16, 32)
STARTS: Final = 80
STEPS: Final = 60
GENERATIONS: Final = 60
POPULATION: Final = 32
_COOLING: Final = 0.05  # what is left of a stride at the end


class Target(Protocol):
    """What is attacked. `LayerTarget` says what each is."""

    @property
    def temperatures(self) -> tuple[float, float]:
        """The smooth count's, at the start of an ascent and at its end."""

    @property
    def soft(self) -> float:
        """The temperature at the end of an ascent that is after likely accounts, not after those it knows."""

    @property
    def stride(self) -> float:
        """Length of an ascent's first steps."""

    def admitted(self, points: Floats, *, finally_: bool = True) -> Floats:
        """Bring (m, 128) to where the gates let them through."""

    def margins(self, points: Floats, accounts: Accounts, *, history: History = CALM) -> Floats:
        """(a, m); 0 and more is accepted."""

    def ascent(self, points: Floats, accounts: Accounts, *, temperature: float) -> tuple[Floats, Floats]:
        """The smooth count, (m,), and its gradient, (m, 128)."""


def real_people(data: Dataset) -> Floats:
    """The faces an attacker has, (p + n, 128): everybody's mean, and every picture."""
    means = [data.captures[data.pictures_of(person)].mean(axis=0) for person in range(len(data.people))]
    return np.vstack([*means, data.captures])


def centres(data: Dataset, *, seed: int) -> Floats:
    """Centres of people who resemble one another, (63, 128), by k-means for several k."""
    means = real_people(data)[: len(data.people)]
    found = [means.mean(axis=0, keepdims=True)]
    for count in CENTRES[1:]:
        rng = np.random.default_rng(seed + count)
        # A centre may lose everybody: it then stays where it was, and is as good a start.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found.append(kmeans2(means, count, minit="++", rng=rng)[0])
    return np.vstack(found)


def climb(
    target: Target, accounts: Accounts, starts: Floats, *, soft: bool = False, steps: int = STEPS
) -> Floats:
    """Ascend the smooth count from (m, 128) starts, back through the gates after every step.

    Args:
        target: what is attacked.
        accounts: those that the attacker knows.
        starts: where to begin.
        soft: stop cooling early: what opens many accounts by a little less generalises better than what was
            fitted to the few that it opens.
        steps: how many.

    Returns:
        (m, 128), admitted.
    """
    hot, cold = target.temperatures[0], target.soft if soft else target.temperatures[1]
    points = target.admitted(starts)
    for step in range(steps):
        done = step / steps
        _, slope = target.ascent(points, accounts, temperature=hot * (cold / hot) ** done)
        length = np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
        points = target.admitted(
            points + target.stride * _COOLING**done * slope / length, finally_=step == steps - 1
        )
    return points


def evolve(
    target: Target, accounts: Accounts, start: Floats, *, seed: int, generations: int = GENERATIONS
) -> Floats:
    """Search around (128,) by CMA-ES (Hansen 2016), which sees steps that a gradient does not.

    Returns:
        (1, 128), admitted.
    """
    strategy = cma.CMAEvolutionStrategy(
        start,
        target.stride / 8,  # in each of 128 directions: some .04 in all
        {"popsize": POPULATION, "seed": seed, "verbose": -9, "maxiter": generations, "tolflatfitness": 50},
    )
    best = target.admitted(start[None])
    most = float(_worth(target, accounts, best)[0])
    while not strategy.stop():
        asked = strategy.ask()
        points = target.admitted(np.stack(asked))
        worth = _worth(target, accounts, points)
        strategy.tell(asked, (-worth).tolist())
        if worth.max() > most:
            best, most = points[[worth.argmax()]], float(worth.max())
    return best


def ranked(target: Target, accounts: Accounts, points: Floats) -> Floats:
    """Sort (m, 128) by how many known accounts each opens, then by how many it nearly does."""
    order = np.argsort(-_worth(target, accounts, points), kind="stable")
    return points[order]


def softly_ranked(target: Target, accounts: Accounts, points: Floats) -> Floats:
    """Sort (m, 128) by the smooth count, warm."""
    worth, _ = target.ascent(points, accounts, temperature=target.soft)
    order = np.argsort(-worth, kind="stable")
    return points[order]


def greedy(accepted: Truth) -> Whole:
    """Choose points one after the other, each for the accounts that those before it do not open.

    Args:
        accepted: (s, a, m) whether point m opens account a as the s-th attempt.

    Returns:
        (s,) the points in the order of the attempts.
    """
    still_shut = np.ones(accepted.shape[1], dtype=bool)
    chosen = []
    for attempt in accepted:
        point = int((attempt & still_shut[:, None]).sum(axis=0).argmax())
        chosen.append(point)
        still_shut &= ~attempt[:, point]
    return np.array(chosen, dtype=np.int64)


def _worth(target: Target, accounts: Accounts, points: Floats) -> Floats:
    margins = target.margins(points, accounts)
    nearly = sigmoid(np.maximum(margins, -1e6) / target.temperatures[1])
    worth: Floats = (margins >= 0).sum(axis=0) + nearly.mean(axis=0)
    return worth
