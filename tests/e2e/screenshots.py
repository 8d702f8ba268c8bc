"""Pictures of every page and state, at the width of a telephone and of a laptop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.e2e.browser import LAPTOP, PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

SIZES: Final = (PHONE, LAPTOP)


@dataclass(frozen=True, kw_only=True)
class Album:
    """A folder of screenshots.

    Attributes:
        folder: Where they go; is made when the first is taken.
    """

    folder: Path

    def take(self, page: Page, name: str) -> None:
        """Photograph the whole page at each width, and see that nothing hangs over its edge."""
        for size in SIZES:
            page.set_viewport_size(size)
            page.screenshot(path=self.folder / f"{name}-{size['width']}.png", full_page=True)
            overhang = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overhang <= 0, f"{name} is {overhang} px wider than {size['width']} px"
