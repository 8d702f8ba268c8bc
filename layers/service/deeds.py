"""Who changes an account in a session: read once, so that the change can be logged and its owner told."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.journal import appending, event
from service.notices import NoticeName, Recipient, recipient, recipient_if_it_opens
from service.patience import DAY_S
from service.problems import TokenInvalid
from service.promises import Promise, promise
from service.repositories.deeds import Deed
from service.repositories.limits import Budget
from service.repositories.rows import Device, Holdings, Profile
from service.repositories.work import GRACE_S, Work

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.identity import Identity
    from service.vault import DataKey

# Each is an entry that stays for 90 days, and a mail: nobody shall write the owner's log full. Each device
# that the account knows has its own count, so that a stranger keeps no owner from undoing what they did; all
# others have one together, since a device is but a key, and keys cost nothing. What only takes away is
# counted for each of them: it ends with what there is to take, and no stranger shall use up what stops them.
CHANGES_A_DAY: Final = 100

# What the log calls them, beside the outcome "done".
DeedName: TypeAlias = Literal[
    "recovery-codes-made",
    "passkey-added",
    "passkey-removed",
    "device-removed",
    "device-renamed",
    "face-enrolled",
    "template-removed",
    "learned-forgotten",
    "learning-refused",
    "learning-allowed",
    "log-shortened",
    "log-lengthened",
    "face-sign-in-paused",
    "face-sign-in-resumed",
    "consent-given",
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

    def deed(self, name: DeedName, told: Promise | None, *, deployment: "Deployment") -> Deed:
        """Give what the repositories carry out: the same entry, however often it is tried."""
        return deed_of(
            name,
            identity=self.identity,
            profile=self.profile,
            key=self.key,
            deployment=deployment,
            due=() if told is None else told.due,
            now=self.now,
        )

    def promise(self, notice: NoticeName, *, grace_s: int = GRACE_S) -> Promise:
        """Promise the owner a notice; none where mails come back, or their address does not open."""
        owner = recipient_if_it_opens(notice, self._owner)
        return promise(notice, owner, key=self.key, now=self.now, grace_s=grace_s)

    def _owner(self) -> Recipient | None:
        return recipient(self.key, self.profile, now=self.now)


def doer(identity: "Identity", *, takes_away: bool = False, deployment: "Deployment", now: float) -> Doer:
    """Find who changes an account: one read, one call of KMS and one write, which counts.

    Args:
        identity: who asks.
        takes_away: whether what they do can only take something from whoever is in the account.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Raises:
        TokenInvalid: when the account is gone or frozen, or the session has ended.
        TooManyRequests: when this device has changed enough today, or those have that the account does not
            know.
    """
    dossier = deployment.accounts.dossier(
        identity.account, thumbprint=identity.proof.thumbprint, session=True, now=now
    )
    profile, wrapped = dossier.profile, dossier.wrapped_key
    if profile is None or profile.is_frozen or wrapped is None:
        raise TokenInvalid
    if dossier.session is None or dossier.session.name != identity.session:
        raise TokenInvalid  # before it is counted: what has ended uses up nothing
    key = deployment.keyring.unwrap(identity.account, wrapped)
    count_change(identity, profile, takes_away=takes_away, deployment=deployment, now=now)
    return Doer(identity=identity, profile=profile, device=dossier.device, key=key, now=now)


def count_change(
    identity: "Identity",
    profile: Profile,
    *,
    takes_away: bool = False,
    deployment: "Deployment",
    now: float,
) -> None:
    """Take one of the changes that a device may make in a day: one conditional write.

    Raises:
        TooManyRequests: when none is left.
    """
    scope = f"changes {identity.account}"
    if takes_away or identity.proof.thumbprint in profile.devices:
        scope = f"{scope} {identity.proof.thumbprint}"
    budget = Budget(scope=scope, limit=CHANGES_A_DAY, window_s=DAY_S)
    deployment.limits.take(budget, now=now)


def deed_of(
    name: DeedName,
    *,
    identity: "Identity",
    profile: Profile,
    key: "DataKey",
    deployment: "Deployment",
    now: float,
    due: tuple[Work, ...] = (),
) -> Deed:
    """Make a deed of what was read already.

    Args:
        name: what is done.
        identity: who asks.
        profile: of their account, as it was read.
        key: the account's.
        deployment: says how long entries are kept.
        now: seconds since the epoch.
        due: what is to be done once it is written.

    Returns:
        The deed.
    """
    happened = event("done", name, device=identity.proof.thumbprint, place=identity.place, now=now)
    return Deed(
        profile=profile,
        session=identity.session,
        append=appending(happened, key=key, settings=deployment.settings),
        due=due,
    )


def as_read(deed: Deed, seen: Holdings) -> Deed:
    """Give a deed on the account as it was read once more."""
    return replace(deed, profile=seen.profile)
