"""Each thing that may be wrong in front of a camera is told while it is so, and nothing is sent meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.actors import ADA, BEA, film, takes
from tests.e2e import steps
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from tests.actors import Take
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album

VIEWS = {
    "no-face": takes.empty_room(),
    "too-far": takes.too_far(BEA),
    "too-close": takes.too_close(BEA),
    "too-dark": takes.too_dark(BEA),
    "too-bright": takes.too_bright(BEA),
    "blurred": takes.blurred(BEA),
    "several-faces": takes.two_faces(BEA, ADA),
    "not-frontal": takes.not_frontal(BEA),
    "off-centre": takes.off_centre(BEA),
}


@pytest.mark.parametrize(("guidance", "take"), VIEWS.items(), ids=VIEWS)
def test_a_bad_view_is_told_and_nothing_is_sent(
    house: House, owner: Member, album: Album, guidance: str, take: Take
) -> None:
    device = owner.device.copy(house.path(guidance))

    with device.open(Camera(clip=film(take, name=guidance))) as window:
        page = window.page
        steps.look(page)
        steps.guidance_is(page, guidance)
        album.take(page, f"guidance-{guidance}")
        page.wait_for_timeout(1500)
        steps.guidance_is(page, guidance)

        assert steps.camera(page).get_attribute("data-state") == "guiding"
        assert window.witness.answers("/v1/verifications") == []
