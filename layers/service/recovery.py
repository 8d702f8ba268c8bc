"""Recovery codes: ten secrets on paper, for whoever has lost the mailbox."""

import secrets
from typing import Annotated, Final

from pydantic import Field

from service.encoding import length_prefixed, sha256_base64url

CODES_IN_A_SET: Final = 10

# Crockford's base 32: no I, L, O or U, so that nothing read from paper has two readings.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS: Final = 6
_GROUP: Final = 4
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

_SALT: Final = "facesmash/recovery-code/1"

RecoveryCodeText = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z]([ -]?[0-9A-Za-z]){23}$",
        min_length=24,
        max_length=48,
        description="24 characters of Crockford's base 32, in any case, with or without hyphens or spaces.",
    ),
]


def new_codes() -> tuple[str, ...]:
    """Make a set: each of 120 random bits, in six groups of four."""
    return tuple(_new_code() for _ in range(CODES_IN_A_SET))


def recovery_digest(code: str, *, account: str) -> str:
    """Digest a code for keeping.

    NIST SP 800-63B-4, section 3.1.2.2, wants a password hash below 112 bits and an approved hash from there
    on: 120 random bits are not guessed, however fast the hash. The account is in it, so that no code stands
    for two accounts and no digest is worth looking for in two tables.
    """
    return sha256_base64url(length_prefixed(_SALT, account, code.upper().translate(_MISREAD)))


def _new_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
