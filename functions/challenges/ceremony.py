"""Issuing a challenge. A verification's attempt is counted here, before any face is compared."""

from typing import Final

from functions.challenges.models import ChallengeRequest, IssuedChallenge
from service.deployment import Deployment
from service.identity import bounds_of
from service.ids import new_challenge_id
from service.limits import Budget
from service.proofs import verify_proof
from service.repositories.challenges import CHALLENGE_LIFE_S, Challenge
from service.request import Request
from service.tokens import Bounds, read_mailbox_token

# For each device that an account knows, and for all its new devices together. A success starts it afresh.
ATTEMPTS: Final = 10
ATTEMPTS_WINDOW_S: Final = 3600


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
    challenge = Challenge(
        id=new_challenge_id(),
        purpose=body.purpose,
        thumbprint=proof.thumbprint,
        region=deployment.settings.region,
        expires_at=int(now) + CHALLENGE_LIFE_S,
    )
    if body.purpose == "verification":
        bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
        challenge = _for_account(challenge, body, deployment=deployment, bounds=bounds)
    deployment.challenges.issue(challenge)
    return IssuedChallenge(challenge=challenge.id, purpose=challenge.purpose, expires_at=challenge.expires_at)


def _for_account(
    decoy: Challenge, body: ChallengeRequest, *, deployment: Deployment, bounds: Bounds
) -> Challenge:
    mailbox_proved = body.mailbox_token is not None
    account = body.account
    if body.mailbox_token is not None:
        mailbox = read_mailbox_token(deployment.signer, body.mailbox_token, bounds=bounds).mailbox
        account = deployment.accounts.of_mailbox(mailbox)
    if account is None:
        return decoy

    profile, device_known = deployment.accounts.standing(account, thumbprint=decoy.thumbprint)
    if profile is None or profile.status != "active" or not (device_known or mailbox_proved):
        return decoy
    budget = Budget(
        # Only a known device can spend its own attempts: a stranger locks nobody out.
        scope=f"face#{account}#{decoy.thumbprint if device_known else 'new'}",
        limit=ATTEMPTS,
        window_s=ATTEMPTS_WINDOW_S,
    )
    if not deployment.limits.spend(budget, now=bounds.now):
        return decoy
    return Challenge(
        id=decoy.id,
        purpose=decoy.purpose,
        thumbprint=decoy.thumbprint,
        region=decoy.region,
        expires_at=decoy.expires_at,
        account=account,
        templates=profile.templates,
        adds_device=not device_known,
        attempts=budget.key(bounds.now),
    )
