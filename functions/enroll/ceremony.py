"""Enrolment: everything is checked and signed before one transaction makes the account, or nothing does."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.enroll.applicant import Applicant
from functions.enroll.face import Face
from functions.enroll.models import Enrolled, EnrolmentRequest
from functions.enroll.settling import assert_is, proved_mailbox, settle
from matching import (
    EnrolmentDecision,
    MalformedEvidenceError,
    Quality,
    assess_enrolment,
    decode_descriptors,
    decode_track,
)
from matching.liveness.answer import judge_answer
from matching.liveness.judge import LivenessReason
from service.consents import agreed
from service.deployment import Deployment
from service.identity import answer_challenge, bounds_of
from service.models import Capture
from service.policy import current_policy
from service.problem import FieldError
from service.problems import CaptureRefused
from service.proofs import verify_proof
from service.repositories.challenges import Challenge
from service.request import Request

# What a person is told; what exactly did not look alive is not said.
_TOLD: Final[Mapping[LivenessReason, str]] = {
    "not-followed": "challenge-not-followed",
    "not-live": "not-live",
    "evidence-malformed": "evidence-malformed",
}


def enrol(body: EnrolmentRequest, *, request: Request, deployment: Deployment, now: float) -> Enrolled:
    """Make an account.

    Args:
        body: the person, the device and the captures.
        request: the request, with the device's proof.
        deployment: where the account is kept.
        now: seconds since the epoch.

    Returns:
        The account, signed in by its mailbox: the face was not yet compared with anything.

    Raises:
        ProofInvalid: when the device's proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        MailboxTokenInvalid: when the address is not the one that this device proved.
        ConsentRequired: when there is none.
        ConsentOutdated: when it was given to another text.
        CaptureRefused: when the captures cannot become templates.
        AlreadyEnrolled: when the address has an account.
    """
    proof = verify_proof(request=request, now=now, answers_challenge=True)
    challenge = answer_challenge(proof, deployment=deployment, purpose="enrolment", now=now)
    bounds = bounds_of(request, proof=proof, deployment=deployment, now=now)
    proved = proved_mailbox(body.mailbox_token, deployment=deployment, bounds=bounds)
    consent = agreed(body.consent, current_policy(deployment.settings), device=proof.thumbprint, now=now)
    decision = assess(body.capture, challenge=challenge, now=now)
    assert_is(proved.mailbox, body.email, deployment=deployment)
    session = settle(
        Applicant(
            email=body.email,
            device_name=body.device_name,
            proof=proof,
            proved=proved,
            face=Face(capture=body.capture, decision=decision, consent=consent),
            now=now,
        ),
        bounds=bounds,
        deployment=deployment,
    )
    return Enrolled(**session.model_dump(), templates=len(decision.templates))


def assess(capture: Capture, *, challenge: Challenge, now: float) -> EnrolmentDecision:
    """Judge the captures.

    Args:
        capture: what one look at the camera gave.
        challenge: that it answers.
        now: seconds since the epoch.

    Returns:
        The decision, accepted.

    Raises:
        CaptureRefused: with every reason; the person is entitled to them.
    """
    try:
        descriptors = decode_descriptors(capture.descriptors)
        verdict = _liveness_of(capture, descriptors, challenge=challenge, now=now)
    except MalformedEvidenceError:
        raise CaptureRefused([_reason("evidence-malformed")]) from None
    decision = assess_enrolment(
        captures=descriptors,
        quality=[Quality(**quality.model_dump()) for quality in capture.quality],
        model=capture.model,
        pipeline=capture.pipeline,
    )
    reasons = [] if verdict == "live" else [_TOLD[verdict]]
    if reasons or not decision.accepted:
        raise CaptureRefused([_reason(reason) for reason in (*reasons, *decision.reasons)])
    return decision


def _liveness_of(
    capture: Capture, descriptors: NDArray[np.float64], *, challenge: Challenge, now: float
) -> LivenessReason:
    turned = [one.descriptor for one in capture.turned]
    return judge_answer(
        asked=challenge.ceremony,
        shown=capture,
        track=decode_track(**capture.series.model_dump()),
        descriptors=descriptors,
        turned=decode_descriptors(turned) if turned else descriptors[:0],
        nonce=challenge.id,
        answered_at=now,
    )


def _reason(reason: str) -> FieldError:
    return FieldError(field="capture", reason=reason)
