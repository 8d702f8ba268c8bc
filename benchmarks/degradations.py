"""Degraded copies of a folder of pictures: a dark room, a smeared lens, a far camera and the same faces.

`python -m benchmarks.degradations DIR OUT_DIR --kind dark [--at-least 3]` writes each picture of DIR, spoilt
in one way, to the same place in OUT_DIR, as PNG, so that nothing but the degradation changes it. The same
picture is always spoilt in the same way. `npm run embed` then shows what is left of the faces.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png"})

# Mild enough that a person would still use the picture, strong enough that descriptors notice; for pictures
# of the scale of Labeled Faces in the Wild, about 42 px between the eyes.
DARK_GAIN: Final = 0.35
DARK_NOISE_SD: Final = 3.0  # luminance levels: a sensor that has been turned up
BLUR_SD_PX: Final = 1.4
SMALL_SCALE: Final = 0.5  # about 21 px between the eyes
ROLL_DEG: Final = 18.0
NOISE_SD: Final = 22.0  # luminance levels


def dark(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Take away two thirds of the light, and let the sensor's noise show."""
    pixels = np.asarray(picture, dtype=np.float64) * DARK_GAIN
    return _picture(pixels + rng.normal(0, DARK_NOISE_SD, pixels.shape))


def blurred(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Smear the lens: a Gaussian of a thirtieth of the distance between the eyes."""
    return picture.filter(ImageFilter.GaussianBlur(BLUR_SD_PX))


def small(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Step back to twice the distance; the picture's size stays, its detail goes."""
    width, height = picture.size
    away = picture.resize((round(width * SMALL_SCALE), round(height * SMALL_SCALE)), Image.Resampling.BOX)
    return away.resize((width, height), Image.Resampling.BICUBIC)


def rolled(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Lean the head 18 degrees, to one side or the other."""
    angle = ROLL_DEG if rng.random() < 0.5 else -ROLL_DEG  # noqa: PLR2004 - a fair coin
    return picture.rotate(angle, Image.Resampling.BICUBIC)


def noisy(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Add a cheap sensor's noise, in luminance."""
    pixels = np.asarray(picture, dtype=np.float64)
    return _picture(pixels + rng.normal(0, NOISE_SD, (*pixels.shape[:2], 1)))


KINDS: Final[Mapping[str, Callable[[Image.Image, np.random.Generator], Image.Image]]] = {
    "dark": dark,
    "blurred": blurred,
    "small": small,
    "rolled": rolled,
    "noisy": noisy,
}


def degrade(path: Path, *, folder: Path, kind: str) -> Image.Image:
    """Read a picture below ``folder`` and spoil it.

    Args:
        path: the picture.
        folder: what its name is relative to: name and kind alone decide how it is spoilt.
        kind: one of `KINDS`.

    Returns:
        RGB, of the picture's own size.

    Raises:
        OSError: the file is no picture.
    """
    name = path.relative_to(folder).as_posix()
    seed = int.from_bytes(hashlib.sha256(f"{kind}/{name}".encode()).digest()[:8])
    with Image.open(path) as picture:
        return KINDS[kind](picture.convert("RGB"), np.random.default_rng(seed))


def pictures(folder: Path, *, at_least: int = 1) -> Iterator[Path]:
    """Every picture of each person (a folder) below ``folder`` who has at least so many, in order."""
    by_person: dict[Path, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES:
            by_person.setdefault(path.parent, []).append(path)
    for own in by_person.values():
        if len(own) >= at_least:
            yield from own


def main(argv: Sequence[str] | None = None) -> int:
    """Write the copies and say how many."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.degradations", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", choices=sorted(KINDS), required=True)
    parser.add_argument("--at-least", type=int, default=1, help="only people with so many pictures")
    wanted = parser.parse_args(argv)
    written = 0
    for path in pictures(wanted.folder, at_least=wanted.at_least):
        copy = (wanted.out / path.relative_to(wanted.folder)).with_suffix(".png")
        copy.parent.mkdir(parents=True, exist_ok=True)
        degrade(path, folder=wanted.folder, kind=wanted.kind).save(copy)
        written += 1
    sys.stdout.write(f"{written} {wanted.kind} pictures in {wanted.out}\n")
    return 0 if written else 1


def _picture(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Image.Image:
    return Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    sys.exit(main())
