"""How far a turned head's descriptor lies from its own straight ones, and from other people's.

`python -m benchmarks.liveness.turned` renders people straight and turned (the heads that tests play live
people with), embeds every picture with the product's own pipeline, and prints what `check_dynamics` is held
to.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from benchmarks.table import print_table
from matching.liveness.dynamics import is_one_face
from tests.actors.heads import cast, heads, people
from tests.actors.live import LivingHead, Posture, settled, some_camera
from tests.actors.pictures import ROOT

if TYPE_CHECKING:
    from matching.evidence import FloatArray
    from tests.actors.head import Head

EXTENTS_DEG: Final = (11.0, 16.0, 19.0, 22.0, 25.0)  # 16 to 22 are asked for; people go farther
ASKED: Final = slice(1, 4)
DIRECTIONS: Final = 8
STRAIGHT: Final = 3
_EMBED: Final = ("npm", "run", "--silent", "embed", "--")
FLAT_BAR: Final = 0.5  # what one bar for every extent does, beside ours


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person's descriptors.

    Attributes:
        straight: (128,) mean of the straight looks.
        turned: (extents, directions, 128).
    """

    straight: FloatArray
    turned: FloatArray


def main() -> None:
    """Render, embed, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=24, help="of the evaluation data, beside the cast")
    options = parser.parse_args()
    found = measure(heads([*cast(), *people(options.people)]))
    own = np.array([np.linalg.norm(one.turned - one.straight, axis=2) for one in found])
    others = np.array(
        [
            np.linalg.norm(one.turned - other.straight, axis=2)
            for one in found
            for other in found
            if one is not other
        ]
    )
    print_table(
        f"Distance of a turned head's descriptor from straight ones, {len(found)} people, "
        f"{DIRECTIONS} directions each",
        ["turned by", "own, median", "own, 99 %", "others, 1 %", "others, median"],
        [
            [
                f"{extent:.0f} degrees",
                *(f"{np.nanquantile(own[:, at], share):.3f}" for share in (0.5, 0.99)),
                *(f"{np.nanquantile(others[:, at], share):.3f}" for share in (0.01, 0.5)),
            ]
            for at, extent in enumerate(EXTENTS_DEG)
        ],
    )
    print_table(
        "Two turned captures together, by every pair of directions",
        ["turned by", "own refused", "others taken for one face", "own refused by .5", "others within .5"],
        [
            [
                f"{extent:.0f} degrees",
                f"{1 - _share(own[:, at], extent):.2%}",
                f"{_share(others[:, at], extent):.2%}",
                f"{1 - _share(own[:, at], None):.2%}",
                f"{_share(others[:, at], None):.2%}",
            ]
            for at, extent in enumerate(EXTENTS_DEG)
        ],
    )
    by_degree = np.log(own / np.array(EXTENTS_DEG)[None, :, None])[:, ASKED]
    print(
        f"\n16 to 22 degrees: {np.exp(np.nanmean(by_degree)):.4f} a degree; its logarithm differs by "
        f"{np.nanmean(by_degree, axis=(1, 2)).std():.2f} between people, "
        f"{np.nanstd(by_degree, axis=(1, 2)).mean():.2f} within one"
    )


def _share(distances: FloatArray, turn_deg: float | None) -> float:
    """Of (n, directions) distances: how many pairs are taken for one face; by one bar for all when None."""
    pairs = [(row[a], row[b]) for row in distances for a in range(len(row)) for b in range(a)]
    seen = [np.array(pair) for pair in pairs if np.isfinite(pair).all()]
    return float(
        np.mean(
            [
                (pair <= FLAT_BAR).all() if turn_deg is None else is_one_face(pair, np.full(2, turn_deg))
                for pair in seen
            ]
        )
    )


def measure(bodies: list[Head]) -> list[Person]:
    """Render every head in every pose and embed the pictures; NaN is a turn in which no face was found."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "pictures", Path(scratch) / "out.npz"
        for number, head in enumerate(bodies):
            _film(head, number, folder / f"{number:03}")
        subprocess.run(  # noqa: S603 - our own command
            [*_EMBED, str(folder), str(out), "--workers", str(os.cpu_count())],
            check=True,
            cwd=ROOT,
            capture_output=True,
        )
        with np.load(out) as file:
            rows = {
                (str(subject), Path(str(path)).stem): descriptor
                for subject, path, descriptor in zip(
                    file["subject"], file["path"], file["descriptor"], strict=True
                )
            }
    nobody = np.full(128, np.nan)
    return [
        Person(
            straight=np.mean([rows[f"{number:03}", f"straight-{i}"] for i in range(STRAIGHT)], axis=0),
            turned=np.array(
                [
                    [rows.get((f"{number:03}", f"turned-{at}-{way}"), nobody) for way in range(DIRECTIONS)]
                    for at in range(len(EXTENTS_DEG))
                ]
            ),
        )
        for number in range(len(bodies))
    ]


def _film(head: Head, number: int, folder: Path) -> None:
    rng = np.random.default_rng(zlib.crc32(f"turned {number}".encode()))
    rest, camera, body = settled(rng), some_camera(rng), LivingHead(head)
    folder.mkdir(parents=True)

    def take(name: str, yaw_deg: float, pitch_deg: float) -> None:
        pose = replace(rest, yaw_deg=rest.yaw_deg + yaw_deg, pitch_deg=rest.pitch_deg + pitch_deg)
        frame = camera.take(body.layers(Posture(pose=pose, closed=0.0), 0.0, camera))
        Image.fromarray(frame).save(folder / f"{name}.png")

    for i in range(STRAIGHT):
        take(f"straight-{i}", *rng.normal(0, 1, 2))
    for at, extent in enumerate(EXTENTS_DEG):
        for way in range(DIRECTIONS):
            angle = 2 * np.pi * way / DIRECTIONS
            take(f"turned-{at}-{way}", extent * np.cos(angle), extent * np.sin(angle))


if __name__ == "__main__":
    main()
