"""The README's own lines, run as they stand."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.actors import PILOT
from tests.actors.pictures import ROOT
from tests.e2e import steps
from tests.e2e.house import in_front_of
from tests.support.client import Device
from tests.support.transport import Http

if TYPE_CHECKING:
    from tests.e2e.house import House, Member
    from tests.e2e.visit import Visit


# What somebody makes of two marks and a word: the attributes that our own pages carry, for the actor's eyes.
_READ_THE_PAGE = """(() => {
  let steps = 0;
  const place = (mark) => (mark.style.translate || '0px').split(' ').map((at) => parseFloat(at) / 90);
  const read = () => {
    const [dot, nose, hint] = ['#dot', '#nose', '#hint'].map((name) => document.querySelector(name));
    if (dot === null || nose === null || hint === null) return;
    const [[x, y = 0], [noseX, noseY = 0]] = [place(dot), place(nose)];
    const kind = /-eyes$/.test(hint.textContent) ? 'close_eyes' : x || y ? 'turn' : 'look';
    const seen = { stepKind: kind, targetX: `${x}`, targetY: `${y}` };
    const isNew = Object.keys(seen).some((name) => dot.dataset[name] !== seen[name]);
    if (isNew) Object.assign(dot.dataset, seen, { stepIndex: (steps += 1) });
    // Written only when it changes: every write is seen, and would be read again for ever.
    if (nose.style.translate && dot.dataset.pointerX !== `${noseX}`) dot.dataset.pointerX = noseX;
    if (nose.style.translate && dot.dataset.pointerY !== `${noseY}`) dot.dataset.pointerY = noseY;
    if (hint.dataset.testid !== 'guidance') hint.dataset.testid = 'guidance';
    if (hint.dataset.guidance !== hint.textContent) hint.dataset.guidance = hint.textContent;
  };
  new MutationObserver(read).observe(document, { subtree: true, childList: true, attributes: true });
})()"""


def block(language: str) -> str:
    (text,) = re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return str(text)


def mailbox_token(house: House) -> str:
    """Another token that the same key signs."""
    device, mailbox = Device(Http(house.stack.url)), house.mailbox("reader")
    device.send_code(mailbox.address)
    device.confirm(mailbox.address, mailbox.next_code())
    return str(device.mailbox_token)


@pytest.fixture
def token(seen: Visit) -> str:
    return str(seen.answer["access_token"])


def test_the_ten_lines_sign_a_known_device_in(house: House, owner: Member) -> None:
    page_of_ours = "<!doctype html><title>An integrator's page</title>" + block("html")
    with owner.device.copy(house.path("readme")).open(in_front_of(PILOT)) as window:
        window.page.route(
            "**/mine.html", lambda route: route.fulfill(content_type="text/html", body=page_of_ours)
        )
        window.page.add_init_script(_READ_THE_PAGE)
        hint = window.page.locator("#hint")
        # One in twenty is refused although they are there, is told so, and loads the page again.
        for _ in range(1 + steps.MAX_REFUSALS):
            window.page.goto("/mine.html", wait_until="commit")
            expect(hint).to_contain_text(re.compile("^(signed in|no): "), timeout=steps.CEREMONY_MS)
            if hint.inner_text().startswith("signed in: "):
                break
            window.page.wait_for_timeout(steps.UNTIL_DUE_MS)
        expect(hint).to_contain_text("signed in: ")


def test_the_python_lines_verify_the_token(house: House, token: str) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - our own README is what this test is about

    claims = names["verify"](token, issuer=house.stack.url, audience="facesmash")

    assert claims["amr"] == ["face", "swk"]
    with pytest.raises(Exception, match="aud"):
        names["verify"](token, issuer=house.stack.url, audience="somebody-else")
    with pytest.raises(ValueError, match="not an access token"):
        names["verify"](mailbox_token(house), issuer=house.stack.url, audience="facesmash")


def test_the_node_lines_verify_the_token(house: House, token: str) -> None:
    script = block("js") + (
        "const [token, issuer, audience] = process.argv.slice(1);"
        "console.log(JSON.stringify(await verify(token, { issuer, audience })));"
    )

    done = subprocess.run(  # noqa: S603 - fixed program, our own README
        ["node", "--input-type=module", "--eval", script, token, house.stack.url, "facesmash"],  # noqa: S607
        cwd=ROOT / "site",
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert json.loads(done.stdout)["amr"] == ["face", "swk"]
