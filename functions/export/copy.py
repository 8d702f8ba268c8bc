"""A person's own copy of what is held about them."""

import struct
from dataclasses import asdict
from typing import Final

from pydantic_core import from_json

from functions.export.explanations import explanations
from functions.export.models import (
    INCLUDED,
    WITHHELD,
    Export,
    ExportedDevice,
    ExportedLogEnd,
    ExportedPasskey,
    ExportedPolicy,
    ExportedSignIn,
    ExportedTemplate,
)
from service.encoding import base64url
from service.held import Opened, described
from service.held_log import by_number
from service.identity import Identity
from service.log_chain import Head
from service.policy import current_policy
from service.register.schedule import schedule
from service.repositories.rows import Template
from service.sealing import open_descriptor
from service.settings import Settings
from service.tokens import RECEIPT_KEYS

# 90 days of 130 sign-ins each. Lambda gives 6 MB: python -m benchmarks.export says what that many weigh.
MOST_SIGN_INS: Final = 12_000


def make(opened: Opened, identity: Identity, *, before: int | None, settings: Settings, now: float) -> Export:
    """Copy everything that is held about the person who asks.

    Args:
        opened: what is held.
        identity: the session that asks.
        before: only entries of the log with a smaller number; None for the newest.
        settings: of the deployment, for the text that is in force.
        now: seconds since the epoch.

    Returns:
        Everything; without descriptors for a session that no face began. They would pass for a look at the
        camera, and so make a mailbox alone into a sign-in by face.
    """
    holdings, profile, log = opened.holdings, opened.holdings.profile, opened.log
    wanted = by_number(entry for entry in log.entries if before is None or entry.number < before)
    copied, left_out = wanted[:MOST_SIGN_INS], wanted[MOST_SIGN_INS:]
    issuer = identity.bounds.issuer
    return Export(
        explanations=explanations(),
        retention=schedule(current_policy(settings).retention),
        issuer=issuer,
        keys=issuer + RECEIPT_KEYS,
        exported_at=int(now),
        account=profile.account,
        email=opened.email(),
        mail_trouble=opened.mail_trouble(now),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        consent_asked_at=profile.consent_asked_at,
        policies=_policies(opened, settings),
        learning=profile.learning,
        learned_at=sorted(profile.lately_learned_at(now)),
        descriptors=INCLUDED if identity.by_face else WITHHELD,
        templates=[
            ExportedTemplate(
                **held.model_dump(), descriptor=_numbers(opened, template) if identity.by_face else None
            )
            for held, template in zip(opened.templates(), holdings.templates, strict=True)
        ],
        devices=[
            ExportedDevice(**held.model_dump(), public_key=from_json(device.public_key))
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
            ExportedSignIn(
                **described(entry).model_dump(), expires_at=entry.expires_at, after=_end(entry.after)
            )
            for entry in copied
        ],
        sign_ins_left_out=len(left_out),
        sign_in_log=log.state,
        sign_in_log_kept=profile.log,
        least_sign_in_log_days=settings.least_sign_in_log_days,
        sign_in_log_end=None if log.head is None else _end(log.head),
        sessions=opened.sessions(),
        grants=opened.grants(),
        recovery_codes=opened.recovery_codes(),
        freezes=profile.freezes,
    )


def _policies(opened: Opened, settings: Settings) -> list[ExportedPolicy]:
    current = current_policy(settings)
    named = {consent.text_sha256: consent.policy_version for consent in opened.consents()}
    return [
        ExportedPolicy(
            policy_version=version,
            text_sha256=digest,
            text=current.text if digest == current.text_sha256 else None,
        )
        for digest, version in named.items()
    ]


def _end(head: Head) -> ExportedLogEnd:
    return ExportedLogEnd(**asdict(head))


def _numbers(opened: Opened, template: Template) -> list[float]:
    return [number for (number,) in struct.iter_unpack("<f", open_descriptor(opened.key, template))]
