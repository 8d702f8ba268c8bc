"""Once a minute: finish what a function that was killed left behind, and end accounts that nobody uses."""

import time
from typing import Final, Protocol

from aws_lambda_powertools import Logger

from functions.sweeper.rounds import sweep
from service.deployment import this_deployment
from service.metrics import write_down_unanswered

# Enough for the one thing that is under way, and for saying what is left.
_MARGIN_S: Final = 10.0

logger = Logger()


class NotSweptError(Exception):
    """A round failed as a whole: the next one is in a minute. It says no more, because Lambda prints it."""


class Context(Protocol):
    """What Lambda tells of an invocation, as far as it is asked."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""
        ...


def handle(event: object, context: Context) -> dict[str, int]:  # noqa: ARG001 -- Lambda's contract
    """Do one round.

    Returns:
        How much was done, how much failed, and how much is left; for whoever calls it by hand.

    Raises:
        NotSweptError: when the work list cannot be read.
    """
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - _MARGIN_S
    try:
        swept = sweep(deployment=this_deployment(), clock=time.time, until=until)
    except Exception as error:  # noqa: BLE001 -- see NotSweptError
        logger.error("not_swept", exception=type(error).__name__)  # noqa: TRY400 -- a traceback may quote
        raise NotSweptError from None
    write_down_unanswered()
    return {"done": swept.done, "failed": swept.failed, "left": swept.left}
