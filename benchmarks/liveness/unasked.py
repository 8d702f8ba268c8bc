"""The depth of a clip that followed no script: its own farthest turn, as if it had been asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from matching.liveness.depth import MIN_NOSE, MIN_RELIEF, check_depth
from matching.liveness.foreshortening import MIN_PARALLAX, check_foreshortening, slant_of
from matching.liveness.layout import RIGID
from matching.liveness.performance import Performance
from matching.liveness.planar import MIN_RESIDUAL, check_planar
from matching.liveness.pose import mean_rotation
from matching.liveness.script import Script, Step

if TYPE_CHECKING:
    from matching.evidence import FloatArray
    from matching.liveness.track import Track

WINDOW: Final = 5  # frames
MIN_TURN_DEG: Final = 10.0  # of less no depth can be told
_SHOWN: Final = 0.5  # of the turn: an axis that shows less of it is not judged


def depth_of(track: Track) -> dict[str, Any] | None:
    """Judge the clip's farthest turn.

    Args:
        track: the clip's frames, whatever was asked meanwhile.

    Returns:
        The turn, and for each check of depth what was measured, its bar and whether it holds; None when the
        head never turned far enough.
    """
    count = len(track) - WINDOW + 1
    if count <= WINDOW:
        return None
    turns = track.poses.turns_from(mean_rotation(track.poses.rotation))
    settled = np.stack([np.median(turns[at : at + WINDOW], axis=0) for at in range(count)])
    ahead = int(np.hypot(*settled.T).argmin())
    away = settled - settled[ahead]
    # Paper that tilts narrows, and hardly seems to turn: whichever is more.
    extents = np.maximum(np.hypot(*away.T), _slants_deg(track, ahead, count))
    farthest = int(extents.argmax())
    if extents[farthest] < MIN_TURN_DEG:
        return None
    yaw, pitch = (float(angle) for angle in away[farthest])
    performance = _as_if_asked(track, ahead, farthest, away[farthest])
    depth, narrowing = check_depth(performance), check_foreshortening(performance)
    sideways = abs(yaw) >= abs(pitch)
    found = {
        "relief": (depth.relief_across if sideways else depth.relief_up, MIN_RELIEF),
        "nose": (depth.nose, MIN_NOSE),
        "parallax": (narrowing.parallax_across if sideways else narrowing.parallax_up, MIN_PARALLAX),
        "planar_residual": (check_planar(performance).residual, MIN_RESIDUAL),
    }
    checks = {
        name: {"found": round(float(value), 3), "bar": bar, "holds": bool(value >= bar)}
        for name, (value, bar) in found.items()
    }
    return {"yaw_deg": round(yaw, 1), "pitch_deg": round(pitch, 1), "checks": checks}


def _slants_deg(track: Track, ahead: int, count: int) -> FloatArray:
    points = track.points[:, RIGID]
    settled = [np.median(points[at : at + WINDOW], axis=0) for at in range(count)]
    straight = settled[ahead] - settled[ahead].mean(axis=0)
    return np.array([slant_of(straight, one) for one in settled])


def _as_if_asked(track: Track, ahead: int, farthest: int, turn: FloatArray) -> Performance:
    frames = np.r_[ahead : ahead + WINDOW, farthest : farthest + WINDOW]
    # The weaker axis is noise of the stronger one's turn where it shows little.
    asked = np.where(np.abs(turn) >= _SHOWN * np.abs(turn).max(), turn, 0.0)
    script = Script(
        profile="standard",
        acts=(
            (Step(kind="look"),),
            (Step(kind="turn", yaw_deg=float(asked[0]), pitch_deg=float(asked[1])),),
        ),
    )
    shown = replace(
        track,
        times_ms=np.arange(len(frames)) * 1000 / 15,
        points=track.points[frames],
        signals=track.signals[frames],
        steps=(0, WINDOW),
        records=b"",
    )
    return Performance(script=script, track=shown, first_act_frames=WINDOW)
