"""Recovery codes, and freezing."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.recovery import ceremony, operations
from functions.recovery.models import FreezeRequest, RecoveryCodeSet, RecoveryRequest
from service.deployment import this_deployment
from service.floor import no_sooner_than
from service.http import api, entry, request_of
from service.models import Session
from service.responses import no_content

app = api()


@app.post("/v1/account/recovery-codes", status_code=201, **operations.MAKE_CODES)
def make_recovery_codes() -> RecoveryCodeSet:
    """Make a set of recovery codes in place of the last one. They are told here, once, and kept nowhere."""
    return ceremony.make_codes(request_of(app), deployment=this_deployment(), now=time.time())


@app.post("/v1/recovery", **operations.USE_CODE)
def use_recovery_code(body: RecoveryRequest) -> Session:
    """Exchange a recovery code for a session without a face. Every refusal is the same, and as late."""
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.refusal_floor_s):
        return ceremony.use_code(body, request=request_of(app), deployment=deployment, now=now)


@app.post("/v1/freezes", status_code=204, **operations.FREEZE)
def freeze_account(body: FreezeRequest) -> Response[None]:
    """End every session, and let nobody in until the owner lifts it. Asking again changes nothing."""
    started, now, deployment = time.monotonic(), time.time(), this_deployment()
    with no_sooner_than(started=started, floor_s=deployment.settings.refusal_floor_s):
        ceremony.freeze(body, request=request_of(app), deployment=deployment, now=now)
    return no_content()


handle = entry(app)
