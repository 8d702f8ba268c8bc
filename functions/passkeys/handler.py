"""Passkeys."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.passkeys import ceremony, operations
from functions.passkeys.models import NewPasskey, PasskeyAdded, PasskeyAnswer, PasskeyId, SignedInByPasskey
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.refusals import uniformly_refused
from service.responses import no_content

app = api()


@app.post("/v1/account/passkeys", status_code=201, **operations.ADD_PASSKEY)
def add_passkey(body: NewPasskey) -> PasskeyAdded:
    """Add a passkey. Its WebAuthn challenge is the challenge that the proof answers."""
    return ceremony.add(body, request=request_of(app), deployment=this_deployment(), now=time.time())


@app.delete("/v1/account/passkeys/<passkey_id>", status_code=204, **operations.REMOVE_PASSKEY)
def remove_passkey(passkey_id: PasskeyId) -> Response[None]:
    """Remove one passkey. Sessions that it began end with it."""
    request, deployment = request_of(app), this_deployment()
    ceremony.remove(passkey_id, request=request, deployment=deployment, now=time.time())
    return no_content()


@app.post("/v1/passkeys/verifications", **operations.SIGN_IN)
def sign_in(body: PasskeyAnswer) -> SignedInByPasskey:
    """Sign in with a passkey and without a face. Every refusal is the same, as for a face."""
    arrived, deployment = time.time(), this_deployment()
    with uniformly_refused(started=time.monotonic(), floor_s=deployment.settings.refusal_floor_s):
        return ceremony.sign_in(body, request=request_of(app), deployment=deployment, now=arrived)


handle = entry(app)
