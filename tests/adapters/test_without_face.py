"""An account without a face: an equal way in, with nothing of a face asked for or kept."""

import pytest

from tests.adapters.moments import ADA, ELSEWHERE
from tests.adapters.people import log, new_phone
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.relying_party import let_an_application_in
from tests.support.transport import InProcess


@pytest.fixture
def bob(cloud: Cloud, device: Device) -> Device:
    """Somebody who proved their mailbox."""
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    return device


def test_an_account_needs_no_face_and_keeps_nothing_of_one(cloud: Cloud, bob: Device) -> None:
    registered = bob.register(ADA)

    held = bob.get("/v1/account").json
    assert registered.status == 201
    assert (held["email"], held["templates"], held["consents"]) == (ADA, [], [])
    assert (held["policy_version"], held["consent_due"]) == (None, None)
    assert [device["name"] for device in held["devices"]] == ["Laptop"]
    assert not {"ACCOUNT/TEMPLATE", "ACCOUNT/CONSENT"} & set(cloud.kinds())
    assert cloud.mails[-1]["subject"] == "Example: your account was made"


def test_mailbox_and_passkey_let_in_and_on_to_applications(cloud: Cloud, bob: Device) -> None:
    bob.register(ADA)
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    added = bob.add_passkey(key)
    phone = new_phone(cloud)
    by_code = phone.claims()["amr"]
    by_passkey = bob.use_passkey(key, str(bob.account))

    let_an_application_in(bob)

    assert (added.status, by_passkey.status) == (201, 200)
    assert by_code == ["otp", "swk"]
    assert ("done", "application-allowed") in log(bob)


def test_everything_can_be_seen_taken_away_and_deleted(bob: Device) -> None:
    bob.register(ADA)

    exported = bob.get("/v1/account/export")
    deleted = bob.delete_account()

    assert (exported.status, exported.json["templates"]) == (200, [])
    assert deleted.json["destroyed"]["templates"] == 0


def test_the_device_that_registered_changes_the_address_with_a_code_from_both_mailboxes(
    cloud: Cloud, bob: Device
) -> None:
    bob.register(ADA)
    elsewhere = new_phone(cloud)
    asked_elsewhere = elsewhere.send_address_codes(ELSEWHERE)

    asked = bob.send_address_codes(ELSEWHERE)
    moved = bob.change_address(ELSEWHERE, from_old=cloud.code(ADA), from_new=cloud.code(ELSEWHERE))

    assert asked_elsewhere.problem == "device-too-new"
    assert (asked.status, moved.status) == (202, 200)
    assert bob.get("/v1/account").json["email"] == ELSEWHERE
    assert elsewhere.get("/v1/account").problem == "token-invalid"
    assert new_phone(cloud, ELSEWHERE).get("/v1/account").json["email"] == ELSEWHERE


def test_an_old_sign_in_changes_no_address(cloud: Cloud, bob: Device) -> None:
    bob.register(ADA)
    cloud.let_a_minute_pass()
    clock.advance(301)

    assert bob.send_address_codes(ELSEWHERE).problem == "step-up-required"


def test_a_look_at_the_camera_is_refused_as_a_strangers(bob: Device) -> None:
    bob.register(ADA)
    stranger = Device(InProcess())
    stranger.account = "A" * 22

    refused, unknown = bob.sign_in(capture(1)), stranger.sign_in(capture(1))

    assert (refused.status, refused.body) == (unknown.status, unknown.body)


def test_there_is_one_account_for_a_mailbox_with_or_without_a_face(cloud: Cloud, bob: Device) -> None:
    bob.register(ADA)
    before = cloud.kinds()

    again, with_face = bob.register(ADA), bob.enrol(ADA, portrait(1))

    assert (again.problem, with_face.problem) == ("already-enrolled", "already-enrolled")
    assert cloud.kinds() == before


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"email": "grace.hopper@example.org"}, "mailbox-token-invalid"),
        ({"mailbox_token": "a.b.c"}, "mailbox-token-invalid"),
        ({"capture": {}}, "request-invalid"),
        ({"device_name": ""}, "request-invalid"),
    ],
)
def test_what_does_not_hold_makes_no_account(
    cloud: Cloud, bob: Device, changes: dict[str, object], slug: str
) -> None:
    reply = bob.register(ADA, **changes)

    assert reply.problem == slug
    assert not cloud.account_keys()


def test_agreeing_to_a_text_about_faces_gives_an_account_no_face(cloud: Cloud, bob: Device) -> None:
    bob.register(ADA)
    before = cloud.kinds()

    assert bob.agree().status == 200

    assert cloud.kinds() == before
