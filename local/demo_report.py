"""What the demo says at the terminal: each step as it happens, with its time, and one screen at the end."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WIDTH: Final = 62
_MAX_REASON: Final = 300


class Report:
    """Prints while things happen, and remembers them."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._scenes: list[tuple[str, float]] = []
        self._doing = "starting"

    def say(self, line: str) -> None:
        """Print a line."""
        print(line, flush=True)

    @contextmanager
    def preparing(self, what: str) -> Iterator[None]:
        """Print a step of the preparation, and its time when it is done."""
        with self._timed(what, mark=" "):
            yield

    @contextmanager
    def scene(self, title: str) -> Iterator[Callable[[str], None]]:
        """Print a scene and its time; the context gives a function that takes what came of it."""
        outcome: list[str] = []
        began = time.monotonic()
        with self._timed(title, mark=f"{len(self._scenes) + 1}"):
            yield outcome.append
        self._scenes.append((title, time.monotonic() - began))
        for line in outcome:
            self.say(f"      {line}")

    def summary(self, results: dict[str, str]) -> None:
        """Print everything that happened, on one screen, and what came of it."""
        total = time.monotonic() - self._began
        played = sum(seconds for _, seconds in self._scenes)
        self.say(f"\nAll {len(self._scenes)} steps behaved: {played:.0f} s of {total:.0f} s in all.\n")
        for number, (title, seconds) in enumerate(self._scenes, start=1):
            self.say(f"  {number:>2}  {title:<{_WIDTH}} {seconds:5.1f} s")
        self.say("")
        for name, value in results.items():
            self.say(f"  {name:<14}{value}")
        self.say("\n  With your own camera:  make run")

    def failed(self, error: Exception, *, folder: Path) -> None:
        """Say what did not behave, in one sentence, and where to look."""
        self.say(f"\nDid not behave: {self._doing}\n  {_reason(error)}")
        if any(folder.glob("*.png")):
            self.say(f"  Screenshots so far: {folder}")

    @contextmanager
    def _timed(self, what: str, *, mark: str) -> Iterator[None]:
        self._doing = what
        began = time.monotonic()
        print(f"  {mark:>2}  {what + ' ':.<{_WIDTH}}", end="", flush=True)
        try:
            yield
        except BaseException:
            print(" failed", flush=True)
            raise
        print(f" {time.monotonic() - began:5.1f} s", flush=True)


def _reason(error: Exception) -> str:
    """What was expected, and of what: Playwright says the latter somewhere in its call log, in colour."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines() or [type(error).__name__]
    awaited = next((line.strip(" -") for line in lines[1:] if "waiting for" in line), "")
    return ", ".join(part for part in (lines[0][:_MAX_REASON], awaited[:_MAX_REASON]) if part)
