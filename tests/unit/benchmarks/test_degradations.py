"""Degraded copies are made the same way every time, and each kind spoils what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.degradations import KINDS, degrade, main

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two people: one with three pictures of a textured disc, one with one."""
    rows, columns = np.mgrid[0:96, 0:96]
    disc = np.hypot(rows - 40, columns - 52) < 30
    pixels = np.where(disc[..., None], 190, 90) + 20 * ((rows // 3 + columns // 3) % 2)[..., None]
    for name in ("ada/1.png", "ada/2.png", "ada/3.png", "bea/1.png"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.repeat(pixels, 3, axis=2).astype(np.uint8)).save(path)
    return tmp_path / "in"


def _pixels(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, dtype=np.float64)


def _detail(pixels: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(pixels, axis=1)).mean() / pixels.mean())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_is_always_spoilt_in_the_same_way(folder: Path, kind: str) -> None:
    path = folder / "ada" / "1.png"

    first, again = (_pixels(degrade(path, folder=folder, kind=kind)) for _ in range(2))

    assert (first == again).all()
    assert first.shape == _pixels(Image.open(path)).shape
    assert not np.allclose(first, _pixels(Image.open(path)), atol=1)


def test_each_kind_spoils_what_it_says(folder: Path) -> None:
    path = folder / "ada" / "1.png"
    whole = _pixels(Image.open(path))
    made = {kind: _pixels(degrade(path, folder=folder, kind=kind)) for kind in KINDS}

    assert made["dark"].mean() < whole.mean() / 2
    assert _detail(made["blurred"]) < _detail(whole) * 0.7
    assert _detail(made["small"]) < _detail(whole)
    assert _detail(made["noisy"]) > _detail(whole)
    assert made["rolled"].mean() == pytest.approx(whole.mean(), rel=0.15)


def test_noise_differs_from_picture_to_picture(folder: Path) -> None:
    first, second = (
        _pixels(degrade(folder / "ada" / name, folder=folder, kind="noisy")) for name in ("1.png", "2.png")
    )

    assert not (first == second).all()


def test_only_people_with_enough_pictures_are_copied(folder: Path, tmp_path: Path) -> None:
    status = main([str(folder), str(tmp_path / "out"), "--kind", "dark", "--at-least", "3"])

    assert status == 0
    copies = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png")
    )
    assert copies == ["ada/1.png", "ada/2.png", "ada/3.png"]


def test_a_folder_without_pictures_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert main([str(tmp_path / "empty"), str(tmp_path / "out"), "--kind", "dark"]) == 1
