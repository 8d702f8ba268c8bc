"""Deleting because somebody wrote a letter: two operators' signatures, a line in the book, a receipt."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, KeySet

from facesmash import receipt as receipts
from operators.erasure import main
from service.notices import NOTICES
from service.settings import Settings
from tests.adapters.conftest import ADA
from tests.support import clock
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

ISSUER = InProcess.origin


@dataclass
class Office:
    """Two operators at their machines, somebody who is none, and the files between them."""

    folder: Path

    def __post_init__(self) -> None:
        keys = {name: ECKey.generate_key("P-256") for name in ("grace", "alan", "eve")}
        for name, key in keys.items():
            (self.folder / f"{name}.pem").write_bytes(key.as_pem(private=True))
        public = {"keys": [keys[name].as_dict(private=False) for name in ("grace", "alan")]}
        (self.folder / "operators.json").write_text(json.dumps(public), encoding="utf-8")
        names = {name.upper() for name in Settings.model_fields} | {"AWS_REGION"}
        variables = {name: value for name, value in os.environ.items() if name in names}
        (self.folder / "settings.json").write_text(json.dumps(variables), encoding="utf-8")

    @property
    def paper(self) -> Path:
        return self.folder / "request.json"

    @property
    def receipt(self) -> Path:
        return self.folder / "receipt.json"

    def ask(self, by: str = "grace", *, ticket: str = "letter-7", **options: str) -> int:
        extra = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self._run("ask", *self._key(by), "--ticket", ticket, *extra, hidden=lambda _: ADA)

    def approve(self, by: str = "alan") -> int:
        return self._run("approve", *self._key(by), "--operators", str(self.folder / "operators.json"))

    def carry_out(self, *, typed: Callable[[str], str]) -> int:
        options = ("--operators", str(self.folder / "operators.json"), "--receipt", str(self.receipt))
        return self._run("carry-out", *options, typed=typed)

    def _key(self, name: str) -> tuple[str, str]:
        return "--key", str(self.folder / f"{name}.pem")

    def _run(self, command: str, *options: str, **asked: Callable[[str], str]) -> int:
        common = ("--settings", str(self.folder / "settings.json"), "--issuer", ISSUER)
        given: Any = {"typed": _nobody, "hidden": _nobody} | asked
        return main([command, str(self.paper), *common, *options], **given)


def _nobody(_: str) -> str:
    raise AssertionError("nothing is to be asked")


@pytest.fixture
def office(cloud: Cloud, tmp_path: Path) -> Office:  # noqa: ARG001 -- its settings are in the environment
    return Office(tmp_path)


def book(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["pk"]["S"].startswith("OPERATION#")]


def accounts(cloud: Cloud) -> list[str]:
    return [kind for kind in cloud.kinds() if kind.startswith("ACCOUNT/")]


def test_two_operators_destroy_what_a_letter_asks_for_and_the_book_and_a_receipt_say_so(
    cloud: Cloud, ada: Device, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    account = str(ada.account)
    ada.sign_in(capture(2))
    mails = len(cloud.mails)

    done = [office.ask(), office.approve(), office.carry_out(typed=lambda _: account)]

    assert done == [0, 0, 0]
    assert cloud.kinds() == ["OPERATION/ERASURE", "TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []
    assert [mail["subject"] for mail in cloud.mails[mails:]] == [
        f"Example: {NOTICES['account-deleted'].subject}"
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
        (office.ask(), office.carry_out(typed=_nobody))[1],  # nobody approved
        office.approve("grace"),  # who asked
        office.approve("eve"),
        (office.ask("eve"), office.approve())[1],
        (office.ask(), office.approve(), office.carry_out(typed=lambda _: "A" * 22))[2],
    ]

    assert refused == [1, 1, 1, 1, 0, 1, 1]  # eve may write what she likes under an approval ...
    assert office.ask() == office.approve("eve") == 0
    assert office.carry_out(typed=_nobody) == 1  # ... and nothing comes of it
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
        assert office.carry_out(typed=_nobody) == 1
    office.paper.write_text(json.dumps(good), encoding="utf-8")
    clock.advance(7 * 86_400)
    assert office.carry_out(typed=_nobody) == 1
    assert accounts(cloud) == before
    assert book(cloud) == []


def test_what_was_interrupted_the_same_request_completes_and_no_other(
    cloud: Cloud, ada: Device, office: Office
) -> None:
    account = str(ada.account)
    ada.sign_in(capture(2))
    assert [office.ask(), office.approve()] == [0, 0]

    def fail(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.dynamodb.BatchWriteItem", fail), pytest.raises(Exception, match=r".*"):
        office.carry_out(typed=lambda _: account)
    assert cloud.account_keys() == []
    assert "ACCOUNT/SIGNIN" in cloud.kinds()

    assert office.carry_out(typed=_nobody) == 0
    first = office.receipt.read_text(encoding="utf-8")
    assert cloud.kinds() == ["OPERATION/ERASURE", "TOMBSTONE/TOMBSTONE"]
    assert office.carry_out(typed=_nobody) == 0
    said = [json.loads(one)["receipt"].split(".")[1] for one in (first, office.receipt.read_text())]
    assert said[0] == said[1]
    assert office.ask(account=account) == 1


def test_what_its_owner_destroyed_meanwhile_is_not_claimed(cloud: Cloud, ada: Device, office: Office) -> None:
    assert [office.ask(), office.approve()] == [0, 0]
    assert ada.delete_account().status == 200

    assert office.carry_out(typed=_nobody) == 1

    assert not office.receipt.exists()
    assert book(cloud) == []
