"""What an authenticator answered, held to what it was asked (WebAuthn Level 3, sections 7.1 and 7.2).

`webauthn` does the parsing and the cryptography. What it leaves to us is decided here: that the person was
verified, that a key which never left its device stays one, and what a counter that does not move means. Every
refusal is one exception without a word: what was wrong is nobody's business.
"""

import json
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from webauthn import base64url_to_bytes, verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AttestationFormat, CredentialDeviceType

# ES256, EdDSA and RS256: what platforms make, and nothing with SHA-1.
ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
MAX_KEY_BYTES: Final = 1024  # RSA of 4096 bits takes some 530
MAX_ID_BYTES: Final = 1023  # section 4: "credential ID ... at most 1023 bytes"

# "none" is asked for; a self attestation of the key itself may still come (Level 3, section 5.1.3, step 25).
_ATTESTATIONS: Final = (AttestationFormat.NONE, AttestationFormat.PACKED)

Counter: TypeAlias = Literal["forward", "unused", "backward"]


class Refused(Exception):  # noqa: N818 -- a decision, no mistake
    """The answer does not hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """A credential that was made.

    Attributes:
        credential_id: as the authenticator names it, bytes.
        public_key: COSE_Key, CBOR.
        sign_count: the authenticator's counter; 0 where it keeps none.
        synced: whether the key may leave its device (flag BE, backup eligible).
    """

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    synced: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """A credential whose signature held.

    Attributes:
        sign_count: the counter now.
        counter: ``backward`` when it did not move on from the kept one: two authenticators have the key.
    """

    sign_count: int
    counter: Counter


def verify_added(
    *, credential_id: str, client_data: str, attestation: str, challenge: bytes, rp_id: str, origin: str
) -> Added:
    """Check what an authenticator says of a credential that it made.

    Args:
        credential_id: base64url.
        client_data: clientDataJSON, base64url.
        attestation: attestationObject, base64url; of the formats "none" and "packed".
        challenge: that was asked for, bytes.
        rp_id: the domain that the credential must be for.
        origin: the origin of the page that must have asked.

    Returns:
        The credential.

    Raises:
        Refused: when anything does not hold, or the person was not verified.
    """
    answer = {"clientDataJSON": client_data, "attestationObject": attestation}
    try:
        found = verify_registration_response(
            credential=_credential(credential_id, answer),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except Exception:  # noqa: BLE001 -- CBOR of a stranger's: whatever breaks is a refusal
        raise Refused from None  # what the package says shows values of the request
    if found.fmt not in _ATTESTATIONS or base64url_to_bytes(credential_id) != found.credential_id:
        raise Refused
    if len(found.credential_public_key) > MAX_KEY_BYTES or len(found.credential_id) > MAX_ID_BYTES:
        raise Refused
    return Added(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        synced=found.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def verify_used(
    *,
    credential_id: str,
    client_data: str,
    authenticator_data: str,
    signature: str,
    challenge: bytes,
    rp_id: str,
    origin: str,
    kept: Added,
) -> Used:
    """Check that whoever holds a credential answered.

    Args:
        credential_id: base64url.
        client_data: clientDataJSON, base64url.
        authenticator_data: base64url.
        signature: over both, base64url.
        challenge: that was asked for, bytes.
        rp_id: the domain that the credential must be for.
        origin: the origin of the page that must have asked.
        kept: the credential, as it was kept.

    Returns:
        That it held. The counter is judged after the signature: a stranger cannot make it go backward.

    Raises:
        Refused: when anything does not hold, the person was not verified, or a key that was bound to its
            device now says that it may leave it (section 7.2: BE never changes).
    """
    answer = {"clientDataJSON": client_data, "authenticatorData": authenticator_data, "signature": signature}
    try:
        found = verify_authentication_response(
            credential=_credential(credential_id, answer),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=0,  # the package looks at it before the signature; we do after
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 -- as above
        raise Refused from None
    synced = found.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if synced != kept.synced or found.credential_id != kept.credential_id:
        raise Refused
    return Used(sign_count=found.new_sign_count, counter=_counter(kept.sign_count, found.new_sign_count))


def _counter(kept: int, now: int) -> Counter:
    if kept == now == 0:
        return "unused"
    return "forward" if now > kept else "backward"


def _credential(credential_id: str, answer: dict[str, str]) -> str:
    return json.dumps({"id": credential_id, "rawId": credential_id, "type": "public-key", "response": answer})
