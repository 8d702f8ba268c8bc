"""Write the mean face shape that pose is measured with: `python -m benchmarks.liveness_shape`.

The mesh model gives 468 points in three dimensions for a picture of a face. Meshes of many people who look
ahead are laid over one another (similarity transforms, Gower 1975), made symmetrical and averaged. A mean
over hundreds of people is nobody's face, and no single one of them can be had back from it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT.parent / "shared" / "data" / "lfw"
SHAPE: Final = ROOT / "layers" / "matching" / "liveness" / "shape.json"
SDK_SHAPE: Final = ROOT / "site" / "sdk" / "vision" / "mesh" / "shape.generated.ts"

# Points of the face mesh that liveness is judged by: 32 that move with the skull, then 16 around the eyes.
RIGID: Final = (
    *(168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327, 48, 278, 10, 151),
    *(9, 234, 454, 127, 356, 93, 323, 50, 280, 205, 425, 61, 291, 152, 107, 336),
)
EYES: Final = (33, 160, 159, 158, 133, 153, 145, 144, 362, 385, 386, 387, 263, 373, 374, 380)
POINTS: Final = (*RIGID, *EYES)
# The same face in a mirror, point for point.
_OTHER_SIDE: Final = {
    98: 327,
    48: 278,
    234: 454,
    127: 356,
    93: 323,
    50: 280,
    205: 425,
    61: 291,
    107: 336,
    33: 263,
    160: 387,
    159: 386,
    158: 385,
    133: 362,
    153: 380,
    145: 374,
    144: 373,
}
_MIRROR: Final = {**_OTHER_SIDE, **{other: one for one, other in _OTHER_SIDE.items()}}
LEAST_PEOPLE: Final = 100
MOST_NOSE_OFFSET: Final = 0.08  # inter-ocular units beside the middle of the eyes: who looks ahead
ROUNDS: Final = 10

Points = NDArray[np.float64]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure the mean shape and write it for both sides."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meshes", type=Path, help="an .npz of `npm run track` over the pictures")
    given = parser.parse_args(argv)
    path, mesh = _meshes(given.meshes)
    shapes = [in_eye_units(one[list(POINTS)]) for one in _first_of_each(path, mesh)]
    frontal = np.array([shape for shape in shapes if _looks_ahead(shape)])
    if len(frontal) < LEAST_PEOPLE:
        sys.exit(f"{len(frontal)} people look ahead; a mean of fewer than {LEAST_PEOPLE} is not written")
    mean = mean_shape(frontal)
    write(mean, people=len(frontal))
    spread = np.sqrt(((laid_over(frontal, mean) - mean) ** 2).sum(axis=2).mean())
    print(f"{len(frontal)} people, {len(mean)} points; a person differs from the mean by {spread:.3f}")


def mean_shape(shapes: Points) -> Points:
    """Average the shapes of many people.

    Args:
        shapes: (people, 48, 3) in inter-ocular units, x right, y down, z towards the camera.

    Returns:
        (48, 3), symmetrical, in the same units; the origin is the middle of the eyes' centres.
    """
    order = [POINTS.index(_MIRROR.get(point, point)) for point in POINTS]
    mirrored = shapes[:, order] * (-1.0, 1.0, 1.0)
    both = np.concatenate([shapes, mirrored])
    mean: Points = both.mean(axis=0)
    for _ in range(ROUNDS):
        mean = in_eye_units(laid_over(both, mean).mean(axis=0))
    return mean


def laid_over(shapes: Points, mean: Points) -> Points:
    """Lay each shape over the mean by rotation, scale and translation (Umeyama 1991), on the rigid points."""
    rigid = slice(0, len(RIGID))
    target = mean[rigid] - mean[rigid].mean(axis=0)
    laid = np.empty_like(shapes)
    for index, shape in enumerate(shapes):
        centre = shape[rigid].mean(axis=0)
        source = shape[rigid] - centre
        u, sigma, vt = np.linalg.svd(target.T @ source)
        sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
        rotation = (u * sign) @ vt
        scale = float((sigma * sign).sum() / (source**2).sum())
        laid[index] = scale * (shape - centre) @ rotation.T + mean[rigid].mean(axis=0)
    return laid


def in_eye_units(points: Points) -> Points:
    """Put the eyes' middle at the origin, level, one unit apart.

    Args:
        points: (48, 3); in pixels as `npm run track` gives them, z towards the camera.
    """
    shape = np.asarray(points, dtype=np.float64)
    left, right = shape[32:40].mean(axis=0), shape[40:48].mean(axis=0)
    across = right - left
    roll = np.arctan2(across[1], across[0])
    back = np.array([[np.cos(roll), np.sin(roll), 0.0], [-np.sin(roll), np.cos(roll), 0.0], [0.0, 0.0, 1.0]])
    turned: Points = (shape - (left + right) / 2) @ back.T / np.hypot(across[0], across[1])
    return turned


def write(mean: Points, *, people: int) -> None:
    """Write both files; they carry where the numbers come from."""
    rounded = [[round(float(value), 4) + 0.0 for value in point] for point in mean]
    provenance = (
        f"Mean of the face meshes of {people} people of Labeled Faces in the Wild who look ahead, one "
        "picture each, mirrored halves averaged: nobody's face. Written by benchmarks/liveness_shape.py."
    )
    units = (
        "inter-ocular distances; x right, y down, z towards the camera; origin = middle of the eyes' centres"
    )
    SHAPE.parent.mkdir(parents=True, exist_ok=True)
    document = {"provenance": provenance, "units": units, "people": people, "mesh_points": list(POINTS)}
    lines = ",\n    ".join(json.dumps(point) for point in rounded)
    head = json.dumps(document, indent=2).removesuffix("\n}")
    SHAPE.write_text(f'{head},\n  "points": [\n    {lines}\n  ]\n}}\n', encoding="utf-8")
    SDK_SHAPE.parent.mkdir(parents=True, exist_ok=True)
    rows = "\n".join(f"  [{', '.join(repr(value) for value in point)}]," for point in rounded)
    SDK_SHAPE.write_text(
        f"// Written by benchmarks/liveness_shape.py. Do not edit.\n\n/**\n * {provenance}\n"
        f" * Units: {units}.\n */\n"
        f"// prettier-ignore\nexport const MEAN_SHAPE: readonly (readonly [number, number, number])[] = [\n"
        f"{rows}\n];\n",
        encoding="utf-8",
    )


def _meshes(made: Path | None) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    if made is not None:
        with np.load(made) as file:
            return file["path"][file["clip"]], file["mesh"].reshape(-1, 468, 3)
    if not PICTURES.is_dir():
        sys.exit(f"skipped: {PICTURES} is not there")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "meshes.npz"
        subprocess.run(  # noqa: S603 - our own command
            ["npm", "run", "--silent", "track", "--", str(PICTURES), str(out)],  # noqa: S607
            check=True,
            cwd=ROOT,
            capture_output=True,
        )
        return _meshes(out)


def _first_of_each(path: NDArray[np.str_], mesh: NDArray[Any]) -> list[Points]:
    seen: dict[str, Points] = {}
    for name, points in zip(path.tolist(), mesh, strict=True):
        person = str(name).rsplit("/", 1)[0]
        if np.isfinite(points).all():
            seen.setdefault(person, np.asarray(points, dtype=np.float64))
    return list(seen.values())


def _looks_ahead(shape: Points) -> bool:
    return bool(abs(shape[POINTS.index(1), 0]) <= MOST_NOSE_OFFSET)


if __name__ == "__main__":
    main()
