"""The signature of an export: it lies in the file, and names the digest of the file without it.

Why so, and not around the file or beside it: docs/decisions/signed-export.md.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from functions.export.models import SCHEMA_ID, Export
from service.ids import new_token_id
from service.tokens import sign_export

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.signing import Signer

_END: Final = "\n}"


def unsigned_text(export: Export) -> str:
    """Write an export as JSON: what the signature is about."""
    return export.model_dump_json(indent=1)


def signed_file(
    export: Export, text: str, *, signer: "Signer", files: "Mapping[str, bytes] | None" = None
) -> bytes:
    """Sign an export.

    Args:
        export: what is exported.
        text: the same as ``unsigned_text`` wrote it.
        signer: the deployment's statement key.
        files: what travels with it, by name; the signature is about these too.

    Returns:
        The file: the text with one member more at its end, ``signature``.
    """
    claims: dict[str, object] = {
        "iss": export.issuer,
        "sub": export.account,
        "iat": export.exported_at,
        "jti": new_token_id(),
        "schema": SCHEMA_ID,
        "sha256": sha256(text.encode()).hexdigest(),
    }
    if files:
        claims["files"] = {name: sha256(content).hexdigest() for name, content in files.items()}
    signature = sign_export(signer, claims=claims)
    return f'{text.removesuffix(_END)},\n "signature": "{signature}"{_END}'.encode()
