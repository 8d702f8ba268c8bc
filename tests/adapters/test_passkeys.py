"""Passkeys: a way in without a face, and what makes a device that is new ask for one."""

from typing import TYPE_CHECKING, Any

import pytest

from functions.passkeys import ceremony
from functions.passkeys.ceremony import REFUSED_FROM_A_NETWORK_AN_HOUR
from service.deployment import this_deployment
from service.encoding import base64url
from service.journal import appending, event
from service.problems import Unavailable
from service.repositories.items import ConditionFailedError
from service.repositories.passkeys import MAX_PASSKEYS, PasskeyUse
from service.sessions import begin
from tests.adapters.moments import ADA
from tests.adapters.people import log
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.race import at_once
from tests.support.sweeping import sweep
from tests.support.transport import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

RP_ID = "site.example"


def new_key(**changes: Any) -> Authenticator:  # noqa: ANN401 -- any of its fields
    return Authenticator(origin=ORIGIN, rp_id=RP_ID).but(**changes)


@pytest.fixture
def key(ada: Device) -> Authenticator:
    """Ada's security key, added to her account."""
    key = new_key()
    assert ada.add_passkey(key).status == 201
    return key


def held(device: Device) -> list[dict[str, Any]]:
    passkeys: list[dict[str, Any]] = device.get("/v1/account").json["passkeys"]
    return passkeys


def subjects(cloud: Cloud) -> list[str]:
    return [mail["subject"] for mail in cloud.mails if mail["to"] == ADA]


def test_a_passkey_lets_in_without_a_face_and_a_face_then_adds_the_device(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone = Device(InProcess())

    reply = phone.use_passkey(key, str(ada.account))

    assert reply.status == 200
    assert phone.claims()["amr"] == ["hwk", "user", "mfa", "swk"]
    withheld = phone.get("/v1/account/export").json
    assert withheld["descriptors"].startswith("withheld")
    assert [row["sign_count"] for row in withheld["passkeys"]] == [1]
    assert phone.sign_in(capture(1, take=1), device_name="Phone").json["device"] == "added"
    assert phone.claims()["amr"] == ["face", "swk"]
    assert [row["name"] for row in held(ada)] == ["Security key"]
    assert held(ada)[0]["credential_id"] == base64url(key.credential_id)
    assert log(phone)[1] == ("accepted", "passkey")
    assert phone.get("/v1/account").json["sign_in_log"] == "whole"
    assert any("a new passkey" in subject for subject in subjects(cloud))


def test_a_key_that_may_be_copied_is_not_said_to_be_hardware(ada: Device) -> None:
    key = new_key(synced=True, counts=False)
    assert ada.add_passkey(key).json["synced"] is True

    phone = Device(InProcess())
    assert phone.use_passkey(key, str(ada.account)).status == 200
    assert phone.use_passkey(key, str(ada.account)).status == 200  # it keeps no counter

    assert phone.claims()["amr"] == ["user", "mfa", "swk"]


def test_adding_one_needs_a_sign_in_of_the_last_five_minutes(ada: Device) -> None:
    ada.transport.wait(301)

    assert ada.add_passkey(new_key()).problem == "step-up-required"


@pytest.mark.parametrize("changes", [{"origin": "https://evil.example"}, {"verified": False}])
def test_what_was_made_elsewhere_or_for_nobody_is_not_added(ada: Device, changes: dict[str, Any]) -> None:
    assert ada.add_passkey(new_key(**changes)).problem == "passkey-refused"
    assert held(ada) == []


def test_one_is_added_once_and_an_account_has_only_so_many(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    assert ada.add_passkey(key).problem == "conflict"

    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    cloud.change(profile["pk"]["S"], "PROFILE", passkeys={"SS": [f"key-{n}" for n in range(MAX_PASSKEYS)]})
    assert ada.add_passkey(new_key()).problem == "conflict"


def test_every_refusal_is_the_same_to_the_byte(cloud: Cloud, ada: Device, key: Authenticator) -> None:
    account, phone = str(ada.account), Device(InProcess())
    spent, other = phone.challenge("passkey"), Device(InProcess())
    assert phone.use_passkey(key, account, nonce=spent).status == 200
    removed = new_key()
    added = ada.add_passkey(removed).json["id"]
    assert ada.change("DELETE", f"/v1/account/passkeys/{added}").status == 204
    tries: dict[str, Callable[[], Any]] = {
        "replayed": lambda: phone.use_passkey(key, account, nonce=spent),
        "of another device": lambda: other.use_passkey(key, account, nonce=phone.challenge("passkey")),
        "for another purpose": lambda: phone.use_passkey(key, account, nonce=phone.challenge("account")),
        "unknown credential": lambda: phone.use_passkey(new_key(), account),
        "unknown account": lambda: phone.use_passkey(key, "A" * 22),
        "removed": lambda: phone.use_passkey(removed, account),
        "another key": lambda: phone.use_passkey(
            new_key(credential_id=key.credential_id, sign_count=50), account
        ),
        "other origin": lambda: phone.use_passkey(key.but(origin="https://evil.example"), account),
        "other rp": lambda: phone.use_passkey(key.but(rp_id="evil.example"), account),
        "not verified": lambda: phone.use_passkey(key.but(verified=False), account),
        "counter backward": lambda: phone.use_passkey(key.but(sign_count=0), account),
        "now synced": lambda: phone.use_passkey(key.but(synced=True, sign_count=60), account),
    }

    answers = {name: attempt() for name, attempt in tries.items()}
    nonce = phone.challenge("passkey")
    no_bytes = {"account": account, **key.use(nonce), "credential_id": "A" * 17}
    answers["an id that is no base64"] = phone.send(
        "POST", "/v1/passkeys/verifications", content=no_bytes, nonce=nonce
    )
    profile = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    cloud.change(profile["pk"]["S"], "PROFILE", status={"S": "frozen"})
    answers["frozen"] = phone.use_passkey(key.but(sign_count=70), account)
    cloud.change(profile["pk"]["S"], "PROFILE", status={"S": "active"})
    assert ada.delete_account().status == 200
    answers["deleted"] = phone.use_passkey(key.but(sign_count=80), account)

    assert {(one.status, one.problem) for one in answers.values()} == {(401, "authentication-failed")}
    assert len({(one.body, tuple(sorted(one.headers.items()))) for one in answers.values()}) == 1


def test_paused_is_the_face_and_a_passkey_still_lets_in_to_resume(ada: Device, key: Authenticator) -> None:
    ada.set_face_sign_in("paused")
    phone = Device(InProcess())

    assert phone.use_passkey(key, str(ada.account)).status == 200
    assert phone.set_face_sign_in("active").status == 200


def test_a_counter_that_goes_backward_is_refused_and_told_once_a_day(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone, account = Device(InProcess()), str(ada.account)
    copied = key.but()
    assert phone.use_passkey(key, account).status == 200
    before = len(cloud.mails)
    forged = new_key(credential_id=key.credential_id)

    assert phone.use_passkey(forged, account).status == 401
    assert len(cloud.mails) == before  # a stranger causes no mail
    assert [phone.use_passkey(copied.but(sign_count=0), account).status for _ in range(2)] == [401, 401]

    assert len(cloud.mails) == before, "no refusal takes as long as a mail"
    sweep(after_s=1)
    assert len(cloud.mails) == before + 1
    assert "a passkey was refused" in cloud.mails[-1]["subject"]
    assert log(phone)[:3] == [*[("refused", "passkey-copied")] * 2, ("accepted", "passkey")]
    assert phone.use_passkey(key, account).status == 200


def test_of_many_at_once_with_one_count_one_gets_in(ada: Device, key: Authenticator) -> None:  # noqa: ARG001 -- hers
    deployment, account = this_deployment(), str(ada.account)
    (row,) = held(ada)
    read = deployment.accounts.with_passkey(account, row["id"])
    profile, seen, wrapped = read.profile, read.passkey, read.wrapped_key
    assert profile is not None
    assert seen is not None
    assert wrapped is not None
    data_key = deployment.keyring.unwrap(account, wrapped)

    def use(number: int) -> bool:
        session = begin(
            account,
            device=f"device-{number}",
            means="passkey",
            settings=deployment.settings,
            now=ada.clock(),
            passkey=seen.id,
        )
        happened = event("accepted", "passkey", device=f"device-{number}", place=None, now=ada.clock())
        use = PasskeyUse(
            profile=profile,
            seen=seen,
            sign_count=1,
            append=appending(happened, key=data_key, settings=deployment.settings),
            session=session.kept,
        )
        try:
            deployment.passkeys.use(use)
        except (ConditionFailedError, Unavailable):
            return False
        return True

    assert sum(at_once(use)) == 1
    assert log(ada) == [("accepted", "passkey"), ("done", "passkey-added")]


def test_a_freeze_between_the_signature_and_its_session_wins(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone, token, frozen = Device(InProcess()), cloud.freeze_token(ADA), list[int]()

    def freeze(**_: object) -> None:
        if not frozen:
            frozen.append(0)
            frozen[0] = Device(InProcess()).freeze(token).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", freeze):
        reply = phone.use_passkey(key, str(ada.account))

    assert (frozen, reply.problem) == ([204], "authentication-failed")
    assert "ACCOUNT/SESSION" not in cloud.kinds()


def test_a_way_in_that_another_write_overtook_is_logged_all_the_same(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone, paused = Device(InProcess()), list[int]()

    def pause(**_: object) -> None:
        if not paused:
            paused.append(0)
            paused[0] = ada.set_face_sign_in("paused").status

    with cloud.when("before-call.dynamodb.TransactWriteItems", pause):
        assert phone.use_passkey(key, str(ada.account)).status == 200

    assert {("accepted", "passkey"), ("done", "face-sign-in-paused")} <= {*log(phone)}
    assert phone.get("/v1/account").json["sign_in_log"] == "whole"


def test_removing_one_ends_what_it_began_and_nothing_else(
    cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone = Device(InProcess())
    phone.use_passkey(key, str(ada.account))
    (row,) = held(ada)

    assert ada.change("DELETE", f"/v1/account/passkeys/{row['id']}").status == 204

    assert phone.get("/v1/account").problem == "token-invalid"
    assert phone.refresh().problem == "token-invalid"
    assert held(ada) == []
    assert "a passkey was removed" in cloud.mails[-1]["subject"]
    assert ada.change("DELETE", f"/v1/account/passkeys/{row['id']}").problem == "not-found"


def test_one_that_is_used_in_the_very_second_it_is_removed_stays_out(cloud: Cloud, ada: Device) -> None:
    """An authenticator that counts nothing leaves no other trace of a use than its second."""
    copied = new_key(synced=True, counts=False)
    assert ada.add_passkey(copied).status == 201
    (row,) = held(ada)
    first, second = Device(InProcess()), Device(InProcess())
    begun: list[int] = []

    def once(**_: object) -> None:
        if not begun:
            begun.append(0)
            begun[0] = second.use_passkey(copied, str(ada.account)).status

    with clock.standing_at(clock.now() + 1):
        assert first.use_passkey(copied, str(ada.account)).status == 200
        with cloud.when("before-call.dynamodb.TransactWriteItems", once):
            assert ada.change("DELETE", f"/v1/account/passkeys/{row['id']}").status == 204

    assert begun == [200]
    assert [one.get("/v1/account").problem for one in (first, second)] == ["token-invalid"] * 2
    assert held(ada) == []


@pytest.mark.parametrize("removed", ["before it looks", "while it looks", "while it is written"])
def test_what_stood_for_the_mailbox_goes_with_the_passkey(
    removed: str, cloud: Cloud, ada: Device, key: Authenticator
) -> None:
    phone = Device(InProcess())
    assert phone.use_passkey(key, str(ada.account)).status == 200
    phone.account = None
    (row,) = held(ada)

    def remove() -> None:
        assert ada.change("DELETE", f"/v1/account/passkeys/{row['id']}").status == 204

    if removed == "before it looks":
        remove()
    performed = phone.perform("verification", capture(1, take=8))
    if removed == "while it looks":
        remove()

    begun: list[bool] = []

    def once(**_: object) -> None:
        if not begun and removed == "while it is written":
            begun.append(True)
            remove()

    with cloud.when("before-call.dynamodb.TransactWriteItems", once):
        answer = phone.answer(performed.nonce, {"capture": performed.capture})

    assert answer.problem == "authentication-failed"
    assert [device["id"] for device in ada.get("/v1/account").json["devices"]] == [ada.thumbprint]


def test_nobody_removes_somebody_elses(ada: Device, key: Authenticator, cloud: Cloud) -> None:
    (row,) = held(ada)
    bob = Device(InProcess())
    bob.send_code("bob@example.org")
    bob.confirm("bob@example.org", cloud.code("bob@example.org"))
    assert bob.enrol("bob@example.org", portrait(2)).status == 201

    assert bob.change("DELETE", f"/v1/account/passkeys/{row['id']}").problem == "not-found"
    assert bob.use_passkey(key, str(bob.account)).problem == "authentication-failed"
    assert len(held(ada)) == 1


def test_what_stands_for_the_mailbox_registers_nobody(cloud: Cloud, ada: Device, key: Authenticator) -> None:
    phone = Device(InProcess())
    phone.use_passkey(key, str(ada.account))
    ada.delete_account()

    assert phone.enrol(ADA, portrait(2)).problem == "mailbox-token-invalid"
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_passkey_writes_only_so_many_entries_a_day_into_the_log(
    ada: Device, key: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ceremony, "USES_A_DAY", 2)
    phone, account = Device(InProcess()), str(ada.account)

    answers = [phone.use_passkey(key, account) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 401]
    assert answers[-1].problem == "authentication-failed"
    assert log(ada).count(("accepted", "passkey")) == 2
    assert phone.use_passkey(key.but(sign_count=0), account).status == 401
    assert ("refused", "passkey-copied") not in log(ada)
    assert ada.sign_in(capture(1, take=8)).status == 200  # the face has nothing to do with it


def test_a_network_is_refused_when_it_was_too_often(ada: Device, key: Authenticator) -> None:
    phone, account = Device(InProcess()), str(ada.account)
    for _ in range(REFUSED_FROM_A_NETWORK_AN_HOUR):
        assert phone.use_passkey(new_key(), account).status == 401

    assert phone.use_passkey(key, account).problem == "authentication-failed"
    assert ada.use_passkey(key, account).status == 200, "her account knows the device"
    phone.transport.wait(3600)
    assert phone.use_passkey(key, account).status == 200
