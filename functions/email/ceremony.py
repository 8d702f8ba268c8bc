"""Proving a mailbox: a code goes out by mail, and comes back from the device that asked for it."""

import hmac
import secrets
from dataclasses import asdict
from typing import Final

from functions.email.budgets import admit, asker_of, count_guess, forgive, may_send, unsend
from functions.email.models import CodeRequest, CodeSent, Confirmation, MailboxProof
from service.deployment import Deployment
from service.identity import answer_challenge, bounds_of
from service.journal import appending, event
from service.mailbox import code_index
from service.problems import CodeInvalid, Unavailable
from service.proofs import verify_proof
from service.repositories.codes import CODE_LIFE_S, RESEND_S, Code
from service.repositories.rows import Profile
from service.repositories.sessions import BeginningByCode, FrozenError
from service.request import Request
from service.sessions import begin, issue
from service.tokens import MAILBOX_TOKEN_LIFE_S, Bounds, issue_mailbox_token

# In the owner's log, where a face's entries say "matched".
BY_CODE: Final = "mailbox-code"

_CODES: Final = 1_000_000


def send_code(body: CodeRequest, *, request: Request, deployment: Deployment, now: float) -> CodeSent:
    """Send a code to a mailbox, unless it had one lately.

    Args:
        body: the address.
        request: the request, with the device's proof.
        deployment: where codes are kept and mails go out.
        now: seconds since the epoch.

    Returns:
        The same for every address, whether or not anything was sent.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TooManyRequests: when the network, or the deployment, has had its codes of this hour.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="mailbox", now=now)
    key = deployment.keyring.found_mailbox_index()
    asker = asker_of(request, body.email, thumbprint=proof.thumbprint, key=key, deployment=deployment)
    mailbox = asker.mailbox
    admitted = admit(asker, deployment=deployment, now=now)
    counted = may_send(asker, deployment=deployment, now=now)
    if counted is not None:
        code = f"{secrets.randbelow(_CODES):06d}"
        deployment.codes.keep(
            Code(
                index=code_index(mailbox, proof.thumbprint, key=key),
                digest=asker.digest(code, thumbprint=proof.thumbprint, key=key),
                expires_at=int(now) + CODE_LIFE_S,
            )
        )
        try:
            deployment.mail.send_code(body.email, code=code)
        except Exception:
            unsend(asker, (*admitted, *counted), deployment=deployment, now=now)
            raise
    return CodeSent(resend_in=RESEND_S)


def confirm(body: Confirmation, *, request: Request, deployment: Deployment, now: float) -> MailboxProof:
    """Exchange a code for the proof of a mailbox.

    Args:
        body: the address and the code.
        request: the request, with the proof of the device that asked for the code.
        deployment: where codes are kept and tokens are signed.
        now: seconds since the epoch.

    Returns:
        The proof of the mailbox, and a session where the address has an account that is not frozen.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        CodeInvalid: when the code is wrong, expired, used, or another device's, or was mailed before the
            account was frozen, or lifted.
        CodeExhausted: when it was tried too often, or others were for its mailbox.
        TooManyRequests: when too many wrong ones came from the network, or to the deployment.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="mailbox", now=now)
    key = deployment.keyring.found_mailbox_index()
    asker = asker_of(request, body.email, thumbprint=proof.thumbprint, key=key, deployment=deployment)
    mailbox = asker.mailbox
    index = code_index(mailbox, proof.thumbprint, key=key)
    kept = deployment.codes.count_try(index, now=now)
    counted = count_guess(asker, deployment=deployment, now=now)
    given = asker.digest(body.code, thumbprint=proof.thumbprint, key=key)
    if not hmac.compare_digest(kept, given):
        raise CodeInvalid

    account = asker.account  # if it went in the meantime, no session begins in it
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    if account is None:
        answer = _proof(mailbox, None, bounds=bounds, deployment=deployment)
        deployment.mail_troubles.end(mailbox)
        forgive(asker, counted, deployment=deployment, now=now)
        # Last, so that a signature that fails costs a try and not the code.
        deployment.codes.use(index, digest=given)
        return answer
    dossier = deployment.accounts.dossier(account, thumbprint=proof.thumbprint, now=now)
    profile, wrapped = dossier.profile, dossier.wrapped_key
    if profile is None or wrapped is None or profile.mailbox != mailbox:
        raise Unavailable  # deleted or moved between the two reads; the code remains
    if profile.stage != asker.stage:
        raise CodeInvalid  # frozen or lifted between them: the code was mailed before
    answer = _proof(mailbox, profile, bounds=bounds, deployment=deployment)
    deployment.mail_troubles.end(mailbox)
    settings, signer = deployment.settings, deployment.signer
    session = begin(account, device=proof.thumbprint, means="otp", settings=settings, now=now)
    issued = issue(account, session.kept, signer=signer, settings=settings, bounds=bounds)
    happened = event("accepted", BY_CODE, device=proof.thumbprint, place=request.place, now=now)
    forgive(asker, counted, deployment=deployment, now=now)
    beginning = BeginningByCode(
        profile=profile,
        session=session.kept,
        append=appending(happened, key=deployment.keyring.unwrap(account, wrapped), settings=settings),
        code_index=index,
        code_digest=given,
    )
    try:
        deployment.sessions.begin_with_code(beginning, codes=deployment.codes)
    except FrozenError:
        deployment.codes.use(index, digest=given)
        return answer.model_copy(update={"frozen": True})
    return answer.model_copy(
        update={**asdict(issued), "refresh_token": session.refresh_token, "token_type": "DPoP"}
    )


def _proof(mailbox: str, holder: Profile | None, *, bounds: Bounds, deployment: Deployment) -> MailboxProof:
    return MailboxProof(
        mailbox_token=issue_mailbox_token(
            deployment.signer,
            mailbox=mailbox,
            account=None if holder is None else holder.account,
            freezes=0 if holder is None else holder.freezes,
            bounds=bounds,
        ),
        mailbox_expires_in=MAILBOX_TOKEN_LIFE_S,
        registered=holder is not None,
    )
