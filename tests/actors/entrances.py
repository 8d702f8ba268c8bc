"""People who are not there from the beginning, or do not do all that is asked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from tests.actors.camera import room

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.actors.cues import Actor, Cue
    from tests.actors.optics import Pixels


class Later:
    """An actor who is seen otherwise, or not at all, and follows nothing, until a test says so.

    Args:
        actor: Who comes.
        before: What the camera makes of their frames until then.
    """

    def __init__(self, actor: Actor, before: Callable[[Pixels], Pixels]) -> None:
        self._actor = actor
        self._before = before
        self._here = threading.Event()

    def come(self) -> None:
        """From the next frame on they are there."""
        self._here.set()

    def see(self, cue: Cue, at_s: float) -> None:
        """As `Actor.see`."""
        if self._here.is_set():
            self._actor.see(cue, at_s)

    def hear(self, hint: str, at_s: float) -> None:
        """As `Actor.hear`."""
        if self._here.is_set():
            self._actor.hear(hint, at_s)

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """As `Actor.steer`."""
        if self._here.is_set():
            self._actor.steer(off, at_s)

    def frame(self, at_s: float) -> Pixels:
        """As `Actor.frame`."""
        frame = self._actor.frame(at_s)
        return frame if self._here.is_set() else self._before(frame)


class Unmoved:
    """An actor who does not heed some hints: whose neck does not turn, say.

    Args:
        actor: Who does all else.
        by: The hints.
    """

    def __init__(self, actor: Actor, by: Collection[str]) -> None:
        self._actor = actor
        self._by = by

    def see(self, cue: Cue, at_s: float) -> None:
        """As `Actor.see`."""
        self._actor.see(cue, at_s)

    def hear(self, hint: str, at_s: float) -> None:
        """As `Actor.hear`."""
        if hint not in self._by:
            self._actor.hear(hint, at_s)

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """As `Actor.steer`."""
        self._actor.steer(off, at_s)

    def frame(self, at_s: float) -> Pixels:
        """As `Actor.frame`."""
        return self._actor.frame(at_s)


def in_the_dark(frame: Pixels) -> Pixels:
    """The lamp is off; a little comes through the window."""
    return (frame * np.float32(0.3)).astype(np.uint8)


def nobody(_frame: Pixels) -> Pixels:
    """An empty room."""
    return room(150)
