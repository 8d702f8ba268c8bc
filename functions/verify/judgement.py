"""Judging a capture: what it shows of a living face, and how it compares with an account's templates.

Templates are open for as long as that takes, and what was tracked is dropped with the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching import (
    History,
    MalformedEvidenceError,
    Quality,
    VerificationDecision,
    decide_verification,
    decode_descriptors,
    decode_track,
    unpack_descriptors,
)
from matching.liveness.track import Track
from matching.templates import StoredTemplates, is_resubmitted, usable
from service.models import Capture
from service.patience import DAY_S
from service.repositories.rows import Learned, Template
from service.sealing import open_descriptor
from service.vault import DataKey

_Descriptors: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A capture, decoded.

    Attributes:
        descriptors: (n, 128), one for each frame.
        quality: n measurements.
        turned: (m, 128), of the turned head.
        track: what was tracked in every frame.
    """

    descriptors: _Descriptors = field(repr=False)
    quality: tuple[Quality, ...] = field(repr=False)
    turned: _Descriptors = field(repr=False)
    track: Track = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A decision, and what it was made from, for whoever learns from it.

    Attributes:
        decision: on the capture.
        evidence: that was compared.
        stored: the account's templates, opened, in the order that they came in.
    """

    decision: VerificationDecision
    evidence: Evidence = field(repr=False)
    stored: StoredTemplates = field(repr=False)


def read(capture: Capture) -> Evidence | None:
    """Decode a capture.

    Args:
        capture: what one look at the camera gave.

    Returns:
        The evidence; None when it cannot be read.
    """
    try:
        descriptors = decode_descriptors(capture.descriptors)
        turned = [one.descriptor for one in capture.turned]
        if len(capture.quality) != len(descriptors):
            return None
        return Evidence(
            descriptors=descriptors,
            quality=tuple(Quality(**quality.model_dump()) for quality in capture.quality),
            turned=decode_descriptors(turned) if turned else descriptors[:0],
            track=decode_track(**capture.series.model_dump()),
        )
    except MalformedEvidenceError:
        return None


def judge(
    capture: Capture,
    evidence: Evidence,
    *,
    templates: Sequence[Template],
    key: DataKey,
    history: History,
    now: float,
) -> Judgement:
    """Judge whether a capture matches an account's templates.

    Args:
        capture: what one look at the camera gave.
        evidence: the same, decoded.
        templates: the account's, sealed.
        key: the account's.
        history: what happened before.
        now: seconds since the epoch.

    Returns:
        The decision.

    Raises:
        SealBrokenError: when a template was changed or moved.
    """
    stored = _open(templates, key=key, now=now)
    decision = _decide(capture, evidence, stored=stored, history=history)
    return Judgement(decision=decision, evidence=evidence, stored=stored)


def _decide(
    capture: Capture, evidence: Evidence, *, stored: StoredTemplates, history: History
) -> VerificationDecision:
    compared = usable(stored)
    decision = decide_verification(
        probe=evidence.descriptors,
        quality=evidence.quality,
        references=stored.descriptors[compared],
        reference_pipelines=[made_by for made_by, used in zip(stored.made_by, compared, strict=True) if used],
        model=capture.model,
        pipeline=capture.pipeline,
        history=history,
    )
    # A quarantined template is no reference, but one that comes back has leaked like any other.
    if decision.reason != "wrong-pipeline" and is_resubmitted(probe=evidence.descriptors, templates=stored):
        return VerificationDecision(accepted=False, reason="template-replayed")
    return decision


def _open(templates: Sequence[Template], *, key: DataKey, now: float) -> StoredTemplates:
    learned = [template.learned for template in templates]
    made_at = np.array([template.created_at for template in templates], dtype=np.float64)
    quiet_since = np.array([_last_word(template) for template in templates], dtype=np.float64)
    return StoredTemplates(
        descriptors=unpack_descriptors(open_descriptor(key, template) for template in templates),
        made_by=[(template.model, template.pipeline) for template in templates],
        is_anchor=np.array([one is None for one in learned], dtype=bool),
        is_active=np.array([one is None or one.state == "active" for one in learned], dtype=bool),
        age_days=(now - made_at) / DAY_S,
        corroborations=np.array([_count(one) for one in learned], dtype=np.int64),
        quiet_days=(now - quiet_since) / DAY_S,
    )


def _last_word(template: Template) -> int:
    learned = template.learned
    if learned is None or learned.corroborated_at is None:
        return template.created_at
    return learned.corroborated_at


def _count(learned: Learned | None) -> int:
    return 0 if learned is None else learned.corroborations
