"""Every refusal is the same, and nothing but a success comes early."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aws_lambda_powertools import Logger

from service.floor import wait_for_floor
from service.problem import Problem
from service.problems import AuthenticationFailed, Unavailable
from service.repositories.items import ConditionFailedError
from service.vault import SealBrokenError

_REFUSALS: Final = (Problem, ConditionFailedError, SealBrokenError)

logger = Logger()


@contextmanager
def uniformly_refused(*, started: float, floor_s: float) -> Iterator[None]:
    """Make every refusal the same, and let nothing but a success come early.

    Args:
        started: ``time.monotonic`` when the request arrived.
        floor_s: seconds before which nothing is refused and nothing breaks.

    Raises:
        AuthenticationFailed: for whatever was refused inside.
        Exception: what broke inside, as late as a refusal: most parts are asked once there is an account.
    """
    try:
        yield
    except Exception as error:
        wait_for_floor(started=started, floor_s=floor_s)
        if isinstance(error, SealBrokenError):
            logger.error("seal_broken")  # noqa: TRY400 -- a traceback shows values
        if isinstance(error, _REFUSALS) and not isinstance(error, Unavailable):
            raise AuthenticationFailed from None
        raise
