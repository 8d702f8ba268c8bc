"""A statement that a deployment signed, checked with keys that somebody else vouches for."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from facesmash.files import NotAsSignedError, origin_of, parsed

_ES256_ONLY: Final = JWSRegistry(algorithms=["ES256"])


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement whose signature holds.

    Attributes:
        claims: what it says.
        kid: RFC 7638 thumbprint of the key that signed it.
    """

    claims: Mapping[str, Any]
    kid: str

    def text(self, name: str) -> str:
        """Give a claim that is a text, and nothing that a terminal would obey.

        Raises:
            NotAsSignedError: when it is none.
        """
        value = self.claims.get(name)
        if not isinstance(value, str) or not value.isprintable():
            raise NotAsSignedError(f"what is signed has no {name!r}")
        return value

    def moment(self, name: str) -> str:
        """Give a claim that is a time, for people.

        Raises:
            NotAsSignedError: when it is none.
        """
        found = moment_of(self.claims.get(name))
        if found is None:
            raise NotAsSignedError(f"what is signed has no {name!r}")
        return found.strftime("%Y-%m-%d %H:%M:%S UTC")


def moment_of(value: object) -> datetime | None:
    """Give a time that is said in seconds since the epoch; None where no clock shows it."""
    try:
        return datetime.fromtimestamp(value, UTC) if type(value) is int else None
    except (OverflowError, ValueError, OSError):
        return None


def opened(token: str, *, keys: KeySet, typ: str, keys_at: str | None = None) -> Statement:
    """Check a statement's signature and kind.

    Args:
        token: JWS, compact serialisation (RFC 7515, section 7.1).
        keys: those that are believed.
        typ: the kind that it must be: receipts and exports are signed with the same key.
        keys_at: the address that the keys are from; None when they are from a file.

    Returns:
        The statement.

    Raises:
        NotAsSignedError: when it is not signed by one of the keys, is of another kind, or says that it is by
            a service that the keys are not from.
    """
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        kid = header.get("kid")
        key = next((key for key in keys.keys if key.thumbprint() == kid), None)
        if key is None:
            raise NotAsSignedError(
                "the key that it says it was signed with is not among those that were given"
            )
        _refuse_other_spelling(token)
        found = jws.deserialize_compact(token.encode("ascii"), key, registry=_ES256_ONLY)
        payload = found.payload.decode()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotAsSignedError("the signature does not hold: it, or what it signs, was altered") from None
    if found.headers().get("typ") != typ:
        raise NotAsSignedError(f"it is signed as something else than {typ!r}")
    claims = parsed(payload, what="what is signed")
    statement = Statement(claims=claims, kid=str(kid))
    if keys_at is not None and origin_of(statement.text("iss")) != origin_of(keys_at):
        raise NotAsSignedError(
            f"it says that it is by {statement.text('iss')}, and the keys are another service's: {keys_at}"
        )
    return statement


def _refuse_other_spelling(token: str) -> None:
    """Refuse a signature whose last letter differs in bits that belong to no byte: it would decode alike."""
    signature = token.rpartition(".")[2]
    decoded = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != signature:
        raise ValueError("not canonical")
