"""How often recovery codes may be tried: of a device, and from a network.

There is none of a mailbox, and none of everybody. 120 random bits are not guessed, and a budget that a
stranger can spend would keep the owner out (NIST SP 800-63B-4, section 3.1.2.2, asks for throttling below 112
bits). These keep load away.
"""

from typing import Final

from service.deployment import Deployment
from service.network import network_index
from service.patience import HOUR_S
from service.repositories.limits import Budget
from service.request import Request

TRIES_OF_A_DEVICE_AN_HOUR: Final = 10
TRIES_FROM_A_NETWORK_AN_HOUR: Final = 20


def count_try(
    request: Request, *, thumbprint: str, is_known: bool, key: bytes, deployment: Deployment, now: float
) -> tuple[Budget, ...]:
    """Count a code as a wrong one, before it is compared.

    Args:
        request: says where it comes from.
        thumbprint: of the device that brings it.
        is_known: whether the account that is named knows the device: then its network does not count, which
            somebody else may have used up.
        key: the deployment's index key.
        deployment: where it is counted.
        now: seconds since the epoch.

    Returns:
        Where it was counted, for ``forgive``.

    Raises:
        TooManyRequests: when one of them has had its tries of this hour; to whoever's device is not known it
            tells nothing of an account.
    """
    network = network_index(request.source, key=key)
    of_device = Budget(scope=f"recovery#{thumbprint}", limit=TRIES_OF_A_DEVICE_AN_HOUR, window_s=HOUR_S)
    of_network = Budget(scope=f"recoveries#{network}", limit=TRIES_FROM_A_NETWORK_AN_HOUR, window_s=HOUR_S)
    budgets = (of_device,) if is_known else (of_device, of_network)
    deployment.limits.take(*budgets, now=now)
    return budgets


def forgive(counted: tuple[Budget, ...], *, deployment: Deployment, now: float) -> None:
    """Take back what was counted of a code that was right, which is used up: nothing here may undo that."""
    for budget in counted:
        deployment.limits.give_back_if_heard(budget, now=now)
