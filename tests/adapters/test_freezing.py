"""This was not me: the link of a notice ends everything at once, and only two proofs begin it again."""

from collections.abc import Callable

import pytest

from service.freezing import LINK_LIFE_S, read_freeze_token
from service.identity import KNOWN_FOR_S
from service.notices import NOTICES, WITHOUT_LINK, NoticeName
from service.patience import FREE_TRIES
from tests.adapters.moments import ADA
from tests.adapters.people import READS, new_phone
from tests.adapters.test_notices import EVENTS, expected
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import ENROLLED, capture
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.sweeping import sweep
from tests.support.transport import InProcess, Reply


@pytest.fixture
def phone(cloud: Cloud, ada: Device) -> Device:
    """Ada's second device, known to the account."""
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=3)).status == 200
    assert ada.sign_in(capture(1, take=4)).status == 200
    phone.mailbox_token = None
    return phone


def prove_mailbox(cloud: Cloud, device: Device) -> None:
    cloud.let_a_minute_pass()
    assert device.send_code(ADA).status == 202
    reply = device.confirm(ADA, cloud.code(ADA))
    assert reply.status == 200
    assert (reply.json["registered"], reply.json["frozen"], reply.json["access_token"]) == (True, True, None)
    device.account = None  # what was proved says whose


def test_freezing_ends_everything_at_once_on_every_device(cloud: Cloud, ada: Device, phone: Device) -> None:
    codes = ada.make_recovery_codes()
    performed = ada.perform("verification", capture(1, take=5))
    templates = cloud.kinds().count("ACCOUNT/TEMPLATE")

    assert Device(InProcess()).freeze(cloud.freeze_token(ADA)).status == 204

    for device in (ada, phone):
        assert [device.get(path).problem for path in READS] == ["token-invalid"] * len(READS)
        assert device.refresh().problem == "token-invalid"
        assert device.delete_account().problem == "token-invalid"
        assert device.set_face_sign_in("paused").problem == "token-invalid"
        assert device.sign_in(capture(1, take=6)).problem == "authentication-failed"
    assert ada.answer(performed.nonce, {"capture": performed.capture}).problem == "authentication-failed"
    assert ada.use_recovery_code(ADA, codes[0]).problem == "authentication-failed"
    assert "ACCOUNT/SESSION" not in cloud.kinds()
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == templates


def test_a_session_row_that_was_left_behind_opens_nothing(cloud: Cloud, ada: Device) -> None:
    row = next(item for item in cloud.items() if item["sk"]["S"].startswith("SESSION#"))
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    cloud.put(row)

    assert ada.get("/v1/account").problem == "token-invalid"
    assert ada.refresh().problem == "token-invalid"
    assert ada.delete_account().problem == "token-invalid"
    assert ada.change("POST", "/v1/account/recovery-codes").problem == "token-invalid"


def test_asking_again_changes_only_when_it_was_asked_and_is_answered_alike(cloud: Cloud, ada: Device) -> None:
    token = cloud.freeze_token(ADA)
    assert ada.freeze(token).status == 204
    before, mails = cloud.items(), len(cloud.mails)
    clock.advance(60)

    assert ada.freeze(token).status == 204

    def accounts(items: list[dict[str, object]]) -> list[dict[str, object]]:
        own = [item for item in items if str(item["pk"]).startswith("{'S': 'ACCOUNT#")]
        changing = {"link_followed_at", "revision"}
        return [{name: value for name, value in item.items() if name not in changing} for item in own]

    (profile,) = (item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    assert int(profile["link_followed_at"]["N"]) >= int(profile["frozen_at"]["N"]) + 60
    assert accounts(cloud.items()) == accounts(before)
    assert len(cloud.mails) == mails


def test_a_link_that_is_altered_old_anothers_or_from_before_a_lift_is_refused_alike(
    cloud: Cloud, ada: Device
) -> None:
    token = cloud.freeze_token(ADA)
    codes = ada.make_recovery_codes()
    end = "B" if token[-1] == "A" else "A"
    refusals = [ada.freeze(token[:-1] + end), ada.freeze("A" * 76), ada.freeze("AQ" + "A" * 74)]
    assert ada.freeze(token).status == 204
    prove_mailbox(cloud, ada)
    assert ada.use_recovery_code(ADA, codes[0], mailbox_token=str(ada.mailbox_token)).status == 200
    refusals.append(ada.freeze(token))
    newer = cloud.freeze_token(ADA)
    clock.advance(LINK_LIFE_S + 1)
    refusals.append(ada.freeze(newer))

    assert {(reply.status, reply.problem, reply.body) for reply in refusals} == {
        (401, "link-invalid", refusals[0].body)
    }


@pytest.mark.parametrize(("after_s", "status"), [(-1, 204), (0, 401), (1, 401)])
def test_a_link_holds_for_thirty_days_to_the_second(
    after_s: int, status: int, cloud: Cloud, ada: Device
) -> None:
    token = cloud.freeze_token(ADA)
    read = read_freeze_token(token)
    assert read is not None

    with clock.standing_at(read.issued_at + LINK_LIFE_S + after_s):
        reply = ada.freeze(token)

    assert (reply.status, reply.problem) == (status, None if status == 204 else "link-invalid")
    assert any("frozen_at" in item for item in cloud.items()) is (status == 204)


def test_the_mailbox_alone_lifts_nothing(cloud: Cloud, ada: Device) -> None:
    codes = ada.make_recovery_codes()
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    thief = Device(InProcess())
    prove_mailbox(cloud, thief)

    assert thief.sign_in(capture(1, take=1)).problem == "authentication-failed"  # even with the owner's face
    wrong = thief.use_recovery_code(ADA, codes[0][::-1], mailbox_token=str(thief.mailbox_token))
    assert wrong.problem == "authentication-failed"
    assert thief.access_token is None


def test_a_known_device_alone_lifts_nothing_not_even_with_its_owners_face(cloud: Cloud, ada: Device) -> None:
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    ada.mailbox_token = None

    assert ada.sign_in(capture(1, take=1)).problem == "authentication-failed"

    ada.profile = "no-head-turn"  # nor a way to look that is too weak to stand alone
    prove_mailbox(cloud, ada)
    assert ada.sign_in(capture(1, take=2)).problem == "authentication-failed"
    ada.profile = "standard"
    assert ada.sign_in(capture(2)).problem == "authentication-failed"  # nor a stranger's face with both


def test_mailbox_and_face_on_a_known_device_lift_it_and_the_strangers_device_is_gone(
    cloud: Cloud, ada: Device, phone: Device
) -> None:
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)

    assert ada.sign_in(capture(1, take=5, look=1)).status == 200

    assert cloud.mails[-1]["subject"].endswith(NOTICES["account-lifted"].subject)
    held = ada.get("/v1/account").json
    assert (held["freezes"], held["sign_in_log"]) == (1, "whole")
    assert not any("link_followed_at" in item for item in cloud.items())
    assert [session["current"] for session in held["sessions"]] == [True]
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED  # nothing is learned from such a look
    assert [device["id"] for device in held["devices"]] == [ada.thumbprint]
    assert phone.sign_in(capture(1, take=6)).problem == "authentication-failed"
    ada.mailbox_token = None
    assert ada.sign_in(capture(1, take=7)).status == 200


def test_whoever_used_up_the_tries_of_new_devices_keeps_the_owner_from_no_lift(
    cloud: Cloud, ada: Device
) -> None:
    thief = new_phone(cloud)
    for _ in range(20):
        thief.verification_challenge()  # given up, and counted as failed
    assert thief.sign_in(capture(1, take=1)).problem == "authentication-failed"
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)

    assert ada.sign_in(capture(1, take=2)).status == 200


def test_tries_to_lift_are_counted_as_well(cloud: Cloud, ada: Device) -> None:
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)
    for _ in range(FREE_TRIES):
        ada.verification_challenge()

    assert ada.sign_in(capture(1, take=1)).problem == "authentication-failed"
    clock.advance(31)
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_a_lift_ends_whatever_a_stranger_may_have_added(cloud: Cloud, ada: Device) -> None:
    _age_the_account(cloud)
    old, key, phone = (
        Device(InProcess()),
        Authenticator(origin=ORIGIN, rp_id="site.example"),
        new_phone(cloud),
    )
    assert phone.sign_in(capture(1, take=5)).status == 200
    assert ada.sign_in(capture(1, take=6, look=1)).status == 200
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED + 1
    assert ada.add_passkey(key).status == 201
    codes = ada.make_recovery_codes()
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, old)
    by_new_code = old.use_recovery_code(ADA, codes[0], mailbox_token=str(old.mailbox_token))
    prove_mailbox(cloud, ada)

    assert ada.sign_in(capture(1, take=7)).status == 200

    assert by_new_code.problem == "authentication-failed"  # made when somebody may have been in
    held = ada.get("/v1/account").json
    assert (held["passkeys"], held["recovery_codes"], held["sign_in_log"]) == ([], None, "whole")
    assert [device["id"] for device in held["devices"]] == [ada.thumbprint]
    assert {template["kind"] for template in held["templates"]} == {"anchor"}
    assert {"ACCOUNT/PASSKEY", "ACCOUNT/RECOVERY"}.isdisjoint(cloud.kinds())
    assert old.use_passkey(key, str(ada.account)).problem == "authentication-failed"
    assert old.use_recovery_code(ADA, codes[1]).problem == "authentication-failed"
    phone.mailbox_token = None
    assert phone.sign_in(capture(1, take=8)).problem == "authentication-failed"
    assert ada.delete_account().status == 200
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    counted = [item["pk"]["S"] for item in cloud.items() if "in_a_row" in item]
    assert counted == []  # what was counted for a device that went is gone with it


def test_codes_of_long_before_lift_it_and_those_that_are_left_stay(cloud: Cloud, ada: Device) -> None:
    codes, key = ada.make_recovery_codes(), Authenticator(origin=ORIGIN, rp_id="site.example")
    _age_the_account(cloud)
    assert ada.add_passkey(key).status == 201
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    borrowed = Device(InProcess())
    prove_mailbox(cloud, borrowed)

    assert borrowed.use_recovery_code(ADA, codes[0], mailbox_token=str(borrowed.mailbox_token)).status == 200

    held = borrowed.get("/v1/account").json
    assert (held["passkeys"], held["recovery_codes"]["left"], held["freezes"]) == ([], len(codes) - 1, 1)
    assert [device["id"] for device in held["devices"]] == [ada.thumbprint]


def test_a_code_that_was_typed_before_it_lifts_nothing(cloud: Cloud, ada: Device) -> None:
    """The owner took the mailbox back, and then froze the account."""
    codes = ada.make_recovery_codes()
    cloud.let_a_minute_pass()
    assert ada.send_code(ADA).status == 202
    assert ada.confirm(ADA, cloud.code(ADA)).status == 200
    clock.advance(2)
    assert Device(InProcess()).freeze(cloud.freeze_token(ADA)).status == 204

    ada.account = None
    assert ada.sign_in(capture(1, take=5)).problem == "authentication-failed"
    by_code = ada.use_recovery_code(ADA, codes[0], mailbox_token=str(ada.mailbox_token))
    assert by_code.problem == "authentication-failed"


def test_a_code_that_was_mailed_before_it_is_worth_nothing_after_it(cloud: Cloud, ada: Device) -> None:
    """Whoever read the mailbox until its owner took it back types what they read there a little later."""
    strangers = [Device(InProcess()), Device(InProcess())]
    read = []
    for stranger in strangers:
        cloud.let_a_minute_pass()
        assert stranger.send_code(ADA).status == 202
        read.append(cloud.code(ADA))
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204

    assert strangers[0].confirm(ADA, read[0]).problem == "code-invalid"

    prove_mailbox(cloud, ada)
    assert ada.sign_in(capture(1, take=5)).status == 200  # lifted
    assert strangers[1].confirm(ADA, read[1]).problem == "code-invalid"


def test_a_code_that_was_typed_before_it_adds_no_device_after_the_lift_either(
    cloud: Cloud, ada: Device
) -> None:
    stranger = new_phone(cloud)
    clock.advance(2)
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)
    assert ada.sign_in(capture(1, take=5)).status == 200  # lifted

    stranger.account = None
    assert stranger.sign_in(capture(1, take=6)).problem == "authentication-failed"

    assert [device["id"] for device in ada.get("/v1/account").json["devices"]] == [ada.thumbprint]
    afterwards = new_phone(cloud)
    assert afterwards.sign_in(capture(1, take=7)).status == 200


@pytest.mark.parametrize("clocks", ["agree", "disagree"])
def test_what_was_begun_before_it_lifts_nothing(clocks: str, cloud: Cloud, ada: Device) -> None:
    """Mailbox and face on a known device, proved for something else: also where our clocks differ."""
    cloud.let_a_minute_pass()
    assert ada.send_code(ADA).status == 202
    assert ada.confirm(ADA, cloud.code(ADA)).status == 200
    ada.account, account = None, ada.account
    performed = ada.perform("verification", capture(1, take=5))
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    if clocks == "disagree":
        cloud.change(f"ACCOUNT#{account}", "PROFILE", frozen_at={"N": str(int(ada.clock()) - 100)})

    reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert reply.problem == "authentication-failed"
    assert any("frozen_at" in item for item in cloud.items())


def test_a_pause_before_it_keeps_nobody_from_lifting_it(cloud: Cloud, ada: Device) -> None:
    assert ada.set_face_sign_in("paused").status == 200
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)

    assert ada.sign_in(capture(1, take=5)).status == 200
    assert ada.get("/v1/account").json["status"] == "active"


def test_what_the_mailbox_brought_in_before_it_lifts_nothing(cloud: Cloud, ada: Device) -> None:
    """A device that is new, with a face that passes, and codes made on one that is unknown."""
    _age_the_account(cloud)
    thief, borrowed = new_phone(cloud), Device(InProcess())
    assert thief.sign_in(capture(1, take=5)).status == 200
    cloud.let_a_minute_pass()
    borrowed.send_code(ADA)
    assert borrowed.confirm(ADA, cloud.code(ADA)).status == 200
    made = [one.change("POST", "/v1/account/recovery-codes").problem for one in (thief, borrowed)]
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204

    prove_mailbox(cloud, thief)

    assert made == ["device-too-new", "device-too-new"]
    assert thief.sign_in(capture(1, take=6)).problem == "authentication-failed"
    cloud.expire("LIMIT#")
    prove_mailbox(cloud, ada)
    assert ada.sign_in(capture(1, take=7)).status == 200  # its owner's has been known for long


def _age_the_account(cloud: Cloud) -> None:
    """Make it, and what it has so far of devices, codes and its face, older than a device has to be."""
    for item in cloud.items():
        name = "made_at" if item["sk"]["S"] == "RECOVERY" else "created_at"
        if item["sk"]["S"] in {"PROFILE", "RECOVERY"} or item["sk"]["S"].startswith(("DEVICE#", "TEMPLATE#")):
            earlier = int(item[name]["N"]) - KNOWN_FOR_S - 60
            cloud.change(item["pk"]["S"], item["sk"]["S"], **{name: {"N": str(earlier)}})


def test_mailbox_and_recovery_code_lift_it(cloud: Cloud, ada: Device) -> None:
    codes = ada.make_recovery_codes()
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    borrowed = Device(InProcess())
    prove_mailbox(cloud, borrowed)

    assert borrowed.use_recovery_code(ADA, codes[0], mailbox_token=str(borrowed.mailbox_token)).status == 200

    assert borrowed.get("/v1/account").json["freezes"] == 1
    assert borrowed.delete_account().status == 200


def test_a_freeze_between_the_look_and_its_outcome_wins(cloud: Cloud, ada: Device) -> None:
    token, other = cloud.freeze_token(ADA), Device(InProcess())
    performed = ada.perform("verification", capture(1, take=1))
    frozen: list[int] = []

    def freeze(**_: object) -> None:
        if not frozen:
            frozen.append(0)
            frozen[0] = other.freeze(token).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", freeze):
        reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert (frozen, reply.problem) == ([204], "authentication-failed")
    assert "ACCOUNT/SESSION" not in cloud.kinds()


class Between:
    """Does something once, right before one of the calls of a kind that a request makes."""

    def __init__(self, act: Callable[[], Reply], *, at: int) -> None:
        self._act, self._at, self._seen = act, at, 0
        self.reply: Reply | None = None

    def __call__(self, **_: object) -> None:
        self._seen += 1
        if self._seen == self._at:
            self.reply = self._act()


# Before the reading that says at which stage a code is good, before the one that says whose it is, and before
# it is used up.
MOMENTS = [("BatchGetItem", 1), ("BatchGetItem", 2), ("TransactWriteItems", 1)]


@pytest.mark.parametrize(("call", "at"), MOMENTS)
def test_a_code_that_was_mailed_before_a_freeze_is_worth_nothing_whenever_that_comes(
    call: str, at: int, cloud: Cloud, ada: Device
) -> None:
    token, reader = cloud.freeze_token(ADA), Device(InProcess())
    cloud.let_a_minute_pass()
    assert reader.send_code(ADA).status == 202
    freezing = Between(lambda: ada.freeze(token), at=at)

    with cloud.when(f"before-call.dynamodb.{call}", freezing):
        reply = reader.confirm(ADA, cloud.code(ADA))

    assert freezing.reply is not None
    assert (freezing.reply.status, reply.problem) == (204, "code-invalid")
    assert "ACCOUNT/SESSION" not in cloud.kinds()


@pytest.mark.parametrize(("call", "at"), MOMENTS[:2])
def test_a_code_that_was_mailed_during_a_freeze_begins_nothing_whenever_that_is_lifted(
    call: str, at: int, cloud: Cloud, ada: Device
) -> None:
    codes, reader = ada.make_recovery_codes(), Device(InProcess())
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    prove_mailbox(cloud, ada)
    cloud.let_a_minute_pass()
    assert reader.send_code(ADA).status == 202
    proof = str(ada.mailbox_token)
    lifting = Between(lambda: ada.use_recovery_code(ADA, codes[0], mailbox_token=proof), at=at)

    with cloud.when(f"before-call.dynamodb.{call}", lifting):
        reply = reader.confirm(ADA, cloud.code(ADA))

    assert lifting.reply is not None
    assert (lifting.reply.status, reply.problem) == (200, "code-invalid")
    assert cloud.kinds().count("ACCOUNT/SESSION") == 1  # of whoever lifted it


@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_has_the_link_but_those_with_nothing_to_freeze(
    name: NoticeName, cloud: Cloud, device: Device
) -> None:
    event = EVENTS[name]
    actor, before = event.prepare(cloud, device), len(cloud.mails)

    event.happen(actor)
    sweep(after_s=1)

    (text,) = (mail["text"] for mail in cloud.mails[before:] if mail["subject"] == expected(name))
    links = [line for line in text.splitlines() if line.startswith("https://site.example/freeze#")]
    assert len(links) == (0 if name in WITHOUT_LINK else 1)
    assert ("/freeze#" in text) == bool(links)
