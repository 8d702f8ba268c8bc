"""Comparing a capture with an account's templates, opened for as long as that takes."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching import (
    DESCRIPTOR_LENGTH,
    MalformedEvidenceError,
    VerificationDecision,
    decide_verification,
    decode_descriptors,
    decode_series,
)
from service.models import Capture
from service.repositories.rows import Template
from service.sealing import open_descriptor
from service.vault import DataKey

_References: TypeAlias = NDArray[np.float64]


def judge(capture: Capture, *, templates: Sequence[Template], key: DataKey) -> VerificationDecision:
    """Judge whether a capture matches an account's templates.

    Args:
        capture: what one look at the camera gave.
        templates: the account's, sealed.
        key: the account's.

    Returns:
        The decision; evidence that cannot be read is refused like any other.

    Raises:
        SealBrokenError: when a template was changed or moved.
    """
    try:
        probe = decode_descriptors(capture.descriptors)
        series = decode_series(**capture.series.model_dump())
    except MalformedEvidenceError:
        return VerificationDecision(accepted=False, reason="evidence-malformed")
    return decide_verification(
        probe=probe,
        references=_open(templates, key=key),
        reference_pipelines=[(template.model, template.pipeline) for template in templates],
        series=series,
        model=capture.model,
        pipeline=capture.pipeline,
    )


def _open(templates: Sequence[Template], *, key: DataKey) -> _References:
    raw = b"".join(open_descriptor(key, template) for template in templates)
    return np.frombuffer(raw, dtype="<f4").reshape(-1, DESCRIPTOR_LENGTH).astype(np.float64)
