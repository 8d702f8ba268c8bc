"""Somebody who looks at a page while being filmed: what is shown becomes what an actor does."""

from __future__ import annotations

import json
import queue
from typing import TYPE_CHECKING, Any, Final

from tests.actors.cues import Actor, Cue

if TYPE_CHECKING:
    from tests.actors.optics import Pixels

# What the unit circle stands for: the middle of what turns are asked for.
TURN_DEG: Final = 19.0
_SAID_AGAIN_S: Final = 0.6  # a hint that stays is heard again

# Run in every document: tells what the ceremony shows as soon as it changes.
WATCH: Final = """(() => {
  let last = "";
  const tell = () => {
    const step = document.querySelector("[data-step-kind]");
    const said = document.querySelector("[data-testid=guidance]");
    const now = JSON.stringify({ ...(step ? step.dataset : {}), guidance: said?.dataset.guidance ?? "" });
    if (now !== last) window.actorSees((last = now));
  };
  new MutationObserver(tell).observe(document, { subtree: true, childList: true, attributes: true });
})()"""


class Onlooker:
    """An actor with eyes on the page.

    Args:
        actor: Who reacts.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._seen: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._step: tuple[str, ...] = ()
        self._hint = ""
        self._heard_s = 0.0
        self._off: tuple[float, float] | None = None
        self.kinds: list[str] = []

    def look(self, shown: str) -> None:
        """Take in what the page shows; called from the page's thread."""
        self._seen.put(shown)

    def frame(self, at_s: float) -> Pixels:
        """What the camera sees now, after what was seen since."""
        while not self._seen.empty():
            self._take_in(json.loads(self._seen.get()), at_s)
        if self._hint and at_s - self._heard_s >= _SAID_AGAIN_S and self._off is None:
            self._heard_s = at_s
            self._actor.hear(self._hint, at_s)
        if self._off is not None:
            self._actor.steer(self._off, at_s)
        return self._actor.frame(at_s)

    def _take_in(self, shown: dict[str, Any], at_s: float) -> None:
        kind = str(shown.get("stepKind", ""))
        step = (kind, str(shown.get("stepIndex", "")), *[str(shown.get(key, "")) for key in _PLACES])
        if kind and step != self._step:
            self.kinds.append(kind)
            self._actor.see(_cue(kind, shown), at_s)
        self._step = step if kind else ()
        self._off = _off(shown) if kind == "turn" else None
        if shown["guidance"] != self._hint:
            self._hint = str(shown["guidance"])
            self._heard_s = at_s
            if self._off is None:  # who sees where the nose points needs no words
                self._actor.hear(self._hint, at_s)


_PLACES: Final = ("targetX", "targetY")


def _cue(kind: str, shown: dict[str, Any]) -> Cue:
    if kind == "turn":
        x, y = (float(shown[key]) for key in _PLACES)
        # As a mirror shows it: the person's right is the picture's left.
        return Cue(kind=kind, yaw_deg=-TURN_DEG * x, pitch_deg=-TURN_DEG * y)
    if kind == "view":  # what the view is, the guidance says
        return Cue(kind="look")
    return Cue(kind=kind, scale=1.1)


def _off(shown: dict[str, Any]) -> tuple[float, float] | None:
    if "pointerX" not in shown:
        return None
    x = float(shown["targetX"]) - float(shown["pointerX"])
    y = float(shown["targetY"]) - float(shown["pointerY"])
    return (-TURN_DEG * x, -TURN_DEG * y)
