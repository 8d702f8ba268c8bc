"""Accounts, read: each method is one read, strongly consistent, and blind to what has expired."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from service.ids import ulids_from
from service.problems import Unavailable
from service.repositories.grant_rows import read_grant
from service.repositories.items import Item, from_wire, is_live, to_wire
from service.repositories.keys import WrappedKey, account_key, read_wrapped
from service.repositories.lifts import Additions
from service.repositories.row_items import (
    read_consent,
    read_device,
    read_passkey,
    read_profile,
    read_recovery_codes,
    read_sign_in,
    read_template,
)
from service.repositories.rows import (
    PROFILE_SK,
    RECOVERY_SK,
    SIGN_IN_PREFIX,
    Device,
    Dossier,
    Holdings,
    Passkey,
    Profile,
    account_pk,
    device_sk,
    passkey_sk,
    template_sk,
)
from service.repositories.session_rows import read_session, session_sk

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB may answer a batch in part; it then names what is left.
_BATCH_TRIES: Final = 4

# Sort keys begin with what a row is, and "#": this is the first that would come after the log's.
_AFTER_THE_LOG: Final = SIGN_IN_PREFIX.replace("#", "$")

_Row = TypeVar("_Row")


@dataclass(frozen=True, kw_only=True, slots=True)
class WithPasskey:
    """What a sign-in by passkey is held against: whatever there is of it, and the key to its log."""

    profile: Profile | None
    passkey: Passkey | None
    wrapped_key: WrappedKey | None


class Accounts:
    """The accounts in the Accounts table, and their keys in the Keys table."""

    def __init__(self, *, client: "DynamoDBClient", table: str, keys_table: str) -> None:
        self._client = client
        self._table = table
        self._keys_table = keys_table

    def of_mailbox(self, mailbox: str) -> str | None:
        """Find the account of a mailbox: one read.

        Args:
            mailbox: keyed index of the address.

        Returns:
            The account's id, or None.
        """
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire(mailbox_key(mailbox)), ConsistentRead=True
        )
        item = answer.get("Item")
        return str(from_wire(item)["account"]) if item else None

    def knows(self, account: str, *, thumbprint: str) -> bool:
        """Tell whether a device is an account's: one read."""
        answer = self._client.get_item(
            TableName=self._table,
            Key=to_wire({"pk": account_pk(account), "sk": device_sk(thumbprint)}),
            ConsistentRead=True,
            ProjectionExpression="pk",
        )
        return "Item" in answer

    def standing(self, account: str, *, thumbprint: str) -> tuple[Profile | None, Device | None]:
        """Read whether an account exists and knows a device: one read.

        Args:
            account: the account's id.
            thumbprint: the device's.

        Returns:
            The profile or None, and the device or None where it is not the account's.
        """
        found = self._batch({self._table: _keys(account, [PROFILE_SK, device_sk(thumbprint)])})
        items = {str(item["sk"]): item for item in found[self._table]}
        profile, device = items.get(PROFILE_SK), items.get(device_sk(thumbprint))
        return read_profile(profile) if profile else None, read_device(device) if device else None

    def with_passkey(self, account: str, passkey_id: str) -> WithPasskey:
        """Read an account, a passkey of its and its key, from both tables: one read, whatever is missing."""
        sort_keys = [PROFILE_SK, passkey_sk(passkey_id)]
        found = self._batch(
            {self._table: _keys(account, sort_keys), self._keys_table: [to_wire(account_key(account))]}
        )
        items = {str(item["sk"]): item for item in found[self._table]}
        profile, passkey = items.get(PROFILE_SK), items.get(passkey_sk(passkey_id))
        keys = found[self._keys_table]
        return WithPasskey(
            profile=read_profile(profile) if profile else None,
            passkey=read_passkey(passkey) if passkey else None,
            wrapped_key=read_wrapped(keys[0]) if keys else None,
        )

    def dossier(
        self,
        account: str,
        *,
        thumbprint: str,
        templates: Iterable[str] = (),
        session: bool = False,
        now: float,
    ) -> Dossier:
        """Read what a verification compares with, or what a change asks for, from both tables: one read.

        Args:
            account: the account's id.
            thumbprint: the device's.
            templates: ids of the templates, from the challenge.
            session: whether the device's session is read as well.
            now: seconds since the epoch.

        Returns:
            What there is of it.
        """
        sort_keys = [PROFILE_SK, device_sk(thumbprint), *map(template_sk, sorted(templates))]
        if session:
            sort_keys.append(session_sk(thumbprint))
        found = self._batch(
            {self._table: _keys(account, sort_keys), self._keys_table: [to_wire(account_key(account))]}
        )
        live = [item for item in found[self._table] if is_live(item, now=now)]
        profiles = _rows(live, PROFILE_SK, read_profile)
        devices = _rows(live, "DEVICE#", read_device)
        sessions = _rows(live, "SESSION#", read_session)
        keys = found[self._keys_table]
        return Dossier(
            profile=profiles[0] if profiles else None,
            device=devices[0] if devices else None,
            session=sessions[0] if sessions else None,
            templates=_rows(live, "TEMPLATE#", read_template),
            wrapped_key=read_wrapped(keys[0]) if keys else None,
        )

    def additions(self, profile: Profile) -> Additions:
        """Read what an account has that may be new to it: one read."""
        anchors = map(template_sk, sorted(profile.anchors))
        sort_keys = [*map(device_sk, sorted(profile.devices)), *anchors, RECOVERY_SK]
        found = self._batch({self._table: _keys(profile.account, sort_keys)})[self._table]
        codes = _rows(found, RECOVERY_SK, read_recovery_codes)
        return Additions(
            devices=_rows(found, "DEVICE#", read_device),
            anchors=_rows(found, "TEMPLATE#", read_template),
            recovery_codes=codes[0] if codes else None,
        )

    def holdings(self, account: str, *, now: float, log: bool = True) -> Holdings | None:
        """Read everything about an account: one query, page by page; two of them to leave out the log.

        Args:
            account: the account's id.
            now: seconds since the epoch.
            log: whether its sign-in log is read as well; without it ``sign_ins`` is empty, whatever there is.
                A log may be long, and nobody's right to change or delete something shall hang on that.

        Returns:
            Everything, or None when there is no such account.
        """
        ranges: list[tuple[str, dict[str, Any]]] = [("pk = :pk", {})]
        if not log:
            ranges = [
                ("pk = :pk AND sk < :log", {":log": SIGN_IN_PREFIX}),
                ("pk = :pk AND sk >= :after", {":after": _AFTER_THE_LOG}),
            ]
        items = [
            from_wire(item)
            for condition, bounds in ranges
            for page in self._pages(account, condition, bounds)
            for item in page["Items"]
        ]
        live = [item for item in items if is_live(item, now=now)]
        profiles = _rows(live, PROFILE_SK, read_profile)
        if not profiles:
            return None
        recovery_codes = _rows(live, RECOVERY_SK, read_recovery_codes)
        return Holdings(
            profile=profiles[0],
            templates=_rows(live, "TEMPLATE#", read_template),
            devices=_rows(live, "DEVICE#", read_device),
            passkeys=_rows(live, "PASSKEY#", read_passkey),
            consents=_rows(live, "CONSENT#", read_consent),
            sign_ins=_rows(live, SIGN_IN_PREFIX, read_sign_in),
            sessions=_rows(live, "SESSION#", read_session),
            grants=_rows(live, "GRANT#", read_grant),
            recovery_codes=recovery_codes[0] if recovery_codes else None,
        )

    def sign_in_count(
        self, account: str, *, now: float, since: float | None = None, until: float | None = None
    ) -> int:
        """Count the entries of an account's log that have not expired: one query, and none is sent.

        Args:
            account: the account's id.
            now: seconds since the epoch.
            since: when the first of them may have been made; None counts from the beginning.
            until: before when the last of them was made; None counts to the end.
        """
        first = SIGN_IN_PREFIX + ("" if since is None else ulids_from(since))
        end = _AFTER_THE_LOG if until is None else SIGN_IN_PREFIX + ulids_from(until)
        pages = self._pages(
            account,
            "pk = :pk AND sk BETWEEN :first AND :end",
            {":first": first, ":end": end, ":now": int(now)},
            FilterExpression="expires_at > :now",
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)

    def _pages(self, account: str, condition: str, bounds: dict[str, Any], **more: Any) -> Any:  # noqa: ANN401 -- boto3's
        return self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_wire({":pk": account_pk(account), **bounds}),
            **more,
        )

    def _batch(self, wanted: dict[str, list[dict[str, Any]]]) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {table: [] for table in wanted}
        request: dict[str, Any] = {
            table: {"Keys": keys, "ConsistentRead": True} for table, keys in wanted.items()
        }
        for _ in range(_BATCH_TRIES):
            answer = self._client.batch_get_item(RequestItems=request)
            for table, items in answer["Responses"].items():
                found[table] += [from_wire(item) for item in items]
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                return found
        raise Unavailable


def mailbox_key(mailbox: str) -> Item:
    """Give the key of a mailbox's row."""
    return {"pk": f"EMAIL#{mailbox}", "sk": "ACCOUNT"}


def _keys(account: str, sort_keys: Iterable[str]) -> list[dict[str, Any]]:
    return [to_wire({"pk": account_pk(account), "sk": sk}) for sk in sort_keys]


def _rows(items: Iterable[Item], prefix: str, read: "Callable[[Item], _Row]") -> tuple[_Row, ...]:
    return tuple(read(item) for item in items if str(item["sk"]).startswith(prefix))
