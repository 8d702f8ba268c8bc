"""Does the rendered head behave as a real one? `python -m benchmarks.liveness_actor [--people N]`.

A real clip of a turning head (evaluation data) and rendered people who turn alike go through the landmark
model; what a homography leaves, the matched filter's depth and the jitter are laid side by side over the
turn, in `docs/liveness-actor.png`. Points of the real head must lie among those of the rendered ones.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from benchmarks.liveness_shape import POINTS
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.pose import mean_rotation, poses_of
from tests.actors import prints
from tests.actors.heads import SHARED, cast, heads, people
from tests.actors.live import Body, LivingHead, Posture, settled, some_camera
from tests.actors.motion import Tremor
from tests.actors.tracks import track
from tests.actors.y4m import frame_bytes, header

mpl.use("Agg")
from matplotlib import pyplot as plt

ROOT: Final = Path(__file__).resolve().parents[1]
PLOT: Final = ROOT / "docs" / "liveness-actor.png"
CLIP: Final = SHARED / "clips" / "head-turn-woman.gif"
# The clip's face is about 60 pixels between the temples: enlarged as far as the camera's frames are.
CLIP_WIDTH: Final = 640
FARTHEST_DEG: Final = 32.0
SECONDS: Final = 5.0

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What one clip shows, a number for each frame.

    Attributes:
        yaw_deg: From the frame that looks ahead.
        residual: What a homography from that frame leaves, rms in inter-ocular distances.
        depth: The matched filter's answer along the turn, about 0.019 a degree for the mean head.
        jitter: Of the whole clip: what no smooth movement explains, in the same unit.
    """

    yaw_deg: Points
    residual: Points
    depth: Points
    jitter: float


def main(argv: Sequence[str] | None = None) -> None:
    """Film, track, draw and say whether they agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=12)
    given = parser.parse_args(argv)
    if not CLIP.is_file():
        sys.exit(f"skipped: {CLIP} is not there")
    likenesses = [*people(given.people), *cast()][: given.people]
    with tempfile.TemporaryDirectory() as scratch:
        _real(Path(scratch) / "real")
        for index, head in enumerate(heads(likenesses)):
            _film(Path(scratch) / f"live-{index:02}.y4m", LivingHead(head), index)
            _film(Path(scratch) / f"flat-{index:02}.y4m", prints.Held(sheet=prints.paper(head)), index)
        tracks = track(Path(scratch), workers=2)
    curves = {
        name: curve_of(seen.mesh[:, list(POINTS), :2].astype(np.float64)) for name, seen in tracks.items()
    }
    _draw(curves)
    _say(curves)


def curve_of(points: Points) -> Curve:
    """Measure one clip, (frames, 48, 2) in pixels; frames without a face are left out."""
    points = points[np.isfinite(points).all(axis=(1, 2))]
    poses = poses_of(points[:, RIGID])
    ahead = np.argsort(np.abs(poses.turns_from(np.eye(3))[:, 0]))[:3]
    yaw = poses.turns_from(mean_rotation(poses.rotation[ahead]))[:, 0]
    scale = poses.scale[:, None, None]
    shapes = (points[:, RIGID] - poses.centre[:, None]) / scale
    straight = np.median(shapes[ahead], axis=0)
    affine = np.column_stack([straight, np.ones(len(straight))])
    depth = _rest(mean_shape()[RIGID, 2], affine)
    answers = np.array([depth @ _rest(one, affine) / (depth @ depth) for one in shapes])
    return Curve(
        yaw_deg=yaw,
        residual=np.array([_left_of_homography(straight, one) for one in shapes]),
        depth=np.asarray(answers[:, 0] * np.sign(np.where(yaw == 0, 1, yaw))),
        jitter=_jitter(points / scale),
    )


def _rest(values: Points, columns: Points) -> Points:
    return np.asarray(values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0])


def _left_of_homography(source: Points, target: Points) -> float:
    import cv2  # noqa: PLC0415 - only here

    found, _ = cv2.findHomography(source, target, 0)
    mapped = cv2.perspectiveTransform(source[None], found)[0]
    return float(np.sqrt(((mapped - target) ** 2).sum(axis=1).mean()))


def _jitter(points: Points) -> float:
    """Robust size of the third difference: smooth movement has hardly any, white noise has root 20 of it."""
    third = np.diff(points, n=3, axis=0)
    return float(1.4826 * np.median(np.abs(third)) / np.sqrt(20))


def _film(path: Path, body: Body, index: int) -> None:
    """Somebody who looks from one side to the other and back, as the woman of the clip does."""
    rng = np.random.default_rng((51, index))
    rest, camera, tremors = settled(rng), some_camera(rng), [Tremor.of(rng) for _ in range(3)]
    with path.open("wb") as file:
        file.write(header(15))
        for number in range(round(SECONDS * 15)):
            at_s = number / 15
            swing = FARTHEST_DEG * np.sin(2 * np.pi * at_s / SECONDS)
            pose = replace(
                rest,
                yaw_deg=rest.yaw_deg + float(swing) + 0.5 * tremors[0].at(at_s),
                pitch_deg=rest.pitch_deg + 0.08 * float(swing) + 0.5 * tremors[1].at(at_s),
                roll_deg=rest.roll_deg + 0.5 * tremors[2].at(at_s),
            )
            layers = body.layers(Posture(pose=pose, closed=0.0), at_s, camera)
            file.write(frame_bytes(camera.take(layers)))


def _real(folder: Path) -> None:
    folder.mkdir()
    for index, frame in enumerate(ImageSequence.Iterator(Image.open(CLIP))):
        size = (CLIP_WIDTH, round(CLIP_WIDTH * frame.height / frame.width))
        frame.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(folder / f"{index:03}.png")


def _draw(curves: dict[str, Curve]) -> None:
    figure, axes = plt.subplots(1, 3, figsize=(13, 4))
    looks = (("flat", "#c44", "prints, flat"), ("live", "#48c", "rendered people"), ("real", "#222", "real"))
    for kind, colour, label in looks:
        own = [curve for name, curve in curves.items() if name.startswith(kind)]
        for index, curve in enumerate(own):
            style = {
                "s": 16 if kind == "real" else 4,
                "color": colour,
                "alpha": 0.9 if kind == "real" else 0.4,
            }
            named = label if index == 0 else None
            axes[0].scatter(curve.yaw_deg, curve.residual, label=named, **style)
            axes[1].scatter(curve.yaw_deg, curve.depth, label=named, **style)
        axes[2].scatter([curve.jitter for curve in own], [label] * len(own), color=colour)
    axes[0].set(xlabel="yaw, degrees", ylabel="homography residual, rms (IOD)", xlim=(-40, 40), ylim=(0, 0.1))
    axes[1].set(xlabel="yaw, degrees", ylabel="matched filter, |G| along the turn", xlim=(-40, 40))
    axes[2].set(xlabel="jitter, rms (IOD)", xlim=(0, None))
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(PLOT, dpi=110)


def _say(curves: dict[str, Curve]) -> None:
    for kind in ("real", "live", "flat"):
        own = [curve for name, curve in curves.items() if name.startswith(kind)]
        yaw, residual, depth = (
            np.concatenate([getattr(one, field) for one in own]) for field in ("yaw_deg", "residual", "depth")
        )
        jitter = np.median([one.jitter for one in own])
        parts = [f"{kind}: {len(own)} clips, {len(yaw)} frames, jitter {jitter:.4f}"]
        for low, high in ((8, 14), (14, 20), (20, 28)):
            at = (np.abs(yaw) >= low) & (np.abs(yaw) < high)
            if at.any():
                least, middle, most = np.percentile(residual[at], [5, 50, 95])
                parts.append(
                    f"{low}-{high} deg: rms_H {middle:.3f} [{least:.3f}, {most:.3f}], "
                    f"G {np.median(depth[at]):.2f}"
                )
        print("; ".join(parts))


if __name__ == "__main__":
    main()
