"""What a person sees, takes away and changes."""

import struct

import pytest

from tests.adapters.conftest import ADA
from tests.adapters.people import READS, new_phone
from tests.support.captures import ENROLLED, capture, descriptors, encode_descriptor, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply


def test_a_person_sees_everything_that_is_held(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    held = ada.get("/v1/account").json

    assert (held["account"], held["email"], held["status"]) == (ada.account, ADA, "active")
    assert held["policy_version"] == ada.policy()["version"]
    assert [template["kind"] for template in held["templates"]] == ["anchor"] * ENROLLED
    assert held["templates"][0]["quality"]["luminance_mean"] == 128
    assert held["templates"][0]["source_device"] == ada.thumbprint
    assert [(device["name"], device["current"]) for device in held["devices"]] == [("Laptop", True)]
    assert [consent["text_sha256"] for consent in held["consents"]] == [ada.policy()["text_sha256"]]
    assert [entry["outcome"] for entry in held["sign_ins"]] == ["accepted"]


def test_what_is_shown_holds_no_vector(ada: Device) -> None:
    shown = ada.get("/v1/account").body

    assert b"descriptor" not in shown
    assert encode_descriptor(descriptors(1)[0]).encode() not in shown


def test_the_export_of_a_face_holds_every_descriptor_exactly(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    reply = ada.get("/v1/account/export")

    expected = [row.astype("<f4").tobytes() for row in descriptors(1, count=ENROLLED)]
    exported = [struct.pack("<128f", *template["descriptor"]) for template in reply.json["templates"]]
    assert sorted(exported) == sorted(expected)
    assert reply.json["descriptors"] == "included"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.json["devices"][0]["public_key"].keys() == {"kty", "crv", "x", "y"}


def test_the_export_of_a_mailbox_holds_all_but_what_would_pass_for_a_face(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    exported = {"enrolled": ada.get("/v1/account/export"), "confirmed": phone.get("/v1/account/export")}

    for reply in exported.values():
        assert reply.status == 200
        assert [template["descriptor"] for template in reply.json["templates"]] == [None] * ENROLLED
        assert reply.json["descriptors"] == "withheld: sign in with your face to have them"
        shown = ada.get("/v1/account").json
        assert [template["quality"] for template in reply.json["templates"]] == [
            template["quality"] for template in shown["templates"]
        ]
        assert (reply.json["email"], reply.json["consents"]) == (ADA, shown["consents"])


def test_an_export_that_was_overheard_is_not_given_again(ada: Device) -> None:
    path, token = "/v1/account/export", ada.access_token
    proof = ada.proof("GET", path, nonce=ada.challenge("account"), access_token=token)

    replies = [ada.send("GET", path, token=token, proof=proof) for _ in range(2)]

    assert [(reply.status, reply.problem) for reply in replies] == [(200, None), (401, "challenge-invalid")]


def test_the_export_holds_all_that_is_shown(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    shown, exported = ada.get("/v1/account").json, ada.get("/v1/account/export").json

    assert shown.keys() <= exported.keys()
    chain = {"expires_at", "after"}
    assert [
        {name: part for name, part in entry.items() if name not in chain} for entry in exported["sign_ins"]
    ] == shown["sign_ins"]


# Every attribute of an account's rows, by kind: where the export shows it, or why it does not.
EXPORTED = {
    "PROFILE": {
        "status": "status",
        "sealed_email": "email",
        "policy_version": "policy_version",
        "created_at": "created_at",
        "last_used_at": "last_used_at",
        "anchors": "templates",
        "adaptive": "templates",
        "learned_at": "learned_at",
        "devices": "devices",
        "sealed_log_head": "sign_in_log_end",
        "freezes": "freezes",
    },
    "TEMPLATE": {
        "kind": "templates.kind",
        "model": "templates.model",
        "pipeline": "templates.pipeline",
        "sealed_descriptor": "templates.descriptor",
        "sealed_quality": "templates.quality",
        "source_device": "templates.source_device",
        "created_at": "templates.created_at",
        "state": "templates.state",
        "source_sign_in": "templates.source_sign_in",
        "corroborations": "templates.corroborations",
        "corroborated_at": "templates.corroborated_at",
        "expires_at": "templates.expires_at",
    },
    "DEVICE": {
        "public_key": "devices.public_key",
        "sealed_name": "devices.name",
        "created_at": "devices.created_at",
        "last_used_at": "devices.last_used_at",
    },
    "CONSENT": {"sealed": "consents.text_sha256"},
    "SIGNIN": {"sealed": "sign_ins.after", "expires_at": "sign_ins.expires_at"},
    "RECOVERY": {"digests": "recovery_codes.left", "made_at": "recovery_codes.made_at"},
    "SESSION": {
        "sid": "sessions.id",
        "means": "sessions.means",
        "created_at": "sessions.created_at",
        "last_used_at": "sessions.last_used_at",
        "expires_at": "sessions.expires_at",
    },
}
OF_LEARNED = {"source_sign_in", "corroborations", "corroborated_at", "expires_at"}
NOT_EXPORTED = {
    "pk": "the account's id, which is shown, with its kind before it",
    "sk": "the row's id, which is shown, with its kind before it",
    "PROFILE.mailbox": "a digest of the address, which is shown",
    "PROFILE.revision": "how often rows came and went: only the database's own order",
    "SESSION.refresh_sha256": "a digest of a secret that only the device has",
    "SESSION.rotated_sha256": "a digest of the secret before it",
}


def test_every_attribute_of_every_row_is_in_the_export_or_says_why_not(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    ada.sign_in(capture(2))
    ada.set_face_sign_in("paused")
    ada.sign_in(capture(1, take=2))
    ada.set_face_sign_in("active")
    code = ada.make_recovery_codes()[0]
    ada.freeze(cloud.freeze_token(ADA))
    cloud.let_a_minute_pass()
    ada.send_code(ADA)
    ada.confirm(ADA, cloud.code(ADA))
    assert ada.use_recovery_code(ADA, code, mailbox_token=str(ada.mailbox_token)).status == 200
    phone = new_phone(cloud)
    phone.sign_in(capture(1, take=3), device_name="Phone")
    phone.sign_in(capture(1, take=4, look=1))
    cloud.let_days_pass(2)
    phone.sign_in(capture(1, take=5, look=1))
    phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}")
    assert phone.sign_in(capture(1, take=6)).status == 200

    exported = phone.get("/v1/account/export").json

    held = {
        (item["sk"]["S"].partition("#")[0], attribute)
        for item in cloud.items()
        if item["pk"]["S"] == f"ACCOUNT#{ada.account}"
        for attribute in item
        if attribute not in NOT_EXPORTED
        and f"{item['sk']['S'].partition('#')[0]}.{attribute}" not in NOT_EXPORTED
    }
    assert held == {(kind, attribute) for kind, shown in EXPORTED.items() for attribute in shown}
    for shown in EXPORTED.values():
        for path in shown.values():
            name, _, part = path.partition(".")
            assert exported[name]
            rows = exported[name] if isinstance(exported[name], list) else [exported[name]]
            assert not part or all(
                row[part] for row in rows if part not in OF_LEARNED or row.get("kind") != "anchor"
            )


def test_pausing_stops_the_face_and_nothing_else(ada: Device) -> None:
    paused = ada.set_face_sign_in("paused")

    assert (paused.status, paused.json) == (200, {"face_sign_in": "paused"})
    assert ada.get("/v1/account").json["status"] == "paused"
    assert ada.sign_in(capture(1, take=1)).problem == "authentication-failed"

    assert ada.set_face_sign_in("active").status == 200
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_a_template_is_removed_but_never_the_last(cloud: Cloud, ada: Device) -> None:
    templates = [template["id"] for template in ada.get("/v1/account").json["templates"]]

    statuses = [_remove_template(ada, template).status for template in templates]

    assert statuses == [*[204] * (ENROLLED - 1), 409]
    assert _remove_template(ada, templates[-1]).problem == "last-template"
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == 1
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_a_template_that_is_not_there_is_not_found(ada: Device) -> None:
    assert _remove_template(ada, "0" * 26).problem == "not-found"


def test_a_removed_template_is_not_removed_again(ada: Device) -> None:
    template = ada.get("/v1/account").json["templates"][0]["id"]

    assert [_remove_template(ada, template).status for _ in range(2)] == [204, 404]


def test_nobody_removes_what_is_somebody_elses(cloud: Cloud, ada: Device) -> None:
    eve = Device(InProcess())
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    eve.enrol("eve@example.org", portrait(5))
    template = ada.get("/v1/account").json["templates"][0]["id"]

    refused = [
        _remove_template(eve, template),
        eve.change("DELETE", f"/v1/account/devices/{ada.thumbprint}"),
    ]

    assert [reply.problem for reply in refused] == ["not-found"] * 2
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_removing_the_own_device_ends_its_sessions_and_its_sign_ins(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    removed = ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}")

    assert removed.status == 204
    assert [ada.get(path).problem for path in READS] == ["token-invalid"] * len(READS)
    assert ada.set_face_sign_in("paused").problem == "token-invalid"
    assert ada.delete_account().problem == "token-invalid"
    assert ada.sign_in(capture(1, take=2)).problem == "authentication-failed"


@pytest.mark.parametrize("began", ["by enrolling", "with a code"])
def test_removing_a_device_ends_its_sessions_of_the_mailbox_too(
    began: str, cloud: Cloud, ada: Device
) -> None:
    if began == "with a code":
        cloud.let_a_minute_pass()
        ada.send_code(ADA)
        assert ada.confirm(ADA, cloud.code(ADA)).status == 200
    phone = new_phone(cloud)
    assert [ada.get(path).status for path in READS] == [200] * len(READS)

    assert phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204

    assert [ada.get(path).problem for path in READS] == ["token-invalid"] * len(READS)
    assert ada.set_face_sign_in("paused").problem == "token-invalid"
    assert ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").problem == "token-invalid"
    assert ada.delete_account().problem == "token-invalid"
    assert ada.withdraw_consent().problem == "token-invalid"


def test_a_removed_devices_session_removes_nothing(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    template = ada.get("/v1/account").json["templates"][0]["id"]
    phone = new_phone(cloud)
    phone.sign_in(capture(1, take=2))
    assert phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204

    refused = [
        _remove_template(ada, template),
        ada.change("DELETE", f"/v1/account/devices/{phone.thumbprint}"),
    ]

    assert [reply.problem for reply in refused] == ["token-invalid"] * 2
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED


def test_a_session_of_the_mailbox_needs_no_known_device(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204
    assert phone.set_face_sign_in("paused").status == 200
    assert phone.get("/v1/account/export").status == 200


def test_a_device_that_is_not_there_is_not_found(ada: Device) -> None:
    assert ada.change("DELETE", f"/v1/account/devices/{'A' * 43}").problem == "not-found"


@pytest.mark.parametrize("path", ["/v1/account/templates/x", "/v1/account/devices/x"])
def test_what_is_no_id_is_no_request(path: str, ada: Device) -> None:
    assert ada.change("DELETE", path).problem == "request-invalid"


@pytest.mark.parametrize("content", [{}, {"face_sign_in": "off"}, {"face_sign_in": "paused", "email": "x"}])
def test_what_is_no_change_is_no_request(content: dict[str, str], ada: Device) -> None:
    assert ada.change("PATCH", "/v1/account", content).problem == "request-invalid"


def test_the_account_gone_in_the_meantime_is_no_longer_changed(cloud: Cloud, ada: Device) -> None:
    template = ada.get("/v1/account").json["templates"][0]["id"]
    token = ada.access_token
    assert ada.delete_account().status == 200
    ada.access_token = token

    replies = [
        ada.set_face_sign_in("paused"),
        _remove_template(ada, template),
        ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}"),
        *(ada.get(path) for path in READS),
    ]

    assert [reply.problem for reply in replies] == ["token-invalid"] * (3 + len(READS))
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def _remove_template(device: Device, template: str) -> Reply:
    return device.change("DELETE", f"/v1/account/templates/{template}")
