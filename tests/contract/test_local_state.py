"""A state folder keeps accounts and keys from one run to the next; without one, every run begins anew."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from local.errors import LocalError
from local.stack import Stack, running_stack
from tests.support.http import send

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"pk": {"S": "ACCOUNT#kept"}, "sk": {"S": "PROFILE"}}
CONTEXT = {"purpose": "account-data", "account": "kept"}
SNAPSHOT_TIMEOUT_S = 30.0


def test_rows_keys_and_addresses_survive_a_restart(tmp_path: Path) -> None:
    with running_stack(state=tmp_path) as first:
        first.client("dynamodb").put_item(TableName=first.accounts_table, Item=ROW)
        key_id = first.deployed.outputs["DataKeyId"]
        sealed = first.client("kms").encrypt(KeyId=key_id, Plaintext=b"secret", EncryptionContext=CONTEXT)
        signing_keys = send(first.url, path="/.well-known/jwks.json").body
        port = int(first.url.rpartition(":")[2])

    with running_stack(state=tmp_path, port=port) as second:
        found = second.client("dynamodb").get_item(TableName=second.accounts_table, Key=ROW)
        opened = second.client("kms").decrypt(
            KeyId=key_id, CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=CONTEXT
        )

        assert found["Item"] == ROW
        assert opened["Plaintext"] == b"secret"
        # A token that was issued before is still verified by whoever kept the key.
        assert send(second.url, path="/.well-known/jwks.json").body == signing_keys


def test_another_port_is_followed_by_issuer_and_functions(tmp_path: Path) -> None:
    with running_stack(state=tmp_path) as first:
        first_url = first.url

    with running_stack(state=tmp_path) as second:
        metadata = send(second.url, path="/.well-known/openid-configuration").json()

        assert second.url != first_url
        assert metadata["issuer"] == second.url


def test_a_crash_loses_seconds_and_not_the_day(tmp_path: Path) -> None:
    stack = Stack(state=tmp_path)
    stack.start()
    try:
        stack.client("dynamodb").put_item(TableName=stack.accounts_table, Item=ROW)
        wait_for_text("ACCOUNT#kept", tmp_path / "cloud" / "dynamodb.json")
        os.killpg(stack.cloud.pid, signal.SIGKILL)
    finally:
        stack.stop()

    with running_stack(state=tmp_path) as second:
        found = second.client("dynamodb").get_item(TableName=second.accounts_table, Key=ROW)

        assert found["Item"] == ROW


def test_a_first_start_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    with running_stack(state=tmp_path):
        pass
    # As a crash leaves it: the record of the deployment is there, what it names is not.
    (tmp_path / "whole").unlink()
    (tmp_path / "cloud" / "lambda.json").unlink()

    with running_stack(state=tmp_path) as second:
        assert send(second.url, path="/.well-known/jwks.json").status == 200


def test_what_is_kept_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state"

    with running_stack(state=folder):
        pass

    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in kept} >= {"dynamodb.json", "kms.json"}
    assert [path for path in [folder, *kept] if path.stat().st_mode & 0o077] == []


def test_a_state_has_one_user_at_a_time(tmp_path: Path) -> None:
    with (
        running_stack(state=tmp_path),
        pytest.raises(LocalError, match="Another running stack keeps its state"),
        running_stack(state=tmp_path),
    ):
        pass


def test_without_a_folder_two_stacks_share_nothing(stack: Stack) -> None:
    with running_stack() as other:
        other.client("dynamodb").put_item(TableName=other.accounts_table, Item=ROW)

        assert "Item" not in stack.client("dynamodb").get_item(TableName=stack.accounts_table, Key=ROW)
        assert other.url != stack.url


def wait_for_text(text: str, file: Path) -> None:
    deadline = time.monotonic() + SNAPSHOT_TIMEOUT_S
    while not (file.exists() and text in file.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, f"{file.name} was not written in time"
        time.sleep(0.1)
