"""A new device: added by face and mailbox together, and never without its owner being told."""

from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.support import clock
from tests.support.captures import NORM, TURNED_DISTANCE, capture, encode_descriptor, face
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.sweeping import sweep
from tests.support.transport import InProcess


def test_a_new_device_is_added_and_its_owner_is_told(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

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
    phone = new_phone(cloud)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        reply = phone.sign_in(capture(1, take=1))

    assert (reply.status, reply.json["device"]) == (200, "added")


def test_a_stranger_with_the_mailbox_adds_no_device(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    reply = phone.sign_in(capture(2))

    assert reply.problem == "authentication-failed"
    assert len(ada.get("/v1/account").json["devices"]) == 1


def test_an_account_takes_no_more_than_twenty_devices(cloud: Cloud, ada: Device) -> None:
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    cloud.change(profile["pk"]["S"], "PROFILE", devices={"SS": [f"device-{n}" for n in range(20)]})
    phone = new_phone(cloud)

    reply = phone.sign_in(capture(1, take=1))

    assert reply.problem == "authentication-failed"
    assert log(ada) == [("refused", "too-many-devices"), ("accepted", "mailbox-code")]


def test_not_even_where_two_are_added_at_once(cloud: Cloud, ada: Device) -> None:
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    known = [f"device-{n}" for n in range(18)]
    cloud.change(profile["pk"]["S"], "PROFILE", devices={"SS": [ada.thumbprint, *known]})
    first, second = new_phone(cloud), new_phone(cloud)
    inner: list[int] = []

    def once(**_: object) -> None:
        if not inner:
            inner.append(0)
            inner[0] = second.sign_in(capture(1, take=2)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", once):
        reply = first.sign_in(capture(1, take=1))

    assert (inner, reply.problem) == ([200], "authentication-failed")
    assert log(ada)[0] == ("refused", "too-many-devices")
    kept = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    assert len(kept["devices"]["SS"]) == 20


CALLS = ["DeleteItem", "BatchGetItem", "Decrypt", "Sign", "TransactWriteItems"]


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize("operation", CALLS)
def test_whichever_call_fails_no_device_is_added_without_its_mail(
    operation: str, moment: str, cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    performed = phone.perform("verification", capture(1, take=1))
    mails = len(cloud.mails)

    def fail(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if model.name == operation:
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    with cloud.when(moment, fail):
        reply = phone.answer(performed.nonce, {"capture": performed.capture})

    assert reply.problem == "unavailable"
    assert b"access_token" not in reply.body
    added = len(ada.get("/v1/account").json["devices"]) - 1
    assert (moment == "after-call" and operation == "TransactWriteItems") is (added == 1)
    sweep()
    assert [mail["to"] for mail in cloud.mails[mails:]] == [ADA] * added


def test_no_session_begins_whose_outcome_was_not_written(cloud: Cloud, ada: Device) -> None:
    before = [item for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")]
    answer: Any = {
        "Error": {"Code": "ThrottlingException", "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }

    def fail(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        raise ClientError(answer, model.name)

    mails = len(cloud.mails)
    with cloud.when("before-call.dynamodb.TransactWriteItems", fail):
        reply = ada.sign_in(capture(1, take=1))

    assert reply.problem == "unavailable"
    assert b"access_token" not in reply.body
    assert [item for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")] == before
    assert len(cloud.mails) == mails


def _blended(share: float, take: int) -> dict[str, Any]:
    """A look between the owner's face and a stranger's, of which ``share`` is the stranger's."""
    rng = np.random.default_rng([take, 99])
    between = (1 - share) * face(1) + share * face(2)
    between *= NORM / np.linalg.norm(between)

    def around(count: int, away: float) -> list[str]:
        noise = rng.normal(size=(count, 128))
        rows = between + away * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        return [encode_descriptor(row) for row in rows]

    return capture(1) | {"descriptors": around(3, 0.1), "waiting": around(2, TURNED_DISTANCE)}


def test_whoever_reads_the_mailbox_learns_from_the_log_of_no_look_how_near_it_came(
    cloud: Cloud, ada: Device
) -> None:
    """A code lets a new device try, and begins a session that reads the log: nothing there to climb by."""
    reader, tried = Device(InProcess()), []
    for take, share in enumerate((0.9, 0.7, 0.6, 0.55, 0.5, 0.47, 0.44, 0.41, 0.38)):
        clock.advance(3600)
        reader.send_code(ADA)
        assert reader.confirm(ADA, cloud.code(ADA)).status == 200
        if reader.sign_in(_blended(share, take)).status == 200:
            break
        tried.append((share, take))
    refused = [entry for entry in log(reader) if entry[0] == "refused"]

    assert len(refused) == len(tried) > 3
    assert set(refused) <= {("refused", "not-matched"), ("refused", "descriptor-implausible")}
    # The last of them was so near that it would have been enough where nothing speaks against it.
    assert ada.sign_in(_blended(*tried[-1])).status == 200
