"""Addresses: one way to write each, and an index that says nothing without its key."""

import hashlib
import hmac
from typing import Annotated, Final

from pydantic import Field

from service.encoding import base64url, length_prefixed

MAX_ADDRESS_LENGTH: Final = 254  # RFC 5321, section 4.5.3.1.3

# What the HTML standard calls a valid e-mail address, with at least one dot in the domain.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS_PATTERN: Final = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+$"

Address = Annotated[str, Field(pattern=ADDRESS_PATTERN, max_length=MAX_ADDRESS_LENGTH)]


def normalised(address: str) -> str:
    """Give the one spelling under which an address is known: no mailbox in use tells case apart."""
    return address.lower()


def mailbox_index(address: str, *, key: bytes) -> str:
    """Give the keyed index of an address.

    Args:
        address: an e-mail address, in any spelling.
        key: the deployment's index key, 32 bytes.

    Returns:
        43 characters that name the mailbox to whoever holds the key, and nothing to anybody else.
    """
    return _mac(key, "mailbox", normalised(address))


def has_tag(address: str) -> bool:
    """Tell whether an address looks as if it had a tag: RFC 5233's detail, as in `ada+shop@`."""
    return "+" in normalised(address).rpartition("@")[0][1:]


def reader_index(address: str, *, key: bytes) -> str:
    """Give the keyed index of whoever reads an address, whatever its tag.

    For counting what is mailed and nothing else: whether a tag is one, only its own server knows.

    Args:
        address: an e-mail address, in any spelling.
        key: the deployment's index key, 32 bytes.

    Returns:
        43 characters.
    """
    local, _, domain = normalised(address).rpartition("@")
    user = local.partition("+")[0] or local
    return _mac(key, "reader", f"{user}@{domain}")


def code_index(mailbox: str, thumbprint: str, *, key: bytes) -> str:
    """Name the code that one device asked for one mailbox.

    Two devices have two codes: a stranger who asks for codes never overwrites the owner's.
    """
    return _mac(key, "code", mailbox, thumbprint)


def code_digest(
    code: str, mailbox: str, thumbprint: str, *, account: str | None, stage: tuple[bool, int], key: bytes
) -> str:
    """Digest a code for keeping. Without the key, six digits cannot be tried out against it.

    It is good for the account that the mailbox has, or for none where it has none, and at one stage of that
    (see ``Profile.stage``): what somebody read there before the account was deleted and made anew, or before
    its owner took the mailbox back and froze the account is worth nothing after that.
    """
    frozen, freezes = stage
    return _mac(key, "digits", mailbox, thumbprint, account or "", str(int(frozen)), str(freezes), code)


def move_index(account: str, thumbprint: str, *, key: bytes) -> str:
    """Name the pair of codes that one device asked for to change its account's address."""
    return _mac(key, "move", account, thumbprint)


def move_digest(
    codes: tuple[str, ...], *, account: str, mailboxes: tuple[str, str], thumbprint: str, key: bytes
) -> str:
    """Digest such a pair: good for these two mailboxes in this order, and never for signing in."""
    return _mac(key, "move-digits", account, thumbprint, *mailboxes, *codes)


def _mac(key: bytes, *parts: str) -> str:
    return base64url(hmac.new(key, length_prefixed(*parts), hashlib.sha256).digest())
