"""What authenticators, paper and mailed links bring: CBOR and JSON of a stranger's, codes, tokens."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from functions.passkeys.ceremony import _id_of
from passkeys.verify import MAX_ID_BYTES, MAX_KEY_BYTES, Added, Refused, verify_added, verify_used
from service.encoding import base64url, from_base64url
from service.freezing import FreezeTokenText, freeze_token, is_vouched_for, read_freeze_token
from service.problems import AuthenticationFailed
from service.recovery import RecoveryCodeText, recovery_digest
from service.vault import DataKey
from tests.fuzz.checks import NOW, FindingError, Target, adapted, same, says_nothing, text_of
from tests.support.authenticator import Authenticator

RP_ID, ORIGIN = "site.example", "https://site.example"
_KEY: Final = ec.derive_private_key(7, ec.SECP256R1())  # the same in every run
_AUTHENTICATOR: Final = Authenticator(
    origin=ORIGIN, rp_id=RP_ID, counts=False, credential_id=b"c" * 32, key=_KEY
)
_CHALLENGE: Final = "n" * 43
MADE: Final = _AUTHENTICATOR.make(_CHALLENGE)
USED: Final = _AUTHENTICATOR.use(_CHALLENGE)
_DATA_KEY: Final = DataKey(account="A" * 22, version=1, material=b"k" * 32)


def attestation(data: bytes) -> bool:
    """An attestation object: CBOR, in it what the authenticator says, in it a key."""
    return _added(MADE | {"attestation": base64url(data)})


def made_client_data(data: bytes) -> bool:
    """What the browser says of a passkey that was made."""
    return _added(MADE | {"client_data": base64url(data)})


def assertion(data: bytes) -> bool:
    """What an authenticator says when it is used, signed by the key itself: whoever has one says anything."""
    return _used(USED | {"authenticator_data": base64url(data), "signature": _signature(data, USED)})


def used_client_data(data: bytes) -> bool:
    """What the browser says of a passkey that was used, signed likewise."""
    answer = USED | {"client_data": base64url(data)}
    return _used(answer | {"signature": _signature(from_base64url(USED["authenticator_data"]), answer)})


def signature(data: bytes) -> bool:
    """A signature."""
    return _used(USED | {"signature": base64url(data)})


def cose_key(data: bytes) -> bool:
    """A public key as an authenticator gives it, in an attestation that is right but for it."""
    whole = cbor2.loads(from_base64url(MADE["attestation"]))
    at = len(whole["authData"]) - len(_AUTHENTICATOR._cose())
    return attestation(cbor2.dumps(whole | {"authData": whole["authData"][:at] + data}))


def credential_id(data: bytes) -> bool:
    """The name of a passkey."""
    try:
        found = _id_of(text_of(data))
    except AuthenticationFailed as error:
        return says_nothing(error)
    return same(len(found), 43)


def recovery_code(data: bytes) -> bool:
    """A recovery code that a person typed, or read wrongly."""
    text = adapted(RecoveryCodeText, data)
    if text is None:
        return False
    bare = text.replace("-", "").replace(" ", "")
    spellings = {text, text.lower(), text.upper(), bare, "-".join(bare)}
    if len({recovery_digest(spelling, account="A" * 22) for spelling in spellings}) != 1:
        raise FindingError("one code in two spellings is two codes")
    return recovery_digest(text, account="A" * 22) != recovery_digest(text, account="B" * 22)


def freeze_link(data: bytes) -> bool:
    """The token in the link of a notice."""
    text = adapted(FreezeTokenText, data)
    token = None if text is None else read_freeze_token(text)
    if token is None:
        return False
    same(base64url(token.facts + token.mac), text)
    if not is_vouched_for(token, key=_DATA_KEY, freezes=3, now=NOW):
        return False
    return same(freeze_token(_DATA_KEY, freezes=token.freezes, now=token.issued_at), text)


def _added(answer: Mapping[str, str]) -> bool:
    given = {"challenge": from_base64url(_CHALLENGE), "rp_id": RP_ID, "origin": ORIGIN}
    try:
        added = verify_added(**answer, **given)  # type: ignore[arg-type]
    except Refused as error:
        return says_nothing(error)
    if len(added.public_key) > MAX_KEY_BYTES or len(added.credential_id) > MAX_ID_BYTES:
        raise FindingError("a passkey that is longer than a row has room for")
    if base64url(added.credential_id) != answer["credential_id"]:
        raise FindingError("a passkey under another name than it has")
    return same(added, verify_added(**answer, **given))  # type: ignore[arg-type]


def _used(answer: Mapping[str, str]) -> bool:
    kept = Added(credential_id=b"c" * 32, public_key=_AUTHENTICATOR._cose(), sign_count=0, synced=False)
    given = {"challenge": from_base64url(_CHALLENGE), "rp_id": RP_ID, "origin": ORIGIN, "kept": kept}
    try:
        used = verify_used(**answer, **given)  # type: ignore[arg-type]
    except Refused as error:
        return says_nothing(error)
    said = from_base64url(answer["authenticator_data"])
    same(said[:32], hashlib.sha256(RP_ID.encode()).digest())
    same(said[32] & 0x05, 0x05)  # somebody was there, and was verified
    # As bytes: `webauthn` takes any spelling of them, and the signature covers the one that came.
    asked_for = json.loads(from_base64url(answer["client_data"]))["challenge"]
    same(base64.urlsafe_b64decode(f"{asked_for}=="), from_base64url(_CHALLENGE))
    return same(used.sign_count, int.from_bytes(said[33:37], "big"))


def _signature(data: bytes, answer: Mapping[str, str]) -> str:
    client_data = from_base64url(answer["client_data"])
    return base64url(_KEY.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256())))


def _bytes(answer: Mapping[str, str], name: str) -> bytes:
    return from_base64url(answer[name])


LINK: Final = freeze_token(_DATA_KEY, freezes=3, now=NOW)
TARGETS: Final[Mapping[str, Target]] = {
    "attestation": Target(
        run=attestation,
        seeds=(_bytes(MADE, "attestation"),),
        wrong=(b"\x9f" * 700, b"\x81" * 700, b"\xbb" + b"\xff" * 8, b"\xd8\x1c" * 300),
    ),
    "made_client_data": Target(
        run=made_client_data, seeds=(_bytes(MADE, "client_data"),), wrong=(b"[" * 1400, b"{}")
    ),
    "cose_key": Target(
        run=cose_key, seeds=(_AUTHENTICATOR._cose(),), wrong=(b"", b"\xa0", cbor2.dumps({1: 2, 3: -7}))
    ),
    "assertion": Target(run=assertion, seeds=(_bytes(USED, "authenticator_data"),), wrong=(b"", bytes(37))),
    "used_client_data": Target(
        run=used_client_data,
        seeds=(_bytes(USED, "client_data"),),
        wrong=(b"[" * 1400, _bytes(MADE, "client_data")),
    ),
    "signature": Target(run=signature, seeds=(_bytes(USED, "signature"),), wrong=(b"", bytes(70))),
    "credential_id": Target(run=credential_id, seeds=(b"A" * 43,), wrong=(b"A" * 17,)),
    "recovery_code": Target(
        run=recovery_code,
        seeds=(b"0000-0000-0000-0000-0000-ZZZZ", b"oIlL oIlL oIlL oIlL oIlL oIlL"),
        wrong=(b"0000-0000-0000-0000-0000-000", "\uff10".encode() * 24, b"0" * 24 + b"\n"),
    ),
    "freeze_link": Target(
        run=freeze_link,
        seeds=(LINK.encode(),),
        wrong=(
            b"A" * 76,
            LINK.encode() + b"\n",
            base64.urlsafe_b64encode(b"\x01" + b"\xff" * 56),
        ),
    ),
}
