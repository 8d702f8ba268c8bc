"""The owner's log of sign-ins: an entry for each verification of an account, and each way in by code."""

from aws_lambda_powertools import Logger

from service.log_chain import SignInEvent, append, head_of, unknown
from service.patience import DAY_S
from service.repositories.outcomes import Append, Appended
from service.repositories.rows import Profile
from service.sealing import open_log_head, seal_entry, seal_log_head
from service.vault import DataKey

logger = Logger()


def appending(event: SignInEvent, *, key: DataKey, life_days: int) -> Append:
    """Make what appends an event to the log, whatever the log's end is by then.

    A log whose end is lost or altered keeps nobody out: it goes on, and its owner is told that it is broken.

    Args:
        event: what happened.
        key: the account's.
        life_days: how long entries are kept.

    Returns:
        For the transaction that writes it.
    """
    life_s = life_days * DAY_S

    def to(profile: Profile) -> Appended:
        after = open_log_head(key, profile)
        if after is None:
            logger.error("log_head_broken")
            after = unknown(profile.account, expires_at=event.at + life_s)
        entry = append(event, after=after, life_s=life_s)
        return Appended(
            entry=seal_entry(key, entry),
            sealed_head=seal_log_head(key, head_of(entry, account=profile.account)),
        )

    return to
