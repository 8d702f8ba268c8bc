"""What the OpenAPI document says about the page's routes; the protocol's own are its standards' to say."""

from typing import Final, TypedDict

from service.operation import operation
from service.problems import (
    AuthorizationRequestInvalid,
    ChallengeInvalid,
    NotFound,
    ProofInvalid,
    TokenInvalid,
    TooManyRequests,
)


class Protocol(TypedDict):
    """Keyword arguments of a route that our document does not describe."""

    include_in_schema: bool
    enable_validation: bool


_CHANGING = (ProofInvalid, ChallengeInvalid, TokenInvalid)

PROTOCOL: Final = Protocol(include_in_schema=False, enable_validation=False)

JUDGE: Final = operation(
    "judgeAuthorization",
    "What an application asks for",
    tag="OpenID",
    proof=False,
    problems=(AuthorizationRequestInvalid,),
)
JUDGE_SIGN_OUT: Final = operation("judgeSignOut", "Who asks to sign somebody out", tag="OpenID", proof=False)
ANSWER: Final = operation(
    "answerAuthorization",
    "Answer an application",
    tag="OpenID",
    token=True,
    answers="account",
    problems=(*_CHANGING, TooManyRequests, AuthorizationRequestInvalid),
)
WITHDRAW: Final = operation(
    "withdrawGrant",
    "Withdraw what an application may learn",
    tag="OpenID",
    token=True,
    answers="account",
    problems=(*_CHANGING, TooManyRequests, NotFound),
)
