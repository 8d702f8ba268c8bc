"""What the recovery function takes and gives."""

from pydantic import Field

from service.freezing import FreezeTokenText
from service.mailbox import Address
from service.models import Incoming, Outgoing
from service.recovery import RecoveryCodeText
from service.tokens import MAX_TOKEN_LENGTH


class RecoveryCodeSet(Outgoing):
    """A set of recovery codes. Each lets its holder in once, without mailbox and face."""

    codes: list[str] = Field(repr=False, description="Told once. The service keeps digests alone.")


class RecoveryRequest(Incoming):
    """A recovery code, and whose."""

    email: Address = Field(repr=False)
    code: RecoveryCodeText = Field(repr=False)
    mailbox_token: str | None = Field(
        default=None,
        max_length=MAX_TOKEN_LENGTH,
        repr=False,
        description="The proof of the mailbox: with it the code lifts a freeze, without it not.",
    )


class FreezeRequest(Incoming):
    """What the link of a notice carries in its fragment."""

    token: FreezeTokenText = Field(repr=False)
