"""Who changes an account in a session: read once, so that the change can be logged and its owner told."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from service.journal import appending, event
from service.notices import Recipient, recipient
from service.problems import TokenInvalid
from service.repositories.deeds import Deed
from service.repositories.rows import Device, Holdings, Profile

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.identity import Identity
    from service.vault import DataKey

# What the log calls them, beside the outcome "done".
DeedName: TypeAlias = Literal[
    "recovery-codes-made",
    "passkey-added",
    "passkey-removed",
    "device-removed",
    "template-removed",
    "learned-forgotten",
    "face-sign-in-paused",
    "face-sign-in-resumed",
    "address-changed",
    "application-allowed",
    "application-withdrawn",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doer:
    """Somebody who changes their account.

    Attributes:
        identity: their session, which the change itself asks for again.
        profile: of the account, as it was read; not frozen.
        device: the one that asks; None where the account does not know it.
        key: the account's.
        now: seconds since the epoch.
    """

    identity: "Identity"
    profile: Profile
    device: Device | None
    key: "DataKey" = field(repr=False)
    now: float

    def deed(self, name: DeedName, *, deployment: "Deployment") -> Deed:
        """Give what the repositories carry out: the same entry, however often it is tried."""
        return deed_of(
            name,
            identity=self.identity,
            profile=self.profile,
            key=self.key,
            deployment=deployment,
            now=self.now,
        )

    def owner(self) -> Recipient | None:
        """Give whom to tell; None where mails come back."""
        return recipient(self.key, self.profile, now=self.now)


def doer(identity: "Identity", *, deployment: "Deployment", now: float) -> Doer:
    """Find who changes an account: one read and one call of KMS.

    Raises:
        TokenInvalid: when the account is gone or frozen.
    """
    dossier = deployment.accounts.dossier(
        identity.account, thumbprint=identity.proof.thumbprint, templates=(), now=now
    )
    profile, wrapped = dossier.profile, dossier.wrapped_key
    if profile is None or profile.is_frozen or wrapped is None:
        raise TokenInvalid
    key = deployment.keyring.unwrap(identity.account, wrapped)
    return Doer(identity=identity, profile=profile, device=dossier.device, key=key, now=now)


def deed_of(
    name: DeedName,
    *,
    identity: "Identity",
    profile: Profile,
    key: "DataKey",
    deployment: "Deployment",
    now: float,
) -> Deed:
    """Make a deed of what was read already.

    Args:
        name: what is done.
        identity: who asks.
        profile: of their account, as it was read.
        key: the account's.
        deployment: says how long entries are kept.
        now: seconds since the epoch.

    Returns:
        The deed.
    """
    happened = event("done", name, device=identity.proof.thumbprint, place=identity.place, now=now)
    return Deed(
        profile=profile,
        session=identity.session,
        append=appending(happened, key=key, life_days=deployment.settings.sign_in_log_days),
    )


def as_read(deed: Deed, seen: Holdings) -> Deed:
    """Give a deed on the account as it was read once more."""
    return replace(deed, profile=seen.profile)
