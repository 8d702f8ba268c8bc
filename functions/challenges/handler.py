"""Challenges."""

import secrets
import time
from typing import Final

from functions.challenges import ceremony
from functions.challenges.models import ChallengeRequest, IssuedChallenge, SecondAct, StepsRequest
from service.deployment import this_deployment
from service.floor import no_sooner_than
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import ChallengeInvalid, MailboxTokenInvalid, ProofInvalid

app = api()

_RNG: Final = secrets.SystemRandom()


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
    not it knows the device. For an enrolment or a verification it says what to do first before the camera.
    """
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    floor_s = deployment.settings.challenge_floor_s if body.purpose == "verification" else 0.0
    with no_sooner_than(started=started, floor_s=floor_s):
        return ceremony.issue(body, request=request_of(app), deployment=deployment, rng=_RNG, now=now)


@app.post(
    "/v1/challenges/steps",
    **operation(
        "revealSteps",
        "Get the second act of a challenge",
        tag="Ceremonies",
        answers="verification",
        problems=(ProofInvalid, ChallengeInvalid),
    ),
)
def reveal_steps(body: StepsRequest) -> SecondAct:
    """Tell the rest of what to do, once, to the device that has done the first act; a decoy's no sooner."""
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.challenge_floor_s):
        return ceremony.reveal(body, request=request_of(app), deployment=deployment, now=now)


handle = entry(app)
