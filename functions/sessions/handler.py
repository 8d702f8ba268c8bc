"""Sessions."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.sessions import ceremony, operations
from functions.sessions.models import DeviceId, Refreshed, RefreshRequest, Sessions
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.responses import no_content

app = api()


@app.post("/v1/sessions/refresh", **operations.REFRESH)
def refresh(body: RefreshRequest) -> Refreshed:
    """Continue a session with a new access token. Every refusal is the same, and says: sign in again."""
    return ceremony.refresh(body, request=request_of(app), deployment=this_deployment(), now=time.time())


@app.get("/v1/account/sessions", **operations.LIST_SESSIONS)
def get_sessions() -> Sessions:
    """Give the devices that are signed in, the one used last first."""
    return ceremony.list_all(request_of(app), deployment=this_deployment(), now=time.time())


@app.delete("/v1/account/sessions/<device_id>", status_code=204, **operations.END_SESSION)
def end_session(device_id: DeviceId) -> Response[None]:
    """Sign one device out, the one that asks as well. It stays known, and may sign in again."""
    request, deployment = request_of(app), this_deployment()
    ceremony.end_on(device_id, request=request, deployment=deployment, now=time.time())
    return no_content()


@app.delete("/v1/account/sessions", status_code=204, **operations.END_SESSIONS)
def end_sessions() -> Response[None]:
    """Sign every device out, this one as well."""
    ceremony.end_all(request_of(app), deployment=this_deployment(), now=time.time())
    return no_content()


handle = entry(app)
