"""DPoP (RFC 9449): the device's key signs exactly this request, now, for this challenge."""

import hmac
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.encoding import sha256_base64url
from service.ids import CHALLENGE_PATTERN
from service.problem import FieldError
from service.problems import ProofInvalid
from service.request import Request

CLOCK_TOLERANCE_S: Final = 60  # into the past: RFC 9449, section 11.1, leaves it to the server
CLOCK_LEAD_S: Final = 10  # into the future: browsers set their clock by our Date header, rounded to a second
MAX_PROOF_LENGTH: Final = 2048  # a proof with every claim is about 900 characters

NO_PROOF: Final = FieldError(field="DPoP", reason="missing")

_LATEST_S: Final = 2**53  # JSON's largest safe integer: no time is later, and none is too large to compare
_COORDINATE_LENGTH: Final = 43  # 32 bytes in base64url
_METHODS_WITH_BODY: Final = frozenset({"POST", "PATCH", "DELETE"})
_HEADER_MEMBERS: Final = frozenset({"typ", "alg", "jwk"})
_KEY_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})
_ES256_ONLY: Final = JWSRegistry(algorithms=["ES256"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A proof that held.

    Attributes:
        thumbprint: RFC 7638 thumbprint of the device's key; it names the device.
        public_key: the public key as a JWK: kty, crv, x, y.
        id: the proof's ``jti``; a proof that was overheard has the same.
        nonce: id of the challenge that the device answers; None where none was asked for.
    """

    thumbprint: str
    public_key: dict[str, str]
    id: str
    nonce: str | None


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    jti: str = Field(min_length=8, max_length=128)
    htm: str
    htu: str
    iat: int = Field(ge=0, le=_LATEST_S)
    ath: str | None = None
    nonce: str | None = Field(default=None, pattern=CHALLENGE_PATTERN)
    body_sha256: str | None = None


def verify_proof(*, request: Request, now: float, answers_challenge: bool) -> Proof:
    """Check the DPoP proof of a request.

    Args:
        request: the request that the proof must fit.
        now: seconds since the epoch.
        answers_challenge: whether the proof must name a challenge in ``nonce``.

    Returns:
        The proof, with the device's key. Whether that device is known, and whether the challenge is good, is
        for others to find out.

    Raises:
        ProofInvalid: when any claim or the signature does not hold, and never saying which; that there is no
            proof at all is said, since the caller can see it.
    """
    if not request.proof:
        raise ProofInvalid([NO_PROOF])
    if len(request.proof) > MAX_PROOF_LENGTH:
        raise ProofInvalid
    try:
        key, payload = _open(request.proof)
        claims = _Claims.model_validate_json(payload)
    except (JoseError, ValidationError, ValueError, TypeError, KeyError, RecursionError):
        raise ProofInvalid from None
    if not _fits(claims, request=request, now=now, answers_challenge=answers_challenge):
        raise ProofInvalid
    public_key = {
        name: str(value) for name, value in key.as_dict(private=False).items() if name in _KEY_MEMBERS
    }
    return Proof(thumbprint=key.thumbprint(), public_key=public_key, id=claims.jti, nonce=claims.nonce)


def _open(proof: str) -> tuple[ECKey, bytes]:
    unverified = jws.extract_compact(proof.encode("ascii"))
    header = unverified.headers()
    if header.keys() != _HEADER_MEMBERS or header["typ"] != "dpop+jwt":
        raise ProofInvalid
    key = _public_key(header["jwk"])
    verified = jws.deserialize_compact(proof, key, registry=_ES256_ONLY)
    return key, verified.payload


def _public_key(given: Any) -> ECKey:  # noqa: ANN401 -- a stranger's JSON
    # Exactly the public members: a private key in a header is a device that gave itself away.
    if not isinstance(given, dict) or given.keys() != _KEY_MEMBERS:
        raise ProofInvalid
    if given["kty"] != "EC" or given["crv"] != "P-256":
        raise ProofInvalid
    # One way to write a key, so that a key has one thumbprint (RFC 7518, section 6.2.1.2).
    if not all(
        isinstance(given[name], str) and len(given[name]) == _COORDINATE_LENGTH for name in ("x", "y")
    ):
        raise ProofInvalid
    return ECKey.import_key(given)


def _fits(claims: _Claims, *, request: Request, now: float, answers_challenge: bool) -> bool:
    expected_digest = sha256_base64url(request.body) if request.method in _METHODS_WITH_BODY else None
    expected_token = (
        sha256_base64url(request.access_token.encode()) if request.access_token is not None else None
    )
    return (
        claims.htm == request.method
        and _same_url(claims.htu, request.url)
        and -CLOCK_LEAD_S <= now - claims.iat <= CLOCK_TOLERANCE_S
        and _same_digest(claims.body_sha256, expected_digest)
        and _same_digest(claims.ath, expected_token)
        and (claims.nonce is not None or not answers_challenge)
    )


def _same_digest(given: str | None, expected: str | None) -> bool:
    if expected is None:
        return True  # nothing to bind; saying more than asked for is no fault
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def _same_url(given: str, expected: str) -> bool:
    # RFC 9449, section 4.3: compared after normalisation of scheme, host and port; no query, no fragment.
    try:
        return _normalised(given) == _normalised(expected)
    except ValueError:
        return False


def _normalised(url: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise ValueError("an htu names a resource, nothing more")
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port, parts.path
