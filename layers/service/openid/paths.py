"""Where the protocol's own endpoints are, beneath the issuer."""

from typing import Final

TOKEN: Final = "/v1/openid/token"  # noqa: S105 -- a path
REVOCATION: Final = "/v1/openid/revocation"
USERINFO: Final = "/v1/openid/userinfo"
KEYS: Final = "/.well-known/jwks.json"
METADATA: Final = "/.well-known/openid-configuration"

# OAuth has these take forms; everything else here is JSON.
FORM_PATHS: Final = frozenset({TOKEN, REVOCATION})
# What the pages of registered applications call; no cookie goes with any of it.
CLIENT_PATHS: Final = frozenset({TOKEN, REVOCATION, USERINFO, KEYS, METADATA})
