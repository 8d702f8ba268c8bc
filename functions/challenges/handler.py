"""Challenges."""

import time

from functions.challenges import ceremony
from functions.challenges.models import ChallengeRequest, IssuedChallenge
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import MailboxTokenInvalid, ProofInvalid

app = api()


@app.post(
    "/v1/challenges",
    status_code=201,
    **operation(
        "issueChallenge",
        "Get a challenge to answer",
        tag="Ceremonies",
        problems=(ProofInvalid, MailboxTokenInvalid),
    ),
)
def issue_challenge(body: ChallengeRequest) -> IssuedChallenge:
    """Issue a single-use challenge, bound to its purpose and to the device that asks.

    A challenge for a verification looks the same whether or not there is such an account, and whether or
    not it knows the device.
    """
    return ceremony.issue(body, request=request_of(app), deployment=this_deployment(), now=time.time())


handle = entry(app)
