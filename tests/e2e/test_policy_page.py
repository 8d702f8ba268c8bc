"""The text in force, and what is kept under it, are there for everybody: no session, no camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.e2e import steps, walk
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from tests.e2e.house import House
    from tests.e2e.screenshots import Album

NO_CAMERA: Final = Camera(allowed=False)


def test_anybody_reads_the_text_in_force_and_what_is_kept_for_how_long(house: House, album: Album) -> None:
    with house.device("reader").open(NO_CAMERA) as window:
        page = window.page
        page.goto("/")
        walk.press(page, "Policy and what is kept")
        main = steps.on_page(page, "policy")
        expect(main.get_by_role("heading", name="The text in force")).to_be_visible()
        (answer,) = window.witness.answers("/v1/policies/current")
        policy = answer.json()
        text = main.inner_text()
        album.take(page, "policy")
        walk.is_told(page, '- heading "Policy and what is kept" [level=1]', '- region "Who is responsible"')
        walk.is_accessible(page)
        asked = {one.path for one in window.witness.exchanges if one.path.startswith("/v1/")}

    assert policy["text_sha256"] in text.replace(" ", "").replace("\n", "")
    assert policy["controller"]["contact"] in text
    assert [line["kind"] for line in policy["retention"] if line["kind"].lower() not in text.lower()] == []
    assert [line["period"] for line in policy["retention"] if line["period"] not in text] == []
    assert asked == {"/v1/policies/current"}, "nobody is asked who they are"
