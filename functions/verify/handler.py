"""Verification."""

import time

from functions.verify import ceremony
from functions.verify.models import SignedIn, VerificationRequest
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import AuthenticationFailed
from service.refusals import uniformly_refused

app = api()


@app.post(
    "/v1/verifications",
    **operation(
        "verify",
        "Sign in with a face",
        tag="Ceremonies",
        answers="verification",
        problems=(AuthenticationFailed,),
    ),
)
def verify(body: VerificationRequest) -> SignedIn:
    """Sign in. Every refusal is the same: it says nothing about who exists, how close a face was, or why."""
    arrived = time.time()
    deployment = this_deployment()
    with uniformly_refused(started=time.monotonic(), floor_s=deployment.settings.refusal_floor_s):
        accepted = ceremony.verify(body, request=request_of(app), deployment=deployment, now=arrived)
    ceremony.notify(accepted, deployment=deployment)
    return accepted.answer


handle = entry(app)
