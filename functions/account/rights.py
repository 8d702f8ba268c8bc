"""What a person sees and changes of their own account."""

from collections.abc import Callable
from typing import Final

from functions.account.asking import Told, answering, opened, teller
from functions.account.models import (
    Account,
    FaceSignIn,
    FaceSignInState,
    LearningChange,
    LearningState,
    SignIns,
)
from service.consents import consent_due
from service.deeds import Doer, as_read
from service.deployment import Deployment
from service.held import described, stands
from service.notices import told_in_doubt
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
    held = opened(request, deployment=deployment, now=now)
    profile, page = held.holdings.profile, held.log.page(before=None)
    return Account(
        account=profile.account,
        email=held.email(),
        mail_trouble=held.mail_trouble(now),
        status=profile.status,
        created_at=profile.created_at,
        last_used_at=profile.last_used_at,
        policy_version=profile.policy_version,
        consent_asked_at=profile.consent_asked_at,
        consent_due=consent_due(profile, settings=deployment.settings, now=now),
        learning=profile.learning,
        learned_at=sorted(profile.lately_learned_at(now)),
        templates=held.templates(),
        devices=held.devices(),
        passkeys=held.passkeys(),
        consents=held.consents(),
        sign_ins=[described(entry) for entry in page.entries],
        sign_ins_older=page.older,
        sign_in_log=held.log.state,
        sessions=held.sessions(),
        grants=held.grants(),
        recovery_codes=held.recovery_codes(),
        freezes=profile.freezes,
    )


def sign_ins(request: Request, *, before: int | None, deployment: Deployment, now: float) -> SignIns:
    """Give a part of the sign-in log of the person who asks; refuses like ``describe``.

    Whether the log is whole is said of all of it, whichever part is shown.
    """
    held = opened(request, deployment=deployment, now=now)
    page = held.log.page(before=before)
    return SignIns(
        sign_ins=[described(entry) for entry in page.entries],
        sign_ins_older=page.older,
        sign_in_log=held.log.state,
    )


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
    person = answering(request, deployment=deployment, now=now)
    name: Told = "face-sign-in-paused" if body.face_sign_in == "paused" else "face-sign-in-resumed"
    tell_owner = teller(name, person, deployment=deployment)
    with told_in_doubt(tell_owner):
        changed = deployment.rights.set_face_sign_in(
            person.deed(name, deployment=deployment), status=body.face_sign_in
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
    person = answering(request, deployment=deployment, now=now)
    tell_owner = teller("template-removed", person, deployment=deployment)
    with told_in_doubt(tell_owner):
        deployment.rights.remove_template(person.deed("template-removed", deployment=deployment), template_id)
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
    person = answering(request, deployment=deployment, now=now)
    deed = person.deed("learned-forgotten", deployment=deployment)

    def forget(holdings: Holdings) -> bool:
        return deployment.rights.forget_learned(as_read(deed, holdings), holdings)

    tell_owner = teller("learned-forgotten", person, deployment=deployment)
    _change(forget, person, tell_owner=tell_owner, deployment=deployment)


def set_learning(
    body: LearningChange, *, request: Request, deployment: Deployment, now: float
) -> LearningState:
    """Refuse that anything is learned from sign-ins, which forgets what was, or allow it again.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        Conflict: when something was learned each time it was tried.
    """
    person = answering(request, deployment=deployment, now=now)
    name: Told = "learning-refused" if body.learning == "refused" else "learning-allowed"
    deed = person.deed(name, deployment=deployment)

    def change(holdings: Holdings) -> bool:
        as_it_is = as_read(deed, holdings)
        if body.learning == "allowed":
            return deployment.rights.allow_learning(as_it_is)
        return deployment.rights.refuse_learning(as_it_is, holdings)

    _change(change, person, tell_owner=teller(name, person, deployment=deployment), deployment=deployment)
    return LearningState(learning=body.learning)


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
    person = answering(request, deployment=deployment, now=now)
    deed = person.deed("device-removed", deployment=deployment)

    def remove(holdings: Holdings) -> bool:
        deployment.rights.remove_device(as_read(deed, holdings), holdings, thumbprint)
        return True

    tell_owner = teller("device-removed", person, deployment=deployment)
    _change(remove, person, tell_owner=tell_owner, deployment=deployment)


def _change(
    change: Callable[[Holdings], bool],
    person: Doer,
    *,
    tell_owner: Callable[[], None],
    deployment: Deployment,
) -> None:
    """Read the account, change it unless it learned something in between, and tell its owner if it did."""
    for _ in range(_TRIES):
        # At the beginning of time nothing has expired: what TTL has still to remove goes as well.
        holdings = deployment.accounts.holdings(person.profile.account, now=0)
        if holdings is None or not stands(person.identity.session, holdings.sessions):
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
