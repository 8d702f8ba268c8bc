"""What remains of an account that was deleted, where, and until when: one list, for every receipt.

Nothing on it can be read as the person's: what was sealed is unreadable everywhere, because its key is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from service.patience import DAY_S
from service.register.beyond import KEY_USE_LOG_DAYS
from service.register.entries import BACKUP_DAYS
from service.repositories.codes import REST_S
from service.repositories.erasures import ErasureEvent
from service.repositories.farewells import FAREWELL_LIFE_S
from service.repositories.limits import LONGEST_WINDOW_S
from service.repositories.mail_troubles import TROUBLE_LIFE_S
from service.repositories.tries import TRIES_LIFE_S
from service.tokens import RECEIPT_LIFE_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Remainder:
    """Something that remains.

    Attributes:
        what: in words for the person.
        where: likewise.
        until: seconds since the epoch; None where it stays for as long as the deployment does, or no date can
            be given now.
    """

    what: str
    where: str
    until: int | None


def remains_of(*, event: ErasureEvent, deleted_at: int) -> tuple[Remainder, ...]:
    """List what remains of an account.

    Args:
        event: why it went, as its tombstone says.
        deleted_at: when, seconds since the epoch.
    """

    def until(seconds: int) -> int:
        return deleted_at + seconds

    return (
        Remainder(
            what="a salted digest of the account's number, how much was destroyed of what, and when: so that "
            "nobody brings the account back",
            where="the database (tombstone)",
            until=None,
        ),
        Remainder(
            what="rows as they were: what is personal in them is sealed under the key that is destroyed; a "
            "keyed index of the address, public keys of devices and times are not sealed",
            where="backups of the database",
            until=until(BACKUP_DAYS * DAY_S),
        ),
        Remainder(
            what="the account's number, beside each use of its key",
            where="the log of KMS's calls (CloudTrail's event history; longer, if whoever runs the service "
            "keeps a trail)",
            until=until(KEY_USE_LOG_DAYS * DAY_S),
        ),
        Remainder(
            what="counts of tries, under digests that lead back to nobody",
            where="the database",
            until=until(max(LONGEST_WINDOW_S, REST_S, TRIES_LIFE_S)),
        ),
        Remainder(
            what="the address, sealed under a key of its own, if the last mail could not be sent at once",
            where="the database of keys, which is in no backup",
            until=until(FAREWELL_LIFE_S),
        ),
        Remainder(
            what="a keyed index of the address, only if the last mail comes back or is complained of, for "
            f"{TROUBLE_LIFE_S // DAY_S} days from then",
            where="the database",
            until=None,
        ),
        Remainder(
            what="the address itself, only if a mail to it came back or was complained of: Amazon SES writes "
            "it no more, until whoever runs the service takes it off",
            where="the mail service's list of addresses that it does not write to",
            until=None,
        ),
        *_book(event, until=until(RECEIPT_LIFE_S)),
    )


def _book(event: ErasureEvent, *, until: int) -> Iterable[Remainder]:
    if event != "deleted-on-request":
        return
    yield Remainder(
        what="the number of your letter, which operators acted on it, and when",
        where="the operators' book, in the database",
        until=until,
    )
