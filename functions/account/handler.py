"""The account, as its owner sees and changes it."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.account import consents, operations, rights
from functions.account.asking import Asked
from functions.account.models import (
    Account,
    ConsentState,
    DeviceId,
    FaceSignIn,
    FaceSignInState,
    LearningChange,
    LearningState,
    Renaming,
    SignInLogChange,
    SignInLogState,
    SignIns,
    TemplateId,
)
from service.consents import GivenConsent
from service.deployment import this_deployment
from service.held_log import Before
from service.http import api, entry, request_of
from service.responses import no_content

app = api()


def _asked() -> Asked:
    return {"request": request_of(app), "deployment": this_deployment(), "now": time.time()}


@app.get("/v1/account", **operations.GET_ACCOUNT)
def get_account() -> Account:
    """Give everything that is held about the person, templates described."""
    return rights.describe(**_asked())


@app.get("/v1/account/sign-ins", **operations.GET_SIGN_INS)
def get_sign_ins(before: Before = None) -> SignIns:
    """Give the sign-in log, newest first, 200 entries at a time."""
    return rights.sign_ins(before=before, **_asked())


@app.patch("/v1/account", **operations.SET_FACE_SIGN_IN)
def set_face_sign_in(body: FaceSignIn) -> FaceSignInState:
    """Pause face sign-in, or resume it. The other ways in stay open."""
    return rights.set_face_sign_in(body, **_asked())


@app.post("/v1/account/consent", **operations.AGREE_ANEW)
def agree_anew(body: GivenConsent) -> ConsentState:
    """Agree to the text in force, where it has changed. What was agreed to before stays on record."""
    return consents.agree_anew(body, **_asked())


@app.delete("/v1/account/templates/<template_id>", status_code=204, **operations.REMOVE_TEMPLATE)
def remove_template(template_id: TemplateId) -> Response[None]:
    """Remove one template, never the last of those made at enrolment."""
    rights.remove_template(template_id, **_asked())
    return no_content()


@app.post("/v1/account/templates/rollback", status_code=204, **operations.FORGET_LEARNED)
def forget_learned() -> Response[None]:
    """Remove every template that was learned since registration, at once."""
    rights.forget_learned(**_asked())
    return no_content()


@app.post("/v1/account/learning", **operations.SET_LEARNING)
def set_learning(body: LearningChange) -> LearningState:
    """Refuse that templates are learned from sign-ins, which forgets those that were, or allow it again."""
    return rights.set_learning(body, **_asked())


@app.post("/v1/account/sign-in-log", **operations.SET_SIGN_IN_LOG)
def set_sign_in_log(body: SignInLogChange) -> SignInLogState:
    """Ask that new entries of the sign-in log be kept for the least time, or for the full one again."""
    return rights.set_sign_in_log(body, **_asked())


@app.patch("/v1/account/devices/<device_id>", status_code=204, **operations.RENAME_DEVICE)
def rename_device(device_id: DeviceId, body: Renaming) -> Response[None]:
    """Give a device another name."""
    rights.rename_device(device_id, body, **_asked())
    return no_content()


@app.delete("/v1/account/devices/<device_id>", status_code=204, **operations.REMOVE_DEVICE)
def remove_device(device_id: DeviceId) -> Response[None]:
    """Remove one device and what was learned from it. Sessions that a face began on it end with it."""
    rights.remove_device(device_id, **_asked())
    return no_content()


handle = entry(app)
