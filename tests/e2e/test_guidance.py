"""Each thing that may be wrong in front of a camera is told while it is so, and nothing is sent meanwhile."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.actors import BEA, CLEO, DORA, film, takes
from tests.e2e import steps
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.actors import Take
    from tests.e2e.browser import Window
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album

VIEWS = {
    "empty-room": ("no-face", takes.empty_room()),
    "far": ("too-far", takes.too_far(BEA)),
    "close": ("too-close", takes.too_close(BEA)),
    "dim": ("too-dark", takes.too_dark(BEA)),
    "lights-out": ("too-dark", takes.lights_out(BEA)),
    "bright": ("too-bright", takes.too_bright(BEA)),
    "side-lit": ("uneven-light", takes.side_lit(BEA)),
    "blurred": ("blurred", takes.blurred(BEA)),
    "two-faces": ("several-faces", takes.two_faces(BEA, CLEO)),
    "turned": ("not-frontal", takes.not_frontal(BEA)),
    "turned-in-the-picture": ("not-frontal", takes.in_front(DORA)),
    "at-the-edge": ("off-centre", takes.off_centre(BEA)),
}


@dataclass(frozen=True, kw_only=True)
class Cinema:
    """A page that looks at a camera whose film can be changed while it plays.

    Attributes:
        window: The browser.
        reel: The file that its camera plays, again and again.
    """

    window: Window
    reel: Path

    def show(self, name: str, take: Take) -> None:
        """Play another take from now on."""
        new = film(take, name=name).read_bytes()
        assert len(new) == self.reel.stat().st_size, "a camera neither grows nor shrinks"
        with self.reel.open("r+b") as reel:
            reel.write(new)


@pytest.fixture(scope="module")
def cinema(house: House, owner: Member) -> Iterator[Cinema]:
    reel = house.path("reel.y4m")
    shutil.copyfile(film(takes.empty_room(), name="empty-room"), reel)
    with owner.device.copy(house.path("cinema")).open(Camera(clip=reel)) as window:
        steps.look(window.page)
        yield Cinema(window=window, reel=reel)


@pytest.mark.parametrize("view", VIEWS)
def test_a_bad_view_is_told_and_nothing_is_sent(cinema: Cinema, album: Album, view: str) -> None:
    guidance, take = VIEWS[view]
    page = cinema.window.page
    cinema.show(view, take)

    steps.guidance_is(page, guidance)
    album.take(page, f"guidance-{view}")
    page.wait_for_timeout(1000)
    steps.guidance_is(page, guidance)

    assert steps.camera(page).get_attribute("data-state") == "guiding"
    assert cinema.window.witness.answers("/v1/verifications") == []
