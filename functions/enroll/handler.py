"""Enrolment."""

import time

from functions.enroll import ceremony, registration
from functions.enroll.models import Enrolled, EnrolmentRequest, RegistrationRequest
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.models import Session
from service.operation import operation
from service.problems import (
    AlreadyEnrolled,
    CaptureRefused,
    ChallengeInvalid,
    ConsentOutdated,
    ConsentRequired,
    MailboxTokenInvalid,
    ProofInvalid,
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


handle = entry(app)
