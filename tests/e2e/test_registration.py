from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import CLEO
from tests.e2e import steps
from tests.e2e.house import in_front_of, with_a_stiff_neck

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.arrival import Arrival
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album


def test_a_person_registers_and_sees_everything_that_is_held(newcomer: Arrival) -> None:
    account = newcomer.held.json()

    assert account["email"] == newcomer.member.mailbox.address
    _shows_several_views([template["quality"] for template in account["templates"]])
    assert [(device["name"], device["current"]) for device in account["devices"]] == [
        ("Kitchen laptop", True)
    ]
    assert len(account["consents"]) == 1
    assert "descriptor" not in newcomer.held.body.decode()


def test_registering_sends_a_notice_to_the_mailbox(owner: Member) -> None:
    notices = [mail for mail in owner.mailbox.mails() if mail.subject.endswith("face sign-in was set up")]

    assert len(notices) == 1, [mail.subject for mail in owner.mailbox.mails()]
    assert not re.search(r"\b\d{6}\b", notices[0].text), "the notice is not another code"


def test_registration_needs_no_mouse_and_no_turn_of_the_head(house: House) -> None:
    mailbox = house.mailbox("keys")

    with house.device().open(with_a_stiff_neck(CLEO)) as window:
        page = window.page
        steps.choose_way(page, "no-head-turn")
        page.goto("/register")
        _tab_to(page, "E-mail", typing=mailbox.address)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        _tab_to(page, "Code", typing=mailbox.next_code())
        page.keyboard.press("Enter")
        expect(page.get_by_label("I agree")).to_be_visible()  # the text has to arrive first
        _tab_to(page, "I agree")
        page.keyboard.press("Space")
        _tab_to(page, "Agree and continue")
        page.keyboard.press("Enter")
        steps.camera_is(page, "ready")
        _tab_to(page, "Start camera")
        page.keyboard.press("Enter")

        steps.is_registered(page)


def test_a_wrong_code_is_told_and_may_be_mended(house: House, album: Album) -> None:
    mailbox = house.mailbox("fumbler")

    with house.device().open(in_front_of(CLEO)) as window:
        page = window.page
        page.goto("/register")
        page.get_by_label("E-mail").fill(mailbox.address)
        page.get_by_role("button", name="Send code").click()
        right = mailbox.next_code()
        wrong = f"{(int(right) + 1) % 1_000_000:06}"
        page.get_by_label("Code", exact=True).fill(wrong)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("That code does not fit")).to_be_visible()
        album.take(page, "register-wrong-code")

        page.get_by_label("Code", exact=True).fill(right)
        page.get_by_role("button", name="Confirm").click()

        expect(page.locator("[data-step=consent]")).to_be_visible()


def _shows_several_views(qualities: list[dict[str, float]]) -> None:
    turns = [quality["yaw_deg"] for quality in qualities]
    sizes = [quality["inter_ocular_px"] for quality in qualities]
    assert len(qualities) == 4
    assert max(turns) - min(turns) > 10
    assert max(sizes) / min(sizes) > 1.1


def _tab_to(page: Page, name: str, *, typing: str = "") -> None:
    """Press Tab until the focus is on what carries a name, as a person without a mouse would."""
    focused = """() => {
      const at = document.activeElement;
      return at.matches('input, button, a') ? (at.labels?.[0] ?? at).innerText : '';
    }"""
    for _ in range(40):
        if name in page.evaluate(focused):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{name!r} cannot be reached with the Tab key")
    page.keyboard.type(typing)
