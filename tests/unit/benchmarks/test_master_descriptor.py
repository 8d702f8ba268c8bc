"""The attack finds what is there to find, obeys the gates, and counts as the layer decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import decision_speed
from benchmarks.attack.accounts import Accounts, enrol, enrol_everybody
from benchmarks.attack.attackers import centres, climb, evolve, greedy, ranked, real_people
from benchmarks.attack.capture_sets import capture_sets
from benchmarks.attack.experiment import in_turn, interval, make_halves, outcome
from benchmarks.attack.first_product import FirstProductTarget
from benchmarks.attack.layer import LayerTarget
from benchmarks.recognition.dataset import Dataset, load_dataset
from matching import gates
from matching.calibration import shipped_calibration
from matching.comparison import reduce_looks
from matching.sphere import unit
from tests.unit.benchmarks.population import population, written

if TYPE_CHECKING:
    from pathlib import Path

CALIBRATION = shipped_calibration()
SETS = capture_sets(CALIBRATION)


def _dataset(folder: Path, pictures: list[int]) -> Dataset:
    return load_dataset(written(folder / "people.npz", population(pictures, seed=5)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return _dataset(tmp_path_factory.mktemp("people"), [3, 4, 5, 2, 1, 3, 3, 6] * 4)


@pytest.fixture(scope="module")
def nobodies() -> Accounts:
    """Accounts of nobodies at the distances of real ones from the shipped mean, three pictures each."""
    ceremonies = [decision_speed.make_ceremony(CALIBRATION, seed=seed) for seed in range(40)]
    captures = np.concatenate([one.references[:3] for one in ceremonies])
    owner = np.repeat(np.arange(40), 3)
    data = Dataset(
        name="nobodies",
        people=np.array([str(number) for number in range(40)]),
        owner=owner,
        chip=captures,
        captures=captures,
        quality={"luminance_mean": np.full(120, 120.0)},
        groups=np.full(40, ""),
    )
    return Accounts(data=data, owner=np.arange(40), pictures=np.arange(120).reshape(40, 3))


def _target(number: int = 0, *, gated: bool = True) -> LayerTarget:
    return LayerTarget(calibration=CALIBRATION, captures=SETS[number], gated=gated)


@pytest.mark.parametrize("captures", SETS, ids=lambda one: one.name)
def test_a_capture_set_is_what_a_ceremony_wants_and_spreads_as_it_says(captures: object) -> None:
    one = next(found for found in SETS if found is captures)
    points = unit(np.random.default_rng(0).normal(size=(5, 128)))

    frames = one.frames(points)

    assert reduce_looks(frames).spread == pytest.approx(one.spread, rel=1e-6)
    assert reduce_looks(frames).points == pytest.approx(points, abs=1e-9)
    for capture_set in frames:
        assert gates.are_complete(capture_set)
        assert gates.are_distinct(capture_set)
        assert gates.agree(capture_set)
        assert gates.have_plausible_norms(capture_set, calibration=CALIBRATION)


def test_the_first_set_has_the_least_noise_that_is_distinct_and_the_last_the_most_that_agrees() -> None:
    point = unit(np.random.default_rng(0).normal(size=(1, 128)))
    first, last = SETS[0].frames(point)[0], SETS[-1].frames(point)[0]

    assert not gates.are_distinct(first.mean(axis=0) + 0.98 * (first - first.mean(axis=0)))
    assert not gates.agree(last.mean(axis=0) + 1.02 * (last - last.mean(axis=0)))


@pytest.mark.parametrize("number", range(len(SETS)))
def test_what_is_brought_through_the_gates_passes_the_layers_own(number: int) -> None:
    target = _target(number)
    mean = unit(CALIBRATION.mean @ np.linalg.inv(CALIBRATION.metric))
    starts = unit(mean + 0.1 * unit(np.random.default_rng(1).normal(size=(20, 128))))

    admitted = target.admitted(starts)

    tight = number == 0
    assert not (tight and target.passes(target.captures.frames(starts)).any())
    assert target.passes(target.captures.frames(admitted)).all()
    assert np.linalg.norm(admitted, axis=1) == pytest.approx(1)


def test_a_refused_set_opens_nothing_and_without_gates_it_is_counted(nobodies: Accounts) -> None:
    mean = unit(CALIBRATION.mean @ np.linalg.inv(CALIBRATION.metric))[None]

    assert (_target().margins(mean, nobodies) == -np.inf).all()
    assert np.isfinite(_target(gated=False).margins(mean, nobodies)).all()


@pytest.mark.parametrize("number", [0, len(SETS) - 1])
def test_a_margin_says_what_the_layer_decides(nobodies: Accounts, number: int) -> None:
    target = _target(number)
    near = nobodies.templates.mean(axis=1)[:8]
    points = np.vstack(
        [unit(near), unit(near + 0.3 * np.roll(near, 1, axis=0)), unit(np.roll(near, 1, axis=1))]
    )

    margins = target.margins(points, nobodies)

    frames = target.captures.frames(points)
    decided = [
        [
            decision_speed.decide(decision_speed.Ceremony(probe=probe, references=references)).accepted
            for probe in frames
        ]
        for references in nobodies.templates
    ]
    assert (margins >= 0).tolist() == decided
    assert 0 < (margins >= 0).sum() < margins.size


@pytest.mark.parametrize("number", range(len(SETS)))
def test_the_gradient_is_that_of_the_smooth_count(nobodies: Accounts, number: int) -> None:
    target = _target(number)
    rng = np.random.default_rng(3)
    middle = nobodies.templates.mean(axis=1)
    points = unit(middle[:6] + middle[6:12])
    way = rng.normal(size=points.shape)
    way -= (way * points).sum(axis=1)[:, None] * points
    step = 1e-6 * unit(way)

    _, slope = target.ascent(points, nobodies, temperature=3.0)
    ahead, behind = (
        target.ascent(unit(points + sign * step), nobodies, temperature=3.0)[0] for sign in (1, -1)
    )

    assert (slope * unit(way)).sum(axis=1) == pytest.approx((ahead - behind) / 2e-6, rel=2e-2, abs=1e-3)


def test_an_ascent_opens_more_than_where_it_began_and_stays_behind_no_gate(nobodies: Accounts) -> None:
    target = _target()
    middle = nobodies.templates.mean(axis=1)
    starts = unit(middle + 0.7 * np.roll(middle, 1, axis=0))
    before, _ = target.ascent(target.admitted(starts), nobodies, temperature=target.soft)

    found = climb(target, nobodies, starts, steps=20)

    after, _ = target.ascent(found, nobodies, temperature=target.soft)
    assert np.median(after - before) > 0
    assert after.max() > before.max()
    assert target.passes(target.captures.frames(found)).all()


def test_evolution_is_the_same_every_time_and_never_worse_than_its_start(nobodies: Accounts) -> None:
    target = _target()
    start = unit(nobodies.templates.mean(axis=1)[0] + 0.8 * nobodies.templates.mean(axis=1)[1])

    first, again = (evolve(target, nobodies, start, seed=7, generations=5) for _ in range(2))

    both = np.vstack([target.admitted(start[None]), first])
    assert (first == again).all()
    assert ranked(target, nobodies, both)[0] == pytest.approx(first[0])


def test_the_point_that_opens_the_most_ranks_first(nobodies: Accounts) -> None:
    target = _target()
    stranger = target.admitted(unit(np.random.default_rng(9).normal(size=(1, 128))))
    owner = target.admitted(unit(nobodies.templates.mean(axis=1)[:1]))

    order = ranked(target, nobodies, np.vstack([stranger, owner]))

    assert (order[0] == owner[0]).all()


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_greedy_choice_opens_at_least_what_its_best_point_does(attempts: int, seed: int) -> None:
    accepted = np.repeat(np.random.default_rng(seed).random((1, 30, 8)) < 0.2, attempts, axis=0)

    chosen = greedy(accepted)

    opened = np.cumsum(
        [accepted[0][:, chosen[: n + 1]].any(axis=1).sum() for n in range(attempts)],
    )
    assert accepted[0][:, chosen].any(axis=1).sum() >= accepted[0].sum(axis=0).max()
    assert (np.diff(opened) >= 0).all()


def test_the_first_products_rules_fall_to_one_vector_and_dim_light_helps(data: Dataset) -> None:
    accounts = enrol(data, draws=1)
    mean = real_people(data)[: len(data.people)].mean(axis=0, keepdims=True)

    assert (FirstProductTarget(rule="B3").margins(mean, accounts) >= 0).all()

    target = FirstProductTarget(rule="B2")
    starts = centres(data, seed=1)
    before = (target.margins(starts, accounts) >= 0).sum(axis=0).max()
    after = (target.margins(climb(target, accounts, starts, steps=20), accounts) >= 0).sum(axis=0).max()
    assert after >= before
    own = accounts.data.chip[accounts.pictures[:1, 0]]
    nearest = np.linalg.norm(data.chip[accounts.pictures] - own, axis=2).min(axis=1)
    assert target.margins(own, accounts)[:, 0] == pytest.approx(1 - nearest - 0.52, abs=1e-6)


def test_everybody_with_three_pictures_enrols_in_every_draw_with_pictures_of_their_own(data: Dataset) -> None:
    accounts = enrol(data, draws=3)

    pictures = np.bincount(data.owner)
    assert (np.bincount(accounts.owner, minlength=len(pictures)) == 3 * (pictures >= 3)).all()
    assert (data.owner[accounts.pictures] == accounts.owner[:, None]).all()
    assert all(len(set(own)) == 3 for own in accounts.pictures.tolist())


def test_everybody_is_enrolled_once_with_what_there_is(data: Dataset) -> None:
    parts = enrol_everybody(data)

    assert sorted(owner for part in parts for owner in part.owner.tolist()) == list(range(len(data.people)))
    assert [part.pictures.shape[1] for part in parts] == [1, 2, 3]


def test_nobody_is_on_both_sides_and_what_is_counted_are_the_others(data: Dataset) -> None:
    halves = make_halves(data, 1, given=CALIBRATION, rounds=1)
    target = _target()
    points = target.admitted(real_people(halves.victims)[: len(halves.victims.people)])

    found = outcome(target, halves, points)
    turns = in_turn(target, halves, points, attempts=3)

    assert not set(halves.own.people.tolist()) & set(halves.victims.people.tolist())
    assert halves.known.data is halves.own
    assert found.people == (np.bincount(halves.victims.owner) >= 3).sum()
    assert found.everybody_people == len(halves.victims.people)
    own = (target.margins(points[:1], halves.unseen) >= 0).mean()
    assert found.unseen == own
    assert 0 <= turns.known <= 1


def test_the_interval_is_the_exact_binomial_one() -> None:
    low, high = interval(0.0, 100)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 100))

    low, high = interval(0.5, 10)
    assert (low, high) == pytest.approx((0.1871, 0.8129), abs=1e-4)
