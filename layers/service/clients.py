"""The AWS clients: made when first used, once for each process."""

import logging
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_sesv2 import SESV2Client

# A caller waits for the answer: a part that does not answer in a second is asked again, not waited for.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "max_attempts": 3},
    parameter_validation=False,  # types are checked here by mypy; validating 50 KB again costs a millisecond
)

# At DEBUG the SDK prints whole requests. However talkative a deployment is made, it must not.
for _name in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)


@cache
def dynamodb() -> "DynamoDBClient":
    """Give the process's DynamoDB client."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def kms() -> "KMSClient":
    """Give the process's KMS client."""
    return boto3.client("kms", config=_CONFIG)


@cache
def mail() -> "SESV2Client":
    """Give the process's SES client."""
    return boto3.client("sesv2", config=_CONFIG)


def forget() -> None:
    """Drop the clients, so that the next use makes new ones (a test's cloud ends with the test)."""
    for client in (dynamodb, kms, mail):
        client.cache_clear()
