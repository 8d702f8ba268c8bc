"""What the OpenAPI document says about the challenges' routes."""

from typing import Final

from service.operation import operation
from service.problems import (
    ChallengeInvalid,
    ConsentOutdated,
    ConsentRequired,
    MailboxTokenInvalid,
    ProofInvalid,
)

ISSUE: Final = operation(
    "issueChallenge",
    "Get a challenge to answer",
    tag="Ceremonies",
    problems=(ProofInvalid, MailboxTokenInvalid, ConsentRequired, ConsentOutdated),
)
REVEAL: Final = operation(
    "revealSteps",
    "Get the second act of a challenge",
    tag="Ceremonies",
    answers="verification",
    problems=(ProofInvalid, ChallengeInvalid),
)
