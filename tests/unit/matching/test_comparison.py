"""From looks to a log-likelihood ratio."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.calibration import shipped_calibration
from matching.comparison import (
    Looks,
    Placement,
    log_likelihood_ratios,
    pairwise_distances,
    place,
    reduce_looks,
    spread_levels,
)
from matching.evidence import FloatArray
from matching.sphere import unit
from tests.unit.matching.faces import captures

SHIPPED = shipped_calibration()


def placed(descriptors: FloatArray) -> Placement:
    return place(reduce_looks(descriptors[None]), calibration=SHIPPED)


def evidence(probe: FloatArray, references: FloatArray) -> float:
    return float(
        log_likelihood_ratios(probes=placed(probe), references=placed(references), calibration=SHIPPED).item()
    )


def test_looks_are_reduced_to_the_centroid_of_their_directions() -> None:
    looks = np.zeros((1, 2, 128))
    looks[0, 0, 0], looks[0, 1, 1] = 1.0, 9.0  # the length of the second counts for nothing

    reduced = reduce_looks(looks)

    assert np.allclose(reduced.points[0, :2], np.sqrt(0.5))
    assert np.isclose(reduced.spread[0], np.sqrt(0.5))  # each lies that far from their mean (.5, .5)


def test_one_look_does_not_spread() -> None:
    assert reduce_looks(captures(1)[:1][None]).spread[0] == 0.0


def test_looks_that_cancel_are_no_point() -> None:
    row = captures(1)[0]

    assert np.isnan(reduce_looks(np.stack([row, -row])[None]).points).any()


@given(person=st.integers(1, 40), order=st.permutations(range(5)), power=st.integers(-200, 200))
def test_order_and_length_of_looks_change_nothing(person: int, order: list[int], power: int) -> None:
    looks = captures(person, n=5)

    first, second = reduce_looks(looks[None]), reduce_looks((looks[order] * 10.0**power)[None])

    assert np.allclose(first.points, second.points, atol=1e-12)
    assert np.allclose(first.spread, second.spread, atol=1e-12)


def test_a_placement_says_how_far_from_the_mean_and_from_the_nearest_of_the_cohort() -> None:
    point = unit(captures(3)[:1])
    mapped = point @ SHIPPED.metric
    away = np.sort(np.linalg.norm(SHIPPED.cohort - mapped, axis=1))

    found = place(Looks(points=point, spread=np.zeros(1)), calibration=SHIPPED)

    assert np.allclose(found.points, mapped)
    assert np.allclose(found.centred_norm, np.linalg.norm(mapped - SHIPPED.mean))
    assert np.allclose(found.cohort_distance, away[: SHIPPED.neighbours].mean())


def test_some_of_a_placement_are_those_faces() -> None:
    three = place(reduce_looks(captures(1)[:, None]), calibration=SHIPPED)

    last = three[2:]

    assert (last.points == three.points[2:]).all()
    assert last.cohort_distance.tolist() == three.cohort_distance[2:].tolist()
    assert last.centred_norm.tolist() == three.centred_norm[2:].tolist()


@given(seed=st.integers(0, 300))
def test_distances_are_those_of_direct_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = unit(rng.normal(size=(3, 128))), unit(rng.normal(size=(4, 128)))

    direct = np.linalg.norm(first[:, None] - second[None], axis=2)

    assert np.allclose(pairwise_distances(first, second), direct, atol=1e-7)


def test_a_point_lies_at_no_distance_from_itself_rather_than_at_the_root_of_less_than_nothing() -> None:
    points = unit(np.random.default_rng(0).normal(size=(50, 128)))

    own = np.diag(pairwise_distances(points, points))

    assert (own >= 0).all()
    assert (own < 1e-6).all()


@pytest.mark.parametrize(
    ("spread", "level"),
    [(0.0, 0), (0.089, 0), (0.09, 1), (0.139, 1), (0.14, 2), (5.0, 2), (np.nan, 0), (np.inf, 0)],
)
def test_a_spread_that_is_no_number_is_worth_one_look(spread: float, level: int) -> None:
    assert spread_levels(np.array([spread]), calibration=SHIPPED).tolist() == [level]


def test_the_owner_has_more_evidence_than_any_stranger() -> None:
    references = captures(1, take=1)

    owner = evidence(captures(1), references)
    strangers = [evidence(captures(person), references) for person in range(2, 40)]

    assert owner == SHIPPED.weights.ceiling
    assert max(strangers) < owner / 2


def test_evidence_is_the_fitted_sum() -> None:
    probe, references = placed(captures(2)), placed(captures(1))
    weights = SHIPPED.weights
    row, column = (spread_levels(side.spread, calibration=SHIPPED).item() for side in (references, probe))

    found = log_likelihood_ratios(probes=probe, references=references, calibration=SHIPPED).item()

    expected = weights.offsets[row, column]
    expected += weights.distance * np.linalg.norm(probe.points - references.points)
    for side, place_of in enumerate((references, probe)):
        expected += weights.cohort_distance[side] * min(place_of.cohort_distance[0], weights.cohort_cap[side])
        expected += weights.centred_norm[side] * place_of.centred_norm[0]
    assert np.isclose(found, expected, atol=1e-5)


@given(
    cohort_distance=st.floats(min_value=0, allow_infinity=True) | st.just(float("nan")),
    person=st.integers(1, 20),
    probe=st.booleans(),
)
@settings(max_examples=50)
def test_living_beyond_the_cohort_earns_no_more_than_the_cap(
    cohort_distance: float, person: int, *, probe: bool
) -> None:
    probes, references = placed(captures(person)), placed(captures(person + 1))
    cap = SHIPPED.weights.cohort_cap[1 if probe else 0]

    def with_distance(value: float) -> float:
        moved = np.array([value])
        return float(
            log_likelihood_ratios(
                probes=replace(probes, cohort_distance=moved) if probe else probes,
                references=references if probe else replace(references, cohort_distance=moved),
                calibration=SHIPPED,
            ).item()
        )

    found = with_distance(cohort_distance)

    assert np.isnan(found) if np.isnan(cohort_distance) else found <= with_distance(cap)


@given(
    distances=st.lists(st.floats(0, 2), min_size=2, max_size=2),
    person=st.integers(1, 20),
)
@settings(max_examples=50)
def test_the_farther_the_less_evidence_and_never_more_than_comparisons_support(
    distances: list[float], person: int
) -> None:
    near, far = sorted(distances)
    references = placed(captures(person))
    away = unit(np.random.default_rng(person).normal(size=128))

    def at(distance: float) -> float:
        moved = replace(references, points=references.points + distance * away)
        return float(log_likelihood_ratios(probes=moved, references=references, calibration=SHIPPED).item())

    assert at(far) <= at(near) <= SHIPPED.weights.ceiling


def test_every_probe_is_held_against_every_account() -> None:
    probes = [captures(person) for person in (1, 2, 3)]
    accounts = [captures(person, take=1) for person in (1, 2)]

    table = log_likelihood_ratios(
        probes=place(reduce_looks(np.stack(probes)), calibration=SHIPPED),
        references=place(reduce_looks(np.stack(accounts)), calibration=SHIPPED),
        calibration=SHIPPED,
    )

    one_by_one = [[evidence(probe, account) for probe in probes] for account in accounts]
    assert np.allclose(table, one_by_one, atol=1e-5)


def test_neither_looks_nor_placements_show_numbers_of_a_face_when_printed() -> None:
    shown = repr(reduce_looks(captures(1)[None])) + repr(placed(captures(1)))

    assert "array" not in shown
