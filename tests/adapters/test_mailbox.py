"""Proving a mailbox: codes are few, short-lived, one device's, and never told apart from outside."""

import time

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from service.deployment import Deployment, this_deployment
from tests.adapters.moments import ADA
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

BOB = "bob@example.org"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_answer_is_the_same_for_every_address(cloud: Cloud, ada: Device) -> None:
    cloud.expire("LIMIT#")

    known, unknown = ada.send_code(ADA), ada.send_code(BOB)

    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, known.body)
    assert [mail["to"] for mail in cloud.mails][-2:] == [ADA, BOB]


def test_a_code_is_six_digits_and_is_kept_as_a_digest(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    code = cloud.code(ADA)
    kept = [item for item in cloud.items() if item["pk"]["S"].startswith("CODE#")]
    assert len(code) == 6
    assert len(kept) == 1
    assert code not in str(kept)


def test_a_second_code_within_a_minute_is_silently_not_sent(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    again = device.send_code(ADA)

    assert again.status == 202
    assert len(cloud.mails) == 1


def test_the_answer_comes_no_sooner_when_nothing_is_sent(
    cloud: Cloud, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUSAL_FLOOR_S", "1.5")
    cloud.restart()
    took_s: dict[str, float] = {}
    for case, address in (("sent", ADA), ("not sent", ADA), ("refused", BOB)):
        nonce = device.challenge("mailbox") if case != "refused" else "A" * 43
        started = time.monotonic()
        device.send("POST", "/v1/email/codes", content={"email": address}, nonce=nonce)
        took_s[case] = time.monotonic() - started

    assert len(cloud.mails) == 1
    assert min(took_s.values()) >= 1.5


def test_a_sixth_code_within_an_hour_is_silently_not_sent(cloud: Cloud, device: Device) -> None:
    statuses = []
    for _ in range(6):
        statuses.append(device.send_code(ADA).status)
        cloud.let_a_minute_pass()

    assert statuses == [202] * 6
    assert len(cloud.mails) == 5


def test_spelling_an_address_otherwise_does_not_get_more_codes(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    device.send_code(ADA.upper())

    assert len(cloud.mails) == 1


def test_a_mail_that_cannot_be_sent_leaves_the_next_try_open(cloud: Cloud, device: Device) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        failed = device.send_code(ADA)
    again = device.send_code(ADA)

    assert failed.status in {500, 503}
    assert again.status == 202
    assert len(cloud.mails) == 1


def test_a_wrong_code_is_refused(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    assert device.confirm(ADA, _wrong(cloud.code(ADA))).problem == "code-invalid"


def test_a_code_that_was_never_sent_is_refused_like_a_wrong_one(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    never_sent, wrong = device.confirm(BOB, "123456"), device.confirm(ADA, _wrong(cloud.code(ADA)))

    assert (never_sent.status, never_sent.body) == (wrong.status, wrong.body)


def test_an_expired_code_is_refused(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    cloud.expire("CODE#")

    assert device.confirm(ADA, cloud.code(ADA)).problem == "code-invalid"


def test_a_code_is_used_once(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    first = device.confirm(ADA, cloud.code(ADA))

    second = device.confirm(ADA, cloud.code(ADA))

    assert (first.status, second.problem) == (200, "code-invalid")


def test_after_five_wrong_tries_the_right_code_is_refused(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    wrong = [device.confirm(ADA, _wrong(cloud.code(ADA))).problem for _ in range(5)]

    right = device.confirm(ADA, cloud.code(ADA))

    assert wrong == ["code-invalid"] * 5
    assert right.problem == "code-exhausted"


def test_the_right_code_still_works_at_the_fifth_try(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    for _ in range(4):
        device.confirm(ADA, _wrong(cloud.code(ADA)))

    assert device.confirm(ADA, cloud.code(ADA)).status == 200


def test_a_code_works_only_on_the_device_that_asked(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    assert Device(InProcess()).confirm(ADA, cloud.code(ADA)).problem == "code-invalid"


def test_a_stranger_who_asks_for_codes_does_not_spoil_the_owners(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    code = cloud.code(ADA)
    stranger = Device(InProcess())
    cloud.let_a_minute_pass()
    stranger.send_code(ADA)
    for _ in range(6):
        stranger.confirm(ADA, _wrong(cloud.code(ADA)))

    assert device.confirm(ADA, code).status == 200


def test_strangers_who_ask_for_codes_use_up_none_of_the_owners_own_devices(cloud: Cloud, ada: Device) -> None:
    for _ in range(6):
        cloud.let_a_minute_pass()
        Device(InProcess()).send_code(ADA)
    strangers = Device(InProcess()).send_code(ADA)
    before = len(cloud.mails)

    owners = ada.send_code(ADA)

    assert len(cloud.mails) == before + 1
    assert ada.confirm(ADA, cloud.code(ADA)).status == 200
    assert (owners.status, owners.headers, owners.body) == (202, strangers.headers, strangers.body)


def test_a_known_device_has_its_own_minute_and_its_own_hour(cloud: Cloud, ada: Device) -> None:
    before = len(cloud.mails)
    for _ in range(2):
        ada.send_code(ADA)
    within_a_minute = len(cloud.mails) - before
    for _ in range(6):
        cloud.let_a_minute_pass()
        ada.send_code(ADA)

    assert (within_a_minute, len(cloud.mails) - before) == (1, 5)


def test_a_device_that_was_removed_counts_as_a_stranger(cloud: Cloud, ada: Device) -> None:
    for _ in range(6):
        cloud.let_a_minute_pass()
        Device(InProcess()).send_code(ADA)
    ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}")
    cloud.let_a_minute_pass()
    before = len(cloud.mails)

    ada.send_code(ADA)

    assert len(cloud.mails) == before


def test_the_mailbox_token_names_the_device_and_an_index_but_no_address(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    keys = device.transport.send("GET", "/.well-known/jwks.json", headers={}, body=b"").json["keys"]

    opened = jws.deserialize_compact(str(device.mailbox_token), ECKey.import_key(keys[0]))

    assert opened.headers()["typ"] == "mailbox+jwt"
    assert device.thumbprint.encode() in opened.payload
    assert b"ada" not in opened.payload.lower()


def test_a_registered_mailbox_gives_a_way_in_without_a_face(cloud: Cloud, ada: Device) -> None:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(ADA)

    confirmed = phone.confirm(ADA, cloud.code(ADA))

    assert confirmed.json["registered"] is True
    assert (confirmed.json["expires_in"], confirmed.json["mailbox_expires_in"]) == (900, 900)
    assert phone.get("/v1/account").json["account"] == ada.account
    assert phone.delete_account().status == 200


def test_an_unregistered_mailbox_gives_no_session(cloud: Cloud, device: Device) -> None:
    device.send_code(BOB)

    confirmed = device.confirm(BOB, cloud.code(BOB))

    assert (confirmed.json["registered"], confirmed.json["access_token"]) == (False, None)
    assert (confirmed.json["expires_in"], confirmed.json["mailbox_expires_in"]) == (None, 900)


def test_all_functions_agree_on_one_index_key_when_two_are_made_at_once(cloud: Cloud, device: Device) -> None:
    first, second = (Deployment(this_deployment().settings) for _ in range(2))
    found: list[bytes] = []

    def other_first(**_: object) -> None:
        if not found:
            found.append(b"")
            found[0] = second.keyring.found_mailbox_index()

    with cloud.when("before-call.dynamodb.PutItem", other_first):
        mine = first.keyring.found_mailbox_index()

    assert mine == found[0]
    assert len(cloud.keys()) == 1
    assert device.send_code(ADA).status == 202


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "12345a", " 12345", "", "\uff11\uff12\uff13\uff14\uff15\uff16"]
)
def test_what_is_no_code_is_no_request(code: str, device: Device) -> None:
    assert device.confirm(ADA, code).problem == "request-invalid"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "a b@example.org",
        "ada@example.org\n",
        "ada@example.org, bob@example.org",
        "\u00e4da@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a' * 250}.org",
    ],
)
def test_what_is_no_address_is_no_request(address: str, device: Device) -> None:
    assert device.send_code(address).problem == "request-invalid"
