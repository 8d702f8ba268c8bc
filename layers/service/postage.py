"""What the mailing of codes costs everybody: a network's budget of an hour, and the deployment's."""

from typing import Final

from service.patience import HOUR_S
from service.repositories.limits import Budget

# A household, or an office behind one address. Whoever has more of them meets the deployment's budget.
CODES_FOR_A_NETWORK_AN_HOUR: Final = 60


def postage(network: str, *, codes_an_hour: int) -> tuple[Budget, Budget]:
    """Give what each mail with a code is counted in, whatever it is for and whatever else is counted.

    Args:
        network: keyed index of where it was asked for.
        codes_an_hour: the deployment's setting.
    """
    return (
        Budget(scope=f"codes#{network}", limit=CODES_FOR_A_NETWORK_AN_HOUR, window_s=HOUR_S),
        Budget(scope="codes", limit=codes_an_hour, window_s=HOUR_S),
    )
