"""The purge: what went in by the API is nowhere after an erasure, live or restored, and no key opens it."""

import base64
import hashlib
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import numpy as np
import pytest

from functions.bounces import handler as bounces
from service.deployment import this_deployment
from service.network import network_index
from service.patience import DAY_S
from service.recovery import recovery_digest
from tests.adapters.people import new_phone
from tests.adapters.test_consents import settings
from tests.adapters.test_sign_in_log import CDN_SECRET
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device, Performed
from tests.support.cloud import ORIGIN, Cloud, running_cloud
from tests.support.office import Office
from tests.support.purge import Place, found, items, key_materials, opened, places
from tests.support.relying_party import RelyingParty, authorize
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import killed_after, sweep
from tests.support.transport import InProcess, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS = "sentinel.of.the.purge@example.org"
BEFORE = "sentinel.of.before@example.org"
LAPTOP, PHONE, PASSKEY = "Sentinel's laptop", "Sentinel's phone", "Sentinel's passkey"
FIRST_NAME = "Sentinel's first machine"
SIGNATURES = "Sentinel Q. Purge", "Sentinel Purge-Again"
BYSTANDER = "bystander@example.org"
COUNTRY = "QX"  # ISO 3166-1 gives it to no country
NETWORK = ipaddress.ip_address("2001:db8:5e47:1a2b:3c4d:5e6f:7a8b:9c0d")
OF_THE_NETWORK = 8  # bytes of an address in it that all others have as well


class Abroad(InProcess):
    """Behind a CDN that names a country, from an address of its own."""

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        event["requestContext"]["identity"]["sourceIp"] = str(NETWORK)
        named = {"CloudFront-Viewer-Country": [COUNTRY], "X-Place-Secret": [CDN_SECRET]}
        return super().invoke(function, event | {"multiValueHeaders": event["multiValueHeaders"] | named})


@dataclass
class Life:
    """A busy life, and what of it is personal.

    Attributes:
        laptop: still signed in.
        account: its number.
        sealed: every plaintext that lies sealed in a row, by the row.
        secrets: what went in through the API, by what it is.
        nowhere: what was changed since, or never was to be kept: it lies nowhere, not even sealed.
        names: what no row shall bear any more, live: numbers that name the account and its devices.
    """

    laptop: Device
    account: str
    sealed: dict[str, bytes]
    secrets: dict[str, bytes]
    nowhere: dict[str, bytes]
    names: dict[str, bytes]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A deployment that trusts whoever stands before it to name the country of a request."""
    digest = hashlib.sha256(CDN_SECRET.encode()).hexdigest()
    with running_cloud(PLACE_HEADER="cloudfront-viewer-country", PLACE_SECRET_SHA256=digest) as cloud:
        yield cloud


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
    laptop = Device(Abroad())
    with settings(CONSENT_RELEASE="typed-name"):
        laptop.send_code(BEFORE)
        laptop.confirm(BEFORE, cloud.code(BEFORE))
        signed = [laptop.consent(signed_name=name) for name in SIGNATURES]
        enrolled = laptop.enrol(BEFORE, portrait(1), device_name=FIRST_NAME, consent=signed[0])
        assert enrolled.status == 201
        assert laptop.sign_in(capture(1, take=3)).status == 200
        cloud.let_days_pass(4)
        assert laptop.enrol_face(portrait(1, take=4), consent=signed[1]).status == 200
        kept = laptop.performances[-1]
    assert laptop.rename_device(laptop.thumbprint, LAPTOP).status == 204
    assert laptop.send_address_codes(ADDRESS).status == 202
    codes = {"from_old": cloud.code(BEFORE), "from_new": cloud.code(ADDRESS)}
    assert laptop.change_address(ADDRESS, **codes).status == 200
    assert laptop.sign_in(capture(1, take=1, look=1)).status == 200  # a template is learned
    assert laptop.sign_in(capture(2)).status == 401
    paper = laptop.make_recovery_codes()
    assert Device(Abroad()).use_recovery_code(ADDRESS, paper[0]).status == 200
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert laptop.add_passkey(key, name=PASSKEY).status == 201
    query = RelyingParty(laptop.transport).query()
    assert authorize(laptop, query).status == 200
    phone = new_phone(cloud, ADDRESS)
    phone.transport = laptop.transport
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
            "country": COUNTRY.encode(),
            **{f"signature {number}": name.encode() for number, name in enumerate(SIGNATURES)},
        },
        nowhere={
            "address of before": BEFORE.encode(),
            "first name of the laptop": FIRST_NAME.encode(),
            **_where_they_were(),
            **_on_paper(paper),
            **_before_the_camera([*laptop.performances, *phone.performances], kept=kept),
        },
        names={
            "account": account.encode(),
            "laptop's key": laptop.thumbprint.encode(),
            "phone's key": phone.thumbprint.encode(),
            "mailbox": profile["mailbox"]["S"].encode(),
            "digest of a recovery code": recovery_digest(paper[1], account=account).encode(),
        },
    )


def _where_they_were() -> dict[str, bytes]:
    """Every spelling of the network, and the index of it that the deployment's key makes."""
    key = this_deployment().keyring.found_mailbox_index()
    return {
        "network": NETWORK.compressed.encode()[:19],
        "network in full": NETWORK.exploded.encode()[:19],
        "network in bytes": NETWORK.packed[:OF_THE_NETWORK],
        "network's index": network_index(str(NETWORK), key=key).encode(),
    }


def _on_paper(codes: list[str]) -> dict[str, bytes]:
    """Every recovery code, of which one was used, as it is shown and as it is read."""
    shown = {f"recovery code {number}": code.encode() for number, code in enumerate(codes)}
    return shown | {f"{name}, read": code.replace(b"-", b"") for name, code in shown.items()}


def _before_the_camera(performances: list[Performed], *, kept: Performed) -> dict[str, bytes]:
    """What was sent of each ceremony: how somebody moved, and looked; of one the looks are the templates."""
    looks: dict[str, bytes] = {}
    for number, one in enumerate(performances):
        for name, kind in (("times_ms", "<u2"), ("points", "<i2"), ("signals", "<u1")):
            raw = base64.b64decode(one.capture["series"][name])
            numbers = [str(value) for value in np.frombuffer(raw, kind)[5:17]]
            looks |= {
                f"{name} {number}": raw[:30],
                f"{name} {number} as numbers": ", ".join(numbers).encode(),
                f"{name} {number} as close numbers": ",".join(numbers).encode(),
            }
        sent = {"turned": one.capture["turned"][0]["descriptor"]}
        if one is not kept:
            sent["look"] = one.capture["descriptors"][0]
        looks |= {f"{name} {number}": base64.b64decode(row)[:48] for name, row in sent.items()}
    return looks


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


def _mailed(cloud: Cloud) -> "list[Place]":
    """What mails say; to whom they go is the mailbox's own."""
    return [Place("mail", (mail["subject"].encode(), mail["text"].encode())) for mail in cloud.mails]


def _said(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> "list[Place]":
    """What the functions print and log."""
    printed = capsys.readouterr()
    logged = [str(vars(record)) for record in caplog.records]
    return [Place("said", tuple(one.encode() for one in (printed.out, printed.err, *logged)))]


def test_before_an_erasure_each_sentinel_lies_sealed_and_its_key_opens_it(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    life = _live(cloud)
    plain = [Place("seals", tuple(life.sealed.values()))]

    # It went in through the API, and the scan would see it: the sealed values open, and hold each secret.
    assert {name for name, _ in found(life.secrets, plain)} == set(life.secrets)
    kinds = {sk.split()[0].partition("#")[0] for sk in life.sealed}
    assert kinds >= {"PROFILE", "TEMPLATE", "DEVICE", "PASSKEY", "CONSENT", "SIGNIN", "GRANT"}
    descriptors = [one for sk, one in life.sealed.items() if sk.startswith("TEMPLATE#") and len(one) == 512]
    assert len(descriptors) >= 4
    # What is not sealed is found in the clear, so the scan can find.
    assert {name for name, _ in found(life.names, places(_client))} == set(life.names)
    everywhere = [*places(_client), *_mailed(cloud), *_said(capsys, caplog)]
    assert found(life.secrets | life.sealed | life.nowhere, everywhere) == set()
    assert found(life.nowhere, plain) == set()


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

    # Inside something longer that is in base64, as a country is a word of a log.
    longer = base64.b64encode(b"{'to': '" + secret + b"'}").decode()
    within = Place("within", (f"token {longer}".encode(), f'{{"place": "{COUNTRY}"}}'.encode()))

    where = {place.partition(" ")[0] for _, place in found({"address": secret}, places(_client))}
    inside = {name for name, _ in found({"address": secret, "country": COUNTRY.encode()}, [within])}

    s3.delete_object(Bucket="leak", Key="object")
    s3.delete_bucket(Bucket="leak")
    sqs.delete_queue(QueueUrl=queue)
    logs.delete_log_group(logGroupName="leak")
    assert where == {"table", "bucket", "queue", "log"}
    assert inside == {"address", "country"}


@dataclass
class Leaving:
    """Who leaves, who stays, and the operators."""

    cloud: Cloud
    life: Life
    bystander: Device
    office: Office


def _delete(leaving: Leaving) -> None:
    assert leaving.life.laptop.delete_account().status == 200


def _be_killed_and_swept_up(leaving: Leaving) -> None:
    with killed_after(leaving.cloud, "TransactWriteItems"):
        leaving.life.laptop.delete_account()
    leaving.cloud.restart()
    sweep()


def _withdraw_consent(leaving: Leaving) -> None:
    assert leaving.life.laptop.withdraw_consent().status == 200


def _write_a_letter(leaving: Leaving) -> None:
    office, account = leaving.office, leaving.life.account
    _have_mail_again(leaving)
    assert [office.ask(account=account), office.approve(), office.wait()] == [0] * 3
    assert office.carry_out(typed=lambda _: account) == 0
    assert [mail["to"] for mail in leaving.cloud.mails[-2:]] == [ADDRESS] * 2


def _stay_away_for_a_year(leaving: Leaving) -> None:
    _have_mail_again(leaving)
    sweep(after_s=335 * DAY_S)
    assert leaving.bystander.sign_in(capture(2, take=1)).status == 200
    sweep(after_s=30 * DAY_S)
    assert leaving.cloud.mails[-1]["to"] == ADDRESS


def _have_mail_again(leaving: Leaving) -> None:
    """A code that arrives ends the trouble with the mailbox: the farewell goes out."""
    new_phone(leaving.cloud, ADDRESS)


WAYS_OUT: dict[str, Callable[[Leaving], None]] = {
    "deleted": _delete,
    "killed, and swept up": _be_killed_and_swept_up,
    "consent withdrawn": _withdraw_consent,
    "asked for by letter": _write_a_letter,
    "unused for a year": _stay_away_for_a_year,
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_after_an_erasure_nothing_of_it_is_readable_anywhere_live_or_restored(
    way: str,
    cloud: Cloud,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    life, bystander = _live(cloud), _bystander(cloud)
    backup = _backup(cloud)

    WAYS_OUT[way](Leaving(cloud=cloud, life=life, bystander=bystander, office=Office(tmp_path)))

    restored = _restored(backup)
    # The restored table has its rows ...
    assert any(row["pk"]["S"] == f"ACCOUNT#{life.account}" for row in _rows(cloud, restored))
    # ... nothing personal is in the clear, in it or anywhere else ...
    everywhere = [*places(_client), *_mailed(cloud), *_said(capsys, caplog)]
    assert found(life.secrets | life.sealed | life.nowhere, everywhere) == set()
    # ... live, nothing even names the account, its devices or its mailbox ...
    assert found(life.names, _in_tables(places(_client))) == set()
    # ... and no key that is left opens any of it, while the bystander's opens theirs.
    materials = _materials(cloud, life.account, str(bystander.account))
    assert opened(_rows(cloud, restored), account=life.account, keys=materials) == []
    assert opened(_rows(cloud, restored), account=str(bystander.account), keys=materials) != []
    _client("dynamodb").delete_table(TableName=restored)
