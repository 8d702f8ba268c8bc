"""People whom no camera saw: descriptors that spread as real ones do, from a seeded generator."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import PIPELINE_ID
from matching.sphere import unit
from tests.support.captures import FINE_QUALITY

Columns = dict[str, NDArray[Any]]
NORM = 1.42
BETWEEN = 0.38  # of people from the mean of all, as real ones
WITHIN = 0.25  # of a picture from its person's point
# A world of one model: the same mean face, and directions in which people differ much and little.
_WORLD = np.random.default_rng(2026)
_MEAN = unit(_WORLD.normal(size=128))
_AXES = np.linalg.qr(_WORLD.normal(size=(128, 128)))[0] * np.exp(-np.arange(128) / 30)


def population(pictures: list[int], *, seed: int, prefix: str = "", alike: float = 0) -> Columns:
    """As many people as numbers of pictures, each with so many, as `npm run embed` writes them.

    The more alike, the more all of them share of what sets them apart from other people.
    """
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(pictures)), pictures)
    own, shared = unit(rng.normal(size=(len(pictures), 128)) @ _AXES), unit(rng.normal(size=128) @ _AXES)
    points = _MEAN + BETWEEN * unit(own + alike * shared)
    captures = NORM * unit(points[owner] + WITHIN * unit(rng.normal(size=(len(owner), 128)) @ _AXES))
    mirrored = 0.05 * unit(rng.normal(size=captures.shape))
    return {
        "subject": np.array([f"{prefix}{person:04d}" for person in owner]),
        "pipeline": np.full(len(owner), PIPELINE_ID),
        "descriptor": (captures + mirrored).astype(np.float32),
        "mirror": (captures - mirrored).astype(np.float32),
    } | {name: np.full(len(owner), float(value)) for name, value in FINE_QUALITY.items()}


def written(path: Path, columns: Columns) -> Path:
    """Write the file that the commands read."""
    np.savez(path, **columns)  # type: ignore[arg-type] # no column is called as numpy's own flag
    return path
