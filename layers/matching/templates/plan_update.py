"""What a sign-in changes of an account's templates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.evidence import FloatArray, Quality
from matching.templates.bars import MAX_ADAPTIVE
from matching.templates.corroborate import corroborate
from matching.templates.judge_admission import Admission, judge_admission
from matching.templates.keep_diverse import keep_diverse
from matching.templates.stored import BoolArray, StoredTemplates


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateUpdate:
    """What becomes of k templates, and of the probe. An anchor never changes.

    Attributes:
        admission: whether the probe becomes a template, and why not.
        expired: (k,) adaptive templates past their life.
        evicted: (k,) adaptive templates that make room.
        corroborated: (k,) quarantined ones that the sign-in bears out.
        promoted: (k,) those of them that leave quarantine.
    """

    admission: Admission
    expired: BoolArray
    evicted: BoolArray
    corroborated: BoolArray
    promoted: BoolArray


def plan_update(
    *,
    probe: FloatArray,
    quality: Sequence[Quality],
    templates: StoredTemplates,
    admissions_days_ago: FloatArray,
    accepted: bool,
    device_was_known: bool,
) -> TemplateUpdate:
    """Plan what a sign-in changes of the account's templates.

    Args:
        probe: (128,) the reduced probe.
        quality: of every capture of the ceremony.
        templates: the account's, k of them.
        admissions_days_ago: (m,) when the account last learned one, whatever became of it.
        accepted: whether the sign-in was.
        device_was_known: whether the account knew the device before.

    Returns:
        The plan. Only an accepted sign-in on a known device, which is no stored template sent back, changes
        anything but what has expired.
    """
    admission = judge_admission(
        probe=probe,
        quality=quality,
        templates=templates,
        admissions_days_ago=admissions_days_ago,
        accepted=accepted,
        device_was_known=device_was_known,
    )
    nothing = np.zeros(len(templates.descriptors), dtype=bool)
    if admission.reason in {"not-accepted", "device-not-known", "not-a-descriptor", "near-duplicate"}:
        return TemplateUpdate(
            admission=admission,
            expired=templates.is_expired,
            evicted=nothing,
            corroborated=nothing,
            promoted=nothing,
        )
    evicted = nothing
    if admission.admitted:
        evicted, newcomer_stays = _make_room(probe, templates)
        if not newcomer_stays:
            admission, evicted = Admission(admitted=False, reason="others-stand-for-more"), nothing
    borne_out = corroborate(probe=probe, templates=templates)
    return TemplateUpdate(
        admission=admission,
        expired=templates.is_expired,
        evicted=evicted,
        corroborated=borne_out.corroborated & ~evicted,
        promoted=borne_out.promoted & ~evicted,
    )


def _make_room(probe: FloatArray, templates: StoredTemplates) -> tuple[BoolArray, bool]:
    """Tell which templates go, and whether the newcomer stays. The cap counts every adaptive one that lives.

    What another pipeline made goes first: it stands for nothing any more.
    """
    learned = np.flatnonzero(templates.learned)
    stays = keep_diverse(
        learned=np.vstack([templates.descriptors[learned], probe[None, :]]),
        anchors=templates.descriptors[templates.anchors],
        corroborations=np.append(templates.corroborations[learned], 0),
        age_days=np.append(templates.age_days[learned], 0.0),
        cap=MAX_ADAPTIVE,
    )
    evicted = ~templates.is_anchor & ~templates.is_expired & ~templates.comparable
    evicted[learned[~stays[:-1]]] = True
    return evicted, bool(stays[-1])
