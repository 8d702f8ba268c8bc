"""What the rest of the house sees of an HTTP request."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from service.problems import ProofInvalid, RequestInvalid, TokenInvalid

_COUNTRY: Final = re.compile("[A-Z]{2}")
# What stands before the API shows here that a request came through it.
PLACE_SECRET_HEADER: Final = "x-place-secret"  # noqa: S105 -- a header's name


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceTrust:
    """Whose word is taken for the country of a request.

    Attributes:
        header: in which what stands before the API names it, in small letters.
        secret_sha256: of the secret that it adds in another header, hexadecimal: whoever reaches the API past
            it has none. Only the digest is known here.
    """

    header: str
    secret_sha256: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request, as far as proofs and tokens are concerned.

    Attributes:
        method: the HTTP method, in capitals.
        issuer: where this API is reached, without a slash at the end; also ``iss`` of its tokens.
        url: issuer and path, without the query: what a proof's ``htu`` must say.
        body: the body's bytes as they came.
        proof: the DPoP header, or None.
        access_token: the token of ``Authorization: DPoP ...``, or None.
        bearer: the token of ``Authorization: Bearer ...``, which only applications' own endpoints take.
        source: the address that the gateway was called from; what a header says of it is never asked.
        place: code of the country that a header names, where the deployment trusts one to.
    """

    method: str
    issuer: str
    url: str
    body: bytes = field(repr=False)
    proof: str | None = field(repr=False)
    access_token: str | None = field(repr=False)
    source: str | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)
    place: str | None = field(default=None, repr=False)


def read_request(
    event: Mapping[str, Any], *, api_origin: str | None, place_trust: PlaceTrust | None = None
) -> Request:
    """Read an API Gateway REST event.

    Args:
        event: the proxy event (payload format 1.0).
        api_origin: where the API is reached, if the deployment says so; else the event's domain and stage.
        place_trust: whose word is taken for the country; None asks nobody.

    Returns:
        The request.

    Raises:
        RequestInvalid: when the body is not the text it is said to be.
        ProofInvalid: when there is more than one proof.
        TokenInvalid: when there is more than one Authorization header.
    """
    issuer = (api_origin or _own_origin(event)).rstrip("/")
    proofs = header_values(event, "dpop")
    if len(proofs) > 1:
        raise ProofInvalid
    authorizations = header_values(event, "authorization")
    if len(authorizations) > 1:
        raise TokenInvalid
    return Request(
        method=str(event["httpMethod"]).upper(),
        issuer=issuer,
        url=issuer + str(event["path"]),
        body=read_body(event),
        proof=proofs[0] if proofs else None,
        access_token=_token(authorizations, scheme="dpop"),
        bearer=_token(authorizations, scheme="bearer"),
        source=(event["requestContext"].get("identity") or {}).get("sourceIp"),
        place=None if place_trust is None else _place(event, place_trust),
    )


def read_body(event: Mapping[str, Any]) -> bytes:
    """Read the body's bytes.

    Args:
        event: the proxy event.

    Returns:
        The bytes; none when there is no body.

    Raises:
        RequestInvalid: when the body is not the base64, or not the text, that it is said to be.
    """
    body = event.get("body") or ""
    try:
        if not event.get("isBase64Encoded"):
            return str(body).encode()
        decoded = base64.b64decode(body, validate=True)
        decoded.decode()  # JSON is UTF-8 (RFC 8259, section 8.1), and nothing else is taken here
    except (binascii.Error, ValueError):
        raise RequestInvalid from None
    return decoded


def header_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Give the values of a header.

    Args:
        event: the proxy event.
        name: of the header, in small letters.

    Returns:
        Every value that came with it, in order.
    """
    several = event.get("multiValueHeaders") or {}
    values = [value for key, given in several.items() if key.lower() == name for value in given]
    if values:
        return values
    single = event.get("headers") or {}
    return [value for key, value in single.items() if key.lower() == name]


def _place(event: Mapping[str, Any], trust: PlaceTrust) -> str | None:
    """Give the one country that is named by who may; nothing else that a header may say is kept."""
    shown = header_values(event, PLACE_SECRET_HEADER)
    if len(shown) != 1:
        return None
    digest = hashlib.sha256(shown[0].encode(errors="replace")).hexdigest()
    if not hmac.compare_digest(digest, trust.secret_sha256):
        return None
    values = header_values(event, trust.header)
    return values[0] if len(values) == 1 and _COUNTRY.fullmatch(values[0]) else None


def _own_origin(event: Mapping[str, Any]) -> str:
    context = event["requestContext"]
    # The gateway's own path has the stage in front, unless a custom domain hides it.
    stage = str(context["path"]).removesuffix(str(event["path"]))
    return f"https://{context['domainName']}{stage}"


def _token(authorizations: list[str], *, scheme: str) -> str | None:
    named, _, token = authorizations[0].partition(" ") if authorizations else ("", "", "")
    return token.strip() if named.lower() == scheme else None
