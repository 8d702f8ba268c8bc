"""From what was asked and what was shown, as others keep it, to one call of the judge."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from matching.evidence import FloatArray
from matching.liveness.chain import Reveal
from matching.liveness.judge import LivenessReason, judge_liveness
from matching.liveness.script import Script
from matching.liveness.timing import ServerClocks
from matching.liveness.track import Track


class Revealed(Protocol):
    """What a device had committed itself to when it was told the second act, and when."""

    @property
    def at(self) -> float: ...  # noqa: D102 -- seconds since the epoch
    @property
    def chain(self) -> str: ...  # noqa: D102 -- hexadecimal
    @property
    def frames(self) -> int: ...  # noqa: D102


class Asked(Protocol):
    """What a challenge asks of a face."""

    @property
    def script(self) -> Mapping[str, Any]: ...  # noqa: D102 -- as JSON has it
    @property
    def issued_at(self) -> float: ...  # noqa: D102 -- seconds since the epoch
    @property
    def reveal(self) -> Revealed | None: ...  # noqa: D102 -- None: nobody asked for the second act


class AtMoment(Protocol):
    """A look at a turned head."""

    @property
    def moment(self) -> int: ...  # noqa: D102 -- number of the frame


class Shown(Protocol):
    """What a capture says beside its numbers."""

    @property
    def chain(self) -> str: ...  # noqa: D102 -- head over all frames, hexadecimal
    @property
    def moments(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def turned(self) -> Sequence[AtMoment]: ...  # noqa: D102


def judge_answer(
    *,
    asked: Asked | None,
    shown: Shown,
    track: Track,
    descriptors: FloatArray,
    turned: FloatArray,
    nonce: str,
    answered_at: float,
) -> LivenessReason:
    """Judge whether a living face did what a challenge asked for. It costs the same for a decoy.

    Args:
        asked: by the challenge; None where it asked for nothing.
        shown: by the device.
        track: its frames, decoded.
        descriptors: (k, 128) its captures, decoded.
        turned: (m, 128) those of a turned head.
        nonce: the challenge.
        answered_at: seconds since the epoch, by our clock.

    Returns:
        "live" when it did, or coarsely why not: a challenge that asked for nothing, or whose second act
        nobody wanted to know, was not followed.
    """
    if asked is None or asked.reveal is None:
        return "not-followed"
    verdict = judge_liveness(
        track=track,
        script=Script.from_json(asked.script),
        clocks=ServerClocks(issued_at=asked.issued_at, revealed_at=asked.reveal.at, answered_at=answered_at),
        reveal=Reveal(chain=asked.reveal.chain, frames=asked.reveal.frames),
        nonce=nonce,
        chain=shown.chain,
        moments=shown.moments,
        turned_moments=[one.moment for one in shown.turned],
        descriptors=descriptors,
        turned=turned,
    )
    return verdict.reason
