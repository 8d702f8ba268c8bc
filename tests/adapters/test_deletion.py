"""Deletion: immediate, provable, resumable, and nothing is left behind."""

import json
from typing import Any

import jsonschema_rs
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet

from facesmash import receipt as receipts
from functions.bounces import handler as bounces
from service.deployment import this_deployment
from service.receipts import json_schema, sign_receipt
from service.repositories.erasures import Destroyed, Tombstone, tombstone_key
from service.repositories.items import to_wire
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.ses_events import bounce, by_sns
from tests.support.transport import InProcess

WAYS = [
    ("DELETE", "/v1/account", "account-deleted"),
    ("POST", "/v1/account/consent/withdraw", "consent-withdrawn"),
]


def _opened(device: Device, receipt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = device.transport.send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"").json["keys"]
    opened = jws.deserialize_compact(receipt, ECKey.import_key(keys[0]))
    return opened.headers(), json.loads(opened.payload)


@pytest.mark.parametrize(("method", "path", "event"), WAYS)
def test_everything_goes_and_a_receipt_says_so(
    method: str, path: str, event: str, cloud: Cloud, ada: Device
) -> None:
    ada.sign_in(capture(1, take=1))
    ada.sign_in(capture(2))
    ada.sign_in(capture(1, take=2))
    assert ada.add_passkey(Authenticator(origin=ORIGIN, rp_id="site.example")).status == 201

    reply = ada.change(method, path)

    destroyed = {"templates": 4, "devices": 1, "passkeys": 1, "consents": 1, "sign_ins": 4, "keys": 1}
    assert (reply.status, reply.json["destroyed"]) == (200, destroyed)
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []
    header, claims = _opened(ada, reply.json["receipt"])
    assert header["typ"] == "receipt+jwt"
    assert (claims["event"], claims["sub"], claims["destroyed"]) == (event, ada.account, destroyed)
    assert (claims["jti"], claims["deleted_at"]) == (reply.json["reference"], reply.json["deleted_at"])
    assert claims["key_version"] == 1


def test_the_receipt_says_what_remains_where_and_until_when(cloud: Cloud, ada: Device) -> None:
    reply = ada.delete_account()
    _, claims = _opened(ada, reply.json["receipt"])
    keys = KeySet.import_key_set(
        ada.transport.send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"").json
    )

    jsonschema_rs.validator_for(json_schema()).validate(claims)
    remains = {one["where"]: one["until"] for one in claims["remains"]}
    assert remains["the database (tombstone)"] is None
    assert remains["backups of the database"] == claims["deleted_at"] + 35 * 86_400
    assert ADA not in json.dumps(claims)
    said = "\n".join(receipts.verify(json.dumps(reply.json).encode(), keys))
    assert "key, version 1, was destroyed" in said
    assert said.count("remains: ") == len(claims["remains"]) == 7
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_the_longest_receipt_is_one_that_kms_signs() -> None:
    """KMS signs 4,096 bytes: header, dot and claims, in base64."""
    destroyed = Destroyed(templates=10, devices=20, passkeys=10, consents=99, sign_ins=10**9, keys=1)
    tombstone = Tombstone(
        reference="r" * 22,
        deleted_at=10**10,
        event="deleted-on-request",
        device="",
        destroyed=destroyed,
        key_version=1,
    )

    class Measuring:
        """The signer, as far as a receipt asks it."""

        def sign(self, claims: Any, *, typ: str) -> str:  # noqa: ANN401, ARG002 -- as the signer
            return json.dumps(claims)

    text = sign_receipt(Measuring(), tombstone, account="a" * 22, issuer="https://" + "i" * 200)  # type: ignore[arg-type]

    assert len(text) * 4 / 3 + 200 < 4096


def test_a_mark_that_mails_came_back_goes_with_the_account(cloud: Cloud, ada: Device) -> None:
    bounces.handle(by_sns(bounce(ADA)), None)
    assert "MAILBOX/TROUBLE" in cloud.kinds()

    assert ada.delete_account().status == 200

    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_after_it_no_row_of_any_kind_names_the_account_its_devices_or_its_mailbox(
    cloud: Cloud, ada: Device
) -> None:
    """Not even what is short-lived: TTL may lag by days, and a backup keeps it for 35."""
    phone = new_phone(cloud)
    phone.sign_in(capture(1, take=1))
    for device in (ada, phone):
        device.sign_in(capture(2))
        device.verification_challenge()
        device.challenge("account")
    ada.send_code("another@example.org")  # a code that is not used
    (profile,) = (item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    named = [str(ada.account), ada.thumbprint, phone.thumbprint, profile["mailbox"]["S"], ADA]
    assert all(name in str(cloud.items()) for name in named[:4])

    assert ada.delete_account().status == 200

    left = cloud.items()
    assert {item["pk"]["S"].partition("#")[0] for item in left} >= {"CHALLENGE", "CODE", "TOMBSTONE"}
    assert [name for name in named for item in left if name in str(item)] == []


def test_after_it_nothing_is_left_of_the_attempts_that_were_counted(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    phone.verification_challenge()  # counted for all new devices
    ada.verification_challenge()  # counted for this one
    before = {item["pk"]["S"] for item in cloud.items() if item["sk"]["S"] == "LIMIT"}

    ada.delete_account()

    after = {item["pk"]["S"]: item for item in cloud.items() if item["sk"]["S"] == "LIMIT"}
    assert len(before - after.keys()) == 2
    assert [
        item for item in after.values() if "failed_at" in item
    ] == []  # what is left is of mails, for an hour


def test_after_it_the_same_face_on_the_same_device_is_a_stranger(ada: Device) -> None:
    stranger = Device(InProcess()).sign_in(capture(9))
    ada.delete_account()

    reply = ada.sign_in(capture(1, take=1))

    assert (reply.status, reply.headers, reply.body) == (stranger.status, stranger.headers, stranger.body)


def test_after_it_the_address_can_be_enrolled_again(cloud: Cloud, ada: Device) -> None:
    ada.delete_account()
    old = ada.account
    cloud.let_a_minute_pass()
    ada.send_code(ADA)
    assert ada.confirm(ADA, cloud.code(ADA)).json["registered"] is False

    assert ada.enrol(ADA, portrait(1)).status == 201
    assert ada.account != old


def test_the_tombstone_names_nobody(cloud: Cloud, ada: Device) -> None:
    ada.delete_account()

    (left,) = (item for item in cloud.items() if item["pk"]["S"].startswith("TOMBSTONE#"))
    assert str(ada.account) not in str(left)
    assert ada.thumbprint not in str(left)
    assert ADA not in str(left)


def test_after_a_restore_the_tombstone_is_found_by_the_accounts_number(cloud: Cloud, ada: Device) -> None:
    account = str(ada.account)
    ada.delete_account()

    assert to_wire(tombstone_key(account))["pk"] in [item["pk"] for item in cloud.items()]
    assert this_deployment().erasures.tombstone(account) is not None


def test_deleting_twice_gives_the_same_receipt_again(cloud: Cloud, ada: Device) -> None:
    first = ada.delete_account()

    second = ada.delete_account()

    assert second.status == 200
    facts = ("reference", "deleted_at", "destroyed")
    assert [second.json[fact] for fact in facts] == [first.json[fact] for fact in facts]
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


@pytest.mark.parametrize(("first", "second"), [(WAYS[0], WAYS[1]), (WAYS[1], WAYS[0])])
def test_asked_again_in_the_other_way_the_receipt_says_what_was_done(
    first: tuple[str, str, str], second: tuple[str, str, str], ada: Device
) -> None:
    receipts = [ada.change(method, path).json["receipt"] for method, path, _ in (first, second)]

    facts = [_opened(ada, receipt)[1] for receipt in receipts]
    assert facts[0] == facts[1]
    assert facts[1]["event"] == first[2]


def test_only_the_device_that_deleted_is_told_again(cloud: Cloud, ada: Device) -> None:
    removed, other = new_phone(cloud), new_phone(cloud)
    for phone in (removed, other):
        assert phone.sign_in(capture(1, take=1)).status == 200
    assert ada.change("DELETE", f"/v1/account/devices/{removed.thumbprint}").status == 204
    assert ada.delete_account().status == 200

    refused = [phone.delete_account() for phone in (removed, other)]

    assert [(reply.status, reply.problem) for reply in refused] == [(401, "token-invalid")] * 2


def test_of_two_deletions_at_once_both_give_the_same_receipt(cloud: Cloud, ada: Device) -> None:
    twin = Device(InProcess(), key=ada.key)
    twin.access_token = ada.access_token
    inner: list[Any] = []

    def other_first(**_: object) -> None:
        if not inner:
            inner.append(None)
            inner[0] = twin.delete_account()

    with cloud.when("before-call.dynamodb.TransactWriteItems", other_first):
        outer = ada.delete_account()

    assert (inner[0].status, outer.status) == (200, 200)
    assert inner[0].json["reference"] == outer.json["reference"]
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_sign_in_during_a_deletion_leaves_no_orphan(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    added: list[int] = []

    def add_a_device_first(**_: object) -> None:
        if not added:
            added.append(0)
            added[0] = phone.sign_in(capture(1, take=1)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", add_a_device_first):
        reply = ada.delete_account()

    assert added == [200]
    assert reply.json["destroyed"]["devices"] == 2
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_deletion_that_was_interrupted_is_completed_by_asking_again(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))

    def fail(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.dynamodb.BatchWriteItem", fail):
        interrupted = ada.delete_account()
    assert interrupted.status >= 500
    assert cloud.account_keys() == []
    assert cloud.kinds() == ["ACCOUNT/CONSENT", "ACCOUNT/SIGNIN", "TOMBSTONE/TOMBSTONE", "WORK/DUE"]

    completed = ada.delete_account()

    assert completed.json["destroyed"]["sign_ins"] == 1
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_long_log_is_swept_up_to_the_last_entry(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    template = next(item for item in cloud.items() if item["sk"]["S"].startswith("SIGNIN#"))
    for number in range(60):
        cloud.put(template | {"sk": {"S": f"SIGNIN#{number:026d}"}})

    reply = ada.delete_account()

    assert reply.json["destroyed"]["sign_ins"] == 61
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_what_was_copied_before_cannot_be_read_after(cloud: Cloud, ada: Device) -> None:
    backup = cloud.items()
    ada.delete_account()
    for item in backup:
        cloud.put(item)

    # The session still names the account, and its rows are back; its key is not.
    assert ada.get("/v1/account").problem == "token-invalid"
    assert ada.get("/v1/account/export").problem == "token-invalid"
    assert ada.sign_in(capture(1, take=1)).problem == "authentication-failed"


@pytest.mark.parametrize("call", ["dynamodb.Query", "kms.Sign"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_receipt_counts_every_entry_that_was_destroyed_also_of_who_signed_in_meanwhile(
    times: int, call: str, cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=1)).status == 200
    signed_in: list[int] = []

    def sign_in(params: dict[str, Any], **_: object) -> None:
        asked = str(params["body"])
        if ('"COUNT"' in asked or "ECDSA" in asked) and not is_busy and len(signed_in) < times:
            is_busy.append(True)
            signed_in.append(phone.sign_in(capture(1, take=len(signed_in) + 2)).status)
            is_busy.clear()

    is_busy: list[bool] = []
    entries = cloud.kinds().count("ACCOUNT/SIGNIN")
    with cloud.when(f"before-call.{call}", sign_in):
        reply = ada.delete_account()

    assert signed_in == [200] * times
    assert (reply.status, reply.json["destroyed"]["sign_ins"]) == (200, entries + times)


def test_what_is_counted_once_and_what_is_counted_again_are_the_whole_log_whatever_its_age(
    cloud: Cloud, ada: Device
) -> None:
    for take, wait in enumerate((3600, 121, 119, 1)):
        assert ada.sign_in(capture(1, take=take + 1)).status == 200
        clock.advance(wait)
    assert ada.sign_in(capture(1, take=5)).status == 200
    entries = cloud.kinds().count("ACCOUNT/SIGNIN")

    assert ada.delete_account().json["destroyed"]["sign_ins"] == entries


def test_how_long_the_log_is_keeps_nobody_from_deleting(cloud: Cloud, ada: Device) -> None:
    """It is counted where it lies: before the account is gone not an entry is read."""
    for take in range(3):
        assert ada.sign_in(capture(1, take=take + 1)).status == 200
    entries, read = cloud.kinds().count("ACCOUNT/SIGNIN"), list[str]()
    gone: list[bool] = []

    def note(parsed: dict[str, Any], **_: object) -> None:
        if not gone:
            read.extend(item["sk"]["S"].partition("#")[0] for item in parsed.get("Items", []))

    with (
        cloud.when("after-call.dynamodb.Query", note),
        cloud.when("before-call.dynamodb.TransactWriteItems", lambda **_: gone.append(True)),
    ):
        reply = ada.delete_account()

    assert (reply.status, reply.json["destroyed"]["sign_ins"]) == (200, entries)
    assert {"PROFILE", "DEVICE", "CONSENT", "SESSION", "TEMPLATE"} == set(read)
