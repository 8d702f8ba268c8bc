"""From an applicant to an account's rows."""

import json
from dataclasses import dataclass, field

from functions.enroll.face import Face, anchors
from service.ids import new_ulid
from service.log_chain import beginning
from service.proofs import Proof
from service.repositories.enrolments import NewAccount
from service.repositories.keys import WrappedKey
from service.repositories.rows import Device, Profile
from service.repositories.session_rows import KeptSession
from service.sealing import seal_address, seal_consent, seal_device_name, seal_log_head
from service.tokens import MailboxClaims
from service.vault import DataKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """A person of whom everything was checked.

    Attributes:
        email: their address.
        device_name: what they call their device.
        proof: that device's.
        proved: that the address is theirs, by a code.
        face: theirs; None of somebody who does without.
        now: seconds since the epoch.
    """

    email: str = field(repr=False)
    device_name: str = field(repr=False)
    proof: Proof
    proved: MailboxClaims = field(repr=False)
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
    templates = () if face is None else anchors(face, key=key, device=thumbprint, now=applicant.now)
    return NewAccount(
        profile=Profile(
            account=key.account,
            status="active",
            mailbox=applicant.proved.mailbox,
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
