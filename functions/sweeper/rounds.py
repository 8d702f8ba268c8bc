"""One round: what is overdue on the work list is done, the oldest first, as far as the time goes.

Each kind of work has its share of that time, whatever waits of the others: who deletes many accounts keeps
nobody's notice back. What a kind leaves of its share goes to the next, and to the first again at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools import Logger

from functions.sweeper.unused import review
from functions.sweeper.work import finish_erasure, send_notice
from service.deployment import Deployment
from service.metrics import Measured, measure
from service.repositories.work import SHARDS, Work, WorkKind

# What is read at once, of each partition; a round reads again as long as it has time.
BATCH: Final = 25

logger = Logger()

# Tells the time, seconds since the epoch.
Clock = Callable[[], float]
Doing = Callable[[Work, Deployment, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What a round did, and what it left.

    Attributes:
        done: how much was done.
        failed: how much failed, and will be tried again.
        left: how much is overdue and was not begun.
    """

    done: int
    failed: int
    left: int


# Each kind of work, in the order of its weight: who does it, and what says how much of it is left.
ROUND: Final[Mapping[WorkKind, tuple[Doing, Measured]]] = {
    "ERASURE": (finish_erasure, "ErasuresLeft"),
    "NOTICE": (send_notice, "NoticesLeft"),
    "UNUSED": (review, "ReviewsLeft"),
}


def sweep(*, deployment: Deployment, clock: Clock, until: float) -> Swept:
    """Do what is overdue.

    Args:
        deployment: where accounts are kept and mails go out.
        clock: tells the time.
        until: when to begin nothing more, by that clock.

    Returns:
        What was done and what is left.
    """
    outcomes: list[bool] = []
    stuck: set[tuple[WorkKind, int]] = set()
    for number, kind in enumerate((*ROUND, *ROUND)):
        its_end = clock() + (until - clock()) / max(1, len(ROUND) - number)
        for shard in range(SHARDS):
            if (kind, shard) in stuck:
                continue
            # A part of the share, so that one that is full keeps nobody of another back.
            part = (its_end - clock()) / (SHARDS - shard)
            end = clock() + part if number < len(ROUND) else until
            done, may_go_on = _sweep_shard(kind, shard, deployment=deployment, clock=clock, until=end)
            outcomes += done
            if not may_go_on:
                stuck.add((kind, shard))
    left = 0
    for kind, (_, name) in ROUND.items():
        of_kind = sum(deployment.work.waiting(kind, shard, now=clock()) for shard in range(SHARDS))
        measure(name, of_kind)
        left += of_kind
    measure("SweptUp", outcomes.count(True))
    measure("SweepFailed", outcomes.count(False))
    return Swept(done=outcomes.count(True), failed=outcomes.count(False), left=left)


def _sweep_shard(
    kind: WorkKind, shard: int, *, deployment: Deployment, clock: Clock, until: float
) -> tuple[list[bool], bool]:
    """Do what is overdue in a shard; give what came of each, and whether more can be done there."""
    outcomes: list[bool] = []
    while clock() < until:
        found = deployment.work.due(kind, shard, now=clock(), most=BATCH)
        for work in found:
            if clock() >= until:
                return outcomes, True
            outcomes.append(_is_done(work, deployment=deployment, now=clock()))
            if not outcomes[-1] and not _is_put_off(work, deployment=deployment, now=clock()):
                return outcomes, False  # it would be found again at once
        if len(found) < BATCH:
            break
    return outcomes, True


def _is_done(work: Work, *, deployment: Deployment, now: float) -> bool:
    """Do one thing; where it fails it keeps nothing else back."""
    do, _ = ROUND[work.kind]
    try:
        do(work, deployment, now)
    except Exception as error:  # noqa: BLE001 -- one that cannot be done must not stop the others
        logger.warning("not_swept", kind=work.kind, tries=work.tries, exception=type(error).__name__)
        return False
    return True


def _is_put_off(work: Work, *, deployment: Deployment, now: float) -> bool:
    """Let what failed wait; where that fails too it is overdue still, and only its own shard waits."""
    try:
        deployment.work.put_off(work, now=now)
    except Exception as error:  # noqa: BLE001 -- as above
        logger.warning("not_put_off", kind=work.kind, tries=work.tries, exception=type(error).__name__)
        return False
    return True
