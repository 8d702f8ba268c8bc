"""When the next try is due: what always holds, whatever is tried and whatever the clock does."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.patience import (
    CAPS,
    DAY_S,
    FREE_TRIES,
    MOST_IN_A_ROW,
    YEAR_S,
    Past,
    after_success,
    after_try,
    due_at,
    wait_after_s,
)

NOTHING = Past(in_a_row=0, failed_at=())
NOW = 1_795_000_000


@dataclass(frozen=True)
class Turn:
    """One thing that happens: after so long somebody tries, and gets in or does not."""

    after_s: int
    succeeds: bool = False


def _play(turns: Sequence[Turn]) -> tuple[list[int], Past]:
    """Tell when tries that failed were given, and what is left of it all."""
    now, past, given_at = NOW, NOTHING, []
    for turn in turns:
        now += turn.after_s
        due = due_at(past)
        if due is None or now < due:
            continue
        past = after_try(past, now=now)
        if turn.succeeds:
            past = after_success(past)
        else:
            given_at.append(now)
    return given_at, past


# From an impatient program to somebody who comes back next year, with a clock that is set back now and then.
gaps = st.one_of(st.integers(0, 90), st.integers(0, 7200), st.integers(0, 3 * DAY_S), st.integers(0, YEAR_S))
forward = st.builds(Turn, gaps, st.booleans())
any_way = st.builds(Turn, st.one_of(gaps, st.integers(-DAY_S, 0)), st.booleans())
relentless = st.builds(Turn, st.integers(0, DAY_S), st.just(value=False))


@given(st.lists(st.one_of(any_way, relentless), max_size=300))
def test_no_window_ever_holds_more_failed_tries_than_its_cap(turns: list[Turn]) -> None:
    given_at, _ = _play(turns)

    for cap in CAPS:
        for first, last in zip(given_at, given_at[cap.tries :], strict=False):
            assert last - first >= cap.window_s


@pytest.mark.parametrize("every_s", [600, 3600, DAY_S // 11, DAY_S])
def test_whoever_never_stops_trying_has_fifty_tries_and_then_none_however_long_they_wait(
    every_s: int,
) -> None:
    given_at, past = _play([Turn(every_s)] * (130 * DAY_S // every_s))

    assert len(given_at) == MOST_IN_A_ROW
    assert due_at(past) is None


@given(st.lists(forward, max_size=60), st.integers(1, YEAR_S))
def test_a_clock_that_is_set_back_gives_nothing_away(turns: list[Turn], back_s: int) -> None:
    _, past = _play(turns)

    due = due_at(past)

    assert due is None or not past.failed_at or past.failed_at[0] - back_s < due


@given(st.lists(any_way, max_size=100))
def test_what_is_kept_stays_in_order_whatever_the_clock_does(turns: list[Turn]) -> None:
    _, past = _play(turns)

    assert list(past.failed_at) == sorted(past.failed_at, reverse=True)
    assert past.in_a_row <= len(past.failed_at)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_waits_only_grow(one: int, other: int) -> None:
    fewer, more = sorted((one, other))

    assert 0 <= wait_after_s(fewer) <= wait_after_s(more) <= 3600


def test_waits_double_from_half_a_minute_to_an_hour() -> None:
    waits = [wait_after_s(in_a_row) for in_a_row in range(FREE_TRIES - 1, FREE_TRIES + 9)]

    assert waits == [0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@given(st.lists(forward, max_size=100))
def test_a_failure_never_makes_the_next_try_come_sooner(turns: list[Turn]) -> None:
    _, past = _play(turns)
    due = due_at(past)
    if due is None:
        return

    then = due_at(after_try(past, now=due))

    assert then is None or then >= due


@given(st.lists(forward, max_size=100))
def test_a_success_ends_the_wait_but_no_cap(turns: list[Turn]) -> None:
    _, before = _play(turns)
    due = due_at(before)
    if due is None:
        return

    after = after_success(after_try(before, now=due))

    assert after == Past(in_a_row=0, failed_at=before.failed_at)
    ends = [
        after.failed_at[cap.tries - 1] + cap.window_s for cap in CAPS if len(after.failed_at) >= cap.tries
    ]
    assert (due_at(after) or 0) >= max(ends, default=0)


@pytest.mark.parametrize("year", [2027, 2028, 2032, 2099, 2100])
def test_no_calendar_year_is_longer_than_the_window_that_is_called_one(year: int) -> None:
    days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days

    assert days * DAY_S <= YEAR_S


def test_a_day_that_is_begun_twice_still_has_ten_tries() -> None:
    """On the leap day as on any other: nothing here knows a calendar."""
    leap_day = int(dt.datetime(2028, 2, 29, tzinfo=dt.UTC).timestamp())
    past = NOTHING
    for number in range(10):
        past = after_try(past, now=leap_day + 3600 * number)

    assert due_at(past) == leap_day + DAY_S
