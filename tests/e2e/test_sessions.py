"""A session outlives its page, is seen and ended by its owner, and then ends calmly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import PILOT
from tests.e2e import steps
from tests.e2e.house import VERIFICATIONS, in_front_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album

REFRESH = "/v1/sessions/refresh"


def test_a_session_outlives_reloads_is_shared_by_tabs_and_ends_everywhere_calmly(
    house: House, owner: Member, album: Album
) -> None:
    with owner.device.copy(house.path("everywhere")).open(in_front_of(PILOT)) as window:
        page = window.page
        steps.sign_in(page)
        tabs = [page.context.new_page() for _ in range(2)]
        for tab in tabs:
            tab.goto("/dashboard", wait_until="commit")
        for tab in tabs:
            steps.is_signed_in(tab)
        for _ in range(2):
            page.reload()
            steps.is_signed_in(page)
        album.take(page, "dashboard-sessions")
        refreshed = [one.status for one in window.witness.answers(REFRESH)]
        looks = [one.status for one in window.witness.answers(VERIFICATIONS)]

        other = tabs[0]
        other.get_by_role("button", name="Sign out everywhere").click()
        other.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
        _is_signed_out(other, "You are signed out everywhere")
        for open_still in (page, tabs[1]):  # nobody touches them: they close what they show by themselves
            _is_signed_out(open_still, "You are not signed in")
        album.take(page, "dashboard-signed-out-elsewhere")
        for tab in tabs:
            tab.close()  # a page that nobody sees gets too few pictures to look by
        page.reload()
        _is_signed_out(page, "You are not signed in")

        # The device is known still.
        steps.sign_in(page)
        sessions = page.get_by_role("region", name="Sessions")
        own = sessions.locator("li.record").filter(has_text="This session")
        own.get_by_role("button", name="Sign out").click()
        _is_signed_out(page, "You are signed out")
        steps.look(page)
        steps.camera_is(page, "guiding")

    assert refreshed == [200] * 4
    assert looks.count(200) == 1


def _is_signed_out(page: Page, title: str) -> None:
    expect(page.get_by_test_id("signed-out").get_by_role("heading", name=title, exact=True)).to_be_visible()
