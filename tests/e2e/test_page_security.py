"""What guards a page against script that is not ours, in a browser that enforces it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from local.paths import LOCAL_SITE, ROOT
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.browser import Window
    from tests.e2e.house import House

PAGES: Final = sorted(f"/{page.stem.removesuffix('index')}" for page in (ROOT / "site").glob("*.html"))
# Each a way to make script of a string; a browser that enforces Trusted Types refuses every one.
SINKS: Final = """() => {
  const refused = (act) => { try { act(); return 'done'; } catch (error) { return error.name; } };
  return [
    refused(() => { document.createElement('div').innerHTML = '<b>text</b>'; }),
    refused(() => { document.createElement('script').src = '/assets/other.js'; }),
    refused(() => { document.createElement('script').text = 'globalThis.hit = 1'; }),
    refused(() => { new Worker('/assets/other.js'); }),
    refused(() => { document.write('<b>text</b>'); }),
    refused(() => globalThis.trustedTypes.createPolicy('another', {})),
  ];
}"""
EMBEDDED: Final = "<!doctype html><title>a page of yours</title>{}<script type=module src=/page.js></script>"
PAGE_SCRIPT: Final = (
    "import { createFaceSmash } from '/sdk/facesmash.js'; globalThis.loaded = typeof createFaceSmash;"
)


def test_every_page_runs_our_script_and_no_other_and_an_embedder_can_pin_ours(house: House) -> None:
    with house.device().open(Camera(allowed=False)) as window:
        for path in PAGES:
            _is_guarded(window.page, path)
        window.witness.judge()  # none of them met its own policy

        assert window.page.evaluate(SINKS) == ["TypeError"] * 6
        _was_seen(window, "require-trusted-types-for")

        pinned, policy = _pinned()
        assert _embedded(window, pinned, policy) == "function"
        window.witness.judge()
        chunk = re.compile(r'("/assets/sdk-[^"]+": ?"sha384-)[^"]+')
        altered = chunk.sub(r"\1" + "A" * 64, pinned)
        assert altered != pinned
        assert _embedded(window, altered, policy) is None
        window.witness.complaints.clear()


def _is_guarded(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    page.locator("main, h1").first.wait_for()
    headers = answer.all_headers()
    policy = headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert page.evaluate("globalThis.crossOriginIsolated") is True


def _was_seen(window: Window, what: str) -> None:
    """What was just tried on purpose is a complaint; were it none, nothing above would have been shown."""
    window.page.wait_for_timeout(100)
    assert any(what in complaint for complaint in window.witness.complaints)
    window.witness.complaints.clear()


def _pinned() -> tuple[str, str]:
    """What `npm run integrity` tells an embedder: the import map, and the policy that lets it in."""
    node = shutil.which("node")
    assert node is not None
    printed = subprocess.run(  # noqa: S603 -- our own script
        [node, str(ROOT / "site" / "scripts" / "integrity.mjs"), "--dist", str(LOCAL_SITE)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    head, _, policy = printed.partition("Content-Security-Policy: ")
    import_map, script, *_ = head.splitlines()
    files = json.loads(import_map.partition(">")[2].removesuffix("</script>"))["integrity"]
    assert f'integrity="{files["/sdk/facesmash.js"]}"' in script
    assert len(files) > 2
    return import_map, policy.strip()


def _embedded(window: Window, import_map: str, policy: str) -> object:
    """What a page of somebody else has of the SDK, whose files are pinned."""
    page = window.context.new_page()
    try:
        policy = policy if "A" * 64 not in import_map else "script-src 'self' 'unsafe-inline'"
        page.route(
            "**/yours",
            lambda route: route.fulfill(
                content_type="text/html",
                headers={"Content-Security-Policy": policy},
                body=EMBEDDED.format(import_map),
            ),
        )
        page.route(
            "**/page.js", lambda route: route.fulfill(content_type="text/javascript", body=PAGE_SCRIPT)
        )
        page.goto("/yours")
        page.wait_for_timeout(500)
        return page.evaluate("globalThis.loaded ?? null")
    finally:
        page.close()
