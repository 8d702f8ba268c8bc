"""Who is asking: the device that proves itself, and the person whose session it carries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.patience import DAY_S
from service.problems import ChallengeInvalid, StepUpRequired
from service.proofs import Proof, verify_proof
from service.repositories.session_rows import SessionName
from service.request import Request
from service.tokens import Bounds, read_access_token

if TYPE_CHECKING:
    from service.deployment import Deployment
    from service.repositories.challenges import Challenge, Purpose
    from service.repositories.rows import Device, Profile

# Whoever reads the mailbox may have added a device, and its owner has had a mail of it. Three days are a
# weekend to read it in.
KNOWN_FOR_S: Final = 3 * DAY_S
FRESH_S: Final = 300  # what takes away, weakens or ends an account wants a sign-in of the last five minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A token that held, before anybody asked whether its session and its account still stand.

    Attributes:
        account: whose session it is.
        by_face: whether it began with a face.
        by_code: whether it began with a code from the mailbox.
        session: which of its sessions; it may have been ended since the token was signed.
        proof: the device's proof.
        bounds: what tokens of this request are held to.
        place: code of the country that the request came from, where that is kept.
    """

    account: str
    by_face: bool
    by_code: bool
    session: SessionName
    proof: Proof
    bounds: Bounds
    place: str | None = None


def identify(
    request: Request, *, deployment: "Deployment", now: float, answers_challenge: bool, fresh: bool = False
) -> Identity:
    """Check a request's proof and access token.

    Args:
        request: the request.
        deployment: whose key the token must be signed with.
        now: seconds since the epoch.
        answers_challenge: whether the proof must name a challenge.
        fresh: whether the sign-in must be of the last five minutes.

    Returns:
        The identity.

    Raises:
        ProofInvalid: when the proof does not hold.
        TokenInvalid: when the token does not.
        StepUpRequired: when the sign-in is too long ago.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=answers_challenge)
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    claims = read_access_token(deployment.signer, request.access_token, bounds=bounds)
    if fresh and now - claims.auth_time > FRESH_S:
        raise StepUpRequired
    return Identity(
        account=claims.sub,
        by_face=claims.by_face,
        by_code=claims.by_code,
        session=SessionName(id=claims.sid, device=proof.thumbprint),
        proof=proof,
        bounds=bounds,
        place=request.place,
    )


def answer_challenge(
    proof: Proof, *, deployment: "Deployment", purpose: "Purpose", now: float
) -> "Challenge":
    """Use up the challenge that a proof answers: one conditional write.

    Args:
        proof: a proof that held.
        deployment: whose challenge it must be.
        purpose: what the challenge must be for.
        now: seconds since the epoch.

    Returns:
        What was kept with it.

    Raises:
        ChallengeInvalid: when it is unknown, used, expired, or of another purpose, device or region.
    """
    if proof.nonce is None:
        raise ChallengeInvalid
    return deployment.challenges.consume(proof.nonce, purpose=purpose, thumbprint=proof.thumbprint, now=now)


def bounds_of(request: Request, *, proof: Proof, deployment: "Deployment", now: float) -> Bounds:
    """Give what tokens of a request are held to."""
    return Bounds(
        issuer=request.issuer, audience=deployment.settings.audience, thumbprint=proof.thumbprint, now=now
    )


def is_known_long(device: "Device | None", profile: "Profile", *, now: float) -> bool:
    """Tell whether a device is no newcomer: the one that registered is as old as the account itself.

    Args:
        device: as kept; None where the account does not know it.
        profile: of the account.
        now: the moment that it must have been known before, seconds since the epoch.
    """
    return device is not None and is_no_newcomer(device.created_at, profile, now=now)


def is_no_newcomer(created_at: int, profile: "Profile", *, now: float) -> bool:
    """Tell whether something has been the account's for three days at ``now``, or from its beginning."""
    return created_at <= max(now - KNOWN_FOR_S, profile.created_at)
