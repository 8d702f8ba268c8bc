"""What a device's proof and its challenge must be, on every call that changes anything."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey

from service.repositories.challenges import challenge_key
from tests.adapters.calls import CALLS, Call, refusal
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

every_call = pytest.mark.parametrize("name", CALLS)


def _with_proof(call: Call, cloud: Cloud, device: Device, **claims: Any) -> Reply:  # noqa: ANN401
    """The call, with a proof that is right but for ``claims``."""
    nonce = call.challenge(device)
    proof, body = _proof(call, cloud, device, **({"nonce": nonce} | claims))
    return call.send(cloud, device, nonce=nonce, proof=proof, body=body)


def _proof(call: Call, cloud: Cloud, device: Device, **claims: Any) -> tuple[str, bytes]:  # noqa: ANN401
    content = call.content(cloud, device)
    body = b"" if content is None else json.dumps(content).encode()
    token = device.access_token if call.token else None
    proof = device.proof(call.method, call.url(device), body=body, access_token=token, **claims)
    return proof, body


@every_call
def test_a_call_with_everything_right_succeeds(name: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)

    assert call.send(cloud, device).status == call.success


SPOILED_CLAIMS: dict[str, dict[str, Any]] = {
    "another method": {"htm": "PUT"},
    "another path": {"htu": f"{InProcess.origin}/v1/other"},
    "another host": {"htu": "https://evil.example/v1/verifications"},
    "another body": {"body_sha256": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV"},
    "no body digest": {"body_sha256": None},
    "no nonce": {"nonce": None},
    "no id": {"jti": None},
    "a nonce that is no challenge id": {"nonce": "short"},
}


# A read has no body for its proof to bind.
SPOILED_CALLS = [
    (name, spoiled)
    for name, call in CALLS.items()
    for spoiled in SPOILED_CLAIMS
    if not (call.method == "GET" and "body" in spoiled)
]


@pytest.mark.parametrize(("name", "spoiled"), SPOILED_CALLS)
def test_a_proof_for_something_else_is_refused(name: str, spoiled: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)

    reply = _with_proof(call, cloud, device, **SPOILED_CLAIMS[spoiled])

    assert reply.problem == refusal(name, "proof-invalid")


@pytest.mark.parametrize("drift_s", [-61, 11, 10**400])
@every_call
def test_a_proof_by_a_clock_that_is_a_minute_late_or_ten_seconds_early_is_refused(
    name: str, drift_s: int, cloud: Cloud, device: Device
) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)

    nonce = call.challenge(device)
    proof, body = _proof(call, cloud, device, nonce=nonce, iat=int(device.clock()) + drift_s + (drift_s > 0))
    reply = call.send(cloud, device, nonce=nonce, proof=proof, body=body)

    assert reply.problem == refusal(name, "proof-invalid")


@every_call
def test_a_call_without_any_proof_is_refused(name: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)

    reply = call.send(cloud, device, proof="")

    assert reply.problem == refusal(name, "proof-invalid")
    # The caller can see it, so it is said; but a sign-in has one refusal for everything.
    told = [] if name == "verify" else [{"field": "DPoP", "reason": "missing"}]
    assert reply.json.get("errors", []) == told


def test_no_header_at_all_is_told_as_such_and_a_wrong_one_is_not_explained(device: Device) -> None:
    body = b'{"purpose": "mailbox"}'
    headers = {"Content-Type": "application/json"}

    none = device.transport.send("POST", "/v1/challenges", headers=headers, body=body)
    wrong = device.transport.send(
        "POST", "/v1/challenges", headers=headers | {"DPoP": "e30.e30.e30"}, body=body
    )

    assert none.problem == wrong.problem == "proof-invalid"
    assert none.json["errors"] == [{"field": "DPoP", "reason": "missing"}]
    assert "errors" not in wrong.json


@every_call
def test_two_proofs_on_one_request_are_refused(name: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    nonce = call.challenge(device)
    proof, body = _proof(call, cloud, device, nonce=nonce)

    reply = call.send(cloud, device, nonce=nonce, proof=f"{proof},{proof}", body=body)

    assert reply.problem == refusal(name, "proof-invalid")


@every_call
def test_a_proof_by_another_key_is_refused(name: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    nonce, path = call.challenge(device), call.url(device)
    content = call.content(cloud, device)
    thief = Device(InProcess(), key=ECKey.generate_key("P-256"))
    thief.access_token = device.access_token

    reply = thief.send(
        call.method, path, content=content, nonce=nonce, token=device.access_token if call.token else None
    )

    # A token is bound to a key, so there the token is what does not fit.
    slug = "token-invalid" if call.token else "challenge-invalid"
    assert reply.problem == refusal(name, slug)


def _used(cloud: Cloud, device: Device, call: Call) -> str:
    nonce = call.challenge(device)
    cloud.delete(_row(nonce), "CHALLENGE")
    return nonce


def _unknown(cloud: Cloud, device: Device, call: Call) -> str:  # noqa: ARG001
    return "A" * 43


def _expired(cloud: Cloud, device: Device, call: Call) -> str:
    nonce = call.challenge(device)
    cloud.expire(_row(nonce))
    return nonce


def _of_another_purpose(cloud: Cloud, device: Device, call: Call) -> str:  # noqa: ARG001
    other = "mailbox" if call.purpose != "mailbox" else "account"
    return device.challenge(other)


def _of_another_device(cloud: Cloud, device: Device, call: Call) -> str:  # noqa: ARG001
    other = Device(InProcess())
    other.account, other.mailbox_token = device.account, None
    return call.challenge(other)


def _of_another_region(cloud: Cloud, device: Device, call: Call) -> str:
    nonce = call.challenge(device)
    cloud.change(_row(nonce), "CHALLENGE", region={"S": "us-east-1"})
    return nonce


BAD_CHALLENGES: dict[str, Callable[[Cloud, Device, Call], str]] = {
    "used": _used,
    "unknown": _unknown,
    "expired": _expired,
    "of another purpose": _of_another_purpose,
    "of another device": _of_another_device,
    "of another region": _of_another_region,
}


@pytest.mark.parametrize("bad", BAD_CHALLENGES)
@every_call
def test_a_challenge_that_is_not_good_is_refused(name: str, bad: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    nonce = BAD_CHALLENGES[bad](cloud, device, call)

    reply = call.send(cloud, device, nonce=nonce)

    assert reply.problem == refusal(name, "challenge-invalid")


@every_call
def test_a_request_sent_twice_works_once(name: str, cloud: Cloud, device: Device) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    path = call.url(device)
    token = device.access_token if call.token else None
    proof, body = _proof(call, cloud, device, nonce=call.challenge(device))

    first = device.send(call.method, path, body=body, proof=proof, token=token)
    second = device.send(call.method, path, body=body, proof=proof, token=token)

    assert first.status == call.success
    assert second.problem == refusal(name, "challenge-invalid")


def _row(nonce: str) -> str:
    return str(challenge_key(nonce)["pk"])
