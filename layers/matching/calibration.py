"""What was measured and is only read here: `calibration.json`, by `python -m benchmarks.calibrate`."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from matching.evidence import FloatArray
from matching.pipeline import DESCRIPTOR_LENGTH, is_current

SCHEMA: Final = 1
SHIPPED: Final = Path(__file__).with_name("calibration.json")

# What a document of another shape, or with numbers beyond a float, raises while it is read.
_UNREADABLE: Final = (
    *(OSError, LookupError, TypeError, ValueError, AttributeError),
    *(OverflowError, RecursionError),
)

Range: TypeAlias = tuple[float, float]


class CalibrationError(ValueError):
    """The calibration cannot be used. The message says what is wrong with the file, never a number of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gates:
    """What a descriptor of a real face keeps to.

    Attributes:
        norm: least and greatest Euclidean norm of a capture's descriptor.
        centred_norm: least distance of a normalised descriptor to the mean of real ones. One optimised to
            resemble many people at once lies too near to it (python -m benchmarks.master_descriptor).
        cohort_distance: least mean distance to the nearest of the cohort, for the same reason.
    """

    norm: Range
    centred_norm: float
    cohort_distance: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Logistic regression from a comparison to the natural logarithm of its likelihood ratio.

    Attributes:
        offsets: (s, s) the logarithm where all else is zero, by the spread of the references (rows) and of
            the probe (columns): averaging looks pulls strangers closer too, by as much as the looks differ.
        distance: per unit of distance between probe and references, < 0.
        cohort_distance: per unit of the references' and of the probe's distance to the cohort, each >= 0.
        centred_norm: the same of their centred norms, of either sign.
        cohort_cap: what the two cohort distances count for at the most. Who lives far from the cohort may
            live among others whom the cohort does not know: being remote earns no slack beyond this.
        ceiling: what the logarithm counts for at the most: ln(pairs of different people / 3).
    """

    offsets: FloatArray
    distance: float
    cohort_distance: tuple[float, float]
    centred_norm: tuple[float, float]
    cohort_cap: tuple[float, float]
    ceiling: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Strata:
    """What a quality adds to the required evidence: strata from the worst to the best.

    Attributes:
        edges: (s - 1,) ascending borders; a quality equal to a border lies above it.
        added: (s,) to the required logarithm, >= 0 and never rising with quality.
    """

    edges: FloatArray
    added: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """How much evidence a match requires, in natural logarithms of likelihood ratios.

    Attributes:
        by_spread: (s, s) as the offsets: how much the looks on either side differ, not how many they claim to
            be, is what they are worth as evidence.
        probe: added by the probe's centred norm, which no client can fake upwards.
        references: added by the references' centred norm.
        conditions: (3,) added in conditions that the client reports as good, fair and poor: >= 0, never
            falling.
        ceiling: required at the most, so that history alone locks nobody out: beyond it nothing is added.
    """

    by_spread: FloatArray
    probe: Strata
    references: Strata
    conditions: FloatArray
    ceiling: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Everything measured about one model and pipeline.

    Attributes:
        metric: (128, 128) applied to normalised descriptors before distances are taken. It evens out in part
            the directions in which people differ much and little (docs/decisions/score.md).
        mean: (128,) of real faces, in that metric.
        cohort: (m, 128) means of several people each, in that metric: nobody's face
            (docs/decisions/anonymous-cohort.md).
        neighbours: how many of the cohort's nearest a cohort distance averages.
        spread_edges: (s - 1,) ascending borders between looks that count as one, as two and as several.
        provenance: from what, when and how it was measured.
    """

    model: str
    pipeline: str
    metric: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    cohort: FloatArray = field(repr=False)
    neighbours: int
    spread_edges: FloatArray
    gates: Gates
    weights: Weights
    thresholds: Thresholds
    provenance: Mapping[str, Any] = field(repr=False)

    @cached_property
    def cohort_squares(self) -> FloatArray:
        """(m,) squared norms of the cohort: taken once, because every comparison asks for them."""
        squares: FloatArray = (self.cohort**2).sum(axis=1)
        return squares

    def to_json(self) -> str:
        """Write the file that `load_calibration` reads."""
        thresholds = self.thresholds
        document = {
            "schema": SCHEMA,
            "model": self.model,
            "pipeline": self.pipeline,
            "provenance": dict(self.provenance),
            "gates": {
                "norm": list(self.gates.norm),
                "centred_norm": self.gates.centred_norm,
                "cohort_distance": self.gates.cohort_distance,
            },
            "weights": {
                "offsets": self.weights.offsets.tolist(),
                "distance": self.weights.distance,
                "cohort_distance": list(self.weights.cohort_distance),
                "centred_norm": list(self.weights.centred_norm),
                "cohort_cap": list(self.weights.cohort_cap),
                "ceiling": self.weights.ceiling,
            },
            "thresholds": {
                "by_spread": thresholds.by_spread.tolist(),
                "probe": _strata_json(thresholds.probe),
                "references": _strata_json(thresholds.references),
                "conditions": thresholds.conditions.tolist(),
                "ceiling": thresholds.ceiling,
            },
            "neighbours": self.neighbours,
            "spread_edges": self.spread_edges.tolist(),
            "metric": _packed(self.metric, "<f4"),
            "mean": _packed(self.mean, "<f4"),
            "cohort": _packed(self.cohort, "<f2"),
        }
        return json.dumps(document, indent=1) + "\n"


@cache
def shipped_calibration() -> Calibration:
    """Give the calibration that is deployed with this layer. Read once in a process."""
    return load_calibration(SHIPPED)


def load_calibration(path: Path) -> Calibration:
    """Read a calibration.

    Args:
        path: a file that `python -m benchmarks.calibrate` wrote.

    Returns:
        The calibration.

    Raises:
        CalibrationError: when the file is no calibration, is of another model or pipeline than this layer, or
            holds numbers that no measurement gives: not finite, of the wrong shape or sign.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = _parsed(document)
    except CalibrationError:
        raise
    except _UNREADABLE as error:
        raise CalibrationError(f"{path.name} is no calibration ({type(error).__name__})") from None
    _check(found, path.name)
    return found


def _parsed(document: Mapping[str, Any]) -> Calibration:
    if document["schema"] != SCHEMA:
        raise CalibrationError(f"calibration of schema {SCHEMA} expected")
    gates, weights, thresholds = document["gates"], document["weights"], document["thresholds"]
    return Calibration(
        model=str(document["model"]),
        pipeline=str(document["pipeline"]),
        metric=_unpacked(document["metric"], "<f4").reshape(DESCRIPTOR_LENGTH, DESCRIPTOR_LENGTH),
        mean=_unpacked(document["mean"], "<f4").reshape(DESCRIPTOR_LENGTH),
        cohort=_unpacked(document["cohort"], "<f2").reshape(-1, DESCRIPTOR_LENGTH),
        neighbours=int(document["neighbours"]),
        spread_edges=np.array(document["spread_edges"], dtype=np.float64),
        gates=Gates(
            norm=_pair(gates["norm"]),
            centred_norm=float(gates["centred_norm"]),
            cohort_distance=float(gates["cohort_distance"]),
        ),
        weights=Weights(
            offsets=np.array(weights["offsets"], dtype=np.float64),
            distance=float(weights["distance"]),
            cohort_distance=_pair(weights["cohort_distance"]),
            centred_norm=_pair(weights["centred_norm"]),
            cohort_cap=_pair(weights["cohort_cap"]),
            ceiling=float(weights["ceiling"]),
        ),
        thresholds=Thresholds(
            by_spread=np.array(thresholds["by_spread"], dtype=np.float64),
            probe=_strata(thresholds["probe"]),
            references=_strata(thresholds["references"]),
            conditions=np.array(thresholds["conditions"], dtype=np.float64),
            ceiling=float(thresholds["ceiling"]),
        ),
        provenance=dict(document["provenance"].items()),
    )


def _check(found: Calibration, name: str) -> None:
    if not is_current(model=found.model, pipeline=found.pipeline):
        raise CalibrationError(f"{name} is of another model or pipeline")
    weights, thresholds, gates = found.weights, found.thresholds, found.gates
    single = [
        *(*gates.norm, gates.centred_norm, gates.cohort_distance),
        *(weights.distance, *weights.cohort_distance, *weights.centred_norm, *weights.cohort_cap),
        *(weights.ceiling, thresholds.ceiling),
    ]
    arrays = [
        *(found.metric, found.mean, found.cohort, found.spread_edges, weights.offsets),
        *(thresholds.by_spread, thresholds.conditions),
        *(thresholds.probe.edges, thresholds.probe.added),
        *(thresholds.references.edges, thresholds.references.added),
    ]
    if not (np.isfinite(single).all() and all(np.isfinite(part).all() for part in arrays)):
        raise CalibrationError(f"{name} holds numbers that are not finite")
    sound = (
        1 <= found.neighbours <= len(found.cohort)
        and 0 < gates.norm[0] < gates.norm[1]
        and min(gates.centred_norm, gates.cohort_distance, *weights.cohort_cap) > 0
        and weights.distance < 0
        and min(weights.cohort_distance) >= 0
        and found.spread_edges.ndim == 1
        and bool((np.diff(found.spread_edges) > 0).all())
        and weights.offsets.shape == thresholds.by_spread.shape == (len(found.spread_edges) + 1,) * 2
        and thresholds.conditions.shape == (3,)
        and bool((np.diff(thresholds.conditions) >= 0).all())
        and bool((thresholds.conditions >= 0).all())
        and all(_is_sound(strata) for strata in (thresholds.probe, thresholds.references))
        and float(thresholds.by_spread.min()) > 0
        and thresholds.ceiling >= float(thresholds.by_spread.max())
        and weights.ceiling >= thresholds.ceiling
    )
    if not sound:
        raise CalibrationError(f"{name} holds numbers that no measurement gives")


def _is_sound(strata: Strata) -> bool:
    return (
        strata.edges.ndim == strata.added.ndim == 1
        and len(strata.added) == len(strata.edges) + 1
        and bool((np.diff(strata.edges) > 0).all())
        and bool((np.diff(strata.added) <= 0).all())
        and bool((strata.added >= 0).all())
    )


def _strata(document: Mapping[str, Any]) -> Strata:
    return Strata(
        edges=np.array(document["edges"], dtype=np.float64),
        added=np.array(document["added"], dtype=np.float64),
    )


def _strata_json(strata: Strata) -> dict[str, list[float]]:
    return {"edges": strata.edges.tolist(), "added": strata.added.tolist()}


def _pair(values: Sequence[float]) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)


def _packed(values: FloatArray, dtype: str) -> str:
    return base64.b64encode(values.astype(dtype).tobytes()).decode()


def _unpacked(text: str, dtype: str) -> FloatArray:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CalibrationError("a calibration's arrays are base64") from None
    return np.frombuffer(raw, dtype=dtype).astype(np.float64)
