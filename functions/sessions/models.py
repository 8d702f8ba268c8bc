"""What the sessions function takes and gives."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from service.held import HeldSession
from service.ids import ACCOUNT_PATTERN, THUMBPRINT_PATTERN
from service.models import Incoming, Outgoing, Sha256
from service.sessions import RefreshToken

DeviceId = Annotated[str, Path(pattern=THUMBPRINT_PATTERN, min_length=43, max_length=43)]


class RefreshRequest(Incoming):
    """The refresh token in force, and what the next one will be known by."""

    refresh_token: RefreshToken = Field(repr=False)
    next_sha256: Sha256 = Field(
        repr=False,
        description="Digest of the next refresh token, which the device makes: the same account and session, "
        "and 256 new random bits. The same request again is the same refresh; another one ends the session.",
    )


class Refreshed(Outgoing):
    """A session that goes on. When and how the person was proved stays what it was."""

    account: str = Field(pattern=ACCOUNT_PATTERN)
    access_token: str = Field(repr=False, description="JWT (RFC 9068), ES256, bound to the device's key.")
    token_type: Literal["DPoP"] = "DPoP"  # noqa: S105 -- the name of a scheme
    expires_in: int = Field(description="Seconds that the access token lasts.")
    refresh_expires_in: int = Field(description="Seconds that the session lasts if it is not used.")


class Sessions(Outgoing):
    """The devices that are signed in, the one used last first."""

    sessions: list[HeldSession]
