"""What the page asks for, as somebody before it perceives it, and what every actor can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.actors.optics import Pixels


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One step as it is shown.

    Attributes:
        kind: "look", "turn", "close_eyes", "closer" or "view".
        yaw_deg: Where a turn leads, from looking ahead; positive to the picture's right.
        pitch_deg: Likewise; positive is up.
        scale: How much nearer "closer" asks for.
        duration_ms: For how long eyes stay closed; 0 where the page says itself when they may open.
        view: "straight", "left", "right" or "closer" of an enrolment.
    """

    kind: str
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    scale: float = 1.0
    duration_ms: float = 0.0
    view: str = ""


class Actor(Protocol):
    """Somebody, or something that somebody holds up, in front of the camera. Time never runs backwards."""

    def see(self, cue: Cue, at_s: float) -> None:
        """The page begins to show this."""

    def hear(self, hint: str, at_s: float) -> None:
        """The page says how to do it better, in the words of its guidance states."""

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """The page shows how far the nose is from the dot, degrees to the picture's right and up."""

    def frame(self, at_s: float) -> Pixels:
        """What the camera sees now, (480, 640, 3) RGB."""
