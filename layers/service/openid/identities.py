"""Who somebody is to one application, and the token that says so."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter
from pydantic_core import to_json

from service.encoding import base64url, length_prefixed
from service.openid.requests import Scope
from service.repositories.session_rows import Means
from service.signing import Signer
from service.tokens import AMR
from service.vault import DataKey

ID_TOKEN_LIFE_S: Final = 300  # to be looked at once, when it arrives
ACRS: Final[dict[Means, str]] = {
    "face": "urn:facesmash:acr:face",
    "otp": "urn:facesmash:acr:mailbox",
    "recovery": "urn:facesmash:acr:recovery",
    "passkey": "urn:facesmash:acr:passkey",
    "synced-passkey": "urn:facesmash:acr:passkey",
}
ID_TOKEN: Final = "JWT"  # noqa: S105 -- a kind

_PERMIT_BYTES: Final = 1024  # JSON ends in spaces as well as without
_SALT: Final = "facesmash/pairwise/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """What a code, and the access token that it is exchanged for, stand for.

    Attributes:
        account: who agreed.
        session: ``sid`` of the session that they did it in; with that, all of this ends.
        device: thumbprint of the session's device.
        session_ends_at: at the latest; seconds since the epoch.
        client: to whom.
        grant: id of the grant; when it is withdrawn, all of this ends.
        sub: who they are to that client.
        scopes: what it may learn.
        redirect_uri: where the code went.
        code_challenge: of the verifier that the client keeps.
        nonce: of the request.
        auth_time: when the person was proved, seconds since the epoch; None where the client did not ask: two
            clients could tell by the second that they have the same person.
        means: by what.
    """

    account: str
    session: str
    device: str
    session_ends_at: int
    client: str
    grant: str
    sub: str
    scopes: tuple[Scope, ...]
    redirect_uri: str
    code_challenge: str = field(repr=False)
    nonce: str | None = field(repr=False)
    auth_time: int | None
    means: Means


_PERMIT: Final = TypeAdapter(Permit)


def permit_json(permit: Permit) -> bytes:
    """Write a permit, at one length for all that are usual: it does not tell which client's it is."""
    return bytes(to_json(permit)).ljust(_PERMIT_BYTES)


def read_permit(data: bytes) -> Permit:
    """Read a permit."""
    return _PERMIT.validate_json(data)


def subject(key: DataKey, *, sector: str) -> str:
    """Give the pairwise identifier of an account (OpenID Connect Core 1.0, section 8.1).

    Args:
        key: the account's own: no two clients can tell whether two identifiers are one person's, nor can
            whoever has the table, and none can be made again once the account is deleted.
        sector: whom it is for.

    Returns:
        32 bytes in base64url; the same for ever.
    """
    secret = hmac.digest(key.material, _SALT.encode(), hashlib.sha256)
    return base64url(hmac.digest(secret, length_prefixed(key.account, sector), hashlib.sha256))


def sign_id_token(signer: Signer, permit: Permit, *, access_token: str, issuer: str, now: int) -> str:
    """Sign an ID token (OpenID Connect Core 1.0, sections 2 and 3.1.3.6).

    Args:
        signer: the deployment's token key.
        permit: what the code stood for.
        access_token: what comes with it.
        issuer: where this API is reached.
        now: seconds since the epoch.

    Returns:
        The token.
    """
    claims: dict[str, object] = {
        "iss": issuer,
        "sub": permit.sub,
        "aud": permit.client,
        "iat": now,
        "exp": now + ID_TOKEN_LIFE_S,
        "acr": ACRS[permit.means],
        "amr": [*AMR[permit.means], "swk"],
        "at_hash": base64url(hashlib.sha256(access_token.encode()).digest()[:16]),
    }
    if permit.auth_time is not None:
        claims["auth_time"] = permit.auth_time
    if permit.nonce is not None:
        claims["nonce"] = permit.nonce
    return signer.sign(claims, typ=ID_TOKEN)
