import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from service.encoding import sha256_base64url
from service.problems import ProofInvalid
from service.proofs import CLOCK_LEAD_S, CLOCK_TOLERANCE_S, verify_proof
from service.request import Request

NOW = 1_795_000_000.25  # as time.time() gives it: no whole number
URL = "https://api.example/v1/enrolments"
BODY = b'{"a":1}'
NONCE = "n" * 43
KEY = ECKey.generate_key("P-256")


def _public(key: ECKey = KEY) -> dict[str, Any]:
    members = key.as_dict(private=False)
    return {name: members[name] for name in ("kty", "crv", "x", "y")}


def _claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- anything may stand in a claim
    right = {
        "jti": "j" * 16,
        "htm": "POST",
        "htu": URL,
        "iat": int(NOW),
        "nonce": NONCE,
        "body_sha256": sha256_base64url(BODY),
    }
    return {name: value for name, value in (right | changes).items() if value is not ...}


def _proof(
    claims: dict[str, Any] | None = None, *, header: dict[str, Any] | None = None, key: ECKey = KEY
) -> str:
    protected = {"typ": "dpop+jwt", "alg": "ES256", "jwk": _public()} | (header or {})
    return jws.serialize_compact(protected, json.dumps(claims or _claims()), key)


def _request(proof: str | None, **changes: Any) -> Request:  # noqa: ANN401 -- any part of a request
    right = {
        "method": "POST",
        "issuer": "https://api.example",
        "url": URL,
        "body": BODY,
        "proof": proof,
        "access_token": None,
    }
    return Request(**(right | changes))


def _verify(proof: str | None, *, answers_challenge: bool = True, **changes: Any) -> Any:  # noqa: ANN401
    return verify_proof(request=_request(proof, **changes), now=NOW, answers_challenge=answers_challenge)


def test_a_proof_that_fits_names_the_device_by_its_key() -> None:
    proof = _verify(_proof())

    assert (proof.thumbprint, proof.nonce) == (KEY.thumbprint(), NONCE)
    assert proof.public_key == _public()


@pytest.mark.parametrize(
    "htu",
    [
        URL,
        "https://API.example/v1/enrolments",
        "HTTPS://api.example/v1/enrolments",
        URL.replace("/v1", ":443/v1"),
    ],
)
def test_a_url_may_be_written_as_rfc_3986_allows(htu: str) -> None:
    assert _verify(_proof(_claims(htu=htu))).nonce == NONCE


SPOILED: dict[str, dict[str, Any]] = {
    "another method": {"htm": "GET"},
    "method in small letters": {"htm": "post"},
    "another path": {"htu": URL + "/x"},
    "a query": {"htu": URL + "?x=1"},
    "a fragment": {"htu": URL + "#x"},
    "a user": {"htu": "https://u@api.example/v1/enrolments"},
    "another scheme": {"htu": URL.replace("https", "http")},
    "another port": {"htu": URL.replace("/v1", ":444/v1")},
    "no url": {"htu": "https://[::1"},
    "an impossible port": {"htu": "https://api.example:99999/v1/enrolments"},
    "another body": {"body_sha256": sha256_base64url(b"{}")},
    "no body digest": {"body_sha256": ...},
    "no time": {"iat": ...},
    "time as text": {"iat": str(int(NOW))},
    "time as a fraction": {"iat": NOW},
    "too early": {"iat": int(NOW) - CLOCK_TOLERANCE_S},
    "too late": {"iat": int(NOW) + CLOCK_LEAD_S + 1},
    "a time before times": {"iat": -1},
    "an infinite time": {"iat": 10**400},
    "an infinite time ago": {"iat": -(10**400)},
    "no id": {"jti": ...},
    "an empty id": {"jti": ""},
    "a long id": {"jti": "j" * 200},
    "no nonce": {"nonce": ...},
    "another kind of nonce": {"nonce": "short"},
    "a nonce that is no text": {"nonce": 7},
}


@pytest.mark.parametrize("kind", SPOILED)
def test_a_claim_that_does_not_fit_is_refused(kind: str) -> None:
    with pytest.raises(ProofInvalid):
        _verify(_proof(_claims(**SPOILED[kind])))


@pytest.mark.parametrize("drift", [1 - CLOCK_TOLERANCE_S, 0, CLOCK_LEAD_S])
def test_a_clock_may_be_a_minute_late_and_ten_seconds_early(drift: int) -> None:
    assert _verify(_proof(_claims(iat=int(NOW) + drift))).nonce == NONCE


# More digits than a float has room for, and fewer than a proof has.
OTHER_TIMES = st.integers(min_value=-(10**450), max_value=10**450).filter(
    lambda iat: not -CLOCK_LEAD_S <= int(NOW) - iat <= CLOCK_TOLERANCE_S
)


@given(iat=OTHER_TIMES | st.sampled_from([10**400, -(10**400), 2**63, 2**64, 10**308, 10**309]))
def test_any_other_time_however_large_is_never_more_than_an_invalid_proof(iat: int) -> None:
    with pytest.raises(ProofInvalid):
        _verify(_proof(_claims(iat=iat)))


def test_a_nonce_is_asked_for_only_where_a_challenge_is_answered() -> None:
    assert _verify(_proof(_claims(nonce=...)), answers_challenge=False).nonce is None


def test_a_token_needs_its_digest_in_the_proof() -> None:
    token = "token"
    right = _claims(ath=sha256_base64url(token.encode()))

    assert _verify(_proof(right), access_token=token).nonce == NONCE
    for wrong in (_claims(), _claims(ath=sha256_base64url(b"other"))):
        with pytest.raises(ProofInvalid):
            _verify(_proof(wrong), access_token=token)


def _unsigned() -> str:
    payload = _proof().split(".")[1]
    none = base64.urlsafe_b64encode(json.dumps({"typ": "dpop+jwt", "alg": "none", "jwk": _public()}).encode())
    return f"{none.rstrip(b'=').decode()}.{payload}."


def _by_another_key() -> str:
    return _proof(key=ECKey.generate_key("P-256"))


def _symmetric() -> str:
    header = {"typ": "dpop+jwt", "alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0"}}
    return jws.serialize_compact(header, json.dumps(_claims()), OctKey.import_key("secret-secret-secret-1"))


def _rsa() -> str:
    key = RSAKey.generate_key(2048)
    header = {"typ": "dpop+jwt", "alg": "RS256", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(_claims()), key)


def _p384() -> str:
    key = ECKey.generate_key("P-384")
    header = {"typ": "dpop+jwt", "alg": "ES384", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(_claims()), key, algorithms=["ES384"])


def _edwards() -> str:
    key = OKPKey.generate_key("Ed25519")
    header = {"typ": "dpop+jwt", "alg": "Ed25519", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(_claims()), key, algorithms=["Ed25519"])


def _private_key_shown() -> str:
    return _proof(header={"jwk": _public() | {"d": KEY.as_dict(private=True)["d"]}})


def _a_member_too_many() -> str:
    return _proof(header={"jwk": _public() | {"use": "sig"}})


def _short_coordinate() -> str:
    return _proof(header={"jwk": _public() | {"x": "AA"}})


def _not_on_the_curve() -> str:
    return _proof(header={"jwk": _public() | {"y": _public()["x"]}})


def _another_type() -> str:
    return _proof(header={"typ": "JWT"})


def _key_by_reference() -> str:
    return _proof(header={"kid": "1"})


def _flipped_signature() -> str:
    head, _, signature = _proof().rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def _payload_swapped() -> str:
    header, _, signature = _proof().split(".")
    return f"{header}.{_proof(_claims(htm='GET')).split('.')[1]}.{signature}"


def _too_long() -> str:
    return _proof(_claims(padding="x" * 3000))


FORGED: list[Callable[[], str]] = [
    _unsigned,
    _by_another_key,
    _symmetric,
    _rsa,
    _p384,
    _edwards,
    _private_key_shown,
    _a_member_too_many,
    _short_coordinate,
    _not_on_the_curve,
    _another_type,
    _key_by_reference,
    _flipped_signature,
    _payload_swapped,
    _too_long,
]


@pytest.mark.parametrize("forge", FORGED, ids=lambda forge: forge.__name__.strip("_"))
def test_a_proof_that_is_forged_or_of_another_kind_is_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(ProofInvalid):
        _verify(forge())


@pytest.mark.parametrize("proof", [None, "", ".", "..", "a.b.c", "e30.e30.e30", "\u00fc.\u00fc.\u00fc"])
def test_what_is_no_proof_is_refused(proof: str | None) -> None:
    with pytest.raises(ProofInvalid):
        _verify(proof)


SEGMENTS = st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
HEADERS = st.fixed_dictionaries(
    {"typ": JSON | st.just("dpop+jwt"), "alg": JSON | st.just("ES256"), "jwk": JSON}
)


@given(parts=st.lists(SEGMENTS | st.text(max_size=40), min_size=1, max_size=5))
def test_rubbish_is_never_more_than_an_invalid_proof(parts: list[str]) -> None:
    with pytest.raises(ProofInvalid):
        _verify(".".join(parts))


@given(header=HEADERS)
def test_a_strange_header_is_never_more_than_an_invalid_proof(header: dict[str, Any]) -> None:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()

    with pytest.raises(ProofInvalid):
        _verify(f"{encoded}.{_proof().split('.', 1)[1]}")


@given(key=st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d"]), JSON, max_size=5))
def test_a_strange_key_is_never_more_than_an_invalid_proof(key: dict[str, Any]) -> None:
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": _public() | key}
    if header["jwk"] == _public():
        return
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()

    with pytest.raises(ProofInvalid):
        _verify(f"{encoded}.{_proof().split('.', 1)[1]}")


@given(claims=st.dictionaries(st.sampled_from(sorted(_claims())), JSON, min_size=1))
def test_strange_claims_are_never_more_than_an_invalid_proof(claims: dict[str, Any]) -> None:
    jti = claims.get("jti")
    assume(not (set(claims) == {"jti"} and isinstance(jti, str) and 8 <= len(jti) <= 128))  # that is none

    with pytest.raises(ProofInvalid):
        _verify(_proof(_claims(**claims)))
