"""One registration, page by page as a person meets them; several files of tests go on from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import ADA
from tests.e2e import steps
from tests.e2e.house import Member, registering

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.house import House
    from tests.e2e.screenshots import Album
    from tests.e2e.witness import Exchange


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A registration.

    Attributes:
        member: Who came.
        held: What the API then told of the account.
    """

    member: Member
    held: Exchange = field(repr=False)


def arrive(house: House, album: Album) -> Arrival:
    """Come by the front page, register, and look at what is held."""
    mailbox, device = house.mailbox("newcomer"), house.device("newcomer")
    with device.open(registering(ADA)) as window:
        page = window.page
        page.goto("/")
        steps.on_page(page, "home")
        album.take(page, "home")
        page.get_by_role("link", name="Register").first.click()
        steps.on_page(page, "register")
        album.take(page, "register-email")
        page.get_by_label("E-mail").fill(mailbox.address)
        page.get_by_role("button", name="Send code").click()
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        album.take(page, "register-code")
        mailbox.next_code()  # the same one; the mailbox remembers that it was read
        page.get_by_label("Code", exact=True).fill(_read_code_in_outbox(page, mailbox.address, album))
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_label("I agree")).to_be_visible()  # the text has to arrive first
        album.take(page, "register-consent")
        steps.consent(page)
        steps.name_device(page, "Kitchen laptop")
        steps.camera_is(page, "ready")
        album.take(page, "register-camera")
        steps.start_camera(page)
        steps.is_registered(page)
        album.take(page, "register-done")
        dashboard = steps.open_dashboard(page)
        expect(dashboard).to_contain_text(mailbox.address)
        expect(dashboard).to_contain_text("Kitchen laptop")
        album.take(page, "dashboard")
        held = [one for one in window.witness.answers("/v1/account") if one.method == "GET"][-1]
        member = Member(person=ADA, mailbox=mailbox, device=device, exchanges=window.witness.exchanges)
    return Arrival(member=member, held=held)


def _read_code_in_outbox(page: Page, address: str, album: Album) -> str:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="outbox").first.click()
    outbox = opened.value
    mail = steps.on_page(outbox, "outbox")
    expect(mail).to_contain_text(address)
    album.take(outbox, "outbox")
    found = re.search(r"\b(\d{6})\b", mail.inner_text())
    assert found is not None
    outbox.close()
    return found[1]
