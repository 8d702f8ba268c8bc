"""Mailboxes: what arrives for one address at the local outbox."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.outbox import Message

_CODE: Final = re.compile(r"\b(\d{6})\b")
_PATIENCE_S: Final = 30.0
_PAUSE_S: Final = 0.1


class NoMailError(AssertionError):
    """A mail that was promised did not come."""


@dataclass(kw_only=True)
class Mailbox:
    """What arrives for one address.

    Attributes:
        address: The address.
        outbox: Reads all mails of the local cloud.
    """

    address: str
    outbox: Callable[[], Sequence[Message]]
    _read: int = field(default=0)

    def mails(self) -> list[Message]:
        """All mails to this address, the oldest first."""
        return [message for message in self.outbox() if message.to == self.address]

    def next_code(self) -> str:
        """Wait for the next mail with a code that was not read yet, and read it.

        Raises:
            NoMailError: None came.
        """
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            mails = self.mails()
            for position in range(self._read, len(mails)):
                self._read = position + 1
                if found := _CODE.search(mails[position].text):
                    return found[1]
            time.sleep(_PAUSE_S)  # polls a mailbox, as a person does
        raise NoMailError(f"no code arrived within {_PATIENCE_S:.0f} s")
