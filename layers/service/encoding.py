"""Bytes and text: base64url, and parts joined so that no two lists of parts look alike."""

import base64
import hashlib


def base64url(data: bytes) -> str:
    """Encode bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Decode base64url without padding.

    Raises:
        ValueError: when it is none.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def sha256_base64url(data: bytes) -> str:
    """Digest bytes with SHA-256, as base64url without padding."""
    return base64url(hashlib.sha256(data).digest())


def length_prefixed(*parts: str) -> bytes:
    """Join parts, each after its length in four bytes, so that ("ab", "c") and ("a", "bc") differ."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
