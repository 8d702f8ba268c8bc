"""The owner's log: an entry for each verification of an account, each other way in, and each change of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from service.ids import new_ulid
from service.log_chain import Outcome, SignInEvent, append, head_of, unknown
from service.patience import DAY_S
from service.repositories.outcomes import Append, Appended
from service.repositories.rows import Profile
from service.sealing import open_log_head, seal_entry, seal_log_head
from service.vault import DataKey

if TYPE_CHECKING:
    from service.settings import Settings

logger = Logger()


def event(outcome: Outcome, reason: str, *, device: str, place: str | None, now: float) -> SignInEvent:
    """Make an event of this moment.

    Args:
        outcome: whether the person got in; "done" of a change.
        reason: the guard that decided, or what was changed.
        device: thumbprint of the device.
        place: code of the country that the request came from, where that is kept.
        now: seconds since the epoch.

    Returns:
        The event.
    """
    return SignInEvent(
        id=new_ulid(now), at=int(now), outcome=outcome, reason=reason, device=device, place=place
    )


def appending(event: SignInEvent, *, key: DataKey, settings: "Settings") -> Append:
    """Make what appends an event to the log, whatever the log's end is by then.

    How long an entry is kept, and whether with its place, is decided by what its owner has chosen by then. A
    log whose end is lost or altered keeps nobody out: it goes on, and its owner is told that it is broken.

    Args:
        event: what happened.
        key: the account's.
        settings: the deployment's, for how long entries are kept.

    Returns:
        For the transaction that writes it.
    """
    full_s = settings.sign_in_log_days * DAY_S

    def to(profile: Profile) -> Appended:
        after = open_log_head(key, profile)
        if after is None:
            logger.error("log_head_broken")
            # The full period also where less is asked for: what was there may be from before.
            after = unknown(profile.account, expires_at=event.at + full_s)
        least_days = settings.least_sign_in_log_days if profile.log == "least" else None
        if least_days is None:
            entry = append(event, after=after, life_s=full_s)
        else:
            entry = append(replace(event, place=None), after=after, life_s=least_days * DAY_S)
        return Appended(
            entry=seal_entry(key, entry),
            sealed_head=seal_log_head(key, head_of(entry, account=profile.account)),
        )

    return to
