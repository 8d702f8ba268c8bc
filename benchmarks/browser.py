"""What a person waits for: bytes and time to be ready, milliseconds a frame, frames a second, start to token.

The real product: the local stack, Chromium with a fake camera, tfjs on WASM. Times are the page's own, from
the SDK's `performance` measures and the browser's resource timings. The server half runs on this machine
too, so its shares are upper bounds of ours and say nothing of a network.
"""

import statistics
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.table import print_table
from local.stack import running_stack
from tests.actors import PILOT
from tests.e2e import steps
from tests.e2e.browser import PATIENCE_MS, Camera
from tests.e2e.house import House, in_front_of

SIGN_INS: Final = 5

_COLLECT: Final = """
window.benchmark = [];
window.benchmarkLong = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.benchmarkLong.push({ startTime, duration });
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const { name, startTime, duration } of list.getEntries()) {
    if (name.startsWith("facesmash:")) window.benchmark.push({ name: name.slice(10), startTime, duration });
  }
}).observe({ type: "measure", buffered: true });
"""
_READ: Final = """() => ({
  measures: window.benchmark,
  long: window.benchmarkLong,
  pressed: window.benchmarkPressed ?? null,
  resources: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
    ({ name, startTime, responseEnd, transferSize }) => ({ name, startTime, responseEnd, transferSize })),
})"""
_PRESS: Final = """() => {
  window.benchmarkPressed = performance.now();
  [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === "Start camera").click();
}"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit of the sign-in page, in milliseconds from its navigation, and the bytes that crossed."""

    ready_ms: float
    pressed_ms: float
    first_look_ms: float
    challenged_ms: float
    revealed_ms: float
    captured_ms: float
    token_ms: float
    bytes_received: int
    look_ms: list[float]
    follow_ms: list[float]
    describe_ms: list[float]
    frames_per_s: float
    longest_task_ms: float


def main() -> None:
    """Print the figures."""
    expect.set_options(timeout=PATIENCE_MS)
    with running_stack() as stack, sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        house = House(stack=stack, playwright=driver, folder=Path(folder))
        camera = in_front_of(PILOT)
        cold = _cold(house, camera)
        member = house.enrol(PILOT)
        warm = []
        for _ in range(SIGN_INS):
            house.let_time_pass()
            with member.device.open(camera) as window:
                warm.append(_sign_in(window.page))
    _print_readiness(cold, warm)
    _print_frames(warm)
    _print_steps(warm)


def _cold(house: House, camera: Camera) -> tuple[float, int]:
    """Open the camera step on a device that never saw the site: ready after ms, with so many bytes."""
    with house.device().open(camera) as window:
        page = window.page
        page.add_init_script(_COLLECT)
        page.goto("/register")
        steps.prove_mailbox(page, house.mailbox("cold"))
        before = page.evaluate("performance.now()")
        steps.consent(page)
        steps.camera_is(page, "ready")
        seen = page.evaluate(_READ)
    return _end(seen, "prepare") - before, _bytes(seen["resources"])


def _sign_in(page: Page) -> Visit:
    page.add_init_script(_COLLECT)
    page.goto("/sign-in")
    steps.camera_is(page, "ready")
    page.evaluate(_PRESS)
    steps.is_signed_in(page)
    seen = page.evaluate(_READ)
    looks, follows, describes = (_named(seen, name) for name in ("look", "follow", "describe"))
    captured_ms = _ended(describes[-1])
    challenged_ms = _response_end(seen["resources"], "/v1/challenges")
    in_script = [one for one in follows if challenged_ms <= _ended(one) <= captured_ms]
    tasks = [one["duration"] for one in seen["long"] if looks[0]["startTime"] <= _ended(one) <= captured_ms]
    return Visit(
        ready_ms=_end(seen, "prepare"),
        pressed_ms=seen["pressed"],
        first_look_ms=_ended(looks[0]),
        challenged_ms=challenged_ms,
        revealed_ms=_response_end(seen["resources"], "/v1/challenges/steps"),
        captured_ms=captured_ms,
        token_ms=_response_end(seen["resources"], "/v1/verifications"),
        bytes_received=_bytes(seen["resources"]),
        look_ms=[measure["duration"] for measure in looks[1:]],
        follow_ms=[measure["duration"] for measure in follows],
        describe_ms=[measure["duration"] for measure in describes],
        frames_per_s=1000 * len(in_script) / (captured_ms - challenged_ms),
        longest_task_ms=max(tasks, default=0.0),
    )


def _print_readiness(cold: tuple[float, int], warm: list[Visit]) -> None:
    cold_ms, cold_bytes = cold
    print_table(
        "Ready for the camera (models checked, WASM compiled, networks warmed up)",
        ["visit", "ms", "MB received until then"],
        [
            ["first, nothing cached", f"{cold_ms:.0f}", f"{cold_bytes / 1e6:.2f}"],
            [
                f"later, same device (median of {len(warm)})",
                _median(visit.ready_ms for visit in warm),
                f"{statistics.median(visit.bytes_received for visit in warm) / 1e6:.2f}",
            ],
        ],
    )


def _print_frames(warm: list[Visit]) -> None:
    looks, follows, describes = (
        [ms for visit in warm for ms in getattr(visit, name)]
        for name in ("look_ms", "follow_ms", "describe_ms")
    )
    print_table(
        "Work on one frame",
        ["work", "n", "ms p50", "p95"],
        [
            [
                name,
                len(values),
                f"{statistics.median(values):.0f}",
                f"{statistics.quantiles(values, n=20)[-1]:.0f}",
            ]
            for name, values in (
                ("a frame: mesh, quality, signals; the detection where there is one", follows),
                ("a detection", looks),
                ("a descriptor", describes),
            )
        ],
    )
    print_table(
        f"While a ceremony runs (worst of {len(warm)})",
        ["figure", "value"],
        [
            [
                "frames a second, from the challenge to the last descriptor",
                f"{min(v.frames_per_s for v in warm):.1f}",
            ],
            [
                "longest task of the page's thread, ms (0: none over 50)",
                f"{max(v.longest_task_ms for v in warm):.0f}",
            ],
        ],
    )


def _print_steps(warm: list[Visit]) -> None:
    print_table(
        f"Known device, from the page to the token (median of {len(warm)})",
        ["step", "ms"],
        [
            ["page, code and networks ready", _median(v.ready_ms for v in warm)],
            ["camera opens, first frame is seen", _median(v.first_look_ms - v.pressed_ms for v in warm)],
            ["the face is in its place, challenge", _median(v.challenged_ms - v.first_look_ms for v in warm)],
            ["act one, its seal", _median(v.revealed_ms - v.challenged_ms for v in warm)],
            ["act two, descriptors", _median(v.captured_ms - v.revealed_ms for v in warm)],
            ["verification", _median(v.token_ms - v.captured_ms for v in warm)],
            ["press to token", _median(v.token_ms - v.pressed_ms for v in warm)],
        ],
    )


def _named(seen: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [measure for measure in seen["measures"] if measure["name"] == name]


def _ended(measure: dict[str, Any]) -> float:
    return float(measure["startTime"] + measure["duration"])


def _end(seen: dict[str, Any], name: str) -> float:
    (measure,) = _named(seen, name)
    return _ended(measure)


def _response_end(resources: list[dict[str, Any]], path: str) -> float:
    return float(next(one["responseEnd"] for one in resources if one["name"].endswith(path)))


def _bytes(resources: list[dict[str, Any]]) -> int:
    return sum(int(one["transferSize"]) for one in resources)


def _median(values: Iterable[float]) -> str:
    return f"{statistics.median(values):.0f}"


if __name__ == "__main__":
    main()
