"""What the OpenAPI document says about the routes of recovery."""

from typing import Final

from service.operation import operation
from service.problems import (
    AuthenticationFailed,
    ChallengeInvalid,
    DeviceTooNew,
    LinkInvalid,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)

MAKE_CODES: Final = operation(
    "makeRecoveryCodes",
    "Make a set of recovery codes",
    tag="Recovery",
    token=True,
    answers="account",
    problems=(ProofInvalid, TokenInvalid, ChallengeInvalid, StepUpRequired, TooManyRequests, DeviceTooNew),
)
USE_CODE: Final = operation(
    "useRecoveryCode",
    "Sign in with a recovery code",
    tag="Recovery",
    answers="mailbox",
    problems=(ProofInvalid, ChallengeInvalid, AuthenticationFailed),
)
FREEZE: Final = operation(
    "freezeAccount",
    "This was not me: freeze the account",
    tag="Recovery",
    answers="mailbox",
    problems=(ProofInvalid, ChallengeInvalid, LinkInvalid),
)
