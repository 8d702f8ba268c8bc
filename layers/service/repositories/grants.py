"""Grants in the Accounts table: given and withdrawn, each by one conditional write."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.problems import NotFound, Unavailable
from service.repositories.deeds import Deed, carry_out
from service.repositories.grant_rows import Grant, grant_sk, read_grant
from service.repositories.items import ConditionFailedError, Item, from_wire, is_live, to_wire
from service.repositories.row_items import read_profile
from service.repositories.rows import PROFILE_SK, Profile, account_pk
from service.repositories.session_rows import KeptSession, read_session, session_sk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What an application's rights rest on.

    Attributes:
        profile: the account's; None when it is gone.
        session: the device's session, whichever that is now.
        grant: what the person agreed to for the client.
    """

    profile: Profile | None
    session: KeptSession | None
    grant: Grant | None


class Grants:
    """The grants in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def standing(self, account: str, *, device: str, client: str, now: float) -> Standing:
        """Read what an application's rights rest on: one read.

        Args:
            account: the account's id.
            device: thumbprint of the session's device.
            client: the application's ``client_id``.
            now: seconds since the epoch.

        Raises:
            Unavailable: when DynamoDB answers in part.
        """
        sort_keys = [PROFILE_SK, session_sk(device), grant_sk(client)]
        keys: Any = [to_wire({"pk": account_pk(account), "sk": sk}) for sk in sort_keys]
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
        )
        if answer.get("UnprocessedKeys"):
            raise Unavailable
        items = {str(item["sk"]): item for item in map(from_wire, answer["Responses"][self._table])}
        profile, session, grant = (_live(items.get(sk), now=now) for sk in sort_keys)
        return Standing(
            profile=read_profile(profile) if profile else None,
            session=read_session(session) if session else None,
            grant=read_grant(grant) if grant else None,
        )

    def give(self, deed: Deed, grant: Grant) -> None:
        """Keep a grant in place of the client's last one: one transaction.

        Raises:
            TokenInvalid: when the asking session has ended, or the account is gone or frozen.
            Unavailable: when others kept writing to the account.
        """
        item: Item = {
            "pk": account_pk(deed.profile.account),
            "sk": grant_sk(grant.client),
            "grant_id": grant.id,
            "sealed": grant.sealed,
        }
        put: Any = {"Put": {"TableName": self._table, "Item": to_wire(item)}}
        carry_out(self._client, deed, [put], table=self._table)

    def withdraw(self, deed: Deed, client: str) -> None:
        """Withdraw a grant, and with it every token that it gave: one transaction.

        Raises:
            NotFound: when there is none.
            TokenInvalid: when the asking session has ended, or the account is gone or frozen.
            Unavailable: when others kept writing to the account.
        """
        gone: Any = {
            "Delete": {
                "TableName": self._table,
                "Key": to_wire({"pk": account_pk(deed.profile.account), "sk": grant_sk(client)}),
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        try:
            carry_out(self._client, deed, [gone], table=self._table)
        except ConditionFailedError:
            raise NotFound from None


def _live(item: Item | None, *, now: float) -> Item | None:
    return item if item and is_live(item, now=now) else None
