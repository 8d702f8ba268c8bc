"""The applications that may ask for a sign-in, as the deployment's settings name them."""

import re
from collections.abc import Iterable
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.models import NAME_PATTERN

CLIENT_PATTERN: Final = "^[A-Za-z0-9._~-]{1,64}$"

_COORDINATE: Final = "^[A-Za-z0-9_-]{43}$"  # 32 bytes in base64url
# RFC 9700, section 2.6: TLS, but for an application on the person's own machine. RFC 6749, section 3.1.2: no
# fragment.
_REDIRECT: Final = re.compile(
    r"(https://[A-Za-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)/[!-\"$-~]*"
)


class ClientKey(BaseModel):
    """A public key of an application: a JWK (RFC 7517), P-256."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str = Field(pattern=_COORDINATE)
    y: str = Field(pattern=_COORDINATE)
    kid: str | None = Field(default=None, min_length=1, max_length=64)

    def as_jwk(self) -> dict[str, str]:
        """Give the members that make the key."""
        return {"kty": self.kty, "crv": self.crv, "x": self.x, "y": self.y}


class Client(BaseModel):
    """An application. PKCE binds a code to whoever asked for it, and no secret is kept of any.

    Attributes:
        id: its ``client_id``.
        name: what the consent screen calls it.
        redirect_uris: where an answer may go, each compared character by character.
        post_logout_redirect_uris: where people may go after signing out, compared the same way.
        sector: whom its people's ``sub`` are for; clients of one sector see one ``sub``. By default the host
            of its redirect URIs (OpenID Connect Core 1.0, section 8.1).
        keys: public keys of one that is confidential: it proves itself by ``private_key_jwt`` each time, and
            in no other way. None of one that is public.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str = Field(pattern=CLIENT_PATTERN)
    name: str = Field(pattern=NAME_PATTERN, min_length=1, max_length=64)
    redirect_uris: tuple[str, ...] = Field(min_length=1)
    post_logout_redirect_uris: tuple[str, ...] = ()
    sector: str = Field(default="", max_length=255)
    keys: tuple[ClientKey, ...] = Field(default=(), max_length=4)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        uris = (*self.redirect_uris, *self.post_logout_redirect_uris)
        if not all(_REDIRECT.fullmatch(uri) for uri in uris):
            raise ValueError("redirect_uris: https, or http on this machine; no fragment")
        if not self.sector and len({urlsplit(uri).netloc for uri in self.redirect_uris}) != 1:
            raise ValueError("sector: redirect URIs of several hosts need one")
        for key in self.keys:
            _ = ECKey.import_key(dict(key.as_jwk())).public_key  # raises where it is no point of the curve
        return self

    @property
    def sector_id(self) -> str:
        """Whom a pairwise ``sub`` is for."""
        return self.sector or urlsplit(self.redirect_uris[0]).netloc

    @property
    def origins(self) -> frozenset[str]:
        """Where its pages are: they may call the endpoints of the protocol from a browser."""
        parts = [urlsplit(uri) for uri in self.redirect_uris]
        return frozenset(f"{part.scheme}://{part.netloc}" for part in parts)


def client_named(client_id: str | None, clients: Iterable[Client]) -> Client | None:
    """Find a client by its id."""
    return next((client for client in clients if client.id == client_id), None)


def origins_of(clients: Iterable[Client]) -> tuple[str, ...]:
    """Give the origins of all clients, each once."""
    return tuple(sorted({origin for client in clients for origin in client.origins}))
