"""From an applicant to an account's rows."""

import json
from dataclasses import dataclass, field
from typing import Final

from matching import EnrolmentDecision
from service.ids import new_ulid
from service.log_chain import beginning
from service.models import Capture
from service.proofs import Proof
from service.repositories.enrolments import NewAccount
from service.repositories.keys import WrappedKey
from service.repositories.rows import Device, Profile, Template
from service.repositories.session_rows import KeptSession
from service.sealing import (
    ConsentRecord,
    seal_address,
    seal_consent,
    seal_descriptor,
    seal_device_name,
    seal_log_head,
    seal_quality,
)
from service.vault import DataKey

_STORED_DTYPE: Final = "<f4"


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """A person of whom everything was checked.

    Attributes:
        email: their address.
        device_name: what they call their device.
        proof: that device's.
        mailbox: keyed index of the address, which they proved.
        face: theirs; None of somebody who does without.
        now: seconds since the epoch.
    """

    email: str = field(repr=False)
    device_name: str = field(repr=False)
    proof: Proof
    mailbox: str = field(repr=False)
    face: Face | None
    now: float


def new_account(
    applicant: Applicant, *, key: DataKey, wrapped: WrappedKey, session: KeptSession, review_at: int
) -> NewAccount:
    """Make every row of a new account, sealed under its own key.

    Args:
        applicant: whom everything was checked of.
        key: the account's.
        wrapped: the same key, as it is kept.
        session: that the enrolment begins.
        review_at: when it is first looked whether the account is used; seconds since the epoch.

    Returns:
        The rows.
    """
    now, thumbprint, face = int(applicant.now), applicant.proof.thumbprint, applicant.face
    templates = () if face is None else tuple(_templates(face, applicant, key=key))
    return NewAccount(
        profile=Profile(
            account=key.account,
            status="active",
            mailbox=applicant.mailbox,
            sealed_email=seal_address(key, applicant.email),
            policy_version=None if face is None else face.consent.policy_version,
            created_at=now,
            last_used_at=now,
            anchors=frozenset(template.id for template in templates),
            devices=frozenset({thumbprint}),
            sealed_log_head=seal_log_head(key, beginning(key.account)),
            revision=1,
            review_at=review_at,
        ),
        wrapped_key=wrapped,
        templates=templates,
        device=Device(
            thumbprint=thumbprint,
            public_key=json.dumps(applicant.proof.public_key, separators=(",", ":")),
            sealed_name=seal_device_name(key, applicant.device_name, thumbprint=thumbprint),
            created_at=now,
            last_used_at=now,
        ),
        consent=None if face is None else seal_consent(key, face.consent, consent_id=new_ulid(now)),
        session=session,
    )


def _templates(face: Face, applicant: Applicant, *, key: DataKey) -> list[Template]:
    capture = face.capture
    templates = []
    for descriptor, quality in zip(face.decision.templates, capture.quality, strict=True):
        template_id = new_ulid(applicant.now)
        templates.append(
            Template(
                id=template_id,
                model=capture.model,
                pipeline=capture.pipeline,
                sealed_descriptor=seal_descriptor(
                    key,
                    descriptor.astype(_STORED_DTYPE).tobytes(),
                    template_id=template_id,
                    model=capture.model,
                    kind="anchor",
                ),
                sealed_quality=seal_quality(
                    key, quality.model_dump(), template_id=template_id, model=capture.model
                ),
                source_device=applicant.proof.thumbprint,
                created_at=int(applicant.now),
            )
        )
    return templates
