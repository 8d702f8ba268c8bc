"""Passkeys: added by somebody who has just signed in, used without one, removed."""

import hashlib
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from functions.passkeys.models import NewPasskey, PasskeyAdded, PasskeyAnswer, SignedInByPasskey
from service.deeds import as_read, doer
from service.deployment import Deployment
from service.encoding import base64url, from_base64url
from service.identity import answer_challenge, bounds_of, identify
from service.journal import appending, event
from service.log_chain import Outcome
from service.network import network_index
from service.notices import recipient, recipient_if_it_opens
from service.patience import DAY_S, HOUR_S
from service.problems import (
    AuthenticationFailed,
    ChallengeInvalid,
    Conflict,
    PasskeyRefused,
    TokenInvalid,
)
from service.promises import keep, promise
from service.proofs import Proof, verify_proof
from service.repositories.items import ConditionFailedError
from service.repositories.limits import Budget
from service.repositories.outcomes import Append, OncePerDay
from service.repositories.passkeys import PasskeyUse
from service.repositories.rows import Passkey
from service.request import Request
from service.sealing import seal_credential_id, seal_passkey_name
from service.sessions import begin, issue
from service.tokens import MAILBOX_TOKEN_LIFE_S, issue_mailbox_token
from service.vault import DataKey

if TYPE_CHECKING:
    from passkeys import Added, Used

# Nobody guesses a signature: this bounds what a stranger can make us compute.
REFUSED_FROM_A_NETWORK_AN_HOUR: Final = 60
# Each is an entry in the owner's log, and only who holds the passkey can make it.
USES_A_DAY: Final = 30

# In the owner's log.
BY_PASSKEY: Final = "passkey"
COPIED: Final = "passkey-copied"

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
    person, passkey_id = doer(identity, deployment=deployment, now=now), _id(made.credential_id)
    passkey = Passkey(
        id=passkey_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        synced=made.synced,
        sealed_name=seal_passkey_name(person.key, body.name, passkey_id=passkey_id),
        sealed_credential_id=seal_credential_id(person.key, made.credential_id, passkey_id=passkey_id),
        created_at=int(now),
        last_used_at=int(now),
    )
    told = person.promise("passkey-added")
    deployment.passkeys.add(person.deed("passkey-added", told, deployment=deployment), passkey)
    keep(told, deployment=deployment)
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
    is_within = deployment.limits.spend(budget, now=now) is not None
    read = deployment.accounts.with_passkey(body.account, _id_of(body.credential_id))
    profile, kept, wrapped = read.profile, read.passkey, read.wrapped_key
    if profile is None or profile.is_frozen or kept is None or wrapped is None:
        raise AuthenticationFailed
    if not is_within and proof.thumbprint not in profile.devices:
        raise AuthenticationFailed  # whoever floods a network keeps no device out that the account knows
    used = _used(body, proof, kept, deployment=deployment)
    uses = Budget(scope=f"passkey {body.account} {kept.id}", limit=USES_A_DAY, window_s=DAY_S)
    if deployment.limits.spend(uses, now=now) is None:
        raise AuthenticationFailed
    # Whoever gets here has the passkey's key: nobody else writes into the owner's log.
    key = deployment.keyring.unwrap(body.account, wrapped)
    log = partial(_log, request=request, proof=proof, key=key, deployment=deployment, now=now)
    if used.counter == "backward":
        # The owner hears once a day that two authenticators have the key; from the sweeper, so that whoever
        # has the copy does not see by the clock that it was noticed.
        owner = recipient_if_it_opens("passkey-copied", lambda: recipient(key, profile, now=now))
        told = promise("passkey-copied", owner, key=key, now=now, grace_s=0)
        warning = OncePerDay(scope=f"passkey-copied#{profile.account}#{kept.id}", at=now, due=told.due)
        deployment.outcomes.record_refusal(profile, append=log("refused", COPIED), warning=warning)
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
        mailbox_token=issue_mailbox_token(
            signer,
            mailbox=profile.mailbox,
            account=profile.account,
            freezes=profile.freezes,
            bounds=bounds,
            passkey=kept.id,
        ),
        mailbox_expires_in=MAILBOX_TOKEN_LIFE_S,
    )
    # Last: the tokens were signed, and are worth nothing where this fails.
    deployment.passkeys.use(
        PasskeyUse(
            profile=profile,
            seen=kept,
            sign_count=used.sign_count,
            append=log("accepted", BY_PASSKEY),
            session=session.kept,
        )
    )
    if is_within:
        deployment.limits.give_back_if_heard(budget, now=now)
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
    person = doer(identity, takes_away=True, deployment=deployment, now=now)
    told = person.promise("passkey-removed")
    deed = person.deed("passkey-removed", told, deployment=deployment)
    for _ in range(_TRIES):
        holdings = deployment.accounts.holdings(identity.account, now=now, log=False)
        if holdings is None:
            raise TokenInvalid
        try:
            deployment.passkeys.remove(as_read(deed, holdings), holdings, passkey_id)
        except ConditionFailedError:
            continue
        keep(told, deployment=deployment)
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


def _log(
    outcome: Outcome,
    reason: str,
    *,
    request: Request,
    proof: Proof,
    key: DataKey,
    deployment: Deployment,
    now: float,
) -> Append:
    happened = event(outcome, reason, device=proof.thumbprint, place=request.place, now=now)
    return appending(happened, key=key, settings=deployment.settings)
