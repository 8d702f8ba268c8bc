"""A person's own copy of what is held about them."""

import json
import struct
from dataclasses import asdict

from functions.export.models import (
    INCLUDED,
    WITHHELD,
    Export,
    ExportedDevice,
    ExportedLogEnd,
    ExportedPasskey,
    ExportedSignIn,
    ExportedTemplate,
)
from service.deployment import Deployment
from service.encoding import base64url
from service.held import Opened, open_holdings
from service.identity import answer_challenge, identify
from service.log_chain import Head
from service.repositories.rows import Template
from service.request import Request
from service.sealing import open_descriptor


def make(request: Request, *, deployment: Deployment, now: float) -> Export:
    """Copy everything that is held about the person who asks.

    Args:
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        Everything; without descriptors for a session that no face began. They would pass for a look at the
        camera, and so make a mailbox alone into a sign-in by face.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not: what was overheard is not given again.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    opened = open_holdings(identity, deployment=deployment, now=now)
    holdings, profile, log = opened.holdings, opened.holdings.profile, opened.log
    return Export(
        exported_at=int(now),
        account=profile.account,
        email=opened.email(),
        mail_trouble=opened.mail_trouble(now),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        learned_at=sorted(profile.learned_at),
        descriptors=INCLUDED if identity.by_face else WITHHELD,
        templates=[
            ExportedTemplate(
                **held.model_dump(), descriptor=_numbers(opened, template) if identity.by_face else None
            )
            for held, template in zip(opened.templates(), holdings.templates, strict=True)
        ],
        devices=[
            ExportedDevice(**held.model_dump(), public_key=json.loads(device.public_key))
            for held, device in zip(opened.devices(), holdings.devices, strict=True)
        ],
        passkeys=[
            ExportedPasskey(
                **held.model_dump(), public_key=base64url(kept.public_key), sign_count=kept.sign_count
            )
            for held, kept in zip(opened.passkeys(), holdings.passkeys, strict=True)
        ],
        consents=opened.consents(),
        sign_ins=[
            ExportedSignIn(**held.model_dump(), expires_at=entry.expires_at, after=_end(entry.after))
            for held, entry in zip(opened.sign_ins(), log.entries, strict=True)
        ],
        sign_in_log=log.state,
        sign_in_log_end=None if log.head is None else _end(log.head),
        sessions=opened.sessions(),
        grants=opened.grants(),
        recovery_codes=opened.recovery_codes(),
        freezes=profile.freezes,
    )


def _end(head: Head) -> ExportedLogEnd:
    return ExportedLogEnd(**asdict(head))


def _numbers(opened: Opened, template: Template) -> list[float]:
    return [number for (number,) in struct.iter_unpack("<f", open_descriptor(opened.key, template))]
