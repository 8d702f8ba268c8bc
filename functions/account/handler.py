"""The account, as its owner sees and changes it."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.account import operations, rights
from functions.account.models import Account, DeviceId, FaceSignIn, FaceSignInState, SignIns, TemplateId
from service.deployment import this_deployment
from service.held_log import Before
from service.http import api, entry, request_of
from service.responses import no_content

app = api()


@app.get("/v1/account", **operations.GET_ACCOUNT)
def get_account() -> Account:
    """Give everything that is held about the person, templates described."""
    return rights.describe(request_of(app), deployment=this_deployment(), now=time.time())


@app.get("/v1/account/sign-ins", **operations.GET_SIGN_INS)
def get_sign_ins(before: Before = None) -> SignIns:
    """Give the sign-in log, newest first, 200 entries at a time."""
    return rights.sign_ins(request_of(app), before=before, deployment=this_deployment(), now=time.time())


@app.patch("/v1/account", **operations.SET_FACE_SIGN_IN)
def set_face_sign_in(body: FaceSignIn) -> FaceSignInState:
    """Pause face sign-in, or resume it. The other ways in stay open."""
    request, deployment = request_of(app), this_deployment()
    return rights.set_face_sign_in(body, request=request, deployment=deployment, now=time.time())


@app.delete("/v1/account/templates/<template_id>", status_code=204, **operations.REMOVE_TEMPLATE)
def remove_template(template_id: TemplateId) -> Response[None]:
    """Remove one template, never the last of those made at registration."""
    request, deployment = request_of(app), this_deployment()
    rights.remove_template(template_id, request=request, deployment=deployment, now=time.time())
    return no_content()


@app.post("/v1/account/templates/rollback", status_code=204, **operations.FORGET_LEARNED)
def forget_learned() -> Response[None]:
    """Remove every template that was learned since registration, at once."""
    rights.forget_learned(request=request_of(app), deployment=this_deployment(), now=time.time())
    return no_content()


@app.delete("/v1/account/devices/<device_id>", status_code=204, **operations.REMOVE_DEVICE)
def remove_device(device_id: DeviceId) -> Response[None]:
    """Remove one device and what was learned from it. Sessions that a face began on it end with it."""
    request, deployment = request_of(app), this_deployment()
    rights.remove_device(device_id, request=request, deployment=deployment, now=time.time())
    return no_content()


handle = entry(app)
