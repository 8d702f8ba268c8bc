"""Issuing a challenge, and telling its second act.

A verification's attempt is counted here, before any face is compared. A decoy is asked for as much as anybody
else is.
"""

from typing import Final

from functions.challenges.models import (
    ChallengeRequest,
    FirstAct,
    IssuedChallenge,
    SecondAct,
    StepsRequest,
)
from matching.liveness.profiles import PROFILES, Profile
from matching.liveness.script import Randomness, Script, draw
from service.consents import assert_read, face_may_sign_in
from service.deployment import Deployment
from service.identity import bounds_of
from service.ids import new_challenge_id
from service.metrics import count
from service.patience import HOUR_S
from service.policy import current_policy
from service.problems import ChallengeInvalid
from service.proofs import Proof, verify_proof
from service.repositories.challenges import CHALLENGE_LIFE_S, Attempt, Ceremony, Challenge, Reveal
from service.repositories.limits import Budget
from service.repositories.rows import Device
from service.repositories.rows import Profile as Holder
from service.repositories.tries import TRIES_LIFE_S, lifts_of, mark_of, tries_of
from service.request import Request
from service.tokens import Bounds, MailboxClaims, read_mailbox_token

# Twice what its tries of a day allow. Beyond that nothing would come of them, and they would only spend what
# all accounts together have.
NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR: Final = 20


def issue(
    body: ChallengeRequest, *, request: Request, deployment: Deployment, rng: Randomness, now: float
) -> IssuedChallenge:
    """Issue a challenge.

    Args:
        body: what it is for.
        request: the request, with the device's proof.
        deployment: where it is kept.
        rng: what scripts are drawn with.
        now: seconds since the epoch.

    Returns:
        The challenge. For a verification that cannot succeed it is a decoy, of the same shape.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        MailboxTokenInvalid: when the proof of the mailbox does not.
        ConsentRequired: when somebody would enrol who agreed to nothing.
        ConsentOutdated: when it was another text that they agreed to.
        TooManyRequests: when new devices have had their challenges of this minute, all accounts together.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=False)
    profile, challenge_id = PROFILES[body.profile], new_challenge_id()
    attempt = None
    if body.purpose == "verification":
        bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
        attempt = _attempt(
            body,
            profile=profile,
            proof=proof,
            deployment=deployment,
            bounds=bounds,
            mark=mark_of(challenge_id),
        )
        count("SignInDecoyed" if attempt is None else "SignInBegun")
    if body.purpose == "enrolment":
        assert_read(body.consent_sha256, current_policy(deployment.settings))
    script = None
    if body.purpose in ("enrolment", "verification"):
        script = draw(profile, body.purpose, rng)
    challenge = Challenge(
        id=challenge_id,
        purpose=body.purpose,
        thumbprint=proof.thumbprint,
        expires_at=int(now) + CHALLENGE_LIFE_S,
        attempt=attempt,
        ceremony=None if script is None else Ceremony(script=script.to_json(), issued_at=now),
    )
    deployment.challenges.issue(challenge)
    return IssuedChallenge(
        challenge=challenge.id,
        purpose=challenge.purpose,
        expires_at=challenge.expires_at,
        script=None if script is None else _first_act(script),
    )


def reveal(body: StepsRequest, *, request: Request, deployment: Deployment, now: float) -> SecondAct:
    """Tell the second act, once, to the device that has done the first.

    Args:
        body: what the device commits itself to.
        request: the request, with the device's proof.
        deployment: where the challenge is kept.
        now: seconds since the epoch.

    Returns:
        The rest of the script. The challenge remains to be answered.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge does not, or was revealed before.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    if proof.nonce is None:
        raise ChallengeInvalid
    script = Script.from_json(
        deployment.challenges.reveal(
            proof.nonce,
            thumbprint=proof.thumbprint,
            reveal=Reveal(at=now, chain=body.chain, frames=body.frames),
        )
    )
    return SecondAct.model_validate({"steps": [step.to_json() for step in script.acts[1]]})


def _first_act(script: Script) -> FirstAct:
    return FirstAct.model_validate(
        {
            "profile": script.profile,
            "steps": [step.to_json() for step in script.acts[0]],
            "acts": len(script.acts),
            "needs_mailbox": PROFILES[script.profile].needs_mailbox,
        }
    )


def _attempt(
    body: ChallengeRequest,
    *,
    profile: Profile,
    proof: Proof,
    deployment: Deployment,
    bounds: Bounds,
    mark: str,
) -> Attempt | None:
    """Count an attempt on an account, or give None where none can succeed."""
    token = body.mailbox_token
    claims = None if token is None else read_mailbox_token(deployment.signer, token, bounds=bounds)
    if profile.needs_mailbox and (claims is None or claims.passkey is not None):
        return None  # whoever asks: its figures were reached together with a code, and nothing is looked up
    account = body.account if claims is None else deployment.accounts.of_mailbox(claims.mailbox)
    if account is None:
        return None

    holder, device = deployment.accounts.standing(account, thumbprint=bounds.thumbprint)
    if holder is None or not face_may_sign_in(holder, settings=deployment.settings, now=bounds.now):
        return None
    may_alone = device is not None and not _is_long_away(device, now=bounds.now)
    claims = _counting(claims, account, holder)
    mailbox_proved = claims is not None
    if not mailbox_proved and (profile.needs_mailbox or not may_alone):
        return None
    # Lifting a freeze takes mailbox, known device and face: no passkey instead, no code from before it (the
    # owner may have taken the mailbox back since), and no weaker way to look.
    proved_at = None if claims is None else claims.proved_at
    proved = may_alone and not profile.needs_mailbox and holder.was_frozen_by(proved_at)
    if holder.is_frozen and not proved:
        return None
    if not deployment.seen_proofs.take(proof, now=bounds.now):
        return None  # overheard and sent again: it must not spend what only its device may
    # Whoever proves the mailbox although nothing asks for it proves the device anew, and is counted as new.
    by_itself = holder.is_frozen or (may_alone and (profile.needs_mailbox or not mailbox_proved))
    if not by_itself and not _admits_new_device(account, deployment=deployment, now=bounds.now):
        return None
    known_device = bounds.thumbprint if by_itself else None
    tries = lifts_of(account) if holder.is_frozen else tries_of(account, known_device=known_device)
    failures = deployment.tries.begin(tries, mark=mark, now=bounds.now)
    if failures is None:
        count("SignInLocked")
        return None
    return Attempt(
        account=account,
        templates=holder.templates,
        adds_device=device is None,
        tries=tries,
        recent_failures=failures,
        frozen=holder.is_frozen,
        freezes=holder.freezes,
        mailbox=None if claims is None else claims.mailbox,
        passkey=None if claims is None else claims.passkey,
    )


def _counting(claims: MailboxClaims | None, account: str, holder: Holder) -> MailboxClaims | None:
    """Give what proved a mailbox for this account, unless a freeze came since, or its passkey was removed."""
    if claims is None or (claims.account, claims.freezes) != (account, holder.freezes):
        return None
    return claims if claims.passkey in {None, *holder.passkeys} else None


def _admits_new_device(account: str, *, deployment: Deployment, now: float) -> bool:
    """Count a challenge for a new device: of the account first, so that none spends what is everybody's.

    Raises:
        TooManyRequests: when the deployment has had its challenges of this minute. It tells nothing of the
            account: whoever gets here has its mailbox.
    """
    own = Budget(
        scope=f"new-devices#{account}", limit=NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR, window_s=HOUR_S
    )
    if deployment.limits.spend(own, now=now) is None:
        count("SignInLocked")
        return False
    budget = Budget(
        scope="new-devices", limit=deployment.settings.new_device_challenges_a_minute, window_s=60
    )
    deployment.limits.take(budget, now=now)
    return True


def _is_long_away(device: Device, *, now: float) -> bool:
    """Tell whether a device has signed nobody in for so long that its count of failures may be gone, too."""
    return device.last_used_at + TRIES_LIFE_S <= now
