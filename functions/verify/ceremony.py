"""Verification: device, challenge, liveness, account, face, in that order; five AWS calls when warm.

DeleteItem (challenge), BatchGetItem (account and key), kms:Decrypt, kms:Sign, TransactWriteItems (outcome).
Liveness needs no call, and is judged before anybody is looked up: a decoy costs what an account costs.
The token is signed before the outcome is written: a device never becomes known by a sign-in that then fails.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from functions.verify.judgement import DAY_S, Evidence, Judgement, judge, liveness_of, read
from functions.verify.learning import Lesson, learn
from functions.verify.models import SignedIn, VerificationRequest
from matching import History
from matching.liveness.judge import LivenessReason
from matching.liveness.profiles import PROFILES
from service.deployment import Deployment
from service.identity import answer_challenge, bounds_of
from service.ids import new_ulid
from service.metrics import count
from service.models import Capture
from service.patience import FREE_TRIES
from service.problems import AuthenticationFailed
from service.proofs import Proof, verify_proof
from service.repositories.challenges import Attempt, Challenge
from service.repositories.items import is_in_doubt
from service.repositories.outcomes import Acceptance, Try
from service.repositories.rows import Device, Dossier, Profile, SignIn, Template
from service.repositories.tries import mark_of, tries_of
from service.request import Request
from service.sealing import LogEntry, Outcome, open_address, seal_device_name, seal_entry
from service.settings import Settings
from service.tokens import ACCESS_TOKEN_LIFE_S, Bounds, issue_access_token
from service.vault import DataKey

MAX_DEVICES: Final = 20  # all of an account's rows but its log must fit into one transaction
UNNAMED_DEVICE: Final = "New device"

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A sign-in that succeeded.

    Attributes:
        answer: for the device.
        notice_to: the address to tell, when a device was added.
    """

    answer: SignedIn
    notice_to: str | None = field(repr=False)


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
    means: Literal["face", "otp"]
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
    claim = _claim(challenge, proof=proof, deployment=deployment, now=now)
    if evidence is None or liveness != "live":
        _refuse(claim, reason=liveness, deployment=deployment)
    judgement = judge(
        body.capture, evidence, templates=claim.templates, key=claim.key, history=_history(claim), now=now
    )
    if judgement.decision.reason == "template-replayed":
        _raise_leak_alarm()
    if not judgement.decision.accepted:
        _refuse(claim, reason=judgement.decision.reason, deployment=deployment)
    if claim.device is None and len(claim.profile.devices) >= MAX_DEVICES:
        _refuse(claim, reason="too-many-devices", deployment=deployment)

    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    accepted = _accepted(claim, bounds=bounds, deployment=deployment)
    try:
        deployment.outcomes.record_acceptance(_acceptance(claim, judgement, body.device_name))
    except (BotoCoreError, ClientError) as error:
        if is_in_doubt(error):
            notify(accepted, deployment=deployment)  # rather a mail too many than a device nobody was told of
        raise
    return accepted


def notify(accepted: Accepted, *, deployment: Deployment) -> None:
    """Tell the mailbox of a new device. The sign-in stands whether or not the mail goes out."""
    if accepted.notice_to is None:
        return
    _tell(deployment.mail.send_device_added, accepted.notice_to)


def _tell(send: Callable[[str], None], address: str) -> None:
    try:
        send(address)
    except Exception as error:  # noqa: BLE001 -- whatever keeps a mail back must not change what came of a sign-in
        logger.warning("notice_not_sent", exception=type(error).__name__)


def _liveness_of(capture: Capture, evidence: Evidence, *, challenge: Challenge, now: float) -> LivenessReason:
    if challenge.ceremony is None:
        return "not-followed"
    return liveness_of(capture, evidence, nonce=challenge.id, ceremony=challenge.ceremony, answered_at=now)


def _claim(challenge: Challenge, *, proof: Proof, deployment: Deployment, now: float) -> _Claim:
    attempt = challenge.attempt
    if attempt is None:
        raise AuthenticationFailed  # a decoy
    dossier: Dossier = deployment.accounts.dossier(
        attempt.account, thumbprint=proof.thumbprint, templates=attempt.templates, now=now
    )
    if dossier.profile is None or dossier.profile.status != "active" or dossier.wrapped_key is None:
        raise AuthenticationFailed
    if dossier.device is None and not attempt.adds_device:
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
        means=_means(challenge),
        now=now,
    )


def _means(challenge: Challenge) -> Literal["face", "otp"]:
    """What a success proves: the mailbox, where a profile's liveness alone is too weak."""
    ceremony = challenge.ceremony
    return "otp" if ceremony is None or PROFILES[ceremony.script["profile"]].needs_mailbox else "face"


def _history(claim: _Claim) -> History:
    return History(recent_failures=claim.attempt.recent_failures, device_is_new=claim.device is None)


def _raise_leak_alarm() -> None:
    """Somebody sends what only the store holds. It says that it happened, and neither to whom nor by whom."""
    logger.error("template_replayed")
    count("TemplateReplayed")


def _refuse(claim: _Claim, *, reason: str, deployment: Deployment) -> NoReturn:
    entry = _log_entry(claim, outcome="refused", reason=reason)
    waits = claim.device is not None and claim.attempt.recent_failures + 1 >= FREE_TRIES
    warn_at = claim.now if waits else None
    if deployment.outcomes.record_refusal(claim.profile.account, entry=entry, warn_at=warn_at):
        _tell(deployment.mail.send_refused_often, open_address(claim.key, claim.profile))
    raise AuthenticationFailed  # no sooner than the floor, which is above what a mail usually takes


def _accepted(claim: _Claim, *, bounds: Bounds, deployment: Deployment) -> Accepted:
    account, is_known = claim.profile.account, claim.device is not None
    return Accepted(
        answer=SignedIn(
            account=account,
            access_token=issue_access_token(
                deployment.signer, account=account, means=claim.means, known_device=True, bounds=bounds
            ),
            expires_in=ACCESS_TOKEN_LIFE_S,
            device="known" if is_known else "added",
        ),
        notice_to=None if is_known else open_address(claim.key, claim.profile),
    )


def _acceptance(claim: _Claim, judgement: Judgement, device_name: str | None) -> Acceptance:
    now, thumbprint = int(claim.now), claim.proof.thumbprint
    entry = _log_entry(claim, outcome="accepted", reason=judgement.decision.reason)
    lesson = Lesson(
        profile=claim.profile,
        templates=claim.templates,
        asked_for=claim.attempt.templates,
        device=thumbprint,
        device_was_known=claim.device is not None and claim.means == "face",
        sign_in=entry.id,
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
    own_tries = tries_of(claim.profile.account, known_device=thumbprint)
    return Acceptance(
        account=claim.profile.account,
        thumbprint=thumbprint,
        new_device=new_device,
        entry=entry,
        attempt=Try(row=claim.attempt.tries, mark=mark_of(claim.challenge)),
        proved_anew=None if claim.attempt.tries == own_tries else own_tries,
        templates=learn(judgement, lesson=lesson, key=claim.key),
        now=now,
    )


def _log_entry(claim: _Claim, *, outcome: Outcome, reason: str) -> SignIn:
    now = int(claim.now)
    return seal_entry(
        claim.key,
        LogEntry(at=now, outcome=outcome, reason=reason, device=claim.proof.thumbprint),
        entry_id=new_ulid(claim.now),
        expires_at=now + claim.settings.sign_in_log_days * DAY_S,
    )
