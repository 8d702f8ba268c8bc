"""Names of things. Random ones say nothing; sortable ones say when."""

import secrets

ACCOUNT_PATTERN = "^[A-Za-z0-9_-]{22}$"
CHALLENGE_PATTERN = "^[A-Za-z0-9_-]{43}$"
THUMBPRINT_PATTERN = "^[A-Za-z0-9_-]{43}$"
SESSION_PATTERN = "^[A-Za-z0-9_-]{22}$"
JTI_PATTERN = "^[A-Za-z0-9_-]{22}$"
PASSKEY_PATTERN = "^[A-Za-z0-9_-]{43}$"
ULID_PATTERN = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
_ULID_TIME = 10  # characters of 48 bits; the rest is random


def new_account_id() -> str:
    """Make an account id: 128 random bits. It appears in logs of KMS, so it must mean nothing."""
    return secrets.token_urlsafe(16)


def new_challenge_id() -> str:
    """Make a challenge id: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_token_id() -> str:
    """Make the ``jti`` of a token, or the reference of a receipt: 128 random bits."""
    return secrets.token_urlsafe(16)


def new_ulid(now: float) -> str:
    """Make an id that sorts by ``now``, seconds since the epoch."""
    from ulid import ULID  # noqa: PLC0415 -- only enrolments and sign-ins make one; the others start without it

    return str(ULID.from_timestamp(now))


def ulids_from(at: float) -> str:
    """Give what sorts after every id of a time before ``at``, and before all others; to the millisecond."""
    return new_ulid(at)[:_ULID_TIME]
