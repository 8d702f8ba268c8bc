"""Getting in without mailbox and face, and freezing what somebody else may be in."""

import hmac
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from functions.recovery.budgets import count_try, forgive
from functions.recovery.models import FreezeRequest, RecoveryCodeSet, RecoveryRequest
from service.deeds import doer
from service.deployment import Deployment
from service.freezing import is_vouched_for, read_freeze_token
from service.identity import answer_challenge, bounds_of, identify, is_known_long
from service.journal import appending, event
from service.lifting import lifting, were_made_long_ago
from service.mailbox import mailbox_index
from service.models import Session
from service.notices import NoticeName, recipient, recipient_if_it_opens
from service.problems import (
    AuthenticationFailed,
    DeviceTooNew,
    LinkInvalid,
    MailboxTokenInvalid,
)
from service.promises import Promise, keep, promise
from service.proofs import verify_proof
from service.recovery import new_codes, recovery_digest
from service.repositories.items import ConditionFailedError
from service.repositories.recoveries import CodeUse
from service.request import Request
from service.sessions import begin, issue
from service.tokens import Bounds, read_mailbox_token

if TYPE_CHECKING:
    from service.repositories.rows import Profile
    from service.vault import DataKey


def make_codes(request: Request, *, deployment: Deployment, now: float) -> RecoveryCodeSet:
    """Make a set of recovery codes; those of the last one no longer work.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone or frozen.
        StepUpRequired: when the sign-in is more than five minutes old.
        DeviceTooNew: when the account has not known the device for three days: codes lift a freeze, and the
            mailbox alone must not make them beforehand.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    person = doer(identity, deployment=deployment, now=now)
    if not is_known_long(person.device, person.profile, now=now):
        raise DeviceTooNew
    codes = new_codes()
    digests = frozenset(recovery_digest(code, account=identity.account) for code in codes)
    told = person.promise("recovery-codes-made")
    deed = person.deed("recovery-codes-made", told, deployment=deployment)
    deployment.recoveries.keep_codes(deed, digests, now=now)
    keep(told, deployment=deployment)
    return RecoveryCodeSet(codes=list(codes))


def use_code(body: RecoveryRequest, *, request: Request, deployment: Deployment, now: float) -> Session:
    """Exchange a recovery code for a session; with the mailbox proved too, lift a freeze.

    Args:
        body: whose code it is, and the code.
        request: the request, with the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The session; `amr` says `recovery`.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        AuthenticationFailed: in every other case: no such account, a code that is wrong, used or replaced, or
            a frozen account whose mailbox was not proved.
        TooManyRequests: when the device or the network has had its tries of this hour.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="mailbox", now=now)
    index_key = deployment.keyring.mailbox_index()
    mailbox = mailbox_index(body.email, key=index_key)
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    account = deployment.accounts.of_mailbox(mailbox)
    counted = count_try(
        request,
        thumbprint=proof.thumbprint,
        is_known=account is not None and deployment.accounts.knows(account, thumbprint=proof.thumbprint),
        key=index_key,
        deployment=deployment,
        now=now,
    )
    if account is None:
        raise AuthenticationFailed
    digest = recovery_digest(body.code, account=account)
    kept = deployment.recoveries.codes_of(account)
    if kept is None or not any(hmac.compare_digest(one, digest) for one in kept.digests):
        raise AuthenticationFailed
    dossier = deployment.accounts.dossier(account, thumbprint=proof.thumbprint, now=now)
    profile, wrapped = dossier.profile, dossier.wrapped_key
    if profile is None or wrapped is None:
        raise AuthenticationFailed
    lift = None
    if profile.frozen_at is not None:
        proved_at = _proved_at(account, body.mailbox_token, bounds=bounds, deployment=deployment)
        if not profile.was_frozen_by(proved_at):
            raise AuthenticationFailed
        if not were_made_long_ago(kept, profile, now=profile.frozen_at):
            raise AuthenticationFailed  # perhaps it is the set that the owner froze the account for
        lift = lifting(profile, deployment.accounts.additions(profile))

    key, settings = deployment.keyring.unwrap(account, wrapped), deployment.settings
    session = begin(account, device=proof.thumbprint, means="recovery", settings=settings, now=now)
    # Signed before the code is used: a signature that fails costs no code.
    issued = issue(account, session.kept, signer=deployment.signer, settings=settings, bounds=bounds)
    happened = event("accepted", "recovery-code", device=proof.thumbprint, place=request.place, now=now)
    lifted = replace(profile, freezes=profile.freezes + 1) if profile.is_frozen else profile
    told = [_promise("recovery-code-used", lifted, key=key, now=now)]
    if profile.is_frozen:
        told.append(_promise("account-lifted", lifted, key=key, now=now))
    use = CodeUse(
        profile=profile,
        lift=lift,
        digest=digest,
        append=appending(happened, key=key, settings=settings),
        session=session.kept,
        due=tuple(work for one in told for work in one.due),
        now=int(now),
    )
    deployment.recoveries.use_code(use)
    keep(*told, deployment=deployment)
    forgive(counted, deployment=deployment, now=now)
    return Session(account=account, **asdict(issued), refresh_token=session.refresh_token)


def freeze(body: FreezeRequest, *, request: Request, deployment: Deployment, now: float) -> None:
    """Freeze the account that a notice was about, and end its sessions.

    Done again it changes nothing but when the link was last followed.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        LinkInvalid: in every other case.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="mailbox", now=now)
    token = read_freeze_token(body.token)
    if token is None:
        raise LinkInvalid
    dossier = deployment.accounts.dossier(token.account, thumbprint=proof.thumbprint, now=now)
    profile, wrapped = dossier.profile, dossier.wrapped_key
    if profile is None or wrapped is None:
        raise LinkInvalid
    key = deployment.keyring.unwrap(token.account, wrapped)
    if not is_vouched_for(token, key=key, freezes=profile.freezes, now=now):
        raise LinkInvalid

    told = _promise("account-frozen", profile, key=key, now=now)
    devices = _signed_in(token.account, deployment=deployment, now=now)
    try:
        is_new = deployment.recoveries.freeze(profile, devices=devices, due=told.due, now=now)
    except ConditionFailedError:
        raise LinkInvalid from None
    # Whoever was let in at this very instant: from now on nobody is.
    deployment.recoveries.end_sessions(
        token.account, _signed_in(token.account, deployment=deployment, now=now)
    )
    if is_new:
        keep(told, deployment=deployment)


def _proved_at(account: str, token: str | None, *, bounds: Bounds, deployment: Deployment) -> int | None:
    """Give when a code from the account's mailbox was typed; None where none was."""
    if token is None:
        return None
    try:
        claims = read_mailbox_token(deployment.signer, token, bounds=bounds)
    except MailboxTokenInvalid:
        return None
    return claims.proved_at if claims.account == account else None


def _signed_in(account: str, *, deployment: Deployment, now: float) -> list[str]:
    return [session.name.device for session in deployment.sessions.of_account(account, now=now)]


def _promise(notice: NoticeName, profile: "Profile", *, key: "DataKey", now: float) -> Promise:
    owner = recipient_if_it_opens(notice, lambda: recipient(key, profile, now=now))
    return promise(notice, owner, key=key, now=now)
