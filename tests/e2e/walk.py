"""Without a mouse: the Tab key, what a screen reader is told, and what axe says of a page as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.actors.pictures import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_MOST_STOPS: Final = 80
_SETTLES_MS: Final = 300
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FOCUSED: Final = """() => {
  const at = document.activeElement;
  if (!at.matches('input, button, a, summary')) return '';
  return (at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '').trim();
}"""
_JUDGE: Final = """async (rules) => {
  const { passes, violations } = await axe.run(document, { runOnly: rules });
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  return { passed: passes.length, found };
}"""


def focused(page: Page) -> str:
    """Name what has the focus, as a screen reader does; "" where that is nothing to act on."""
    name: str = page.evaluate(_FOCUSED)
    return name


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what carries a name.

    Raises:
        AssertionError: The Tab key does not lead there.
    """
    for _ in range(_MOST_STOPS):
        if name in focused(page):
            # A page that has just changed may still be about to move the focus to its heading.
            page.wait_for_timeout(_SETTLES_MS)
            if name in focused(page):
                return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} cannot be reached with the Tab key")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field and fill it."""
    tab_to(page, name)
    page.keyboard.type(text)
    expect(page.locator(":focus")).to_have_value(text)


def press(page: Page, name: str) -> None:
    """Go to a button or link and use it."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def is_told(page: Page, *lines: str, within: str = "main") -> None:
    """See that a screen reader is told these lines of a page."""
    told = page.locator(within).aria_snapshot()
    assert [line for line in lines if line not in told] == [], told


def is_accessible(page: Page) -> None:
    """Let axe look at the page as it is."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    judged = page.evaluate(_JUDGE, _RULES)
    assert judged["found"] == []
    assert judged["passed"] > 10, "axe looked at nothing"
