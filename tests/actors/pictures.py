"""Where the pictures of people are: inside packages, never in this repository."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image

ROOT: Final = Path(__file__).resolve().parents[2]
FACE_API: Final = "node_modules/@vladmandic/face-api"


class PictureMissingError(FileNotFoundError):
    """A package that ships a picture is not installed."""


def face_api_folder() -> Path:
    """Find the installed @vladmandic/face-api.

    Raises:
        PictureMissingError: npm has not installed it.
    """
    for parent in (ROOT, ROOT / "site"):
        if (parent / FACE_API / "demo").is_dir():
            return parent / FACE_API
    raise PictureMissingError(f"{FACE_API} is not installed: run `make setup`")


@lru_cache(maxsize=8)
def load(name: str) -> Image.Image:
    """Load a picture by name: "sample1" ... "sample6" of face-api, or scikit-image's "astronaut".

    Raises:
        PictureMissingError: The package that ships it is not installed.
    """
    if name == "astronaut":
        from skimage import data  # noqa: PLC0415 - a second of import that most clips do without

        return Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    path = face_api_folder() / "demo" / f"{name}.jpg"
    if not path.is_file():
        raise PictureMissingError(f"no picture {name!r} in {path.parent}")
    return Image.open(path).convert("RGB")
