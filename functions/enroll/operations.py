"""What the OpenAPI document says about enrolment's routes."""

from typing import Final

from service.operation import operation
from service.problem import Problem
from service.problems import (
    AlreadyEnrolled,
    CaptureRefused,
    ChallengeInvalid,
    Conflict,
    ConsentOutdated,
    ConsentRequired,
    DeviceTooNew,
    FaceSignInPaused,
    MailboxTokenInvalid,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)

_OF_A_FACE: Final[tuple[type[Problem], ...]] = (ConsentRequired, ConsentOutdated, CaptureRefused)
_OF_SOMEBODY_NEW: Final[tuple[type[Problem], ...]] = (ProofInvalid, ChallengeInvalid, MailboxTokenInvalid)

ENROL: Final = operation(
    "enrol",
    "Enrol a face",
    tag="Ceremonies",
    answers="enrolment",
    problems=(*_OF_SOMEBODY_NEW, *_OF_A_FACE, AlreadyEnrolled),
)
REGISTER: Final = operation(
    "register",
    "Make an account without a face",
    tag="Ceremonies",
    answers="mailbox",
    problems=(*_OF_SOMEBODY_NEW, AlreadyEnrolled),
)
ENROL_FACE: Final = operation(
    "enrolFace",
    "Enrol a face anew, or later",
    tag="Account",
    token=True,
    answers="enrolment",
    problems=(
        ProofInvalid,
        TokenInvalid,
        ChallengeInvalid,
        StepUpRequired,
        TooManyRequests,
        DeviceTooNew,
        FaceSignInPaused,
        *_OF_A_FACE,
        Conflict,
    ),
)
