"""Refused: one refusal for everything, the same to the byte and never early."""

from collections.abc import Callable

import numpy as np
import pytest
from botocore.exceptions import ConnectTimeoutError

from service.patience import FREE_TRIES
from tests.adapters.moments import ADA
from tests.support.captures import capture, descriptors, encode_descriptor, frozen, out_of_time, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply


def _a_stranger_at_her_device(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(2))


def _her_face_on_an_unknown_device(ada: Device, _: Cloud) -> Reply:
    other = Device(InProcess())
    other.account = ada.account
    return other.sign_in(capture(1, take=1))


def _no_such_account(ada: Device, _: Cloud) -> Reply:
    ada.account = "A" * 22
    return ada.sign_in(capture(1, take=1))


def _a_paused_account(ada: Device, _: Cloud) -> Reply:
    ada.set_face_sign_in("paused")
    return ada.sign_in(capture(1, take=1))


def _a_frozen_account(ada: Device, cloud: Cloud) -> Reply:
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    return ada.sign_in(capture(1, take=1))


def _frozen_after_the_challenge(ada: Device, cloud: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    return ada.answer(performed.nonce, {"capture": performed.capture})


def _more_tries_than_there_are(ada: Device, _: Cloud) -> Reply:
    for _try in range(FREE_TRIES):
        ada.verification_challenge()
    return ada.sign_in(capture(1, take=1))


def _paused_after_the_challenge(ada: Device, _: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    ada.set_face_sign_in("paused")
    return ada.answer(performed.nonce, {"capture": performed.capture})


def _a_removed_device(ada: Device, _: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}")
    return ada.answer(performed.nonce, {"capture": performed.capture})


def _a_deleted_account(ada: Device, _: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    ada.delete_account()
    return ada.answer(performed.nonce, {"capture": performed.capture})


def _a_replayed_template(ada: Device, _: Cloud) -> Reply:
    rows = [encode_descriptor(descriptors(1, take=1)[0])] * 3
    return ada.sign_in(capture(1, descriptors=rows))


def _not_a_number(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, descriptors=[encode_descriptor(np.full(128, np.nan))] * 3))


def _zeros(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, descriptors=[encode_descriptor(np.zeros(128))] * 3))


def _another_norm(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, descriptors=[encode_descriptor(row * 3) for row in descriptors(1, take=1)]))


def _a_still(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, take=1, series=frozen))


def _time_that_stands_still(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, take=1, series=out_of_time))


def _another_pipeline(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, take=1, pipeline="crop-2"))


def _a_challenge_for_something_else(ada: Device, _: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    return ada.answer(ada.challenge("account"), {"capture": performed.capture})


def _no_proof(ada: Device, _: Cloud) -> Reply:
    performed = ada.perform("verification", capture(1, take=1))
    return ada.send("POST", "/v1/verifications", content={"capture": performed.capture}, proof="")


def _a_template_that_was_tampered_with(ada: Device, cloud: Cloud) -> Reply:
    for item in cloud.items():
        if item["sk"]["S"].startswith("TEMPLATE#"):
            blob = bytearray(item["sealed_descriptor"]["B"])
            blob[40] ^= 1
            cloud.change(item["pk"]["S"], item["sk"]["S"], sealed_descriptor={"B": bytes(blob)})
    return ada.sign_in(capture(1, take=1))


def _templates_of_somebody_else(ada: Device, cloud: Cloud) -> Reply:
    """An insider copies a face's sealed templates over Ada's."""
    eve = Device(InProcess())
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    eve.enrol("eve@example.org", portrait(5))
    rows = [item for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")]
    theirs = [row for row in rows if row["pk"]["S"] == f"ACCOUNT#{eve.account}"]
    hers = [row for row in rows if row["pk"]["S"] == f"ACCOUNT#{ada.account}"]
    for target, source in zip(hers, theirs, strict=True):
        cloud.change(target["pk"]["S"], target["sk"]["S"], sealed_descriptor=source["sealed_descriptor"])
    return ada.sign_in(capture(5, take=1))


REFUSALS: list[Callable[[Device, Cloud], Reply]] = [
    _a_stranger_at_her_device,
    _her_face_on_an_unknown_device,
    _no_such_account,
    _a_paused_account,
    _a_frozen_account,
    _frozen_after_the_challenge,
    _more_tries_than_there_are,
    _paused_after_the_challenge,
    _a_removed_device,
    _a_deleted_account,
    _a_replayed_template,
    _not_a_number,
    _zeros,
    _another_norm,
    _a_still,
    _time_that_stands_still,
    _another_pipeline,
    _a_challenge_for_something_else,
    _no_proof,
    _a_template_that_was_tampered_with,
    _templates_of_somebody_else,
]


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda refused: refused.__name__.strip("_"))
def test_every_refusal_is_the_same_to_the_byte(
    refused: Callable[[Device, Cloud], Reply], cloud: Cloud, ada: Device
) -> None:
    plain = Device(InProcess()).sign_in(capture(9))

    reply = refused(ada, cloud)

    assert reply.problem == "authentication-failed"
    assert (reply.status, reply.headers, reply.body) == (plain.status, plain.headers, plain.body)


def test_no_refusal_comes_before_the_floor(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setenv("REFUSAL_FLOOR_S", "1.5")
    monkeypatch.setattr("service.floor.time.sleep", waited.append)
    cloud.restart()

    ada.sign_in(capture(2))
    _no_such_account(ada, cloud)
    _no_proof(ada, cloud)

    held_back = [wait for wait in waited if wait]  # challenges have a floor of their own, of none here
    assert len(held_back) == 3
    assert all(0 < wait <= 1.5 for wait in held_back)


@pytest.mark.parametrize("part", ["kms.Decrypt", "kms.Sign", "dynamodb.TransactWriteItems"])
def test_what_breaks_once_the_account_was_found_is_not_told_before_the_floor_either(
    part: str, cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setenv("REFUSAL_FLOOR_S", "1.5")
    monkeypatch.setattr("service.floor.time.sleep", waited.append)
    cloud.restart()

    def fail(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://aws.example")

    with cloud.when(f"before-call.{part}", fail):
        reply = ada.sign_in(capture(1, take=1))

    assert reply.problem == "unavailable"
    (held_back,) = [wait for wait in waited if wait]
    assert 0 < held_back <= 1.5
