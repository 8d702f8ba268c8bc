"""An export as a ZIP archive: the signed file, its schema, tables of it, and a page that explains them."""

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pydantic_core import to_json

from functions.export.models import Export
from functions.export.schema import json_schema
from functions.export.signing import signed_file, unsigned_text
from functions.export.tables import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.signing import Signer

JSON_FILE: Final = "facesmash-export.json"
SCHEMA_FILE: Final = "export.schema.json"
README_FILE: Final = "README.txt"

# The same for all: when it was made stands in the file, and so equal contents are equal bytes.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o100644 << 16

_TABLES: Final[dict[str, str]] = {
    "account.csv": "what stands alone: your address, the account's state, when it was made",
    "templates.csv": "what your face is recognised by",
    "devices.csv": "the devices that may sign in",
    "passkeys.csv": "the passkeys that may sign in",
    "consents.csv": "what you agreed to, and when",
    "policies.csv": "the texts that you agreed to",
    "sign-ins.csv": "who signed in, or tried to",
    "sessions.csv": "where somebody is signed in",
    "applications.csv": "the applications that you sign in to with this account",
}


def archive(export: Export, *, signer: "Signer", product: str) -> bytes:
    """Pack an export.

    Args:
        export: what is exported.
        signer: the deployment's statement key.
        product: what the deployment calls itself.

    Returns:
        The archive. Its JSON file is the one that is given alone as well, and its signature is about the
        other files too.
    """
    text = unsigned_text(export)
    files = {
        README_FILE: _readme(export, product).encode(),
        SCHEMA_FILE: to_json(json_schema(), indent=2) + b"\n",
        **tables(export),
    }
    signed = signed_file(export, text, signer=signer, files=files)
    return _zip({JSON_FILE: signed, **files})


def _zip(files: "Mapping[str, bytes]") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive_file.writestr(entry, content)
    return packed.getvalue()


def _readme(export: Export, product: str) -> str:
    made = datetime.fromtimestamp(export.exported_at, UTC).strftime("%d %B %Y, %H:%M UTC")
    tables_of = "\n".join(f"  {name:<20}{what}" for name, what in _TABLES.items())
    fields = "\n".join(f"  {path}\n      {text}" for path, text in export.explanations.items())
    faces = (
        "They hold the numbers that your face is recognised by. Whoever has them has something that cannot\n"
        "be changed like a password. Keep these files where nobody else reads them, or delete them."
        if export.descriptors == "included"
        else "The numbers that your face is recognised by are not in them, because this session began\n"
        "without your face. Sign in with your face and download again to have them."
    )
    return f"""\
Everything that {product} holds about you, made on {made}.

{faces}

  {JSON_FILE}  all of it, for programs; it is signed
  {SCHEMA_FILE}    what such a file looks like (JSON Schema)
{tables_of}

The tables say what the JSON file says, for a spreadsheet: times are UTC, and a list inside a cell is JSON.
What a spreadsheet would take for a formula has an apostrophe before it that is not part of it.

Is this what the service gave? The last member of the JSON file, "signature", is a signature (JWS, ES256) by
{export.issuer}
over the SHA-256 of the file without that member, and of the other files here. Whoever has the FaceSmash
sources checks it with the service's published keys and asks it for nothing else:

  python -m facesmash.export verify THIS.zip --jwks https://<service>/.well-known/receipt-keys.json

For https://<service> write the address of the service that YOU know, not one that you have from a file such
as this: a forged file would name its forger's address. That of whoever made this one is
{export.issuer}
and must be the one that you know.

One byte that is changed, in any of these files, is found.

What each field means (times are seconds since the beginning of 1970, UTC):

{fields}
"""
