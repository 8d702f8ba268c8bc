"""What the discovery function gives."""

from pydantic import Field

from service.models import SHA256_PATTERN, Outgoing
from service.register.schedule import Retention


class Jwk(Outgoing):
    """A public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str = Field(description="Its RFC 7638 thumbprint.")
    use: str
    alg: str


class Jwks(Outgoing):
    """The keys that tokens are signed with."""

    keys: list[Jwk]


class Metadata(Outgoing):
    """What verifiers of tokens and applications need to know: OpenID Connect Discovery, RFC 8414."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    revocation_endpoint: str
    end_session_endpoint: str
    jwks_uri: str
    op_policy_uri: str
    scopes_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    code_challenge_methods_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_signing_alg_values_supported: list[str]
    prompt_values_supported: list[str]
    authorization_response_iss_parameter_supported: bool
    request_parameter_supported: bool
    request_uri_parameter_supported: bool
    claims_parameter_supported: bool
    claim_types_supported: list[str]
    acr_values_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    response_types_supported: list[str]
    dpop_signing_alg_values_supported: list[str]
    amr_values_supported: list[str]
    claims_supported: list[str]


class Controller(Outgoing):
    """Who answers for the data."""

    name: str
    contact: str


class Release(Outgoing):
    """What a person declares when they agree. The text says the same, so its digest covers it."""

    statement: str = Field(description="What is ticked: `accepted` of a consent.")
    typed_name: bool = Field(
        description="Whether a name is typed under it as a signature: `signed_name` of a consent."
    )
    age_statement: str | None = Field(
        description="What else is ticked: `is_of_age` of a consent; null where no age is asked for."
    )


class CurrentPolicy(Outgoing):
    """The consent text that is in force."""

    version: str
    language: str
    text: str
    text_sha256: str = Field(pattern=SHA256_PATTERN, description="A consent names this digest.")
    release: Release
    retention: list[Retention]
    controller: Controller
