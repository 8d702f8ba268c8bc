"""What `benchmarks.oracle` would say of a deployment that tells more than it must."""

from typing import Any

import numpy as np
import pytest

from benchmarks.oracle.__main__ import Seen, summary
from benchmarks.oracle.climb import Learned
from benchmarks.oracle.information import bits_in_bytes, bits_in_time, mutual_information_bits, spread
from benchmarks.oracle.kinds import CEREMONIES, CODES, PASSKEYS, RECOVERY, VERIFICATIONS

CHALLENGES = "/v1/challenges"
CALLS = 200


def test_kinds_that_answer_alike_tell_nothing() -> None:
    report = summary([_seen(seed=1), _seen(seed=2)])

    assert report["distinct_responses"] == 1
    assert max(report["p50_spread"], report["p95_spread"]) < 0.05
    assert report["bits_learned"] == 0.0
    assert report["calls_of_each_kind"] == 2 * CALLS
    assert report["bits_in_form"] == 0.0
    assert all(route["bits_in_bytes"] == 0.0 for route in report["enumeration"].values())


@pytest.mark.parametrize(
    ("route", "kind"), [(VERIFICATIONS, "paused"), (PASSKEYS, "copied"), (RECOVERY, "used code")]
)
def test_one_kind_with_other_bytes_is_found(route: str, kind: str) -> None:
    report = summary([_seen(seed=1, other_bytes=(route, kind))])

    assert report["distinct_responses"] == 2
    assert report["enumeration"][route]["bits_in_bytes"] > 0.4


@pytest.mark.parametrize(
    ("route", "kind"), [(VERIFICATIONS, "wrong face"), (PASSKEYS, "frozen"), (RECOVERY, "wrong code")]
)
def test_one_kind_that_is_slower_is_found(route: str, kind: str) -> None:
    report = summary([_seen(seed=1, slower=(route, kind))])

    assert report["p50_spread"] > 0.05
    assert report["enumeration"][route]["bits_in_time"] > 0.1
    assert report["enumeration"][CODES]["bits_in_time"] == 0.0


@pytest.mark.parametrize("kind", ["unknown account", "locked"])
def test_a_decoy_of_another_form_is_found(kind: str) -> None:
    report = summary([_seen(seed=1, other_form=(CHALLENGES, kind))])

    assert report["distinct_responses"] == 1
    assert report["bits_in_form"] == report["enumeration"][CHALLENGES]["bits_in_form"] > 0.02


def test_two_kinds_that_can_be_told_are_one_bit_apart() -> None:
    labels = np.arange(CALLS) % 2

    assert mutual_information_bits(labels, labels) == pytest.approx(1.0)
    assert bits_in_bytes(labels, [b"near" if label else b"far" for label in labels]) == pytest.approx(1.0)
    assert bits_in_time(labels, np.where(labels == 1, 0.4, 0.3), rng=np.random.default_rng(0)) > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_chance_is_worth_no_bits(seed: int) -> None:
    rng = np.random.default_rng(seed)

    assert bits_in_time(np.arange(CALLS) % 2, rng.normal(0.3, 0.01, CALLS), rng=rng) == 0.0


def test_a_spread_is_largest_over_smallest_less_one() -> None:
    assert spread([0.3, 0.33, 0.31]) == pytest.approx(0.1)


def _seen(
    *,
    seed: int,
    other_bytes: tuple[str, str] | None = None,
    other_form: tuple[str, str] | None = None,
    slower: tuple[str, str] | None = None,
) -> Seen:
    rng = np.random.default_rng(seed)
    times: dict[str, Any] = {}
    shapes: dict[str, Any] = {}
    forms: dict[str, Any] = {}
    for route, kinds in ((route, one.kinds) for one in CEREMONIES.values() for route in one.routes):
        times[route] = {
            kind: list(rng.normal(0.36 if slower == (route, kind) else 0.3, 0.003, CALLS)) for kind in kinds
        }
        shapes[route] = {
            kind: ["another" if other_bytes == (route, kind) else "the same"] * CALLS for kind in kinds
        }
        # Drawn, as the number of steps is; nobody draws the third, but for one.
        forms[route] = {
            kind: list(rng.choice(["two", "three", "four"][: 3 if other_form == (route, kind) else 2], CALLS))
            for kind in kinds
        }
    nothing = Learned(tries=CALLS, bits_in_bytes=0.0, bits_in_time=0.0, climbed=0.0, drifted=0.0)
    return Seen(times=times, shapes=shapes, forms=forms, learned=nothing)
