"""What the OpenAPI document says about the passkeys' routes."""

from typing import Final

from service.operation import operation
from service.problems import (
    AuthenticationFailed,
    ChallengeInvalid,
    Conflict,
    NotFound,
    PasskeyRefused,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)

_CHANGING = (ProofInvalid, ChallengeInvalid, TokenInvalid)

ADD_PASSKEY: Final = operation(
    "addPasskey",
    "Add a passkey",
    tag="Passkeys",
    token=True,
    answers="account",
    problems=(*_CHANGING, StepUpRequired, TooManyRequests, PasskeyRefused, Conflict),
)
REMOVE_PASSKEY: Final = operation(
    "removePasskey",
    "Remove one passkey",
    tag="Passkeys",
    token=True,
    answers="account",
    problems=(*_CHANGING, StepUpRequired, TooManyRequests, NotFound, Conflict),
)
SIGN_IN: Final = operation(
    "signInWithPasskey",
    "Sign in with a passkey",
    tag="Passkeys",
    answers="passkey",
    problems=(AuthenticationFailed,),
)
