"""Staying signed in, seeing where one is, and signing out: here, there and everywhere."""

from dataclasses import asdict

from functions.sessions.models import Refreshed, RefreshRequest, Sessions
from service.deployment import Deployment
from service.held import held_sessions, stands
from service.identity import Identity, answer_challenge, bounds_of, identify
from service.problems import TokenInvalid
from service.proofs import verify_proof
from service.repositories.items import ConditionFailedError
from service.repositories.sessions import Rotation
from service.request import Request
from service.sessions import digest, issue, named_by


def refresh(body: RefreshRequest, *, request: Request, deployment: Deployment, now: float) -> Refreshed:
    """Continue a session with a new access token, and put the next refresh token in the old one's place.

    A device that shows a token of its session's that has given way ends that session (RFC 9700, section
    4.14.2): one of the two who had it is not the person. A token on another device is worth nothing, not even
    an end: the device's thumbprint names the row.

    Args:
        body: the token in force and the digest of the next.
        request: the request, with the device's proof.
        deployment: where sessions are kept.
        now: seconds since the epoch.

    Returns:
        The session, which proves nobody anew: `auth_time` and `amr` are those of its beginning.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the session has ended, or ends by this.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    answer_challenge(proof, deployment=deployment, purpose="account", now=now)
    account, session_id = named_by(body.refresh_token)
    presented = digest(body.refresh_token)
    session = deployment.sessions.of_device(account, proof.thumbprint, now=now)
    if session is None or session.name.id != session_id or presented == body.next_sha256:
        raise TokenInvalid

    settings = deployment.settings
    rotation = Rotation(
        account=account,
        session=session.name,
        presented_sha256=presented,
        next_sha256=body.next_sha256,
        unused_since=settings.sessions_unused_since(now),
        now=int(now),
    )
    try:
        deployment.sessions.rotate(rotation)
    except ConditionFailedError:
        deployment.sessions.end(account, session.name)
        raise TokenInvalid from None
    # Signed last: where a signature fails, the same request completes it.
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    issued = issue(account, session, signer=deployment.signer, settings=settings, bounds=bounds)
    return Refreshed(account=account, **asdict(issued))


def list_all(request: Request, *, deployment: Deployment, now: float) -> Sessions:
    """Give the sessions of the person who asks.

    Raises:
        ProofInvalid: when the proof does not hold.
        TokenInvalid: when the token does not, or its session has ended.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=False)
    sessions = deployment.sessions.of_account(identity.account, now=now)
    if not stands(identity.session, sessions):
        raise TokenInvalid
    unused_since = deployment.settings.sessions_unused_since(now)
    return Sessions(sessions=held_sessions(sessions, asking=identity.session, unused_since=unused_since))


def end_on(thumbprint: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Sign a device out, the one that asks as well.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended.
        NotFound: when that device has no session.
    """
    identity = _answer(request, deployment=deployment, now=now)
    deployment.sessions.end_on(identity.account, thumbprint, asking=identity.session)


def end_all(request: Request, *, deployment: Deployment, now: float) -> None:
    """Sign every device out, the one that asks as well; refuses like ``end_on``."""
    identity = _answer(request, deployment=deployment, now=now)
    sessions = deployment.sessions.of_account(identity.account, now=now)
    deployment.sessions.end_all(identity.account, sessions, asking=identity.session)


def _answer(request: Request, *, deployment: Deployment, now: float) -> Identity:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    return identity
