"""Each thing that may be wrong in front of a camera is told while it is so, and nothing is sent meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.actors import BEA, CLEO, DORA, film, takes
from tests.e2e import steps
from tests.e2e.browser import Camera

if TYPE_CHECKING:
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


@pytest.mark.parametrize("view", VIEWS)
def test_a_bad_view_is_told_and_nothing_is_sent(house: House, owner: Member, album: Album, view: str) -> None:
    guidance, take = VIEWS[view]
    device = owner.device.copy(house.path(view))

    with device.open(Camera(clip=film(take, name=view))) as window:
        page = window.page
        steps.look(page)
        steps.guidance_is(page, guidance)
        album.take(page, f"guidance-{view}")
        page.wait_for_timeout(1500)
        steps.guidance_is(page, guidance)

        assert steps.camera(page).get_attribute("data-state") == "guiding"
        assert window.witness.answers("/v1/verifications") == []
