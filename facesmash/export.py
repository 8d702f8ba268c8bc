"""Is an export what the deployment gave? `python -m facesmash.export verify FILE --jwks KEYS`."""

import hashlib
import hmac
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc.jwk import KeySet

from facesmash.archives import BEGINS, unpacked
from facesmash.command import run
from facesmash.files import NotAsSignedError, parsed
from facesmash.statements import Statement, opened

TYP: Final = "export+jwt"
JSON_FILE: Final = "facesmash-export.json"
SCHEMA: Final = "urn:facesmash:schema:export-1"
# The last member, as it is written: what stands before it and the end are what is signed.
_SIGNATURE: Final = re.compile(rb',\n "signature": "([A-Za-z0-9_.-]{1,16384})"\n\}\Z')


def verify(content: bytes, keys: KeySet, *, keys_at: str | None = None) -> Sequence[str]:
    """Check an export, alone or in its archive.

    Args:
        content: of the file.
        keys: those that are believed.
        keys_at: the address that they are from; None when they are from a file.

    Returns:
        What was checked, in lines for a person.

    Raises:
        NotAsSignedError: when anything of it is not what was signed.
    """
    if not content.startswith(BEGINS):
        statement, export = _verified(content, keys, keys_at)
        if "files" in statement.claims:
            # It stood in an archive, and holds as it stands; the others are not here to be judged.
            return [*_lines(statement, export), "not checked: the tables of the archive that it is from"]
        return _lines(statement, export)
    files = unpacked(content)
    if JSON_FILE not in files:
        raise NotAsSignedError(f"there is no {JSON_FILE} in the archive")
    statement, export = _verified(files.pop(JSON_FILE), keys, keys_at)
    _compare(files, statement.claims.get("files"))
    return [*_lines(statement, export), *(f"the file {name!r} is as it was signed" for name in sorted(files))]


def _verified(content: bytes, keys: KeySet, keys_at: str | None) -> tuple[Statement, dict[str, Any]]:
    found = _SIGNATURE.search(content)
    if found is None:
        raise NotAsSignedError(
            "there is no signature at its end: it is no export, it was altered there, or a program has "
            "saved it anew in its own form"
        )
    statement = opened(found[1].decode(), keys=keys, typ=TYP, keys_at=keys_at)
    unsigned = content[: found.start()] + b"\n}"
    if not _is(unsigned, statement.text("sha256")):
        raise NotAsSignedError("it is not what was signed: at least one byte of it was altered")
    try:
        export = parsed(unsigned.decode(), what="the export")
    except UnicodeDecodeError:
        raise NotAsSignedError("the export is no text") from None
    signed = [statement.claims.get(name) for name in ("schema", "iss", "sub")]
    if signed != [export.get(name) for name in ("json_schema", "issuer", "account")] or signed[0] != SCHEMA:
        raise NotAsSignedError("the signature is about an export of another kind, service or account")
    return statement, export


def _lines(statement: Statement, export: Mapping[str, Any]) -> list[str]:
    lists = ("templates", "devices", "passkeys", "consents", "sign_ins", "sessions", "grants")
    counted = ", ".join(f"{len(export[name])} {name}" for name in lists if isinstance(export.get(name), list))
    return [
        f"signed by the key {statement.kid}, which is among those that were given",
        f"by {statement.text('iss')}, on {statement.moment('iat')}, for the account {statement.text('sub')}",
        f"not a byte was altered since: {counted}",
    ]


def _compare(files: Mapping[str, bytes], signed: object) -> None:
    digests = signed if isinstance(signed, dict) else {}
    if missing := sorted(digests.keys() - files.keys()):
        raise NotAsSignedError(f"there were more files: {_named(missing)}")
    if added := sorted(files.keys() - digests.keys()):
        raise NotAsSignedError(f"the archive has files that nobody signed: {_named(added)}")
    if altered := sorted(name for name, content in files.items() if not _is(content, str(digests[name]))):
        raise NotAsSignedError(f"at least one byte was altered in: {_named(altered)}")


def _named(files: Sequence[str]) -> str:
    """Give names as nothing that a terminal would obey: whoever packed the archive chose them."""
    return ", ".join(map(repr, files))


def _is(content: bytes, digest: str) -> bool:
    return hmac.compare_digest(hashlib.sha256(content).hexdigest().encode(), digest.encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    about = "Is an export (JSON or ZIP) what the deployment gave?"
    return run(verify, program="python -m facesmash.export", about=about, arguments=arguments)


if __name__ == "__main__":
    sys.exit(main())
