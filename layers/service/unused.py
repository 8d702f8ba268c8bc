"""When an account counts as unused: the arithmetic alone, without a clock and without a table."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.patience import DAY_S
from service.repositories.rows import Profile
from service.settings import INACTIVITY_NOTICE_DAYS, Settings

# How often it is looked again while a deployment keeps unused accounts: it may change its mind.
LOOK_AGAIN_DAYS: Final = 365

ToDo: TypeAlias = Literal["wait", "tell", "destroy"]
_NOTICE_S: Final = INACTIVITY_NOTICE_DAYS * DAY_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is to be done about an account, and when it is looked at again, seconds since the epoch."""

    to_do: ToDo
    at: int


def first_look(settings: Settings, *, now: float) -> int:
    """Say when a new account is looked at for the first time, seconds since the epoch."""
    return int(now) + _unused_s(settings) - _NOTICE_S


def look(profile: Profile, *, settings: Settings, now: float) -> Standing:
    """Look whether an account is used.

    Its owner is told once in a time without a sign-in, and has 30 days from then, however late that was.

    Args:
        profile: the account's, as just read.
        settings: the deployment's.
        now: seconds since the epoch.
    """
    ends_at = profile.last_used_at + _unused_s(settings)
    if settings.unused_account_days is None:
        return Standing(to_do="wait", at=int(now) + LOOK_AGAIN_DAYS * DAY_S)
    if now < ends_at - _NOTICE_S:
        return Standing(to_do="wait", at=ends_at - _NOTICE_S)
    told_at = profile.unused_told_at
    if told_at is None or told_at <= profile.last_used_at:
        return Standing(to_do="tell", at=max(ends_at, int(now) + _NOTICE_S))
    ends_at = max(ends_at, told_at + _NOTICE_S)
    return Standing(to_do="destroy" if now >= ends_at else "wait", at=ends_at)


def _unused_s(settings: Settings) -> int:
    return (settings.unused_account_days or LOOK_AGAIN_DAYS) * DAY_S
