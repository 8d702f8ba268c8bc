"""The purge: what went in by the API is nowhere after an erasure, live or restored, and no key opens it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.bounces import handler as bounces
from tests.adapters.people import new_phone
from tests.adapters.test_consents import settings
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.purge import found, items, key_materials, opened, places
from tests.support.relying_party import RelyingParty, authorize
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import killed_after, sweep
from tests.support.transport import InProcess

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.purge import Place

ADDRESS = "sentinel.of.the.purge@example.org"
BEFORE = "sentinel.of.before@example.org"
LAPTOP, PHONE, PASSKEY = "Sentinel's laptop", "Sentinel's phone", "Sentinel's passkey"
FIRST_NAME = "Sentinel's first machine"
SIGNATURES = "Sentinel Q. Purge", "Sentinel Purge-Again"
BYSTANDER = "bystander@example.org"


@dataclass
class Life:
    """A busy life, and what of it is personal.

    Attributes:
        laptop: still signed in.
        account: its number.
        sealed: every plaintext that lies sealed in a row, by the row.
        secrets: what went in through the API, by what it is.
        past: what was changed since: it lies nowhere any more, not even sealed.
        names: what no row shall bear any more, live: numbers that name the account and its devices.
    """

    laptop: Device
    account: str
    sealed: dict[str, bytes]
    secrets: dict[str, bytes]
    past: dict[str, bytes]
    names: dict[str, bytes]


@cache
def _client(service: str) -> Any:  # noqa: ANN401 -- boto3's
    return boto3.client(service)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def _fresh_clients() -> None:
    _client.cache_clear()


def _rows(cloud: Cloud, table: str | None = None) -> list[dict[str, Any]]:
    return list(items(_client, table or cloud.accounts_table))


def _materials(cloud: Cloud, *accounts: str) -> list[bytes]:
    return key_materials(_client, keys_table=cloud.keys_table, key_id=cloud.data_key, accounts=accounts)


def _live(cloud: Cloud) -> Life:
    """Live a busy life: every kind of row, every kind of seal, and mails that come back."""
    laptop = Device(InProcess())
    with settings(CONSENT_RELEASE="typed-name"):
        laptop.send_code(BEFORE)
        laptop.confirm(BEFORE, cloud.code(BEFORE))
        signed = [laptop.consent(signed_name=name) for name in SIGNATURES]
        enrolled = laptop.enrol(BEFORE, portrait(1), device_name=FIRST_NAME, consent=signed[0])
        assert enrolled.status == 201
        assert laptop.sign_in(capture(1, take=3)).status == 200
        cloud.let_days_pass(4)
        assert laptop.enrol_face(portrait(1, take=4), consent=signed[1]).status == 200
    assert laptop.rename_device(laptop.thumbprint, LAPTOP).status == 204
    assert laptop.send_address_codes(ADDRESS).status == 202
    codes = {"from_old": cloud.code(BEFORE), "from_new": cloud.code(ADDRESS)}
    assert laptop.change_address(ADDRESS, **codes).status == 200
    assert laptop.sign_in(capture(1, take=1, look=1)).status == 200  # a template is learned
    assert laptop.sign_in(capture(2)).status == 401
    assert laptop.make_recovery_codes()
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert laptop.add_passkey(key, name=PASSKEY).status == 201
    query = RelyingParty(laptop.transport).query()
    assert authorize(laptop, query).status == 200
    phone = new_phone(cloud, ADDRESS)
    assert phone.sign_in(capture(1, take=2), device_name=PHONE).status == 200
    assert laptop.get("/v1/account/export").status == 200
    bounces.handle(by_sns(bounce(ADDRESS)), None)
    account = str(laptop.account)
    rows = _rows(cloud)
    plain = opened(rows, account=account, keys=_materials(cloud, account))
    (profile,) = (row for row in rows if row["sk"]["S"] == "PROFILE")
    return Life(
        laptop=laptop,
        account=account,
        sealed={f"{sk} {number}": one.rstrip(b" ") for number, (sk, one) in enumerate(plain)},
        secrets={
            "address": ADDRESS.encode(),
            "laptop": LAPTOP.encode(),
            "phone": PHONE.encode(),
            "passkey": PASSKEY.encode(),
            "credential": key.credential_id,
            "application": b"The Shop",
            **{f"signature {number}": name.encode() for number, name in enumerate(SIGNATURES)},
        },
        past={"address of before": BEFORE.encode(), "first name of the laptop": FIRST_NAME.encode()},
        names={
            "account": account.encode(),
            "laptop's key": laptop.thumbprint.encode(),
            "phone's key": phone.thumbprint.encode(),
            "mailbox": profile["mailbox"]["S"].encode(),
        },
    )


def _bystander(cloud: Cloud) -> Device:
    device = Device(InProcess())
    cloud.let_a_minute_pass()
    device.send_code(BYSTANDER)
    device.confirm(BYSTANDER, cloud.code(BYSTANDER))
    assert device.enrol(BYSTANDER, portrait(2)).status == 201
    return device


def _restored(backup: str) -> str:
    name = f"Restored-{int(clock.now() * 1000)}"
    _client("dynamodb").restore_table_from_backup(TargetTableName=name, BackupArn=backup)
    return name


def _backup(cloud: Cloud) -> str:
    made = _client("dynamodb").create_backup(TableName=cloud.accounts_table, BackupName="before")
    return str(made["BackupDetails"]["BackupArn"])


def _in_tables(where: "Iterable[Place]") -> "list[Place]":
    return [place for place in where if place.name.startswith("table Accounts")]


def _mailed(cloud: Cloud) -> bytes:
    """What mails say; to whom they go is the mailbox's own."""
    return "\0".join(mail["subject"] + mail["text"] for mail in cloud.mails).encode()


def test_before_an_erasure_each_sentinel_lies_sealed_and_its_key_opens_it(cloud: Cloud) -> None:
    life = _live(cloud)
    plain = b"\0".join(life.sealed.values())

    # It went in through the API, and the scan would see it: the sealed values open, and hold each secret.
    assert [name for name, secret in life.secrets.items() if secret not in plain] == []
    kinds = {sk.split()[0].partition("#")[0] for sk in life.sealed}
    assert kinds >= {"PROFILE", "TEMPLATE", "DEVICE", "PASSKEY", "CONSENT", "SIGNIN", "GRANT"}
    descriptors = [one for sk, one in life.sealed.items() if sk.startswith("TEMPLATE#") and len(one) == 512]
    assert len(descriptors) >= 4
    # What is not sealed is found in the clear, so the scan can find.
    assert {name for name, _ in found(life.names, places(_client))} == set(life.names)
    assert found(life.secrets | life.sealed | life.past, places(_client)) == set()
    assert [name for name, secret in life.past.items() if secret in plain] == []


def test_a_secret_that_lay_in_the_clear_would_be_found_in_every_kind_of_place(cloud: Cloud) -> None:
    secret = ADDRESS.encode()
    cloud.put({"pk": {"S": "LEAK#1"}, "sk": {"S": "LEAK"}, "inner": {"M": {"b": {"B": b"x" + secret}}}})
    s3, sqs, logs = _client("s3"), _client("sqs"), _client("logs")
    s3.create_bucket(Bucket="leak", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="leak", Key="object", Body=secret.hex().encode())
    queue = sqs.create_queue(QueueName="leak")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=ADDRESS.upper())
    logs.create_log_group(logGroupName="leak")
    logs.create_log_stream(logGroupName="leak", logStreamName="leak")
    # The service's own time: it takes no line of days to come.
    line = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": f"mail to {ADDRESS}"}
    logs.put_log_events(logGroupName="leak", logStreamName="leak", logEvents=[line])

    where = {place.partition(" ")[0] for _, place in found({"address": secret}, places(_client))}

    s3.delete_object(Bucket="leak", Key="object")
    s3.delete_bucket(Bucket="leak")
    sqs.delete_queue(QueueUrl=queue)
    logs.delete_log_group(logGroupName="leak")
    assert where == {"table", "bucket", "queue", "log"}


@pytest.mark.parametrize("way", ["asked for", "killed, and swept up"])
def test_after_an_erasure_nothing_of_it_is_readable_anywhere_live_or_restored(
    way: str, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    life, bystander = _live(cloud), _bystander(cloud)
    backup = _backup(cloud)

    if way == "asked for":
        assert life.laptop.delete_account().status == 200
    else:
        with killed_after(cloud, "TransactWriteItems"):
            life.laptop.delete_account()
        cloud.restart()
        sweep()

    restored = _restored(backup)
    printed = capsys.readouterr()
    personal = life.secrets | life.sealed | life.past
    # The restored table has its rows ...
    assert any(row["pk"]["S"] == f"ACCOUNT#{life.account}" for row in _rows(cloud, restored))
    # ... nothing personal is in the clear, in it or anywhere else ...
    assert found(personal, places(_client)) == set()
    written = (printed.out + printed.err).encode()
    assert [name for name, secret in personal.items() if secret in written + _mailed(cloud)] == []
    # ... live, nothing even names the account, its devices or its mailbox ...
    assert found(life.names, _in_tables(places(_client))) == set()
    # ... and no key that is left opens any of it, while the bystander's opens theirs.
    materials = _materials(cloud, life.account, str(bystander.account))
    assert opened(_rows(cloud, restored), account=life.account, keys=materials) == []
    assert opened(_rows(cloud, restored), account=str(bystander.account), keys=materials) != []
    _client("dynamodb").delete_table(TableName=restored)
