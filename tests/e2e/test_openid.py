"""Standard clients sign somebody in through the pages: Authlib in Python, openid-client in Node."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.actors import PILOT
from tests.actors.pictures import ROOT
from tests.e2e import steps
from tests.e2e.house import in_front_of
from tests.support.relying_party import RelyingParty
from tests.support.transport import Http

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.browser import Window
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album

APPLICATION = "http://localhost:5174"
CALLBACK = f"{APPLICATION}/callback"


def test_standard_clients_sign_somebody_in_who_decides_what_they_learn(
    house: House, owner: Member, album: Album
) -> None:
    with owner.device.copy(house.path("openid")).open(in_front_of(PILOT)) as window:
        page = window.page
        _answer_as_the_application(window)
        python = RelyingParty(Http(house.stack.url), client_id="demo", redirect_uri=CALLBACK)
        # This device is signed in already; an application that wants a look now has one.
        page.goto(f"{python.metadata['authorization_endpoint']}?{python.query(prompt='login')}")
        asks = page.locator("[data-step=consent]")
        steps.looks_until(page, asks)
        album.take(page, "authorize-consent")

        expect(asks.get_by_role("listitem")).to_have_count(2)
        asks.get_by_role("button", name="Cancel").click()
        assert "error=access_denied" in _back(page)

        page.goto(f"{python.metadata['authorization_endpoint']}?{python.query()}")
        asks.get_by_role("button", name="Go on to Demo application").click()
        token = python.fetch_token(_back(page))
        claims = python.claims(token)
        assert claims["amr"] == ["face", "swk"]
        assert python.userinfo().json()["email"] == owner.mailbox.address

        # Agreed already: the next client is answered without a word. It is the same application.
        node = _by_openid_client(page, issuer=house.stack.url)
        assert node["claims"]["sub"] == claims["sub"] == node["userinfo"]["sub"]

        page.goto(f"{house.stack.url}/authorize?{python.query().replace('callback', 'callbacK')}")
        expect(page.get_by_role("alert")).to_contain_text("not set up right")

        page.goto("/dashboard")
        page.get_by_role("button", name="Withdraw what Demo application may learn").click()
        expect(page.get_by_text("Demo application may learn nothing any more.")).to_be_visible()
        assert python.userinfo().status_code == 401


def _by_openid_client(page: Page, *, issuer: str) -> dict[str, Any]:
    script = ROOT / "site" / "tests" / "support" / "relying-party.mjs"
    command = ["node", str(script), issuer, "demo", CALLBACK]
    with subprocess.Popen(  # noqa: S603 -- our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin
        assert node.stdout
        page.goto(node.stdout.readline().strip(), wait_until="commit")
        node.stdin.write(f"{_back(page)}\n")
        node.stdin.flush()
        found: dict[str, Any] = json.loads(node.stdout.readline())
    return found


def _answer_as_the_application(window: Window) -> None:
    window.witness.origins.add(APPLICATION)
    window.context.route(
        f"{APPLICATION}/**",
        lambda route: route.fulfill(body="Back at the application", content_type="text/html"),
    )


def _back(page: Page) -> str:
    page.wait_for_url(f"{CALLBACK}?*")
    return page.url
