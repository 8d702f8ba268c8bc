"""An AWS account in memory: two tables, three keys, a verified sender, and the functions' environment."""

import itertools
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from unittest import mock

import boto3
from joserfc.jwk import ECKey
from moto import mock_aws
from moto.backends import get_backend
from moto.core.common_models import BaseModel
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models.dynamo_type import DynamoType

from service import clients
from service.deployment import this_deployment
from tests.support.aws_calls import Listener, listening
from tests.support.clock import movable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

REGION = "eu-central-1"
ORIGIN = "https://site.example"
SENDER = "no-reply@site.example"
MOST_IN_A_BATCH: Final = 25  # DynamoDB's

SHORT_LIVED = {"AUTHCODE", "BEARER", "CHALLENGE", "CODE", "JTI", "LIMIT"}
# Those of the application that is confidential.
LEDGER_KEYS = (ECKey.generate_key("P-256"), ECKey.generate_key("P-256"))


def _public(key: ECKey) -> dict[str, Any]:
    members = key.as_dict(private=False)
    return {name: members[name] for name in ("kty", "crv", "x", "y")}


CLIENTS = [
    {
        "id": "shop",
        "name": "The Shop",
        "redirect_uris": ["https://shop.example/cb", "https://shop.example/cb2"],
        "post_logout_redirect_uris": ["https://shop.example/bye"],
    },
    {"id": "bank", "name": "The Bank", "redirect_uris": ["https://bank.example/cb?from=us"]},
    {
        "id": "ledger",
        "name": "The Ledger",
        "redirect_uris": ["https://ledger.example/cb"],
        "keys": [_public(key) for key in LEDGER_KEYS],
    },
]

Item: TypeAlias = dict[str, Any]  # in DynamoDB's own types

_numbers = itertools.count(1)


@dataclass
class Cloud:
    """The account, as a test looks into it."""

    accounts_table: str
    keys_table: str
    data_key: str
    signing_key: str
    statement_key: str
    mails: list[dict[str, str]] = field(default_factory=list)

    def items(self) -> list[dict[str, Any]]:
        """Every item of the Accounts table, in DynamoDB's own types."""
        return _scan(self.accounts_table)

    def keys(self) -> list[dict[str, Any]]:
        """Every item of the Keys table."""
        return _scan(self.keys_table)

    def kinds(self) -> list[str]:
        """What the Accounts table holds, short-lived things left out: "ACCOUNT/PROFILE" and the like."""
        kinds = [f"{_head(item['pk']['S'])}/{_head(item['sk']['S'])}" for item in self.items()]
        return sorted(kind for kind in kinds if kind.split("/")[0] not in SHORT_LIVED)

    def account_keys(self) -> list[str]:
        """Partition keys of the accounts that still have a key."""
        return [item["pk"]["S"] for item in self.keys() if item["pk"]["S"].startswith("ACCOUNT#")]

    def code(self, address: str) -> str:
        """The last code that was mailed to an address; notices come in between."""
        texts = [mail["text"] for mail in reversed(self.mails) if mail["to"] == address]
        return next(line.strip() for text in texts for line in text.splitlines() if line.strip().isdigit())

    def freeze_token(self, address: str) -> str:
        """The token in the link of the last notice that has one."""
        texts = [mail["text"] for mail in reversed(self.mails) if mail["to"] == address]
        link = next(line for text in texts for line in text.splitlines() if "/freeze#" in line)
        return link.partition("#")[2]

    def change(self, pk: str, sk: str, **values: dict[str, Any]) -> None:
        """Change an item behind the API's back."""
        names = {f"#{name}": name for name in values}
        clients.dynamodb().update_item(
            TableName=self.accounts_table,
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    @contextmanager
    def when(self, event: str, listener: Listener) -> Iterator[None]:
        """Call ``listener`` on an event of the service's AWS clients, "before-call.kms.Sign" for instance."""
        with listening(event, listener):
            yield

    def restart(self) -> None:
        """Start the functions anew, with the environment as it is now."""
        this_deployment.cache_clear()

    def let_a_minute_pass(self) -> None:
        """Free the turns that come once a minute."""
        for item in self.items():
            if item["pk"]["S"].startswith("LIMIT#") and item["pk"]["S"].endswith("#turn"):
                self.change(item["pk"]["S"], item["sk"]["S"], expires_at={"N": "1"})

    def let_days_pass(self, days: float) -> None:
        """Make every template, and what is noted of learning them, so much older."""
        for item in self.items():
            values: dict[str, dict[str, Any]] = {}
            if item["sk"]["S"].startswith("TEMPLATE#"):
                for name in {"created_at", "corroborated_at", "expires_at"} & item.keys():
                    values[name] = {"N": str(int(item[name]["N"]) - int(days * 86_400))}
            if "learned_at" in item:
                values["learned_at"] = {
                    "SS": [str(int(at) - int(days * 86_400)) for at in item["learned_at"]["SS"]]
                }
            if values:
                self.change(item["pk"]["S"], item["sk"]["S"], **values)

    def put(self, item: dict[str, Any]) -> None:
        """Put an item behind the API's back."""
        clients.dynamodb().put_item(TableName=self.accounts_table, Item=item)

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item behind the API's back."""
        clients.dynamodb().delete_item(TableName=self.accounts_table, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def copy_of(self, other: "Kept") -> None:
        """Hold what another deployment held; both have the account's keys in common."""
        _write(self.accounts_table, puts=other.items)
        _write(self.keys_table, puts=other.keys)
        self.mails.extend(dict(mail) for mail in other.mails)

    def rewind(self, kept: "Kept") -> None:
        """Hold what it held then, and nothing since."""
        _write(self.accounts_table, deletes=self.items())
        _write(self.keys_table, deletes=self.keys())
        self.mails.clear()
        self.copy_of(kept)

    def kept(self) -> "Kept":
        """What it holds now."""
        return Kept(items=self.items(), keys=self.keys(), mails=[dict(mail) for mail in self.mails])

    def expire(self, prefix: str) -> None:
        """Let every item whose partition key starts with ``prefix`` expire; TTL has not come by yet."""
        for item in self.items():
            if item["pk"]["S"].startswith(prefix):
                self.change(item["pk"]["S"], item["sk"]["S"], expires_at={"N": "1"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a deployment held at some moment: enough to begin another one with it."""

    items: list[dict[str, Any]] = field(repr=False)
    keys: list[dict[str, Any]] = field(repr=False)
    mails: list[dict[str, str]] = field(repr=False)


@contextmanager
def aws_account() -> Iterator[None]:
    """Make an AWS account in memory. Clients take a second to make, so tests share one account."""
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
    with (
        mock.patch.dict(os.environ, {**credentials, "AWS_DEFAULT_REGION": REGION}),
        mock.patch.object(BaseModel, "__new__", _untracked),
        mock_aws(),
    ):
        clients.forget()
        _key.cache_clear()
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        yield
        clients.forget()


def _untracked(model: type[BaseModel], *_: object, **__: object) -> BaseModel:
    """Make an instance, and no note of it: moto keeps each for its web page, so each copy of a table too."""
    return object.__new__(model)


@contextmanager
def running_cloud(**environment: str) -> Iterator[Cloud]:
    """Make a deployment in the account: tables, keys, environment; ``environment`` replaces settings."""
    number = next(_numbers)
    cloud = Cloud(
        accounts_table=_table(f"Accounts-{number}"),
        keys_table=_table(f"Keys-{number}"),
        data_key=_key(KeySpec="SYMMETRIC_DEFAULT"),
        signing_key=_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Description="tokens"),
        statement_key=_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Description="statements"),
    )
    this_deployment.cache_clear()
    with (
        mock.patch.dict(os.environ, _environment(cloud) | environment),
        _outbox(cloud.mails),
        movable(),
    ):
        yield cloud
    this_deployment.cache_clear()
    for table in (cloud.accounts_table, cloud.keys_table):
        clients.dynamodb().delete_table(TableName=table)


def _environment(cloud: Cloud) -> dict[str, str]:
    return {
        "ACCOUNTS_TABLE": cloud.accounts_table,
        "KEYS_TABLE": cloud.keys_table,
        "DATA_KEY_ID": cloud.data_key,
        "SIGNING_KEY_ID": cloud.signing_key,
        "STATEMENT_KEY_ID": cloud.statement_key,
        "MAIL_SENDER": SENDER,
        "ALLOWED_ORIGINS": ORIGIN,
        "POLICY_VERSION": "2026-11-1",
        "CONTROLLER_NAME": "Example Ltd",
        "CONTROLLER_CONTACT": "privacy@site.example",
        "PRODUCT_NAME": "Example",
        "OPENID_CLIENTS": json.dumps(CLIENTS),
        "UNUSED_ACCOUNT_DAYS": "365",
        "LEAST_SIGN_IN_LOG_DAYS": "30",
        "REFUSAL_FLOOR_S": "0",
        "CHALLENGE_FLOOR_S": "0",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "FaceSmash",
    }


@contextmanager
def _outbox(mails: list[dict[str, str]]) -> Iterator[None]:
    """Keep every mail that SES accepts; botocore shows what was sent before, and that it was after."""
    last: dict[str, str] = {}

    def sending(params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        sent = json.loads(params["body"])
        simple = sent["Content"]["Simple"]
        last["to"] = sent["Destination"]["ToAddresses"][0]
        last["subject"] = simple["Subject"]["Data"]
        last["text"] = simple["Body"]["Text"]["Data"]

    def accepted(**_: Any) -> None:  # noqa: ANN401 -- as above
        mails.append(dict(last))

    before, after = "before-call.sesv2.SendEmail", "after-call.sesv2.SendEmail"
    with listening(before, sending), listening(after, accepted):
        yield


def new_signing_key() -> str:
    """Make another key that signs, to take the place of one that deployments have in common."""
    return str(_key.__wrapped__(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"))


def _table(name: str) -> str:
    clients.dynamodb().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


@cache
def _key(**specification: str) -> str:
    """The account's one key of a kind: no test changes a key, so deployments have them in common."""
    created = clients.kms().create_key(**specification)  # type: ignore[arg-type]  # two of its keywords
    return str(created["KeyMetadata"]["Arn"])


def _scan(table: str) -> list[Item]:
    """Read a table past its API, which takes a hundred times as long; in the order of a scan."""
    held = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].get_table(table)
    return [{name: _plain(value) for name, value in one.attrs.items()} for one in held.all_items()]


def _plain(value: DynamoType) -> Item:
    held = value.value
    if value.type == "L":
        return {"L": [_plain(one) for one in held]}
    if value.type == "M":
        return {"M": {name: _plain(one) for name, one in held.items()}}
    return {value.type: [*held] if isinstance(held, list) else held}


def _write(
    table: str, *, puts: Iterable[dict[str, Any]] = (), deletes: Iterable[dict[str, Any]] = ()
) -> None:
    """Write behind the API's back, in batches: an item alone takes six times as long."""
    requests: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": item}} for item in puts]
    requests += [{"DeleteRequest": {"Key": {name: item[name] for name in ("pk", "sk")}}} for item in deletes]
    for first in range(0, len(requests), MOST_IN_A_BATCH):
        clients.dynamodb().batch_write_item(RequestItems={table: requests[first : first + MOST_IN_A_BATCH]})


def _head(key: str) -> str:
    return key.partition("#")[0]
