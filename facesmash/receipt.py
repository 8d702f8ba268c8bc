"""Is a receipt of a deletion genuine? `python -m facesmash.receipt verify FILE --jwks KEYS`."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc.jwk import KeySet

from facesmash.command import run
from facesmash.files import NotAsSignedError, parsed
from facesmash.statements import Statement, moment_of, opened

TYP: Final = "receipt+jwt"
_EVENTS: Final[Mapping[str, str]] = {
    "account-deleted": "the account was deleted",
    "consent-withdrawn": "consent was withdrawn, and the account deleted with it",
    "deleted-on-request": "the account was deleted by whoever runs the service, because its owner asked",
}
# What a file has beside the signature. All of it is compared with what is signed, but for the last.
_HOW_TO_CHECK: Final = "how_to_check"
_MEMBERS: Final = frozenset({"receipt", "reference", "deleted_at", "destroyed", _HOW_TO_CHECK})


def verify(content: bytes, keys: KeySet, *, keys_at: str | None = None) -> Sequence[str]:
    """Check a receipt: the file that the dashboard saves, the API's answer, or the bare JWS.

    Args:
        content: of the file.
        keys: those that are believed.
        keys_at: the address that they are from; None when they are from a file.

    Returns:
        What was checked, in lines for a person.

    Raises:
        NotAsSignedError: when it is not signed, or the file says something else than what is signed.
    """
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise NotAsSignedError("it is no receipt, or was altered") from None
    if not text.startswith("{"):
        return _lines(opened(text, keys=keys, typ=TYP, keys_at=keys_at))
    said = parsed(text, what="the file")
    receipt = said.get("receipt")
    if not isinstance(receipt, str):
        raise NotAsSignedError("there is no receipt in the file")
    statement = opened(receipt, keys=keys, typ=TYP, keys_at=keys_at)
    lines = _lines(statement)
    _compare(said, statement)
    lines += ["the file says nothing else about the deletion than what is signed"]
    if _HOW_TO_CHECK in said:
        lines += [f"not checked: {_HOW_TO_CHECK!r}, which is not signed; anybody may have written it"]
    return lines


def _compare(said: Mapping[str, Any], statement: Statement) -> None:
    """What stands beside the signature is for people to read: it must be what was signed."""
    if unknown := sorted(said.keys() - _MEMBERS):
        raise NotAsSignedError(f"the file has more than a receipt has: {', '.join(map(repr, unknown))}")
    if not isinstance(said.get(_HOW_TO_CHECK, ""), str):
        raise NotAsSignedError(f"{_HOW_TO_CHECK!r} is no text")
    claims = statement.claims
    deleted_at = claims.get("deleted_at")
    differs = [
        name
        for name, same in {
            "reference": _among(said.get("reference", claims.get("jti")), [claims.get("jti")]),
            "deleted_at": _among(said.get("deleted_at", deleted_at), [deleted_at, _iso(deleted_at)]),
            "destroyed": "destroyed" not in said
            or _counts(said["destroyed"]) == _counts(claims["destroyed"]),
        }.items()
        if not same
    ]
    if differs:
        raise NotAsSignedError(f"the file says something else than what is signed: {', '.join(differs)}")


def _among(said: object, signed: Sequence[object]) -> bool:
    """Say whether it is one of them; to Python, 1 and true and 1.0 are one."""
    return any(type(said) is type(one) and said == one for one in signed)


def _counts(destroyed: object) -> Mapping[str, int]:
    if not isinstance(destroyed, dict) or not all(type(count) is int for count in destroyed.values()):
        raise NotAsSignedError("'destroyed' holds something else than counts")
    # The page writes signIns where the API writes sign_ins.
    counts = {str(name).replace("_", "").lower(): count for name, count in destroyed.items()}
    if len(counts) != len(destroyed):
        raise NotAsSignedError("'destroyed' counts the same twice")
    return counts


def _iso(moment: object) -> str | None:
    found = moment_of(moment)
    return None if found is None else found.strftime("%Y-%m-%dT%H:%M:%S.000Z")  # as JavaScript writes it


def _lines(statement: Statement) -> list[str]:
    destroyed = statement.claims.get("destroyed")
    if not isinstance(destroyed, dict) or not all(map(str.isprintable, destroyed)):
        raise NotAsSignedError("what is signed does not say what was destroyed")
    _counts(destroyed)
    event = _EVENTS.get(statement.text("event"))
    if event is None:
        raise NotAsSignedError("what is signed is about something else than a deletion")
    return [
        f"signed by the key {statement.kid}, which is among those that were given",
        f"by {statement.text('iss')}, for the account {statement.text('sub')}",
        f"{event} on {statement.moment('deleted_at')}; reference {statement.text('jti')}",
        f"destroyed: {', '.join(f'{count} {name}' for name, count in destroyed.items())}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    about = "Is a receipt of a deletion genuine?"
    return run(verify, program="python -m facesmash.receipt", about=about, arguments=arguments)


if __name__ == "__main__":
    sys.exit(main())
