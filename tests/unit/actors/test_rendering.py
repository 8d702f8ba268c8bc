"""What the renderer promises: true perspective, flat things stay flat, no stripes that sampling invented."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.actors import optics
from tests.actors.optics import FOCAL_PX, HEIGHT, WIDTH, Pose
from tests.actors.screens import _DUTY, _LENS_PX, grid
from tests.actors.surfaces import Sheet

TURNED = Pose(yaw_deg=17.0, pitch_deg=-11.0, roll_deg=4.0, x=0.2, y=-0.3, distance=7.3)


def _sheet(*, radius: float = float("inf"), upright: bool = True) -> Sheet:
    return Sheet(
        picture=np.zeros((40, 40, 3), dtype=np.uint8),
        span=(-1.2, -1.5, 1.2, 1.5),
        radius=radius,
        upright=upright,
    )


def _residual_of_homography(sheet: Sheet) -> float:
    """Of places on the paper against where they are seen: zero for whatever is flat."""
    across, down, (left, upper, right, lower) = sheet.places(TURNED)
    columns, rows = np.meshgrid(np.arange(left, right), np.arange(upper, lower))
    inside = (np.abs(across) < 1.0) & (np.abs(down) < 1.0)
    paper = np.stack([across[inside], down[inside]], axis=1).astype(np.float64)[::37]
    seen = np.stack([columns[inside], rows[inside]], axis=1).astype(np.float64)[::37]
    found, _ = cv2.findHomography(paper, seen, 0)
    mapped = cv2.perspectiveTransform(paper[None], found)[0]
    return float(np.sqrt(((mapped - seen) ** 2).sum(axis=1).mean()))


def test_a_ray_through_a_projected_point_meets_that_point() -> None:
    pivot = (0.0, 1.1, -1.2)
    points = np.random.default_rng(5).uniform(-1, 1, (20, 3)) * (1.0, 1.2, 0.4)
    seen = optics.project(points, TURNED, pivot=pivot)

    for (x, y, z), (u, v) in zip(points, seen, strict=True):
        column, row = round(u), round(v)
        rays = optics.cast(TURNED, pivot=pivot, box=(column, row, column + 1, row + 1), step=1)
        met = rays.a[0, 0] + rays.b[0, 0] * z
        # The pixel's middle lies up to half a pixel beside the point, which is this much at that distance.
        assert np.hypot(*(met - (x, y))) < TURNED.distance / FOCAL_PX


def test_a_flat_print_moves_by_a_homography_and_a_bent_one_does_not() -> None:
    assert _residual_of_homography(_sheet()) < 0.05
    assert _residual_of_homography(_sheet(radius=1.3)) > 1.0
    assert _residual_of_homography(_sheet(radius=1.3, upright=False)) > 1.0


def test_what_comes_closer_grows_and_its_nearer_parts_grow_more() -> None:
    nose_and_ears = np.array([[-1.0, 0.0, -0.9], [1.0, 0.0, -0.9], [-0.3, 0.0, 0.5], [0.3, 0.0, 0.5]])
    far, near = (
        optics.project(nose_and_ears, Pose(distance=distance), pivot=(0.0, 0.0, 0.0))
        for distance in (8.0, 6.0)
    )

    ears, nose = ((near[b, 0] - near[a, 0]) / (far[b, 0] - far[a, 0]) for a, b in ((0, 1), (2, 3)))

    assert 1.25 < ears < nose < 1.4
    assert np.allclose(near[:, 1], (HEIGHT - 1) / 2)
    assert abs(near[:, 0].mean() - (WIDTH - 1) / 2) < 1e-9


@pytest.mark.parametrize("pitch_px", [0.4, 0.9, 1.7])
def test_stripes_in_closed_form_are_what_super_sampling_tends_to(pitch_px: float) -> None:
    size, factor = 48, 500
    rate = 1 / pitch_px
    columns = np.arange(size, dtype=np.float32)
    place = np.tile(columns * rate, (size, 1)).astype(np.float32)
    row = np.zeros_like(place) + np.arange(size, dtype=np.float32)[:, None] * np.float32(rate)

    light = grid(place, row)[:, :, 1]

    # The green stripe of every screen pixel, sampled densely, blurred by the lens, averaged over a pixel.
    fine = (np.arange(size * factor) + 0.5) / factor - 0.5
    within = np.abs((fine * rate - 0.5 + 0.5) % 1.0 - 0.5) < _DUTY / 2
    lines = np.abs((fine * rate + 0.5 + 0.5) % 1.0 - 0.5) < 0.45
    stripes, rows = (
        cv2.GaussianBlur(
            one.astype(np.float64)[None],
            (0, 0),
            sigmaX=_LENS_PX * factor,
            sigmaY=1e-6,
            borderType=cv2.BORDER_REFLECT,
        )[0]
        .reshape(size, factor)
        .mean(axis=1)
        / share
        for one, share in ((within, _DUTY), (lines, 0.9))
    )
    expected = rows[:, None] * stripes[None, :]
    middle = slice(4, -4)
    assert np.abs(light[middle, middle] - expected[middle, middle]).max() < 0.06
