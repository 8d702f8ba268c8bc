"""What a person sees and changes of their own account."""

from collections.abc import Callable
from typing import Final

from functions.account.asking import Told, answering, opened
from functions.account.models import (
    Account,
    FaceSignIn,
    FaceSignInState,
    LearningChange,
    LearningState,
    Renaming,
    SignInLogChange,
    SignInLogState,
    SignIns,
)
from service.consents import consent_due
from service.deeds import Doer, as_read
from service.deployment import Deployment
from service.held import described, stands
from service.problems import Conflict, NotOffered, TokenInvalid
from service.promises import Promise, keep
from service.repositories.items import ConditionFailedError
from service.repositories.rows import Holdings
from service.request import Request
from service.sealing import seal_device_name

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
        sign_in_log_kept=profile.log,
        least_sign_in_log_days=deployment.settings.least_sign_in_log_days,
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
    pauses = body.face_sign_in == "paused"
    person = answering(request, takes_away=pauses, deployment=deployment, now=now)
    name: Told = "face-sign-in-paused" if pauses else "face-sign-in-resumed"
    told = person.promise(name)
    deed = person.deed(name, told, deployment=deployment)
    if deployment.rights.set_face_sign_in(deed, status=body.face_sign_in):
        keep(told, deployment=deployment)
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
    person = answering(request, takes_away=True, deployment=deployment, now=now)
    told = person.promise("template-removed")
    deed = person.deed("template-removed", told, deployment=deployment)
    deployment.rights.remove_template(deed, template_id)
    keep(told, deployment=deployment)


def forget_learned(*, request: Request, deployment: Deployment, now: float) -> None:
    """Remove every template that was learned; what was made at enrolment stays.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        Conflict: when something was learned each time it was tried.
    """
    person = answering(request, takes_away=True, deployment=deployment, now=now)
    told = person.promise("learned-forgotten")
    deed = person.deed("learned-forgotten", told, deployment=deployment)

    def forget(holdings: Holdings) -> bool:
        return deployment.rights.forget_learned(as_read(deed, holdings), holdings)

    _change(forget, person, told=told, deployment=deployment)


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
    refuses = body.learning == "refused"
    person = answering(request, takes_away=refuses, deployment=deployment, now=now)
    name: Told = "learning-refused" if refuses else "learning-allowed"
    told = person.promise(name)
    deed = person.deed(name, told, deployment=deployment)

    def change(holdings: Holdings) -> bool:
        as_it_is = as_read(deed, holdings)
        if body.learning == "allowed":
            return deployment.rights.allow_learning(as_it_is)
        return deployment.rights.refuse_learning(as_it_is, holdings)

    _change(change, person, told=told, deployment=deployment)
    return LearningState(learning=body.learning)


def set_sign_in_log(
    body: SignInLogChange, *, request: Request, deployment: Deployment, now: float
) -> SignInLogState:
    """Ask for the least of the sign-in log, or for all of it again. Entries that are there stay as they are.

    Otherwise somebody who is in for a moment could shorten the traces that they left.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        NotOffered: when the deployment gives nobody the choice.
    """
    person = answering(request, deployment=deployment, now=now)
    if deployment.settings.least_sign_in_log_days is None:
        raise NotOffered
    name: Told = "log-shortened" if body.keep == "least" else "log-lengthened"
    told = person.promise(name)
    deed = person.deed(name, told, deployment=deployment)
    if deployment.rights.keep_log(deed, kept=body.keep):
        keep(told, deployment=deployment)
    return SignInLogState(keep=body.keep)


def rename_device(
    thumbprint: str, body: Renaming, *, request: Request, deployment: Deployment, now: float
) -> None:
    """Give a device another name. Nobody is told by mail: what its owner calls it lets nobody in.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        NotFound: when there is no such device.
    """
    person = answering(request, deployment=deployment, now=now)
    deed = person.deed("device-renamed", None, deployment=deployment)
    sealed = seal_device_name(person.key, body.name, thumbprint=thumbprint)
    deployment.rights.rename_device(deed, thumbprint, sealed_name=sealed)


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
    person = answering(request, takes_away=True, deployment=deployment, now=now)
    told = person.promise("device-removed")
    deed = person.deed("device-removed", told, deployment=deployment)

    def remove(holdings: Holdings) -> bool:
        deployment.rights.remove_device(as_read(deed, holdings), holdings, thumbprint)
        return True

    _change(remove, person, told=told, deployment=deployment)


def _change(
    change: Callable[[Holdings], bool], person: Doer, *, told: Promise, deployment: Deployment
) -> None:
    """Read the account, change it unless it learned something in between, and tell its owner if it did."""
    for _ in range(_TRIES):
        # At the beginning of time nothing has expired: what TTL has still to remove goes as well.
        holdings = deployment.accounts.holdings(person.profile.account, now=0, log=False)
        if holdings is None or not stands(person.identity.session, holdings.sessions):
            raise TokenInvalid
        try:
            changed = change(holdings)
        except ConditionFailedError:
            continue
        if changed:
            keep(told, deployment=deployment)
        return
    raise Conflict
