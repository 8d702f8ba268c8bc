"""Sealing under an account's own key: AES-256-GCM, every blob bound to the place it belongs to."""

import os
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.encoding import length_prefixed

APPLICATION: Final = "facesmash"
SCHEMA_VERSION: Final = 1

_FORMAT: Final = b"\x01"
_NONCE_BYTES: Final = 12
_NO_MODEL: Final = "-"

Kind: TypeAlias = Literal[
    "descriptor",
    "learned-descriptor",
    "quality",
    "email",
    "device-name",
    "passkey-name",
    "passkey-credential",
    "consent",
    "sign-in",
    "log-head",
    "challenge",
    "challenge-reveal",
    "grant",
    "permit",
    "notice",
    "farewell",
]


class SealBrokenError(Exception):
    """A blob was changed, moved, or sealed under another key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DataKey:
    """An account's key, for as long as a request lasts.

    Attributes:
        account: whose it is.
        version: of the key; a blob says under which it was sealed by failing to open under another.
        material: the 32 bytes.
    """

    account: str
    version: int
    material: bytes = field(repr=False)


def seal(key: DataKey, plaintext: bytes, *, item: str, kind: Kind, model: str = _NO_MODEL) -> bytes:
    """Seal a value for one place.

    Args:
        key: the account's key.
        plaintext: what to seal.
        item: sort key of the item that will hold it.
        kind: what it is.
        model: the model that made it, where one did.

    Returns:
        Format byte, nonce of 12 bytes, ciphertext and tag.
    """
    nonce = os.urandom(_NONCE_BYTES)
    place = _place(key, item=item, kind=kind, model=model)
    return _FORMAT + nonce + AESGCM(key.material).encrypt(nonce, plaintext, place)


def unseal(key: DataKey, blob: bytes, *, item: str, kind: Kind, model: str = _NO_MODEL) -> bytes:
    """Open what was sealed for the same place.

    Args:
        key: the account's key.
        blob: what ``seal`` gave.
        item: sort key of the item that holds it.
        kind: what it is.
        model: the model that made it, where one did.

    Returns:
        The plaintext.

    Raises:
        SealBrokenError: when the blob was changed, moved to another place, or is under another key.
    """
    if blob[:1] != _FORMAT:
        raise SealBrokenError
    nonce, ciphertext = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key.material).decrypt(nonce, ciphertext, _place(key, item=item, kind=kind, model=model))
    except (InvalidTag, ValueError):
        raise SealBrokenError from None


def _place(key: DataKey, *, item: str, kind: Kind, model: str) -> bytes:
    return length_prefixed(APPLICATION, key.account, item, str(SCHEMA_VERSION), model, str(key.version), kind)
