"""A long log comes in pages that go by its own numbers."""

import random
from itertools import pairwise

from service.held_log import MOST_ON_A_PAGE, HeldLog
from service.log_chain import LogEntry, SignInEvent, append, beginning, head_of

ACCOUNT = "A" * 22
MOST = 27_000  # ten passkeys, thirty times a day, for ninety days


def test_the_pages_of_the_longest_log_are_all_of_it_once_and_each_is_short() -> None:
    log = _log(MOST)

    pages, before = [], None
    while True:
        page = log.page(before=before)
        pages.append(page.entries)
        if page.older is None:
            break
        before = page.older

    numbers = [entry.number for page in pages for entry in page]
    assert numbers == list(range(MOST, 0, -1))
    assert {len(page) for page in pages} == {MOST_ON_A_PAGE}


def test_entries_go_by_their_numbers_whatever_the_clocks_said() -> None:
    shown = _log(9).page(before=8).entries

    assert all(newer.number > older.number for newer, older in pairwise(shown))
    assert [entry.number for entry in shown] == [7, 6, 5, 4, 3, 2, 1]


def test_a_number_whose_older_ones_have_expired_gives_an_empty_last_page() -> None:
    page = _log(3).page(before=1)

    assert (page.entries, page.older) == ((), None)


def test_a_log_that_just_fits_has_no_older_page() -> None:
    assert _log(MOST_ON_A_PAGE).page(before=None).older is None
    assert _log(MOST_ON_A_PAGE + 1).page(before=None).older == 2


def _log(length: int) -> HeldLog:
    """A log of which nobody's clock is right, in any order."""
    clocks = random.Random(length)  # noqa: S311 -- no secret
    entries, head = list[LogEntry](), beginning(ACCOUNT)
    for number in range(length):
        at = clocks.randrange(10**9)
        event = SignInEvent(id=f"{number:026}", at=at, outcome="accepted", reason="matched", device="D" * 43)
        entries.append(append(event, after=head, life_s=60))
        head = head_of(entries[-1], account=ACCOUNT)
    clocks.shuffle(entries)
    return HeldLog(state="whole", entries=tuple(entries), head=head)
