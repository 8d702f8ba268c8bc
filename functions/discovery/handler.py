"""What anybody may know."""

from functions.discovery import answers
from functions.discovery.models import CurrentPolicy, Jwks, Metadata
from service.deployment import this_deployment
from service.http import api, entry, request_of
from service.openid.paths import CLIENT_PATHS
from service.operation import operation
from service.tokens import RECEIPT_KEYS

app = api()

# Long enough to be cheap, short enough that a new key or text is known the same morning.
_CACHE = "public, max-age=300"


@app.get(
    "/.well-known/jwks.json",
    cache_control=_CACHE,
    **operation("getKeys", "The keys that tokens are signed with", tag="Discovery", proof=False),
)
def get_keys() -> Jwks:
    """Give the public keys, as a JSON Web Key Set."""
    return answers.keys(this_deployment())


@app.get(
    RECEIPT_KEYS,
    cache_control=_CACHE,
    **operation("getReceiptKeys", "The keys of receipts and exports", tag="Discovery", proof=False),
)
def get_receipt_keys() -> Jwks:
    """Give every public key that receipts and exports were signed with: people keep them for ten years.

    What has retired is here and not in jwks.json: no verifier of tokens shall go on believing it.
    """
    return answers.receipt_keys(this_deployment())


@app.get(
    "/.well-known/openid-configuration",
    cache_control=_CACHE,
    **operation("getMetadata", "What a verifier of tokens needs to know", tag="Discovery", proof=False),
)
def get_metadata() -> Metadata:
    """Give the issuer's metadata."""
    return answers.metadata(request_of(app).issuer, deployment=this_deployment())


@app.get(
    "/v1/policies/current",
    cache_control=_CACHE,
    **operation("getPolicy", "The consent text and the retention schedule", tag="Discovery", proof=False),
)
def get_policy() -> CurrentPolicy:
    """Give the consent text that is in force, generated from the running configuration."""
    return answers.policy(this_deployment())


handle = entry(app, for_clients=CLIENT_PATHS)
