"""Devices: Chromium with a profile of its own, in front of a camera that plays a clip."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tests.actors.live_camera import LiveCamera
from tests.actors.onlooker import WATCH, Onlooker
from tests.e2e.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize

    from tests.actors.cues import Actor

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_QUIET: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)

# Generous: two cores, several processes, WebAssembly. A test that waits this long has failed.
PATIENCE_MS: Final = 30_000

LAPTOP: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}


class ChromiumMissingError(RuntimeError):
    """No Chromium on this machine."""


def find_chromium() -> str:
    """Find the system's Chromium, or the one `CHROMIUM` names.

    Raises:
        ChromiumMissingError: There is none; says what to install.
    """
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise ChromiumMissingError(
        "no Chromium found: install it (Debian, Ubuntu: `apt-get install chromium`) or name it in CHROMIUM"
    )


@dataclass(frozen=True, kw_only=True)
class Camera:
    """What a browser knows of cameras.

    Attributes:
        clip: The y4m file that the camera plays; None is a machine without a camera, or one with an actor.
        allowed: Whether the person lets pages use it.
        actor: Makes who stands before it and reacts to what the page shows.
        rate: Frames a second that an actor is filmed with.
    """

    clip: Path | None = None
    allowed: bool = True
    actor: Callable[[], Actor] | None = None
    rate: float = 15.0

    def flags(self) -> Sequence[str]:
        """Chromium's flags for it."""
        flags = ["--use-fake-ui-for-media-stream"] if self.allowed else []
        if self.clip is not None:
            flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={self.clip}"]
        return flags


@dataclass(frozen=True, kw_only=True)
class Window:
    """An open browser: its page, what was seen of it, and who looks at it while being filmed."""

    page: Page
    context: BrowserContext
    witness: Witness
    onlooker: Onlooker | None = None


@dataclass(frozen=True, kw_only=True)
class Device:
    """A browser profile on disk: what makes a device the same one tomorrow.

    Attributes:
        playwright: The driver.
        profile: The profile's folder; is made when first opened.
        origin: Where its pages are.
        api: Where its API is, when that is another origin; nothing but these two may be talked to.
        viewport: Size of its screen.
    """

    playwright: Playwright
    profile: Path
    origin: str
    api: str = ""
    viewport: ViewportSize = field(default_factory=lambda: LAPTOP)

    @contextmanager
    def open(self, camera: Camera, *, viewport: ViewportSize | None = None) -> Iterator[Window]:
        """Open the browser in front of a camera; a real device shows one person at a time.

        On leaving, whatever the browser did is judged: a request to anybody else, a violated policy, an
        uncaught error or a body that could carry a picture fails the test that opened it.
        """
        with _filmed(camera, self.profile) as (filmed, onlooker):
            context = self.playwright.chromium.launch_persistent_context(
                self.profile,
                executable_path=find_chromium(),
                headless=True,
                args=[*_QUIET, *filmed.flags()],
                viewport=viewport or self.viewport,
                base_url=self.origin,
                accept_downloads=True,
            )
            try:
                context.set_default_timeout(PATIENCE_MS)
                if not camera.allowed:
                    context.grant_permissions([])
                if onlooker is not None:
                    context.expose_function("actorSees", onlooker.look)
                    context.add_init_script(WATCH)
                witness = Witness(origins={self.origin, self.api or self.origin})
                witness.watch(context)
                page = context.pages[0] if context.pages else context.new_page()
                yield Window(page=page, context=context, witness=witness, onlooker=onlooker)
                witness.judge()
            finally:
                context.close()

    def copy(self, profile: Path) -> Device:
        """Copy the device, its key included, so that one test's history is not another's."""
        shutil.copytree(self.profile, profile, ignore=shutil.ignore_patterns("Singleton*"))
        return replace(self, profile=profile)


@contextmanager
def _filmed(camera: Camera, profile: Path) -> Iterator[tuple[Camera, Onlooker | None]]:
    """Film the camera's actor for as long as the browser is open."""
    if camera.actor is None:
        yield camera, None
        return
    onlooker = Onlooker(camera.actor())
    path = profile.with_name(f"{profile.name}-{secrets.token_hex(3)}.y4m")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with LiveCamera(path, rate=camera.rate) as running:
            running.show(onlooker)
            yield replace(camera, clip=path, actor=None), onlooker
    finally:
        path.unlink(missing_ok=True)
