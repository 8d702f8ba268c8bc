import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ids import new_ulid
from service.repositories.erasures import tombstone_key
from service.repositories.items import from_wire, is_live, to_wire
from service.repositories.limits import LONGEST_WINDOW_S, Budget

VALUES = (
    st.text(max_size=20)
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.binary(max_size=20)
    | st.frozensets(st.text(min_size=1, max_size=5), min_size=1, max_size=3)
)


@given(item=st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=6))
def test_an_item_comes_back_as_it_was_written(
    item: dict[str, str | int | bool | bytes | frozenset[str]],
) -> None:
    back = from_wire(to_wire(item))

    assert back == item
    assert {name: type(value) for name, value in back.items()} == {
        name: type(value) for name, value in item.items()
    }


def test_a_type_that_nothing_here_writes_is_not_guessed() -> None:
    with pytest.raises(TypeError):
        from_wire({"a": {"M": {}}})


@given(expires_at=st.integers(0, 2**40), now=st.floats(0, 2**40))
def test_nothing_counts_from_the_second_it_expires(expires_at: int, now: float) -> None:
    assert is_live({"expires_at": expires_at}, now=now) is (now < expires_at)


def test_what_has_no_end_does_not_expire() -> None:
    assert is_live({}, now=2**60)


@given(now=st.floats(0, 2**33), window=st.integers(1, LONGEST_WINDOW_S))
def test_a_window_never_ends_before_its_time(now: float, window: int) -> None:
    budget = Budget(scope="s", limit=1, window_s=window)

    assert (budget.key(now) == budget.key(now + window)) is False


@given(first=st.text(max_size=30), second=st.text(max_size=30))
def test_two_accounts_never_share_a_tombstone(first: str, second: str) -> None:
    assert (tombstone_key(first) == tombstone_key(second)) is (first == second)


@given(times=st.lists(st.integers(1, 2**33), min_size=2, max_size=5, unique=True))
def test_ids_sort_by_time(times: list[int]) -> None:
    ids = [new_ulid(time) for time in sorted(times)]

    assert ids == sorted(ids)
