"""The largest export fits into what Lambda may answer: python -m benchmarks.export prints by how much."""

import base64
import json

from benchmarks.export import LAMBDA_BYTES, largest
from functions.export.archive import _zip
from functions.export.copy import MOST_SIGN_INS
from functions.export.signing import signed_file, unsigned_text
from functions.export.tables import tables

ROOM = 64 * 1024  # headers, and the page of an archive
KMS_BYTES = 4096


class Signer:
    """Stands where KMS signs, which takes so many bytes and no more: it asserts that."""

    def sign(self, claims: dict[str, object], *, typ: str) -> str:
        header = {"alg": "ES256", "typ": typ, "kid": "k" * 43}
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
        signing_input = b".".join(parts)
        assert len(signing_input) < KMS_BYTES
        return f"{signing_input.decode()}.{'s' * 86}"


def test_in_either_form_it_fits_and_kms_signs_it() -> None:
    export = largest(sign_ins=MOST_SIGN_INS)
    text = unsigned_text(export)
    beside = {"README.txt": b"", "export.schema.json": b"", **tables(export)}

    file = signed_file(export, text, signer=Signer(), files=beside)  # type: ignore[arg-type]

    # Lambda's answer is JSON: text is escaped in it, bytes are base64.
    assert len(json.dumps(file.decode())) < LAMBDA_BYTES - ROOM
    packed = _zip({"facesmash-export.json": file, **beside})
    assert len(base64.b64encode(packed)) < LAMBDA_BYTES - ROOM
