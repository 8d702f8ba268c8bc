"""Enrolment: of somebody new, and of an account that stands."""

import time

from functions.enroll import ceremony, operations, registration, renewal
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

app = api()


@app.post("/v1/enrolments", status_code=201, **operations.ENROL)
def enrol(body: EnrolmentRequest) -> Enrolled:
    """Make an account from a proved mailbox, explicit consent, a device's key and three to five captures."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return ceremony.enrol(body, request=request, deployment=deployment, now=now)


@app.post("/v1/registrations", status_code=201, **operations.REGISTER)
def register(body: RegistrationRequest) -> Session:
    """Make an account from a proved mailbox and a device's key: codes and passkeys sign in to it."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return registration.register(body, request=request, deployment=deployment, now=now)


@app.post("/v1/account/face", **operations.ENROL_FACE)
def enrol_face(body: FaceRequest) -> FaceEnrolled:
    """Put new templates in place of all that an account has, of the same face, or give it its first ones."""
    request, deployment, now = request_of(app), this_deployment(), time.time()
    return renewal.enrol_anew(body, request=request, deployment=deployment, now=now)


handle = entry(app)
