"""Every refusal is the same, and none comes earlier than another."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger

from service.problems import AuthenticationFailed, Problem, Unavailable
from service.repositories.items import ConditionFailedError
from service.vault import SealBrokenError

logger = Logger()


@contextmanager
def uniformly_refused(*, started: float, floor_s: float) -> Iterator[None]:
    """Make every refusal the same, and none earlier than another.

    Args:
        started: ``time.monotonic`` when the request arrived.
        floor_s: seconds before which nothing is refused.

    Raises:
        AuthenticationFailed: for whatever was refused inside.
        Unavailable: when a part does not answer: that says nothing about anybody.
    """
    try:
        yield
    except Unavailable:
        raise
    except (Problem, ConditionFailedError, SealBrokenError) as refusal:
        if isinstance(refusal, SealBrokenError):
            logger.error("seal_broken")  # noqa: TRY400 -- a traceback shows values
        time.sleep(max(0.0, started + floor_s - time.monotonic()))
        raise AuthenticationFailed from None
