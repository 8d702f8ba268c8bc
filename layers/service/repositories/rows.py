"""The rows of an account, as they are kept: what is personal in them is sealed."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from service.repositories.items import Item
from service.repositories.keys import WrappedKey

Status: TypeAlias = Literal["active", "paused"]

PROFILE_SK = "PROFILE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """The row that makes an account exist.

    Attributes:
        account: its id.
        status: whether its face may sign in.
        mailbox: keyed index of its address, so that deleting needs no key.
        sealed_email: the address.
        policy_version: the consent text in force for it.
        created_at: seconds since the epoch.
        last_used_at: of the last sign-in, or of the enrolment.
        templates: ids of its templates.
        devices: thumbprints of its devices.
        revision: grows whenever a row is added or removed.
    """

    account: str
    status: Status
    mailbox: str = field(repr=False)
    sealed_email: bytes = field(repr=False)
    policy_version: str
    created_at: int
    last_used_at: int
    templates: frozenset[str]
    devices: frozenset[str]
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One template.

    Attributes:
        id: a ULID.
        kind: anchors never change.
        model: what made the descriptor.
        pipeline: the steps from pixels to the model.
        sealed_descriptor: 128 little-endian float32.
        sealed_quality: its quality, JSON.
        source_device: the device that took it.
        created_at: seconds since the epoch.
    """

    id: str
    kind: Literal["anchor"] = "anchor"
    model: str
    pipeline: str
    sealed_descriptor: bytes = field(repr=False)
    sealed_quality: bytes = field(repr=False)
    source_device: str
    created_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """One device.

    Attributes:
        thumbprint: of its key; its id.
        public_key: JWK, as JSON.
        sealed_name: what its holder calls it.
        created_at: seconds since the epoch.
        last_used_at: of its last sign-in.
    """

    thumbprint: str
    public_key: str
    sealed_name: bytes = field(repr=False)
    created_at: int
    last_used_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """One consent.

    Attributes:
        id: a ULID.
        sealed: version, text digest, when, from which device; JSON.
    """

    id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """One entry of the sign-in log.

    Attributes:
        id: a ULID.
        sealed: when, outcome, reason, device; JSON.
        expires_at: seconds since the epoch.
    """

    id: str
    sealed: bytes = field(repr=False)
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """Everything the Accounts table holds about one account."""

    profile: Profile
    templates: tuple[Template, ...]
    devices: tuple[Device, ...]
    consents: tuple[Consent, ...]
    sign_ins: tuple[SignIn, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What a verification reads: everything it compares with, and the key to open it."""

    profile: Profile | None
    device: Device | None
    templates: tuple[Template, ...]
    wrapped_key: WrappedKey | None


def account_pk(account: str) -> str:
    """Give the partition key of an account's rows."""
    return f"ACCOUNT#{account}"


def template_sk(template_id: str) -> str:
    """Give the sort key of a template."""
    return f"TEMPLATE#{template_id}"


def device_sk(thumbprint: str) -> str:
    """Give the sort key of a device."""
    return f"DEVICE#{thumbprint}"


def consent_sk(consent_id: str) -> str:
    """Give the sort key of a consent."""
    return f"CONSENT#{consent_id}"


def sign_in_sk(sign_in_id: str) -> str:
    """Give the sort key of an entry of the sign-in log."""
    return f"SIGNIN#{sign_in_id}"


def profile_item(profile: Profile) -> Item:
    """Write a profile. A set must not be empty there, and an account's never is when it is made."""
    return {
        "pk": account_pk(profile.account),
        "sk": PROFILE_SK,
        "status": profile.status,
        "mailbox": profile.mailbox,
        "sealed_email": profile.sealed_email,
        "policy_version": profile.policy_version,
        "created_at": profile.created_at,
        "last_used_at": profile.last_used_at,
        "templates": profile.templates,
        "devices": profile.devices,
        "revision": profile.revision,
    }


def template_item(account: str, template: Template) -> Item:
    """Write a template."""
    return {
        "pk": account_pk(account),
        "sk": template_sk(template.id),
        "kind": template.kind,
        "model": template.model,
        "pipeline": template.pipeline,
        "sealed_descriptor": template.sealed_descriptor,
        "sealed_quality": template.sealed_quality,
        "source_device": template.source_device,
        "created_at": template.created_at,
    }


def device_item(account: str, device: Device) -> Item:
    """Write a device."""
    return {
        "pk": account_pk(account),
        "sk": device_sk(device.thumbprint),
        "public_key": device.public_key,
        "sealed_name": device.sealed_name,
        "created_at": device.created_at,
        "last_used_at": device.last_used_at,
    }


def consent_item(account: str, consent: Consent) -> Item:
    """Write a consent."""
    return {"pk": account_pk(account), "sk": consent_sk(consent.id), "sealed": consent.sealed}


def sign_in_item(account: str, sign_in: SignIn) -> Item:
    """Write an entry of the sign-in log."""
    return {
        "pk": account_pk(account),
        "sk": sign_in_sk(sign_in.id),
        "sealed": sign_in.sealed,
        "expires_at": sign_in.expires_at,
    }


def read_profile(item: Item) -> Profile:
    """Read a profile."""
    return Profile(
        account=_text(item, "pk").removeprefix("ACCOUNT#"),
        status=cast("Status", item["status"]),
        mailbox=_text(item, "mailbox"),
        sealed_email=_blob(item, "sealed_email"),
        policy_version=_text(item, "policy_version"),
        created_at=_number(item, "created_at"),
        last_used_at=_number(item, "last_used_at"),
        templates=_names(item, "templates"),
        devices=_names(item, "devices"),
        revision=_number(item, "revision"),
    )


def read_template(item: Item) -> Template:
    """Read a template."""
    return Template(
        id=_id(item),
        model=_text(item, "model"),
        pipeline=_text(item, "pipeline"),
        sealed_descriptor=_blob(item, "sealed_descriptor"),
        sealed_quality=_blob(item, "sealed_quality"),
        source_device=_text(item, "source_device"),
        created_at=_number(item, "created_at"),
    )


def read_device(item: Item) -> Device:
    """Read a device."""
    return Device(
        thumbprint=_id(item),
        public_key=_text(item, "public_key"),
        sealed_name=_blob(item, "sealed_name"),
        created_at=_number(item, "created_at"),
        last_used_at=_number(item, "last_used_at"),
    )


def read_consent(item: Item) -> Consent:
    """Read a consent."""
    return Consent(id=_id(item), sealed=_blob(item, "sealed"))


def read_sign_in(item: Item) -> SignIn:
    """Read an entry of the sign-in log."""
    return SignIn(id=_id(item), sealed=_blob(item, "sealed"), expires_at=_number(item, "expires_at"))


def _id(item: Item) -> str:
    return _text(item, "sk").partition("#")[2]


def _text(item: Item, name: str) -> str:
    return cast("str", item[name])


def _number(item: Item, name: str) -> int:
    return cast("int", item[name])


def _blob(item: Item, name: str) -> bytes:
    return cast("bytes", item[name])


def _names(item: Item, name: str) -> frozenset[str]:
    return cast("frozenset[str]", item.get(name, frozenset()))
