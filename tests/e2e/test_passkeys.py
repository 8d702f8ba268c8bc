"""A passkey on an authenticator of Chromium's own: added, and used where nothing is known any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.browser import Camera
from tests.support.captures import portrait
from tests.support.client import Device as ApiDevice
from tests.support.transport import Http

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.house import House
    from tests.e2e.mailbox import Mailbox
    from tests.e2e.screenshots import Album

_FORGET = """async () => {
  for (const { name } of await indexedDB.databases()) await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = resolve;
  });
}"""


def test_a_passkey_lets_in_on_a_device_that_has_forgotten_everything(house: House, album: Album) -> None:
    mailbox = house.mailbox("key-holder")
    _enrol_elsewhere(house, mailbox)
    house.let_time_pass()

    # Nobody is before the camera: no step of this needs a face.
    with house.device("with-a-key").open(Camera()) as window:
        page = window.page
        session = window.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

        page.goto("/sign-in")
        steps.prove_mailbox(page, mailbox)
        _without_a_face(page)
        passkeys = page.get_by_role("region", name="Passkeys")
        passkeys.get_by_role("button", name="Add a passkey").click()
        expect(passkeys.locator("li.record")).to_have_count(1)
        album.take(page, "dashboard-passkey")

        page.goto("/")
        page.evaluate(_FORGET)
        page.goto("/sign-in")
        expect(page.get_by_label("E-mail")).to_be_visible()
        album.take(page, "sign-in-passkey")
        page.get_by_role("button", name="Use a passkey").click()
        _without_a_face(page)
        held = window.witness.answers("/v1/account")[-1].json()
        means = [one["means"] for one in held["sessions"] if one["current"]]
        (record,) = held["passkeys"]

        passkeys.get_by_role("button", name="Remove").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
        # The session that it began ends with it, at once.
        expect(page.get_by_role("heading", name="session").first).to_be_visible()

    assert means == ["synced-passkey" if record["synced"] else "passkey"]


def _enrol_elsewhere(house: House, mailbox: Mailbox) -> None:
    """Have an account, made on another device, over the wire and without a browser."""
    elsewhere = ApiDevice(Http(house.stack.url))
    assert elsewhere.send_code(mailbox.address).status == 202
    assert elsewhere.confirm(mailbox.address, mailbox.next_code()).status == 200
    assert elsewhere.enrol(mailbox.address, portrait(1)).status == 201


def _without_a_face(page: Page) -> None:
    """On the sign-in page before the camera: what was proved is enough for the dashboard."""
    steps.camera(page).wait_for()
    steps.use_mailbox_instead(page)
    expect(steps.on_page(page, "dashboard").get_by_role("region", name="Your account")).to_be_visible()
