"""A face: from a look at the camera that was accepted to its anchors, sealed, and back to compare."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from matching import (
    EnrolmentDecision,
    Quality,
    VerificationDecision,
    decide_verification,
    pack_descriptor,
    unpack_descriptors,
)
from matching.gates import repeat_a_template
from matching.history import CALM
from service.ids import new_ulid
from service.models import Capture
from service.repositories.rows import Template
from service.sealing import ConsentRecord, open_descriptor, seal_descriptor, seal_quality
from service.vault import DataKey, SealBrokenError


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A face that shall sign its owner in.

    Attributes:
        capture: what one look at the camera gave.
        decision: on it, accepted.
        consent: of its owner.
    """

    capture: Capture = field(repr=False)
    decision: EnrolmentDecision
    consent: ConsentRecord = field(repr=False)


def anchors(face: Face, *, key: DataKey, device: str, now: float) -> tuple[Template, ...]:
    """Make a face's templates, sealed.

    Args:
        face: whose.
        key: the account's.
        device: thumbprint of the device that looked.
        now: seconds since the epoch.

    Returns:
        One of each capture.
    """
    capture, made = face.capture, []
    for descriptor, quality in zip(face.decision.templates, capture.quality, strict=True):
        template_id = new_ulid(now)
        made.append(
            Template(
                id=template_id,
                model=capture.model,
                pipeline=capture.pipeline,
                sealed_descriptor=seal_descriptor(
                    key,
                    pack_descriptor(descriptor),
                    template_id=template_id,
                    model=capture.model,
                    kind="anchor",
                ),
                sealed_quality=seal_quality(
                    key, quality.model_dump(), template_id=template_id, model=capture.model
                ),
                source_device=device,
                created_at=int(now),
            )
        )
    return tuple(made)


def compared(face: Face, templates: Sequence[Template], *, key: DataKey) -> VerificationDecision:
    """Decide whether a face is the one that an account has, as strictly as a sign-in in calm times.

    It is compared with the anchors. But what the store holds is no look, whichever template it is.

    Args:
        face: that was looked at.
        templates: all that the account has, sealed.
        key: the account's.

    Raises:
        SealBrokenError: when an anchor was changed or moved. What was learned and does not open any more is
            passed over: it goes with the new face.
    """
    capture, probe = face.capture, face.decision.templates
    opened = [(one, found) for one in templates if (found := _opened(one, key=key)) is not None]
    held = [(one, descriptor) for one, descriptor in opened if one.kind == "anchor"]
    decision = decide_verification(
        probe=probe,
        quality=[Quality(**quality.model_dump()) for quality in capture.quality],
        references=unpack_descriptors(descriptor for _, descriptor in held),
        reference_pipelines=[(one.model, one.pipeline) for one, _ in held],
        model=capture.model,
        pipeline=capture.pipeline,
        history=CALM,
    )
    made_by = (capture.model, capture.pipeline)
    comparable = [descriptor for one, descriptor in opened if (one.model, one.pipeline) == made_by]
    if comparable and repeat_a_template(probe, references=unpack_descriptors(comparable)):
        return VerificationDecision(accepted=False, reason="template-replayed")
    return decision


def _opened(template: Template, *, key: DataKey) -> bytes | None:
    try:
        return open_descriptor(key, template)
    except SealBrokenError:
        if template.kind == "anchor":
            raise
        return None
