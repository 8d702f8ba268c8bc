"""What anybody may know, put together from the deployment's settings and its public key."""

from dataclasses import asdict

from functions.discovery.models import Controller, CurrentPolicy, Jwk, Jwks, Metadata, Retention
from service.deployment import Deployment
from service.policy import current_policy


def keys(deployment: Deployment) -> Jwks:
    """Give the keys that tokens are signed with."""
    return Jwks(keys=[Jwk.model_validate(deployment.signer.public_jwk())])


def metadata(issuer: str) -> Metadata:
    """Give the issuer's metadata.

    Args:
        issuer: where this API is reached.

    Returns:
        The metadata. There is no authorisation endpoint: our ceremonies take its place.
    """
    return Metadata(
        issuer=issuer,
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        service_documentation=f"{issuer}/v1/policies/current",
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["ES256"],
        response_types_supported=["none"],
        dpop_signing_alg_values_supported=["ES256"],
        amr_values_supported=["face", "hwk", "mfa", "otp", "swk", "user"],
        claims_supported=["iss", "sub", "aud", "exp", "iat", "jti", "auth_time", "amr", "cnf"],
    )


def policy(deployment: Deployment) -> CurrentPolicy:
    """Give the consent text that is in force."""
    current = current_policy(deployment.settings)
    return CurrentPolicy(
        version=current.version,
        language="en",
        text=current.text,
        text_sha256=current.text_sha256,
        retention=[Retention(**asdict(line)) for line in current.retention],
        controller=Controller(
            name=deployment.settings.controller_name, contact=deployment.settings.controller_contact
        ),
    )
