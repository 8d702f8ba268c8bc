"""The protocol's own endpoints: what an application sends by itself, and the errors that its standard names.

A refusal here is no RFC 9457 problem: RFC 6749, section 5.2, and RFC 6750, section 3, say what it looks like.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic_core import to_json

from functions.openid import exchange as exchanges
from functions.openid.refusals import OAuthError
from service.deployment import Deployment
from service.request import Request
from service.sealing import open_address


def exchange(request: Request, *, deployment: Deployment, now: float) -> Response[str]:
    """Exchange a code; see ``functions.openid.exchange``."""
    return _answer(
        lambda: exchanges.exchange(_form(request), issuer=request.issuer, deployment=deployment, now=now)
    )


def revoke(request: Request, *, deployment: Deployment, now: float) -> Response[str]:
    """End an access token; see ``functions.openid.exchange``."""
    return _answer(
        lambda: exchanges.revoke(_form(request), issuer=request.issuer, deployment=deployment, now=now)
    )


def userinfo(request: Request, *, deployment: Deployment, now: float) -> Response[str]:
    """Give the claims that an access token is for (OpenID Connect Core 1.0, section 5.3).

    One that is none of ours or has ended is refused, and so is one whose session, grant or account has.
    """
    return _answer(lambda: _claims(request.bearer, deployment=deployment, now=now))


def _claims(bearer: str | None, *, deployment: Deployment, now: float) -> dict[str, Any]:
    refusal = OAuthError("invalid_token", status=401, challenge='Bearer error="invalid_token"')
    permit = exchanges.permit_of(bearer, deployment=deployment, now=now)
    if permit is None:
        raise refusal
    standing = deployment.grants.standing(permit.account, device=permit.device, client=permit.client, now=now)
    profile, session, grant = standing.profile, standing.session, standing.grant
    if profile is None or profile.is_frozen or session is None or grant is None:
        raise refusal
    if session.name.id != permit.session or grant.id != permit.grant:
        raise refusal
    claims: dict[str, Any] = {"sub": permit.sub}
    if "email" in permit.scopes:
        wrapped = deployment.keys.of_account(permit.account)
        if wrapped is None:
            raise refusal  # deleted between the two reads
        address = open_address(deployment.keyring.unwrap(permit.account, wrapped), profile)
        claims |= {"email": address, "email_verified": True}
    return claims


def _form(request: Request) -> str:
    return request.body.decode(errors="replace")


def _answer(make: Callable[[], dict[str, Any] | None]) -> Response[str]:
    try:
        content = make()
    except OAuthError as error:
        return _refusal(error)
    body = "" if content is None else to_json(content).decode()
    return Response(status_code=200, content_type="application/json", body=body)


def _refusal(error: OAuthError) -> Response[str]:
    headers: dict[str, str | list[str]] = {}
    if error.challenge is not None:
        headers["WWW-Authenticate"] = error.challenge
    body = to_json({"error": error.error}).decode()
    return Response(status_code=error.status, content_type="application/json", body=body, headers=headers)
