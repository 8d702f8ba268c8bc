"""What a person sees, takes away and changes."""

import hashlib
import struct
from typing import Any

import pytest

from functions.bounces import handler as bounces
from tests.adapters.completeness import (
    ALONE,
    LISTS,
    NOT_SHOWN,
    NOT_THE_ACCOUNTS,
    ONLY_EXPORTED,
    attributes,
    unshown,
)
from tests.adapters.moments import ADA, ELSEWHERE, mailbox_proved
from tests.adapters.people import READS, log, new_phone
from tests.adapters.test_consents import settings
from tests.adapters.test_sign_in_log import CDN_SECRET, Abroad
from tests.support.authenticator import Authenticator
from tests.support.captures import ENROLLED, capture, descriptors, encode_descriptor, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.relying_party import RelyingParty, authorize
from tests.support.ses_events import bounce, by_sns
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

    # What is due follows from the version that was agreed to, and from the text of that day.
    assert shown.keys() - {"consent_due", "sign_ins_older"} <= exported.keys()  # and the export is no page
    chain = {"expires_at", "after"}
    assert [
        {name: part for name, part in entry.items() if name not in chain} for entry in exported["sign_ins"]
    ] == shown["sign_ins"]


def test_every_attribute_of_every_row_is_in_the_export_or_says_why_not(cloud: Cloud, ada: Device) -> None:
    phone = _after_a_busy_life(cloud, ada)

    exported, seen = (phone.get(path).json for path in ("/v1/account/export", "/v1/account"))

    account, items = str(ada.account), cloud.items()
    assert unshown(items, exported, account=account) == []
    more = {one.partition(":")[0] for one in unshown(items, seen, account=account)}
    assert more == set(ONLY_EXPORTED)
    # Nothing of the lists is there for nothing, and the life was busy enough to have had it all.
    held = attributes(items, account=account)
    # A year without a sign-in is no busy life: test_unused.py has it.
    assert {name for name in NOT_SHOWN if "." in name} - {"PROFILE.unused_told_at"} <= held
    assert {one.partition(".")[0] for one in held} == {*LISTS, *ALONE}
    templates = [one for one in exported["templates"] if one["kind"] == "adaptive"]
    assert templates[0]["corroborated_at"]
    beside = {item["pk"]["S"].partition("#")[0] for item in items} - {"ACCOUNT"}
    assert beside <= set(NOT_THE_ACCOUNTS)
    for item in items:
        kind = item["pk"]["S"].partition("#")[0]
        if kind not in {"ACCOUNT", "EMAIL"}:
            # The work list names an account by its random number, and nothing else of it.
            named = [account] if kind != "WORK" else []
            assert not any(name in str(item) for name in (*named, ADA, ELSEWHERE, phone.thumbprint))


def _after_a_busy_life(cloud: Cloud, ada: Device) -> Device:
    """Everything that leaves something behind, and the device that was there at the end."""
    ada.sign_in(capture(1, take=1))
    ada.sign_in(capture(2))
    ada.set_face_sign_in("paused")
    ada.sign_in(capture(1, take=2))
    ada.set_face_sign_in("active")
    assert ada.send_address_codes(ELSEWHERE).status == 202
    codes = {"from_old": cloud.code(ADA), "from_new": cloud.code(ELSEWHERE)}
    assert ada.change_address(ELSEWHERE, **codes).status == 200
    code = ada.make_recovery_codes()[0]
    assert ada.freeze(cloud.freeze_token(ELSEWHERE)).status == 204
    cloud.let_a_minute_pass()
    ada.send_code(ELSEWHERE)
    ada.confirm(ELSEWHERE, cloud.code(ELSEWHERE))
    proof = str(ada.mailbox_token)
    assert ada.use_recovery_code(ELSEWHERE, code, mailbox_token=proof).status == 200
    phone = new_phone(cloud, ELSEWHERE)
    phone.sign_in(capture(1, take=3), device_name="Phone")
    phone.sign_in(capture(1, take=4, look=1))
    cloud.let_days_pass(2)
    phone.sign_in(capture(1, take=5, look=1))
    assert phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204
    assert phone.sign_in(capture(1, take=6)).status == 200
    assert phone.refresh().status == 200
    assert authorize(phone, RelyingParty(phone.transport).query()).status == 200
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert phone.add_passkey(key).status == 201
    tablet = Device(InProcess())
    assert tablet.use_passkey(key, str(ada.account)).status == 200  # a session that a passkey began
    bounces.handle(by_sns(bounce(ELSEWHERE)), None)
    return phone


def test_what_somebody_signs_and_chooses_is_in_it_as_well(cloud: Cloud, device: Device) -> None:
    """A name under the consent, an age, two versions of the text, a place, and every choice there is."""
    with settings(
        CONSENT_RELEASE="typed-name",
        MINIMUM_AGE="16",
        PLACE_HEADER="cloudfront-viewer-country",
        PLACE_SECRET_SHA256=hashlib.sha256(CDN_SECRET.encode()).hexdigest(),
    ):
        device.transport = Abroad()
        mailbox_proved(cloud, device)
        signed: dict[str, Any] = {"signed_name": "Ada Lovelace", "is_of_age": True}
        assert device.enrol(ADA, portrait(1), consent=device.consent(**signed)).status == 201
        with settings(POLICY_VERSION="2031-1-1"):
            assert device.sign_in(capture(1, take=1)).status == 200
            assert device.agree(**signed | {"signed_name": "Ada King"}).status == 200
            assert device.rename_device(device.thumbprint, "Analytical engine").status == 204
            assert device.set_learning("refused").status == 200
            assert device.set_sign_in_log("least").status == 200
            cloud.let_days_pass(4)
            assert device.enrol_face(portrait(1, take=2), consent=device.consent(**signed)).status == 200

            exported, seen = (device.get(path).json for path in ("/v1/account/export", "/v1/account"))

            account = str(device.account)
            assert unshown(cloud.items(), exported, account=account) == []
            more = {one.partition(":")[0] for one in unshown(cloud.items(), seen, account=account)}
            assert more <= set(ONLY_EXPORTED)
    versions = sorted((one["policy_version"], one["signed_name"]) for one in exported["consents"])
    assert versions == [("2026-11-1", "Ada Lovelace"), ("2031-1-1", "Ada King"), ("2031-1-1", "Ada Lovelace")]
    assert {one["age_statement"] is None for one in exported["consents"]} == {False}
    assert [one["name"] for one in exported["devices"]] == ["Analytical engine"]
    assert "DE" in {one["place"] for one in exported["sign_ins"]}
    assert (exported["learning"], exported["sign_in_log_kept"]) == ("refused", "least")


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


def test_a_device_is_called_what_its_owner_says(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=1), device_name="Phone").status == 200
    before = len(cloud.mails)

    renamed = ada.rename_device(phone.thumbprint, "Kitchen")

    assert renamed.status == 204
    names = {one["id"]: one["name"] for one in ada.get("/v1/account").json["devices"]}
    assert names == {ada.thumbprint: "Laptop", phone.thumbprint: "Kitchen"}
    assert log(ada)[0] == ("done", "device-renamed")
    assert len(cloud.mails) == before  # what it is called lets nobody in
    assert "Kitchen" not in str(cloud.items())
    assert ada.rename_device("A" * 43, "Nobody's").problem == "not-found"
    assert [ada.rename_device(phone.thumbprint, name).problem for name in ("", " Kitchen", "K" * 65)] == [
        "request-invalid"
    ] * 3


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
