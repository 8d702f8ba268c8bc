"""What a person sees and changes of their own account."""

from functions.account.models import Account, FaceSignIn, FaceSignInState, SignIns
from service.deployment import Deployment
from service.held import Opened, open_holdings
from service.identity import Identity, answer_challenge, identify
from service.request import Request


def describe(request: Request, *, deployment: Deployment, now: float) -> Account:
    """Give everything that is held about the person who asks.

    Args:
        request: with the session's token and the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        Everything, templates without their descriptors.

    Raises:
        ProofInvalid: when the proof does not hold.
        TokenInvalid: when the token does not, or its account or device is gone.
    """
    opened = _open(request, deployment=deployment, now=now)
    profile = opened.holdings.profile
    return Account(
        account=profile.account,
        email=opened.email(),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        templates=opened.templates(),
        devices=opened.devices(),
        consents=opened.consents(),
        sign_ins=opened.sign_ins(),
    )


def sign_ins(request: Request, *, deployment: Deployment, now: float) -> SignIns:
    """Give the sign-in log of the person who asks; refuses like ``describe``."""
    return SignIns(sign_ins=_open(request, deployment=deployment, now=now).sign_ins())


def set_face_sign_in(
    body: FaceSignIn, *, request: Request, deployment: Deployment, now: float
) -> FaceSignInState:
    """Pause or resume face sign-in.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its account or device is gone.
    """
    identity = _answer(request, deployment=deployment, now=now)
    deployment.rights.set_face_sign_in(
        identity.account, status=body.face_sign_in, session_device=identity.session_device
    )
    return FaceSignInState(face_sign_in=body.face_sign_in)


def remove_template(template_id: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Remove one template.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its account or device is gone.
        NotFound: when there is no such template.
        LastTemplate: when it is the last.
    """
    identity = _answer(request, deployment=deployment, now=now)
    deployment.rights.remove_template(identity.account, template_id, session_device=identity.session_device)


def remove_device(thumbprint: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Remove one device.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its account or device is gone.
        NotFound: when there is no such device.
    """
    identity = _answer(request, deployment=deployment, now=now)
    deployment.rights.remove_device(identity.account, thumbprint, session_device=identity.session_device)


def _open(request: Request, *, deployment: Deployment, now: float) -> Opened:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=False)
    return open_holdings(identity, deployment=deployment, now=now)


def _answer(request: Request, *, deployment: Deployment, now: float) -> Identity:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    return identity
