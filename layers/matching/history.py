"""What an account's recent past says about a sign-in."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What happened before this sign-in.

    Attributes:
        recent_failures: attempts in a row before this one that did not succeed, of the same device.
        device_is_new: whether the account does not know the device yet.
    """

    recent_failures: int
    device_is_new: bool


# A known device, and nothing went wrong: the bar that history adds nothing to.
CALM: Final = History(recent_failures=0, device_is_new=False)
