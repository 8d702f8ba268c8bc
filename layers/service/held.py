"""What is held about a person, opened for that person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger
from pydantic import Field

from service.encoding import base64url
from service.held_log import HeldLog, open_log
from service.log_chain import LogEntry, Outcome
from service.metrics import count
from service.models import Outgoing
from service.problems import TokenInvalid
from service.repositories.rows import Holdings, MailTrouble, Template, TemplateKind, TemplateState
from service.repositories.session_rows import Means, SessionName
from service.sealing import (
    open_address,
    open_consent,
    open_credential_id,
    open_device_name,
    open_grant,
    open_passkey_name,
    open_quality,
)
from service.vault import DataKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.deployment import Deployment
    from service.identity import Identity
    from service.repositories.session_rows import KeptSession


# A log that is read while a sign-in is written may show one of its two rows: then it is looked at again.
_LOOKS: Final = 3

logger = Logger()


class HeldTemplate(Outgoing):
    """A template, described: its descriptor is in the export only."""

    id: str = Field(description="Its number; it tells nothing of you.")
    kind: TemplateKind = Field(description="Made when you enrolled, or learned from a sign-in since.")
    state: TemplateState = Field(
        description="Whether it is compared with: what was learned waits for two more sign-ins like it."
    )
    created_at: int = Field(description="When it was made.")
    model: str = Field(description="The network that made the descriptor; only its own can be compared.")
    pipeline: str = Field(description="The steps from the camera's picture to that network.")
    quality: dict[str, float] = Field(
        repr=False, description="How good the picture was that it was made from, as your browser measured it."
    )
    source_device: str = Field(description="The device that took it.")
    source_sign_in: str | None = Field(description="Of one that was learned: the sign-in it comes from.")
    corroborations: int | None = Field(description="Of one that was learned: sign-ins that bore it out.")
    corroborated_at: int | None = Field(description="The last of these.")
    expires_at: int | None = Field(description="Of one that was learned: when it is forgotten.")
    used: int = Field(
        description="How many of the successful looks that the sign-in log still shows it was there to be "
        "compared with. Nothing counts this: it is told from the log."
    )


class HeldDevice(Outgoing):
    """A device that may sign in."""

    id: str = Field(description="RFC 7638 thumbprint of its key.")
    name: str = Field(repr=False, description="What you call it.")
    created_at: int = Field(description="Since when it may sign in.")
    last_used_at: int = Field(description="When it last did.")
    current: bool = Field(description="Whether it is the one that asks.")


class HeldPasskey(Outgoing):
    """A passkey: it signs in without a face, and lets a new device ask for one."""

    id: str = Field(description="Base64url of the SHA-256 of the credential's id.")
    name: str = Field(repr=False, description="What you call it.")
    credential_id: str = Field(
        repr=False,
        description="Base64url; for `excludeCredentials`, so that one authenticator is not added twice.",
    )
    synced: bool = Field(description="Whether its key may leave the device that made it.")
    created_at: int = Field(description="When it was added.")
    last_used_at: int = Field(description="When it last signed in; when it was added, if it never did.")


class HeldConsent(Outgoing):
    """A consent. Withdrawing it destroys the account, and this record with it."""

    id: str = Field(description="Its number; it tells nothing of you.")
    policy_version: str = Field(description="The version of the text that you agreed to.")
    text_sha256: str = Field(description="SHA-256 of that text, hexadecimal.")
    given_at: int = Field(description="When you agreed.")
    device: str = Field(description="The device that you agreed on.")
    language: str = Field(description="The language that the text was in.")
    statement: str | None = Field(description="What you ticked; null of a record from before that was kept.")
    signed_name: str | None = Field(
        repr=False, description="The name that you typed as your signature; null where none was asked for."
    )
    age_statement: str | None = Field(
        description="What you ticked about your age; null where none was asked for."
    )


class HeldSignIn(Outgoing):
    """An entry of the sign-in log."""

    id: str = Field(description="Its number; it tells nothing of you.")
    at: int = Field(description="When it was.")
    outcome: Outcome = Field(
        description="Whether somebody got in; `done` is what somebody did who was in already."
    )
    reason: str = Field(description="What let them in, roughly what kept them out, or what was done.")
    device: str = Field(description="The device that it was on.")
    place: str | None = Field(
        description="Code of the country that the request came from (ISO 3166-1), where the deployment "
        "learns it; null where it does not."
    )


class HeldMailTrouble(Outgoing):
    """Mails to the address come back: no notices go there, and one code a day for each device of yours."""

    why: MailTrouble = Field(
        description="Whether the mailbox takes no mail, or its reader, or their provider, complained."
    )
    until: int = Field(description="When notices are tried again. A code from the mailbox ends it at once.")


class HeldGrant(Outgoing):
    """An application that the person signs in to with this account."""

    client: str = Field(description="Its `client_id`.")
    name: str = Field(description="What you were told that it is called.")
    scopes: list[str] = Field(description="What it may learn: `openid`, that it is the same person; `email`.")
    given_at: int = Field(description="When you agreed.")


class HeldSession(Outgoing):
    """A session: a device that is signed in. Each device has one at most."""

    id: str = Field(description="`sid` of its tokens.")
    device: str = Field(description="The device that is signed in.")
    means: Means = Field(
        description="What began it: a face, a code that came by mail, a passkey, or a recovery code."
    )
    passkey: str | None = Field(description="The passkey that began it, if one did.")
    created_at: int = Field(description="When it began.")
    last_used_at: int = Field(description="When it was last continued.")
    expires_at: int = Field(description="When it ends at the latest; unused, it ends sooner.")
    current: bool = Field(description="Whether it is the one that asks.")


class HeldRecoveryCodes(Outgoing):
    """The set of recovery codes: never the codes, of which only digests are kept."""

    left: int = Field(description="How many were not used yet.")
    made_at: int = Field(description="When the set was made.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An account's rows, and the key that opens them."""

    holdings: Holdings
    key: DataKey = field(repr=False)
    log: HeldLog
    asking: SessionName
    unused_since: int

    def email(self) -> str:
        """Open the address."""
        return open_address(self.key, self.holdings.profile)

    def mail_trouble(self, now: float) -> HeldMailTrouble | None:
        """Say whether mails to the address come back."""
        profile = self.holdings.profile
        why = profile.mail_trouble_at(now)
        return None if why is None else HeldMailTrouble(why=why, until=profile.mail_trouble_until)

    def templates(self) -> list[HeldTemplate]:
        """Open the templates, all but their descriptors."""
        looks = [entry.event.at for entry in self.log.entries if entry.event.reason == "matched"]
        return [_held_template(self.key, template, looks=looks) for template in self.holdings.templates]

    def devices(self) -> list[HeldDevice]:
        """Open the devices."""
        return [
            HeldDevice(
                id=device.thumbprint,
                name=open_device_name(self.key, device),
                created_at=device.created_at,
                last_used_at=device.last_used_at,
                current=device.thumbprint == self.asking.device,
            )
            for device in self.holdings.devices
        ]

    def passkeys(self) -> list[HeldPasskey]:
        """Open the passkeys."""
        return [
            HeldPasskey(
                id=passkey.id,
                name=open_passkey_name(self.key, passkey),
                credential_id=base64url(open_credential_id(self.key, passkey)),
                synced=passkey.synced,
                created_at=passkey.created_at,
                last_used_at=passkey.last_used_at,
            )
            for passkey in self.holdings.passkeys
        ]

    def consents(self) -> list[HeldConsent]:
        """Open the consents."""
        return [
            HeldConsent(id=consent.id, **asdict(open_consent(self.key, consent)))
            for consent in self.holdings.consents
        ]

    def grants(self) -> list[HeldGrant]:
        """Open the grants."""
        opened = [(grant.client, open_grant(self.key, grant)) for grant in self.holdings.grants]
        return [
            HeldGrant(client=client, name=record.name, scopes=list(record.scopes), given_at=record.given_at)
            for client, record in opened
        ]

    def recovery_codes(self) -> HeldRecoveryCodes | None:
        """Describe the recovery codes; None when none were ever made."""
        codes = self.holdings.recovery_codes
        return None if codes is None else HeldRecoveryCodes(left=len(codes.digests), made_at=codes.made_at)

    def sessions(self) -> list[HeldSession]:
        """Describe the sessions, the one used last first."""
        return held_sessions(self.holdings.sessions, asking=self.asking, unused_since=self.unused_since)


def held_sessions(
    sessions: "Iterable[KeptSession]", *, asking: SessionName, unused_since: int
) -> list[HeldSession]:
    """Describe sessions, the one used last first, without those that ended because nobody used them."""
    return [
        HeldSession(
            id=session.name.id,
            device=session.name.device,
            means=session.means,
            passkey=session.passkey,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            current=session.name == asking,
        )
        for session in sorted(sessions, key=lambda session: session.last_used_at, reverse=True)
        if session.last_used_at > unused_since
    ]


def _held_template(key: DataKey, template: Template, *, looks: Sequence[int]) -> HeldTemplate:
    learned = template.learned
    compared_since: int | None = template.created_at - 1
    if learned is not None:  # it waits until it is borne out, and the last time that it was is what is kept
        compared_since = learned.corroborated_at if learned.state == "active" else None
    return HeldTemplate(
        id=template.id,
        kind=template.kind,
        state="active" if learned is None else learned.state,
        created_at=template.created_at,
        model=template.model,
        pipeline=template.pipeline,
        quality=open_quality(key, template),
        source_device=template.source_device,
        source_sign_in=None if learned is None else learned.sign_in,
        corroborations=None if learned is None else learned.corroborations,
        corroborated_at=None if learned is None else learned.corroborated_at,
        expires_at=None if learned is None else learned.expires_at,
        used=0 if compared_since is None else sum(at > compared_since for at in looks),
    )


def described(entry: LogEntry) -> HeldSignIn:
    """Describe an entry of the log to its owner."""
    event = entry.event
    return HeldSignIn(
        id=event.id,
        at=event.at,
        outcome=event.outcome,
        reason=event.reason,
        device=event.device,
        place=event.place,
    )


def open_holdings(identity: "Identity", *, deployment: "Deployment", now: float) -> Opened:
    """Read and open everything that is held about the person who asks.

    Args:
        identity: their session.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        Everything, with the key to it.

    Raises:
        TokenInvalid: when the account is gone or frozen, or the session has ended.
    """
    holdings = _holdings(identity, deployment=deployment, now=now)
    wrapped = deployment.keys.of_account(identity.account)
    if wrapped is None:
        raise TokenInvalid  # deleted between the two reads
    key = deployment.keyring.unwrap(identity.account, wrapped)
    log = open_log(holdings, key=key, now=now)
    for _ in range(_LOOKS - 1):
        if log.state == "whole":
            break
        holdings = _holdings(identity, deployment=deployment, now=now)
        log = open_log(holdings, key=key, now=now)
    if log.state == "broken":
        _raise_alarm()
    return Opened(
        holdings=holdings,
        key=key,
        log=log,
        asking=identity.session,
        unused_since=deployment.settings.sessions_unused_since(now),
    )


def _raise_alarm() -> None:
    """Somebody was at the table. It says that it happened, and not whose log it is."""
    logger.error("sign_in_log_broken")
    count("SignInLogBroken")


def _holdings(identity: "Identity", *, deployment: "Deployment", now: float) -> Holdings:
    holdings = deployment.accounts.holdings(identity.account, now=now)
    if holdings is None or holdings.profile.is_frozen or not stands(identity.session, holdings.sessions):
        raise TokenInvalid
    return holdings


def stands(session: SessionName, sessions: "Iterable[KeptSession]") -> bool:
    """Tell whether a session is still among an account's."""
    return any(kept.name == session for kept in sessions)
