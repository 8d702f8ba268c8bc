"""Enrolment: of somebody new, and of an account that stands."""

import time

from functions.enroll import ceremony, registration, renewal
from functions.enroll.models import (
    Enrolled,
    EnrolmentRequest,
    FaceEnrolled,
    FaceRequest,
    RegistrationRequest,
)
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.models import Session
from service.operation import operation
from service.problems import (
    AlreadyEnrolled,
    CaptureRefused,
    ChallengeInvalid,
    Conflict,
    ConsentOutdated,
    ConsentRequired,
    DeviceTooNew,
    MailboxTokenInvalid,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)

app = api()


@app.post(
    "/v1/enrolments",
    status_code=201,
    **operation(
        "enrol",
        "Enrol a face",
        tag="Ceremonies",
        answers="enrolment",
        problems=(
            ProofInvalid,
            ChallengeInvalid,
            MailboxTokenInvalid,
            ConsentRequired,
            ConsentOutdated,
            CaptureRefused,
            AlreadyEnrolled,
        ),
    ),
)
def enrol(body: EnrolmentRequest) -> Enrolled:
    """Make an account from a proved mailbox, explicit consent, a device's key and three to five captures."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return ceremony.enrol(body, request=request, deployment=deployment, now=now)


@app.post(
    "/v1/registrations",
    status_code=201,
    **operation(
        "register",
        "Make an account without a face",
        tag="Ceremonies",
        answers="mailbox",
        problems=(ProofInvalid, ChallengeInvalid, MailboxTokenInvalid, AlreadyEnrolled),
    ),
)
def register(body: RegistrationRequest) -> Session:
    """Make an account from a proved mailbox and a device's key: codes and passkeys sign in to it."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return registration.register(body, request=request, deployment=deployment, now=now)


@app.post(
    "/v1/account/face",
    **operation(
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
            ConsentRequired,
            ConsentOutdated,
            CaptureRefused,
            Conflict,
        ),
    ),
)
def enrol_face(body: FaceRequest) -> FaceEnrolled:
    """Put new templates in place of all that an account has, of the same face, or give it its first ones."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return renewal.enrol_anew(body, request=request, deployment=deployment, now=now)


handle = entry(app)
