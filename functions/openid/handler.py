"""OpenID Connect."""

import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.openid import consent, endpoints, operations
from functions.openid.models import Answered, Answering, ClientId, Judged, RequestQuery, SignOutAsked
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.openid.paths import CLIENT_PATHS, FORM_PATHS, REVOCATION, TOKEN, USERINFO
from service.responses import no_content

app = api()


@app.post("/v1/openid/requests", **operations.JUDGE)
def judge(body: RequestQuery) -> Judged:
    """Say what an application asks for. One that names no application, or not its address, goes nowhere."""
    return consent.judge(body.query, request=request_of(app), deployment=this_deployment())


@app.post("/v1/openid/sign-outs", **operations.JUDGE_SIGN_OUT)
def judge_sign_out(body: RequestQuery) -> SignOutAsked:
    """Say which application asks to sign somebody out, and where they go afterwards."""
    return consent.judge_sign_out(body.query, request=request_of(app), deployment=this_deployment())


@app.post("/v1/account/authorizations", **operations.ANSWER)
def answer(body: Answering) -> Answered:
    """Answer an application with a code, or say what is missing: a sign-in, or the person's consent."""
    return consent.answer(body, request=request_of(app), deployment=this_deployment(), now=time.time())


@app.delete("/v1/account/grants/<client_id>", status_code=204, **operations.WITHDRAW)
def withdraw(client_id: ClientId) -> Response[None]:
    """Withdraw what an application may learn. What it holds of it is worth nothing at once."""
    consent.withdraw(client_id, request=request_of(app), deployment=this_deployment(), now=time.time())
    return no_content()


@app.post(TOKEN, **operations.PROTOCOL)
def token() -> Response[str]:
    """Exchange a code for tokens."""
    return endpoints.exchange(request_of(app), deployment=this_deployment(), now=time.time())


@app.post(REVOCATION, **operations.PROTOCOL)
def revocation() -> Response[str]:
    """End an access token."""
    return endpoints.revoke(request_of(app), deployment=this_deployment(), now=time.time())


@app.route(USERINFO, method=["GET", "POST"], **operations.PROTOCOL)
def userinfo() -> Response[str]:
    """Give the claims that an access token is for."""
    return endpoints.userinfo(request_of(app), deployment=this_deployment(), now=time.time())


handle = entry(app, forms=FORM_PATHS, for_clients=CLIENT_PATHS)
