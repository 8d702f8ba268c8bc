"""Leaving is immediate, proved by a signed receipt, and leaves nothing that would tell somebody was here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import PILOT
from tests.e2e import steps
from tests.e2e.house import VERIFICATIONS, in_front_of, registering
from tests.e2e.life import leave
from tests.e2e.tokens import header_of, verify_receipt

if TYPE_CHECKING:
    from tests.e2e.house import House
    from tests.e2e.life import Leaving, Life
    from tests.e2e.screenshots import Album


def test_withdrawing_the_consent_destroys_everything_and_gives_a_signed_receipt(
    house: House, album: Album
) -> None:
    with house.device().open(registering(PILOT)) as window:
        page = window.page
        steps.register(page, house.mailbox("leaving"))
        steps.open_dashboard(page)
        page.get_by_role("button", name="Delete my account").click()
        expect(page.get_by_role("button", name="Delete everything")).to_be_visible()
        album.take(page, "delete-confirmation")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Delete everything")).to_be_hidden()
        changed_his_mind = [one.method for one in window.witness.answers("/v1/account")]
        left = leave(house, window, album, by=steps.withdraw_consent, path="/v1/account/consent/withdraw")

    assert "DELETE" not in changed_his_mind, "deleting asks before it happens"
    _everything_is_gone(house, left)


def test_deleting_the_account_destroys_everything_and_gives_a_signed_receipt(
    house: House, life: Life
) -> None:
    _everything_is_gone(house, life.leaving)


def test_deleted_the_same_face_on_the_same_device_is_refused_as_a_stranger_is(
    life: Life, album: Album
) -> None:
    with life.kept.open(in_front_of(PILOT)) as window:
        steps.look(window.page)
        words_afterwards = steps.is_refused(window.page)
        album.take(window.page, "sign-in-after-deletion")
        (afterwards,) = window.witness.answers(VERIFICATIONS)
        challenges = window.witness.answers("/v1/challenges")

    assert (afterwards.status, afterwards.body) == (life.stranger.status, life.stranger.body)
    assert _telling(afterwards.headers) == _telling(life.stranger.headers)
    assert words_afterwards == life.words_for_a_stranger
    assert {challenge.status for challenge in challenges} == {201}


def test_a_device_whose_account_is_gone_shows_what_a_new_one_shows(house: House, life: Life) -> None:
    left = life.member.device
    with left.open(in_front_of(PILOT)) as window, house.device().open(in_front_of(PILOT)) as fresh:
        for page in (window.page, fresh.page):
            page.goto("/sign-in")
            expect(page.get_by_label("E-mail")).to_be_visible()
        same_device, new_device = (page.locator("main").inner_text() for page in (window.page, fresh.page))

    assert same_device == new_device


def _everything_is_gone(house: House, left: Leaving) -> None:
    answer = left.answer
    assert left.rows_before
    assert left.rows_after == 0
    assert answer["reference"] in left.shown
    assert header_of(answer["receipt"])["typ"] == "receipt+jwt"
    assert verify_receipt(house.stack.url, answer["receipt"])["destroyed"] == answer["destroyed"]
    assert answer["destroyed"]["templates"] >= 3
    assert answer["destroyed"]["keys"] == 1


def _telling(headers: dict[str, str]) -> dict[str, str]:
    """The headers of an answer, less those that differ from one answer to the next by design."""
    by_design = {"date", "x-amz-request-id", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}
    return {name: value for name, value in headers.items() if name not in by_design}
