"""One direction of the experiment: who attacks whom, what each attacker finds, and what it opens."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from scipy.stats import beta

from benchmarks.attack.accounts import Accounts, enrol, enrol_everybody
from benchmarks.attack.attackers import (
    STARTS,
    Target,
    centres,
    climb,
    evolve,
    greedy,
    ranked,
    real_people,
    softly_ranked,
)
from benchmarks.attack.layer import LayerTarget
from benchmarks.calibrate import calibrate
from benchmarks.recognition.dataset import Dataset, DatasetError, Floats, Truth, half_of
from matching.calibration import Calibration
from matching.history import History

DRAWS: Final = 5
BEST: Final = 50
SEED: Final = 20261125


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one attack opens, as shares of people.

    Attributes:
        known: of those that the attacker has, by his choice.
        unseen: of the others who have three templates.
        best: the same by the mean of the 50 points that he ranks highest; NaN where he has fewer.
        everybody: of all others, those with one and two templates too.
        people: how many the others with three templates are.
        everybody_people: how many all others are.
    """

    known: float
    unseen: float
    best: float
    everybody: float
    people: int
    everybody_people: int


@dataclass(frozen=True, kw_only=True)
class Halves:
    """One direction of the experiment: the attacker's people, and the victims."""

    own: Dataset
    victims: Dataset
    known: Accounts
    unseen: Accounts
    everybody: list[Accounts]
    calibration: Calibration


Rows: TypeAlias = dict[str, Outcome]


def make_halves(data: Dataset, number: int, *, given: Calibration | None, rounds: int) -> Halves:
    """Divide people into attacker's and victims, and calibrate on the attacker's.

    Args:
        data: everybody.
        number: the half, 1 or 2, that the attacker has.
        given: judges instead of a calibration of that half.
        rounds: of that calibration.

    Raises:
        DatasetError: when there are too few people.
    """
    inside = half_of(data, number)
    own, victims = data.restricted_to(inside), data.restricted_to(~inside)
    known = enrol(own, draws=1)
    if not len(known):
        raise DatasetError("nobody of one half has three pictures")
    return Halves(
        own=own,
        victims=victims,
        known=known,
        unseen=enrol(victims, draws=DRAWS),
        everybody=enrol_everybody(victims),
        calibration=given or calibrate(own, rounds=rounds),
    )


def attack(
    target: Target, halves: Halves, *, starts: Floats, seed: int = SEED
) -> tuple[dict[str, Floats], Floats]:
    """Run every attacker of one point against a target.

    Args:
        target: what is attacked.
        halves: whom the attacker knows.
        starts: (s, 128) where ascents begin.
        seed: of CMA-ES.

    Returns:
        For each attacker its points, (m, 128), the best for its own purposes first; and all of them together.
    """
    own, known = halves.own, halves.known
    found = {
        "best real person": ranked(target, known, target.admitted(real_people(own))),
        "k-means centres": ranked(target, known, target.admitted(centres(own, seed=seed))),
        "ascent, hard": ranked(target, known, climb(target, known, starts)),
        "ascent, soft": softly_ranked(target, known, climb(target, known, starts, soft=True)),
    }
    pool = ranked(target, known, np.vstack([points[:BEST] for points in found.values()]))
    found["CMA-ES"] = evolve(target, known, pool[0], seed=seed)
    return found, np.vstack([pool, found["CMA-ES"]])


def outcome(target: Target, halves: Halves, points: Floats) -> Outcome:
    """Count what the first of (m, 128) points opens, and the first 50 on the average."""
    unseen = target.margins(points[:BEST], halves.unseen) >= 0
    everybody = np.concatenate([target.margins(points[:1], some)[:, 0] >= 0 for some in halves.everybody])
    return Outcome(
        known=float((target.margins(points[:1], halves.known) >= 0).mean()),
        unseen=float(unseen[:, 0].mean()),
        best=float(unseen.mean()) if len(points) >= BEST else float("nan"),
        everybody=float(everybody.mean()),
        people=len(np.unique(halves.unseen.owner)),
        everybody_people=len(everybody),
    )


def in_turn(target: Target, halves: Halves, pool: Floats, *, attempts: int) -> Outcome:
    """Count what several points in turn open, greedily chosen; every failure raises the threshold."""
    histories = [History(recent_failures=failed, device_is_new=False) for failed in range(attempts)]

    def opened(points: Floats, accounts: Accounts) -> Truth:
        return np.stack([target.margins(points, accounts, history=past) >= 0 for past in histories])

    known = opened(pool, halves.known)
    chosen = greedy(known)
    turns = np.arange(attempts)

    def share(seen: Truth) -> float:
        return float(seen[turns, :, turns].any(axis=0).mean())

    everybody = [opened(pool[chosen], some) for some in halves.everybody]
    return Outcome(
        known=float(known[turns, :, chosen].any(axis=0).mean()),
        unseen=share(opened(pool[chosen], halves.unseen)),
        best=float("nan"),
        everybody=float(
            np.concatenate([seen[turns, :, turns].any(axis=0) for seen in everybody]).mean(),
        ),
        people=len(np.unique(halves.unseen.owner)),
        everybody_people=sum(len(some) for some in halves.everybody),
    )


def climbers(target: LayerTarget, halves: Halves) -> Rows:
    """Count what a hard and a soft ascent open."""
    starts = starts_of(halves)
    hard = ranked(target, halves.known, climb(target, halves.known, starts))
    soft = softly_ranked(target, halves.known, climb(target, halves.known, starts, soft=True))
    return {
        f"ascent, {kind}, {target.captures.name}": outcome(target, halves, points)
        for kind, points in (("hard", hard), ("soft", soft))
    }


def starts_of(halves: Halves) -> Floats:
    """All centres, and real people drawn by lot."""
    middle = centres(halves.own, seed=SEED)
    people = real_people(halves.own)[: len(halves.own.people)]
    drawn = np.random.default_rng(SEED).permutation(len(people))[: max(0, STARTS - len(middle))]
    return np.vstack([middle, people[drawn]])


def pooled(directions: Sequence[Rows]) -> Rows:
    """Put both directions together, by people."""

    def mean(name: str, field: str, weight: str) -> float:
        found = [(getattr(rows[name], field), getattr(rows[name], weight)) for rows in directions]
        return float(np.average([value for value, _ in found], weights=[people for _, people in found]))

    return {
        name: Outcome(
            known=mean(name, "known", "people"),
            unseen=mean(name, "unseen", "people"),
            best=mean(name, "best", "people"),
            everybody=mean(name, "everybody", "everybody_people"),
            people=sum(rows[name].people for rows in directions),
            everybody_people=sum(rows[name].everybody_people for rows in directions),
        )
        for name in directions[0]
    }


def plain(rows: Rows) -> dict[str, Any]:
    """For JSON."""
    return {name: asdict(row) for name, row in rows.items()}


def interval(share: float, people: int) -> tuple[float, float]:
    """Exact binomial 95 % interval (Clopper and Pearson 1934); draws of one person count as parts of one."""
    hits = share * people
    low = beta.ppf(0.025, hits, people - hits + 1) if hits > 0 else 0.0
    high = beta.ppf(0.975, hits + 1, people - hits) if hits < people else 1.0
    return float(low), float(high)
