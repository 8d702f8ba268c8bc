"""Whatever becomes of the camera has a state of its own, and a way on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import PILOT, film, takes
from tests.actors.entrances import nobody
from tests.e2e import steps
from tests.e2e.browser import Camera
from tests.e2e.house import comes_later, in_front_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album
    from tests.e2e.visit import Visit


def test_a_refused_camera_is_told_with_a_way_on(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("refused"))

    with device.open(replace(in_front_of(PILOT), allowed=False)) as window:
        page = window.page
        steps.look(page)
        steps.camera_is(page, "refused")
        album.take(page, "camera-refused")
        window.context.grant_permissions(["camera"])
        page.get_by_role("button", name="Try again").click()

        steps.camera_is(page, "guiding")


def test_loading_shows_how_far_it_is(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("loading"))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with device.open(in_front_of(PILOT)) as window:
        page = window.page
        page.route("**/assets/face_recognition*", hold)
        page.goto("/sign-in")
        steps.camera_is(page, "loading")
        expect(steps.camera(page).get_by_role("progressbar")).to_be_visible()
        album.take(page, "camera-loading")
        assert held, "the descriptor network was never asked for"
        held[0].continue_()

        steps.camera_is(page, "ready")


def test_a_machine_without_a_camera_is_told(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("absent"))

    with device.open(Camera(clip=None)) as window:
        page = window.page
        steps.look(page)
        steps.camera_is(page, "absent")
        album.take(page, "camera-absent")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        _mailbox_is_offered(page)


def test_a_camera_in_use_elsewhere_is_told(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("busy"))

    with device.open(in_front_of(PILOT)) as window:
        page = window.page
        # No fake device can be held by another programme: the browser's own answer to that, once.
        page.add_init_script(
            """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async () => {
              navigator.mediaDevices.getUserMedia = open;
              throw new DOMException('Could not start video source', 'NotReadableError');
            };"""
        )
        steps.look(page)
        steps.camera_is(page, "busy")
        album.take(page, "camera-busy")
        page.get_by_role("button", name="Try again").click()

        steps.camera_is(page, "guiding")


def test_a_camera_that_is_taken_away_is_told(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("interrupted"))

    with device.open(Camera(clip=film(takes.empty_room(), name="no-face"))) as window:
        page = window.page
        steps.look(page)
        steps.guidance_is(page, "no-face")
        window.context.grant_permissions([])
        steps.camera_is(page, "interrupted")
        album.take(page, "camera-interrupted")


def test_a_hidden_page_waits_and_goes_on(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("hidden"))
    person = comes_later(PILOT, before=nobody)

    with device.open(Camera(actor=lambda: person)) as window:
        page = window.page
        steps.look(page)
        steps.guidance_is(page, "no-face")
        _show(page, visible=False)
        steps.camera_is(page, "hidden")
        album.take(page, "camera-hidden")
        _show(page, visible=True)
        person.come()

        steps.is_signed_in(page)


def test_signed_in_the_camera_is_off(seen: Visit) -> None:
    assert seen.camera == ["ended"]


def _mailbox_is_offered(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("mailbox")


def _show(page: Page, *, visible: bool) -> None:
    """Headless pages are never behind another window: say so to the page as the browser would."""
    state = "visible" if visible else "hidden"
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        state,
    )
