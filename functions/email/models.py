"""What the email function takes and gives."""

from typing import Literal

from pydantic import Field

from service.mailbox import Address
from service.models import Incoming, Outgoing
from service.repositories.codes import CODE_LIFE_S


class CodeRequest(Incoming):
    """Where to send a code."""

    email: Address = Field(repr=False)


class CodeSent(Outgoing):
    """The same answer for every address."""

    expires_in: int = Field(default=CODE_LIFE_S, description="Seconds.")
    resend_in: int = Field(description="Seconds until another code may be sent.")


class Confirmation(Incoming):
    """A code that came by mail."""

    email: Address = Field(repr=False)
    code: str = Field(pattern="^[0-9]{6}$", min_length=6, max_length=6, repr=False)


class MailboxProof(Outgoing):
    """The mailbox is proved, for this device and a quarter of an hour."""

    mailbox_token: str = Field(repr=False, description="JWT, to enrol or to add a device.")
    mailbox_expires_in: int = Field(description="Seconds that the mailbox token lasts.")
    registered: bool = Field(description="Whether the address has an account.")
    frozen: bool = Field(
        default=False,
        description="Whether its account is frozen: then there is no session, and the mailbox lifts it "
        "together with a face on a known device or a recovery code.",
    )
    access_token: str | None = Field(
        default=None, repr=False, description="The way in without a face, when the address has an account."
    )
    token_type: Literal["DPoP"] | None = None
    expires_in: int | None = Field(default=None, description="Seconds that the access token lasts.")
    refresh_token: str | None = Field(
        default=None, repr=False, description="Continues the session; see POST /v1/sessions/refresh."
    )
    refresh_expires_in: int | None = Field(
        default=None, description="Seconds that the session lasts if it is not used."
    )
