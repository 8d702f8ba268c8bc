"""Standard clients sign somebody in through the pages: Authlib in Python, openid-client in Node."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

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

APPLICATION: Final = "http://localhost:5174"
CALLBACK: Final = f"{APPLICATION}/callback"
AFTERWARDS: Final = f"{APPLICATION}/"
LEAVING: Final = "leaving-42"
SOMEBODY: Final = "somebody@people.example"


def test_standard_clients_sign_somebody_in_who_decides_what_they_learn_and_out_again(
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

        # Nobody is shown anything, and the answer is the one that was given before.
        silent = _asked_silently(page, python, id_token_hint=token["id_token"])
        assert "code" in silent
        page.goto("/dashboard")
        page.get_by_role("button", name="Withdraw what Demo application may learn").click()
        expect(page.get_by_text("Demo application may learn nothing any more.")).to_be_visible()
        assert python.userinfo().status_code == 401
        assert _asked_silently(page, python)["error"] == ["consent_required"]

        page.goto(node["leave"])
        asks = page.locator("[data-step=sign-out]")
        expect(asks).to_contain_text("Demo application asks to sign you out here.")
        album.take(page, "sign-out-asked")
        asks.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{AFTERWARDS}?*")
        assert parse_qs(urlsplit(page.url).query) == {"state": [LEAVING]}
        assert _asked_silently(page, python)["error"] == ["login_required"]

        # A hint fills in a field, and that is all: this device still knows somebody, and nobody is mailed.
        query = python.query(login_hint=SOMEBODY)
        page.goto(f"{python.metadata['authorization_endpoint']}?{query}")
        expect(page.get_by_text("Sign in to go on to Demo application")).to_be_visible()
        page.get_by_role("button", name="Use a mailbox code instead").click()
        expect(page.get_by_label("E-mail")).to_have_value(SOMEBODY)
        assert SOMEBODY not in {mail.to for mail in house.stack.outbox()}


def _asked_silently(page: Page, python: RelyingParty, **changes: str) -> dict[str, list[str]]:
    query = python.query(prompt="none", **changes)
    page.goto(f"{python.metadata['authorization_endpoint']}?{query}")
    answer = parse_qs(urlsplit(_back(page)).query)
    assert answer["state"] == [python.state]
    return answer


def _by_openid_client(page: Page, *, issuer: str) -> dict[str, Any]:
    script = ROOT / "site" / "tests" / "support" / "relying-party.mjs"
    command = ["node", str(script), issuer, "demo", CALLBACK, AFTERWARDS, LEAVING]
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
