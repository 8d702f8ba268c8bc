"""Which landmarks liveness is judged by: face-api's 68 or the face mesh. `python -m benchmarks.landmarks`.

Both look at the same frames: rendered people whose pose, lids and depth are known, prints of the same people,
flat and bent, and the real clip of a turning head. Residuals and depth are in inter-ocular distances.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from benchmarks.liveness_shape import POINTS, RIGID
from benchmarks.table import print_table
from tests.actors import prints
from tests.actors.heads import SHARED, cast, heads, people
from tests.actors.live import Body, LivingHead, Posture, settled, some_camera
from tests.actors.optics import Pose
from tests.actors.tracks import NEVER, Track, track
from tests.actors.y4m import frame_bytes, header

PEOPLE: Final = 10
LARGE: Final = 20
TURNS: Final = ((-20, 0), (-10, 0), (10, 0), (20, 0), (0, -20), (0, -10), (0, 10), (0, 20))
# Paper shows less of a turn; whoever holds it turns it further.
PRINT_TURNS: Final = tuple((1.3 * yaw, 1.3 * pitch) for yaw, pitch in TURNS if abs(yaw + pitch) == LARGE)
HELD: Final = 4  # frames of each pose; the first one settles
REST_FRAMES: Final = 12
BENT: Final = 1.27  # 8 cm
CLIP: Final = SHARED / "clips" / "head-turn-woman.gif"
CLIP_WIDTH: Final = 960

# Of the 68, as design/biometrics names them; and for each of the 68 the mesh point at the same place
# (the usual correspondence), from which their mean depth is taken.
RIGID_68: Final = (21, 22, *range(27, 37), 39, 42, 45, 48, 51, 54, 8)
MESH_OF_68: Final = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),
    *(71, 63, 105, 66, 107, 336, 296, 334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305),
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    *(61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87),
)

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Landmarks:
    """One of the two.

    Attributes:
        name: In the tables.
        of: All its points, (frames, n, 2), out of a track.
        rigid: Which of them move with the skull.
        shape: (n, 3) mean shape, in inter-ocular units.
        lids: For each eye: its corners, and pairs above and below.
        eyes: Indices of the points whose means are the eyes' centres.
    """

    name: str
    of: Callable[[Track], Points]
    rigid: tuple[int, ...]
    shape: Points
    lids: tuple[tuple[tuple[int, int], ...], ...]
    eyes: tuple[tuple[int, ...], tuple[int, ...]]

    def iod(self, points: Points) -> NDArray[np.float64]:
        """Between the eyes, (frames,)."""
        left, right = (points[:, list(eye)].mean(axis=1) for eye in self.eyes)
        return np.asarray(np.linalg.norm(right - left, axis=1))

    def openness(self, points: Points) -> NDArray[np.float64]:
        """Height of the lids over the eye's width, mean of both eyes, (frames,)."""
        ratios = []
        for corners, *pairs in self.lids:
            width = np.linalg.norm(points[:, corners[0]] - points[:, corners[1]], axis=1)
            heights = [np.linalg.norm(points[:, a] - points[:, b], axis=1) for a, b in pairs]
            ratios.append(np.mean(heights, axis=0) / width)
        return np.asarray(np.mean(ratios, axis=0))


def main(argv: Sequence[str] | None = None) -> None:
    """Film, track, compare, print."""
    del argv
    likenesses = [*people(PEOPLE), *cast()][:PEOPLE]
    everybody = heads(likenesses)
    mean_mesh = np.mean([head.mesh for head in everybody], axis=0)
    models = (_of_the_mesh(mean_mesh), _of_the_68(mean_mesh))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bodies: dict[str, Body] = {}
        for index, head in enumerate(everybody):
            bodies[f"live-{index:02}.y4m"] = LivingHead(head)
            bodies[f"flat-{index:02}.y4m"] = prints.Held(sheet=prints.paper(head))
            bodies[f"bent-{index:02}.y4m"] = prints.Held(
                sheet=prints.paper(head, radius=BENT, upright=index % 3 != 0)
            )
        with ProcessPoolExecutor(max_workers=2) as pool:
            for job in [pool.submit(_film, folder / name, body, name) for name, body in bodies.items()]:
                job.result()
        tracks = track(folder, look_every=1, workers=2)
        cost = _cost(folder)
    print(f"{len(everybody)} people, {sum(len(one.mesh) for one in tracks.values())} frames")
    rows = [_figures(model, tracks) for model in models]
    print_table(
        "landmarks on the same frames",
        ["landmarks", *rows[0]],
        [[model.name, *row.values()] for model, row in zip(models, rows, strict=True)],
    )
    print(f"mesh: {cost[0]:.1f} ms a frame; 68 points with their detector: {cost[1]:.1f} ms a frame more")
    if CLIP.is_file():
        _clip(models)


def _figures(model: Landmarks, tracks: dict[str, Track]) -> dict[str, str]:
    live, flat, bent = (
        [model.of(one) for name, one in tracks.items() if name.startswith(kind)]
        for kind in ("live", "flat", "bent")
    )
    # Filmed as `_postures` says: rest, turns, closed eyes.
    jitter, contrast, separation, errors = [], [], [], []
    residuals: dict[str, list[float]] = {"live": [], "flat": [], "bent": []}
    depths: dict[str, list[float]] = {"live": [], "flat": [], "bent": []}
    for clip in live:
        rest = clip[2:REST_FRAMES]
        jitter.append(float(rest.std(axis=0).mean() / model.iod(rest).mean()))
        openness = model.openness(clip)
        opened, closed = openness[2:REST_FRAMES], openness[-HELD + 1 :]
        contrast.append(float(np.median(closed) / np.median(opened)))
        spread = np.sqrt((opened.var() + closed.var()) / 2)
        separation.append(float((opened.mean() - closed.mean()) / max(spread, 1e-6)))
    for kind, clips in (("live", live), ("flat", flat), ("bent", bent)):
        turns = TURNS if kind == "live" else PRINT_TURNS
        for clip in clips:
            base = np.median(clip[2:REST_FRAMES], axis=0)
            for index, turn in enumerate(turns):
                start = REST_FRAMES + index * HELD
                turned = np.median(clip[start + 1 : start + HELD], axis=0)
                if not np.isfinite(turned).all() or not np.isfinite(base).all():
                    continue
                if kind == "live":
                    read = _turn(model, base, turned)
                    errors.append(float(np.hypot(read[0] - turn[0], read[1] - turn[1])))
                if max(abs(turn[0]), abs(turn[1])) >= LARGE:
                    residuals[kind].append(_residual(model, base, turned))
                    depths[kind].append(_depth(model, base, turned))
    return {
        "jitter": f"{np.nanmedian(jitter):.4f}",
        "closed/open": f"{np.nanmedian(contrast):.2f}",
        "d' of lids": f"{np.nanmedian(separation):.1f}",
        "pose error": f"{np.nanmedian(errors):.1f} deg",
        "rms_H live/flat/bent": "/".join(f"{np.median(values):.3f}" for values in residuals.values()),
        "EER flat, bent": _eers(residuals),
        "G live/flat/bent": "/".join(f"{np.median(values):.2f}" for values in depths.values()),
        "EER of G": _eers(depths),
    }


def _eers(values: dict[str, list[float]]) -> str:
    return ", ".join(f"{100 * _eer(values['live'], values[kind]):.1f} %" for kind in ("flat", "bent"))


def _eer(live: Sequence[float], attack: Sequence[float]) -> float:
    bars = np.sort(np.concatenate([live, attack]))
    rejected = np.array([(np.array(live) < bar).mean() for bar in bars])
    passed = np.array([(np.array(attack) >= bar).mean() for bar in bars])
    at = int(np.argmin(np.abs(rejected - passed)))
    return float((rejected[at] + passed[at]) / 2)


def _turn(model: Landmarks, base: Points, turned: Points) -> tuple[float, float]:
    change = _rotation(model, turned) @ _rotation(model, base).T
    nose = change @ np.array([0.0, 0.0, 1.0])
    return (
        float(np.degrees(np.arctan2(nose[0], nose[2]))),
        float(np.degrees(np.arctan2(-nose[1], np.hypot(nose[0], nose[2])))),
    )


def _rotation(model: Landmarks, points: Points) -> Points:
    shape = model.shape[list(model.rigid)]
    shape = shape - shape.mean(axis=0)
    seen = points[list(model.rigid)]
    affine = (seen - seen.mean(axis=0)).T @ shape @ np.linalg.inv(shape.T @ shape)
    left, _, right = np.linalg.svd(affine, full_matrices=False)
    upper = left @ right
    return np.vstack([upper, np.cross(upper[0], upper[1])])


def _residual(model: Landmarks, base: Points, turned: Points) -> float:
    """What a homography leaves, rms in inter-ocular distances."""
    source, target = base[list(model.rigid)], turned[list(model.rigid)]
    found, _ = cv2.findHomography(source, target, 0)
    if found is None:
        return float("nan")
    mapped = cv2.perspectiveTransform(source[None], found)[0]
    iod = float(model.iod(base[None])[0])
    return float(np.sqrt(((mapped - target) ** 2).sum(axis=1).mean()) / iod)


def _depth(model: Landmarks, base: Points, turned: Points) -> float:
    """Size of the matched filter's answer to the mean depth, G = z'R / (z'z)."""
    iod = float(model.iod(base[None])[0])
    source, target = base[list(model.rigid)] / iod, turned[list(model.rigid)] / iod
    affine = np.column_stack([source, np.ones(len(source))])

    def rest(values: Points) -> Points:
        return np.asarray(values - affine @ np.linalg.lstsq(affine, values, rcond=None)[0])

    depth = rest(model.shape[list(model.rigid), 2])
    return float(np.hypot(*(depth @ rest(target) / (depth @ depth))))


def _postures(rest: Pose, kind: str) -> list[Posture]:
    found = [Posture(pose=rest, closed=0.0)] * REST_FRAMES
    for yaw, pitch in TURNS if kind == "live" else PRINT_TURNS:
        pose = replace(rest, yaw_deg=rest.yaw_deg + yaw, pitch_deg=rest.pitch_deg + pitch)
        found += [Posture(pose=pose, closed=0.0)] * HELD
    return [*found, *[Posture(pose=rest, closed=0.0)] * 2, *[Posture(pose=rest, closed=1.0)] * HELD]


def _film(path: Path, body: Body, name: str) -> None:
    rng = np.random.default_rng(int(name[5:7]))
    rest, camera = settled(rng), some_camera(rng)
    with path.open("wb") as file:
        file.write(header(15))
        for index, posture in enumerate(_postures(rest, name[:4])):
            file.write(frame_bytes(camera.take(body.layers(posture, index / 15, camera))))


def _cost(folder: Path) -> tuple[float, float]:
    """Milliseconds a frame of the mesh alone, and of what looking adds; starting is taken out."""
    for path in sorted(folder.glob("*.y4m"))[4:]:
        path.unlink()
    took = {}
    for look_every in (NEVER, 1):
        started = time.perf_counter()
        frames = sum(len(one.mesh) for one in track(folder, look_every=look_every).values())
        whole = time.perf_counter() - started
        for path in sorted(folder.glob("*.y4m"))[1:]:
            path.rename(path.with_suffix(".aside"))
        started = time.perf_counter()
        fewer = sum(len(one.mesh) for one in track(folder, look_every=look_every).values())
        part = time.perf_counter() - started
        for path in folder.glob("*.aside"):
            path.rename(path.with_suffix(".y4m"))
        took[look_every] = 1000 * (whole - part) / (frames - fewer)
    return took[NEVER], took[1] - took[NEVER]


def _clip(models: Sequence[Landmarks]) -> None:
    """The real head: how far its lids go in a blink, and how large residuals get as it turns."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "clip"
        folder.mkdir()
        for index, frame in enumerate(ImageSequence.Iterator(Image.open(CLIP))):
            size = (CLIP_WIDTH, round(CLIP_WIDTH * frame.height / frame.width))
            frame.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(folder / f"{index:03}.png")
        seen = track(Path(scratch), look_every=1)["clip"]
    for model in models:
        points = model.of(seen)
        known = np.isfinite(points).all(axis=(1, 2))
        points = points[known]
        if len(points) == 0:
            print(f"{model.name}: nobody found in the clip")
            continue
        openness = model.openness(points)
        asymmetry = np.array([_turn(model, points[len(points) // 2], one)[0] for one in points])
        base = points[int(np.argmin(np.abs(asymmetry)))]
        turned = [one for one, yaw in zip(points, asymmetry, strict=True) if 14 <= abs(yaw) <= 26]  # noqa: PLR2004
        residual = np.median([_residual(model, base, one) for one in turned])
        depth = np.median([_depth(model, base, one) for one in turned])
        print(
            f"{model.name}: clip, {len(points)} frames, openness falls to "
            f"{openness.min() / np.median(openness):.2f} of its median; at 14-26 deg ({len(turned)} frames) "
            f"rms_H {residual:.3f}, G {depth:.2f}"
        )


def _of_the_mesh(mean_mesh: Points) -> Landmarks:
    index = {point: number for number, point in enumerate(POINTS)}
    eyes = (tuple(range(32, 40)), tuple(range(40, 48)))
    return Landmarks(
        name="mesh, 48 of 468",
        of=lambda one: np.asarray(one.mesh[:, list(POINTS), :2], dtype=np.float64),
        rigid=tuple(index[point] for point in RIGID),
        shape=mean_mesh[list(POINTS)],
        lids=(
            ((index[33], index[133]), *_pairs(index, (160, 144), (159, 145), (158, 153))),
            ((index[362], index[263]), *_pairs(index, (385, 380), (386, 374), (387, 373))),
        ),
        eyes=eyes,
    )


def _of_the_68(mean_mesh: Points) -> Landmarks:
    return Landmarks(
        name="face-api, 68",
        of=lambda one: np.asarray(one.landmarks, dtype=np.float64),
        rigid=RIGID_68,
        shape=mean_mesh[list(MESH_OF_68)],
        lids=(((36, 39), (37, 41), (38, 40)), ((42, 45), (43, 47), (44, 46))),
        eyes=(tuple(range(36, 42)), tuple(range(42, 48))),
    )


def _pairs(index: dict[int, int], *pairs: tuple[int, int]) -> list[tuple[int, int]]:
    return [(index[above], index[below]) for above, below in pairs]


if __name__ == "__main__":
    if not cast():
        sys.exit("skipped: no pictures of people")
    main()
