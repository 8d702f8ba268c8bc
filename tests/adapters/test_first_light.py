"""The main job, from the first code to the receipt."""

from tests.adapters.moments import ADA
from tests.support.captures import ENROLLED, capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess


def test_a_person_enrols_signs_in_sees_takes_and_destroys_everything(cloud: Cloud, device: Device) -> None:
    assert device.send_code(ADA).status == 202
    confirmed = device.confirm(ADA, cloud.code(ADA))
    assert confirmed.json["registered"] is False
    assert device.enrol(ADA, portrait(1)).json["templates"] == ENROLLED

    signed_in = device.sign_in(capture(1, take=1))
    assert (signed_in.status, signed_in.json["device"]) == (200, "known")

    held = device.get("/v1/account")
    assert (held.status, held.json["email"]) == (200, ADA)
    export = device.get("/v1/account/export")
    assert [len(template["descriptor"]) for template in export.json["templates"]] == [128] * ENROLLED

    gone = device.delete_account()
    assert gone.status == 200
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert device.sign_in(capture(1, take=2)).problem == "authentication-failed"


def test_a_new_device_needs_the_mailbox_and_the_face(cloud: Cloud, ada: Device) -> None:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    assert phone.confirm(ADA, cloud.code(ADA)).json["registered"] is True

    added = phone.sign_in(capture(1, take=1), device_name="Phone")

    assert (added.status, added.json["device"], added.json["account"]) == (200, "added", ada.account)
    assert phone.sign_in(capture(1, take=2)).json["device"] == "known"
