"""The link "this was not me": a token that its account's own key vouches for, good for one thing.

Whoever has it can freeze the account, which takes nothing from its owner but time: it opens nothing, and
shows nothing. See docs/decisions/freeze.md.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from service.encoding import base64url
from service.patience import DAY_S
from service.vault import DataKey

LINK_LIFE_S: Final = 30 * DAY_S

_VERSION: Final = b"\x01"
_ACCOUNT: Final = slice(1, 17)
_ISSUED_AT: Final = slice(17, 21)
_FREEZES: Final = slice(21, 25)
_FACTS: Final = slice(0, 25)
_MAC: Final = slice(25, 57)
# 57 bytes are 76 characters with no bits to spare: a token has one spelling.
_LENGTH: Final = 76

# Keeps this use of the key apart from sealing (NIST SP 800-108: a key derived by HMAC under a label).
_LABEL: Final = b"facesmash/freeze-link/1"

FreezeTokenText = Annotated[
    str, Field(pattern=rf"^[A-Za-z0-9_-]{{{_LENGTH}}}$", min_length=_LENGTH, max_length=_LENGTH)
]


@dataclass(frozen=True, kw_only=True, slots=True)
class FreezeToken:
    """What a token says; nothing of it holds before ``is_vouched_for``.

    Attributes:
        account: whose it is.
        issued_at: seconds since the epoch.
        freezes: how often the account had been frozen and lifted when it was made.
        facts: the bytes that are vouched for.
        mac: that vouches for them.
    """

    account: str
    issued_at: int
    freezes: int
    facts: bytes = field(repr=False)
    mac: bytes = field(repr=False)


def freeze_token(key: DataKey, *, freezes: int, now: float) -> str:
    """Make the token of a notice.

    Args:
        key: the account's.
        freezes: how often the account was frozen and lifted.
        now: seconds since the epoch.

    Returns:
        76 characters, good for 30 days or until the account is lifted from a freeze.
    """
    account = base64.urlsafe_b64decode(key.account + "==")
    facts = _VERSION + account + int(now).to_bytes(4, "big") + freezes.to_bytes(4, "big")
    return base64url(facts + _mac(key, facts))


def read_freeze_token(text: str) -> FreezeToken | None:
    """Read a token of the right form; None when it cannot be one."""
    data = base64.urlsafe_b64decode(text)
    if data[:1] != _VERSION:
        return None
    return FreezeToken(
        account=base64url(data[_ACCOUNT]),
        issued_at=int.from_bytes(data[_ISSUED_AT], "big"),
        freezes=int.from_bytes(data[_FREEZES], "big"),
        facts=data[_FACTS],
        mac=data[_MAC],
    )


def is_vouched_for(token: FreezeToken, *, key: DataKey, freezes: int, now: float) -> bool:
    """Tell whether a token holds: made under the account's key, not too old, and not from before a lift."""
    in_time = token.issued_at <= now < token.issued_at + LINK_LIFE_S
    return hmac.compare_digest(token.mac, _mac(key, token.facts)) and token.freezes == freezes and in_time


def _mac(key: DataKey, facts: bytes) -> bytes:
    derived = hmac.digest(key.material, _LABEL, hashlib.sha256)
    return hmac.digest(derived, facts, hashlib.sha256)
