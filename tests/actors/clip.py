"""Write takes to the y4m file that Chromium plays as a camera, once per set of parameters."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.actors.pictures import ROOT
from tests.actors.scene import HEIGHT, WIDTH, render

if TYPE_CHECKING:
    from tests.actors.takes import Take

CACHE: Final = ROOT / ".cache" / "clips"
RATE: Final = 15
_MODULES: Final = ("clip.py", "people.py", "pictures.py", "portrait.py", "scene.py")


def film(*takes: Take, name: str = "clip", cache: Path = CACHE) -> Path:
    """Film takes one after the other; the camera plays the result in a loop.

    Args:
        takes: What is seen, in order.
        name: For people who look into the folder; plays no part in what is filmed.
        cache: Where clips are kept. One that was filmed with the same parameters by the same code is reused.

    Returns:
        A 640 x 480 y4m file with `RATE` frames a second.
    """
    key = _key(takes)
    path = cache / f"{name}-{key}.y4m"
    if path.is_file():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    rng = np.random.default_rng(int(key, 16))
    with unfinished.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420\n".encode())
        for take in takes:
            for frame in render(take, rate=RATE, rng=rng):
                file.write(b"FRAME\n")
                for plane in (frame.y, frame.cb, frame.cr):
                    file.write(plane.tobytes())
    unfinished.replace(path)
    return path


def _key(takes: tuple[Take, ...]) -> str:
    digest = hashlib.sha256(repr((takes, RATE, WIDTH, HEIGHT)).encode())
    for module in _MODULES:
        digest.update((Path(__file__).parent / module).read_bytes())
    return digest.hexdigest()[:12]
