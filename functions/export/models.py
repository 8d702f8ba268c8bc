"""What the export function gives."""

from typing import Literal

from pydantic import Field

from service.held import HeldConsent, HeldDevice, HeldSignIn
from service.models import Outgoing
from service.repositories.rows import Status


class ExportedTemplate(Outgoing):
    """A template with its descriptor."""

    id: str
    kind: Literal["anchor"]
    created_at: int
    model: str
    pipeline: str
    quality: dict[str, float] = Field(repr=False)
    source_device: str
    descriptor: list[float] = Field(repr=False, description="128 numbers, exactly as they are kept.")


class ExportedDevice(HeldDevice):
    """A device with its public key."""

    public_key: dict[str, str] = Field(description="JWK.")


class Export(Outgoing):
    """Everything that is held about a person, machine-readable. Times are seconds since the epoch."""

    format: Literal["facesmash-export-1"] = "facesmash-export-1"
    exported_at: int
    account: str
    email: str = Field(repr=False)
    status: Status
    created_at: int
    last_used_at: int
    policy_version: str
    templates: list[ExportedTemplate] = Field(repr=False)
    devices: list[ExportedDevice] = Field(repr=False)
    consents: list[HeldConsent]
    sign_ins: list[HeldSignIn]
