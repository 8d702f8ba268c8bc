"""What the OpenAPI document says about the routes of a change of address."""

from typing import Final

from service.operation import operation
from service.problems import (
    AddressUnchanged,
    AlreadyEnrolled,
    ChallengeInvalid,
    CodeExhausted,
    CodeInvalid,
    Conflict,
    DeviceTooNew,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)

_REFUSALS: Final = (
    ProofInvalid,
    ChallengeInvalid,
    TokenInvalid,
    StepUpRequired,
    DeviceTooNew,
    AddressUnchanged,
)

SEND_CODES: Final = operation(
    "sendAddressCodes",
    "Send the two codes for a change of address",
    tag="Account",
    token=True,
    answers="account",
    problems=(*_REFUSALS, TooManyRequests),
)
CHANGE_ADDRESS: Final = operation(
    "changeAddress",
    "Change the account's address",
    tag="Account",
    token=True,
    answers="account",
    problems=(*_REFUSALS, CodeInvalid, CodeExhausted, AlreadyEnrolled, Conflict),
)
