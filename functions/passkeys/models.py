"""What the passkeys function takes and gives."""

from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from service.ids import ACCOUNT_PATTERN, PASSKEY_PATTERN
from service.models import DeviceName, Incoming, Outgoing, Session

BASE64URL: Final = "^[A-Za-z0-9_-]+$"

CredentialId = Annotated[str, Field(pattern=BASE64URL, min_length=16, max_length=1364, repr=False)]
ClientData = Annotated[
    str,
    Field(
        pattern=BASE64URL,
        min_length=16,
        max_length=2048,
        repr=False,
        description="clientDataJSON, base64url; its challenge is the one that the proof answers.",
    ),
]
PasskeyId = Annotated[str, Path(pattern=PASSKEY_PATTERN, min_length=43, max_length=43)]


class NewPasskey(Incoming):
    """What `navigator.credentials.create` gave. The `user.id` must have been the account's id, as ASCII."""

    name: DeviceName = Field(repr=False)
    credential_id: CredentialId
    client_data: ClientData
    attestation: str = Field(
        pattern=BASE64URL,
        min_length=16,
        max_length=8192,
        repr=False,
        description="attestationObject, base64url.",
    )


class PasskeyAdded(Outgoing):
    """The passkey."""

    id: str = Field(pattern=PASSKEY_PATTERN)
    synced: bool = Field(description="Whether its key may leave the device that made it.")


class PasskeyAnswer(Incoming):
    """What `navigator.credentials.get` gave."""

    account: str = Field(
        pattern=ACCOUNT_PATTERN,
        min_length=22,
        max_length=22,
        repr=False,
        description="userHandle: the account's id.",
    )
    credential_id: CredentialId
    client_data: ClientData
    authenticator_data: str = Field(pattern=BASE64URL, min_length=16, max_length=2048, repr=False)
    signature: str = Field(pattern=BASE64URL, min_length=16, max_length=1024, repr=False)


class SignedInByPasskey(Session):
    """A session that a passkey began, without a face."""

    mailbox_token: str = Field(
        repr=False,
        description="JWT that stands for a confirmed code when this device asks to be added by a face. It "
        "registers nobody.",
    )
    mailbox_expires_in: int = Field(description="Seconds that it lasts.")
