"""Deletion."""

import time

from functions.delete import ceremony
from functions.delete.models import Deleted
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import ChallengeInvalid, Conflict, ProofInvalid, StepUpRequired, TokenInvalid

app = api()

_PROBLEMS = (ProofInvalid, ChallengeInvalid, TokenInvalid, StepUpRequired, Conflict)


@app.delete(
    "/v1/account",
    **operation(
        "deleteAccount",
        "Delete the account",
        tag="Account",
        token=True,
        answers="account",
        problems=_PROBLEMS,
    ),
)
def delete_account() -> Deleted:
    """Destroy everything that is held about the person, and give a signed receipt."""
    return ceremony.delete(
        "account-deleted", request=request_of(app), deployment=this_deployment(), now=time.time()
    )


@app.post(
    "/v1/account/consent/withdraw",
    **operation(
        "withdrawConsent",
        "Withdraw consent",
        tag="Account",
        token=True,
        answers="account",
        problems=_PROBLEMS,
    ),
)
def withdraw_consent() -> Deleted:
    """Withdraw consent: the same purge as deleting the account, and the same receipt."""
    return ceremony.delete(
        "consent-withdrawn", request=request_of(app), deployment=this_deployment(), now=time.time()
    )


handle = entry(app)
