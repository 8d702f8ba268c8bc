"""A face enrolled anew, or later: whose it may be, who may do it, and what goes with it."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from functions.enroll.renewal import APART_S, LOOKS_A_DAY
from service.notices import NOTICES
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.adapters.test_passkeys import new_key
from tests.support import clock
from tests.support.captures import ENROLLED, capture, encode_descriptor, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.sweeping import sweep
from tests.support.transport import InProcess, Reply

DAY_S: Final = 86_400
GRACE: Final = "grace@example.org"


@pytest.fixture
def by_face(cloud: Cloud, ada: Device) -> Device:
    """Ada's laptop, some days later, where she has just signed in with her face."""
    cloud.let_days_pass(4)
    assert ada.sign_in(capture(1, take=1)).status == 200
    return ada


@pytest.fixture
def faceless(cloud: Cloud) -> Device:
    """Somebody's laptop, with an account that has no face."""
    device = Device(InProcess())
    proved(cloud, device)
    assert device.register(ADA).status == 201
    return device


@pytest.fixture
def faceless_elsewhere(cloud: Cloud) -> Device:
    """Another person's, without a face as well."""
    device = Device(InProcess())
    proved(cloud, device, GRACE)
    assert device.register(GRACE).status == 201
    return device


def proved(cloud: Cloud, device: Device, address: str = ADA) -> None:
    """A code from the mailbox is typed: where there is an account, it signs in."""
    cloud.let_a_minute_pass()
    assert device.send_code(address).status == 202
    assert device.confirm(address, cloud.code(address)).status == 200


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
    assert NOTICES["face-enrolled"].subject in [mail["subject"].partition(": ")[2] for mail in cloud.mails]


def test_somebody_else_s_face_is_refused_and_its_owner_sees_and_hears_it(
    cloud: Cloud, by_face: Device
) -> None:
    before, mails = rows(cloud), len(cloud.mails)

    replies = [by_face.enrol_face(portrait(2, take=take)) for take in range(2)]

    assert [(one.status, one.problem, one.reasons) for one in replies] == [
        (422, "capture-refused", ["not-recognised"])
    ] * 2
    assert rows(cloud) == before
    assert log(by_face)[:2] == [("refused", "another-face")] * 2
    assert len(cloud.mails) == mails  # a refusal mails nobody itself
    sweep(after_s=1)
    told = [mail["subject"] for mail in cloud.mails[mails:]]
    assert told == [f"Example: {NOTICES['another-face'].subject}"]  # once a day


def test_the_very_numbers_that_are_kept_are_no_look_and_ring_the_alarm(
    by_face: Device, caplog: pytest.LogCaptureFixture
) -> None:
    assert by_face.enrol_face(portrait(1)).reasons == ["not-recognised"]

    assert log(by_face)[0] == ("refused", "template-replayed")
    assert "template_replayed" in [record.getMessage() for record in caplog.records]


def test_what_was_learned_and_does_not_count_yet_is_no_look_either(
    by_face: Device, caplog: pytest.LogCaptureFixture
) -> None:
    assert by_face.sign_in(capture(1, take=2, look=1)).status == 200
    exported = by_face.get("/v1/account/export").json["templates"]
    (learned,) = (one for one in exported if one["kind"] == "adaptive")
    assert learned["state"] == "quarantined"
    stolen = portrait(1, take=3)
    stolen["descriptors"] = [encode_descriptor(np.array(learned["descriptor"])), *stolen["descriptors"][1:]]

    assert by_face.enrol_face(stolen).reasons == ["not-recognised"]

    assert log(by_face)[0] == ("refused", "template-replayed")
    assert "template_replayed" in [record.getMessage() for record in caplog.records]


def test_a_way_of_looking_that_needs_the_mailbox_needs_a_session_by_code(
    cloud: Cloud, by_face: Device, faceless_elsewhere: Device
) -> None:
    """It lets pictures through before which the mailbox stands at a sign-in."""
    before = rows(cloud)
    by_face.profile = faceless_elsewhere.profile = "no-head-turn"

    assert by_face.enrol_face(portrait(1, take=2)).problem == "step-up-required"
    assert rows(cloud) == before

    passkey = new_key()
    assert faceless_elsewhere.add_passkey(passkey).status == 201
    with_code = faceless_elsewhere.access_token
    assert faceless_elsewhere.use_passkey(passkey, str(faceless_elsewhere.account)).status == 200
    assert faceless_elsewhere.enrol_face(portrait(2)).problem == "step-up-required"
    assert faceless_elsewhere.access_token != with_code
    proved(cloud, faceless_elsewhere, GRACE)
    assert faceless_elsewhere.enrol_face(portrait(2)).status == 200


def test_one_face_does_not_follow_another_within_three_days(cloud: Cloud, by_face: Device) -> None:
    """Step by step somebody else's could be walked in, each step near enough to the one before."""
    assert by_face.enrol_face(portrait(1, take=2)).status == 200

    again = by_face.enrol_face(portrait(1, take=3))

    assert (again.status, again.problem) == (429, "too-many-requests")
    assert 2.9 * DAY_S < int(again.headers["retry-after"]) <= 3 * DAY_S + 1
    cloud.let_days_pass(3.001)
    assert by_face.enrol_face(portrait(1, take=4)).status == 200


@pytest.mark.parametrize(("after_s", "status"), [(-1, 429), (0, 200), (1, 200)])
def test_a_face_keeps_another_away_for_three_days_to_the_second(
    after_s: int, status: int, cloud: Cloud, by_face: Device
) -> None:
    performed = by_face.perform("enrolment", portrait(1, take=2))
    content = {"consent": by_face.consent(), "capture": performed.capture}
    at = math.ceil(clock.now())
    for row in rows(cloud):
        made_at = {"N": str(at - after_s - APART_S)}
        cloud.change(f"ACCOUNT#{by_face.account}", row, created_at=made_at)

    with clock.standing_at(at):
        reply = by_face.send(
            "POST", "/v1/account/face", content=content, nonce=performed.nonce, token=by_face.access_token
        )

    assert reply.status == status
    assert reply.headers.get("retry-after") == (None if status == 200 else "2")


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


def test_a_face_that_is_paused_is_compared_with_nothing_and_stays(cloud: Cloud, by_face: Device) -> None:
    assert by_face.set_face_sign_in("paused").status == 200
    held = [item for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")]

    refused = [by_face.enrol_face(portrait(person, take=3)) for person in (1, 2)]

    assert {(one.status, one.problem, one.body) for one in refused} == {
        (409, "face-sign-in-paused", refused[0].body)
    }
    assert [item for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")] == held
    assert by_face.set_face_sign_in("active").status == 200
    assert by_face.enrol_face(portrait(1, take=4)).status == 200


def test_a_face_that_is_paused_meanwhile_is_compared_with_nothing_either(
    cloud: Cloud, by_face: Device
) -> None:
    phone = new_phone(cloud)

    reply, paused = _during_the_write(cloud, by_face, lambda: phone.set_face_sign_in("paused"))

    assert ([one.status for one in paused], reply.problem) == ([200], "face-sign-in-paused")


def test_a_frozen_account_takes_no_face(cloud: Cloud, by_face: Device) -> None:
    before = rows(cloud)
    assert by_face.freeze(cloud.freeze_token(ADA)).status == 204

    assert by_face.enrol_face(portrait(1, take=2)).problem == "token-invalid"
    assert rows(cloud) == before


def test_nobody_tries_faces_without_end(by_face: Device) -> None:
    bad = portrait(1, take=2)
    bad["quality"] = [one | {"luminance_mean": 5.0} for one in bad["quality"]]
    assert by_face.enrol_face(bad).reasons == ["too-dark"]  # it says nothing of whose face it is
    answers = [by_face.enrol_face(portrait(2, take=take)).problem for take in range(LOOKS_A_DAY)]
    assert set(answers) == {"capture-refused"}

    over = by_face.enrol_face(portrait(1, take=2))

    assert (over.status, over.problem) == (429, "too-many-requests")
    assert 0 < int(over.headers["retry-after"]) <= DAY_S


def _during_the_write(cloud: Cloud, device: Device, act: Callable[[], Reply]) -> tuple[Reply, list[Reply]]:
    """Have something happen between what the new face reads and what it writes."""
    performed = device.perform("enrolment", portrait(1, take=9))
    token, content = device.access_token, {"consent": device.consent(), "capture": performed.capture}
    inner: list[Reply] = []

    def once(**_: object) -> None:
        if not inner:
            inner.append(Reply(status=0, headers={}, body=b""))
            inner[0] = act()

    with cloud.when("before-call.dynamodb.TransactWriteItems", once):
        reply = device.send("POST", "/v1/account/face", content=content, nonce=performed.nonce, token=token)
    return reply, inner


def test_what_another_device_learns_meanwhile_gives_way_as_well(cloud: Cloud, by_face: Device) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=5)).status == 200
    assert by_face.sign_in(capture(1, take=6)).status == 200

    reply, inner = _during_the_write(cloud, by_face, lambda: phone.sign_in(capture(1, take=7, look=1)))

    assert (reply.status, inner[0].status) == (200, 200)
    assert log(by_face)[1] == ("accepted", "matched")
    assert {one["kind"] for one in templates(by_face)} == {"anchor"}
    assert len(rows(cloud)) == ENROLLED


def test_a_face_that_is_new_meanwhile_is_not_written_over(cloud: Cloud, by_face: Device) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=5)).status == 200
    clock.advance(3 * DAY_S + 1)
    assert by_face.sign_in(capture(1, take=6)).status == 200
    assert phone.sign_in(capture(1, take=7)).status == 200

    reply, inner = _during_the_write(cloud, by_face, lambda: phone.enrol_face(portrait(1, take=8)))

    assert (inner[0].status, reply.problem) == (200, "too-many-requests")
    assert len(rows(cloud)) == ENROLLED == len(templates(by_face))


def test_a_session_that_ends_meanwhile_changes_nothing(cloud: Cloud, by_face: Device) -> None:
    before = rows(cloud)

    reply, inner = _during_the_write(cloud, by_face, lambda: by_face.sign_in(capture(1, take=7)))

    # A sign-in began another session on this device: what asked before it is over.
    assert (reply.problem, inner[0].status) == ("token-invalid", 200)
    assert rows(cloud) == before


def test_a_look_that_is_refused_while_the_account_goes_finds_no_session(
    cloud: Cloud, by_face: Device
) -> None:
    gone: list[Reply] = []

    def once(**_: object) -> None:
        if not gone:
            gone.append(Reply(status=0, headers={}, body=b""))
            gone[0] = by_face.delete_account()

    performed = by_face.perform("enrolment", portrait(2))
    token, content = by_face.access_token, {"consent": by_face.consent(), "capture": performed.capture}
    with cloud.when("before-call.dynamodb.TransactWriteItems", once):
        reply = by_face.send("POST", "/v1/account/face", content=content, nonce=performed.nonce, token=token)

    assert (gone[0].status, reply.status, reply.problem) == (200, 401, "token-invalid")
    assert str(by_face.account) not in str(cloud.items())


def test_a_face_of_less_than_three_days_lifts_no_freeze_and_goes_with_the_lift(
    cloud: Cloud, by_face: Device
) -> None:
    clock.advance(10 * DAY_S)
    assert by_face.sign_in(capture(1, take=2)).status == 200
    code = by_face.make_recovery_codes()[0]
    clock.advance(4 * DAY_S)
    assert by_face.sign_in(capture(1, take=3)).status == 200
    assert by_face.enrol_face(portrait(1, take=4)).status == 200
    assert by_face.freeze(cloud.freeze_token(ADA)).status == 204
    cloud.let_a_minute_pass()
    by_face.send_code(ADA)
    assert by_face.confirm(ADA, cloud.code(ADA)).json["frozen"] is True
    proof = str(by_face.mailbox_token)
    account, by_face.account = by_face.account, None

    looked = by_face.sign_in(capture(1, take=5))
    lifted = by_face.use_recovery_code(ADA, code, mailbox_token=proof)

    assert (looked.status, lifted.status) == (401, 200)
    assert by_face.account == account
    held = by_face.get("/v1/account").json
    assert (held["templates"], held["policy_version"]) == ([], None)
    assert len(held["consents"]) == 2  # what was agreed to stays on record
    assert rows(cloud) == set()


def test_an_account_with_many_consents_can_be_deleted(cloud: Cloud, by_face: Device) -> None:
    """Each new face keeps one more: they are not to outgrow what one transaction takes."""
    (consent,) = (item for item in cloud.items() if item["sk"]["S"].startswith("CONSENT#"))
    for number in range(120):
        cloud.put(consent | {"sk": {"S": f"CONSENT#{number:026d}"}})

    deleted = by_face.delete_account()

    assert deleted.status == 200
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
