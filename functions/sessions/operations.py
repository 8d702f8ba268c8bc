"""What the OpenAPI document says about the sessions' routes."""

from typing import Final

from service.operation import operation
from service.problems import ChallengeInvalid, NotFound, ProofInvalid, TokenInvalid

_CHANGING = (ProofInvalid, ChallengeInvalid, TokenInvalid)

REFRESH: Final = operation(
    "refreshSession", "Stay signed in", tag="Sessions", answers="account", problems=_CHANGING
)
LIST_SESSIONS: Final = operation(
    "getSessions", "Where one is signed in", tag="Sessions", token=True, problems=(ProofInvalid, TokenInvalid)
)
END_SESSION: Final = operation(
    "endSession",
    "Sign one device out",
    tag="Sessions",
    token=True,
    answers="account",
    problems=(*_CHANGING, NotFound),
)
END_SESSIONS: Final = operation(
    "endSessions", "Sign out everywhere", tag="Sessions", token=True, answers="account", problems=_CHANGING
)
