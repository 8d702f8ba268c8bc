"""The register says each thing once, in words that are the numbers' own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.templates import ADMISSION_WINDOW_DAYS
from service.patience import DAY_S, YEAR_S
from service.register import register
from service.register.entries import in_words
from service.register.places import PLACES
from service.remains import remains_of
from service.repositories.limits import LONGEST_WINDOW_S, Budget
from service.repositories.rows import LEARNED_AT_DAYS
from service.repositories.tries import TRIES_LIFE_S
from tests.unit.service.test_policy import _settings

EVERYTHING = register(
    _settings(
        UNUSED_ACCOUNT_DAYS="365",
        LEAST_SIGN_IN_LOG_DAYS="30",
        PLACE_HEADER="cloudfront-viewer-country",
        PLACE_SECRET_SHA256="0" * 64,
    )
)


@pytest.mark.parametrize("entry", EVERYTHING, ids=lambda entry: entry.name)
def test_every_entry_says_all_there_is_to_say(entry: object) -> None:
    for said in ("name", "kind", "category", "purpose", "ground", "period", "ended_by"):
        assert getattr(entry, said)


def test_no_two_entries_have_one_name_or_are_of_one_kind() -> None:
    assert len({entry.name for entry in EVERYTHING}) == len(EVERYTHING)
    assert len({entry.kind for entry in EVERYTHING}) == len(EVERYTHING)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (120, "120 seconds"),
        (600, "10 minutes"),
        (660, "11 minutes"),
        (3600, "an hour"),
        (12 * 3600, "12 hours"),
        (DAY_S, "a day"),
        (30 * DAY_S, "30 days"),
        (365 * DAY_S, "12 months"),
        (366 * DAY_S, "366 days"),
        (1095 * DAY_S, "36 months"),
        (10 * YEAR_S, "10 years"),
    ],
)
def test_a_length_of_time_reads_as_a_person_says_it(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


@given(st.integers(min_value=1, max_value=20 * YEAR_S))
def test_words_say_the_length_exactly(seconds: int) -> None:
    units = {"second": 1, "minute": 60, "hour": 3600, "day": DAY_S, "month": 365 * DAY_S // 12}

    count, unit = in_words(seconds).split()
    number = 1 if count in {"a", "an"} else int(count)

    if unit == "years":
        assert number * YEAR_S == seconds
    elif unit == "months":
        assert number % 12 == 0
        assert number // 12 * 365 * DAY_S == seconds
    else:
        assert number * units[unit.removesuffix("s")] == seconds


def test_what_is_remembered_of_learning_is_what_is_asked_about() -> None:
    assert LEARNED_AT_DAYS == ADMISSION_WINDOW_DAYS


def test_no_count_may_outlive_what_people_are_told() -> None:
    with pytest.raises(ValueError, match="longer than the register says"):
        Budget(scope="x", limit=1, window_s=LONGEST_WINDOW_S + 1)


def test_a_receipt_gives_counts_as_long_as_the_longest_that_a_deletion_leaves() -> None:
    (place,) = (place for place in PLACES if place.row == "LIMIT/LIMIT")
    named = {name for attribute in place.attributes for name in place.entries_of(attribute)}
    left = [
        entry
        for entry in EVERYTHING
        if entry.name in named and not any("deleting the account" in end for end in entry.ends)
    ]

    (counts,) = (one for one in remains_of(event="account-deleted", deleted_at=0) if "tries" in one.what)

    assert {entry.name for entry in left} == {"counts", "wrong-codes"}
    # A sign-in that was begun while the account was deleted leaves the row of its try.
    assert counts.until == max(TRIES_LIFE_S, *(period.seconds for entry in left for period in entry.periods))
