"""A change of address: both mailboxes, a face, a device that is no newcomer; whole after any race."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from functions.address.ceremony import CODES_TO_A_NEW_ADDRESS_A_DAY, MOVES_A_DAY
from functions.bounces import handler as bounces
from service.identity import KNOWN_FOR_S
from service.patience import HOUR_S
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.ses_events import bounce, by_sns, complaint
from tests.support.transport import InProcess, Reply

NEW = "ada.king@example.org"
OTHER = "ada.byron@example.org"


@pytest.fixture
def laptop(ada: Device) -> Device:
    """Ada's laptop, signed in by face just now."""
    assert ada.sign_in(capture(1, take=1)).status == 200
    return ada


def _codes(cloud: Cloud, device: Device, new: str = NEW, old: str = ADA) -> dict[str, str]:
    cloud.let_a_minute_pass()
    assert device.send_address_codes(new).status == 202
    return {"from_old": cloud.code(old), "from_new": cloud.code(new)}


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _mailboxes(cloud: Cloud) -> list[tuple[str, str]]:
    """Each mailbox that has an account, and each account's own word for its mailbox."""
    rows = [
        (item["pk"]["S"], item["account"]["S"])
        for item in cloud.items()
        if item["pk"]["S"].startswith("EMAIL#")
    ]
    profiles = [
        (f"EMAIL#{item['mailbox']['S']}", item["pk"]["S"].removeprefix("ACCOUNT#"))
        for item in cloud.items()
        if item["sk"]["S"] == "PROFILE"
    ]
    assert sorted(rows) == sorted(profiles), "index and profiles say the same"
    return rows


def _subjects(cloud: Cloud, address: str) -> list[str]:
    return [mail["subject"].partition(": ")[2] for mail in cloud.mails if mail["to"] == address]


def test_both_codes_move_the_account_keep_everything_else_and_both_mailboxes_are_told(
    cloud: Cloud, laptop: Device
) -> None:
    before = laptop.get("/v1/account").json
    codes = _codes(cloud, laptop)

    moved = laptop.change_address(NEW, **codes)

    after = laptop.get("/v1/account").json
    assert (moved.status, moved.json) == (200, {"email": NEW})
    assert after | {"sign_ins": before["sign_ins"]} == before | {"email": NEW}
    assert (after["sign_ins"][0]["outcome"], after["sign_ins"][0]["reason"]) == ("done", "address-changed")
    assert len(_mailboxes(cloud)) == 1
    assert _subjects(cloud, ADA)[-2:] == [
        "your code to change your address",
        "your account has another address",
    ]
    assert _subjects(cloud, NEW) == ["your code for this address", "your account has this address now"]
    assert "privacy@site.example" in cloud.mails[-1]["text"], "whom to write to"
    assert not [mail for mail in cloud.mails if mail["to"] == ADA and NEW in mail["text"]]
    assert laptop.change_address(NEW, **codes).problem == "address-unchanged"

    stranger = Device(InProcess())
    cloud.let_a_minute_pass()
    stranger.send_code(ADA)
    assert stranger.confirm(ADA, cloud.code(ADA)).json["registered"] is False
    cloud.let_a_minute_pass()
    laptop.send_code(NEW)
    assert laptop.confirm(NEW, cloud.code(NEW)).json["registered"] is True
    assert laptop.sign_in(capture(1, take=2)).status == 200


def test_passkeys_end_with_the_address_whose_reader_may_have_added_them(cloud: Cloud, laptop: Device) -> None:
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert laptop.add_passkey(key).status == 201

    assert laptop.change_address(NEW, **_codes(cloud, laptop)).status == 200

    assert laptop.get("/v1/account").json["passkeys"] == []
    assert "ACCOUNT/PASSKEY" not in cloud.kinds()
    assert Device(InProcess()).use_passkey(key, str(laptop.account)).problem == "authentication-failed"
    assert laptop.add_passkey(key).status == 201


@pytest.mark.parametrize("profile", ["standard", "no-head-turn"])
def test_a_sign_in_that_the_mailbox_was_proved_for_fails_when_it_moves_meanwhile(
    profile: str, cloud: Cloud, laptop: Device
) -> None:
    """On a known device: the one is proved anew, the other leans on the mailbox each time."""
    cloud.let_a_minute_pass()
    assert laptop.send_code(ADA).status == 202
    assert laptop.confirm(ADA, cloud.code(ADA)).status == 200
    laptop.account, laptop.profile = None, profile
    performed = laptop.perform("verification", capture(1, take=2))
    row = next(item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    revision = {"N": str(int(row["revision"]["N"]) + 1)}

    def move(**_: object) -> None:
        cloud.put(row | {"mailbox": {"S": "M" * 43}, "revision": revision})

    with cloud.when("before-call.dynamodb.TransactWriteItems", move):
        reply = laptop.answer(performed.nonce, {"capture": performed.capture})

    assert reply.problem == "authentication-failed"


def test_every_other_session_ends_and_the_one_that_asks_goes_on(cloud: Cloud, laptop: Device) -> None:
    by_mailbox = new_phone(cloud)
    assert by_mailbox.get("/v1/account").status == 200

    assert laptop.change_address(NEW, **_codes(cloud, laptop)).status == 200

    assert by_mailbox.get("/v1/account").problem == "token-invalid"
    assert by_mailbox.refresh().problem == "token-invalid"
    assert len(laptop.get("/v1/account/sessions").json["sessions"]) == 1


def test_the_mailbox_alone_moves_nothing_nor_does_an_old_sign_in_nor_a_new_device(
    cloud: Cloud, laptop: Device
) -> None:
    by_mailbox = new_phone(cloud)
    codes = _codes(cloud, laptop)

    asked = [by_mailbox.send_address_codes(NEW), by_mailbox.change_address(NEW, **codes)]
    assert by_mailbox.sign_in(capture(1, take=2)).status == 200, "mailbox and face: the phone is known now"
    by_face = [by_mailbox.send_address_codes(NEW), by_mailbox.change_address(NEW, **codes)]
    by_mailbox.transport.wait(KNOWN_FOR_S)
    assert by_mailbox.sign_in(capture(1, take=3)).status == 200
    later = by_mailbox.send_address_codes(NEW)
    assert laptop.sign_in(capture(1, take=4)).status == 200
    laptop.transport.wait(301)

    assert [reply.problem for reply in asked] == ["step-up-required"] * 2
    assert [(reply.status, reply.problem) for reply in by_face] == [(403, "device-too-new")] * 2
    assert later.status == 202
    assert laptop.send_address_codes(NEW).problem == "step-up-required"
    assert laptop.get("/v1/account").json["email"] == ADA


def test_nobody_but_its_reader_learns_that_the_new_address_has_an_account(
    cloud: Cloud, laptop: Device
) -> None:
    other = Device(InProcess())
    other.send_code(OTHER)
    other.confirm(OTHER, cloud.code(OTHER))
    assert other.enrol(OTHER, portrait(2)).status == 201

    taken = laptop.send_address_codes(OTHER)
    tried = laptop.change_address(OTHER, from_old=cloud.code(ADA), from_new="000000")
    cloud.let_a_minute_pass()
    free = laptop.send_address_codes(NEW)
    wrong = laptop.change_address(NEW, from_old=cloud.code(ADA), from_new=_wrong(cloud.code(NEW)))

    assert (taken.status, taken.headers, taken.body) == (free.status, free.headers, free.body)
    assert (tried.status, tried.headers, tried.body) == (wrong.status, wrong.headers, wrong.body)
    assert _subjects(cloud, OTHER)[-1] == "this address has an account"
    assert len(_mailboxes(cloud)) == 2


@pytest.mark.parametrize("side", ["from_old", "from_new"])
def test_a_pair_with_one_wrong_code_is_refused_and_five_use_it_up(
    cloud: Cloud, laptop: Device, side: str
) -> None:
    codes = _codes(cloud, laptop)
    wrong = codes | {side: _wrong(codes[side])}

    told = [laptop.change_address(NEW, **wrong).problem for _ in range(5)]

    assert told == ["code-invalid"] * 5
    assert laptop.change_address(NEW, **codes).problem == "code-exhausted"
    assert laptop.get("/v1/account").json["email"] == ADA


def test_codes_are_for_one_address_one_device_ten_minutes_and_never_for_signing_in(
    cloud: Cloud, laptop: Device
) -> None:
    codes = _codes(cloud, laptop)

    elsewhere = laptop.change_address(OTHER, **codes)
    as_sign_in = laptop.confirm(ADA, codes["from_old"])
    cloud.expire("CODE#")
    expired = laptop.change_address(NEW, **codes)

    assert [elsewhere.problem, as_sign_in.problem, expired.problem] == ["code-invalid"] * 3
    assert not [item for item in cloud.items() if any(code in str(item) for code in codes.values())]


def test_codes_for_a_change_are_few_a_day_and_nobody_is_told(cloud: Cloud, laptop: Device) -> None:
    before, replies = len(cloud.mails), []
    for number in range(MOVES_A_DAY + 1):
        cloud.let_a_minute_pass()
        replies.append(laptop.send_address_codes(f"ada{number}@example.org"))
    replies.append(laptop.send_address_codes(NEW))

    assert {(reply.status, reply.body) for reply in replies} == {(202, replies[0].body)}
    assert len(cloud.mails) - before == 2 * MOVES_A_DAY
    assert CODES_TO_A_NEW_ADDRESS_A_DAY <= MOVES_A_DAY


def test_changes_of_everybody_are_counted_together_and_cost_the_account_nothing_that_is_not_sent(
    cloud: Cloud, laptop: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account costs a code: whoever makes many mails no more strangers for it."""
    monkeypatch.setenv("CODES_AN_HOUR", "2")  # two mails make one change
    cloud.restart()
    assert laptop.send_address_codes(NEW).status == 202
    mails = len(cloud.mails)
    cloud.let_a_minute_pass()

    refused = [laptop.send_address_codes(NEW) for _ in range(MOVES_A_DAY)]

    assert {(one.status, one.problem) for one in refused} == {(429, "too-many-requests")}
    assert 0 < int(refused[0].headers["retry-after"]) <= HOUR_S
    assert len(cloud.mails) == mails
    monkeypatch.setenv("CODES_AN_HOUR", "1000")
    cloud.restart()
    assert laptop.send_address_codes(NEW).status == 202
    assert len(cloud.mails) == mails + 2


def test_accounts_of_less_than_three_days_use_up_nothing_of_the_others(
    cloud: Cloud, laptop: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cost a code each, so their changes do as well."""
    for item in cloud.items():
        if item["sk"]["S"] == "PROFILE" or item["sk"]["S"].startswith("DEVICE#"):
            grown = {"N": str(int(item["created_at"]["N"]) - KNOWN_FOR_S - 60)}
            cloud.change(item["pk"]["S"], item["sk"]["S"], created_at=grown)
    stranger = new_phone(cloud, "eve@example.org")
    assert stranger.register("eve@example.org").status == 201
    monkeypatch.setenv("CODES_AN_HOUR", "2")
    cloud.restart()
    assert stranger.send_address_codes("somebody@example.org").status == 202
    cloud.let_a_minute_pass()
    assert stranger.send_address_codes("somebody@example.org").problem == "too-many-requests"

    assert laptop.send_address_codes(NEW).status == 202


def test_changes_from_a_network_are_counted_together(cloud: Cloud, laptop: Device) -> None:
    with mock.patch("service.postage.CHANGES_FROM_A_NETWORK_AN_HOUR", 1):
        assert laptop.send_address_codes(NEW).status == 202
        cloud.let_a_minute_pass()
        assert laptop.send_address_codes(NEW).problem == "too-many-requests"


def test_codes_that_strangers_ask_for_keep_nobody_from_moving(
    cloud: Cloud, laptop: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODES_AN_HOUR", "1")
    cloud.restart()
    stranger = Device(InProcess())
    stranger.send_code("somebody@example.org")
    assert stranger.send_code("another@example.org").problem == "too-many-requests"
    mails = len(cloud.mails)

    assert laptop.send_address_codes(NEW).status == 202

    assert len(cloud.mails) == mails + 2


def test_from_a_mailbox_that_mails_come_back_from_its_owner_moves_whoever_else_has_its_code(
    cloud: Cloud, laptop: Device
) -> None:
    """Whoever reads it can have it marked, and ask for its one code each day."""
    bounces.handle(by_sns(complaint(ADA)), None)
    Device(InProcess()).send_code(ADA)
    mails = len(cloud.mails)

    for _ in range(2):
        assert laptop.send_address_codes(NEW).status == 202
        cloud.let_a_minute_pass()

    assert [mail["to"] for mail in cloud.mails[mails:]] == [NEW, ADA]  # and one a day of these


def test_to_a_mailbox_that_mails_come_back_from_as_well_and_what_is_not_sent_costs_no_mail_of_the_old_one(
    cloud: Cloud, laptop: Device
) -> None:
    """Anybody has an address marked that nobody has yet, by asking for a code to it."""
    bounces.handle(by_sns(bounce(NEW)), None)
    bounces.handle(by_sns(bounce(ADA)), None)
    Device(InProcess()).send_code(NEW)
    mails = len(cloud.mails)

    assert laptop.send_address_codes(NEW).status == 202
    assert [mail["to"] for mail in cloud.mails[mails:]] == [NEW, ADA]


def test_a_mail_that_went_out_stays_counted_where_the_other_one_did_not(cloud: Cloud, laptop: Device) -> None:
    """Else whoever names an address that no mail can go to has another mailed without end."""
    sent: list[int] = []

    def refuse_the_second(**_: object) -> None:
        sent.append(1)
        if len(sent) % 2 == 0:
            raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse_the_second):
        for _ in range(MOVES_A_DAY):
            assert laptop.send_address_codes(NEW).status in {500, 503}
    mails = len(cloud.mails)

    assert laptop.send_address_codes(NEW).status == 202
    assert len(cloud.mails) == mails


def test_where_no_mail_can_go_none_goes_to_the_old_mailbox_either(cloud: Cloud, laptop: Device) -> None:
    mails = len(cloud.mails)

    def refuse(params: dict[str, Any], **_: object) -> None:
        if NEW in str(params["body"]):
            raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        for _ in range(MOVES_A_DAY + 1):
            assert laptop.send_address_codes(NEW).status in {500, 503}

    assert len(cloud.mails) == mails


def test_what_keeps_one_address_back_keeps_no_other_back(cloud: Cloud, laptop: Device) -> None:
    with mock.patch("functions.address.ceremony.CODES_TO_A_NEW_ADDRESS_A_DAY", 0):
        assert laptop.send_address_codes(NEW).status == 202  # others had all of its codes
    bounces.handle(by_sns(bounce(ADA)), None)
    cloud.let_a_minute_pass()
    mails = len(cloud.mails)

    for _ in range(MOVES_A_DAY):
        assert laptop.send_address_codes("another@example.org").status == 202
        cloud.let_a_minute_pass()

    assert [mail["to"] for mail in cloud.mails[mails:]] == ["another@example.org", ADA]


def test_a_mail_that_does_not_go_out_costs_a_marked_mailbox_nothing(cloud: Cloud, laptop: Device) -> None:
    bounces.handle(by_sns(bounce(ADA)), None)
    mails = len(cloud.mails)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        assert laptop.send_address_codes(NEW).status in {500, 503}
    assert laptop.send_address_codes(NEW).status == 202

    assert [mail["to"] for mail in cloud.mails[mails:]] == [NEW, ADA]


def test_an_address_that_mails_come_back_from_gets_one_a_day(cloud: Cloud, laptop: Device) -> None:
    bounces.handle(by_sns(bounce(NEW)), None)

    for _ in range(3):
        cloud.let_a_minute_pass()
        assert laptop.send_address_codes(NEW).status == 202

    assert _subjects(cloud, NEW) == ["your code for this address"]


def test_a_mail_that_does_not_go_out_leaves_the_next_try_open(cloud: Cloud, laptop: Device) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        failed = laptop.send_address_codes(NEW)

    assert failed.status in {500, 503}
    assert laptop.change_address(NEW, **_codes(cloud, laptop)).status == 200


def _registered_meanwhile(cloud: Cloud, _laptop: Device) -> None:
    other = Device(InProcess())
    cloud.let_a_minute_pass()
    other.send_code(NEW)
    other.confirm(NEW, cloud.code(NEW))
    assert other.enrol(NEW, portrait(2)).status == 201


def _deleted_meanwhile(cloud: Cloud, _laptop: Device) -> None:
    phone = new_phone(cloud)
    assert phone.delete_account().status == 200


def _moved_meanwhile(cloud: Cloud, laptop: Device) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=3)).status == 200
    cloud.change(f"ACCOUNT#{laptop.account}", f"DEVICE#{phone.thumbprint}", created_at={"N": "1"})
    codes = _codes(cloud, phone, OTHER)
    assert phone.change_address(OTHER, **codes).status == 200


def _signed_out_meanwhile(_cloud: Cloud, laptop: Device) -> None:
    assert laptop.change("DELETE", "/v1/account/sessions").status == 204


@pytest.mark.parametrize(
    ("meanwhile", "problem", "accounts"),
    [
        (_registered_meanwhile, "already-enrolled", 2),
        (_deleted_meanwhile, "token-invalid", 0),
        (_moved_meanwhile, "token-invalid", 1),
        (_signed_out_meanwhile, "token-invalid", 1),
    ],
)
def test_what_comes_in_between_leaves_one_whole_state(
    cloud: Cloud,
    laptop: Device,
    meanwhile: Callable[[Cloud, Device], None],
    problem: str,
    accounts: int,
) -> None:
    codes = _codes(cloud, laptop)

    with _just_before_the_change(cloud, lambda: meanwhile(cloud, laptop)):
        reply = laptop.change_address(NEW, **codes)

    assert reply.problem == problem
    assert len(_mailboxes(cloud)) == accounts
    assert _subjects(cloud, NEW).count("your account has this address now") == 0


def test_of_five_changes_at_once_one_is_made(cloud: Cloud, laptop: Device) -> None:
    """All have proved both mailboxes before anyone writes."""
    codes = _codes(cloud, laptop)
    replies: list[Reply] = []
    waiting: list[bool] = []

    def another(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if len(waiting) < 4:
            waiting.append(True)
            replies.append(laptop.change_address(NEW, **codes))

    with cloud.when("before-call.dynamodb.TransactWriteItems", another):
        replies.append(laptop.change_address(NEW, **codes))

    assert sorted(reply.status for reply in replies) == [200, *[409] * 4]
    assert len(_mailboxes(cloud)) == 1
    assert _subjects(cloud, NEW).count("your account has this address now") == 1
    assert laptop.get("/v1/account").json["email"] == NEW


def test_the_old_mailbox_begins_no_session_and_adds_no_device_once_the_address_has_changed(
    cloud: Cloud, laptop: Device
) -> None:
    codes = _codes(cloud, laptop)
    phone = new_phone(cloud)
    performed = phone.perform("verification", capture(1, take=2))
    late = Device(InProcess())
    cloud.let_a_minute_pass()
    late.send_code(ADA)
    code = cloud.code(ADA)

    with _just_before_the_change(
        cloud, lambda: laptop.change_address(NEW, **codes), unless=lambda call: "EMAIL#" in call
    ):
        confirmed = late.confirm(ADA, code)
    added = phone.answer(performed.nonce, {"capture": performed.capture})

    assert laptop.get("/v1/account").json["email"] == NEW
    assert confirmed.problem == "unavailable"
    assert added.problem == "authentication-failed"
    assert len(laptop.get("/v1/account").json["devices"]) == 1
    assert len(laptop.get("/v1/account/sessions").json["sessions"]) == 1


def _just_before_the_change(
    cloud: Cloud, do: Callable[[], Any], *, unless: Callable[[str], bool] = lambda _: False
) -> Any:  # noqa: ANN401 -- a context
    """Do something when the next transaction has been made up and not yet sent."""
    done: list[bool] = []

    def first(params: Any, **_: object) -> None:  # noqa: ANN401 -- botocore's own
        if not done and not unless(str(params["body"])):
            done.append(True)
            do()

    return cloud.when("before-call.dynamodb.TransactWriteItems", first)
