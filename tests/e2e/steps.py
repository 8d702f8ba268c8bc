"""What people do on the pages, by what they see: labels, buttons and the markers of the pages' contract."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from service.patience import FREE_TRIES, wait_after_s

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.e2e.mailbox import Mailbox

# A look on two cores: models, WebAssembly, and three tries before the page says "Try again".
CEREMONY_MS: Final = 120_000
# After as many refusals somebody who is there gives up; what refuses them always is still found.
MAX_REFUSALS: Final = 2
# A look at the camera is up to three tries, so two that failed may have used up those that need no wait.
UNTIL_DUE_MS: Final = 1000 * (wait_after_s(FREE_TRIES) + 1)
_LOOK_MS: Final = 50

# Frame by frame, inside the page: polling from outside would come too late. Ends in any other state, too.
_UNTIL_FIRST_CAPTURE: Final = """() => new Promise((resolve) => {
  const look = () => {
    const live = ['asking', 'guiding'].includes(
      document.querySelector('[data-testid=camera]')?.dataset.state);
    const none = (document.querySelector('.camera__stage')?.dataset.taken ?? '0') === '0';
    if (live && none) requestAnimationFrame(look);
    else resolve();
  };
  look();
})"""


def until(page: Page, fact: str) -> None:
    """Wait until something is so in the page, whose policy forbids Playwright's own way."""
    late = time.monotonic() + CEREMONY_MS / 1000
    while not page.evaluate(fact):
        assert time.monotonic() < late, f"never so: {fact}"
        page.wait_for_timeout(_LOOK_MS)


def on_page(page: Page, name: str) -> Locator:
    """The main part of a page, once it is that page."""
    main = page.locator(f"main[data-page={name}]")
    expect(main).to_be_visible(timeout=CEREMONY_MS)
    return main


def camera(page: Page) -> Locator:
    """The camera block."""
    return page.get_by_test_id("camera")


def camera_is(page: Page, state: str) -> None:
    """Wait until the camera block is in a state."""
    expect(camera(page)).to_have_attribute("data-state", state, timeout=CEREMONY_MS)


def guidance_is(page: Page, state: str) -> None:
    """Wait until the guidance says something."""
    expect(page.get_by_test_id("guidance")).to_have_attribute("data-guidance", state, timeout=CEREMONY_MS)


def start_camera(page: Page) -> None:
    """Press the camera's button as soon as the models are there."""
    camera_is(page, "ready")
    page.get_by_role("button", name="Start camera").click()


def choose_way(page: Page, profile: str) -> None:
    """Have chosen another way of the ceremony on this device, some time ago."""
    page.add_init_script(f"localStorage.setItem('facesmash-profile', '{profile}')")


def first_capture(page: Page) -> None:
    """Wait until the first capture is taken, and not a frame longer: what follows is over in a second."""
    page.evaluate(_UNTIL_FIRST_CAPTURE)


def prove_mailbox(page: Page, mailbox: Mailbox) -> None:
    """Type the address, then the code that arrives."""
    page.get_by_label("E-mail").fill(mailbox.address)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Code", exact=True).fill(mailbox.next_code())
    page.get_by_role("button", name="Confirm").click()


def consent(page: Page) -> None:
    """Agree to the text."""
    expect(page.locator("[data-step=consent]")).to_be_visible()
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Agree and continue").click()


def name_device(page: Page, name: str) -> None:
    """Say what this device shall be called."""
    page.get_by_label("Name of this device").fill(name)


def register(page: Page, mailbox: Mailbox, *, device_name: str = "Desk") -> None:
    """Register from the address to the last word of it."""
    page.goto("/register")
    prove_mailbox(page, mailbox)
    consent(page)
    name_device(page, device_name)
    start_camera(page)
    is_registered(page)


def is_registered(page: Page) -> None:
    """Wait for the last word of a registration."""
    _wait_for(page, page.locator("[data-step=done]"))


def sign_in(page: Page) -> None:
    """Sign in on a device that is known: look, nothing else."""
    look(page)
    is_signed_in(page)


def look(page: Page) -> None:
    """Open the sign-in page and look at the camera."""
    page.goto("/sign-in")
    start_camera(page)


def looks_until(page: Page, success: Locator) -> None:
    """Look at the camera of the page that is open, until something is to be seen."""
    start_camera(page)
    _wait_for(page, success)


def is_signed_in(page: Page) -> None:
    """Wait until the dashboard shows an account."""
    _wait_for(page, page.locator("main[data-page=dashboard]").get_by_role("region", name="Your account"))


def _wait_for(page: Page, success: Locator) -> None:
    """Wait for it as people do: one in twenty is refused although they are there, and tries again."""
    again = page.get_by_role("button", name="Try again")
    for refused_before in range(MAX_REFUSALS):
        expect(success.or_(again).first).to_be_visible(timeout=CEREMONY_MS)
        if success.is_visible():
            return
        if refused_before:
            page.wait_for_timeout(UNTIL_DUE_MS)
        _again(page)
    expect(success).to_be_visible(timeout=CEREMONY_MS)


def _again(page: Page) -> None:
    page.get_by_role("button", name="Try again").first.click()
    # The camera's own setback begins anew at once; the service's waits to be begun.
    expect(camera(page)).not_to_have_attribute("data-state", "failed")
    if page.get_by_role("button", name="Start camera").count():
        start_camera(page)


def is_refused(page: Page) -> str:
    """Wait for the service's refusal and read it, less what the device itself noticed of this one try."""
    refusal = page.get_by_test_id("refusal")
    gave_up = page.locator("[data-testid=camera][data-state=failed]")
    for _ in range(MAX_REFUSALS):
        expect(refusal.or_(gave_up).first).to_be_visible(timeout=CEREMONY_MS)
        if refusal.is_visible():
            break
        _again(page)  # the page itself stopped, and nothing was sent
    expect(refusal).to_be_visible(timeout=CEREMONY_MS)
    words = re.sub(r"\s+", " ", refusal.inner_text()).strip()
    of_the_service, noticed, _ = re.split(r"(What this device noticed|What often helps)", words)
    assert noticed
    return of_the_service


def use_mailbox_instead(page: Page) -> None:
    """On the sign-in page, choose the way with a code."""
    page.get_by_role("button", name=re.compile("mailbox", re.IGNORECASE)).first.click()


def open_dashboard(page: Page) -> Locator:
    """Go to the dashboard without leaving the document: the session lives in its memory."""
    if page.locator("main[data-page=dashboard]").count() == 0:
        page.get_by_role("link", name="My data").first.click()
    return on_page(page, "dashboard")


def download(page: Page, folder: Path) -> Path:
    """Press the button and keep the file."""
    with page.expect_download() as started:
        page.get_by_role("button", name="Download my data").click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def delete_account(page: Page) -> str:
    """Delete everything, with the confirmation that is asked for, and read the receipt."""
    page.get_by_role("button", name="Delete my account").click()
    return _confirm_and_read_receipt(page, "Delete everything")


def remove_template(page: Page) -> None:
    """Remove the first template in the list and confirm."""
    records = page.get_by_role("region", name="Face templates").locator("li.record")
    _remove(page, records, records.first)


def remove_other_device(page: Page) -> None:
    """Remove the device that is not this one and confirm."""
    records = page.get_by_role("region", name="Devices").locator("li.record")
    _remove(page, records, records.filter(has_not_text="This device").first)


def _remove(page: Page, records: Locator, record: Locator) -> None:
    before = records.count()
    record.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    expect(records).to_have_count(before - 1)


def look_if_asked(page: Page) -> None:
    """Open the sign-in page; look at the camera if it is offered, and wait for what comes of it."""
    page.goto("/sign-in")
    on_page(page, "sign-in")
    offered = camera(page).or_(page.get_by_label("E-mail"))
    expect(offered.first).to_be_visible()
    if camera(page).count():
        start_camera(page)
        is_refused(page)


def withdraw_consent(page: Page) -> str:
    """Withdraw the consent, with the confirmation that is asked for, and read the receipt."""
    page.get_by_role("button", name="Withdraw consent").click()
    return _confirm_and_read_receipt(page, "Withdraw and delete everything")


def _confirm_and_read_receipt(page: Page, name: str) -> str:
    page.get_by_role("dialog").get_by_role("button", name=name).click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_be_visible()
    return receipt.inner_text()


def freeze_link(mailbox: Mailbox) -> str:
    """Find the link "this was not me" in the newest notice that has one, as a path of the site."""
    texts = [mail.text for mail in reversed(mailbox.mails())]
    found = next(match for text in texts if (match := re.search(r"/freeze#[A-Za-z0-9_-]{76}", text)))
    return found[0]
