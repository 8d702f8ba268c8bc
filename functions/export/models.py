"""What the export function gives."""

from typing import Final, Literal, TypeAlias

from pydantic import Field

from service.held import (
    HeldConsent,
    HeldDevice,
    HeldGrant,
    HeldMailTrouble,
    HeldPasskey,
    HeldRecoveryCodes,
    HeldSession,
    HeldSignIn,
    HeldTemplate,
)
from service.held_log import LogState
from service.models import Outgoing
from service.repositories.rows import Status

Descriptors: TypeAlias = Literal["included", "withheld: sign in with your face to have them"]
INCLUDED: Final = "included"
WITHHELD: Final = "withheld: sign in with your face to have them"


class ExportedTemplate(HeldTemplate):
    """A template with its descriptor."""

    descriptor: list[float] | None = Field(
        repr=False, description="128 numbers, exactly as they are kept; null where they are withheld."
    )


class ExportedDevice(HeldDevice):
    """A device with its public key."""

    public_key: dict[str, str] = Field(description="JWK.")


class ExportedPasskey(HeldPasskey):
    """A passkey with its public key."""

    public_key: str = Field(description="COSE_Key (RFC 9052, section 7), base64url of CBOR.")
    sign_count: int = Field(description="Its counter, as it was last seen; 0 where it keeps none.")


class ExportedLogEnd(Outgoing):
    """Where a log ends. Keep it: a later copy must hold it too, for as long as it has not expired."""

    number: int = Field(description="Of an entry, counted from 1; 0 before the first.")
    digest: str = Field(description="Of that entry: base64url of SHA-256.")
    expires_at: int = Field(description="Until when that entry must be in the log.")


class ExportedSignIn(HeldSignIn):
    """An entry of the sign-in log, and the one before it: see docs/sign-in-log.md."""

    expires_at: int
    after: ExportedLogEnd = Field(description="Where the log ended before this entry.")


class Export(Outgoing):
    """Everything that is held about a person, machine-readable. Times are seconds since the epoch."""

    format: Literal["facesmash-export-1"] = "facesmash-export-1"
    exported_at: int
    account: str
    email: str = Field(repr=False)
    mail_trouble: HeldMailTrouble | None = Field(description="Null where mails to the address arrive.")
    status: Status
    created_at: int
    last_used_at: int
    policy_version: str
    descriptors: Descriptors = Field(
        description="Whether this copy holds the face descriptors. A session that a mailbox code began gets "
        "none: they would make the mailbox alone into a sign-in by face."
    )
    learned_at: list[int] = Field(
        description="When a template was learned in the last 30 days, whatever became of it."
    )
    templates: list[ExportedTemplate] = Field(repr=False)
    devices: list[ExportedDevice] = Field(repr=False)
    passkeys: list[ExportedPasskey] = Field(repr=False)
    consents: list[HeldConsent]
    sign_ins: list[ExportedSignIn]
    sign_in_log: LogState = Field(description="Whether the log holds every entry that it must.")
    sign_in_log_end: ExportedLogEnd | None = Field(description="Where the log ends; null when that is lost.")
    sessions: list[HeldSession]
    grants: list[HeldGrant]
    recovery_codes: HeldRecoveryCodes | None = Field(description="Null when none were ever made.")
    freezes: int = Field(description="How often the account was frozen, and lifted from that again.")
