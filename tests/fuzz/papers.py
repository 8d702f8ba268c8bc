"""What people keep and operators hand on: files that somebody may have altered, checked without a network."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from joserfc.jwk import KeySet

from facesmash import export, receipt
from facesmash.archives import unpacked
from facesmash.files import NotAsSignedError, parsed
from operators.papers import PaperRefusedError, ask, read_approved, read_request
from tests.fuzz.checks import DEVICE, ISSUER, NESTED, NOW, THUMBPRINT, FindingError, Target, same, signed

KEYS: Final = KeySet.import_key_set({"keys": [DEVICE.as_dict(private=False)]})


def erasure_paper(data: bytes) -> bool:
    """The file that asks for a deletion, and that a second operator approves."""
    text = data.decode(errors="surrogateescape")
    for read in (read_request, read_approved):
        try:
            read(text, operators=KEYS, issuer=ISSUER, now=NOW)
        except PaperRefusedError as error:
            _is_one_printable_line(str(error))
            return read is read_approved
    raise FindingError("one operator asks and approves")


def erasure_claims(data: bytes) -> bool:
    """What an operator did sign: one of two, whom the other does not believe."""
    token = signed(data, header={"typ": "erasure-request+jwt", "kid": THUMBPRINT})
    return erasure_paper(json.dumps({"request": token}).encode())


def receipt_file(data: bytes) -> bool:
    """A receipt, as the dashboard saves it or bare."""
    return _verified(receipt.verify, data)


def receipt_claims(data: bytes) -> bool:
    """What a deployment of another version may have signed."""
    return receipt_file(signed(data, header={"typ": receipt.TYP, "kid": THUMBPRINT}).encode())


def export_file(data: bytes) -> bool:
    """An export, alone or in its archive."""
    return _verified(export.verify, data)


def export_claims(data: bytes) -> bool:
    """As above, of an export whose bytes are right."""
    return export_file(_with_signature(signed(data, header={"typ": export.TYP, "kid": THUMBPRINT})))


def archive(data: bytes) -> bool:
    """An archive: what is read of it is what every other program would read."""
    try:
        files = unpacked(data)
    except NotAsSignedError as error:
        _is_one_printable_line(str(error))
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        return same(files, {name: other.read(name) for name in other.namelist()})


def kept_json(data: bytes) -> bool:
    """JSON in which nothing may stand twice."""
    try:
        found = parsed(data.decode(errors="surrogateescape"), what="the file")
    except NotAsSignedError as error:
        _is_one_printable_line(str(error))
        return False
    return same(parsed(json.dumps(found), what="the file"), found)


def _verified(verify: Callable[[bytes, KeySet], Sequence[str]], data: bytes) -> bool:
    try:
        lines = verify(data, KEYS)
    except NotAsSignedError as error:
        _is_one_printable_line(str(error))
        return False
    for line in lines:
        _is_one_printable_line(line)
    return True


def _is_one_printable_line(text: str) -> None:
    """A file that could write to a person's terminal could write there that it holds."""
    if not text.isprintable():
        raise FindingError("what came in can write what it likes where the answer is read")


_EXPORT: Final = (
    f'{{\n "json_schema": "{export.SCHEMA}",\n "issuer": "{ISSUER}",\n "account": "{"A" * 22}"'.encode()
)
_EXPORT_SHA256: Final = hashlib.sha256(_EXPORT + b"\n}").hexdigest()
_EXPORT_CLAIMS: Final = json.dumps(
    {"iss": ISSUER, "sub": "A" * 22, "iat": int(NOW), "schema": export.SCHEMA, "sha256": _EXPORT_SHA256}
).encode()
_RECEIPT_CLAIMS: Final = json.dumps(
    {
        "iss": ISSUER,
        "sub": "A" * 22,
        "jti": "j" * 22,
        "event": "account-deleted",
        "deleted_at": int(NOW),
        "destroyed": {"templates": 4, "sign_ins": 2},
    }
).encode()
_PAPER: Final = ask(DEVICE, account="A" * 22, ticket="T-1", issuer=ISSUER, now=NOW)
_PAPER_CLAIMS: Final = json.dumps(
    {"jti": "j" * 22, "aud": ISSUER, "sub": "A" * 22, "ticket": "T-1", "iat": int(NOW)}
).encode()


def _with_signature(token: str) -> bytes:
    return _EXPORT + f',\n "signature": "{token}"\n}}'.encode()


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _targets() -> dict[str, Target]:
    bare = signed(_RECEIPT_CLAIMS, header={"typ": receipt.TYP, "kid": THUMBPRINT})
    saved = {"receipt": bare, "deleted_at": int(NOW), "destroyed": {"templates": 4, "signIns": 2}}
    table = {"devices.csv": b"name\r\n"}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in table.items()}
    claims = json.dumps({**json.loads(_EXPORT_CLAIMS), "files": digests}).encode()
    alone = _with_signature(signed(_EXPORT_CLAIMS, header={"typ": export.TYP, "kid": THUMBPRINT}))
    within = _with_signature(signed(claims, header={"typ": export.TYP, "kid": THUMBPRINT}))
    whole = _packed({export.JSON_FILE: within, **table})
    strange = _packed({export.JSON_FILE: within, **table, "\x1b[2K\rHOLDS": b""})
    deep = b'{"a":' * 3000
    return {
        "erasure_paper": Target(
            run=erasure_paper, seeds=(_PAPER.encode(),), wrong=(b"{}", b"[" * 3000, deep, b"\xff")
        ),
        "erasure_claims": Target(run=erasure_claims, seeds=(_PAPER_CLAIMS,), wrong=(b"[]", deep, b"{}")),
        "receipt_file": Target(
            run=receipt_file,
            seeds=(bare.encode(), json.dumps(saved).encode()),
            wrong=(b"", deep, NESTED, json.dumps({**saved, "\x1b[2K": ""}).encode()),
        ),
        "receipt_claims": Target(
            run=receipt_claims,
            seeds=(_RECEIPT_CLAIMS,),
            wrong=(
                b"[]",
                deep,
                _RECEIPT_CLAIMS.replace(str(int(NOW)).encode(), b"9" * 30),
                _RECEIPT_CLAIMS.replace(b"4", b'"\\u001b"').replace(b'"account-deleted"', b'"\\ud800"'),
            ),
        ),
        "export_file": Target(run=export_file, seeds=(alone, within, whole), wrong=(b"", strange, deep)),
        "export_claims": Target(
            run=export_claims,
            seeds=(_EXPORT_CLAIMS,),
            wrong=(b"{}", deep, _EXPORT_CLAIMS.replace(str(int(NOW)).encode(), b"9" * 30)),
        ),
        "archive": Target(run=archive, seeds=(whole,), wrong=(b"PK\x03\x04", whole + b"\x00", whole[:-1])),
        "kept_json": Target(run=kept_json, seeds=(b'{"a": [1, "b"]}',), wrong=(deep, b'{"a":1,"a":1}', b"1")),
    }


TARGETS: Final = _targets()
