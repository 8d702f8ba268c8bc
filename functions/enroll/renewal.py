"""A face enrolled anew, or later: for an account that stands, by its owner, who is signed in.

An account that has a face takes only that one again: somebody who finds a session open, minutes after its
owner signed in, must not leave a face of their own behind. See docs/decisions/face-anew.md.
"""

from collections.abc import Sequence
from typing import Final, NoReturn

from functions.enroll.ceremony import assess
from functions.enroll.face import Face, anchors, compared
from functions.enroll.models import FaceEnrolled, FaceRequest
from matching.liveness.profiles import needs_mailbox
from service.consents import agreed
from service.deeds import Doer, as_read, doer
from service.deployment import Deployment
from service.held import stands
from service.identity import KNOWN_FOR_S, answer_challenge, identify, is_known_long
from service.ids import new_ulid
from service.journal import appending, event
from service.leaks import raise_leak_alarm
from service.patience import DAY_S
from service.policy import current_policy
from service.problem import FieldError
from service.problems import (
    CaptureRefused,
    Conflict,
    DeviceTooNew,
    FaceSignInPaused,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)
from service.promises import keep
from service.repositories.enrolments import NewFace
from service.repositories.items import ConditionFailedError
from service.repositories.limits import Budget
from service.repositories.outcomes import OncePerDay
from service.repositories.rows import Holdings, Profile, Template
from service.request import Request
from service.sealing import seal_consent

# Each says whether a look is the account's face, which is nobody's to learn by trying.
LOOKS_A_DAY: Final = 10
# A new face stands for the old one from then on: step by step a stranger's could be walked in. So each step
# waits as long as a new device does, and its owner has a mail of each.
APART_S: Final = KNOWN_FOR_S
_TRIES: Final = 3


def enrol_anew(body: FaceRequest, *, request: Request, deployment: Deployment, now: float) -> FaceEnrolled:
    """Put new templates in place of all that an account has, or give it its first.

    Args:
        body: consent and captures.
        request: with the session's token, and the device's proof of the challenge that the captures answer.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        How many templates there are now, and which text was agreed to.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old, or showed no face where there is one,
            or no code where the way of looking is worth nothing without.
        TooManyRequests: when this device has changed enough today, the account's face was looked at often
            enough, or it was enrolled less than three days ago.
        DeviceTooNew: when the account has not known the device for three days.
        FaceSignInPaused: when its owner has paused the face that it has.
        ConsentRequired: when something that the policy asks for was not declared.
        ConsentOutdated: when another version was agreed to, or another text.
        CaptureRefused: when the captures cannot become templates, or are not of the account's own face.
        Conflict: when something was learned each time it was tried.
        Unavailable: when others kept writing to the account.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    challenge = answer_challenge(identity.proof, deployment=deployment, purpose="enrolment", now=now)
    person = doer(identity, deployment=deployment, now=now)
    _assert_may_be_compared(person.profile)
    if person.profile.has_face and not identity.by_face:
        raise StepUpRequired
    if needs_mailbox(challenge.script) and not identity.by_code:
        raise StepUpRequired  # that way of looking reaches the figures only together with a code
    if not is_known_long(person.device, person.profile, now=now):
        raise DeviceTooNew
    consent = agreed(
        body.consent, current_policy(deployment.settings), device=identity.proof.thumbprint, now=now
    )
    _assert_due(deployment.accounts.additions(person.profile).anchors, now=now)
    decision = assess(body.capture, challenge=challenge, now=now)
    if person.profile.has_face:
        _count_look(person, deployment=deployment)
    face = Face(capture=body.capture, decision=decision, consent=consent)
    _put_in_place(face, person, deployment=deployment)
    return FaceEnrolled(policy_version=consent.policy_version, templates=len(decision.templates))


def _put_in_place(face: Face, person: Doer, *, deployment: Deployment) -> None:
    device, key, now = person.identity.proof.thumbprint, person.key, person.now
    told = person.promise("face-enrolled")
    deed = person.deed("face-enrolled", told, deployment=deployment)
    new = NewFace(
        templates=anchors(face, key=key, device=device, now=now),
        consent=seal_consent(key, face.consent, consent_id=new_ulid(now)),
        policy_version=face.consent.policy_version,
    )
    for _ in range(_TRIES):
        # At the beginning of time nothing has expired: what TTL has still to remove goes as well.
        holdings = deployment.accounts.holdings(person.profile.account, now=0, log=False)
        if holdings is None or holdings.profile.is_frozen:
            raise TokenInvalid
        if not stands(person.identity.session, holdings.sessions):
            raise TokenInvalid
        _assert_may_be_compared(holdings.profile)  # it may have been paused in between
        if holdings.profile.has_face:
            _assert_own(face, holdings, person, deployment=deployment)
        try:
            deployment.enrolments.replace_face(as_read(deed, holdings), new, seen=holdings)
        except ConditionFailedError:
            continue
        keep(told, deployment=deployment)
        return
    raise Conflict


def _assert_may_be_compared(profile: Profile) -> None:
    """Check that the account's face, if it has one, is not paused: what is paused is compared with nothing.

    Raises:
        FaceSignInPaused: when it is.
    """
    if profile.has_face and profile.status == "paused":
        raise FaceSignInPaused


def _assert_own(face: Face, holdings: Holdings, person: Doer, *, deployment: Deployment) -> None:
    held = [one for one in holdings.templates if one.kind == "anchor"]
    _assert_due(held, now=person.now)  # another device may have enrolled it in between
    decision = compared(face, holdings.templates, key=person.key)
    if decision.accepted:
        return
    reason = "another-face"
    if decision.reason == "template-replayed":
        raise_leak_alarm()
        reason = decision.reason
    _refuse(holdings, reason, person, deployment=deployment)


def _refuse(holdings: Holdings, reason: str, person: Doer, *, deployment: Deployment) -> NoReturn:
    """Write the look into the owner's log, and tell them of it once a day: it may be somebody else's face."""
    happened = event(
        "refused",
        reason,
        device=person.identity.proof.thumbprint,
        place=person.identity.place,
        now=person.now,
    )
    told = person.promise("another-face", grace_s=0)  # the sweeper's: it may have been said today
    try:
        deployment.outcomes.record_refusal(
            holdings.profile,
            append=appending(happened, key=person.key, settings=deployment.settings),
            warning=OncePerDay(scope=f"another-face#{holdings.profile.account}", at=person.now, due=told.due),
        )
    except ConditionFailedError as error:
        raise TokenInvalid from error  # it was deleted meanwhile
    raise CaptureRefused([FieldError(field="capture", reason="not-recognised")])


def _assert_due(held: Sequence[Template], *, now: float) -> None:
    """Check that the account's face, if it has one, is no newcomer.

    Raises:
        TooManyRequests: when it was enrolled less than three days ago.
    """
    due_at = max((one.created_at + APART_S for one in held), default=0)
    if now < due_at:
        raise TooManyRequests(retry_after_s=int(due_at - now) + 1)


def _count_look(person: Doer, *, deployment: Deployment) -> None:
    budget = Budget(scope=f"face {person.profile.account}", limit=LOOKS_A_DAY, window_s=DAY_S)
    deployment.limits.take(budget, now=person.now)
