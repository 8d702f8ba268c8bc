"""`python -m local.demo`: the product from registration to deletion, played by headless Chromium. No camera.

A person made from a picture sits in front of Chromium's fake camera. Everything else is real: the pages, the
model, the synthesised template on a local cloud, the tables, the keys and the token.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect, sync_playwright

from local.demo_report import Report
from local.demo_scenes import SCENES, Stage
from local.errors import LocalError
from local.stack import running_stack
from tests.actors.pictures import ROOT, PictureMissingError
from tests.e2e.browser import PATIENCE_MS, ChromiumMissingError, find_chromium

FOLDER: Final = ROOT / "artifacts" / "demo"


def main() -> int:
    """Play every scene; return the process's exit status, 0 only when all of them behaved."""
    report = Report()
    report.say("FaceSmash from registration to deletion, in headless Chromium. No camera is used.\n")
    try:
        find_chromium()
        _play(report)
    except (AssertionError, BrowserError, ChromiumMissingError, LocalError, PictureMissingError) as error:
        report.failed(error, folder=FOLDER)
        return 1
    except KeyboardInterrupt:
        report.say("\nStopped. Nothing is left running.")
        return 130
    return 0


def _play(report: Report) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    expect.set_options(timeout=PATIENCE_MS)
    with ExitStack() as running:
        stack = running.enter_context(running_stack(progress=report.preparing))
        with report.preparing("open the browser"):
            playwright = running.enter_context(sync_playwright())
            profiles = Path(running.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
            stage = Stage(stack=stack, playwright=playwright, profiles=profiles, folder=FOLDER)
        with report.preparing("film the people"):
            stage.rehearse()
        report.say("")
        for scene in SCENES:
            with report.scene(scene.title) as note:
                note(scene.play(stage))
        # Before everything is cleared away, which takes a while on a slow disk.
        report.summary(stage.results())


if __name__ == "__main__":
    sys.exit(main())
