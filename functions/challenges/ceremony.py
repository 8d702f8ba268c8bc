"""Issuing a challenge. A verification's attempt is counted here, before any face is compared."""

from functions.challenges.models import ChallengeRequest, IssuedChallenge
from service.deployment import Deployment
from service.identity import bounds_of
from service.ids import new_challenge_id
from service.limits import sign_in_attempts
from service.proofs import Proof, verify_proof
from service.repositories.challenges import CHALLENGE_LIFE_S, Attempt, Challenge
from service.request import Request
from service.tokens import Bounds, read_mailbox_token


def issue(body: ChallengeRequest, *, request: Request, deployment: Deployment, now: float) -> IssuedChallenge:
    """Issue a challenge.

    Args:
        body: what it is for.
        request: the request, with the device's proof.
        deployment: where it is kept.
        now: seconds since the epoch.

    Returns:
        The challenge. For a verification that cannot succeed it is a decoy, of the same shape.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        MailboxTokenInvalid: when the proof of the mailbox does not.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=False)
    attempt = None
    if body.purpose == "verification":
        bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
        attempt = _attempt(body, proof=proof, deployment=deployment, bounds=bounds)
    challenge = Challenge(
        id=new_challenge_id(),
        purpose=body.purpose,
        thumbprint=proof.thumbprint,
        expires_at=int(now) + CHALLENGE_LIFE_S,
        attempt=attempt,
    )
    deployment.challenges.issue(challenge)
    return IssuedChallenge(challenge=challenge.id, purpose=challenge.purpose, expires_at=challenge.expires_at)


def _attempt(
    body: ChallengeRequest, *, proof: Proof, deployment: Deployment, bounds: Bounds
) -> Attempt | None:
    """Count an attempt on an account, or give None where none can succeed."""
    mailbox_proved = body.mailbox_token is not None
    account = body.account
    if body.mailbox_token is not None:
        mailbox = read_mailbox_token(deployment.signer, body.mailbox_token, bounds=bounds).mailbox
        account = deployment.accounts.of_mailbox(mailbox)
    if account is None:
        return None

    profile, device_known = deployment.accounts.standing(account, thumbprint=bounds.thumbprint)
    if profile is None or profile.status != "active" or not (device_known or mailbox_proved):
        return None
    if not deployment.seen_proofs.take(proof, now=bounds.now):
        return None  # overheard and sent again: it must not spend what only its device may
    budget = sign_in_attempts(account, known_device=bounds.thumbprint if device_known else None)
    taken = deployment.limits.spend(budget, now=bounds.now)
    if taken is None:
        return None
    return Attempt(
        account=account,
        templates=profile.templates,
        adds_device=not device_known,
        budget=budget.key(bounds.now),
        recent_failures=taken,  # a success starts the count afresh, so whatever was taken did not succeed
    )
