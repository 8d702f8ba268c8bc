"""Who can be asked what: one profile for each way in which a person can follow a script.

Plain numbers and the standard library only: what issues challenges carries no numpy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

ProfileId: TypeAlias = Literal[
    "standard", "no-head-turn", "no-sound", "no-eye-closing", "screen-reader", "reduced-motion"
]
Act: TypeAlias = Literal["look", "turn", "close_eyes", "closer"]

# What comes after the first look, act one and act two: one such pair is one way a script may go. Eyes close
# while looking ahead, never after a turn: lids of a turned head do not tell whether they are open.
Plan: TypeAlias = tuple[tuple[Act, ...], tuple[Act, ...]]

# As long as a person may need, and as long as an eye needs to tell them apart: 16 frames at 12 a second.
DURATIONS_MS: Final = tuple(range(700, 1401, 100))

_EIGHT: Final = tuple(range(0, 360, 45))
_FOUR: Final = tuple(range(0, 360, 90))

# Apart by about what a turn is misread by (python -m benchmarks.landmarks).
_EXTENTS: Final = (16, 19, 22)
_TWO_EXTENTS: Final = (16, 22)  # "a little", "further": what words can say

_SCALES: Final = (1.2, 1.35, 1.5)

_TURNS: Final[Plan] = (("turn",), ("turn", "turn", "look"))
_TURNS_AND_CLOSURE: Final[Plan] = (("turn",), ("turn", "look", "close_eyes"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What scripts of a profile are drawn from.

    Attributes:
        id: as it travels.
        plans: what may come after the first look, in which order.
        directions: of turns, degrees: 0 to the picture's right, 90 up.
        extents_deg: of turns.
        closer: how many times wider the face becomes when it comes closer.
        max_act_s: the longest that an act may take by the server's clock, descriptors and transport included.
        needs_mailbox: whether this profile reaches the figures only together with a proof of the mailbox.
    """

    id: ProfileId
    plans: tuple[Plan, ...]
    directions: tuple[int, ...] = ()
    extents_deg: tuple[int, ...] = ()
    closer: tuple[float, ...] = ()
    max_act_s: float
    needs_mailbox: bool = False

    @property
    def turns(self) -> int:
        """The most turns of one script."""
        return self._most("turn")

    @property
    def closures(self) -> int:
        """The most closures of the eyes of one script."""
        return self._most("close_eyes")

    def _most(self, act: Act) -> int:
        return max(sum(part.count(act) for part in plan) for plan in self.plans)


_STANDARD: Final = Profile(
    id="standard",
    plans=(_TURNS, _TURNS_AND_CLOSURE),
    directions=_EIGHT,
    extents_deg=_EXTENTS,
    max_act_s=20,
)
# Whoever hears nothing does not know when to open the eyes again.
_OPEN_EYED: Final = replace(_STANDARD, plans=(_TURNS,))

PROFILES: Final[Mapping[ProfileId, Profile]] = MappingProxyType(
    {
        profile.id: profile
        for profile in (
            _STANDARD,
            replace(_STANDARD, id="reduced-motion"),  # what moves less is the page
            replace(_OPEN_EYED, id="no-sound"),
            replace(_OPEN_EYED, id="no-eye-closing"),
            Profile(
                id="screen-reader",
                plans=(
                    (("turn", "turn"), ("look", "close_eyes", "turn", "turn", "look")),
                    (("turn", "turn"), ("turn", "turn", "look", "close_eyes")),
                ),
                directions=_FOUR,
                extents_deg=_TWO_EXTENTS,
                max_act_s=40,
            ),
            Profile(
                id="no-head-turn",
                plans=tuple(
                    # Whoever came closer goes back before the second act.
                    ((*first, "look"), (*second, "look"))
                    for first in (("closer", "close_eyes"), ("close_eyes", "closer"))
                    for second in (
                        ("closer", "close_eyes", "close_eyes"),
                        ("close_eyes", "closer", "close_eyes"),
                        ("close_eyes", "close_eyes", "closer"),
                    )
                ),
                closer=_SCALES,
                max_act_s=30,
                # No turn, no depth; and the mesh hides most of perspective (perspective.py).
                needs_mailbox=True,
            ),
        )
    }
)


def needs_mailbox(script: Mapping[str, Any] | None) -> bool:
    """Tell whether a way of looking reaches the figures only together with a proof of the mailbox.

    Args:
        script: as JSON has it; None where nothing was asked of a face, which proves less than any of them.
    """
    return script is None or PROFILES[script["profile"]].needs_mailbox
