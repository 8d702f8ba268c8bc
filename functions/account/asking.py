"""Who asks about an account, or changes it, and how its owner is told."""

from typing import Literal, TypeAlias, TypedDict

from service.deeds import Doer, doer
from service.deployment import Deployment
from service.held import Opened, open_holdings
from service.identity import answer_challenge, identify
from service.request import Request

# What the log and the notice call it alike.
Told: TypeAlias = Literal[
    "consent-given",
    "learning-refused",
    "learning-allowed",
    "log-shortened",
    "log-lengthened",
    "face-sign-in-paused",
    "face-sign-in-resumed",
    "template-removed",
    "learned-forgotten",
    "device-removed",
]


class Asked(TypedDict):
    """What every request comes with."""

    request: Request
    deployment: Deployment
    now: float


def opened(request: Request, *, deployment: Deployment, now: float) -> Opened:
    """Open everything that is held about the person who asks.

    Raises:
        ProofInvalid: when the proof does not hold.
        TokenInvalid: when the token does not, or its session has ended, or its account is gone.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=False)
    return open_holdings(identity, deployment=deployment, now=now)


def answering(request: Request, *, takes_away: bool = False, deployment: Deployment, now: float) -> Doer:
    """Find who changes their account, and use up the challenge that they answer.

    Raises:
        ProofInvalid: when the proof does not hold.
        ChallengeInvalid: when the challenge it answers does not.
        TokenInvalid: when the token does not, or its account is gone.
        StepUpRequired: when the sign-in is more than five minutes old.
        TooManyRequests: when this device has changed enough today.
    """
    identity = identify(request, deployment=deployment, now=now, answers_challenge=True, fresh=True)
    answer_challenge(identity.proof, deployment=deployment, purpose="account", now=now)
    return doer(identity, takes_away=takes_away, deployment=deployment, now=now)
