"""Signing in: one refusal for everything, and a log for the owner's eyes."""

import base64
import json
from collections.abc import Callable

import numpy as np
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from tests.adapters.conftest import ADA
from tests.support.captures import FINE_QUALITY, capture, descriptors, encode_descriptor, series
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply


def _log(device: Device) -> list[tuple[str, str]]:
    return [
        (entry["outcome"], entry["reason"]) for entry in device.get("/v1/account/sign-ins").json["sign_ins"]
    ]


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


def _paused_after_the_challenge(ada: Device, _: Cloud) -> Reply:
    nonce = ada.verification_challenge()
    ada.set_face_sign_in("paused")
    return ada.send("POST", "/v1/verifications", content={"capture": capture(1, take=1)}, nonce=nonce)


def _a_removed_device(ada: Device, _: Cloud) -> Reply:
    nonce = ada.verification_challenge()
    ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}")
    return ada.send("POST", "/v1/verifications", content={"capture": capture(1, take=1)}, nonce=nonce)


def _a_deleted_account(ada: Device, _: Cloud) -> Reply:
    nonce = ada.verification_challenge()
    ada.delete_account()
    return ada.send("POST", "/v1/verifications", content={"capture": capture(1, take=1)}, nonce=nonce)


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
    return ada.sign_in(capture(1, take=1, series=series(frozen=True)))


def _time_that_stands_still(ada: Device, _: Cloud) -> Reply:
    still = series() | {"times_ms": base64.b64encode(bytes(24)).decode()}
    return ada.sign_in(capture(1, take=1, series=still))


def _another_pipeline(ada: Device, _: Cloud) -> Reply:
    return ada.sign_in(capture(1, take=1, pipeline="crop-2"))


def _a_challenge_for_something_else(ada: Device, _: Cloud) -> Reply:
    nonce = ada.challenge("account")
    return ada.send("POST", "/v1/verifications", content={"capture": capture(1, take=1)}, nonce=nonce)


def _no_proof(ada: Device, _: Cloud) -> Reply:
    return ada.send("POST", "/v1/verifications", content={"capture": capture(1, take=1)}, proof="")


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
    eve.enrol("eve@example.org", capture(5))
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
    monkeypatch.setattr("functions.verify.refusals.time.sleep", waited.append)
    cloud.restart()

    ada.sign_in(capture(2))
    _no_such_account(ada, cloud)
    _no_proof(ada, cloud)

    assert len(waited) == 3
    assert all(0 < wait <= 1.5 for wait in waited)


def test_the_token_is_what_a_strangers_code_can_verify(ada: Device) -> None:
    token = ada.sign_in(capture(1, take=1)).json["access_token"]
    transport = ada.transport
    metadata = transport.send("GET", "/.well-known/openid-configuration", headers={}, body=b"").json
    keys = transport.send("GET", "/.well-known/jwks.json", headers={}, body=b"").json["keys"]

    opened = jws.deserialize_compact(token, ECKey.import_key(keys[0]))

    claims = json.loads(opened.payload)
    header = opened.headers()
    assert (header["typ"], header["alg"], header["kid"]) == ("at+jwt", "ES256", keys[0]["kid"])
    assert (claims["iss"], claims["sub"], claims["aud"]) == (metadata["issuer"], ada.account, "facesmash")
    assert (claims["amr"], claims["cnf"]) == (["face", "swk"], {"jkt": ada.thumbprint})
    assert claims["exp"] - claims["iat"] == 900
    assert claims["auth_time"] == claims["iat"]


def test_the_owner_sees_who_tried_and_roughly_why_they_failed(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    ada.sign_in(capture(2))
    ada.sign_in(capture(1, series=series(frozen=True)))

    assert _log(ada) == [
        ("refused", "evidence-malformed"),
        ("refused", "not-matched"),
        ("accepted", "matched"),
    ]


def test_the_log_names_the_device(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    entries = ada.get("/v1/account/sign-ins").json["sign_ins"]
    assert [entry["device"] for entry in entries] == [ada.thumbprint]


def test_an_expired_log_entry_is_gone_although_ttl_lags(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    for item in cloud.items():
        if item["sk"]["S"].startswith("SIGNIN#"):
            cloud.change(item["pk"]["S"], item["sk"]["S"], expires_at={"N": "1"})

    assert _log(ada) == []


def test_a_sign_in_shows_when_account_and_device_were_last_used(ada: Device, cloud: Cloud) -> None:
    for item in cloud.items():
        if "last_used_at" in item:
            cloud.change(item["pk"]["S"], item["sk"]["S"], last_used_at={"N": "1"})

    ada.sign_in(capture(1, take=1))

    held = ada.get("/v1/account").json
    assert held["last_used_at"] > 1
    assert held["devices"][0]["last_used_at"] > 1


def _new_phone(cloud: Cloud) -> Device:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    phone.confirm(ADA, cloud.code(ADA))
    return phone


def test_a_new_device_is_added_and_its_owner_is_told(cloud: Cloud, ada: Device) -> None:
    phone = _new_phone(cloud)

    reply = phone.sign_in(capture(1, take=1), device_name="Phone")

    assert (reply.status, reply.json["device"]) == (200, "added")
    assert (cloud.mails[-1]["to"], "new device" in cloud.mails[-1]["subject"]) == (ADA, True)
    named = {device["name"]: device["current"] for device in ada.get("/v1/account").json["devices"]}
    assert named == {"Laptop": True, "Phone": False}


def test_a_known_device_causes_no_mail(cloud: Cloud, ada: Device) -> None:
    before = len(cloud.mails)

    ada.sign_in(capture(1, take=1))

    assert len(cloud.mails) == before


def test_a_notice_that_cannot_be_sent_keeps_nobody_out(cloud: Cloud, ada: Device) -> None:  # noqa: ARG001
    phone = _new_phone(cloud)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        reply = phone.sign_in(capture(1, take=1))

    assert (reply.status, reply.json["device"]) == (200, "added")


def test_a_stranger_with_the_mailbox_adds_no_device(cloud: Cloud, ada: Device) -> None:
    phone = _new_phone(cloud)

    reply = phone.sign_in(capture(2))

    assert reply.problem == "authentication-failed"
    assert len(ada.get("/v1/account").json["devices"]) == 1


def test_an_account_takes_no_more_than_twenty_devices(cloud: Cloud, ada: Device) -> None:
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    cloud.change(profile["pk"]["S"], "PROFILE", devices={"SS": [f"device-{n}" for n in range(20)]})
    phone = _new_phone(cloud)

    reply = phone.sign_in(capture(1, take=1))

    assert reply.problem == "authentication-failed"
    assert _log(ada) == [("refused", "too-many-devices")]


def test_the_account_deleted_during_a_verification_stays_deleted(cloud: Cloud, ada: Device) -> None:
    owner = Device(InProcess(), key=ada.key)
    owner.account, owner.access_token = ada.account, ada.access_token
    deleted: list[int] = []

    def delete_first(**_: object) -> None:
        if not deleted:
            deleted.append(0)
            deleted[0] = owner.delete_account().status

    with cloud.when("before-call.dynamodb.TransactWriteItems", delete_first):
        reply = ada.sign_in(capture(1, take=1))

    assert deleted == [200]
    assert reply.problem == "authentication-failed"
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []


@pytest.mark.parametrize("spoiled", [{}, {"capture": None}, {"capture": {}}, {"account": "A" * 22}])
def test_what_is_no_verification_is_no_request(spoiled: dict[str, object], ada: Device) -> None:
    content = {"capture": capture(1, take=1)} | spoiled if spoiled else {}

    reply = ada.send("POST", "/v1/verifications", content=content, nonce=ada.verification_challenge())

    assert reply.problem == "request-invalid"


def test_numbers_of_127_are_no_request(ada: Device) -> None:
    short = base64.b64encode(bytes(508)).decode()

    assert ada.sign_in(capture(1, descriptors=[short] * 3)).problem == "request-invalid"


def test_quality_is_judged_at_enrolment_only(ada: Device) -> None:
    dark = [FINE_QUALITY | {"luminance_mean": 20.0}] * 3

    assert ada.sign_in(capture(1, take=1, quality=dark)).status == 200
