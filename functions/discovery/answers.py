"""What anybody may know, put together from the deployment's settings and its public key."""

from dataclasses import asdict

from functions.discovery.models import Controller, CurrentPolicy, Jwk, Jwks, Metadata, Release
from service.deployment import Deployment
from service.openid.identities import ACRS
from service.openid.paths import REVOCATION, TOKEN, USERINFO
from service.openid.requests import PROMPTS, SCOPES
from service.policy import current_policy
from service.register.schedule import schedule

_CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "acr", "amr"),
    *("email", "email_verified"),
)
_CLIENT_PROOFS = ("none", "private_key_jwt")


def keys(deployment: Deployment) -> Jwks:
    """Give the keys that tokens are signed with."""
    return Jwks(keys=[Jwk.model_validate(key) for key in deployment.signer.public_jwks()])


def receipt_keys(deployment: Deployment) -> Jwks:
    """Give the keys that receipts and exports were ever signed with: people keep them for ten years."""
    return Jwks(keys=[Jwk.model_validate(key) for key in deployment.statement_signer.public_jwks()])


def metadata(issuer: str, *, deployment: Deployment) -> Metadata:
    """Give the issuer's metadata.

    Args:
        issuer: where this API is reached.
        deployment: names the site, which has the page that applications send people to.

    Returns:
        The metadata: what there is, and by leaving it out what there is not (no implicit flow, no password
        grant, no refresh tokens for applications).
    """
    return Metadata(
        issuer=issuer,
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        op_policy_uri=f"{issuer}/v1/policies/current",
        authorization_endpoint=f"{_site(deployment, issuer)}/authorize",
        token_endpoint=issuer + TOKEN,
        userinfo_endpoint=issuer + USERINFO,
        end_session_endpoint=f"{_site(deployment, issuer)}/logout",
        revocation_endpoint=issuer + REVOCATION,
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=["authorization_code"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=[*_CLIENT_PROOFS],
        token_endpoint_auth_signing_alg_values_supported=["ES256"],
        revocation_endpoint_auth_methods_supported=[*_CLIENT_PROOFS],
        revocation_endpoint_auth_signing_alg_values_supported=["ES256"],
        prompt_values_supported=sorted(PROMPTS),
        authorization_response_iss_parameter_supported=True,
        request_parameter_supported=False,
        request_uri_parameter_supported=False,
        claims_parameter_supported=False,
        claim_types_supported=["normal"],
        subject_types_supported=["pairwise"],
        id_token_signing_alg_values_supported=["ES256"],
        acr_values_supported=sorted(set(ACRS.values())),
        dpop_signing_alg_values_supported=["ES256"],
        amr_values_supported=["face", "hwk", "mfa", "otp", "recovery", "swk", "user"],
        claims_supported=[*_CLAIMS],
    )


def _site(deployment: Deployment, issuer: str) -> str:
    # The first origin is the deployed site's own (infra/stack.py).
    return next(iter(deployment.settings.allowed_origins), issuer)


def policy(deployment: Deployment) -> CurrentPolicy:
    """Give the consent text that is in force."""
    current = current_policy(deployment.settings)
    return CurrentPolicy(
        version=current.version,
        language=current.language,
        text=current.text,
        text_sha256=current.text_sha256,
        release=Release(**asdict(current.release)),
        retention=schedule(current.retention),
        controller=Controller(
            name=deployment.settings.controller_name, contact=deployment.settings.controller_contact
        ),
    )
