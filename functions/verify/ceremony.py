"""Verification: device, challenge, liveness, account, face, in that order; five AWS calls when warm.

DeleteItem (challenge), BatchGetItem (account and key), kms:Decrypt, kms:Sign, TransactWriteItems (outcome).
Liveness needs no call, and is judged before anybody is looked up: a decoy costs what an account costs.
The token is signed before the outcome is written: a device never becomes known by a sign-in that then fails.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Final, NoReturn

from aws_lambda_powertools import Logger

from functions.verify.judgement import Evidence, Judgement, judge, read
from functions.verify.learning import Lesson, learn
from functions.verify.models import SignedIn, VerificationRequest
from matching import History
from matching.liveness.answer import judge_answer
from matching.liveness.judge import LivenessReason
from matching.liveness.profiles import needs_mailbox
from service.consents import consent_due, face_may_sign_in, is_due
from service.deployment import Deployment
from service.identity import answer_challenge, bounds_of, is_known_long
from service.journal import appending, event
from service.leaks import raise_leak_alarm
from service.lifting import is_face_known_long, lifting
from service.log_chain import Outcome, SignInEvent
from service.metrics import count
from service.models import Capture
from service.notices import NoticeName, Recipient, recipient, recipient_if_it_opens
from service.patience import FREE_TRIES
from service.problems import AuthenticationFailed
from service.promises import Promise, keep, promise
from service.proofs import Proof, verify_proof
from service.repositories.challenges import Attempt, Challenge
from service.repositories.lifts import Lift
from service.repositories.outcomes import Acceptance, Append, OncePerDay, TooManyDevicesError, Try
from service.repositories.rows import Device, Dossier, Profile, Template
from service.repositories.session_rows import KeptSession, Means
from service.repositories.tries import lifts_of, mark_of, tries_of
from service.request import Request
from service.sealing import seal_device_name
from service.sessions import Begun, begin, issue
from service.settings import Settings
from service.tokens import Bounds
from service.vault import DataKey

UNNAMED_DEVICE: Final = "New device"

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A sign-in that succeeded.

    Attributes:
        answer: for the device.
        told: what the mailbox was promised with it, if anything.
    """

    answer: SignedIn
    told: Promise | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claim:
    """An attempt on an account that exists, by a device that may try, with the key to judge it."""

    profile: Profile
    device: Device | None
    templates: tuple[Template, ...]
    key: DataKey
    proof: Proof
    challenge: str = field(repr=False)
    attempt: Attempt
    settings: Settings
    means: Means
    place: str | None
    lift: Lift | None
    now: float


def verify(body: VerificationRequest, *, request: Request, deployment: Deployment, now: float) -> Accepted:
    """Verify that the person before the camera is the one whom the challenge was issued for.

    Args:
        body: the captures.
        request: the request, with the device's proof.
        deployment: where accounts are kept.
        now: seconds since the epoch.

    Returns:
        The session.

    Raises:
        Problem: in many ways, which ``uniformly_refused`` makes one.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    challenge = answer_challenge(proof, deployment=deployment, purpose="verification", now=now)
    evidence = read(body.capture)
    liveness = (
        "evidence-malformed"
        if evidence is None
        else _liveness_of(body.capture, evidence, challenge=challenge, now=now)
    )
    claim = _claim(challenge, proof=proof, place=request.place, deployment=deployment, now=now)
    if evidence is None or liveness != "live":
        count("SignInNotLive")
        _refuse(claim, reason=liveness, deployment=deployment)
    judgement = judge(
        body.capture, evidence, templates=claim.templates, key=claim.key, history=_history(claim), now=now
    )
    if judgement.decision.reason == "template-replayed":
        raise_leak_alarm()
    if not judgement.decision.accepted:
        count("SignInNotMatched")
        _refuse(claim, reason=judgement.decision.reason, deployment=deployment)

    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    session = _begin(claim)
    acceptance = _acceptance(claim, judgement, session=session.kept, device_name=body.device_name)
    answer = _answer(claim, session=session, bounds=bounds, deployment=deployment)
    told = _promised(claim, acceptance)
    try:
        written = deployment.outcomes.record_acceptance(_with_notice(acceptance, told))
    except TooManyDevicesError:
        _refuse(claim, reason="too-many-devices", deployment=deployment)
    if told is not None and not set(told.due) <= set(written):
        told = None  # what it tells of was not written after all
    return Accepted(answer=answer, told=told)


def notify(accepted: Accepted, *, deployment: Deployment) -> None:
    """Tell the mailbox of a new device or template. The sign-in stands whether or not the mail goes out."""
    if accepted.told is not None:
        keep(accepted.told, deployment=deployment)


def _liveness_of(capture: Capture, evidence: Evidence, *, challenge: Challenge, now: float) -> LivenessReason:
    return judge_answer(
        asked=challenge.ceremony,
        shown=capture,
        track=evidence.track,
        descriptors=evidence.descriptors,
        turned=evidence.turned,
        nonce=challenge.id,
        answered_at=now,
    )


def _claim(
    challenge: Challenge, *, proof: Proof, place: str | None, deployment: Deployment, now: float
) -> _Claim:
    attempt = challenge.attempt
    if attempt is None:
        raise AuthenticationFailed  # a decoy
    dossier: Dossier = deployment.accounts.dossier(
        attempt.account, thumbprint=proof.thumbprint, templates=attempt.templates, now=now
    )
    if dossier.profile is None or dossier.wrapped_key is None:
        raise AuthenticationFailed
    if not face_may_sign_in(dossier.profile, settings=deployment.settings, now=now):
        raise AuthenticationFailed
    if dossier.device is None and not attempt.adds_device:
        raise AuthenticationFailed
    if attempt.mailbox is not None and attempt.mailbox != dossier.profile.mailbox:
        raise AuthenticationFailed  # the account has another one since the challenge was issued
    if attempt.passkey is not None and attempt.passkey not in dossier.profile.passkeys:
        raise AuthenticationFailed  # its owner has removed it since
    if attempt.stage != dossier.profile.stage:
        raise AuthenticationFailed  # frozen, or lifted, since: this was proved for something else
    means = _means(challenge)
    if dossier.profile.is_frozen and not _may_lift(challenge, dossier, means=means):
        raise AuthenticationFailed
    return _Claim(
        profile=dossier.profile,
        device=dossier.device,
        templates=dossier.templates,
        key=deployment.keyring.unwrap(attempt.account, dossier.wrapped_key),
        proof=proof,
        challenge=challenge.id,
        attempt=attempt,
        settings=deployment.settings,
        means=means,
        place=place,
        lift=(
            lifting(dossier.profile, deployment.accounts.additions(dossier.profile))
            if dossier.profile.is_frozen
            else None
        ),
        now=now,
    )


def _may_lift(challenge: Challenge, dossier: Dossier, *, means: Means) -> bool:
    """Tell whether a sign-in proves enough to end a freeze: the mailbox, and a face on a device known before.

    Tries that lift are counted by themselves (``functions.challenges``), and a frozen account gives such a
    challenge for a code alone.
    """
    attempt, device, ceremony = challenge.attempt, dossier.device, challenge.ceremony
    if dossier.profile is None or attempt is None or device is None or ceremony is None or means != "face":
        return False
    frozen_at = dossier.profile.frozen_at
    if frozen_at is None:
        return False
    if not is_known_long(device, dossier.profile, now=frozen_at):
        return False  # perhaps it is the one that the owner froze the account for
    if not is_face_known_long(dossier.templates, dossier.profile, now=frozen_at):
        return False  # perhaps it was put there by whom the owner froze the account for
    return attempt.tries == lifts_of(attempt.account)


def _means(challenge: Challenge) -> Means:
    """What a success proves: the mailbox, where a profile's liveness alone is too weak."""
    return "otp" if needs_mailbox(challenge.script) else "face"


def _history(claim: _Claim) -> History:
    return History(recent_failures=claim.attempt.recent_failures, device_is_new=claim.device is None)


def _refuse(claim: _Claim, *, reason: str, deployment: Deployment) -> NoReturn:
    refused = _event(claim, outcome="refused", reason=reason)
    append, warning = _appending(claim, refused), None
    if claim.attempt.recent_failures + 1 >= FREE_TRIES:
        notice: NoticeName = "refused-often" if claim.device is not None else "refused-on-new-devices"
        owner = recipient_if_it_opens(notice, lambda: _owner_of(claim))
        told = promise(notice, owner, key=claim.key, now=claim.now, grace_s=0)
        warning = OncePerDay(scope=f"{notice}#{claim.profile.account}", at=claim.now, due=told.due)
    # The sweeper sends it: whoever is refused shall not see by the clock that somebody was told.
    deployment.outcomes.record_refusal(claim.profile, append=append, warning=warning)
    raise AuthenticationFailed


def _begin(claim: _Claim) -> Begun:
    return begin(
        claim.profile.account,
        device=claim.proof.thumbprint,
        means=claim.means,
        settings=claim.settings,
        now=claim.now,
    )


def _answer(claim: _Claim, *, session: Begun, bounds: Bounds, deployment: Deployment) -> SignedIn:
    account, is_known = claim.profile.account, claim.device is not None
    issued = issue(account, session.kept, signer=deployment.signer, settings=claim.settings, bounds=bounds)
    return SignedIn(
        account=account,
        **asdict(issued),
        refresh_token=session.refresh_token,
        device="known" if is_known else "added",
        consent_due=consent_due(claim.profile, settings=claim.settings, now=claim.now),
    )


def _notice(acceptance: Acceptance) -> NoticeName | None:
    if acceptance.profile.is_frozen:
        return "account-lifted"
    if acceptance.new_device is not None:
        return "device-added"
    if acceptance.templates is not None and acceptance.templates.new is not None:
        return "template-learned"
    return "consent-due" if acceptance.asks_consent else None


def _promised(claim: _Claim, acceptance: Acceptance) -> Promise | None:
    notice = _notice(acceptance)
    if notice is None:
        return None
    if notice == "template-learned":  # nobody is kept out by what their account would have learned
        owner = recipient_if_it_opens(notice, lambda: _owner_of(claim))
    else:
        owner = _owner_of(claim)
    return promise(notice, owner, key=claim.key, now=claim.now)


def _with_notice(acceptance: Acceptance, told: Promise | None) -> Acceptance:
    if told is None:
        return acceptance
    if told.notice == "template-learned":
        return replace(acceptance, due_if_learned=told.due)
    if told.notice == "consent-due":
        return replace(acceptance, due_if_asked=told.due)
    return replace(acceptance, due=told.due)


def _owner_of(claim: _Claim) -> Recipient | None:
    # A link that was sent before a lift is dead after it: this one is of the account as it will be.
    profile = claim.profile
    lifted = replace(profile, freezes=profile.freezes + 1) if profile.is_frozen else profile
    return recipient(claim.key, lifted, now=claim.now)


def _acceptance(
    claim: _Claim, judgement: Judgement, *, session: KeptSession, device_name: str | None
) -> Acceptance:
    now, thumbprint = int(claim.now), claim.proof.thumbprint
    accepted = _event(claim, outcome="accepted", reason=judgement.decision.reason)
    lesson = Lesson(
        profile=claim.profile,
        templates=claim.templates,
        asked_for=claim.attempt.templates,
        device=thumbprint,
        device_was_known=claim.device is not None and claim.means == "face",
        sign_in=accepted.id,
        life_days=claim.settings.learned_template_days,
        now=claim.now,
    )
    new_device = None
    if claim.device is None:
        new_device = Device(
            thumbprint=thumbprint,
            public_key=json.dumps(claim.proof.public_key, separators=(",", ":")),
            sealed_name=seal_device_name(claim.key, device_name or UNNAMED_DEVICE, thumbprint=thumbprint),
            created_at=now,
            last_used_at=now,
        )
    due = is_due(claim.profile, settings=claim.settings)
    own_tries = tries_of(claim.profile.account, known_device=thumbprint)
    return Acceptance(
        profile=claim.profile,
        # A text that nobody has agreed to yet allows nothing new to be kept of a face.
        also=claim.lift or (None if due else learn(judgement, lesson=lesson, key=claim.key)),
        mailbox=claim.attempt.mailbox,
        passkey=claim.attempt.passkey,
        thumbprint=thumbprint,
        new_device=new_device,
        asks_consent=due and claim.profile.consent_asked_at is None,
        append=_appending(claim, accepted),
        session=session,
        attempt=Try(row=claim.attempt.tries, mark=mark_of(claim.challenge)),
        proved_anew=None if claim.attempt.tries == own_tries else own_tries,
        now=now,
    )


def _event(claim: _Claim, *, outcome: Outcome, reason: str) -> SignInEvent:
    return event(outcome, reason, device=claim.proof.thumbprint, place=claim.place, now=claim.now)


def _appending(claim: _Claim, happened: SignInEvent) -> Append:
    return appending(happened, key=claim.key, settings=claim.settings)
