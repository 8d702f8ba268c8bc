"""May an account learn a template from a sign-in?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching.evidence import FloatArray, Quality
from matching.pipeline import DESCRIPTOR_LENGTH
from matching.sphere import distances
from matching.templates.bars import (
    ADMISSION_WINDOW_DAYS,
    ANCHOR_BAR,
    APART_DAYS,
    FREEZE_WINDOW,
    MAX_ADMISSIONS,
    NOVELTY_BAR,
)
from matching.templates.conditions import are_good_conditions
from matching.templates.points_one_way import points_one_way
from matching.templates.resubmitted import is_resubmitted
from matching.templates.stored import StoredTemplates

AdmissionReason: TypeAlias = Literal[
    "admitted",
    "not-accepted",
    "device-not-known",
    "not-a-descriptor",
    "near-duplicate",
    "poor-conditions",
    "no-anchor",
    "far-from-anchors",
    "nothing-new",
    "too-soon",
    "drifting",
    "others-stand-for-more",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """Whether a template may be learned, and the guard that decided. It carries no distance."""

    admitted: bool
    reason: AdmissionReason


def judge_admission(
    *,
    probe: FloatArray,
    quality: Sequence[Quality],
    templates: StoredTemplates,
    admissions_days_ago: FloatArray,
    accepted: bool,
    device_was_known: bool,
) -> Admission:
    """Decide whether a sign-in's probe may become an adaptive template, quarantined at first.

    Args:
        probe: (128,) the reduced probe.
        quality: of every capture of the ceremony.
        templates: the account's.
        admissions_days_ago: (m,) when the account last learned one, whatever became of it.
        accepted: whether the sign-in was.
        device_was_known: whether the account knew the device before.

    Returns:
        The decision. It never raises on numbers: NaN and infinity are admitted nowhere.
    """
    reason = (
        _untaught(probe, quality, templates, accepted=accepted, device_was_known=device_was_known)
        or _misplaced(probe, templates)
        or _untimely(admissions_days_ago)
        or _drifting(probe, templates)
    )
    return Admission(admitted=reason is None, reason=reason or "admitted")


def _untaught(
    probe: FloatArray,
    quality: Sequence[Quality],
    templates: StoredTemplates,
    *,
    accepted: bool,
    device_was_known: bool,
) -> AdmissionReason | None:
    if not accepted:
        return "not-accepted"
    if not device_was_known:
        return "device-not-known"
    if probe.shape != (DESCRIPTOR_LENGTH,) or not np.isfinite(probe).all() or not probe.any():
        return "not-a-descriptor"
    if is_resubmitted(probe=probe[None, :], templates=templates):
        return "near-duplicate"
    return None if are_good_conditions(quality) else "poor-conditions"


def _misplaced(probe: FloatArray, templates: StoredTemplates) -> AdmissionReason | None:
    if not templates.anchors.any():
        return "no-anchor"
    apart = distances(probe[None, :], templates.descriptors)[0]
    if not (apart[templates.anchors] <= ANCHOR_BAR).any():
        return "far-from-anchors"
    if not (apart[templates.anchors | templates.learned] >= NOVELTY_BAR).all():
        return "nothing-new"
    return None


def _untimely(admissions_days_ago: FloatArray) -> AdmissionReason | None:
    # Written so that NaN counts as a moment ago.
    in_window = np.count_nonzero(~(admissions_days_ago >= ADMISSION_WINDOW_DAYS))
    a_day_apart = bool((admissions_days_ago >= APART_DAYS).all())
    return None if a_day_apart and in_window < MAX_ADMISSIONS else "too-soon"


def _drifting(probe: FloatArray, templates: StoredTemplates) -> AdmissionReason | None:
    newest_first = np.argsort(templates.age_days[templates.learned], kind="stable")[: FREEZE_WINDOW - 1]
    last = templates.descriptors[templates.learned][newest_first]
    anchors = templates.descriptors[templates.anchors]
    one_way = points_one_way(updates=np.vstack([last, probe[None, :]]), anchors=anchors)
    return "drifting" if one_way else None
