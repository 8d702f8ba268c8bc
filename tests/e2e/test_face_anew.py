"""A face later, and anew: set up by somebody who first did without, kept from somebody else, taken back."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import CLEO, PILOT
from tests.e2e import steps, walk
from tests.e2e.house import in_front_of, registering
from tests.e2e.tables import let_face_grow_old

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.browser import Device
    from tests.e2e.house import House
    from tests.e2e.screenshots import Album

FACE = "/v1/account/face"


def test_whoever_did_without_a_face_sets_one_up_and_nobody_else_puts_theirs_in_its_place(
    house: House, album: Album
) -> None:
    device = house.device("later")
    with device.open(registering(PILOT)) as window:
        page = window.page
        page.goto("/register")
        steps.prove_mailbox(page, house.mailbox("later"))
        page.get_by_role("button", name="Carry on without a face").click()
        page.get_by_role("button", name="Make my account").click()
        steps.is_registered(page)
        _sees_its_data(page)
        walk.press(page, "Set up face sign-in")
        _agrees_and_looks(page, album, heading="Set up face sign-in", name="face-first")
        album.take(page, "face-done")
        walk.is_accessible(page)
    with device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        _takes_tables_and_numbers(window.page, album)
        _renames(window.page, album)
        account = window.witness.answers("/v1/account")[-1].json()["account"]
    let_face_grow_old(house.stack, account)
    _somebody_else_is_refused(device, album)
    with device.open(in_front_of(PILOT)) as window:
        page = window.page
        steps.sign_in(page)
        walk.press(page, "Enrol my face anew")
        _agrees_and_looks(page, album, heading="Enrol your face anew", name="face-anew")
        (answer,) = window.witness.answers(FACE)
        _sees_its_data(page)
        _leaves_with_the_keyboard(page, album)

    assert answer.status == 200


def _sees_its_data(page: Page) -> None:
    page.get_by_role("link", name="See my data").click()
    steps.is_signed_in(page)


def _agrees_and_looks(page: Page, album: Album, *, heading: str, name: str) -> None:
    main = steps.on_page(page, "face")
    expect(main.get_by_role("heading", name=heading, level=1)).to_be_visible()
    expect(page.get_by_label("I agree")).to_be_visible()
    album.take(page, f"{name}-consent")
    walk.is_accessible(page)
    walk.tab_to(page, "I agree")
    page.keyboard.press("Space")
    walk.press(page, "Agree and continue")
    steps.camera_is(page, "ready")
    album.take(page, f"{name}-camera")
    steps.looks_until(page, page.get_by_role("heading", name="Your face is enrolled"))


def _takes_tables_and_numbers(page: Page, album: Album) -> None:
    with page.expect_download() as started:
        walk.press(page, "Download as tables")
    with zipfile.ZipFile(started.value.path()) as archive:
        assert {"templates.csv", "retention.csv"} <= set(archive.namelist())
    walk.press(page, "Show the numbers")
    expect(page.get_by_role("button", name="Hide the numbers")).to_be_visible()
    album.take(page, "dashboard-numbers")
    walk.is_accessible(page)
    walk.press(page, "Do not learn from sign-ins")
    walk.press(page, "Learn nothing")
    expect(page.get_by_role("button", name="Learn from sign-ins again")).to_be_visible()


def _renames(page: Page, album: Album) -> None:
    devices = page.get_by_role("region", name="Devices")
    walk.press(page, "Rename")
    field = page.get_by_role("dialog").get_by_role("textbox")
    expect(field).to_be_focused()
    album.take(page, "rename-device")
    walk.is_accessible(page)
    field.fill("Analytical engine")
    page.keyboard.press("Enter")
    expect(devices.get_by_text("Analytical engine").first).to_be_visible()


def _somebody_else_is_refused(device: Device, album: Album) -> None:
    """The session goes on in another visit; minutes after its owner looked, somebody else does."""
    with device.open(in_front_of(CLEO)) as window:
        page = window.page
        page.goto("/face")
        expect(page.get_by_label("I agree")).to_be_visible()
        page.get_by_label("I agree").check()
        page.get_by_role("button", name="Agree and continue").click()
        steps.looks_until(page, page.get_by_text("the face that the account has"))
        album.take(page, "face-somebody-else")
        refused = [one.json() for one in window.witness.answers(FACE)]

    assert {one["type"].rpartition(":")[2] for one in refused} == {"capture-refused"}
    assert "not-recognised" in str(refused[-1]["errors"])


def _leaves_with_the_keyboard(page: Page, album: Album) -> None:
    walk.press(page, "Withdraw consent")
    expect(page.get_by_role("button", name="Keep my account")).to_be_focused()
    walk.is_told(page, '- dialog "Withdraw your consent?"', within="body")
    album.take(page, "withdraw-question")
    walk.press(page, "Withdraw and delete everything")
    expect(page.get_by_role("heading", name="Everything has been deleted")).to_be_focused()
