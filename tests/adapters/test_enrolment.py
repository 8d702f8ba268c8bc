"""Enrolment: told plainly what is wrong, and either a whole account or none."""

import base64
import json
import struct
from typing import Any

import numpy as np
import pytest

from tests.adapters.moments import ADA
from tests.support.captures import (
    ENROLLED,
    FINE_QUALITY,
    capture,
    descriptors,
    encode_descriptor,
    frozen,
    out_of_time,
    portrait,
    reshaped,
    stretched,
)
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply


@pytest.fixture
def applicant(cloud: Cloud, device: Device) -> Device:
    """A device whose mailbox is proved."""
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    return device


WHOLE_ACCOUNT = [
    "ACCOUNT/CONSENT",
    "ACCOUNT/DEVICE",
    "ACCOUNT/PROFILE",
    "ACCOUNT/SESSION",
    *["ACCOUNT/TEMPLATE"] * ENROLLED,
    "EMAIL/ACCOUNT",
    "WORK/DUE",  # when it is looked whether it is used
]


def assert_nobody_is_enrolled(cloud: Cloud) -> None:
    assert cloud.kinds() == []
    assert cloud.account_keys() == []


def test_an_enrolment_makes_a_whole_account_and_says_so_by_mail(cloud: Cloud, applicant: Device) -> None:
    reply = applicant.enrol(ADA, portrait(1))

    assert (reply.status, reply.json["templates"], reply.json["token_type"]) == (201, ENROLLED, "DPoP")
    assert cloud.kinds() == WHOLE_ACCOUNT
    assert cloud.account_keys() == [f"ACCOUNT#{reply.json['account']}"]
    assert (cloud.mails[-1]["to"], "set up" in cloud.mails[-1]["subject"]) == (ADA, True)


def test_a_notice_that_cannot_be_sent_undoes_nothing(cloud: Cloud, applicant: Device) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        reply = applicant.enrol(ADA, portrait(1))

    assert reply.status == 201
    assert cloud.kinds() == sorted([*WHOLE_ACCOUNT, "WORK/DUE"])  # it is still owed


@pytest.mark.parametrize("count", [4, 5])
def test_every_capture_becomes_a_template(count: int, cloud: Cloud, applicant: Device) -> None:
    applicant.enrol(ADA, portrait(1, count=count))

    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == count


def _with_descriptors(rows: Any) -> dict[str, Any]:  # noqa: ANN401 -- arrays
    return portrait(1, descriptors=[encode_descriptor(row) for row in rows])


def _with_one_number(value: float) -> dict[str, Any]:
    rows = descriptors(1, count=ENROLLED)
    rows[1, 5] = value
    return _with_descriptors(rows)


def _with_quality(**changes: float) -> dict[str, Any]:
    return portrait(1, quality=[FINE_QUALITY, FINE_QUALITY | changes, FINE_QUALITY, FINE_QUALITY])


def _more_times(series: dict[str, Any]) -> dict[str, Any]:
    return reshaped(series, times_ms=lambda times: np.append(times, times[-1] + 60))


REFUSED_CAPTURES = {
    "not a number": (_with_one_number(float("nan")), "evidence-malformed"),
    "infinity": (_with_one_number(float("inf")), "evidence-malformed"),
    "minus infinity": (_with_one_number(float("-inf")), "evidence-malformed"),
    "all zeros": (_with_descriptors(np.zeros((4, 128))), "descriptor-implausible"),
    "unit norm": (_with_descriptors(descriptors(1, count=ENROLLED) / 1.44), "descriptor-implausible"),
    "a norm of 2": (_with_descriptors(descriptors(1, count=ENROLLED) * 2 / 1.44), "descriptor-implausible"),
    "one capture four times": (
        _with_descriptors([descriptors(1)[0]] * 4),
        "captures-identical",
    ),
    "two people": (
        _with_descriptors([*descriptors(1, count=ENROLLED)[:3], descriptors(2)[0]]),
        "captures-disagree",
    ),
    "a small face": (_with_quality(inter_ocular_px=20), "face-too-small"),
    "too dark": (_with_quality(luminance_mean=20), "too-dark"),
    "too bright": (_with_quality(luminance_mean=250), "too-bright"),
    "blurred": (_with_quality(sharpness=0.01), "blurred"),
    "not frontal": (_with_quality(nose_offset_iod=0.6), "not-frontal"),
    "another model": (portrait(1, model="other/1"), "wrong-pipeline"),
    "another pipeline": (portrait(1, pipeline="crop-9"), "wrong-pipeline"),
    "a still": (portrait(1, series=frozen), "not-live"),
    "less quality than captures": (portrait(1, quality=[FINE_QUALITY] * 3), "evidence-malformed"),
    "time that stands still": (portrait(1, series=out_of_time), "evidence-malformed"),
    "frames without landmarks": (portrait(1, series=_more_times), "evidence-malformed"),
}


@pytest.mark.parametrize("kind", REFUSED_CAPTURES)
def test_captures_that_cannot_be_used_are_refused_with_the_reason(
    kind: str, cloud: Cloud, applicant: Device
) -> None:
    bad_capture, reason = REFUSED_CAPTURES[kind]

    reply = applicant.enrol(ADA, bad_capture)

    assert (reply.status, reply.problem) == (422, "capture-refused")
    assert reason in reply.reasons
    assert_nobody_is_enrolled(cloud)


def _short_descriptor() -> str:
    return base64.b64encode(struct.pack("<127f", *descriptors(1, count=ENROLLED)[0][:127])).decode()


def _turned_at(moment: int) -> dict[str, Any]:
    return {"descriptor": encode_descriptor(descriptors(1)[0]), "moment": moment}


MALFORMED = {
    "127 numbers": capture(1, descriptors=[_short_descriptor()] * 3),
    "129 numbers": capture(1, descriptors=[base64.b64encode(bytes(516)).decode()] * 3),
    "two captures": capture(1, count=3, descriptors=capture(1)["descriptors"][:2]),
    "six captures": capture(1, descriptors=capture(1)["descriptors"] * 2),
    "bad base64": capture(1, descriptors=["*" * 684] * 3),
    "base64url": capture(1, descriptors=["-" * 683 + "="] * 3),
    "numbers instead of base64": capture(1, descriptors=[[0.1] * 128] * 3),
    "an unknown field": capture(1, blinked=True),
    "an unknown quality": capture(1, quality=[FINE_QUALITY | {"beauty": 1}] * 3),
    "quality as text": capture(1, quality=[FINE_QUALITY | {"sharpness": "3"}] * 3),
    "quality out of range": capture(1, quality=[FINE_QUALITY | {"detection_score": 1.5}] * 3),
    "no series": capture(1, series=None),
    "a frame of no size": capture(1, series=lambda series: series | {"frame_width": 0}),
    "a fractional frame": capture(1, series=lambda series: series | {"frame_width": 640.5}),
    "one frame too many": capture(1, series=lambda series: stretched(series, 145)),
    "one frame": capture(1, series=lambda series: stretched(series, 1)),
    "no chain": capture(1, chain=None),
    "a chain in capitals": capture(1, chain=str.upper),
    "a moment after the last frame there can be": capture(1, moments=[1, 2, 144]),
    "a moment before the first": capture(1, moments=[-1, 2, 3]),
    "a fractional moment": capture(1, moments=[1.5, 2, 3]),
    "three turned captures": capture(1, turned=[_turned_at(moment) for moment in (1, 2, 3)]),
    "no word of turned captures": capture(1, turned=None),
    "a step at no frame": capture(1, series=lambda series: series | {"steps": [0, None]}),
    "one step": capture(1, series=lambda series: series | {"steps": [0]}),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_no_capture_is_no_request(kind: str, cloud: Cloud, applicant: Device) -> None:
    reply = applicant.enrol(ADA, MALFORMED[kind])

    assert (reply.status, reply.problem) == (400, "request-invalid")
    assert_nobody_is_enrolled(cloud)


def test_ten_thousand_frames_are_too_large_a_request(cloud: Cloud, applicant: Device) -> None:
    reply = applicant.enrol(ADA, portrait(1, series=lambda series: stretched(series, 10_000)))

    assert (reply.status, reply.problem) == (413, "request-too-large")
    assert_nobody_is_enrolled(cloud)


def test_whoever_is_faster_than_the_clock_did_not_follow(cloud: Cloud, applicant: Device) -> None:
    performed = applicant.perform("enrolment", portrait(1), pace=0.0)
    content = applicant.enrolment(ADA, performed.capture)

    reply = applicant.send("POST", "/v1/enrolments", content=content, nonce=performed.nonce)

    assert (reply.problem, reply.reasons) == ("capture-refused", ["challenge-not-followed"])
    assert_nobody_is_enrolled(cloud)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_quality_that_is_no_finite_number_is_no_request(
    number: str, cloud: Cloud, applicant: Device
) -> None:
    performed = applicant.perform("enrolment", portrait(1))
    whole = json.dumps(applicant.enrolment(ADA, performed.capture))
    sharpness = f'"sharpness": {FINE_QUALITY["sharpness"]}'
    assert sharpness in whole
    body = whole.replace(sharpness, f'"sharpness": {number}').encode()

    reply = applicant.send("POST", "/v1/enrolments", body=body, nonce=performed.nonce)

    assert reply.problem == "request-invalid"
    assert_nobody_is_enrolled(cloud)


NO_CONSENT: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"consent": None}, "consent-required"),
    "refused": ({"accepted": False}, "consent-required"),
    "to an old version": ({"policy_version": "2025-01-1"}, "consent-outdated"),
    "to another text": ({"text_sha256": "0" * 64}, "consent-outdated"),
}


@pytest.mark.parametrize("kind", NO_CONSENT)
def test_without_consent_to_the_current_text_nobody_is_enrolled(
    kind: str, cloud: Cloud, applicant: Device
) -> None:
    changes, slug = NO_CONSENT[kind]
    consent = applicant.enrolment(ADA, portrait(1))["consent"]

    reply = applicant.enrol(
        ADA, portrait(1), **({"consent": consent | changes} if kind != "none" else changes)
    )

    assert reply.problem == slug
    assert_nobody_is_enrolled(cloud)


def test_leaving_consent_out_is_having_none(cloud: Cloud, applicant: Device) -> None:
    performed = applicant.perform("enrolment", portrait(1))
    content = applicant.enrolment(ADA, performed.capture)
    del content["consent"]

    reply = applicant.send("POST", "/v1/enrolments", content=content, nonce=performed.nonce)

    assert reply.problem == "consent-required"
    assert_nobody_is_enrolled(cloud)


def test_another_address_than_the_proved_one_is_refused(cloud: Cloud, applicant: Device) -> None:
    assert applicant.enrol("bob@example.org", portrait(1)).problem == "mailbox-token-invalid"
    assert_nobody_is_enrolled(cloud)


def test_another_spelling_of_the_proved_address_is_the_same_mailbox(applicant: Device) -> None:
    assert applicant.enrol(ADA.title(), portrait(1)).status == 201


def test_a_mailbox_token_of_another_device_is_refused(cloud: Cloud, applicant: Device) -> None:
    thief = Device(InProcess())
    thief.mailbox_token = applicant.mailbox_token

    assert thief.enrol(ADA, portrait(1)).problem == "mailbox-token-invalid"
    assert_nobody_is_enrolled(cloud)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30"])
def test_what_is_no_mailbox_token_is_refused(token: str, cloud: Cloud, applicant: Device) -> None:
    assert applicant.enrol(ADA, portrait(1), mailbox_token=token).problem == "mailbox-token-invalid"
    assert_nobody_is_enrolled(cloud)


def test_an_address_is_enrolled_once(cloud: Cloud, ada: Device) -> None:
    before = cloud.kinds()

    again = ada.enrol(ADA, portrait(1))

    assert again.problem == "already-enrolled"
    assert cloud.kinds() == before
    assert len(cloud.account_keys()) == 1


def test_of_two_enrolments_at_once_one_wins_and_leaves_no_orphan(cloud: Cloud, applicant: Device) -> None:
    inner: list[int] = []

    def other_first(**_: object) -> None:
        if not inner:
            inner.append(0)
            inner[0] = Device.enrol(rival, ADA, portrait(1)).status

    rival = Device(InProcess(), key=applicant.key)
    rival.mailbox_token = applicant.mailbox_token

    with cloud.when("before-call.dynamodb.TransactWriteItems", other_first):
        outer = applicant.enrol(ADA, portrait(1))

    assert (inner, outer.problem) == ([201], "already-enrolled")
    assert cloud.kinds() == WHOLE_ACCOUNT
    assert len(cloud.account_keys()) == 1


@pytest.mark.parametrize("name", ["", " ", "\t", "a\nb", "x" * 65, " padded", "bell\u0007"])
def test_what_is_no_name_for_a_device_is_no_request(name: str, cloud: Cloud, applicant: Device) -> None:
    assert applicant.enrol(ADA, portrait(1), device_name=name).problem == "request-invalid"
    assert_nobody_is_enrolled(cloud)


@pytest.mark.parametrize(
    "name", ["a", "Ada's phone", "\u53f0\u6240\u306e\u30bf\u30d6\u30ec\u30c3\u30c8", "x" * 64]
)
def test_a_device_is_called_what_its_holder_calls_it(name: str, applicant: Device) -> None:
    applicant.enrol(ADA, portrait(1), device_name=name)

    assert [device["name"] for device in applicant.get("/v1/account").json["devices"]] == [name]


def test_one_code_makes_one_account(cloud: Cloud, device: Device) -> None:
    """Else whoever has one makes accounts without end, with new counts each time, and mails of each."""
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    assert device.register(ADA).status == 201
    assert device.delete_account().status == 200
    mails = len(cloud.mails)

    refused = [device.register(ADA), device.enrol(ADA, portrait(1))]

    assert [reply.problem for reply in refused] == ["mailbox-token-invalid"] * 2
    assert len(cloud.mails) == mails


def test_of_two_accounts_that_one_code_makes_at_once_there_is_one(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    made: list[Reply] = []

    def register_as_well(**_: object) -> None:
        if not made:
            made.append(Reply(status=0, headers={}, body=b""))
            made[0] = device.register(ADA)
            assert device.delete_account().status == 200

    with cloud.when("before-call.dynamodb.TransactWriteItems", register_as_well):
        reply = device.register(ADA)

    assert (made[0].status, reply.problem) == (201, "mailbox-token-invalid")


def test_what_was_proved_or_mailed_before_a_deletion_is_worth_nothing_for_the_next_account(
    cloud: Cloud, ada: Device
) -> None:
    """Whoever read the mailbox until its owner took it back, deleted everything and began anew."""
    typed, read = Device(InProcess()), Device(InProcess())
    cloud.let_a_minute_pass()
    typed.send_code(ADA)
    assert typed.confirm(ADA, cloud.code(ADA)).status == 200
    cloud.let_a_minute_pass()
    read.send_code(ADA)
    code = cloud.code(ADA)
    assert ada.delete_account().status == 200

    assert typed.register(ADA).problem == "mailbox-token-invalid"
    cloud.let_a_minute_pass()
    owner = Device(InProcess())
    owner.send_code(ADA)
    owner.confirm(ADA, cloud.code(ADA))
    assert owner.enrol(ADA, portrait(1)).status == 201

    assert read.confirm(ADA, code).problem == "code-invalid"
    assert typed.register(ADA).problem == "already-enrolled"
    typed.account = None
    assert typed.sign_in(capture(1, take=5)).problem == "authentication-failed"
