"""The screens of a person's rights: with the keyboard alone, as a screen reader has them, judged by axe."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.e2e import steps, walk
from tests.e2e.browser import Camera
from tests.e2e.tables import let_nobody_use, let_text_grow_old

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.house import House, Member
    from tests.e2e.mailbox import Mailbox
    from tests.e2e.screenshots import Album

NO_CAMERA: Final = Camera(allowed=False)
# Of the 365 days that the local stack keeps unused accounts: the mail is due after 335.
UNUSED_DAYS: Final = 336


def test_who_says_no_to_a_face_registers_looks_around_and_leaves_with_the_keyboard_alone(
    house: House, album: Album
) -> None:
    mailbox = house.mailbox("faceless")
    with house.device("faceless").open(NO_CAMERA) as window:
        page = window.page
        page.goto("/register")
        walk.write(page, "E-mail", mailbox.address)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        walk.write(page, "Code", mailbox.next_code())
        page.keyboard.press("Enter")
        expect(page.get_by_label("I agree")).to_be_visible()  # the text has to arrive first
        walk.is_told(
            page, '- heading "Your consent"', '- button "Agree and continue"', "Carry on without a face"
        )
        walk.press(page, "Agree and continue")
        assert "I agree" in walk.focused(page), "what is missing has the focus"
        expect(page.get_by_text("Tick the box if you agree")).to_be_visible()
        album.take(page, "consent-unticked")
        walk.is_accessible(page)
        walk.press(page, "Carry on without a face")
        expect(page.get_by_role("heading", name="Without a face")).to_be_focused()
        album.take(page, "register-without-face")
        walk.is_accessible(page)
        walk.press(page, "Make my account")
        steps.is_registered(page)
        album.take(page, "register-done-without-face")
        walk.press(page, "See my data")

        steps.on_page(page, "dashboard")
        expect(page.get_by_text("This account has no face", exact=True)).to_be_visible()
        walk.is_told(
            page,
            '- heading "My data" [level=1]',
            '- region "Your account"',
            '- region "Sessions"',
            '- region "What is not held"',
            '- button "Delete my account"',
        )
        album.take(page, "dashboard-without-face")
        walk.is_accessible(page)
        with page.expect_download() as started:
            walk.press(page, "Download my data")
        held = json.loads(started.value.path().read_bytes())
        album.take(page, "dashboard-downloaded")
        _hears_that_nobody_uses_it(house, page, held["account"], album)
        _moves(page, old=mailbox, new=house.mailbox("faceless-moved"))

        walk.press(page, "Delete my account")
        expect(page.get_by_role("button", name="Keep my account")).to_be_focused()
        walk.is_told(page, '- dialog "Delete your account?"', within="body")
        album.take(page, "delete-question")
        walk.is_accessible(page)
        walk.press(page, "Delete everything")
        expect(page.get_by_role("heading", name="Everything has been deleted")).to_be_focused()
        walk.is_told(page, '- region "Receipt"', '- button "Download the receipt"')
        album.take(page, "receipt-without-face")
        walk.is_accessible(page)
        asked = {one.path for one in window.witness.exchanges}

    assert held["email"] == mailbox.address
    assert "/v1/registrations" in asked
    assert not {"/v1/enrolments", "/v1/verifications"} & asked


def test_a_new_text_is_agreed_to_and_face_sign_in_paused_and_resumed_with_the_keyboard_alone(
    house: House, owner: Member, album: Album
) -> None:
    let_text_grow_old(house.stack, str(owner.exchanges[-1].json()["account"]))

    with owner.device.copy(house.path("keyboard")).open(NO_CAMERA) as window:
        page = window.page
        page.goto("/sign-in")
        steps.camera_is(page, "ready")
        walk.press(page, "Use a mailbox code instead")
        expect(page.get_by_role("heading", name="With a code from your mailbox")).to_be_focused()
        walk.write(page, "E-mail", owner.mailbox.address)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        walk.write(page, "Code", owner.mailbox.next_code())
        page.keyboard.press("Enter")
        steps.is_signed_in(page)
        walk.is_told(page, '- region "A new consent text"', '- button "Withdraw consent"')
        expect(page.get_by_label("I agree")).to_be_visible()
        album.take(page, "dashboard-consent-again")
        walk.is_accessible(page)
        walk.tab_to(page, "I agree")
        page.keyboard.press("Space")
        walk.press(page, "I agree")
        expect(page.get_by_test_id("consent-again")).to_have_count(0)

        walk.press(page, "Pause face sign-in")
        expect(page.get_by_role("button", name="Resume face sign-in")).to_be_visible()
        walk.is_told(page, '- button "Resume face sign-in"')
        walk.is_accessible(page)
        walk.press(page, "Resume face sign-in")
        expect(page.get_by_role("button", name="Pause face sign-in")).to_be_visible()


def _moves(page: Page, *, old: Mailbox, new: Mailbox) -> None:
    """Another address, with a code from each mailbox, on the device that registered."""
    walk.press(page, "Change my address")
    walk.write(page, "New address", new.address)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code from your address until now")).to_be_focused()
    walk.is_accessible(page)
    walk.write(page, "Code from your address until now", old.next_code())
    walk.write(page, "Code from your new address", new.next_code())
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Your address is {new.address} now.")).to_be_visible()


def _hears_that_nobody_uses_it(house: House, page: Page, account: str, album: Album) -> None:
    """Nearly a year goes by; the mail tells what happens, and until when."""
    let_nobody_use(house.stack, account, since=time.time() - UNUSED_DAYS * 86_400)
    house.sweep()
    outbox = page.context.new_page()
    outbox.goto("/outbox")
    mail = steps.on_page(outbox, "outbox").locator("li.mail").first
    expect(mail).to_contain_text("nobody")
    walk.is_told(outbox, '- heading "Outbox" [level=1]')
    album.take(outbox, "outbox-unused-account")
    walk.is_accessible(outbox)
    outbox.close()
