"""When an account counts as unused: one second before, at, and after; across leap days and late mails."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.patience import DAY_S
from service.repositories.rows import Profile
from service.unused import first_look, look
from tests.unit.service.test_policy import _settings

USED_AT = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())  # the year that follows has a leap day
TOLD_AT = USED_AT + 335 * DAY_S
ENDS_AT = USED_AT + 365 * DAY_S
SETTINGS = _settings(UNUSED_ACCOUNT_DAYS="365")
PROFILE = Profile(
    account="a" * 22,
    status="active",
    mailbox="m",
    sealed_email=b"",
    policy_version="1",
    created_at=USED_AT - DAY_S,
    last_used_at=USED_AT,
    anchors=frozenset(),
    devices=frozenset(),
    sealed_log_head=b"",
    revision=1,
)
TOLD = replace(PROFILE, unused_told_at=TOLD_AT)


@pytest.mark.parametrize(
    ("profile", "now", "to_do", "at"),
    [
        (PROFILE, TOLD_AT - 1, "wait", TOLD_AT),
        (PROFILE, TOLD_AT, "tell", ENDS_AT),
        (PROFILE, TOLD_AT + 1, "tell", ENDS_AT + 1),
        (TOLD, ENDS_AT - 1, "wait", ENDS_AT),
        (TOLD, ENDS_AT, "destroy", ENDS_AT),
        (TOLD, ENDS_AT + 1, "destroy", ENDS_AT),
    ],
)
def test_it_is_told_thirty_days_before_and_ends_to_the_second(
    profile: Profile, now: int, to_do: str, at: int
) -> None:
    seen = look(profile, settings=SETTINGS, now=now)

    assert (seen.to_do, seen.at) == (to_do, at)


def test_a_year_is_365_days_also_where_a_leap_day_lies_in_it() -> None:
    assert datetime.fromtimestamp(ENDS_AT, UTC) == datetime(2028, 2, 29, tzinfo=UTC)


def test_whoever_is_told_late_has_thirty_days_all_the_same() -> None:
    late = ENDS_AT + 10 * DAY_S

    assert look(PROFILE, settings=SETTINGS, now=late).at == late + 30 * DAY_S
    told_late = replace(PROFILE, unused_told_at=late)
    assert look(told_late, settings=SETTINGS, now=late + 30 * DAY_S - 1).to_do == "wait"
    assert look(told_late, settings=SETTINGS, now=late + 30 * DAY_S).to_do == "destroy"


def test_a_sign_in_after_the_mail_begins_the_time_anew() -> None:
    back = replace(TOLD, last_used_at=TOLD_AT + DAY_S)

    assert look(back, settings=SETTINGS, now=ENDS_AT).to_do == "wait"
    assert look(back, settings=SETTINGS, now=TOLD_AT + DAY_S + 335 * DAY_S).to_do == "tell"


def test_a_deployment_that_keeps_unused_accounts_tells_nobody_and_ends_none() -> None:
    keeping = _settings()

    assert look(PROFILE, settings=keeping, now=ENDS_AT + 10**8).to_do == "wait"
    assert first_look(keeping, now=USED_AT) == first_look(SETTINGS, now=USED_AT) == TOLD_AT


@pytest.mark.parametrize("days", [60, 1095])
def test_other_periods_end_where_they_say(days: int) -> None:
    settings = _settings(UNUSED_ACCOUNT_DAYS=str(days))
    told = replace(PROFILE, unused_told_at=USED_AT + (days - 30) * DAY_S)

    assert look(told, settings=settings, now=USED_AT + days * DAY_S - 1).to_do == "wait"
    assert look(told, settings=settings, now=USED_AT + days * DAY_S).to_do == "destroy"
