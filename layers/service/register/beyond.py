"""What outlives an account, and what lies elsewhere than in the tables."""

from collections.abc import Iterator
from typing import Final

from service.patience import DAY_S
from service.register.entries import DUTY, SECURITY, SERVICE, Entry, Period, days
from service.settings import Settings
from service.tokens import RECEIPT_LIFE_S

# AWS's own periods, which no setting of ours changes: CloudTrail's event history, X-Ray's traces, and
# CloudWatch's hourly figures (their user guides, November 2026).
KEY_USE_LOG_DAYS: Final = 90
TRACE_DAYS: Final = 30
FIGURES_DAYS: Final = 455


def after_it() -> Iterator[Entry]:
    """Give what remains of an account."""
    yield Entry(
        name="deletion-letters",
        kind="if you had the account deleted by letter: the letter's number, when, and a digest",
        category="operation",
        purpose="to show that nobody is deleted without having asked",
        ground=DUTY,
        periods=(Period(seconds=RECEIPT_LIFE_S),),
        ends=("nothing personal is left in it",),
    )
    yield Entry(
        name="tombstones",
        kind="digests of a deleted account's number and of the device that deleted it, which name nobody",
        category="operation",
        purpose="so that no restored backup brings the account back, and the receipt can be had again",
        ground=DUTY,
        lasts="for as long as the service runs",
        ends=("nothing personal is left in it",),
    )


def elsewhere(settings: Settings) -> Iterator[Entry]:
    """Give what lies in the browser, and in what AWS keeps beside the tables."""
    yield Entry(
        name="on-your-device",
        kind="in your browser alone: the device's key, your account's number, what continues your session, "
        "and the way in which you look at the camera",
        category="account",
        purpose="so that this device is known, and you stay signed in on it",
        ground=SERVICE,
        lasts="until you forget this device or clear your browser",
        ends=("deleting the account there",),
    )
    yield Entry(
        name="technical-logs",
        kind="technical logs: random numbers of requests, times, routes and outcomes, without a name, an "
        "e-mail address or a network address",
        category="operation",
        purpose="to find what does not work",
        ground=SECURITY,
        periods=(days(settings.log_retention_days),),
        ends=("nothing", "they name nobody"),
    )
    yield Entry(
        name="traces",
        kind="how long each part of a request took",
        category="operation",
        purpose="to find what is slow",
        ground=SECURITY,
        periods=(days(TRACE_DAYS),),
        ends=("nothing", "they name nobody"),
    )
    yield Entry(
        name="figures",
        kind="how many requests there were, of which kind and with which outcome",
        category="operation",
        purpose="to be told of an attack or a fault",
        ground=SECURITY,
        periods=(Period(seconds=FIGURES_DAYS * DAY_S),),
        ends=("nothing", "they name nobody"),
    )
    yield Entry(
        name="key-use-log",
        kind="when the key of your account was used, by your account's random number",
        category="operation",
        purpose="to see whether anybody used a key who must not",
        ground=SECURITY,
        periods=(days(KEY_USE_LOG_DAYS),),
        ends=("nothing", "after a deletion nothing leads from that number to you"),
    )
