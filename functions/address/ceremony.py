"""A change of address: both mailboxes are proved, by a person whose face was seen just now if they have one.

The mailbox alone moves nothing: see docs/decisions/change-of-address.md.
"""

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from aws_lambda_powertools import Logger

from functions.address.models import CodesSent, Move, Moved, NewAddress
from service.deeds import deed_of
from service.deployment import Deployment
from service.freezing import freeze_token
from service.identity import KNOWN_FOR_S, Identity, answer_challenge, identify, is_known_long
from service.mailbox import mailbox_index, move_digest, move_index, reader_index
from service.network import network_index
from service.notices import Recipient
from service.patience import DAY_S
from service.postage import postage_of_changes
from service.problems import (
    AddressUnchanged,
    CodeExhausted,
    CodeInvalid,
    DeviceTooNew,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)
from service.promises import Promise, keep, promise
from service.repositories.codes import CODE_LIFE_S, RESEND_S, REST_S, WRONG_CODES_IN_A_ROW, Code
from service.repositories.limits import Budget, Run
from service.repositories.mail_troubles import trouble_budget
from service.repositories.moves import Moving
from service.repositories.rows import Profile
from service.request import Request
from service.sealing import open_address, seal_address
from service.vault import DataKey

MOVES_A_DAY: Final = 5
# Over all accounts: whoever has an account, or several, floods nobody's mailbox.
CODES_TO_A_NEW_ADDRESS_A_DAY: Final = 5
_CODES: Final = 1_000_000

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mover:
    """Somebody who may change the address of their account, if both mailboxes are theirs."""

    identity: Identity
    profile: Profile
    key: DataKey
    address: str = field(repr=False)
    new_mailbox: str = field(repr=False)
    new_reader: str = field(repr=False)
    index_key: bytes = field(repr=False)

    @property
    def code_index(self) -> str:
        """Names the pair of codes: a device has one at a time."""
        identity = self.identity
        return move_index(identity.account, identity.proof.thumbprint, key=self.index_key)

    def digest(self, *codes: str) -> str:
        """Digest a pair of codes, the old mailbox's first, for keeping."""
        return move_digest(
            codes,
            account=self.identity.account,
            mailboxes=(self.profile.mailbox, self.new_mailbox),
            thumbprint=self.identity.proof.thumbprint,
            key=self.index_key,
        )


def send_codes(body: NewAddress, *, request: Request, deployment: Deployment, now: float) -> CodesSent:
    """Send a code to the old mailbox and one to the new, unless they had some lately.

    Args:
        body: the new address.
        request: with the session's token and the device's proof.
        deployment: where codes are kept and mails go out.
        now: seconds since the epoch.

    Returns:
        The same for every new address, whether or not anything was sent or it has an account.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old, or showed no face where there is one.
        DeviceTooNew: when the account has not known the device for three days.
        AddressUnchanged: when the account has that address.
        TooManyRequests: when the network, or the deployment, has had its changes of this hour.
    """
    mover = _mover(body.email, request=request, deployment=deployment, now=now)
    network = network_index(request.source, key=mover.index_key)
    counted = _admit(mover, network=network, deployment=deployment, now=now)
    if counted is None:
        return CodesSent(resend_in=RESEND_S)
    has_account = deployment.accounts.of_mailbox(mover.new_mailbox) is not None
    from_old, from_new = (f"{secrets.randbelow(_CODES):06d}" for _ in range(2))
    # To an address that has an account no code goes, so no pair of codes fits: this digest is of none.
    second = secrets.token_urlsafe(32) if has_account else from_new
    deployment.codes.keep(
        Code(
            index=mover.code_index,
            digest=mover.digest(from_old, second),
            expires_at=int(now) + CODE_LIFE_S,
        )
    )
    arrived = False
    try:
        # The new one first: one that no mail can go to costs the old one none.
        deployment.mail.send_code_to_arrive(body.email, code=None if has_account else from_new)
        arrived = True
        deployment.mail.send_code_to_leave(mover.address, code=from_old)
    except Exception:
        if not arrived:  # else one of them has had its mail, which stays counted
            deployment.limits.give_all_back(*counted, now=now)
        deployment.limits.give_back_turn(_scope(mover))
        raise
    return CodesSent(resend_in=RESEND_S)


def move(body: Move, *, request: Request, deployment: Deployment, now: float) -> Moved:
    """Change the address, with a code from each mailbox: one transaction, which keeps everything else.

    Args:
        body: the new address, and both codes.
        request: with the session's token and the proof of the device that asked for the codes.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The new address.

    Raises:
        Problem: as above.
        CodeInvalid: when a code is wrong, expired, used, another device's, or for another address.
        CodeExhausted: when these were tried too often, or others of this account were.
        AlreadyEnrolled: when somebody has registered the new address since.
        Conflict: when the address or the passkeys were changed by another device at the same time.
    """
    mover = _mover(body.email, request=request, deployment=deployment, now=now)
    account = mover.identity.account
    kept = deployment.codes.count_try(mover.code_index, now=now)
    if not deployment.limits.fail(_wrong(mover), now=now):
        raise CodeExhausted
    given = mover.digest(body.code_from_old, body.code_from_new)
    if not hmac.compare_digest(kept, given):
        raise CodeInvalid
    deployment.limits.end_run(_scope(mover))
    deployment.mail_troubles.end(mover.new_mailbox)

    told = _promised(mover, body.email, now=now)
    moving = Moving(
        deed=deed_of(
            "address-changed",
            identity=mover.identity,
            profile=mover.profile,
            key=mover.key,
            deployment=deployment,
            now=now,
            due=tuple(work for one in told for work in one.due),
        ),
        new_mailbox=mover.new_mailbox,
        sealed_email=seal_address(mover.key, body.email),
        code_index=mover.code_index,
        code_digest=given,
    )
    deployment.moves.move(
        moving, sessions=deployment.sessions.of_account(account, now=now), codes=deployment.codes
    )
    keep(*told, deployment=deployment)
    _end_latecomers(mover.identity, deployment=deployment, now=now)
    return Moved(email=body.email)


def _end_latecomers(identity: Identity, *, deployment: Deployment, now: float) -> None:
    """End what the old mailbox began between reading the sessions and the change; it begins none since."""
    account = identity.account
    try:
        sessions = deployment.sessions.of_account(account, now=now)
        deployment.sessions.end_others(account, sessions, asking=identity.session)
    except Exception as error:  # noqa: BLE001 -- the change stands, and its answer must say so
        logger.warning("sessions_not_swept", exception=type(error).__name__)


def _mover(email: str, *, request: Request, deployment: Deployment, now: float) -> _Mover:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    account, thumbprint = identity.account, identity.proof.thumbprint
    dossier = deployment.accounts.dossier(account, thumbprint=thumbprint, session=True, now=now)
    profile, wrapped, session = dossier.profile, dossier.wrapped_key, dossier.session
    if profile is None or profile.is_frozen or wrapped is None:
        raise TokenInvalid
    if session is None or session.name != identity.session:
        raise TokenInvalid
    if profile.has_face and not identity.by_face:
        raise StepUpRequired
    if not is_known_long(dossier.device, profile, now=now):
        raise DeviceTooNew
    key, index_key = deployment.keyring.unwrap(account, wrapped), deployment.keyring.mailbox_index()
    new_mailbox = mailbox_index(email, key=index_key)
    if new_mailbox == profile.mailbox:
        raise AddressUnchanged
    return _Mover(
        identity=identity,
        profile=profile,
        key=key,
        address=open_address(key, profile),
        new_mailbox=new_mailbox,
        new_reader=reader_index(email, key=index_key),
        index_key=index_key,
    )


def _admit(mover: _Mover, *, network: str, deployment: Deployment, now: float) -> tuple[Budget, ...] | None:
    """Count that codes are asked for.

    Returns:
        Where it was counted; None when no codes may go out, of which nobody is told.

    Raises:
        TooManyRequests: when the network, or the deployment, has had its changes of this hour.
    """
    limits = deployment.limits
    if not limits.take_turn(_scope(mover), gap_s=RESEND_S, now=now):
        return None
    is_young = now - mover.profile.created_at < KNOWN_FOR_S
    whose = "young" if is_young else "grown"
    own = (
        Budget(scope=_scope(mover), limit=MOVES_A_DAY, window_s=DAY_S),
        Budget(
            scope=f"move-to#{whose} {mover.new_reader}", limit=CODES_TO_A_NEW_ADDRESS_A_DAY, window_s=DAY_S
        ),
        *_in_trouble(mover, deployment=deployment, now=now),
    )
    if not limits.take_all(*own, now=now):
        return None
    # Accounts cost a code each: whoever makes many of them mails no more strangers for it.
    everybodys = postage_of_changes(
        network,
        is_young=is_young,
        codes_an_hour=deployment.settings.codes_an_hour,
    )
    try:
        limits.take(*everybodys, now=now)
    except TooManyRequests:
        # What others used up costs the account nothing.
        limits.give_all_back(*own, now=now)
        limits.give_back_turn(_scope(mover))
        raise
    return (*own, *everybodys)


def _in_trouble(mover: _Mover, *, deployment: Deployment, now: float) -> Iterator[Budget]:
    """Give what a mailbox has that mails come back from: for this account's changes by themselves.

    Else whoever asks for codes there would keep people in a mailbox, or out of one.
    """
    for mailbox in (mover.profile.mailbox, mover.new_mailbox):
        if deployment.mail_troubles.has(mailbox, now=now):
            yield trouble_budget(f"{_scope(mover)}#{mailbox}")


def _wrong(mover: _Mover) -> Run:
    return Run(scope=_scope(mover), limit=WRONG_CODES_IN_A_ROW, rest_s=REST_S)


def _scope(mover: _Mover) -> str:
    return f"move#{mover.identity.account}"


def _promised(mover: _Mover, new: str, *, now: float) -> tuple[Promise, ...]:
    # The old mailbox may still freeze; to lift that takes the new one.
    link = freeze_token(mover.key, freezes=mover.profile.freezes, now=now)
    old, taken = (Recipient(address=address, freeze_token=link) for address in (mover.address, new))
    return (
        promise("address-left", old, key=mover.key, now=now),
        promise("address-taken", taken, key=mover.key, now=now),
    )
