"""What a person sees and changes of their own account."""

from collections.abc import Callable
from typing import Final

from functions.account.models import Account, FaceSignIn, FaceSignInState, SignIns
from service.deployment import Deployment
from service.held import Opened, open_holdings
from service.identity import Identity, answer_challenge, identify
from service.notices import NoticeName, Recipient, recipient_of, tell, told_in_doubt
from service.problems import Conflict, TokenInvalid
from service.repositories.items import ConditionFailedError
from service.repositories.rows import Holdings
from service.request import Request

# Something may be learned between reading and changing: then both are done again.
_TRIES: Final = 4


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
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
    """
    opened = _open(request, deployment=deployment, now=now)
    profile = opened.holdings.profile
    return Account(
        account=profile.account,
        email=opened.email(),
        mail_trouble=opened.mail_trouble(now),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        learned_at=sorted(profile.learned_at),
        templates=opened.templates(),
        devices=opened.devices(),
        passkeys=opened.passkeys(),
        consents=opened.consents(),
        sign_ins=opened.sign_ins(),
        sign_in_log=opened.log.state,
        sessions=opened.sessions(),
        grants=opened.grants(),
        recovery_codes=opened.recovery_codes(),
        freezes=profile.freezes,
    )


def sign_ins(request: Request, *, deployment: Deployment, now: float) -> SignIns:
    """Give the sign-in log of the person who asks; refuses like ``describe``."""
    opened = _open(request, deployment=deployment, now=now)
    return SignIns(sign_ins=opened.sign_ins(), sign_in_log=opened.log.state)


def set_face_sign_in(
    body: FaceSignIn, *, request: Request, deployment: Deployment, now: float
) -> FaceSignInState:
    """Pause or resume face sign-in.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
    """
    identity = _answer(request, deployment=deployment, now=now)
    notice: NoticeName = "face-sign-in-paused" if body.face_sign_in == "paused" else "face-sign-in-resumed"
    tell_owner = _teller(notice, identity, deployment=deployment, now=now)
    with told_in_doubt(tell_owner):
        changed = deployment.rights.set_face_sign_in(
            identity.account, status=body.face_sign_in, session=identity.session
        )
    if changed:
        tell_owner()
    return FaceSignInState(face_sign_in=body.face_sign_in)


def remove_template(template_id: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Remove one template.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        NotFound: when there is no such template.
        LastTemplate: when it is the last one made at enrolment: no other can stand for it.
    """
    identity = _answer(request, deployment=deployment, now=now)
    tell_owner = _teller("template-removed", identity, deployment=deployment, now=now)
    with told_in_doubt(tell_owner):
        deployment.rights.remove_template(identity.account, template_id, session=identity.session)
    tell_owner()


def forget_learned(*, request: Request, deployment: Deployment, now: float) -> None:
    """Remove every template that was learned; what was made at enrolment stays.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        Conflict: when something was learned each time it was tried.
    """
    identity = _answer(request, deployment=deployment, now=now)

    def forget(holdings: Holdings) -> bool:
        return deployment.rights.forget_learned(holdings, session=identity.session)

    tell_owner = _teller("learned-forgotten", identity, deployment=deployment, now=now)
    _change(forget, identity, tell_owner=tell_owner, deployment=deployment)


def remove_device(thumbprint: str, *, request: Request, deployment: Deployment, now: float) -> None:
    """Remove one device, and what was learned from it.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        NotFound: when there is no such device.
        Conflict: when something was learned each time it was tried.
    """
    identity = _answer(request, deployment=deployment, now=now)

    def remove(holdings: Holdings) -> bool:
        deployment.rights.remove_device(holdings, thumbprint, session=identity.session)
        return True

    tell_owner = _teller("device-removed", identity, deployment=deployment, now=now)
    _change(remove, identity, tell_owner=tell_owner, deployment=deployment)


def _open(request: Request, *, deployment: Deployment, now: float) -> Opened:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=False)
    return open_holdings(identity, deployment=deployment, now=now)


def _answer(request: Request, *, deployment: Deployment, now: float) -> Identity:
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    return identity


def _teller(
    notice: NoticeName, identity: Identity, *, deployment: Deployment, now: float
) -> Callable[[], None]:
    """Make what tells the owner; whom to write to is found out only then."""

    def to() -> Recipient | None:
        return recipient_of(
            identity.account, thumbprint=identity.proof.thumbprint, deployment=deployment, now=now
        )

    return lambda: tell(notice, to, deployment=deployment)


def _change(
    change: Callable[[Holdings], bool],
    identity: Identity,
    *,
    tell_owner: Callable[[], None],
    deployment: Deployment,
) -> None:
    """Read the account, change it unless it learned something in between, and tell its owner if it did."""
    for _ in range(_TRIES):
        # At the beginning of time nothing has expired: what TTL has still to remove goes as well.
        holdings = deployment.accounts.holdings(identity.account, now=0)
        if holdings is None:
            raise TokenInvalid
        try:
            with told_in_doubt(tell_owner):
                changed = change(holdings)
        except ConditionFailedError:
            continue
        if changed:
            tell_owner()
        return
    raise Conflict
