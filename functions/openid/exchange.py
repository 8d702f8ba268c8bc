"""A code is exchanged for tokens, and a token is ended."""

import hashlib
import hmac
import re
from typing import Any, Final

from functions.openid.refusals import OAuthError
from service.deployment import Deployment
from service.encoding import base64url
from service.openid.assertions import ASSERTION_TYPE, AssertionRefusedError, read_assertion
from service.openid.clients import Client, client_named
from service.openid.identities import Permit, sign_id_token
from service.openid.parameters import Parameters, read_parameters
from service.openid.paths import REVOCATION, TOKEN
from service.repositories.items import ConditionFailedError
from service.repositories.permits import Code, bearer_ends_at, new_bearer, was_spent

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, section 4.1


def exchange(form: str, *, issuer: str, deployment: Deployment, now: float) -> dict[str, Any]:
    """Exchange a code (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3).

    A code that is shown with anything wrong is spent, and one that is shown again takes back what it gave
    (RFC 6749, section 4.1.2).

    Args:
        form: the request's body.
        issuer: where this API is reached.
        deployment: where codes are kept.
        now: seconds since the epoch.

    Returns:
        The tokens.

    Raises:
        OAuthError: ``invalid_request``, ``unsupported_grant_type``, ``invalid_client``, ``invalid_grant``.
    """
    given = _read(form)
    client = _client(given, issuer=issuer, deployment=deployment, now=now)
    _only_codes(given)
    code = given.values["code"]
    kept = deployment.permits.code(code, now=now) if _SECRET.fullmatch(code) else None
    if kept is None:
        raise OAuthError("invalid_grant")
    _only_once(kept, deployment=deployment)
    if not _is_for(kept.permit, client=client, given=given):
        deployment.permits.spend(code, now=now)
        raise OAuthError("invalid_grant")
    access_token = new_bearer()
    # Signed before: where a signature fails, the code is still good.
    id_token = sign_id_token(
        deployment.signer, kept.permit, access_token=access_token, issuer=issuer, now=int(now)
    )
    try:
        deployment.permits.exchange(code, kept.permit, access_token=access_token, now=now)
    except ConditionFailedError as error:
        faster = deployment.permits.code(code, now=now) if was_spent(error) else None
        if faster is not None:
            _only_once(faster, deployment=deployment)
        raise OAuthError("invalid_grant") from None
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": bearer_ends_at(kept.permit, now=now) - int(now),
        "scope": " ".join(kept.permit.scopes),
        "id_token": id_token,
    }


def revoke(form: str, *, issuer: str, deployment: Deployment, now: float) -> None:
    """End an access token (RFC 7009). What is no token of the client's is left alone, and is no error.

    Raises:
        OAuthError: ``invalid_request`` or ``invalid_client``.
    """
    given = _read(form)
    client = _client(given, issuer=issuer, deployment=deployment, now=now)
    token = given.get("token")
    if token is None:
        raise OAuthError("invalid_request")
    permit = permit_of(token, deployment=deployment, now=now)
    if permit is not None and permit.client == client.id:
        deployment.permits.revoke(token)


def permit_of(token: str | None, *, deployment: Deployment, now: float) -> Permit | None:
    """Find what an access token stands for. Whether that still stands is for the tables to say."""
    if token is None or not _SECRET.fullmatch(token):
        return None
    return deployment.permits.bearer(token, now=now)


def _read(form: str) -> Parameters:
    given = read_parameters(form)
    if given.repeated or not given.readable:
        raise OAuthError("invalid_request")
    return given


def _client(given: Parameters, *, issuer: str, deployment: Deployment, now: float) -> Client:
    """Find who asks: a public client by its name, one with keys by an assertion that was never seen."""
    if {"client_assertion", "client_assertion_type"} & given.values.keys():
        return _proved(given, issuer=issuer, deployment=deployment, now=now)
    client = client_named(given.get("client_id"), deployment.settings.openid_clients)
    if client is None or client.keys:
        raise OAuthError("invalid_client", status=401)
    return client


def _proved(given: Parameters, *, issuer: str, deployment: Deployment, now: float) -> Client:
    if given.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_client", status=401)
    try:
        assertion = read_assertion(
            given.get("client_assertion") or "",
            clients=deployment.settings.openid_clients,
            audiences={issuer, issuer + TOKEN, issuer + REVOCATION},
            now=now,
        )
    except AssertionRefusedError:
        raise OAuthError("invalid_client", status=401) from None
    client = assertion.client
    if given.get("client_id") not in {None, client.id}:
        raise OAuthError("invalid_client", status=401)
    if not deployment.seen_proofs.take_assertion(
        client.id, assertion.id, until=assertion.expires_at, now=now
    ):
        raise OAuthError("invalid_client", status=401)  # overheard, and shown again
    return client


def _only_codes(given: Parameters) -> None:
    grant_type = given.get("grant_type")
    if grant_type is not None and grant_type != "authorization_code":
        raise OAuthError("unsupported_grant_type")
    if not {"grant_type", "code", "redirect_uri", "code_verifier"} <= given.values.keys():
        raise OAuthError("invalid_request")


def _only_once(kept: Code, *, deployment: Deployment) -> None:
    if not kept.spent:
        return
    if kept.gave is not None:
        deployment.permits.take_back(kept.gave)
    raise OAuthError("invalid_grant")


def _is_for(permit: Permit, *, client: Client, given: Parameters) -> bool:
    verifier = given.values["code_verifier"]
    shown = base64url(hashlib.sha256(verifier.encode()).digest())
    return (
        permit.client == client.id
        and permit.redirect_uri == given.get("redirect_uri")
        and _VERIFIER.fullmatch(verifier) is not None
        and hmac.compare_digest(shown, permit.code_challenge)
    )
