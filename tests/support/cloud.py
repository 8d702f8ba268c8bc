"""An AWS account in memory: two tables, two keys, a verified sender, and the functions' environment."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import boto3
from moto import mock_aws

from service import clients
from service.deployment import this_deployment
from tests.support.aws_calls import listening

REGION = "eu-central-1"
ORIGIN = "https://site.example"


@dataclass
class Cloud:
    """The account, as a test looks into it."""

    accounts_table: str
    keys_table: str
    data_key: str
    signing_key: str
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
        return sorted(kind for kind in kinds if kind.split("/")[0] not in {"CHALLENGE", "CODE", "LIMIT"})

    def account_keys(self) -> list[str]:
        """Partition keys of the accounts that still have a key."""
        return [item["pk"]["S"] for item in self.keys() if item["pk"]["S"].startswith("ACCOUNT#")]

    def code(self, address: str) -> str:
        """The code of the last mail to an address."""
        text = next(mail["text"] for mail in reversed(self.mails) if mail["to"] == address)
        return next(line.strip() for line in text.splitlines() if line.strip().isdigit())

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

    def expire(self, prefix: str) -> None:
        """Let every item whose partition key starts with ``prefix`` expire; TTL has not come by yet."""
        for item in self.items():
            if item["pk"]["S"].startswith(prefix):
                self.change(item["pk"]["S"], item["sk"]["S"], expires_at={"N": "1"})


@contextmanager
def running_cloud(**environment: str) -> Iterator[Cloud]:
    """Make the account and the environment; ``environment`` replaces settings."""
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
    with mock.patch.dict(os.environ, {**credentials, "AWS_DEFAULT_REGION": REGION}), mock_aws():
        _forget()
        cloud = Cloud(
            accounts_table=_table("Accounts"),
            keys_table=_table("Keys"),
            data_key=_key(KeySpec="SYMMETRIC_DEFAULT"),
            signing_key=_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"),
        )
        boto3.client("sesv2").create_email_identity(EmailIdentity="no-reply@site.example")
        os.environ.update(_environment(cloud) | environment)
        with listening("before-call.sesv2.SendEmail", _keep_in(cloud.mails)):
            yield cloud
        _forget()


def _environment(cloud: Cloud) -> dict[str, str]:
    return {
        "ENVIRONMENT": "test",
        "ACCOUNTS_TABLE": cloud.accounts_table,
        "KEYS_TABLE": cloud.keys_table,
        "DATA_KEY_ID": cloud.data_key,
        "SIGNING_KEY_ID": cloud.signing_key,
        "MAIL_SENDER": "no-reply@site.example",
        "ALLOWED_ORIGINS": ORIGIN,
        "POLICY_VERSION": "2026-11-1",
        "CONTROLLER_NAME": "Example Ltd",
        "CONTROLLER_CONTACT": "privacy@site.example",
        "PRODUCT_NAME": "Example",
        "REFUSAL_FLOOR_S": "0",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "FaceSmash",
    }


def _keep_in(mails: list[dict[str, str]]) -> Any:  # noqa: ANN401 -- a botocore listener
    def keep(params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        sent = json.loads(params["body"])
        simple = sent["Content"]["Simple"]
        mails.append(
            {
                "to": sent["Destination"]["ToAddresses"][0],
                "subject": simple["Subject"]["Data"],
                "text": simple["Body"]["Text"]["Data"],
            }
        )

    return keep


def _forget() -> None:
    clients.forget()
    this_deployment.cache_clear()


def _table(name: str) -> str:
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def _key(**specification: Any) -> str:  # noqa: ANN401 -- boto3's keywords
    return str(boto3.client("kms").create_key(**specification)["KeyMetadata"]["Arn"])


def _scan(table: str) -> list[dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [dict(item) for page in pages for item in page["Items"]]


def _head(key: str) -> str:
    return key.partition("#")[0]
