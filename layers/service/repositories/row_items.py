"""The rows of an account, written as items and read back."""

from typing import cast

from service.repositories.items import Item
from service.repositories.rows import (
    PROFILE_SK,
    Consent,
    Device,
    Learned,
    Learning,
    LogKept,
    MailTrouble,
    Passkey,
    Profile,
    RecoveryCodes,
    SignIn,
    Status,
    Template,
    TemplateState,
    account_pk,
    consent_sk,
    device_sk,
    passkey_sk,
    sign_in_sk,
    template_sk,
)


def profile_item(profile: Profile) -> Item:
    """Write a new profile. A set must not be empty there: what it does not have is left out."""
    face: Item = {}
    if profile.policy_version is not None:
        face = {"policy_version": profile.policy_version, "anchors": profile.anchors}
    return {
        **face,
        "pk": account_pk(profile.account),
        "sk": PROFILE_SK,
        "status": profile.status,
        "mailbox": profile.mailbox,
        "sealed_email": profile.sealed_email,
        "created_at": profile.created_at,
        "last_used_at": profile.last_used_at,
        "devices": profile.devices,
        "sealed_log_head": profile.sealed_log_head,
        "revision": profile.revision,
        "review_at": profile.review_at,
    }


def template_item(account: str, template: Template) -> Item:
    """Write a template."""
    item: Item = {
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
    learned = template.learned
    if learned is not None:
        item |= {
            "state": learned.state,
            "source_sign_in": learned.sign_in,
            "corroborations": learned.corroborations,
            "expires_at": learned.expires_at,
        }
        if learned.corroborated_at is not None:
            item |= {"corroborated_at": learned.corroborated_at}
    return item


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


def passkey_item(account: str, passkey: Passkey) -> Item:
    """Write a passkey."""
    return {
        "pk": account_pk(account),
        "sk": passkey_sk(passkey.id),
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "synced": passkey.synced,
        "sealed_name": passkey.sealed_name,
        "sealed_credential_id": passkey.sealed_credential_id,
        "created_at": passkey.created_at,
        "last_used_at": passkey.last_used_at,
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
        policy_version=cast("str | None", item.get("policy_version")),
        consent_asked_at=_number(item, "consent_asked_at") if "consent_asked_at" in item else None,
        created_at=_number(item, "created_at"),
        last_used_at=_number(item, "last_used_at"),
        anchors=_names(item, "anchors"),
        adaptive=_names(item, "adaptive"),
        learning=cast("Learning", item.get("learning", "allowed")),
        log=cast("LogKept", item.get("log", "full")),
        learned_at=frozenset(map(int, _names(item, "learned_at"))),
        devices=_names(item, "devices"),
        passkeys=_names(item, "passkeys"),
        # Taken away it opens as little as altered: the log is broken then, and the account still works.
        sealed_log_head=cast("bytes", item.get("sealed_log_head", b"")),
        revision=_number(item, "revision"),
        mail_trouble=cast("MailTrouble | None", item.get("mail_trouble")),
        mail_trouble_until=cast("int", item.get("mail_trouble_until", 0)),
        freezes=cast("int", item.get("freezes", 0)),
        frozen_at=_number(item, "frozen_at") if "frozen_at" in item else None,
        link_followed_at=_number(item, "link_followed_at") if "link_followed_at" in item else None,
        review_at=cast("int", item.get("review_at", 0)),
        unused_told_at=_number(item, "unused_told_at") if "unused_told_at" in item else None,
    )


def read_recovery_codes(item: Item) -> RecoveryCodes:
    """Read the set of recovery codes; of one that is used up the row remains."""
    return RecoveryCodes(digests=_names(item, "digests"), made_at=_number(item, "made_at"))


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
        learned=_learned(item) if item["kind"] == "adaptive" else None,
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


def read_passkey(item: Item) -> Passkey:
    """Read a passkey."""
    return Passkey(
        id=_id(item),
        public_key=_blob(item, "public_key"),
        sign_count=_number(item, "sign_count"),
        synced=cast("bool", item["synced"]),
        sealed_name=_blob(item, "sealed_name"),
        sealed_credential_id=_blob(item, "sealed_credential_id"),
        created_at=_number(item, "created_at"),
        last_used_at=_number(item, "last_used_at"),
    )


def read_consent(item: Item) -> Consent:
    """Read a consent."""
    return Consent(id=_id(item), sealed=_blob(item, "sealed"))


def read_sign_in(item: Item) -> SignIn:
    """Read an entry of the sign-in log. Whoever takes a part of it away breaks the log, and no more."""
    return SignIn(
        id=_id(item),
        sealed=cast("bytes", item.get("sealed", b"")),
        expires_at=cast("int", item.get("expires_at", 0)),
    )


def _learned(item: Item) -> Learned:
    return Learned(
        state=cast("TemplateState", item["state"]),
        sign_in=_text(item, "source_sign_in"),
        corroborations=_number(item, "corroborations"),
        corroborated_at=_number(item, "corroborated_at") if "corroborated_at" in item else None,
        expires_at=_number(item, "expires_at"),
    )


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
