"""Deleting because somebody wrote a letter: two operators' signatures, a line in the book, a receipt."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet

from facesmash import receipt as receipts
from functions.bounces import handler as bounces
from operators.erasure import AT_ONCE, IN_THREE_DAYS
from service.notices import NOTICES, OBJECTION_S
from tests.adapters.moments import ADA
from tests.support import clock
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.office import Office, nobody
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import killed_after, sweep
from tests.support.transport import InProcess


@pytest.fixture
def office(cloud: Cloud, tmp_path: Path) -> Office:  # noqa: ARG001 -- its settings are in the environment
    return Office(tmp_path)


def book(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["sk"]["S"] == "ERASURE"]


def accounts(cloud: Cloud) -> list[str]:
    return [kind for kind in cloud.kinds() if kind.startswith("ACCOUNT/")]


def test_two_operators_destroy_what_a_letter_asks_for_and_the_book_and_a_receipt_say_so(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account = str(ada.account)
    ada.sign_in(capture(2))
    mails = len(cloud.mails)

    done = [office.ask(), office.approve(), office.wait(), office.carry_out(typed=lambda _: account)]

    assert done == [0, 0, 0, 0]
    assert cloud.kinds() == ["OPERATION/ANNOUNCED", "OPERATION/ERASURE", "TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []
    assert [mail["subject"] for mail in cloud.mails[mails:]] == [
        f"Example: {NOTICES['erasure-announced'].subject}",
        f"Example: {NOTICES['erased-on-request'].subject}",
    ]
    keys = KeySet.import_key_set(
        InProcess().send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"").json
    )
    said = "\n".join(receipts.verify(office.receipt.read_bytes(), keys))
    assert "because its owner asked" in said
    assert account in said
    (entry,) = book(cloud)
    assert entry["ticket"] == {"S": "letter-7"}
    assert entry["asked_by"] != entry["approved_by"]
    assert entry["tombstone"]["S"] in [item["pk"]["S"] for item in cloud.items()]
    kept = str(entry) + office.paper.read_text(encoding="utf-8") + capsys.readouterr().out
    assert ADA not in kept
    assert account not in str(entry)
    assert ada.get("/v1/account").problem == "token-invalid"


def test_nobody_destroys_alone_nor_without_being_an_operator_nor_by_mistake(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account = str(ada.account)
    before = accounts(cloud)

    refused = [
        office.ask(ticket="Ada Lovelace, London"),
        office.ask(account="A" * 22),
        (office.ask(), office.carry_out(typed=nobody))[1],  # nobody approved
        office.approve("grace"),  # who asked
        office.approve("eve"),
        (office.ask("eve"), office.approve())[1],
        (office.ask(), office.approve(), office.wait(), office.carry_out(typed=lambda _: "A" * 22))[3],
    ]

    assert refused == [1] * 7
    assert office.ask() == 0
    assert office.approve("eve") == 1
    assert office.carry_out(typed=nobody) == 1
    assert "signed by nobody who is an operator" in capsys.readouterr().err
    assert accounts(cloud) == before
    assert book(cloud) == []
    assert account in "".join(cloud.account_keys())


@pytest.mark.parametrize("part", ["request", "approval"])
def test_a_paper_that_is_altered_old_or_of_another_request_destroys_nothing(
    part: str, cloud: Cloud, ada: Device, office: Office
) -> None:
    before = accounts(cloud)
    assert [office.ask(), office.approve()] == [0, 0]
    good = json.loads(office.paper.read_text(encoding="utf-8"))
    assert office.ask(account=str(ada.account)) == office.approve() == 0
    other = json.loads(office.paper.read_text(encoding="utf-8"))

    for changed in (
        good | {part: good[part][:-8] + "AAAAAAAA"},
        good | {part: other[part]},
        good | {part: good["approval" if part == "request" else "request"]},
        {name: value for name, value in good.items() if name != part},
    ):
        office.paper.write_text(json.dumps(changed), encoding="utf-8")
        assert office.carry_out(typed=nobody) == 1
    office.paper.write_text(json.dumps(good), encoding="utf-8")
    clock.advance(7 * 86_400)
    assert office.carry_out(typed=nobody) == 1
    assert accounts(cloud) == before
    assert book(cloud) == []


def test_what_was_interrupted_the_same_request_completes_and_no_other(
    cloud: Cloud, ada: Device, office: Office
) -> None:
    account = str(ada.account)
    ada.sign_in(capture(2))
    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]

    def fail(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.dynamodb.BatchWriteItem", fail), pytest.raises(Exception, match=r".*"):
        office.carry_out(typed=lambda _: account)
    assert cloud.account_keys() == []
    assert "ACCOUNT/SIGNIN" in cloud.kinds()

    assert office.carry_out(typed=nobody) == 0
    first = office.receipt.read_text(encoding="utf-8")
    assert cloud.kinds() == ["OPERATION/ANNOUNCED", "OPERATION/ERASURE", "TOMBSTONE/TOMBSTONE"]
    assert office.carry_out(typed=nobody) == 0
    said = [json.loads(one)["receipt"].split(".")[1] for one in (first, office.receipt.read_text())]
    assert said[0] == said[1]
    assert office.ask(account=account) == 1


def test_what_its_owner_destroyed_meanwhile_is_not_claimed(cloud: Cloud, ada: Device, office: Office) -> None:
    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]
    assert ada.sign_in(capture(1, take=1)).status == 200
    assert ada.delete_account().status == 200

    assert office.carry_out(typed=nobody) == 1

    assert not office.receipt.exists()
    assert book(cloud) == []


def test_the_owner_is_told_at_the_approval_and_three_days_pass(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account, before, mails = str(ada.account), accounts(cloud), len(cloud.mails)
    assert office.ask() == 0
    assert len(cloud.mails) == mails

    assert office.approve() == office.approve() == 0

    (mail,) = cloud.mails[mails:]
    assert mail["to"] == ADA
    assert "/freeze#" in mail["text"]
    assert office.carry_out(typed=nobody) == 1
    assert "more hours to say no" in capsys.readouterr().err
    clock.advance(OBJECTION_S - 60)
    assert office.carry_out(typed=nobody) == 1
    assert accounts(cloud) == before
    clock.advance(60)
    assert office.carry_out(typed=lambda _: account) == 0


@pytest.mark.parametrize(("after_s", "done"), [(-1, 1), (0, 0), (1, 0)])
def test_an_owner_has_three_days_to_the_second(
    after_s: int, done: int, cloud: Cloud, ada: Device, office: Office
) -> None:
    account = str(ada.account)
    assert [office.ask(), office.approve()] == [0, 0]
    (announced,) = (item for item in cloud.items() if item["sk"]["S"] == "ANNOUNCED")

    with clock.standing_at(int(announced["announced_at"]["N"]) + OBJECTION_S + after_s):
        assert office.carry_out(typed=lambda _: account) == done

    assert (accounts(cloud) == []) is (done == 0)


def test_an_owner_who_says_no_keeps_the_account_also_after_lifting_the_freeze(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [office.ask(), office.approve()] == [0, 0]
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204
    office.wait()

    assert office.carry_out(typed=nobody) == 1

    assert "did not ask for this" in capsys.readouterr().err
    cloud.change(f"ACCOUNT#{ada.account}", "PROFILE", freezes={"N": "1"})
    assert office.carry_out(typed=nobody) == 1
    assert book(cloud) == []


@pytest.mark.parametrize("froze", ["once before", "twice before"])
def test_the_owner_of_an_account_that_is_frozen_says_no_by_the_link_of_the_letter(
    froze: str, cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2 if froze == "twice before" else 1):
        assert ada.freeze(cloud.freeze_token(ADA)).status == 204
        clock.advance(60)
    before = accounts(cloud)
    assert [office.ask(), office.approve()] == [0, 0]
    token = cloud.freeze_token(ADA)
    clock.advance(60)

    assert ada.freeze(token).status == 204
    office.wait()

    assert office.carry_out(typed=nobody) == 1
    assert "did not ask for this" in capsys.readouterr().err
    assert accounts(cloud) == before
    assert book(cloud) == []


def test_a_freeze_from_before_the_letter_says_nothing_about_it(
    cloud: Cloud, ada: Device, office: Office
) -> None:
    account = str(ada.account)
    assert ada.freeze(cloud.freeze_token(ADA)).status == 204

    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]

    assert office.carry_out(typed=lambda _: account) == 0


def test_who_asked_through_their_own_mailbox_does_not_wait(cloud: Cloud, ada: Device, office: Office) -> None:
    account = str(ada.account)

    assert [office.ask(confirmed=True), office.approve()] == [0, 0]

    assert office.carry_out(typed=lambda _: account) == 0
    (entry,) = book(cloud)
    assert entry["owner_confirmed"] == {"BOOL": True}


def test_an_approval_that_told_nobody_is_worth_nothing(cloud: Cloud, ada: Device, office: Office) -> None:
    assert [office.ask(confirmed=True), office.approve()] == [0, 0]
    for item in cloud.items():
        if item["sk"]["S"] == "ANNOUNCED":
            cloud.delete(item["pk"]["S"], item["sk"]["S"])

    assert office.carry_out(typed=nobody) == 1

    assert ada.get("/v1/account").status == 200


def test_an_announcement_that_was_killed_is_sent_all_the_same(
    cloud: Cloud, ada: Device, office: Office
) -> None:
    mails = len(cloud.mails)
    assert office.ask() == 0
    with killed_after(cloud, "TransactWriteItems"):
        office.approve()
    assert len(cloud.mails) == mails

    sweep()

    assert [mail["to"] for mail in cloud.mails[mails:]] == [ADA]
    assert ada.get("/v1/account").status == 200


def test_who_says_no_while_the_last_question_is_open_is_heard(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account, before = str(ada.account), accounts(cloud)
    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]
    token = cloud.freeze_token(ADA)

    def say_no_first(_: str) -> str:
        assert ada.freeze(token).status == 204
        return account

    assert office.carry_out(typed=say_no_first) == 1

    assert "did not ask for this" in capsys.readouterr().err
    assert [kind for kind in accounts(cloud) if kind != "ACCOUNT/SESSION"] == [
        kind for kind in before if kind != "ACCOUNT/SESSION"
    ]
    assert book(cloud) == []


def test_who_says_no_at_the_very_moment_is_heard(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account = str(ada.account)
    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]
    token = cloud.freeze_token(ADA)
    frozen: list[int] = []

    def say_no(**_: object) -> None:
        if not frozen:
            frozen.append(0)
            frozen[0] = ada.freeze(token).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", say_no):
        assert office.carry_out(typed=lambda _: account) == 1

    assert frozen == [204]
    assert "did not ask for this" in capsys.readouterr().err
    assert account in str(cloud.account_keys())
    assert not office.receipt.exists()


def test_a_paper_that_grows_too_old_while_the_last_question_is_open_destroys_nothing(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account = str(ada.account)
    assert [office.ask(), office.approve(), office.wait()] == [0, 0, 0]

    def be_slow(_: str) -> str:
        clock.advance(4 * 86_400)
        return account

    assert office.carry_out(typed=be_slow) == 1

    assert "older than seven days" in capsys.readouterr().err
    assert account in str(cloud.account_keys())
    assert book(cloud) == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_whoever_approves_sees_and_types_whether_the_owner_has_three_days(
    confirmed: bool,  # noqa: FBT001 -- pytest's
    cloud: Cloud,
    ada: Device,
    office: Office,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mails = len(cloud.mails)
    seen: list[str] = []
    assert office.ask(confirmed=confirmed) == 0
    capsys.readouterr()

    def read_first(prompt: str) -> str:
        seen.append(capsys.readouterr().out + prompt)
        return AT_ONCE if confirmed else IN_THREE_DAYS

    assert office.approve(typed=lambda _: IN_THREE_DAYS if confirmed else AT_ONCE) == 1
    assert len(cloud.mails) == mails
    assert office.approve(typed=read_first) == 0

    (said,) = seen
    assert ("WITHOUT the three days" in said) == confirmed
    assert ("WITH the three days" in said) != confirmed
    assert "approval" in office.paper.read_text(encoding="utf-8")
    if confirmed:
        capsys.readouterr()
        assert office.carry_out(typed=lambda _: "no") == 1
        assert "WITHOUT the three days" in capsys.readouterr().out
    assert str(ada.account) in str(cloud.account_keys())


def test_a_second_approval_claims_no_mail_that_the_first_could_not_send(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    bounces.handle(by_sns(bounce(ADA)), None)
    assert [office.ask(), office.approve()] == [0, 0]
    clock.advance(60)
    ada.send_code(ADA)
    ada.confirm(ADA, cloud.code(ADA))  # the mailbox works again
    mails = len(cloud.mails)
    capsys.readouterr()

    assert office.approve() == 0

    assert "its owner was not told" in capsys.readouterr().out
    assert len(cloud.mails) == mails
