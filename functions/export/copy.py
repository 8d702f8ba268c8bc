"""A person's own copy of what is held about them."""

import json
import struct

from functions.export.models import Export, ExportedDevice, ExportedTemplate
from service.deployment import Deployment
from service.held import Opened, open_holdings
from service.identity import identify
from service.repositories.rows import Template
from service.request import Request
from service.sealing import open_descriptor, open_quality


def make(request: Request, *, deployment: Deployment, now: float) -> Export:
    """Copy everything that is held about the person who asks.

    Args:
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        Everything.

    Raises:
        ProofInvalid: when the proof does not hold.
        TokenInvalid: when the token does not, or its account or device is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=False, fresh=True)
    opened = open_holdings(identity, deployment=deployment, now=now)
    holdings, profile = opened.holdings, opened.holdings.profile
    return Export(
        exported_at=int(now),
        account=profile.account,
        email=opened.email(),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        templates=[_template(opened, template) for template in holdings.templates],
        devices=[
            ExportedDevice(**held.model_dump(), public_key=json.loads(device.public_key))
            for held, device in zip(opened.devices(), holdings.devices, strict=True)
        ],
        consents=opened.consents(),
        sign_ins=opened.sign_ins(),
    )


def _template(opened: Opened, template: Template) -> ExportedTemplate:
    descriptor = open_descriptor(opened.key, template)
    return ExportedTemplate(
        id=template.id,
        kind=template.kind,
        created_at=template.created_at,
        model=template.model,
        pipeline=template.pipeline,
        quality=open_quality(opened.key, template),
        source_device=template.source_device,
        descriptor=[number for (number,) in struct.iter_unpack("<f", descriptor)],
    )
