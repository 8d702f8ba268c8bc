"""What the landmark model saw of one body in all poses, and of anything in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.liveness.layout import RIGID
from matching.liveness.pose import poses_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.evidence import FloatArray

BANKS: Final = Path(__file__).resolve().parents[2] / "build" / "liveness"


@dataclass(frozen=True, kw_only=True)
class Bank:
    """One body; arrays as `benchmarks.liveness_banks` tells them.

    Attributes:
        species: "live" or what it is an instrument of.
        name: of the file.
        subject: who stands behind it.
        victim: whose face it shows; nobody's face is on both sides of a split.
        arrays: the file's.
    """

    species: str
    name: str
    subject: str
    victim: str
    arrays: dict[str, NDArray[np.float64]] = field(repr=False)

    @property
    def number(self) -> int:
        """Of the face that it shows."""
        return int(self.name.split("-", 1)[0])

    @property
    def farthest_deg(self) -> float:
        """How far this bank turns to every side."""
        return float(self.arrays["yaw_axis"][-1])

    def points(self, poses: FloatArray) -> FloatArray:
        """Give landmarks of poses between those that were rendered.

        Args:
            poses: (n, 4) yaw and pitch in degrees, scale over rest, lids from 1 open to 0 closed.

        Returns:
            (n, 48, 2) in widths of the frame, without noise.
        """
        grid = self._grid
        turned = _bilinear(grid, self.arrays["yaw_axis"], self.arrays["pitch_axis"], poses[:, 0], poses[:, 1])
        lids = _linear(self._lids, self.arrays["closed_axis"], 1 - poses[:, 3])
        scales = self.arrays["scales"]
        rest = _linear(scales, self.arrays["scale_axis"], np.ones(1))
        near = _linear(scales, self.arrays["scale_axis"], poses[:, 2])
        closing = (lids - self._lids[0]) * poses[:, 2, None, None]  # a nearer eye closes by more
        found: FloatArray = turned + closing + (near - rest)
        return found

    def reach(self, asked: FloatArray) -> FloatArray:
        """Find how this body has to stand to seem turned as asked; the page shows where the nose points.

        Args:
            asked: (2,) yaw and pitch as they are measured, changes from rest, degrees.

        Returns:
            (2,) true yaw and pitch whose measure comes nearest; paper may not reach what is asked.
        """
        stands, seem = self._seeming
        nearest: FloatArray = stands[((seem - asked) ** 2).sum(axis=1).argmin()]
        return nearest

    def signals(self, poses: FloatArray) -> FloatArray:
        """(n, 5) signals of the nearest poses that were rendered."""
        rows, columns = (
            np.clip(np.rint(np.interp(poses[:, at], axis, np.arange(axis.size))), 0, axis.size - 1).astype(
                int
            )
            for at, axis in ((0, self.arrays["yaw_axis"]), (1, self.arrays["pitch_axis"]))
        )
        found: FloatArray = self.arrays["grid_signals"][rows, columns].astype(np.float64)
        return found

    @cached_property
    def _seeming(self) -> tuple[FloatArray, FloatArray]:
        """(k, 2) poses between the rendered ones, and what each is measured as."""
        fine = np.arange(-self.farthest_deg, self.farthest_deg + 0.1, 2.0)
        stands = np.stack(np.meshgrid(fine, fine, indexing="ij"), axis=-1).reshape(-1, 2)
        points = self.points(np.column_stack([stands, np.ones((len(stands), 2))]))
        rest = poses_of(self.points(np.array([[0.0, 0.0, 1.0, 1.0]]))[:, RIGID]).rotation[0]
        return stands, poses_of(points[:, RIGID]).turns_from(rest)

    @cached_property
    def noise(self) -> FloatArray:
        """(k, 48, 2) what consecutive frames of one posture scatter by."""
        frames = self.arrays["noise"]
        scatter: FloatArray = frames - np.nanmean(frames, axis=0)
        return scatter

    @cached_property
    def _grid(self) -> FloatArray:
        return _filled(self.arrays["grid"])

    @cached_property
    def _lids(self) -> FloatArray:
        return self.arrays["lids"]


def load_banks(folder: Path = BANKS) -> dict[str, list[Bank]]:
    """Load every bank that there is, by species.

    Raises:
        SystemExit: when there is none, or none of people.
    """
    banks: dict[str, list[Bank]] = {}
    for path in sorted(folder.glob("*/*.npz")):
        with np.load(path) as file:
            arrays = {name: np.asarray(file[name], dtype=np.float64) for name in _ARRAYS}
            bank = Bank(
                species=str(file["species"]),
                name=path.stem,
                subject=str(file["subject"]),
                victim=str(file["victim"]),
                arrays=arrays,
            )
        if all(np.isfinite(arrays[name]).all() for name in ("lids", "scales", "noise")):
            banks.setdefault(bank.species, []).append(bank)
    if "live" not in banks:
        raise SystemExit("skipped: no banks of people; python -m benchmarks.liveness_banks makes them")
    return banks


def halves(banks: dict[str, list[Bank]]) -> tuple[dict[str, list[Bank]], dict[str, list[Bank]]]:
    """Split people in two: to fit on, and to report on. A face is in one of them, live or on paper.

    By the number that a bank's name begins with, which is the face's in every species: whatever banks come
    later, nobody changes sides.
    """
    fitted, reported = (
        {name: [bank for bank in own if bank.number % 2 == side] for name, own in banks.items()}
        for side in (0, 1)
    )
    return (
        {name: own for name, own in fitted.items() if own},
        {name: own for name, own in reported.items() if own},
    )


_ARRAYS: Final = (
    *("yaw_axis", "pitch_axis", "grid", "closed_axis", "lids", "scale_axis", "scales", "noise"),
    "grid_signals",
)


def _filled(grid: FloatArray) -> FloatArray:
    """Where the model saw nobody, the nearest pose in which it did: a tracker would have stayed there."""
    filled = grid.copy()
    seen = np.isfinite(grid).all(axis=(2, 3))
    places = np.argwhere(seen)
    for row, column in np.argwhere(~seen):
        near = places[((places - (row, column)) ** 2).sum(axis=1).argmin()]
        filled[row, column] = grid[near[0], near[1]]
    return filled


def _linear(values: FloatArray, axis: FloatArray, at: FloatArray) -> FloatArray:
    place = np.interp(at, axis, np.arange(axis.size))
    low = np.minimum(place.astype(int), axis.size - 2)
    share = (place - low)[:, None, None]
    between: FloatArray = values[low] * (1 - share) + values[low + 1] * share
    return between


def _bilinear(
    grid: FloatArray, rows: FloatArray, columns: FloatArray, at_row: FloatArray, at_column: FloatArray
) -> FloatArray:
    row, column = (
        np.interp(at_row, rows, np.arange(rows.size)),
        np.interp(at_column, columns, np.arange(columns.size)),
    )
    r, c = np.minimum(row.astype(int), rows.size - 2), np.minimum(column.astype(int), columns.size - 2)
    fr, fc = (row - r)[:, None, None], (column - c)[:, None, None]
    between: FloatArray = (
        grid[r, c] * (1 - fr) * (1 - fc)
        + grid[r + 1, c] * fr * (1 - fc)
        + grid[r, c + 1] * (1 - fr) * fc
        + grid[r + 1, c + 1] * fr * fc
    )
    return between
