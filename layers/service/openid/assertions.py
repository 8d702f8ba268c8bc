"""A confidential client proves itself by a signature of its own (RFC 7523, section 3; `private_key_jwt`)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.openid.clients import Client, client_named

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MAX_ASSERTION_LENGTH: Final = 2048
ASSERTION_LIFE_S: Final = 300
CLOCK_LEAD_S: Final = 10  # a client's clock may be so much ahead

_LATEST_S: Final = 2**53
_ES256_ONLY: Final = JWSRegistry(algorithms=["ES256"])


class AssertionRefusedError(Exception):
    """The assertion does not hold; which part of it is nobody's business."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """An assertion whose signature and claims hold. Whether it was seen before is for the table to say.

    Attributes:
        client: who proved itself.
        id: its ``jti``.
        expires_at: seconds since the epoch.
    """

    client: Client
    id: str
    expires_at: int


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    iss: str
    sub: str
    aud: str | list[str]
    jti: str = Field(min_length=8, max_length=128)
    exp: int = Field(ge=0, le=_LATEST_S)
    iat: int = Field(default=0, ge=0, le=_LATEST_S)
    nbf: int = Field(default=0, ge=0, le=_LATEST_S)


def read_assertion(
    token: str, *, clients: Iterable[Client], audiences: Collection[str], now: float
) -> Assertion:
    """Check a client's assertion.

    Args:
        token: the JWT.
        clients: those of the deployment; one without keys proves itself by nothing.
        audiences: what it may be meant for: the issuer, or the endpoint (RFC 7523, section 3, item 3).
        now: seconds since the epoch.

    Returns:
        Whose it is.

    Raises:
        AssertionRefusedError: when anything of it does not hold, or it lasts longer than five minutes.
    """
    if len(token) > MAX_ASSERTION_LENGTH:
        raise AssertionRefusedError
    try:
        # Unverified: it says only whose keys to try.
        unverified = jws.extract_compact(token.encode("ascii"))
        client = client_named(_Claims.model_validate_json(unverified.payload).iss, clients)
        header = unverified.headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise AssertionRefusedError from None
    if client is None or "crit" in header:
        raise AssertionRefusedError
    claims = _claims_signed_by(client, token, kid=header.get("kid"))
    meant_for = {claims.aud} if isinstance(claims.aud, str) else {*claims.aud}
    in_time = now < claims.exp <= now + ASSERTION_LIFE_S + CLOCK_LEAD_S
    if not in_time or max(claims.iat, claims.nbf) > now + CLOCK_LEAD_S:
        raise AssertionRefusedError
    # Meant for nobody else: what is shown here could be shown there (RFC 9700 and its updates of RFC 7523).
    if claims.iss != client.id or claims.sub != client.id or not meant_for or not meant_for <= {*audiences}:
        raise AssertionRefusedError
    return Assertion(client=client, id=claims.jti, expires_at=claims.exp)


def _claims_signed_by(client: Client, token: str, *, kid: object) -> _Claims:
    for member in client.keys:
        key = ECKey.import_key(dict(member.as_jwk()))
        # A tuple: a stranger says what a kid is, and a set would ask it for its hash.
        if kid is not None and kid not in (member.kid, key.thumbprint()):
            continue
        try:
            verified = jws.deserialize_compact(token, key, registry=_ES256_ONLY)
            return _Claims.model_validate_json(verified.payload)
        except (JoseError, ValidationError, ValueError, TypeError):
            continue
    raise AssertionRefusedError
