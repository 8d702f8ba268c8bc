"""Parsers of untrusted bytes, by hypothesis: some seconds, the same each time; `make fuzz` takes longer."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.http import MAX_BODY_BYTES
from tests.fuzz.targets import FOUND, TARGETS

# The longest that a body may be, of what tempts a pattern to look back again and again.
TEMPTING = [
    unit * (MAX_BODY_BYTES // len(unit))
    for unit in (
        b"a",
        b".",
        b"a.",
        b"a-",
        b"@",
        b"a@a.",
        b"=",
        b"A",
        b" ",
        b"[",
        b'{"a":',
        b"9",
        b"\n",
        b"a:\n",
        b":",
        b"\xff",
    )
]
LONGEST_CPU_S = 0.5  # of linear work some 10 ms; what is quadratic in 48 KB takes many seconds


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed of which pieces were cut, doubled, replaced or swapped for those of another."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.integers(0, 24)))
        put = draw(
            st.one_of(
                st.binary(max_size=12),
                st.just(data[begin:end] * 2),
                st.sampled_from(
                    [
                        b"",
                        b"null",
                        b"-1",
                        b"1e999",
                        b"NaN",
                        b"[]",
                        b"{}",
                        b'"',
                        b"\\u0000",
                        b"\\ud800",
                        b"\xff",
                        b"=",
                        b".",
                    ]
                ),
            )
        )
        data = data[:begin] + put + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_do_anything_but_fit_or_be_refused(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=300, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.one_of(mutated((*target.seeds, *target.wrong)), st.binary(max_size=200)))
    def hold(data: bytes) -> None:
        target.run(data)

    hold()


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_right_is_taken(name: str) -> None:
    target = TARGETS[name]

    assert all(target.run(data) for data in target.seeds)
    assert not any(target.run(data) for data in target.wrong)


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_stays_mended(name: str) -> None:
    for data in FOUND[name]:
        TARGETS[name].run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_take_more_time_than_they_are_long(name: str) -> None:
    for data in TEMPTING:
        started = time.process_time()

        TARGETS[name].run(data)

        assert time.process_time() - started < LONGEST_CPU_S, data[:8]
