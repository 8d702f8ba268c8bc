"""A restore of the table: whoever was deleted since stays deleted, and everybody else signs in."""

import json
import os
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.bounces import handler as bounces
from operators.restored import main
from operators.settings import REFUSED
from service.deployment import this_deployment
from service.repositories.tries import tries_of
from service.settings import Settings
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support import clock
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import killed_after
from tests.support.transport import InProcess

GRACE = "grace.hopper@example.org"


@pytest.fixture
def grace(cloud: Cloud, ada: Device) -> Device:  # noqa: ARG001 -- the second of two
    device = Device(InProcess())
    cloud.let_a_minute_pass()
    device.send_code(GRACE)
    device.confirm(GRACE, cloud.code(GRACE))
    assert device.enrol(GRACE, portrait(2)).status == 201
    return device


@pytest.fixture
def settings(cloud: Cloud, tmp_path: Path) -> Path:  # noqa: ARG001 -- it is in the environment
    names = {name.upper() for name in Settings.model_fields} | {"AWS_REGION"}
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({name: value for name, value in os.environ.items() if name in names}))
    return file


def _dynamodb() -> Any:  # noqa: ANN401 -- boto3's
    return boto3.client("dynamodb")


def _backup(cloud: Cloud) -> str:
    made = _dynamodb().create_backup(TableName=cloud.accounts_table, BackupName="before")
    return str(made["BackupDetails"]["BackupArn"])


def _restore(backup: str) -> str:
    name = f"Restored-{int(clock.now() * 1000)}"
    _dynamodb().restore_table_from_backup(TargetTableName=name, BackupArn=backup)
    return name


def _rows(table: str) -> list[dict[str, Any]]:
    return [dict(item) for item in _dynamodb().scan(TableName=table)["Items"]]


def test_whoever_was_deleted_since_is_removed_before_traffic_and_everybody_else_signs_in(
    cloud: Cloud, ada: Device, grace: Device, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounces.handle(by_sns(bounce(ADA)), None)
    account, backup = str(ada.account), _backup(cloud)
    (profile,) = (row for row in cloud.items() if row["sk"]["S"] == "PROFILE" and account in row["pk"]["S"])
    receipt = ada.delete_account().json
    restored = _restore(backup)
    assert [row for row in _rows(restored) if account in str(row)] != []

    assert main([restored, "--settings", str(settings)]) == 0

    left = _rows(restored)
    assert [row for row in left if account in str(row) or profile["mailbox"]["S"] in str(row)] == []
    assert [row["reference"]["S"] for row in left if row["sk"]["S"] == "TOMBSTONE"] == [receipt["reference"]]
    monkeypatch.setenv("ACCOUNTS_TABLE", restored)
    this_deployment.cache_clear()
    assert ada.sign_in(capture(1, take=1)).problem == "authentication-failed"
    assert ada.get("/v1/account").problem == "token-invalid"
    assert grace.sign_in(capture(2, take=1)).status == 200
    assert grace.get("/v1/account").json["email"] == GRACE
    # Their mailbox is free: they may register again.
    cloud.accounts_table = restored
    cloud.let_a_minute_pass()
    ada.send_code(ADA)
    assert ada.confirm(ADA, cloud.code(ADA)).json["registered"] is False
    assert main([restored, "--settings", str(settings)]) == 0  # and done again it takes nobody away
    assert grace.sign_in(capture(2, take=2)).status == 200


def test_who_was_signed_out_since_stays_so_and_who_registered_since_is_unreadable_before_the_switch(
    cloud: Cloud,
    ada: Device,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    backup = _backup(cloud)
    assert ada.change("DELETE", f"/v1/account/sessions/{ada.thumbprint}").status == 204
    late = new_phone(cloud, GRACE)
    assert late.enrol(GRACE, portrait(2)).status == 201
    restored = _restore(backup)

    assert main([restored, "--settings", str(settings)]) == 0
    told = capsys.readouterr().out
    kept = cloud.account_keys()
    assert main([restored, "--settings", str(settings), "--end-newer=2"]) == REFUSED
    assert cloud.account_keys() == kept
    assert main([restored, "--settings", str(settings), "--end-newer=1"]) == 0

    assert "1 accounts were made since, and the table does not have them" in told
    assert f"ACCOUNT#{late.account}" in kept
    assert cloud.account_keys() == [f"ACCOUNT#{ada.account}"]
    monkeypatch.setenv("ACCOUNTS_TABLE", restored)
    this_deployment.cache_clear()
    assert ada.refresh().problem == "token-invalid"
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_without_it_the_rows_are_back_and_nobody_can_open_them(
    cloud: Cloud, ada: Device, grace: Device, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the command removes was unreadable before it."""
    backup = _backup(cloud)
    assert ada.delete_account().status == 200
    restored = _restore(backup)
    monkeypatch.setenv("ACCOUNTS_TABLE", restored)
    this_deployment.cache_clear()

    refused = [ada.get("/v1/account"), ada.get("/v1/account/export"), ada.sign_in(capture(1, take=1))]

    assert [reply.status for reply in refused] == [401] * 3
    assert grace.sign_in(capture(2, take=1)).status == 200
    assert settings.exists()


def test_the_table_that_carries_the_traffic_is_not_touched(
    cloud: Cloud, ada: Device, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cloud.items()

    assert main([cloud.accounts_table, "--settings", str(settings)]) == 1

    assert "carries the traffic" in capsys.readouterr().err
    assert cloud.items() == before
    assert ada.get("/v1/account").status == 200


def test_keys_that_are_lost_are_told_and_remove_nobody(
    cloud: Cloud, ada: Device, grace: Device, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restored = _restore(_backup(cloud))
    key = {"pk": {"S": f"ACCOUNT#{ada.account}"}, "sk": {"S": "KEY"}}
    _dynamodb().delete_item(TableName=cloud.keys_table, Key=key)

    assert main([restored, "--settings", str(settings)]) == 1

    assert "1 accounts have no key" in capsys.readouterr().err
    assert any(str(ada.account) in row["pk"]["S"] for row in _rows(restored))
    assert any(str(grace.account) in row["pk"]["S"] for row in _rows(restored))


def test_what_was_good_for_minutes_does_not_come_back(cloud: Cloud, ada: Device, settings: Path) -> None:
    with killed_after(cloud, "TransactWriteItems"):
        ada.set_face_sign_in("paused")
    cloud.restart()
    nonce = ada.challenge("account")
    restored = _restore(_backup(cloud))
    for prefix in ("CHALLENGE#", "WORK#NOTICE#"):
        assert any(row["pk"]["S"].startswith(prefix) for row in _rows(restored))

    assert main([restored, "--settings", str(settings)]) == 0

    assert nonce
    kinds = {row["pk"]["S"].partition("#")[0] for row in _rows(restored)}
    assert kinds.isdisjoint({"CHALLENGE", "CODE", "JTI", "AUTHCODE", "BEARER"})
    assert not any(row["pk"]["S"].startswith("WORK#NOTICE#") for row in _rows(restored))
    assert any(row["pk"]["S"].startswith("WORK#UNUSED#") for row in _rows(restored))


def test_the_tries_of_whoever_was_deleted_go_and_those_of_others_stay(
    cloud: Cloud, ada: Device, grace: Device, settings: Path
) -> None:
    phone = new_phone(cloud)
    for device, face in ((ada, 3), (phone, 3), (grace, 3)):
        assert device.sign_in(capture(face)).problem == "authentication-failed"
    backup = _backup(cloud)
    assert ada.sign_in(capture(1, take=1)).status == 200
    assert ada.delete_account().status == 200
    restored = _restore(backup)
    theirs = {tries_of(str(ada.account), known_device=one) for one in (ada.thumbprint, None)}
    hers = tries_of(str(grace.account), known_device=grace.thumbprint)
    assert {*theirs, hers} <= {row["pk"]["S"] for row in _rows(restored)}

    assert main([restored, "--settings", str(settings)]) == 0

    left = {row["pk"]["S"] for row in _rows(restored)}
    assert theirs.isdisjoint(left)
    assert hers in left
