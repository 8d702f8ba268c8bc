"""What the export function gives."""

from typing import Annotated, Final, Literal, TypeAlias

from aws_lambda_powertools.event_handler.openapi.params import Query
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
from service.register.schedule import Retention
from service.repositories.rows import Learning, LogKept, Status

# Names docs/export.schema.json for ever; another number when a reader of this one could stumble.
SCHEMA_ID: Final = "urn:facesmash:schema:export-1"

Descriptors: TypeAlias = Literal["included", "withheld: sign in with your face to have them"]
INCLUDED: Final = "included"
WITHHELD: Final = "withheld: sign in with your face to have them"

FileFormat: TypeAlias = Literal["json", "zip"]
AskedFormat = Annotated[
    FileFormat,
    Query(
        alias="format",
        description="`zip` adds tables for a spreadsheet and an explanation. Send `Accept: application/zip` "
        "with it, or the gateway gives its base64.",
    ),
]


class ExportedTemplate(HeldTemplate):
    """A template with its descriptor."""

    descriptor: list[float] | None = Field(
        repr=False, description="128 numbers, exactly as they are kept; null where they are withheld."
    )


class ExportedDevice(HeldDevice):
    """A device with its public key."""

    public_key: dict[str, str] = Field(description="JWK (RFC 7517). Its private half is on the device only.")


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

    expires_at: int = Field(description="When it is forgotten.")
    after: ExportedLogEnd = Field(description="Where the log ended before this entry.")


class ExportedPolicy(Outgoing):
    """A text that was agreed to."""

    policy_version: str = Field(description="Its version.")
    text_sha256: str = Field(description="Its SHA-256, hexadecimal; a consent names it.")
    text: str | None = Field(description="The text, where it is the one in force; of older ones only this.")


class Export(Outgoing):
    """Everything that is held about a person, machine-readable. Times are seconds since the epoch."""

    format: Literal["facesmash-export-1"] = Field(
        default="facesmash-export-1", description="What kind of file this is."
    )
    json_schema: Literal["urn:facesmash:schema:export-1"] = Field(
        default=SCHEMA_ID, description="The JSON Schema that it follows, by its `$id`."
    )
    explanations: dict[str, str] = Field(description="What each field means, by where it stands.")
    retention: list[Retention] = Field(
        description="What is kept of anybody, what for, what allows it, and when it ends: what is in force."
    )
    issuer: str = Field(description="The service that made and signed this file.")
    keys: str = Field(description="Where that service publishes the keys that the signature is checked with.")
    exported_at: int = Field(description="When this file was made.")
    account: str = Field(description="Your account's number; it tells nothing of you.")
    email: str = Field(repr=False, description="Your address, for codes and notices.")
    mail_trouble: HeldMailTrouble | None = Field(description="Null where mails to the address arrive.")
    status: Status = Field(description="Whether the face may sign in.")
    created_at: int = Field(description="When the account was made.")
    last_used_at: int = Field(description="When somebody last signed in to it.")
    policy_version: str | None = Field(
        description="The version of the consent text that you agreed to last; null where there is no face."
    )
    consent_asked_at: int | None = Field(
        description="When a sign-in first asked you to agree to a newer one; null where none did."
    )
    policies: list[ExportedPolicy] = Field(description="Each text that a consent names.")
    descriptors: Descriptors = Field(
        description="Whether this copy holds the face descriptors. A session that a mailbox code began gets "
        "none: they would make the mailbox alone into a sign-in by face."
    )
    learning: Learning = Field(description="Whether templates are learned from good sign-ins.")
    learned_at: list[int] = Field(
        description="When a template was learned in the last 30 days, whatever became of it."
    )
    templates: list[ExportedTemplate] = Field(repr=False, description="What your face is recognised by.")
    devices: list[ExportedDevice] = Field(repr=False, description="The devices that may sign in.")
    passkeys: list[ExportedPasskey] = Field(repr=False, description="The passkeys that may sign in.")
    consents: list[HeldConsent] = Field(description="What you agreed to.")
    sign_ins: list[ExportedSignIn] = Field(description="Who signed in, or tried to, newest first.")
    sign_ins_left_out: int = Field(
        description="How many older entries did not fit. Ask again with `?before=` and the smallest "
        "`after.number` here plus one."
    )
    sign_in_log: LogState = Field(description="Whether the log holds every entry that it must.")
    sign_in_log_kept: LogKept = Field(
        description="What you asked for: `least` is for entries since, and only where it is offered."
    )
    least_sign_in_log_days: int | None = Field(
        description="Days that an entry is kept where the least is asked for; null where it is not offered."
    )
    sign_in_log_end: ExportedLogEnd | None = Field(description="Where the log ends; null when that is lost.")
    sessions: list[HeldSession] = Field(description="Where somebody is signed in.")
    grants: list[HeldGrant] = Field(description="The applications that you sign in to with this account.")
    recovery_codes: HeldRecoveryCodes | None = Field(description="Null when none were ever made.")
    freezes: int = Field(description="How often the account was frozen, and lifted from that again.")


class SignedExport(Export):
    """An export as it is sent: with its signature."""

    signature: str = Field(
        description="JWS (RFC 7515) by one of the keys at `keys`: it names the SHA-256 of this file without "
        "this member. docs/export.md says how to check it."
    )
