"""What the address function takes and gives."""

from pydantic import Field

from service.mailbox import Address
from service.models import Incoming, Outgoing
from service.repositories.codes import CODE_LIFE_S


class NewAddress(Incoming):
    """Where the account is to be reached from now on."""

    email: Address = Field(repr=False)


class CodesSent(Outgoing):
    """The same answer whether or not the new address has an account: the mail tells its reader."""

    expires_in: int = Field(default=CODE_LIFE_S, description="Seconds.")
    resend_in: int = Field(description="Seconds until other codes may be sent.")


class Move(Incoming):
    """The proof of both mailboxes."""

    email: Address = Field(repr=False, description="The new address.")
    code_from_old: str = Field(pattern="^[0-9]{6}$", min_length=6, max_length=6, repr=False)
    code_from_new: str = Field(pattern="^[0-9]{6}$", min_length=6, max_length=6, repr=False)


class Moved(Outgoing):
    """The account has the new address."""

    email: str = Field(repr=False)
