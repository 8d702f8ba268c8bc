"""Passkeys: added by somebody who has just signed in, used without one, removed."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from functions.passkeys.models import NewPasskey, PasskeyAdded, PasskeyAnswer, SignedInByPasskey
from service.deployment import Deployment
from service.encoding import base64url, from_base64url
from service.identity import answer_challenge, bounds_of, identify
from service.limits import Budget
from service.network import network_index
from service.notices import NoticeName, Recipient, recipient_of, tell, told_in_doubt
from service.patience import DAY_S
from service.problems import (
    AuthenticationFailed,
    ChallengeInvalid,
    Conflict,
    PasskeyRefused,
    TokenInvalid,
)
from service.proofs import Proof, verify_proof
from service.repositories.items import ConditionFailedError
from service.repositories.rows import Passkey
from service.request import Request
from service.sealing import seal_passkey_name
from service.sessions import begin, issue
from service.tokens import MAILBOX_TOKEN_LIFE_S, issue_mailbox_token

if TYPE_CHECKING:
    from passkeys import Added, Used

# Nobody guesses a signature: this bounds what a stranger can make us compute.
REFUSED_FROM_A_NETWORK_AN_HOUR: Final = 60
HOUR_S: Final = 3600

# A passkey may be used between reading the account and removing it: then both are done again.
_TRIES: Final = 4


def add(body: NewPasskey, *, request: Request, deployment: Deployment, now: float) -> PasskeyAdded:
    """Add a passkey to the account of the person who asks.

    Args:
        body: what the authenticator gave.
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The passkey.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        PasskeyRefused: when what the authenticator says does not hold.
        Conflict: when the account has it already, or as many as it may have.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    made = _made(body, identity.proof, deployment=deployment)
    wrapped = deployment.keys.of_account(identity.account)
    if wrapped is None:
        raise TokenInvalid
    key, passkey_id = deployment.keyring.unwrap(identity.account, wrapped), _id(made.credential_id)
    passkey = Passkey(
        id=passkey_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        synced=made.synced,
        sealed_name=seal_passkey_name(key, body.name, passkey_id=passkey_id),
        created_at=int(now),
        last_used_at=int(now),
    )
    tell_owner = _teller("passkey-added", identity.account, identity.proof, deployment=deployment, now=now)
    with told_in_doubt(tell_owner):
        deployment.passkeys.add(identity.account, passkey, session=identity.session)
    tell_owner()
    return PasskeyAdded(id=passkey.id, synced=passkey.synced)


def sign_in(
    body: PasskeyAnswer, *, request: Request, deployment: Deployment, now: float
) -> SignedInByPasskey:
    """Begin a session with a passkey.

    Args:
        body: what the authenticator gave.
        request: with the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        A session without a face, and what stands for the mailbox when the device is then added by a face.

    Raises:
        Problem: in many ways, which ``uniformly_refused`` makes one.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="passkey", now=now)
    network = network_index(request.source, key=deployment.keyring.mailbox_index())
    budget = Budget(scope=f"passkeys#{network}", limit=REFUSED_FROM_A_NETWORK_AN_HOUR, window_s=HOUR_S)
    if deployment.limits.spend(budget, now=now) is None:
        raise AuthenticationFailed
    profile, kept = deployment.accounts.passkey(body.account, _id_of(body.credential_id))
    if profile is None or profile.is_frozen or kept is None:
        raise AuthenticationFailed
    used = _used(body, proof, kept, deployment=deployment)
    if used.counter == "backward":
        _warn(body.account, kept, proof, deployment=deployment, now=now)
        raise AuthenticationFailed

    settings, signer = deployment.settings, deployment.signer
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    session = begin(
        body.account,
        device=proof.thumbprint,
        means="synced-passkey" if kept.synced else "passkey",
        settings=settings,
        now=now,
        passkey=kept.id,
    )
    issued = issue(body.account, session.kept, signer=signer, settings=settings, bounds=bounds)
    answer = SignedInByPasskey(
        account=body.account,
        **asdict(issued),
        refresh_token=session.refresh_token,
        mailbox_token=issue_mailbox_token(signer, mailbox=profile.mailbox, bounds=bounds, by="passkey"),
        mailbox_expires_in=MAILBOX_TOKEN_LIFE_S,
    )
    # Last: the tokens were signed, and are worth nothing where this fails.
    deployment.passkeys.use(body.account, kept, sign_count=used.sign_count, session=session.kept)
    deployment.limits.give_back(budget, now=now)
    return answer


def remove(passkey_id: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Remove a passkey, and sign out whoever it signed in.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        NotFound: when there is no such passkey.
        Conflict: when it was used each time it was tried.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    tell_owner = _teller("passkey-removed", identity.account, identity.proof, deployment=deployment, now=now)
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(identity.account, now=now)
        if holdings is None:
            raise TokenInvalid
        try:
            with told_in_doubt(tell_owner):
                deployment.passkeys.remove(holdings, passkey_id, session=identity.session)
        except ConditionFailedError:
            continue
        tell_owner()
        return
    raise Conflict


def _made(body: NewPasskey, proof: Proof, *, deployment: Deployment) -> "Added":
    from passkeys import Refused, verify_added  # noqa: PLC0415 -- 0.3 s that a removal does without

    origin, rp_id = _site(deployment)
    try:
        return verify_added(
            credential_id=body.credential_id,
            client_data=body.client_data,
            attestation=body.attestation,
            challenge=_challenge(proof),
            rp_id=rp_id,
            origin=origin,
        )
    except Refused:
        raise PasskeyRefused from None


def _used(body: PasskeyAnswer, proof: Proof, kept: Passkey, *, deployment: Deployment) -> "Used":
    from passkeys import Added, Refused, verify_used  # noqa: PLC0415 -- as above

    origin, rp_id = _site(deployment)
    try:
        return verify_used(
            credential_id=body.credential_id,
            client_data=body.client_data,
            authenticator_data=body.authenticator_data,
            signature=body.signature,
            challenge=_challenge(proof),
            rp_id=rp_id,
            origin=origin,
            kept=Added(
                credential_id=from_base64url(body.credential_id),
                public_key=kept.public_key,
                sign_count=kept.sign_count,
                synced=kept.synced,
            ),
        )
    except Refused:
        raise AuthenticationFailed from None


def _site(deployment: Deployment) -> tuple[str, str]:
    """The origin that passkeys are for, and its domain: the deployment's own site, which is named first."""
    origins = deployment.settings.allowed_origins
    if not origins:
        raise PasskeyRefused
    return origins[0], urlsplit(origins[0]).hostname or ""


def _challenge(proof: Proof) -> bytes:
    if proof.nonce is None:
        raise ChallengeInvalid
    return from_base64url(proof.nonce)


def _id_of(credential_id: str) -> str:
    try:
        return _id(from_base64url(credential_id))
    except ValueError:  # five letters of base64 are no number of bytes
        raise AuthenticationFailed from None


def _id(credential_id: bytes) -> str:
    return base64url(hashlib.sha256(credential_id).digest())


def _warn(account: str, kept: Passkey, proof: Proof, *, deployment: Deployment, now: float) -> None:
    """Tell the owner, once a day, that two authenticators have the key."""
    if deployment.limits.take_turn(f"passkey-copied#{account}#{kept.id}", gap_s=DAY_S, now=now):
        _teller("passkey-copied", account, proof, deployment=deployment, now=now)()


def _teller(
    notice: NoticeName, account: str, proof: Proof, *, deployment: Deployment, now: float
) -> Callable[[], None]:
    """Make what tells the owner; whom to write to is found out only then."""

    def to() -> Recipient | None:
        return recipient_of(account, thumbprint=proof.thumbprint, deployment=deployment, now=now)

    return lambda: tell(notice, to, deployment=deployment)
