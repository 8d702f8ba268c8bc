"""Everything that a cloud keeps, byte by byte: who looks for something personal looks everywhere."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from botocore.exceptions import ClientError

from service.vault import DataKey, Kind, SealBrokenError, unseal

# Makes a client of an AWS service, by its name.
Clients = Callable[[str], Any]

# Bytes: what is shorter stands among random ones by chance, so it is looked for as a word of a text.
_SHORT: Final = 6
_BASE64_BITS: Final = 6
# Characters of base64 that have bits of so many bytes before what is looked for.
_BEGUN: Final = (0, 2, 3)
_URLSAFE: Final = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True)
class Place:
    """Somewhere, and what is there: texts and bytes, each by itself."""

    name: str
    parts: tuple[bytes, ...] = field(repr=False)


def places(clients: Clients) -> Iterator[Place]:
    """Give every item, object, message and line that the cloud keeps."""
    for table in tables(clients):
        for item in items(clients, table):
            yield Place(f"table {table}", tuple(_leaves(item)))
    s3 = clients("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for one in page.get("Contents", ()):
                content = s3.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
                yield Place(f"bucket {bucket['Name']}", (one["Key"].encode(), content))
    sqs = clients("sqs")
    for queue in sqs.list_queues().get("QueueUrls", ()):
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            yield from (Place(f"queue {queue}", (one["Body"].encode(),)) for one in messages)
    logs = clients("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            yield from (Place(f"log {name}", (one["message"].encode(),)) for one in page["events"])


def found(sentinels: Mapping[str, bytes], where: Iterable[Place]) -> set[tuple[str, str]]:
    """Find what is readable where: (sentinel, place). In the clear, in base64 of any sort, and in hex."""
    needles = {name: [form.lower() for form in _forms(value)] for name, value in sentinels.items()}
    seen: set[tuple[str, str]] = set()
    for place in where:
        content = b"\0".join(place.parts).lower()
        text = b"\0".join(part for part in place.parts if _is_text(part)).lower()
        seen |= {
            (name, place.name)
            for name, forms in needles.items()
            if any(_lies(form, content=content, text=text) for form in forms)
        }
    return seen


def opened(
    rows: Iterable[Mapping[str, Any]], *, account: str, keys: Iterable[bytes]
) -> list[tuple[str, bytes]]:
    """Open what is sealed in an account's rows, with every key there is: sort key and plaintext of each."""
    found_keys = [DataKey(account=account, version=1, material=one) for one in keys]
    return [
        (row["sk"]["S"], plain)
        for row in rows
        if row["pk"]["S"] == f"ACCOUNT#{account}"
        for value in row.values()
        if "B" in value
        for key in found_keys
        for plain in _opened(key, row, bytes(value["B"]))
    ]


def key_materials(clients: Clients, *, keys_table: str, key_id: str, accounts: Iterable[str]) -> list[bytes]:
    """Unwrap every key that is left in the Keys table, under each purpose and each account's name."""
    contexts = [{"purpose": "email-index"}]
    contexts += [
        {"purpose": purpose, "account": account}
        for account in accounts
        for purpose in ("account-data", "farewell")
    ]
    return [
        material
        for row in items(clients, keys_table)
        if "wrapped" in row
        for context in contexts
        for material in _unwrapped(clients, row, key_id=key_id, context=context)
    ]


def tables(clients: Clients) -> list[str]:
    """Name every table."""
    pages = clients("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"]]


def items(clients: Clients, table: str) -> Iterator[dict[str, Any]]:
    """Give every item of a table."""
    for page in clients("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _unwrapped(
    clients: Clients, row: Mapping[str, Any], *, key_id: str, context: Mapping[str, str]
) -> Iterator[bytes]:
    try:
        answer = clients("kms").decrypt(
            KeyId=key_id, CiphertextBlob=bytes(row["wrapped"]["B"]), EncryptionContext=context
        )
    except ClientError:
        return
    yield answer["Plaintext"]


def _opened(key: DataKey, row: Mapping[str, Any], blob: bytes) -> Iterator[bytes]:
    models = {"-", row.get("model", {"S": "-"})["S"]}
    for kind in get_args(Kind):
        for model in models:
            try:
                yield unseal(key, blob, item=row["sk"]["S"], kind=kind, model=model)
            except SealBrokenError:
                continue


def _lies(form: bytes, *, content: bytes, text: bytes) -> bool:
    if len(form) >= _SHORT:
        return form in content
    return re.search(rb"(?<![\w+/-])" + re.escape(form) + rb"(?![\w+/-])", text) is not None


def _is_text(part: bytes) -> bool:
    try:
        part.decode()
    except UnicodeDecodeError:
        return False
    return True


def _forms(value: bytes) -> list[bytes]:
    encoded = [base64.b64encode(value).rstrip(b"=")] if len(value) < _SHORT else list(_within_base64(value))
    return [value, value.hex().encode(), *encoded, *(one.translate(_URLSAFE) for one in encoded)]


def _within_base64(value: bytes) -> Iterator[bytes]:
    """Give the characters that stand for it alone, wherever in something longer it begins."""
    for before, begun in enumerate(_BEGUN):
        whole = 8 * (before + len(value)) // _BASE64_BITS
        yield base64.b64encode(bytes(before) + value)[begun:whole]


def _leaves(value: Any) -> Iterator[bytes]:  # noqa: ANN401 -- DynamoDB's own types
    match value:
        case dict():
            for part in value.values():
                yield from _leaves(part)
        case list() | set() | tuple():
            for part in value:
                yield from _leaves(part)
        case str():
            yield value.encode()
        case bytes():
            yield value
        case _ if hasattr(value, "value"):  # boto3's Binary
            yield bytes(value.value)
        case _:
            yield str(value).encode()
