"""Leaving is immediate, proved by a signed receipt, and leaves nothing that would tell somebody was here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import CLEO, PILOT
from tests.e2e import steps, tables
from tests.e2e.house import VERIFICATIONS, in_front_of
from tests.e2e.tokens import header_of, verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.browser import Window
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album


def test_withdrawing_the_consent_destroys_everything_and_gives_a_signed_receipt(
    house: House, album: Album
) -> None:
    member = house.enrol(PILOT)

    with member.device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        _leave(house, window, album, by=steps.withdraw_consent, path="/v1/account/consent/withdraw")


def test_deleted_the_same_face_on_the_same_device_is_refused_as_a_stranger_is(
    house: House, owner: Member, album: Album
) -> None:
    with owner.device.copy(house.path("stolen")).open(in_front_of(CLEO)) as window:
        steps.look(window.page)
        words_for_a_stranger = steps.is_refused(window.page)
        (for_a_stranger,) = window.witness.answers(VERIFICATIONS)
    member = house.enrol(PILOT)
    # The page forgets the account with it. A device that kept its key must fare no better.
    kept = member.device.copy(house.path("kept"))
    with member.device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        _leave(house, window, album, by=steps.delete_account, path="/v1/account")

    with kept.open(in_front_of(PILOT)) as window:
        steps.look(window.page)
        words_afterwards = steps.is_refused(window.page)
        album.take(window.page, "sign-in-after-deletion")
        (afterwards,) = window.witness.answers(VERIFICATIONS)
        challenges = window.witness.answers("/v1/challenges")

    assert (afterwards.status, afterwards.body) == (for_a_stranger.status, for_a_stranger.body)
    assert _telling(afterwards.headers) == _telling(for_a_stranger.headers)
    assert words_afterwards == words_for_a_stranger
    assert {challenge.status for challenge in challenges} == {201}

    with member.device.open(in_front_of(PILOT)) as window, house.device().open(in_front_of(PILOT)) as fresh:
        for page in (window.page, fresh.page):
            page.goto("/sign-in")
            expect(page.get_by_label("E-mail")).to_be_visible()
        same_device, new_device = (page.locator("main").inner_text() for page in (window.page, fresh.page))

    assert same_device == new_device


def _leave(house: House, window: Window, album: Album, *, by: Callable[[Page], str], path: str) -> None:
    account = window.witness.answers(VERIFICATIONS)[-1].json()["account"]
    assert tables.of_account(house.stack, account)
    shown = by(window.page)
    album.take(window.page, f"receipt-{path.rpartition('/')[2]}")
    answer = window.witness.answers(path)[-1].json()

    assert answer["reference"] in shown
    assert header_of(answer["receipt"])["typ"] == "receipt+jwt"
    assert verify(house.stack.url, answer["receipt"])["destroyed"] == answer["destroyed"]
    assert answer["destroyed"]["templates"] >= 3
    assert answer["destroyed"]["keys"] == 1
    assert tables.of_account(house.stack, account) == []


def test_deleting_asks_before_it_happens(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("hesitant"))

    with device.open(in_front_of(PILOT)) as window:
        page = window.page
        steps.sign_in(page)
        page.get_by_role("button", name="Delete my account").click()
        expect(page.get_by_role("button", name="Delete everything")).to_be_visible()
        album.take(page, "delete-confirmation")
        page.keyboard.press("Escape")

        expect(page.get_by_role("button", name="Delete everything")).to_be_hidden()
        assert [one for one in window.witness.answers("/v1/account") if one.method == "DELETE"] == []


def _telling(headers: dict[str, str]) -> dict[str, str]:
    """The headers of an answer, less those that differ from one answer to the next by design."""
    by_design = {"date", "x-amz-request-id", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}
    return {name: value for name, value in headers.items() if name not in by_design}
