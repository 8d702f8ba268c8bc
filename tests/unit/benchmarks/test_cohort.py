"""The cohort is nobody: means of eight people, drawn in to where no face lies."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.recognition.cohort import (
    INSIDE,
    PEOPLE_IN_ONE,
    SIZE,
    likeness,
    make_cohort,
    person_centroids,
    regions_of,
)
from benchmarks.recognition.dataset import Floats, load_dataset
from matching.comparison import reduce_looks
from matching.sphere import unit
from tests.unit.benchmarks.population import population, written


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Floats:
    path = tmp_path_factory.mktemp("cohort") / "people.npz"
    return person_centroids(load_dataset(written(path, population([3] * 200, seed=5))))


def test_everybody_has_one_point_that_of_their_pictures(tmp_path: Path) -> None:
    data = load_dataset(written(tmp_path / "people.npz", population([3, 1], seed=5)))

    points = person_centroids(data)

    assert np.allclose(points[0], reduce_looks(data.captures[None, :3]).points[0])
    assert np.allclose(points[1], unit(data.captures[3]))


def test_every_member_is_the_mean_of_eight_people_drawn_in(people: Floats) -> None:
    cohort = make_cohort(people, seed=0)

    # Drawing in moves a member along its line to the mean face; it stays the direction of a mean of eight.
    mean = people.mean(axis=0)
    away, people_away = cohort - mean, people - mean
    shares = np.linalg.lstsq(people_away.T, away.T, rcond=None)[0].T
    assert cohort.shape == (SIZE, 128)
    assert np.allclose(shares @ people_away, away, atol=1e-9)  # nothing but people is in it
    radius = INSIDE * np.linalg.norm(people_away, axis=1).min()
    assert (np.linalg.norm(away, axis=1) <= radius * (1 + 1e-12)).all()


def test_where_there_is_one_choice_of_eight_neighbours_a_member_points_to_their_mean(people: Floats) -> None:
    cohort = make_cohort(people, seed=1, neighbourhood=PEOPLE_IN_ONE)

    nearest = [np.argsort(np.linalg.norm(people - person, axis=1))[:PEOPLE_IN_ONE] for person in people]
    mean = people.mean(axis=0)
    means = unit(people[np.stack(nearest)].mean(axis=1) - mean)
    assert np.allclose((unit(cohort - mean) @ means.T).max(axis=1), 1.0)


def test_no_member_lies_as_far_out_as_the_nearest_face(people: Floats) -> None:
    cohort = make_cohort(people, seed=2)

    mean = people.mean(axis=0)
    assert np.linalg.norm(cohort - mean, axis=1).max() < np.linalg.norm(people - mean, axis=1).min()


def test_the_same_seed_makes_the_same_cohort(people: Floats) -> None:
    assert (make_cohort(people, seed=3) == make_cohort(people, seed=3)).all()
    assert not (make_cohort(people, seed=3) == make_cohort(people, seed=4)).all()


def test_regions_hold_people_who_resemble_one_another(people: Floats) -> None:
    regions = regions_of(people, count=8, seed=0)

    away = unit(people - people.mean(axis=0))
    alike = away @ away.T
    same = regions[:, None] == regions[None, :]
    others = ~np.eye(len(people), dtype=bool)
    assert {*regions.tolist()} == set(range(8))
    assert alike[same & others].mean() > alike[~same].mean() + 0.1


def test_likeness_is_the_distance_to_the_nearest_member(people: Floats) -> None:
    found = likeness(cohort=people[:3], contributors=people[:3], outsiders=people[3:5])

    assert np.allclose(found.contributor, 0, atol=1e-6)
    direct = [np.linalg.norm(people[:3] - person, axis=1).min() for person in people[3:5]]
    assert np.allclose(found.outsider, direct)
