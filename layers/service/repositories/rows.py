"""The rows of an account, as they are kept: what is personal in them is sealed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.patience import DAY_S
from service.repositories.keys import WrappedKey

if TYPE_CHECKING:
    from service.repositories.grant_rows import Grant
    from service.repositories.session_rows import KeptSession

Status: TypeAlias = Literal["active", "paused"]
Learning: TypeAlias = Literal["allowed", "refused"]
LogKept: TypeAlias = Literal["full", "least"]
MailTrouble: TypeAlias = Literal["bounced", "complained"]
TemplateKind: TypeAlias = Literal["anchor", "adaptive"]
TemplateState: TypeAlias = Literal["quarantined", "active"]

PROFILE_SK = "PROFILE"
RECOVERY_SK = "RECOVERY"
SIGN_IN_PREFIX: Final = "SIGNIN#"  # of the log's sort keys; in the order of time

# How long it is remembered that something was learned: as long as matching.templates asks about.
LEARNED_AT_DAYS: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """The row that makes an account exist.

    Attributes:
        account: its id.
        status: whether its face may sign in.
        mailbox: keyed index of its address, so that deleting needs no key.
        sealed_email: the address.
        policy_version: the consent text that its owner agreed to last; None where there is no face.
        consent_asked_at: when a sign-in first asked them to agree to a newer one, seconds since the epoch;
            None where none did since.
        created_at: seconds since the epoch.
        last_used_at: of the last sign-in, or of the enrolment.
        anchors: ids of the templates made at enrolment; none of whoever does without a face.
        adaptive: ids of the templates learned since; expired ones may be among them.
        learning: whether its owner lets it learn from sign-ins.
        log: for how long its owner asks that the sign-in log be kept; see service.journal.
        learned_at: when it learned one, whatever became of it; see ``lately_learned_at``.
        devices: thumbprints of its devices.
        passkeys: ids of its passkeys.
        sealed_log_head: where its sign-in log ends.
        revision: grows whenever a row is added or removed.
        mail_trouble: why no notices go to its mailbox; None where they do.
        mail_trouble_until: when that is tried again; seconds since the epoch.
        freezes: how often it was frozen, and lifted from that again.
        frozen_at: since when it is frozen, seconds since the epoch; None when it is not.
        link_followed_at: when the link of a notice was last followed that froze it, or had; seconds since the
            epoch, None when it is not frozen.
        review_at: when it is looked whether it is used; seconds since the epoch, 0 for never.
        unused_told_at: when its owner was last told that nobody uses it; None when they never were.
    """

    account: str
    status: Status
    mailbox: str = field(repr=False)
    sealed_email: bytes = field(repr=False)
    policy_version: str | None
    consent_asked_at: int | None = None
    created_at: int
    last_used_at: int
    anchors: frozenset[str]
    adaptive: frozenset[str] = frozenset()
    learning: Learning = "allowed"
    log: LogKept = "full"
    learned_at: frozenset[int] = frozenset()
    devices: frozenset[str]
    passkeys: frozenset[str] = frozenset()
    sealed_log_head: bytes = field(repr=False)
    revision: int
    mail_trouble: MailTrouble | None = None
    mail_trouble_until: int = 0
    freezes: int = 0
    frozen_at: int | None = None
    link_followed_at: int | None = None
    review_at: int = 0
    unused_told_at: int | None = None

    def mail_trouble_at(self, now: float) -> MailTrouble | None:
        """Give why no notices go to its mailbox, if that is so."""
        return self.mail_trouble if now < self.mail_trouble_until else None

    def lately_learned_at(self, now: float) -> frozenset[int]:
        """Give when it learned a template of late, whatever became of it: older times count no more."""
        return frozenset(at for at in self.learned_at if now - at < LEARNED_AT_DAYS * DAY_S)

    @property
    def has_face(self) -> bool:
        """Whether its owner agreed to being recognised, and enrolled."""
        return self.policy_version is not None

    @property
    def is_frozen(self) -> bool:
        """Whether its owner said that somebody else was there, and nothing happens until that is lifted."""
        return self.frozen_at is not None

    def was_frozen_by(self, moment: int | None) -> bool:
        """Whether it was frozen already at a moment, seconds since the epoch; at None it never was."""
        return self.frozen_at is not None and moment is not None and self.frozen_at <= moment

    @property
    def stage(self) -> tuple[bool, int]:
        """Whether it is frozen, and how often it was before: what was begun at one stage ends with it."""
        return self.is_frozen, self.freezes

    @property
    def templates(self) -> frozenset[str]:
        """Ids of all its templates."""
        return self.anchors | self.adaptive


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What an adaptive template has beside what an anchor has.

    Attributes:
        state: quarantined ones are compared with nothing.
        sign_in: id of the sign-in that it was learned from.
        corroborations: later sign-ins that bore it out.
        corroborated_at: of the last of them; None before the first. Seconds since the epoch.
        expires_at: seconds since the epoch.
    """

    state: TemplateState = "quarantined"
    sign_in: str
    corroborations: int = 0
    corroborated_at: int | None = None
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One template.

    Attributes:
        id: a ULID.
        model: what made the descriptor.
        pipeline: the steps from pixels to the model.
        sealed_descriptor: 128 little-endian float32.
        sealed_quality: its quality, JSON.
        source_device: the device that took it.
        created_at: seconds since the epoch.
        learned: of an adaptive template; None makes it an anchor, which never changes.
    """

    id: str
    model: str
    pipeline: str
    sealed_descriptor: bytes = field(repr=False)
    sealed_quality: bytes = field(repr=False)
    source_device: str
    created_at: int
    learned: Learned | None = None

    @property
    def kind(self) -> TemplateKind:
        """Whether it was made at enrolment or learned since."""
        return "anchor" if self.learned is None else "adaptive"


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
class Passkey:
    """One passkey.

    Attributes:
        id: SHA-256 of the credential's id, base64url.
        public_key: COSE_Key, CBOR.
        sign_count: the authenticator's counter, as it was last seen.
        synced: whether its key may leave its device.
        sealed_name: what its holder calls it.
        sealed_credential_id: what its authenticator knows it by.
        created_at: seconds since the epoch.
        last_used_at: of its last sign-in; of its making before the first. Seconds since the epoch.
    """

    id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    synced: bool
    sealed_name: bytes = field(repr=False)
    sealed_credential_id: bytes = field(repr=False)
    created_at: int
    last_used_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """One consent.

    Attributes:
        id: a ULID.
        sealed: version, text digest, what was declared, when, from which device; JSON.
    """

    id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """One entry of the sign-in log.

    Attributes:
        id: a ULID.
        sealed: when, outcome, reason, device, and the entry before it; JSON.
        expires_at: seconds since the epoch.
    """

    id: str
    sealed: bytes = field(repr=False)
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryCodes:
    """The set of recovery codes.

    Attributes:
        digests: of the codes that are left; the codes themselves are kept nowhere.
        made_at: seconds since the epoch.
    """

    digests: frozenset[str] = field(repr=False)
    made_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """Everything the Accounts table holds about one account."""

    profile: Profile
    templates: tuple[Template, ...]
    devices: tuple[Device, ...]
    passkeys: tuple[Passkey, ...]
    consents: tuple[Consent, ...]
    sign_ins: tuple[SignIn, ...]
    sessions: "tuple[KeptSession, ...]"
    grants: "tuple[Grant, ...]" = ()
    recovery_codes: RecoveryCodes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What a verification, or a change, reads: everything it compares with, and the key to open it."""

    profile: Profile | None
    device: Device | None
    session: "KeptSession | None"
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


def passkey_sk(passkey_id: str) -> str:
    """Give the sort key of a passkey."""
    return f"PASSKEY#{passkey_id}"


def consent_sk(consent_id: str) -> str:
    """Give the sort key of a consent."""
    return f"CONSENT#{consent_id}"


def sign_in_sk(sign_in_id: str) -> str:
    """Give the sort key of an entry of the sign-in log."""
    return f"{SIGN_IN_PREFIX}{sign_in_id}"
