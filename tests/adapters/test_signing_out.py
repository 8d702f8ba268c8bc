"""Seeing where one is signed in, and signing out: here, there and everywhere."""

import pytest

from service.deeds import CHANGES_A_DAY
from tests.adapters.people import READS, new_phone
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import Reply

SESSIONS = "/v1/account/sessions"


def _end(device: Device, other: Device) -> Reply:
    return device.change("DELETE", f"{SESSIONS}/{other.thumbprint}")


def test_a_person_sees_where_they_are_signed_in_and_how(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    ada.sign_in(capture(1, take=1))

    sessions = ada.get(SESSIONS).json["sessions"]

    assert {(one["device"], one["means"], one["current"]) for one in sessions} == {
        (ada.thumbprint, "face", True),
        (phone.thumbprint, "otp", False),
    }
    assert ada.claims()["sid"] in {one["id"] for one in sessions}
    assert all(one["expires_at"] - one["created_at"] == 12 * 3600 for one in sessions)
    assert ada.get("/v1/account").json["sessions"] == sessions


def test_what_is_shown_of_sessions_continues_none(ada: Device) -> None:
    shown = ada.get(SESSIONS).body

    assert str(ada.refresh_token).split(".")[2].encode() not in shown
    assert b"sha256" not in shown


def test_signing_out_here_ends_this_session_at_once_and_leaves_the_device_known(
    cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)

    assert _end(ada, ada).status == 204

    assert [ada.get(path).problem for path in READS] == ["token-invalid"] * len(READS)
    assert ada.refresh().problem == "token-invalid"
    assert _end(ada, ada).problem == "token-invalid"
    assert phone.get("/v1/account").status == 200
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_signing_out_there_ends_that_session_and_no_other(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert _end(ada, phone).status == 204

    assert phone.set_face_sign_in("paused").problem == "token-invalid"
    assert phone.delete_account().problem == "token-invalid"
    assert phone.refresh().problem == "token-invalid"
    assert ada.refresh().status == 200
    assert _end(ada, phone).problem == "not-found"


def test_signing_out_everywhere_ends_every_session(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert ada.change("DELETE", SESSIONS).status == 204

    assert "ACCOUNT/SESSION" not in cloud.kinds()
    assert [one.refresh().problem for one in (ada, phone)] == ["token-invalid"] * 2
    assert phone.withdraw_consent().problem == "token-invalid"
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_signing_out_everywhere_reaches_more_than_a_transaction_holds(cloud: Cloud, ada: Device) -> None:
    own = next(item for item in cloud.items() if item["sk"]["S"].startswith("SESSION#"))
    for number in range(120):
        cloud.put(own | {"sk": {"S": f"SESSION#{number:043}"}, "sid": {"S": f"{number:022}"}})

    assert ada.change("DELETE", SESSIONS).status == 204

    assert "ACCOUNT/SESSION" not in cloud.kinds()


def test_nobody_signs_somebody_elses_device_out(ada: Device, cloud: Cloud) -> None:
    eve = Device(ada.transport)
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    eve.access_token = ada.access_token  # stolen

    assert _end(eve, ada).problem == "token-invalid"
    assert ada.refresh().status == 200


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("PATCH", "/v1/account", {"face_sign_in": "paused"}),
        ("POST", "/v1/account/templates/rollback", None),
        ("DELETE", SESSIONS, None),
    ],
)
def test_a_session_that_was_ended_elsewhere_changes_nothing_at_once(
    method: str, path: str, content: dict[str, str] | None, cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    assert _end(phone, ada).status == 204
    before = cloud.kinds()

    assert ada.change(method, path, content).problem == "token-invalid"
    assert cloud.kinds() == before


def test_pausing_face_sign_in_ends_no_session(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert phone.set_face_sign_in("paused").status == 200

    assert [one.refresh().status for one in (ada, phone)] == [200, 200]


def test_a_session_that_has_ended_uses_up_none_of_the_changes_that_new_devices_have(
    cloud: Cloud, ada: Device
) -> None:
    stranger, owner = new_phone(cloud), new_phone(cloud)
    assert _end(owner, stranger).status == 204

    refused = {stranger.rename_device(ada.thumbprint, "Mine").problem for _ in range(CHANGES_A_DAY)}

    assert refused == {"token-invalid"}
    assert owner.rename_device(ada.thumbprint, "Desk").status == 204
