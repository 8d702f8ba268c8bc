"""Remove whoever was deleted since from a restored table: `python -m operators.restored TABLE`.

A restore brings their rows back. Nothing brings their keys back, and nobody shall find their rows either.
docs/restore.md says when, and with what rights.
"""

import argparse
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from operators.papers import PaperRefusedError
from operators.settings import DONE, REFUSED, deployment_in
from service import clients
from service.repositories.erasures import tombstone_key
from service.repositories.items import from_wire, to_wire
from service.repositories.keys import KEY_SK, account_key
from service.repositories.limits import LIMIT_SK
from service.repositories.row_items import read_profile
from service.repositories.rows import PROFILE_SK
from service.repositories.tries import lifts_of, tries_of
from service.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# What is kept of those who are gone, and of who deleted them: a table from before their end has none of it.
_KEPT: Final = ("TOMBSTONE#", "OPERATION#")
# Good for minutes when they were made: what a restored one would allow was used, or has ended. The same goes
# for a session: whoever was signed out since, a stolen laptop for one, would be signed in again.
_SHORT_LIVED: Final = ("CHALLENGE#", "CODE#", "JTI#", "AUTHCODE#", "BEARER#", "WORK#NOTICE#")
_BATCH: Final = 25  # the most that BatchWriteItem takes
_TRIES: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleaned:
    """What was done to a restored table.

    Attributes:
        accounts: how many it has now.
        deleted: how many were removed from it because they had been deleted.
        rows: how many writes that took; a row that may be there is removed unseen.
        tombstones: how many rows were brought over: tombstones, and the operators' book.
        keyless: how many have no key and no tombstone: nobody can open them, and nobody asked for that.
        newer: how many accounts have a key and no row here: they were made since.
    """

    accounts: int
    deleted: int
    rows: int
    tombstones: int
    keyless: int
    newer: int


@dataclass(kw_only=True, slots=True)
class _Rows:
    """The rows of an account: those that name it, and those that only its own rows lead to."""

    own: list[dict[str, Any]] = field(default_factory=list)
    derived: set[tuple[str, str]] = field(default_factory=set)

    def in_order(self) -> list[dict[str, Any]]:
        """Give the keys of all, what leads to others last: who is interrupted finds them the next time."""
        return [*(to_wire({"pk": pk, "sk": sk}) for pk, sk in sorted(self.derived)), *self.own]


def clean(restored: str, *, live: str, keys: str, client: "DynamoDBClient") -> Cleaned:
    """Remove from a restored table whoever was deleted since. Done twice, it is done once.

    Args:
        restored: the table that was restored; it carries no traffic.
        live: the table that did, or does.
        keys: the Keys table, which was never restored.
        client: of DynamoDB.

    Returns:
        What was done.
    """
    tombstones = [item for item in _scan(client, live) if item["pk"]["S"].startswith(_KEPT)]
    _write(client, restored, [{"PutRequest": {"Item": item}} for item in tombstones])
    gone = {item["pk"]["S"] for item in tombstones}
    accounts: dict[str, _Rows] = {}
    others: list[dict[str, Any]] = []
    for item in _scan(client, restored):
        account, key = _account_of(item), {"pk": item["pk"], "sk": item["sk"]}
        if item["pk"]["S"].startswith(_SHORT_LIVED) or item["sk"]["S"].startswith("SESSION#"):
            others.append(key)
        elif account is not None:
            rows_of = accounts.setdefault(account, _Rows())
            rows_of.own.append(key)
            rows_of.derived |= _derived(account, item)
        elif item["pk"]["S"].startswith("TOMBSTONE#"):
            gone.add(item["pk"]["S"])
    deleted = {account for account in accounts if str(tombstone_key(account)["pk"]) in gone}
    keyless = {
        account for account in accounts.keys() - deleted if not _has_key(account, keys=keys, client=client)
    }
    rows = [row for account in sorted(deleted) for row in accounts[account].in_order()]
    _write(client, restored, [{"DeleteRequest": {"Key": row}} for row in [*rows, *others]])
    return Cleaned(
        accounts=len(accounts) - len(deleted),
        deleted=len(deleted),
        rows=len(rows),
        tombstones=len(tombstones),
        keyless=len(keyless),
        newer=len(_keys_of_others(accounts, keys=keys, client=client)),
    )


def end_newer(restored: str, *, number: int, keys: str, client: "DynamoDBClient") -> None:
    """Destroy the keys of accounts that a table does not have: whoever was made since registers again.

    What is left of them, in the table that it replaces and in its backups, nobody can read from then on.

    Args:
        restored: the table that takes the place of the other.
        number: how many there are, as was said before.
        keys: the Keys table.
        client: of DynamoDB.

    Raises:
        PaperRefusedError: when there are more or fewer: then none is destroyed. Or when DynamoDB keeps writes
            back: then some are, and the rest are counted anew.
    """
    accounts = {_account_of(item) for item in _scan(client, restored)}
    ended = _keys_of_others(accounts, keys=keys, client=client)
    if len(ended) != number:
        raise PaperRefusedError(f"{len(ended)} accounts were made since, not {number}")
    _write(client, keys, [{"DeleteRequest": {"Key": key}} for key in ended])


def _account_of(item: dict[str, Any]) -> str | None:
    """Give whose row it is: its partition says so, or it names the account."""
    kind, _, name = item["pk"]["S"].partition("#")
    if kind == "ACCOUNT":
        return str(name)
    return str(item["account"]["S"]) if "account" in item else None


def _derived(account: str, item: dict[str, Any]) -> set[tuple[str, str]]:
    """Give the rows that name nobody, and that this one leads to: the mailbox's mark, and tries."""
    kind, _, name = item["sk"]["S"].partition("#")
    if kind == "DEVICE":
        return {(tries_of(account, known_device=name), LIMIT_SK)}
    if item["sk"]["S"] != PROFILE_SK:
        return set()
    profile = read_profile(from_wire(item))
    rows = [*(tries_of(account, known_device=one) for one in (*profile.devices, None)), lifts_of(account)]
    tries = {(row, LIMIT_SK) for row in rows}
    return {(f"MAILBOX#{profile.mailbox}", "TROUBLE"), *tries}


def _keys_of_others(
    accounts: Collection[str | None], *, keys: str, client: "DynamoDBClient"
) -> list[dict[str, Any]]:
    """Give the keys of the rows in Keys that belong to accounts, and to none of these."""
    rows = [item for item in _scan(client, keys) if item["pk"]["S"].startswith("ACCOUNT#")]
    return [
        {"pk": item["pk"], "sk": item["sk"]}
        for item in rows
        if item["sk"]["S"] == KEY_SK and item["pk"]["S"].partition("#")[2] not in accounts
    ]


def _has_key(account: str, *, keys: str, client: "DynamoDBClient") -> bool:
    answer = client.get_item(TableName=keys, Key=to_wire(account_key(account)), ConsistentRead=True)
    return "Item" in answer


def _scan(client: "DynamoDBClient", table: str) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (dict(item) for page in pages for item in page["Items"])


def _write(client: "DynamoDBClient", table: str, requests: list[dict[str, Any]]) -> None:
    for start in range(0, len(requests), _BATCH):
        waiting: Any = {table: requests[start : start + _BATCH]}
        for _ in range(_TRIES):
            waiting = client.batch_write_item(RequestItems=waiting).get("UnprocessedItems") or {}
            if not waiting:
                break
        else:
            raise PaperRefusedError("DynamoDB keeps writes back: run the command again")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line; None takes that of the process.

    Returns:
        The exit status: REFUSED also where accounts have no key though nobody deleted them.
    """
    parser = argparse.ArgumentParser(prog="python -m operators.restored", description=__doc__)
    parser.add_argument("restored", help="name of the restored table")
    parser.add_argument("--settings", type=Path, required=True, help="variables of a function, JSON")
    parser.add_argument(
        "--end-newer",
        type=int,
        metavar="N",
        help="destroy the keys of the N accounts that the table does not have; right before the switch. How "
        "many there are, a run without it says: with another number nothing is destroyed",
    )
    given = parser.parse_args(arguments)
    try:
        settings = deployment_in(given.settings).settings
        cleaned = _clean(given.restored, settings)
    except PaperRefusedError as error:
        sys.stderr.write(f"refused: {error}\n")
        return REFUSED
    sys.stdout.write(
        f"{cleaned.deleted} deleted accounts removed, with {cleaned.rows} rows; {cleaned.tombstones} rows "
        f"brought over, tombstones and the operators' book; {cleaned.accounts} accounts stay\n"
    )
    if given.end_newer is not None:
        keys, client = settings.keys_table, clients.dynamodb()
        try:
            end_newer(given.restored, number=given.end_newer, keys=keys, client=client)
        except PaperRefusedError as error:
            sys.stderr.write(f"refused: {error}\n")
            return REFUSED
        sys.stdout.write(f"{given.end_newer} accounts were made since: their keys are destroyed\n")
    elif cleaned.newer:
        sys.stdout.write(
            f"{cleaned.newer} accounts were made since, and the table does not have them: docs/restore.md\n"
        )
    if cleaned.keyless:
        sys.stderr.write(
            f"{cleaned.keyless} accounts have no key, and nobody deleted them: docs/restore.md\n"
        )
        return REFUSED
    return DONE


def _clean(restored: str, settings: Settings) -> Cleaned:
    if restored == settings.accounts_table:
        raise PaperRefusedError("this is the table that carries the traffic")
    return clean(restored, live=settings.accounts_table, keys=settings.keys_table, client=clients.dynamodb())


if __name__ == "__main__":
    sys.exit(main())
