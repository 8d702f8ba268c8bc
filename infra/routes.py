"""The functions and the routes they answer: the table that the API is built from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path.

    Attributes:
        model: Names the request's JSON schema in `infra.models`.
        for_clients: Whether pages of registered applications may call it as well.
    """

    method: str
    path: str
    model: str | None = None
    for_clients: bool = False

    @property
    def name(self) -> str:
        """As settings and documentation write it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda.

    Attributes:
        name: Folder under `functions/`.
        routes: What it answers; none, where SNS calls it or the clock.
        memory_mb: Lambda gives processor time in proportion.
        timeout_s: After which the gateway answers 503.
        concurrency: The most that may run at once, so that one route cannot starve the others.
        matching: Whether it carries the layer of decisions about faces, and numpy. What issues challenges
            draws scripts with that layer, and imports no numpy.
        passkeys: Whether it carries the layer that reads what authenticators say.
    """

    name: str
    routes: tuple[Route, ...]
    memory_mb: int = 512
    timeout_s: int = 10
    concurrency: int
    matching: bool = False
    passkeys: bool = False


FUNCTIONS = (
    Function(
        name="challenges",
        concurrency=50,
        matching=True,
        routes=(
            Route(method="POST", path="/v1/challenges", model="ChallengeRequest"),
            Route(method="POST", path="/v1/challenges/steps", model="StepsRequest"),
        ),
    ),
    Function(
        name="email",
        concurrency=20,
        routes=(
            Route(method="POST", path="/v1/email/codes", model="CodeRequest"),
            Route(method="POST", path="/v1/email/confirm", model="ConfirmRequest"),
        ),
    ),
    Function(
        name="enroll",
        concurrency=20,
        memory_mb=1024,
        matching=True,
        routes=(
            Route(method="POST", path="/v1/enrolments", model="EnrolmentRequest"),
            Route(method="POST", path="/v1/registrations", model="RegistrationRequest"),
            Route(method="POST", path="/v1/account/face", model="FaceRequest"),
        ),
    ),
    Function(
        name="verify",
        concurrency=50,
        memory_mb=1024,
        matching=True,
        routes=(Route(method="POST", path="/v1/verifications", model="VerificationRequest"),),
    ),
    Function(
        name="account",
        concurrency=20,
        routes=(
            Route(method="GET", path="/v1/account"),
            Route(method="PATCH", path="/v1/account", model="AccountChange"),
            Route(method="GET", path="/v1/account/sign-ins"),
            Route(method="POST", path="/v1/account/consent", model="GivenConsent"),
            Route(method="DELETE", path="/v1/account/templates/{template_id}"),
            Route(method="POST", path="/v1/account/templates/rollback"),
            Route(method="POST", path="/v1/account/learning", model="LearningChange"),
            Route(method="POST", path="/v1/account/sign-in-log", model="SignInLogChange"),
            Route(method="PATCH", path="/v1/account/devices/{device_id}", model="Renaming"),
            Route(method="DELETE", path="/v1/account/devices/{device_id}"),
        ),
    ),
    Function(
        name="address",
        concurrency=5,
        routes=(
            Route(method="POST", path="/v1/account/address/codes", model="CodeRequest"),
            Route(method="POST", path="/v1/account/address", model="AddressChange"),
        ),
    ),
    Function(
        name="sessions",
        concurrency=20,
        routes=(
            Route(method="POST", path="/v1/sessions/refresh", model="RefreshRequest"),
            Route(method="GET", path="/v1/account/sessions"),
            Route(method="DELETE", path="/v1/account/sessions"),
            Route(method="DELETE", path="/v1/account/sessions/{device_id}"),
        ),
    ),
    Function(
        name="passkeys",
        concurrency=20,
        passkeys=True,
        routes=(
            Route(method="POST", path="/v1/account/passkeys", model="NewPasskey"),
            Route(method="DELETE", path="/v1/account/passkeys/{passkey_id}"),
            Route(method="POST", path="/v1/passkeys/verifications", model="PasskeyAnswer"),
        ),
    ),
    Function(
        name="openid",
        concurrency=20,
        routes=(
            Route(method="POST", path="/v1/openid/requests", model="RequestQuery"),
            Route(method="POST", path="/v1/openid/sign-outs", model="RequestQuery"),
            Route(method="POST", path="/v1/account/authorizations", model="Answering"),
            Route(method="DELETE", path="/v1/account/grants/{client_id}"),
            # What these take are forms, which the function judges: a model is for JSON.
            Route(method="POST", path="/v1/openid/token", for_clients=True),
            Route(method="POST", path="/v1/openid/revocation", for_clients=True),
            Route(method="GET", path="/v1/openid/userinfo", for_clients=True),
            Route(method="POST", path="/v1/openid/userinfo", for_clients=True),
        ),
    ),
    Function(
        name="recovery",
        concurrency=10,
        routes=(
            Route(method="POST", path="/v1/account/recovery-codes"),
            Route(method="POST", path="/v1/recovery", model="RecoveryRequest"),
            Route(method="POST", path="/v1/freezes", model="FreezeRequest"),
        ),
    ),
    Function(
        name="export",
        concurrency=5,
        timeout_s=20,
        routes=(Route(method="GET", path="/v1/account/export"),),
    ),
    Function(
        name="delete",
        concurrency=10,
        timeout_s=20,
        routes=(
            Route(method="DELETE", path="/v1/account"),
            Route(method="POST", path="/v1/account/consent/withdraw"),
        ),
    ),
    Function(name="bounces", concurrency=2, routes=()),
    # A round ends before the next begins, and two never run at once.
    Function(name="sweeper", concurrency=1, timeout_s=50, routes=()),
    Function(
        name="discovery",
        concurrency=20,
        routes=(
            Route(method="GET", path="/.well-known/jwks.json", for_clients=True),
            Route(method="GET", path="/.well-known/receipt-keys.json"),
            Route(method="GET", path="/.well-known/openid-configuration", for_clients=True),
            Route(method="GET", path="/v1/policies/current"),
        ),
    ),
)
