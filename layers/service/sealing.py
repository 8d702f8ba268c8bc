"""What is personal, on its way in and out of an account's rows: shapes here, cryptography in the vault."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from service.log_chain import Head, LogEntry
from service.repositories.grant_rows import Grant, grant_sk
from service.repositories.rows import (
    PROFILE_SK,
    Consent,
    Device,
    Passkey,
    Profile,
    SignIn,
    Template,
    TemplateKind,
    consent_sk,
    device_sk,
    passkey_sk,
    sign_in_sk,
    template_sk,
)
from service.vault import DataKey, Kind, SealBrokenError, seal, unseal

# More than the longest reason and number take; JSON ends in spaces as well as without.
ENTRY_BYTES: Final = 448
HEAD_BYTES: Final = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentRecord:
    """What a person agreed to.

    Attributes:
        policy_version: of the text.
        text_sha256: of the text that was shown.
        given_at: seconds since the epoch.
        device: thumbprint of the device it was given on.
        language: of the text.
        statement: what was ticked; None of a record from before that was kept.
        signed_name: what was typed under it; None where that was not asked for.
        age_statement: what was ticked of an age; None where none was asked for.
    """

    policy_version: str
    text_sha256: str
    given_at: int
    device: str
    language: str = "en"
    statement: str | None = None
    signed_name: str | None = field(default=None, repr=False)
    age_statement: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRecord:
    """What an application may learn.

    Attributes:
        name: of the application, as the person was shown it.
        scopes: what it may learn.
        given_at: seconds since the epoch.
    """

    name: str
    scopes: tuple[str, ...]
    given_at: int


_CONSENT: Final = TypeAdapter(ConsentRecord)
_GRANT: Final = TypeAdapter(GrantRecord)
_ENTRY: Final = TypeAdapter(LogEntry)
_HEAD: Final = TypeAdapter(Head)
_QUALITY: Final = TypeAdapter(dict[str, float])
_DESCRIPTORS: Final[Mapping[TemplateKind, Kind]] = {"anchor": "descriptor", "adaptive": "learned-descriptor"}


def seal_address(key: DataKey, address: str) -> bytes:
    """Seal the address of a profile."""
    return seal(key, address.encode(), item=PROFILE_SK, kind="email")


def open_address(key: DataKey, profile: Profile) -> str:
    """Open the address of a profile."""
    return unseal(key, profile.sealed_email, item=PROFILE_SK, kind="email").decode()


def notice_address(key: DataKey, profile: Profile, *, now: float) -> str | None:
    """Open the address of a profile for a notice; None where mails to it come back."""
    return None if profile.mail_trouble_at(now) else open_address(key, profile)


def seal_device_name(key: DataKey, name: str, *, thumbprint: str) -> bytes:
    """Seal the name of a device."""
    return seal(key, name.encode(), item=device_sk(thumbprint), kind="device-name")


def open_device_name(key: DataKey, device: Device) -> str:
    """Open the name of a device."""
    return unseal(key, device.sealed_name, item=device_sk(device.thumbprint), kind="device-name").decode()


def seal_passkey_name(key: DataKey, name: str, *, passkey_id: str) -> bytes:
    """Seal the name of a passkey."""
    return seal(key, name.encode(), item=passkey_sk(passkey_id), kind="passkey-name")


def open_passkey_name(key: DataKey, passkey: Passkey) -> str:
    """Open the name of a passkey."""
    return unseal(key, passkey.sealed_name, item=passkey_sk(passkey.id), kind="passkey-name").decode()


def seal_credential_id(key: DataKey, credential_id: bytes, *, passkey_id: str) -> bytes:
    """Seal the id that a passkey's authenticator knows it by; its row is named by a digest of it."""
    return seal(key, credential_id, item=passkey_sk(passkey_id), kind="passkey-credential")


def open_credential_id(key: DataKey, passkey: Passkey) -> bytes:
    """Open the id that a passkey's authenticator knows it by."""
    return unseal(key, passkey.sealed_credential_id, item=passkey_sk(passkey.id), kind="passkey-credential")


def seal_descriptor(
    key: DataKey, descriptor: bytes, *, template_id: str, model: str, kind: TemplateKind
) -> bytes:
    """Seal a template's descriptor: 128 little-endian float32. What was learned never opens as an anchor."""
    return seal(key, descriptor, item=template_sk(template_id), kind=_DESCRIPTORS[kind], model=model)


def open_descriptor(key: DataKey, template: Template) -> bytes:
    """Open a template's descriptor: 128 little-endian float32."""
    return unseal(
        key,
        template.sealed_descriptor,
        item=template_sk(template.id),
        kind=_DESCRIPTORS[template.kind],
        model=template.model,
    )


def seal_quality(key: DataKey, quality: Mapping[str, float], *, template_id: str, model: str) -> bytes:
    """Seal a template's quality."""
    return seal(key, to_json(dict(quality)), item=template_sk(template_id), kind="quality", model=model)


def open_quality(key: DataKey, template: Template) -> dict[str, float]:
    """Open a template's quality."""
    return _QUALITY.validate_json(
        unseal(
            key, template.sealed_quality, item=template_sk(template.id), kind="quality", model=template.model
        )
    )


def seal_consent(key: DataKey, record: ConsentRecord, *, consent_id: str) -> Consent:
    """Seal a consent."""
    sealed = seal(key, to_json(asdict(record)), item=consent_sk(consent_id), kind="consent")
    return Consent(id=consent_id, sealed=sealed)


def open_consent(key: DataKey, consent: Consent) -> ConsentRecord:
    """Open a consent."""
    return _CONSENT.validate_json(unseal(key, consent.sealed, item=consent_sk(consent.id), kind="consent"))


def seal_grant(key: DataKey, record: GrantRecord, *, client: str, grant_id: str) -> Grant:
    """Seal a grant."""
    sealed = seal(key, to_json(asdict(record)), item=grant_sk(client), kind="grant")
    return Grant(client=client, id=grant_id, sealed=sealed)


def open_grant(key: DataKey, grant: Grant) -> GrantRecord:
    """Open a grant."""
    return _GRANT.validate_json(unseal(key, grant.sealed, item=grant_sk(grant.client), kind="grant"))


def seal_entry(key: DataKey, entry: LogEntry) -> SignIn:
    """Seal an entry of the sign-in log, at one length: else its size alone would tell outcome and reason."""
    padded = to_json(asdict(entry)).ljust(ENTRY_BYTES)
    sealed = seal(key, padded, item=sign_in_sk(entry.event.id), kind="sign-in")
    return SignIn(id=entry.event.id, sealed=sealed, expires_at=entry.expires_at)


def open_entry(key: DataKey, sign_in: SignIn) -> LogEntry:
    """Open an entry of the sign-in log.

    Raises:
        SealBrokenError: when it was altered, moved, or given another time to expire.
    """
    opened = unseal(key, sign_in.sealed, item=sign_in_sk(sign_in.id), kind="sign-in")
    try:
        entry = _ENTRY.validate_json(opened)
    except ValidationError:
        raise SealBrokenError from None  # of a shape that was sealed before there was a chain
    if entry.expires_at != sign_in.expires_at:
        raise SealBrokenError
    return entry


def seal_log_head(key: DataKey, head: Head) -> bytes:
    """Seal where the sign-in log ends: whoever holds the table cannot make an end of their own."""
    return seal(key, to_json(asdict(head)).ljust(HEAD_BYTES), item=PROFILE_SK, kind="log-head")


def open_log_head(key: DataKey, profile: Profile) -> Head | None:
    """Open where the sign-in log ends; None when it was altered or taken away."""
    try:
        return _HEAD.validate_json(unseal(key, profile.sealed_log_head, item=PROFILE_SK, kind="log-head"))
    except SealBrokenError:
        return None
