"""Challenges."""

import secrets
import time
from typing import Final

from functions.challenges import ceremony, operations
from functions.challenges.models import ChallengeRequest, IssuedChallenge, SecondAct, StepsRequest
from service.deployment import this_deployment
from service.floor import no_sooner_than
from service.http import api, entry, request_of

app = api()

_RNG: Final = secrets.SystemRandom()


@app.post("/v1/challenges", status_code=201, **operations.ISSUE)
def issue_challenge(body: ChallengeRequest) -> IssuedChallenge:
    """Issue a single-use challenge, bound to its purpose and to the device that asks.

    A challenge for a verification looks the same whether or not there is such an account, and whether or
    not it knows the device. For an enrolment or a verification it says what to do first before the camera.
    One for an enrolment is given to nobody who has not agreed to the text in force.
    """
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    floor_s = deployment.settings.challenge_floor_s if body.purpose == "verification" else 0.0
    with no_sooner_than(started=started, floor_s=floor_s):
        return ceremony.issue(body, request=request_of(app), deployment=deployment, rng=_RNG, now=now)


@app.post("/v1/challenges/steps", **operations.REVEAL)
def reveal_steps(body: StepsRequest) -> SecondAct:
    """Tell the rest of what to do, once, to the device that has done the first act; a decoy's no sooner."""
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.challenge_floor_s):
        return ceremony.reveal(body, request=request_of(app), deployment=deployment, now=now)


handle = entry(app)
