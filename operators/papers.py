"""The file that asks for a deletion: asked for by one operator, approved by another, both by signature.

Nothing personal is in it: the account's number, which says nothing, and the number of whoever's letter it is.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry

from service.ids import ACCOUNT_PATTERN, JTI_PATTERN, new_token_id
from service.patience import DAY_S

# A letter is answered within a month (GDPR, article 12(3)); what lies about for longer is asked anew.
REQUEST_LIFE_S: Final = 7 * DAY_S
TICKET_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9#/_.-]{0,63}$"

_ASKED: Final = "erasure-request+jwt"
_APPROVED: Final = "erasure-approval+jwt"
_ES256_ONLY: Final = JWSRegistry(algorithms=["ES256"])


class PaperRefusedError(Exception):
    """A request that nothing is done for. The message says why, to the operator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request whose signature holds.

    Attributes:
        id: 128 random bits.
        account: whose deletion it asks for.
        ticket: number of the person's own request.
        asked_at: seconds since the epoch.
        asked_by: RFC 7638 thumbprint of the operator's key.
        sha256: of the request, hexadecimal; an approval names it.
    """

    id: str
    account: str
    ticket: str
    asked_at: int
    asked_by: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Approved:
    """A request that a second operator approved.

    Attributes:
        asked: the request.
        approved_at: seconds since the epoch.
        approved_by: thumbprint of the second operator's key.
    """

    asked: Asked
    approved_at: int
    approved_by: str


def ask(key: ECKey, *, account: str, ticket: str, issuer: str, now: float) -> str:
    """Write and sign a request.

    Args:
        key: the operator's.
        account: whose deletion is asked for.
        ticket: number of the person's own request; nothing personal.
        issuer: the deployment that it is meant for.
        now: seconds since the epoch.

    Returns:
        The file's text.

    Raises:
        PaperRefusedError: when the account or the ticket is none.
    """
    if not re.fullmatch(TICKET_PATTERN, ticket):
        raise PaperRefusedError("the ticket: a number of up to 64 letters and digits, and nothing personal")
    if not re.fullmatch(ACCOUNT_PATTERN, account):
        raise PaperRefusedError("the account: 22 characters")
    claims = {
        "jti": new_token_id(),
        "aud": issuer,
        "sub": account,
        "ticket": ticket,
        "iat": int(now),
        "exp": int(now) + REQUEST_LIFE_S,
    }
    return _written({"request": _signed(key, claims, typ=_ASKED)})


def approve(text: str, key: ECKey, *, operators: KeySet, issuer: str, now: float) -> str:
    """Approve a request as a second operator.

    Returns:
        The file's new text.

    Raises:
        PaperRefusedError: when the request does not hold, or is one's own.
    """
    asked = read_request(text, operators=operators, issuer=issuer, now=now)
    if asked.asked_by == key.thumbprint():
        raise PaperRefusedError("whoever asks does not approve: it takes two")
    request = _parsed(text)["request"]
    claims = {"aud": issuer, "request_sha256": asked.sha256, "iat": int(now)}
    return _written({"request": request, "approval": _signed(key, claims, typ=_APPROVED)})


def read_request(text: str, *, operators: KeySet, issuer: str, now: float) -> Asked:
    """Check a request.

    Args:
        text: the file's.
        operators: the keys of whoever may ask and approve.
        issuer: the deployment that it must be meant for.
        now: seconds since the epoch.

    Returns:
        What is asked for.

    Raises:
        PaperRefusedError: when it does not hold.
    """
    request = _parsed(text).get("request")
    claims, kid = _opened(request, typ=_ASKED, operators=operators)
    if claims.get("aud") != issuer:
        raise PaperRefusedError(f"the request is meant for {claims.get('aud')!r}")
    # Its "exp" is what the asker wrote, and is for people to read: nobody gives themselves longer.
    asked_at = _moment(claims, what="request")
    if now < asked_at:
        raise PaperRefusedError("the request is of a time to come: is a clock wrong?")
    if now >= asked_at + REQUEST_LIFE_S:
        raise PaperRefusedError("the request is older than seven days: ask anew")
    return Asked(
        id=_text(claims, "jti", JTI_PATTERN),
        account=_text(claims, "sub", ACCOUNT_PATTERN),
        ticket=_text(claims, "ticket", TICKET_PATTERN),
        asked_at=asked_at,
        asked_by=kid,
        sha256=hashlib.sha256(str(request).encode()).hexdigest(),
    )


def read_approved(text: str, *, operators: KeySet, issuer: str, now: float) -> Approved:
    """Check a request and its approval.

    Raises:
        PaperRefusedError: when either does not hold, or both are of one operator.
    """
    asked = read_request(text, operators=operators, issuer=issuer, now=now)
    claims, kid = _opened(_parsed(text).get("approval"), typ=_APPROVED, operators=operators)
    if kid == asked.asked_by:
        raise PaperRefusedError("whoever asks does not approve: it takes two")
    if claims.get("aud") != issuer or not hmac.compare_digest(
        str(claims.get("request_sha256")).encode(), asked.sha256.encode()
    ):
        raise PaperRefusedError("the approval is of another request")
    approved_at = _moment(claims, what="approval")
    # What has not ended by now has not ended when it was approved, if that is not in the future.
    if not asked.asked_at <= approved_at <= now:
        raise PaperRefusedError("the approval is of a time before the request, or of one to come")
    return Approved(asked=asked, approved_at=approved_at, approved_by=kid)


def key_in(file: Path) -> ECKey:
    """Read an operator's private key: PEM, P-256.

    Raises:
        PaperRefusedError: when it is none.
    """
    try:
        key = ECKey.import_key(file.read_bytes())
    except (OSError, ValueError, JoseError):
        raise PaperRefusedError(f"{file} holds no private key: PEM, P-256") from None
    if key.curve_name != "P-256" or not key.is_private:
        raise PaperRefusedError(f"{file} holds no private key: PEM, P-256")
    return key


def operators_in(file: Path) -> KeySet:
    """Read the keys of whoever may ask and approve: a JSON Web Key Set.

    Raises:
        PaperRefusedError: when it is none.
    """
    try:
        return KeySet.import_key_set(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, JoseError):
        raise PaperRefusedError(f"{file} holds no JSON Web Key Set") from None


def _signed(key: ECKey, claims: Mapping[str, object], *, typ: str) -> str:
    header = {"alg": "ES256", "typ": typ, "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(claims), key)


def _opened(token: object, *, typ: str, operators: KeySet) -> tuple[dict[str, Any], str]:
    what = "request" if typ == _ASKED else "approval"
    if not isinstance(token, str):
        raise PaperRefusedError(f"the file has no {what}")
    try:
        kid = jws.extract_compact(token.encode("ascii")).headers().get("kid")
        key = next((key for key in operators.keys if key.thumbprint() == kid), None)
        if key is None:
            raise PaperRefusedError(f"the {what} is signed by nobody who is an operator")
        found = jws.deserialize_compact(token.encode("ascii"), key, registry=_ES256_ONLY)
        claims = json.loads(found.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise PaperRefusedError(f"the signature of the {what} does not hold") from None
    if found.headers().get("typ") != typ or not isinstance(claims, dict):
        raise PaperRefusedError(f"what is signed is no {what}")
    return claims, str(kid)


def _moment(claims: Mapping[str, Any], *, what: str) -> int:
    moment = claims.get("iat")
    if not isinstance(moment, int) or isinstance(moment, bool):
        raise PaperRefusedError(f"the {what} does not say when it was written")
    return moment


def _text(claims: Mapping[str, Any], name: str, pattern: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise PaperRefusedError(f"the request has no {name!r} of the form that it must have")
    return value


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PaperRefusedError("the file is no request")
    return found


def _written(paper: Mapping[str, str]) -> str:
    return json.dumps(paper, indent=1) + "\n"
