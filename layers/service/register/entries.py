"""What an entry of the register says, and how a period reads."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.patience import DAY_S, HOUR_S, YEAR_S

Category: TypeAlias = Literal["biometric", "contact", "account", "activity", "security", "operation"]

# GDPR, articles 6 and 9. Who deploys this may know better: docs/compliance.md.
Ground: TypeAlias = Literal[
    "your explicit consent (GDPR, articles 6(1)(a) and 9(2)(a))",
    "the service that you ask for (GDPR, article 6(1)(b))",
    "a duty to show that the law is kept (GDPR, articles 5(2), 6(1)(c) and 7(1))",
    "the interest of all who use it in its security (GDPR, article 6(1)(f))",
]
CONSENT: Final = "your explicit consent (GDPR, articles 6(1)(a) and 9(2)(a))"
SERVICE: Final = "the service that you ask for (GDPR, article 6(1)(b))"
DUTY: Final = "a duty to show that the law is kept (GDPR, articles 5(2), 6(1)(c) and 7(1))"
SECURITY: Final = "the interest of all who use it in its security (GDPR, article 6(1)(f))"

BACKUP_DAYS: Final = 35  # how far back DynamoDB's point-in-time recovery reaches; see infra/data.py

AT_ONCE: Final = "deleting the account or withdrawing consent destroys it at once"
IN_THE_ACCOUNT: Final = (
    "it counts no more from then on; your next sign-in takes it out of the database, or a look once a year"
)
IN_BACKUPS: Final = f"backups of the database keep it for {BACKUP_DAYS} days more"

_MINUTE_S: Final = 60
_YEAR_DAYS: Final = 365
_YEAR_MONTHS: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A time after which something is neither shown nor used, whatever a table still holds.

    Attributes:
        seconds: how long.
        since: from what on, as words that follow the length; empty where that goes without saying.
    """

    seconds: int
    since: str = ""

    @property
    def words(self) -> str:
        """The period, as a person reads it."""
        return f"{in_words(self.seconds)} {self.since}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One kind of data.

    Attributes:
        name: names the entry, for programs, papers and tests.
        kind: what is kept.
        category: what sort of data it is.
        purpose: what for.
        ground: what allows it.
        periods: the clock's part: whichever is over first ends it.
        lasts: for how long, where no clock ends it.
        ends: what ends it sooner, or what remains.
        with_account: whether it is destroyed in the moment in which its account is.
        in_backups: whether backups keep it readable after that; else they keep nothing, or what no key opens.
    """

    name: str
    kind: str
    category: Category
    purpose: str
    ground: Ground
    periods: tuple[Period, ...] = ()
    lasts: str = ""
    ends: tuple[str, ...] = ()
    with_account: bool = False
    in_backups: bool = False

    @property
    def period(self) -> str:
        """For how long, as a person reads it."""
        return ", or ".join([*(period.words for period in self.periods), *filter(None, [self.lasts])])

    @property
    def ended_by(self) -> str:
        """What ends it sooner, as a person reads it."""
        always = [(self.with_account, AT_ONCE), (self.in_backups, IN_BACKUPS)]
        return "; ".join([*self.ends, *(words for holds, words in always if holds)])


def days(count: int, since: str = "") -> Period:
    """Give a period of days."""
    return Period(seconds=count * DAY_S, since=since)


def in_words(seconds: int) -> str:
    """Say a length of time in the largest unit that says it exactly.

    A year here is what ``patience.YEAR_S`` is; twelve months are 365 days, which a setting may ask for.

    Args:
        seconds: whole seconds, one at least.

    Returns:
        For instance "10 minutes", "an hour", "90 days", "12 months".
    """
    whole_days, part_of_day = divmod(seconds, DAY_S)
    match seconds:
        case _ if seconds % YEAR_S == 0 and seconds > YEAR_S:
            return f"{seconds // YEAR_S} years"
        case _ if part_of_day == 0 and whole_days % _YEAR_DAYS == 0:
            return f"{whole_days // _YEAR_DAYS * _YEAR_MONTHS} months"
        case _ if part_of_day == 0 and whole_days > 1:
            return f"{whole_days} days"
        case _ if seconds == DAY_S:
            return "a day"
        case _ if seconds == HOUR_S:
            return "an hour"
        case _ if seconds % HOUR_S == 0:
            return f"{seconds // HOUR_S} hours"
        case _ if seconds % _MINUTE_S == 0 and seconds > 2 * _MINUTE_S:
            return f"{seconds // _MINUTE_S} minutes"
    return f"{seconds} seconds"
