"""What the OpenAPI document says about the account's routes."""

from typing import Final

from service.operation import Operation, operation
from service.problem import Problem
from service.problems import (
    ChallengeInvalid,
    Conflict,
    ConsentOutdated,
    ConsentRequired,
    LastTemplate,
    NotFound,
    NotOffered,
    ProofInvalid,
    StepUpRequired,
    TokenInvalid,
    TooManyRequests,
)


def _reading(name: str, summary: str) -> Operation:
    return operation(name, summary, tag="Account", token=True, problems=(ProofInvalid, TokenInvalid))


def _changing(name: str, summary: str, *also: type[Problem]) -> Operation:
    problems: tuple[type[Problem], ...] = (
        ProofInvalid,
        TokenInvalid,
        ChallengeInvalid,
        StepUpRequired,
        TooManyRequests,
        *also,
    )
    return operation(name, summary, tag="Account", token=True, answers="account", problems=problems)


GET_ACCOUNT: Final = _reading("getAccount", "Everything that is held")
GET_SIGN_INS: Final = _reading("getSignIns", "The sign-in log")
SET_FACE_SIGN_IN: Final = _changing("setFaceSignIn", "Pause or resume face sign-in")
AGREE_ANEW: Final = _changing("agreeAnew", "Agree to a new text", ConsentRequired, ConsentOutdated)
REMOVE_TEMPLATE: Final = _changing("removeTemplate", "Remove one template", NotFound, LastTemplate)
FORGET_LEARNED: Final = _changing("forgetLearned", "Remove what was learned", Conflict)
SET_LEARNING: Final = _changing("setLearning", "Refuse learning, or allow it", Conflict)
SET_SIGN_IN_LOG: Final = _changing("setSignInLog", "Ask for the least log, or for the full one", NotOffered)
RENAME_DEVICE: Final = _changing("renameDevice", "Give a device another name", NotFound)
REMOVE_DEVICE: Final = _changing(
    "removeDevice", "Remove one device and what was learned from it", NotFound, Conflict
)
