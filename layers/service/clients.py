"""The AWS clients: made when first used, once for each process.

They come from botocore itself: boto3 on top of it costs every cold start some 70 ms and adds nothing here.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session, get_session

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
for _name in ("botocore", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)


@cache
def dynamodb() -> "DynamoDBClient":
    """Give the process's DynamoDB client."""
    return cast("DynamoDBClient", _session().create_client("dynamodb", config=_CONFIG))


@cache
def kms() -> "KMSClient":
    """Give the process's KMS client."""
    return cast("KMSClient", _session().create_client("kms", config=_CONFIG))


@cache
def mail() -> "SESV2Client":
    """Give the process's SES client."""
    return cast("SESV2Client", _session().create_client("sesv2", config=_CONFIG))


def forget() -> None:
    """Drop the clients, so that the next use makes new ones (a test's cloud ends with the test)."""
    for made in (_session, dynamodb, kms, mail):
        made.cache_clear()


@cache
def _session() -> Session:
    return get_session()
