"""A face enrolled anew, or later: whose it may be, who may do it, and what goes with it."""

from typing import Any, Final

import pytest

from functions.enroll.renewal import LOOKS_A_DAY
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.adapters.test_passkeys import new_key
from tests.support import clock
from tests.support.captures import ENROLLED, capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

DAY_S: Final = 86_400


@pytest.fixture
def by_face(ada: Device) -> Device:
    """Ada's laptop, where she has just signed in with her face."""
    assert ada.sign_in(capture(1, take=1)).status == 200
    return ada


@pytest.fixture
def faceless(cloud: Cloud) -> Device:
    """Somebody's laptop, with an account that has no face."""
    device = Device(InProcess())
    proved(cloud, device)
    assert device.register(ADA).status == 201
    return device


def proved(cloud: Cloud, device: Device) -> None:
    """A code from the mailbox is typed: where there is an account, it signs in."""
    cloud.let_a_minute_pass()
    assert device.send_code(ADA).status == 202
    assert device.confirm(ADA, cloud.code(ADA)).status == 200


def templates(device: Device) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = device.get("/v1/account").json["templates"]
    return held


def rows(cloud: Cloud) -> set[str]:
    return {item["sk"]["S"] for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")}


def test_every_template_of_before_gives_way_to_the_new_ones(cloud: Cloud, by_face: Device) -> None:
    assert by_face.sign_in(capture(1, take=2, look=1)).status == 200
    before = {one["id"] for one in templates(by_face)}
    assert len(before) == ENROLLED + 1

    reply = by_face.enrol_face(portrait(1, take=3))

    assert (reply.status, reply.json["templates"]) == (200, ENROLLED)
    after = templates(by_face)
    assert {one["kind"] for one in after} == {"anchor"}
    assert not before & {one["id"] for one in after}
    assert rows(cloud) == {f"TEMPLATE#{one['id']}" for one in after}
    held = by_face.get("/v1/account").json
    assert held["learned_at"] == []
    assert len(held["consents"]) == 2
    assert log(by_face)[0] == ("done", "face-enrolled")
    assert by_face.sign_in(capture(1, take=4)).status == 200


def test_an_account_without_a_face_gets_one_and_signs_in_with_it(cloud: Cloud, faceless: Device) -> None:
    assert templates(faceless) == []

    assert faceless.enrol_face(portrait(1)).status == 200

    held = faceless.get("/v1/account").json
    assert (len(held["templates"]), held["policy_version"]) == (ENROLLED, faceless.policy()["version"])
    assert faceless.sign_in(capture(1, take=1)).status == 200
    assert "face" in faceless.claims()["amr"]
    assert faceless.sign_in(capture(2, take=1)).status == 401
    assert cloud.mails


def test_somebody_else_s_face_is_refused_and_nothing_changes(cloud: Cloud, by_face: Device) -> None:
    before = rows(cloud)

    reply = by_face.enrol_face(portrait(2))

    assert (reply.status, reply.problem) == (422, "capture-refused")
    assert reply.reasons == ["not-recognised"]
    assert rows(cloud) == before
    assert log(by_face)[0] != ("done", "face-enrolled")


def test_the_very_numbers_that_are_kept_are_no_look(by_face: Device) -> None:
    assert by_face.enrol_face(portrait(1)).reasons == ["not-recognised"]


@pytest.mark.parametrize("way", ["code", "passkey", "recovery-code"])
def test_whoever_has_a_face_shows_it_first(way: str, cloud: Cloud, ada: Device) -> None:
    before = rows(cloud)
    if way == "code":
        proved(cloud, ada)
    elif way == "passkey":
        key = new_key()
        assert ada.add_passkey(key).status == 201
        assert ada.use_passkey(key, str(ada.account)).status == 200
    else:
        assert ada.use_recovery_code(ADA, ada.make_recovery_codes()[0]).status == 200

    assert ada.enrol_face(portrait(1, take=1)).problem == "step-up-required"
    assert rows(cloud) == before


def test_a_face_shown_five_minutes_ago_is_too_old(by_face: Device) -> None:
    clock.advance(301)

    assert by_face.enrol_face(portrait(1, take=2)).problem == "step-up-required"


def test_a_device_that_is_new_to_an_old_account_waits(cloud: Cloud, ada: Device) -> None:
    clock.advance(10 * DAY_S)
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=1), device_name="Phone").status == 200

    assert phone.enrol_face(portrait(1, take=2)).problem == "device-too-new"

    clock.advance(3 * DAY_S + 1)
    assert phone.sign_in(capture(1, take=3)).status == 200
    assert phone.enrol_face(portrait(1, take=4)).status == 200
    assert ada.account == phone.account


def test_without_consent_to_the_text_in_force_nothing_is_enrolled(
    cloud: Cloud, faceless: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faceless.enrol_face(portrait(1), consent=None).problem == "consent-required"
    refused = faceless.consent() | {"accepted": False}
    assert faceless.enrol_face(portrait(1), consent=refused).problem == "consent-required"
    outdated = faceless.consent()
    monkeypatch.setenv("POLICY_VERSION", "2031-1-1")
    cloud.restart()
    assert faceless.enrol_face(portrait(1), consent=outdated).problem == "consent-outdated"
    assert rows(cloud) == set()


def test_agreeing_with_a_new_face_answers_the_new_text(
    cloud: Cloud, by_face: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_VERSION", "2031-1-1")
    cloud.restart()
    assert by_face.sign_in(capture(1, take=2)).status == 200
    assert by_face.get("/v1/account").json["consent_due"] is not None

    assert by_face.enrol_face(portrait(1, take=3)).json["policy_version"] == "2031-1-1"

    held = by_face.get("/v1/account").json
    assert (held["policy_version"], held["consent_due"], held["consent_asked_at"]) == ("2031-1-1", None, None)


def test_a_paused_account_stays_paused(by_face: Device) -> None:
    assert by_face.set_face_sign_in("paused").status == 200

    assert by_face.enrol_face(portrait(1, take=2)).status == 200

    assert by_face.get("/v1/account").json["status"] == "paused"
    assert by_face.sign_in(capture(1, take=3)).status == 401


def test_a_frozen_account_takes_no_face(cloud: Cloud, by_face: Device) -> None:
    before = rows(cloud)
    assert by_face.freeze(cloud.freeze_token(ADA)).status == 204

    assert by_face.enrol_face(portrait(1, take=2)).problem == "token-invalid"
    assert rows(cloud) == before


def test_nobody_tries_faces_without_end(by_face: Device) -> None:
    answers = [by_face.enrol_face(portrait(2, take=take)).problem for take in range(LOOKS_A_DAY)]
    assert set(answers) == {"capture-refused"}

    over = by_face.enrol_face(portrait(1, take=2))

    assert (over.status, over.problem) == (429, "too-many-requests")
    assert 0 < int(over.headers["retry-after"]) <= DAY_S


def test_a_look_that_is_learned_meanwhile_gives_way_too(cloud: Cloud, by_face: Device) -> None:
    inner: list[int] = []

    def learn(**_: object) -> None:
        if not inner:
            inner.append(0)
            inner[0] = by_face.sign_in(capture(1, take=2, look=1)).status

    performed = by_face.perform("enrolment", portrait(1, take=3))
    token, content = by_face.access_token, {"consent": by_face.consent(), "capture": performed.capture}
    by_face.policy()
    with cloud.when("before-call.dynamodb.TransactWriteItems", learn):
        reply = by_face.send("POST", "/v1/account/face", content=content, nonce=performed.nonce, token=token)

    # The sign-in began another session on this device: what asked before it is over.
    assert inner == [200]
    assert reply.problem == "token-invalid"
    assert len(rows(cloud)) == ENROLLED + 1
