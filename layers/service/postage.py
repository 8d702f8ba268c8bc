"""What the mailing of codes costs everybody: a network's budget of an hour, and the deployment's.

Codes that anybody asks for, and those for a change of address, which only devices of an account can ask for,
are counted apart: no stranger uses up what an owner needs.
"""

from typing import Final

from service.patience import HOUR_S
from service.repositories.limits import Budget

# A household, or an office behind one address. Whoever has more of them meets the deployment's budget.
CODES_FOR_A_NETWORK_AN_HOUR: Final = 60
# A change takes two mails: as many mails as codes.
CHANGES_FROM_A_NETWORK_AN_HOUR: Final = CODES_FOR_A_NETWORK_AN_HOUR // 2


def postage(network: str, *, codes_an_hour: int) -> tuple[Budget, Budget]:
    """Give what each code is counted in that a device asks for which no account knows.

    Args:
        network: keyed index of where it was asked for.
        codes_an_hour: the deployment's setting.
    """
    return (
        Budget(scope=f"codes#{network}", limit=CODES_FOR_A_NETWORK_AN_HOUR, window_s=HOUR_S),
        Budget(scope="codes", limit=codes_an_hour, window_s=HOUR_S),
    )


def postage_of_changes(network: str, *, is_young: bool, codes_an_hour: int) -> tuple[Budget, Budget]:
    """Give what each pair of codes for a change of address is counted in.

    Args:
        network: keyed index of where it was asked for.
        is_young: whether the account is a newcomer itself. Those are counted apart: they are made for a code,
            and shall use up nothing of what those who are here for long have.
        codes_an_hour: the deployment's setting.
    """
    whose = "young" if is_young else "grown"
    return (
        Budget(scope=f"moves#{whose} {network}", limit=CHANGES_FROM_A_NETWORK_AN_HOUR, window_s=HOUR_S),
        Budget(scope=f"moves#{whose}", limit=changes_an_hour(codes_an_hour), window_s=HOUR_S),
    )


def changes_an_hour(codes_an_hour: int) -> int:
    """Give how many pairs of codes go out in an hour, at least one."""
    return max(1, codes_an_hour // 2)
