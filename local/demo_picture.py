"""`python -m local.demo_picture`: photograph the sign-in page for the README.

The person is NASA's portrait of an astronaut, which is in the public domain; nobody else's face may be shown.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

from local.stack import running_stack
from tests.actors import PILOT
from tests.actors.pictures import ROOT
from tests.e2e import steps
from tests.e2e.browser import LAPTOP
from tests.e2e.house import House, in_front_of

PICTURE: Final = ROOT / "docs" / "images" / "sign-in.png"
# A README is read on slow lines; the palette costs nothing that a reader would see.
_COLOURS: Final = 256
_MAX_BYTES: Final = 300_000
# Stretches the second in which the guidance says "hold still", so that it can be photographed.
_SLOWER: Final = 6


def main() -> int:
    """Register the person, photograph their next sign-in, return the process's exit status."""
    with (
        running_stack() as stack,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        house = House(stack=stack, playwright=playwright, folder=Path(folder))
        member = house.enrol(PILOT)
        with member.device.open(in_front_of(PILOT), viewport=LAPTOP) as window:
            page = window.page
            page.goto("/sign-in")
            steps.camera_is(page, "ready")
            steps.camera(page).scroll_into_view_if_needed()
            slow = window.context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
            steps.start_camera(page)
            steps.first_capture(page)
            picture = Image.open(io.BytesIO(page.screenshot()))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(_COLOURS).save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {picture.width} x {picture.height}, {size} bytes")
    return 0 if size <= _MAX_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
