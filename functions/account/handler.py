"""The account, as its owner sees and changes it."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.account import rights
from functions.account.models import (
    Account,
    DeviceId,
    FaceSignIn,
    FaceSignInState,
    SignIns,
    TemplateId,
)
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.operation import operation
from service.problems import ChallengeInvalid, LastTemplate, NotFound, ProofInvalid, TokenInvalid
from service.responses import no_content

app = api()

_READING = (ProofInvalid, TokenInvalid)
_CHANGING = (*_READING, ChallengeInvalid)


@app.get(
    "/v1/account",
    **operation("getAccount", "Everything that is held", tag="Account", token=True, problems=_READING),
)
def get_account() -> Account:
    """Give everything that is held about the person, templates described."""
    return rights.describe(request_of(app), deployment=this_deployment(), now=time.time())


@app.get(
    "/v1/account/sign-ins",
    **operation("getSignIns", "The sign-in log", tag="Account", token=True, problems=_READING),
)
def get_sign_ins() -> SignIns:
    """Give the sign-in log, newest first."""
    return rights.sign_ins(request_of(app), deployment=this_deployment(), now=time.time())


@app.patch(
    "/v1/account",
    **operation(
        "setFaceSignIn",
        "Pause or resume face sign-in",
        tag="Account",
        token=True,
        answers="account",
        problems=_CHANGING,
    ),
)
def set_face_sign_in(body: FaceSignIn) -> FaceSignInState:
    """Pause face sign-in, or resume it. The other ways in stay open."""
    return rights.set_face_sign_in(
        body, request=request_of(app), deployment=this_deployment(), now=time.time()
    )


@app.delete(
    "/v1/account/templates/<template_id>",
    status_code=204,
    **operation(
        "removeTemplate",
        "Remove one template",
        tag="Account",
        token=True,
        answers="account",
        problems=(*_CHANGING, NotFound, LastTemplate),
    ),
)
def remove_template(template_id: TemplateId) -> Response[None]:
    """Remove one template, never the last."""
    rights.remove_template(
        template_id, request=request_of(app), deployment=this_deployment(), now=time.time()
    )
    return no_content()


@app.delete(
    "/v1/account/devices/<device_id>",
    status_code=204,
    **operation(
        "removeDevice",
        "Remove one device",
        tag="Account",
        token=True,
        answers="account",
        problems=(*_CHANGING, NotFound),
    ),
)
def remove_device(device_id: DeviceId) -> Response[None]:
    """Remove one device. Sessions that a face began on it end with it."""
    rights.remove_device(device_id, request=request_of(app), deployment=this_deployment(), now=time.time())
    return no_content()


handle = entry(app)
