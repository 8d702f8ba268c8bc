"""How often recovery codes may be tried: of a device, from a network, and of everybody.

There is no budget of a mailbox. 120 random bits are not guessed, and a budget that a stranger can spend would
keep the owner out (NIST SP 800-63B-4, section 3.1.2.2, asks for throttling below 112 bits). These keep load
away.
"""

from typing import Final

from service.deployment import Deployment
from service.limits import Budget
from service.network import network_index
from service.problems import TooManyRequests
from service.request import Request

HOUR_S: Final = 3600
TRIES_OF_A_DEVICE_AN_HOUR: Final = 10
TRIES_FROM_A_NETWORK_AN_HOUR: Final = 20


def count_try(
    request: Request, *, thumbprint: str, key: bytes, deployment: Deployment, now: float
) -> tuple[Budget, ...]:
    """Count a code as a wrong one, before anybody is looked up.

    Args:
        request: says where it comes from.
        thumbprint: of the device that brings it.
        key: the deployment's index key.
        deployment: where it is counted.
        now: seconds since the epoch.

    Returns:
        Where it was counted, for ``forgive``.

    Raises:
        TooManyRequests: when one of them has had its tries of this hour; none depends on an account.
    """
    network = network_index(request.source, key=key)
    budgets = (
        Budget(scope=f"recovery#{thumbprint}", limit=TRIES_OF_A_DEVICE_AN_HOUR, window_s=HOUR_S),
        Budget(scope=f"recoveries#{network}", limit=TRIES_FROM_A_NETWORK_AN_HOUR, window_s=HOUR_S),
    )
    for budget in budgets:
        if deployment.limits.spend(budget, now=now) is None:
            raise TooManyRequests(retry_after_s=budget.ends_in_s(now))
    return budgets


def forgive(counted: tuple[Budget, ...], *, deployment: Deployment, now: float) -> None:
    """Take back what was counted of a code that was right, which is used up: nothing here may undo that."""
    for budget in counted:
        deployment.limits.give_back_if_heard(budget, now=now)
