"""A file of descriptors is read whole or refused with what is wrong with it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.recognition.dataset import (
    Dataset,
    DatasetError,
    half_of,
    load_dataset,
    suspected_label_errors,
)
from matching.conditions import GOOD, condition_levels
from tests.unit.benchmarks.population import population, written


@pytest.fixture
def people() -> dict[str, Any]:
    return population([3, 1, 4], seed=1) | {"group": np.array([*["a"] * 3, "b", *["a"] * 4])}


def loaded(path: Path, columns: dict[str, Any], **options: str) -> Dataset:
    return load_dataset(written(path / "people.npz", columns), **options)


def test_a_capture_is_the_mean_of_chip_and_mirror(tmp_path: Path, people: dict[str, Any]) -> None:
    data = loaded(tmp_path, people)

    assert data.people.tolist() == ["0000", "0001", "0002"]
    assert data.owner.tolist() == [0, 0, 0, 1, 2, 2, 2, 2]
    assert data.groups.tolist() == ["a", "b", "a"]
    assert np.allclose(data.captures, (people["descriptor"].astype(float) + people["mirror"]) / 2)
    assert np.allclose(data.chip, people["descriptor"])
    assert data.pictures_of(2).tolist() == [4, 5, 6, 7]


def test_pictures_without_a_usable_descriptor_are_left_out(tmp_path: Path, people: dict[str, Any]) -> None:
    people["descriptor"][0] = np.nan
    people["mirror"][1, 5] = np.inf
    people["descriptor"][3] = 0  # face-api's answer to an empty crop; it was this person's only picture

    data = loaded(tmp_path, people)

    assert data.people.tolist() == ["0000", "0002"]
    assert data.owner.tolist() == [0, 1, 1, 1, 1]
    assert data.groups.tolist() == ["a", "a"]


def test_measures_that_the_file_lacks_are_not_a_number(tmp_path: Path, people: dict[str, Any]) -> None:
    del people["luminance_mean"]

    assert np.isnan(loaded(tmp_path, people).quality["luminance_mean"]).all()


def test_sharpness_of_an_unknown_tool_is_not_judged(tmp_path: Path, people: dict[str, Any]) -> None:
    del people["pipeline"]

    unknown = loaded(tmp_path, people)

    assert (condition_levels(unknown.quality | {"sharpness": np.zeros(8)}) > GOOD).all()
    assert (condition_levels(unknown.quality) == GOOD).all()


def test_a_column_of_ones_own_names_the_groups(tmp_path: Path, people: dict[str, Any]) -> None:
    people["camera"] = np.array([*["x"] * 3, *["y"] * 5])

    assert loaded(tmp_path, people, group="camera").groups.tolist() == ["x", "y", "y"]


@pytest.mark.parametrize("name", ["subject", "descriptor", "mirror"])
def test_a_missing_column_is_named(tmp_path: Path, people: dict[str, Any], name: str) -> None:
    del people[name]

    with pytest.raises(DatasetError, match=f"people.npz has no column '{name}'"):
        loaded(tmp_path, people)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("descriptor", np.zeros((8, 127)), r"'descriptor' should be \(8, 128\)"),
        ("mirror", np.zeros((7, 128)), r"'mirror' should be \(8, 128\)"),
        ("mirror", np.full((8, 128), "x"), "'mirror' should be numbers"),
        ("luminance_mean", np.zeros(7), r"'luminance_mean' should be \(8,\)"),
        ("sharpness", np.full(8, "fine"), "'sharpness' should be numbers"),
        ("group", np.array("all"), r"'group' should be \(8,\)"),
        ("subject", np.array("ada"), r"should be \(1"),
        ("pipeline", np.full(8, "crop-0"), "of another pipeline"),
        ("descriptor", np.zeros((8, 128)), "no usable descriptor"),
        ("subject", np.array([{}] * 8, dtype=object), "no .npz of numbers and names"),
    ],
)
def test_a_column_of_another_shape_or_kind_is_named(
    tmp_path: Path,
    people: dict[str, Any],
    name: str,
    value: NDArray[Any],
    said: str,
) -> None:
    with pytest.raises(DatasetError, match=said):
        loaded(tmp_path, people | {name: value})


def test_a_group_that_is_not_there_is_named(tmp_path: Path, people: dict[str, Any]) -> None:
    with pytest.raises(DatasetError, match="no column 'camera'"):
        loaded(tmp_path, people, group="camera")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut", b"\x93NUMPY\x01\x00"])
def test_a_garbled_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.npz"
    path.write_bytes(content)

    with pytest.raises(DatasetError, match=r"people\.npz is no \.npz"):
        load_dataset(path)


def test_an_array_by_itself_and_a_truncated_archive_are_refused(
    tmp_path: Path, people: dict[str, Any]
) -> None:
    alone, cut = tmp_path / "alone.npz", written(tmp_path / "cut.npz", people)
    with alone.open("wb") as file:
        np.save(file, people["descriptor"])
    cut.write_bytes(cut.read_bytes()[:-400])

    for path in (alone, cut):
        with pytest.raises(DatasetError, match=r"is no \.npz"):
            load_dataset(path)


def test_halves_share_nobody_and_stay_the_same(tmp_path: Path) -> None:
    data = loaded(tmp_path, population([1] * 60, seed=1))
    fewer = data.restricted_to(np.arange(60) % 3 > 0)

    first, second = half_of(data, 1), half_of(data, 2)

    assert (first ^ second).all()
    assert 15 < first.sum() < 45
    assert half_of(fewer, 1).tolist() == first[np.arange(60) % 3 > 0].tolist()


def test_leaving_pictures_out_renumbers_the_people_who_stay(tmp_path: Path, people: dict[str, Any]) -> None:
    data = loaded(tmp_path, people)

    kept = data.without(np.array([False, True, False, True, False, False, False, True]))

    assert kept.people.tolist() == ["0000", "0002"]
    assert kept.owner.tolist() == [0, 0, 1, 1, 1]
    assert (kept.captures == data.captures[[0, 2, 4, 5, 6]]).all()
    assert kept.groups.tolist() == ["a", "a"]
    assert all(len(values) == 5 for values in kept.quality.values())


def test_the_same_photograph_under_two_names_and_a_stranger_under_a_name_are_suspected(
    tmp_path: Path,
) -> None:
    columns = population([6] * 12, seed=3)
    for name in ("descriptor", "mirror"):
        columns[name][26] = columns[name][2] * 1.01  # person 4 has a picture of person 0
        columns[name][45] = -columns[name][45]  # and one of person 7 is of nobody here

    found = suspected_label_errors(loaded(tmp_path, columns))

    assert np.flatnonzero(found).tolist() == [2, 26, 45]


def test_nobody_is_suspected_without_cause(tmp_path: Path) -> None:
    data = loaded(tmp_path, population([4] * 30, seed=4))

    assert not suspected_label_errors(data).any()
