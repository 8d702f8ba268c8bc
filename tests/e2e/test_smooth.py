"""The page stays smooth while somebody is looked at: the networks have a thread of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.actors import BEA, film, takes
from tests.e2e import steps
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.house import House

WATCHED_MS: Final = 4000
FOLLOWED: Final = 5
# What the browser itself calls long.
_COLLECT: Final = """
window.longTasks = [];
window.follows = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longTasks.push(duration);
}).observe({ type: "longtask" });
new PerformanceObserver((list) => {
  window.follows += list.getEntriesByName("facesmash:follow").length;
}).observe({ type: "measure" });
"""


def test_no_task_of_the_page_is_long_while_capturing(house: House) -> None:
    with house.device().open(Camera(clip=film(takes.in_front(BEA), name="smooth"))) as window:
        page = window.page
        page.add_init_script(_COLLECT)
        _stand_before_the_camera(house, page, "smooth")
        page.evaluate("window.longTasks.length = 0; window.follows = 0")
        page.wait_for_timeout(WATCHED_MS)

        assert page.evaluate("window.longTasks") == []
        assert page.evaluate("window.follows") > 0
        assert [worker.url for worker in page.workers if "/assets/worker-" in worker.url]


def test_where_no_worker_runs_the_page_does_it_itself(house: House) -> None:
    with house.device().open(Camera(clip=film(takes.in_front(BEA), name="smooth"))) as window:
        page = window.page
        page.add_init_script(_COLLECT + "delete globalThis.OffscreenCanvas;")
        _stand_before_the_camera(house, page, "no-worker")

        assert page.workers == []


def _stand_before_the_camera(house: House, page: Page, name: str) -> None:
    page.goto("/register")
    steps.prove_mailbox(page, house.mailbox(name))
    steps.consent(page)
    steps.name_device(page, "Desk")
    steps.start_camera(page)
    steps.until(page, f"window.follows > {FOLLOWED}")
