"""Export."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.export import copy
from functions.export.models import Export
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import ChallengeInvalid, ProofInvalid, StepUpRequired, TokenInvalid

app = api()


@app.get(
    "/v1/account/export",
    **operation(
        "exportAccount",
        "Everything that is held, to take away",
        tag="Account",
        token=True,
        answers="account",
        problems=(ProofInvalid, ChallengeInvalid, TokenInvalid, StepUpRequired),
    ),
)
def export_account() -> Response[Export]:
    """Give everything that is held to a person who signed in just now; descriptors only if it was by face."""
    export = copy.make(request_of(app), deployment=this_deployment(), now=time.time())
    return Response(
        status_code=200,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="facesmash-export.json"'},
        body=export,
    )


handle = entry(app)
