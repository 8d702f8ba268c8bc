"""An application asks to sign somebody out (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json

from service.openid.clients import Client, client_named
from service.openid.identities import ID_TOKEN
from service.openid.parameters import read_parameters, with_parameters
from service.signing import BadSignatureError, Signer

_MAX_HINT: Final = 2048
_MAX_STATE: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOut:
    """What is asked for.

    Attributes:
        client: who asks, if that is somebody who is registered.
        redirect: where the person goes afterwards: an address that is registered for it, or nowhere.
    """

    client: Client | None
    redirect: str | None = field(repr=False)


def read_sign_out(query: str, *, clients: Iterable[Client], signer: Signer, issuer: str) -> SignOut:
    """Judge a request to sign somebody out. None is refused: at worst the person stays where they are.

    Args:
        query: as the application sent it.
        clients: those of the deployment.
        signer: whose ID tokens count as hints, however old they are (section 2).
        issuer: where this API is reached.

    Returns:
        Who asks, and where the person goes. A hint and a ``client_id`` must agree.
    """
    given = read_parameters(query)
    nobody = SignOut(client=None, redirect=None)
    named, hint = given.get("client_id"), given.get("id_token_hint")
    if given.repeated or not given.readable:
        return nobody
    if hint is not None:
        claims = hinted(hint, signer=signer, issuer=issuer)
        if claims is None or named not in {None, claims.get("aud")}:
            return nobody
        named = str(claims.get("aud"))
    client = client_named(named, clients)
    if client is None:
        return nobody
    wanted, state = given.get("post_logout_redirect_uri"), given.get("state")
    if wanted not in client.post_logout_redirect_uris or len(state or "") > _MAX_STATE:
        return SignOut(client=client, redirect=None)
    return SignOut(client=client, redirect=with_parameters(wanted, state=state) if state else wanted)


def hinted(token: str, *, signer: Signer, issuer: str) -> dict[str, Any] | None:
    """Read an ID token of ours that somebody shows again; that it has expired is no matter."""
    if len(token) > _MAX_HINT:
        return None
    try:
        claims = from_json(signer.open(token, typ=ID_TOKEN))
    except (BadSignatureError, ValueError):
        return None
    return claims if isinstance(claims, dict) and claims.get("iss") == issuer else None
