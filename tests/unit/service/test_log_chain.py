"""A log is whole when every entry that has not expired is there, and in its place."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.log_chain import Head, LogEntry, SignInEvent, append, beginning, head_of, is_whole, unknown

ACCOUNT = "a" * 22
DAY_S = 86_400
LIFE_S = 90 * DAY_S
START = 1_790_000_000


def written(gaps_s: list[int], *, life_s: int = LIFE_S) -> tuple[list[LogEntry], Head]:
    """A log as verifications write it; ``gaps_s`` are seconds from one sign-in to the next."""
    entries: list[LogEntry] = []
    at, head = START, beginning(ACCOUNT)
    for number, gap in enumerate(gaps_s):
        at += gap
        event = SignInEvent(id=f"{number:026d}", at=at, outcome="accepted", reason="matched", device="d" * 43)
        entries.append(append(event, after=head, life_s=life_s))
        head = head_of(entries[-1], account=ACCOUNT)
    return entries, head


def whole(entries: list[LogEntry], *, head: Head, now: float, account: str = ACCOUNT) -> bool:
    """What a reader says who sees no expired entry, as the repository's readers do."""
    live = [entry for entry in entries if entry.expires_at > now]
    return is_whole(live, head=head, account=account, now=now)


GAPS = st.lists(st.integers(0, 30 * DAY_S), min_size=1, max_size=12)


@given(gaps=GAPS, later_s=st.integers(0, 400 * DAY_S))
def test_an_honest_log_is_always_whole_however_much_of_it_has_expired(gaps: list[int], later_s: int) -> None:
    entries, head = written(gaps)

    assert whole(entries, head=head, now=START + later_s)
    assert is_whole(entries, head=head, account=ACCOUNT, now=START)


@given(gaps=GAPS, data=st.data())
def test_a_log_that_lacks_an_entry_is_never_whole_before_that_entry_expires(
    gaps: list[int], data: st.DataObject
) -> None:
    entries, head = written(gaps)
    lost = data.draw(st.sampled_from(entries))
    now = data.draw(st.integers(START, lost.expires_at - 1))

    assert not whole([entry for entry in entries if entry is not lost], head=head, now=now)


@given(gaps=GAPS, data=st.data())
def test_an_altered_entry_is_never_whole(gaps: list[int], data: st.DataObject) -> None:
    entries, head = written(gaps)
    at = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[at]
    event = entry.event
    altered = data.draw(
        st.sampled_from(
            [
                replace(entry, event=replace(event, at=event.at - 1)),
                replace(entry, event=replace(event, outcome="refused")),
                replace(entry, event=replace(event, reason="not-matched")),
                replace(entry, event=replace(event, device="e" * 43)),
                replace(entry, event=replace(event, id="Z" * 26)),
                replace(entry, expires_at=entry.expires_at + 1),
                replace(entry, after=replace(entry.after, number=entry.after.number + 1)),
                replace(entry, after=replace(entry.after, digest="x" * 43)),
                replace(entry, after=replace(entry.after, expires_at=entry.after.expires_at + 1)),
            ]
        )
    )

    assert not is_whole([*entries[:at], altered, *entries[at + 1 :]], head=head, account=ACCOUNT, now=START)


@given(gaps=GAPS, data=st.data())
def test_an_entry_that_is_there_twice_is_never_whole(gaps: list[int], data: st.DataObject) -> None:
    entries, head = written(gaps)

    twice = [*entries, data.draw(st.sampled_from(entries))]

    assert not is_whole(twice, head=head, account=ACCOUNT, now=START)


@given(gaps=GAPS)
def test_a_log_is_never_whole_for_another_account(gaps: list[int]) -> None:
    entries, head = written(gaps)

    assert not is_whole(entries, head=head, account="b" * 22, now=START)


@given(gaps=GAPS, data=st.data())
def test_an_older_end_does_not_fit_the_entries_that_are_there(gaps: list[int], data: st.DataObject) -> None:
    entries, _ = written(gaps)
    older = data.draw(st.sampled_from(entries)).after

    assert not is_whole(entries, head=older, account=ACCOUNT, now=START)


def test_what_no_table_can_tell_by_itself_is_an_older_end_with_the_entries_of_its_time() -> None:
    entries, head = written([0, DAY_S, DAY_S])

    rolled_back = entries[:2]

    # It was the log, yesterday. Whoever kept the later end sees that it is gone; see docs/sign-in-log.md.
    assert is_whole(rolled_back, head=entries[2].after, account=ACCOUNT, now=START)
    assert not is_whole(rolled_back, head=head, account=ACCOUNT, now=START)


def test_the_first_entry_needs_its_predecessor_until_the_second_in_which_that_expires() -> None:
    (first, second), head = written([0, DAY_S])
    ends = first.expires_at

    assert ends == START + LIFE_S
    assert not is_whole([second], head=head, account=ACCOUNT, now=ends - 1)
    assert is_whole([second], head=head, account=ACCOUNT, now=ends)
    assert is_whole([second], head=head, account=ACCOUNT, now=ends + 1)


def test_an_empty_log_is_whole_once_its_last_entry_has_expired() -> None:
    (only,), head = written([0])

    assert not is_whole([], head=head, account=ACCOUNT, now=only.expires_at - 1)
    assert is_whole([], head=head, account=ACCOUNT, now=only.expires_at)
    assert is_whole([], head=beginning(ACCOUNT), account=ACCOUNT, now=START)


@given(
    lives=st.lists(st.tuples(st.integers(-5, 30 * DAY_S), st.integers(1, 90)), min_size=1, max_size=10),
    later_s=st.integers(0, 400 * DAY_S),
)
def test_a_period_that_is_shortened_and_clocks_that_differ_break_no_honest_log(
    lives: list[tuple[int, int]], later_s: int
) -> None:
    entries: list[LogEntry] = []
    at, head = START, beginning(ACCOUNT)
    for number, (gap, days) in enumerate(lives):
        at += gap
        event = SignInEvent(id=f"{number:026d}", at=at, outcome="refused", reason="not-live", device="d" * 43)
        entries.append(append(event, after=head, life_s=days * DAY_S))
        head = head_of(entries[-1], account=ACCOUNT)

    assert whole(entries, head=head, now=START + later_s)


def test_a_log_whose_end_was_lost_is_broken_until_all_before_it_has_expired() -> None:
    lost = unknown(ACCOUNT, expires_at=START + LIFE_S)
    event = SignInEvent(id="0" * 26, at=START, outcome="accepted", reason="matched", device="d" * 43)
    entry = append(event, after=lost, life_s=2 * LIFE_S)
    head = head_of(entry, account=ACCOUNT)

    assert not is_whole([entry], head=head, account=ACCOUNT, now=START + LIFE_S - 1)
    assert is_whole([entry], head=head, account=ACCOUNT, now=START + LIFE_S)
