"""The people: two halves that share nobody, drawn with a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching import MODEL_ID, PIPELINE_ID, Quality
from matching.sphere import unit
from matching.templates import StoredTemplates

FloatArray: TypeAlias = NDArray[np.float64]

DESCRIPTORS: Final = Path(__file__).parents[3] / "shared/data/descriptors/lfw-development.npz"
SEED: Final = 2026
ANCHORS: Final = 3
# Not measured of these pictures, or, of 250 pixels, not as a camera's frame would have it: taken as fine.
UNMEASURED: Final = {
    "inter_ocular_px": 92.0,
    "residual_roll_deg": 0.0,
    "yaw_deg": 0.0,
    "pitch_deg": 0.0,
    "under_exposed": 0.0,
    "over_exposed": 0.0,
    "uniformity": 0.9,
    "eyes_open": 0.9,
    "faces_in_view": 1.0,
}
_MEASURED: Final = (
    "detection_score",
    "roll_deg",
    "nose_offset_iod",
    "luminance_mean",
    "luminance_sd",
    "sharpness",
)


@dataclass(frozen=True, kw_only=True)
class People:
    """Some people's pictures.

    Attributes:
        descriptors: (n, 128) mean of a picture's descriptor and its mirror image's.
        subject: (n,) whose.
        quality: n measurements.
    """

    descriptors: FloatArray
    subject: NDArray[np.str_]
    quality: list[Quality]

    def pictures(self, *, at_least: int) -> Iterator[NDArray[np.int64]]:
        """Give each person's pictures, of those who have enough."""
        for subject in np.unique(self.subject):
            own = np.flatnonzero(self.subject == subject)
            if len(own) >= at_least:
                yield own

    def others(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give everybody else's pictures."""
        return np.flatnonzero(self.subject != self.subject[own[0]])


def halves() -> tuple[People, People]:
    """Read the people: half of them to choose bars by, half to report on."""
    data = np.load(DESCRIPTORS)
    descriptors = (data["descriptor"].astype(np.float64) + data["mirror"]) / 2
    subjects = np.unique(data["subject"])
    chosen = np.random.default_rng(SEED).permutation(subjects)[: len(subjects) // 2]
    columns = [data[name].astype(float).tolist() for name in _MEASURED]
    quality = [
        Quality(**UNMEASURED, **dict(zip(_MEASURED, row, strict=True))) for row in zip(*columns, strict=True)
    ]
    is_chosen = np.isin(data["subject"], chosen)
    first, second = (
        People(
            descriptors=descriptors[part],
            subject=data["subject"][part],
            quality=[quality[at] for at in np.flatnonzero(part)],
        )
        for part in (is_chosen, ~is_chosen)
    )
    return first, second


def centroid_distances(probes: FloatArray, references: FloatArray) -> FloatArray:
    """(n,) of (n, 128) probes to the normalised centroid of (k, 128) references."""
    centroid = unit(unit(references).mean(axis=0))
    distances: FloatArray = np.linalg.norm(unit(probes) - centroid, axis=1)
    return distances


def account(anchors: FloatArray, learned: FloatArray | None = None, **columns: FloatArray) -> StoredTemplates:
    """An account: anchors of a year, and what it learned, active unless ``columns`` say otherwise."""
    more = np.empty((0, 128)) if learned is None else learned
    count, added = len(anchors), len(more)

    def column(name: str, of_anchor: float, default: float) -> FloatArray:
        return np.append(np.full(count, of_anchor), columns.get(name, np.full(added, default)))

    return StoredTemplates(
        descriptors=np.vstack([anchors, more]),
        made_by=[(MODEL_ID, PIPELINE_ID)] * (count + added),
        is_anchor=np.arange(count + added) < count,
        is_active=column("is_active", 1, 1).astype(bool),
        age_days=column("age_days", 365.0, 30.0),
        corroborations=column("corroborations", 0, 2).astype(np.int64),
        quiet_days=column("quiet_days", 365.0, 10.0),
    )
