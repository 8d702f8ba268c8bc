"""Signing in: what a session says, and a log for the owner's eyes."""

import base64
import json

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from tests.adapters.people import log
from tests.support.captures import FINE_QUALITY, capture, frozen, out_of_time
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess


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
    ada.sign_in(capture(1, take=2, series=out_of_time))
    ada.sign_in(capture(1, take=3, series=frozen))

    assert log(ada) == [
        ("refused", "not-live"),
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

    assert log(ada) == []


def test_a_sign_in_shows_when_account_and_device_were_last_used(ada: Device, cloud: Cloud) -> None:
    an_hour_ago = int(ada.clock()) - 3600
    for item in cloud.items():
        if "last_used_at" in item:
            cloud.change(item["pk"]["S"], item["sk"]["S"], last_used_at={"N": str(an_hour_ago)})

    ada.sign_in(capture(1, take=1))

    held = ada.get("/v1/account").json
    assert held["last_used_at"] > an_hour_ago
    assert held["devices"][0]["last_used_at"] > an_hour_ago


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
    performed = ada.perform("verification", capture(1, take=1))
    content = {"capture": performed.capture} | spoiled if spoiled else {}

    reply = ada.answer(performed.nonce, content)

    assert reply.problem == "request-invalid"


def test_numbers_of_127_are_no_request(ada: Device) -> None:
    short = base64.b64encode(bytes(508)).decode()

    assert ada.sign_in(capture(1, descriptors=[short] * 3)).problem == "request-invalid"


def test_quality_is_judged_at_enrolment_only(ada: Device) -> None:
    dark = [FINE_QUALITY | {"luminance_mean": 20.0}] * 3

    assert ada.sign_in(capture(1, take=1, quality=dark)).status == 200
