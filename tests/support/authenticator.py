"""An authenticator in software, after WebAuthn Level 3, section 6: it makes keys and signs, for real.

It is a second implementation: bytes are laid out here by hand, so that what reads them is not its own judge.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One credential on one authenticator.

    Attributes:
        origin: of the page that asks.
        rp_id: the domain that it hashes.
        sign_count: its counter; it moves on at each use unless ``counts`` is False.
        flags: of the authenticator data.
        synced: whether its key may leave it.
    """

    origin: str
    rp_id: str
    sign_count: int = 0
    counts: bool = True
    verified: bool = True
    synced: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def but(self, **changes: Any) -> "Authenticator":  # noqa: ANN401 -- any of its fields
        """The same credential, answering otherwise."""
        return replace(self, **changes)

    def make(self, challenge: str) -> dict[str, str]:
        """Answer ``navigator.credentials.create``, attestation "none"."""
        data = self._data(HAS_KEY) + bytes(16) + len(self.credential_id).to_bytes(2, "big")
        data += self.credential_id + self._cose()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "credential_id": encoded(self.credential_id),
            "client_data": encoded(self._client_data("webauthn.create", challenge)),
            "attestation": encoded(attestation),
        }

    def use(self, challenge: str) -> dict[str, str]:
        """Answer ``navigator.credentials.get``."""
        if self.counts:
            self.sign_count += 1
        data, client_data = self._data(), self._client_data("webauthn.get", challenge)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "credential_id": encoded(self.credential_id),
            "client_data": encoded(client_data),
            "authenticator_data": encoded(data),
            "signature": encoded(signature),
        }

    def _data(self, more: int = 0) -> bytes:
        flags = USER_PRESENT | more | (USER_VERIFIED if self.verified else 0)
        flags |= BACKUP_ELIGIBLE | BACKED_UP if self.synced else 0
        return (
            hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


def encoded(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
