"""Render bodies in all poses and keep what the landmark model sees: `python -m benchmarks.liveness_banks`.

Bulk transcripts are put together from these banks (a ceremony of 80 frames would take seconds to render, an
interpolated one takes a millisecond). One file a body, `build/liveness/SPECIES/NAME.npz`, with these arrays;
points are the 48 of the track in its order, x and y in parts of the frame's width:

    species, subject, victim    names; victim is whose face is shown, subject whose body moves
    radius, upright             of a bent print, in inter-ocular units (63 mm); inf where nothing is bent
    distance                    of the resting body from the camera, in the same units
    yaw_axis (15), pitch_axis (15)      degrees from rest, picture's right and up are positive
    grid (15, 15, 48, 2)        points at each yaw and pitch
    closed_axis (5)             lids, 0 open to 1 closed (of the eyes seen: paper's never close)
    lids (5, 48, 2)             points at rest with the lids so far down
    scale_axis (8)              distance at rest / distance
    scales (8, 48, 2)           points at rest, so much nearer
    noise (24, 48, 2)           points of consecutive frames of the resting body: the sensor's noise alone
    turned_noise (24, 48, 2)    the same at yaw 16, pitch 0
    grid_signals (15, 15, 5), noise_signals (24, 5)     texture, chroma, luminance of face and wall, faces

A frame where the model saw nobody is NaN. The order of rendering is a path without jumps, as the model
follows from one frame to the next.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.liveness.banks import BANKS, load_banks
from benchmarks.liveness_shape import POINTS
from matching.liveness.layout import lid_ratios
from tests.actors import prints, screens
from tests.actors.camera import Camera
from tests.actors.head import Head
from tests.actors.heads import Likeness, cast, heads, people
from tests.actors.live import Body, LivingHead, Posture, settled, some_camera
from tests.actors.optics import IOD_MM, WIDTH, Pose
from tests.actors.tracks import track
from tests.actors.y4m import frame_bytes, header

ANGLES: Final = np.arange(-28.0, 29.0, 4.0)
CLOSED: Final = np.linspace(0.0, 1.0, 5)
SCALES: Final = np.array([0.85, 0.95, 1.05, 1.15, 1.25, 1.35, 1.45, 1.55])
NOISE_FRAMES: Final = 24
TURNED_DEG: Final = 16.0
SETTLING: Final = 3  # frames until the model's crop follows a jump
AT_ONCE: Final = 10  # bodies on the disk at a time: 130 MB each


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One body that a bank is made of."""

    species: str
    name: str
    subject: str
    victim: str
    body: Body
    rest: Pose
    camera: Camera
    radius: float = float("inf")
    upright: bool = True


def main(argv: Sequence[str] | None = None) -> None:
    """Render and track what is not there yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--live", type=int, default=40, help="people")
    parser.add_argument("--victims", type=int, default=8, help="people whose pictures attackers have")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--anew", action="store_true", help="what is there already, too")
    given = parser.parse_args(argv)
    entries = [
        entry
        for entry in all_entries(live=given.live, victims=given.victims)
        if given.anew or not _path(entry).is_file()
    ]
    started = time.monotonic()
    for first in range(0, len(entries), AT_ONCE):
        _make(entries[first : first + AT_ONCE], workers=given.workers)
        done = min(first + AT_ONCE, len(entries))
        print(f"{done} of {len(entries)} bodies, {time.monotonic() - started:.0f} s", flush=True)
    _print_lids()


def _print_lids() -> None:
    """Tell how far down the lids of people who are there measure: what eyes are judged by."""
    ratios = [lid_ratios(bank.arrays["lids"]) for bank in load_banks()["live"]]
    shares = [float((own[-1] / own[0]).max()) for own in ratios]
    print(
        f"closed lids of {len(shares)} people measure {min(shares):.2f} to {max(shares):.2f} of their open "
        f"ones, the wider eye; median {float(np.median(shares)):.2f}"
    )


def all_entries(*, live: int, victims: int) -> list[Entry]:
    """Name every body: people, then what attackers hold."""
    likenesses: list[Likeness] = [*people(live), *cast()][:live]
    if not likenesses:
        sys.exit("skipped: no pictures of people")
    # Some people wear glasses; some have an evil twin on paper.
    everybody = heads(likenesses, glasses=[index % 4 == 3 for index in range(len(likenesses))])  # noqa: PLR2004
    shown = heads(likenesses[:victims])
    entries = [_person(head, index) for index, head in enumerate(everybody)]
    for index, victim in enumerate(shown):
        other = everybody[(index + 1) % len(everybody)]
        entries += _attacks(victim, other, index)
    # In turn, so that an unfinished run has some of everything.
    rank = {id(entry): _rank(entry, entries) for entry in entries}
    return sorted(entries, key=lambda entry: rank[id(entry)])


def _rank(entry: Entry, entries: Sequence[Entry]) -> float:
    own = [one for one in entries if one.species == entry.species]
    return next(index for index, one in enumerate(own) if one is entry) / len(own)


def _person(head: Head, index: int) -> Entry:
    rng = np.random.default_rng((31, index))
    name = f"{index:02}-{head.name}{'-glasses' if head.glasses else ''}"
    return Entry(
        species="live",
        name=name,
        subject=head.name,
        victim=head.name,
        body=LivingHead(head),
        rest=settled(rng),
        camera=some_camera(rng),
    )


def _attacks(victim: Head, other: Head, index: int) -> Iterator[Entry]:
    rng = np.random.default_rng((32, index))
    radius = prints.RADII[index % len(prints.RADII)]
    held = [
        ("print-flat", prints.Held(sheet=prints.paper(victim)), float("inf"), True),
        ("print-eye-holes", prints.eye_holes(victim, other, seed=index).body, float("inf"), True),
        ("print-bent", prints.Held(sheet=prints.paper(victim, radius=radius)), radius, True),
        (
            "print-bent",
            prints.Held(sheet=prints.paper(victim, radius=radius, upright=False)),
            radius,
            False,
        ),
    ]
    for species, body, size, upright in held:
        bend = "" if np.isinf(size) else f"-{'upright' if upright else 'level'}-{round(size * IOD_MM / 10)}cm"
        yield Entry(
            species=species,
            name=f"{index:02}-{victim.name}{bend}",
            subject=other.name,
            victim=victim.name,
            body=body,
            rest=settled(rng),
            camera=some_camera(rng),
            radius=size,
            upright=upright,
        )
    for device in screens.DEVICES.values():
        shown = screens.still(victim, device, seed=index)
        yield Entry(
            species=f"screen-{device.name}",
            name=f"{index:02}-{victim.name}",
            subject=other.name,
            victim=victim.name,
            body=shown.body,
            rest=shown.performer.rest,
            camera=shown.camera,
        )


def postures(rest: Pose) -> list[Posture]:
    """Every posture of a bank, in an order without jumps; `_arrays` takes it apart again."""
    found = [Posture(pose=rest, closed=0.0)] * SETTLING
    for row, yaw in enumerate(ANGLES):
        pitches = ANGLES if row % 2 == 0 else ANGLES[::-1]
        found += [Posture(pose=_turned(rest, yaw, pitch), closed=0.0) for pitch in pitches]
    found += [Posture(pose=rest, closed=0.0)] * SETTLING
    found += [Posture(pose=rest, closed=float(closed)) for closed in CLOSED]
    found += [
        Posture(pose=replace(rest, distance=rest.distance / float(scale)), closed=0.0) for scale in SCALES
    ]
    for yaw in (0.0, TURNED_DEG):
        found += [Posture(pose=_turned(rest, yaw, 0.0), closed=0.0)] * (NOISE_FRAMES + 1)
    return found


def _turned(rest: Pose, yaw: float, pitch: float) -> Pose:
    return replace(rest, yaw_deg=rest.yaw_deg + float(yaw), pitch_deg=rest.pitch_deg + float(pitch))


def _make(entries: Sequence[Entry], *, workers: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        names = {f"{index}.y4m": entry for index, entry in enumerate(entries)}
        with ProcessPoolExecutor(max_workers=workers) as pool:
            jobs = [pool.submit(_film, entry, Path(scratch) / name) for name, entry in names.items()]
            for job in jobs:
                job.result()
        for name, seen in track(Path(scratch), workers=workers).items():
            entry = names[name]
            path = _path(entry)
            path.parent.mkdir(parents=True, exist_ok=True)
            points = seen.mesh[:, list(POINTS), :2] / np.float32(WIDTH)
            np.savez_compressed(
                path,
                species=entry.species,
                subject=entry.subject,
                victim=entry.victim,
                radius=entry.radius,
                upright=entry.upright,
                distance=entry.rest.distance,
                allow_pickle=False,
                **_arrays(points, seen.signals),
            )


def _film(entry: Entry, path: Path) -> None:
    with path.open("wb") as file:
        file.write(header(15))
        for index, posture in enumerate(postures(entry.rest)):
            layers = entry.body.layers(posture, index / 15, entry.camera)
            file.write(frame_bytes(entry.camera.take(layers)))


def _arrays(points: NDArray[np.float32], signals: NDArray[np.uint8]) -> dict[str, Any]:
    size = len(ANGLES)
    # As `postures` puts them: every second row of pitches runs backwards.
    start = SETTLING + size * size
    grid = points[SETTLING:start].reshape(size, size, 48, 2).copy()
    grid_signals = signals[SETTLING:start].reshape(size, size, 5).copy()
    grid[1::2], grid_signals[1::2] = grid[1::2, ::-1].copy(), grid_signals[1::2, ::-1].copy()
    start += SETTLING
    lids = points[start : start + len(CLOSED)]
    start += len(CLOSED)
    scales = points[start : start + len(SCALES)]
    start += len(SCALES)
    # The first frame of each hold is a jump for the model, not noise.
    return {
        "yaw_axis": ANGLES,
        "pitch_axis": ANGLES,
        "grid": grid,
        "grid_signals": grid_signals,
        "closed_axis": CLOSED,
        "lids": lids,
        "scale_axis": SCALES,
        "scales": scales,
        "noise": points[start + 1 : start + 1 + NOISE_FRAMES],
        "noise_signals": signals[start + 1 : start + 1 + NOISE_FRAMES],
        "turned_noise": points[start + 2 + NOISE_FRAMES :],
    }


def _path(entry: Entry) -> Path:
    return BANKS / entry.species / f"{entry.name}.npz"


if __name__ == "__main__":
    main()
