"""One score of what the checks measured, and the bar that it has to reach in each profile."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from matching.calibration import CalibrationError
from matching.liveness.profiles import PROFILES

SHIPPED: Final = Path(__file__).with_name("calibration.json")
SCHEMA: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """How one measurement speaks for a live face.

    Attributes:
        centre: where it says nothing.
        scale: how far from there it counts as one; negative where less is better.
        cap: the most that it may count either way, so that none can outweigh all others.
        weight: of it in the sum.
    """

    centre: float
    scale: float
    cap: float
    weight: float

    def scaled(self, value: float) -> float:
        """Give how far a measurement speaks for a live face, in scales and no more than the cap."""
        return float(np.clip((value - self.centre) / self.scale, -self.cap, self.cap))


@dataclass(frozen=True, kw_only=True, slots=True)
class LivenessCalibration:
    """What was measured, by ``python -m benchmarks.liveness``; only read here.

    Attributes:
        evidence: by the measurement's name.
        thresholds: least score by profile.
    """

    evidence: Mapping[str, Evidence] = field(repr=False)
    thresholds: Mapping[str, float] = field(repr=False)


def fuse(measured: Mapping[str, float], *, calibration: LivenessCalibration) -> float:
    """Sum the evidence.

    Args:
        measured: by name; what the script gave nothing to measure of is left out.
        calibration: how to weigh it.

    Returns:
        The score, a log-likelihood ratio up to a constant; minus infinity when a measurement is not a number.
    """
    score = 0.0
    for name, value in measured.items():
        one = calibration.evidence.get(name)
        if one is None:
            continue
        if not np.isfinite(value):
            return -np.inf
        score += one.weight * one.scaled(value)
    return score


@cache
def shipped_calibration() -> LivenessCalibration:
    """Read the calibration that is deployed with this layer.

    Raises:
        CalibrationError: when it cannot be used.
    """
    try:
        return read_calibration(json.loads(SHIPPED.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise CalibrationError("the calibration of liveness cannot be read") from None


def read_calibration(document: Mapping[str, Any]) -> LivenessCalibration:
    """Read a calibration.

    Args:
        document: as JSON has it.

    Raises:
        CalibrationError: when it is of another schema, lacks a profile's threshold or has a number that is
            not finite.
    """
    if document["schema"] != SCHEMA:
        raise CalibrationError("a calibration of liveness of another schema")
    evidence = {name: Evidence(**one) for name, one in document["evidence"].items()}
    thresholds: dict[str, float] = {profile: float(document["thresholds"][profile]) for profile in PROFILES}
    numbers = [number for one in evidence.values() for number in (one.centre, one.scale, one.cap, one.weight)]
    if not np.isfinite([*numbers, *thresholds.values()]).all():
        raise CalibrationError("a calibration's numbers are finite")
    if any(one.scale == 0 or one.cap <= 0 or one.weight < 0 for one in evidence.values()):
        raise CalibrationError("evidence has a scale, a cap and no negative weight")
    return LivenessCalibration(evidence=evidence, thresholds=thresholds)
