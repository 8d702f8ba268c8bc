"""What a person changes about their own account: each change is one transaction.

Each also checks that the session still stands, so that one that was ended elsewhere changes nothing.
"""

from typing import TYPE_CHECKING, Any, Final

from service.problems import LastTemplate, NotFound, TokenInvalid
from service.repositories.items import ConditionFailedError, to_wire, transact
from service.repositories.rows import PROFILE_SK, Holdings, Status, account_pk, device_sk, template_sk
from service.repositories.session_writes import ends_on, ends_own, still_stands
from service.repositories.tries import forgotten, tries_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from service.repositories.session_rows import SessionName

# Positions in the transactions below.
_PROFILE: Final = 0
_TARGET: Final = 1
_SESSION: Final = 2


class Rights:
    """The writes of the account function; ``session`` is the one that asks."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def set_face_sign_in(self, account: str, *, status: Status, session: "SessionName") -> bool:
        """Pause face sign-in, or resume it.

        Returns:
            False when it was so already.

        Raises:
            TokenInvalid: when the account is gone, or the session has ended.
        """
        profile = self._update(
            account,
            "SET #status = :status",
            "attribute_exists(pk) AND #status <> :status",
            {":status": status},
            {"#status": "status"},
        )
        try:
            transact(self._client, [profile, still_stands(account, session, table=self._table)])
        except ConditionFailedError as error:
            if error.failed == (_PROFILE,) and _PROFILE in error.found:
                return False
            raise TokenInvalid from None
        return True

    def remove_template(self, account: str, template_id: str, *, session: "SessionName") -> None:
        """Remove one template, never the last anchor: what was learned stands on the anchors, and expires.

        Raises:
            LastTemplate: when it is the last anchor.
            NotFound: when there is no such template.
            TokenInvalid: when the account is gone, or the session has ended.
        """
        profile = self._update(
            account,
            "DELETE anchors :gone, adaptive :gone ADD revision :one",
            "attribute_exists(pk) AND (size(anchors) > :one OR NOT contains(anchors, :id))",
            {":gone": frozenset({template_id}), ":id": template_id, ":one": 1},
        )
        try:
            transact(
                self._client,
                [
                    profile,
                    self._delete(account, template_sk(template_id)),
                    still_stands(account, session, table=self._table),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _SESSION in error.failed:
                raise TokenInvalid from None
            raise (NotFound if _TARGET in error.failed else LastTemplate) from None

    def forget_learned(self, seen: Holdings, *, session: "SessionName") -> bool:
        """Remove every adaptive template.

        Args:
            seen: the account, as just read, what has expired included.
            session: see above.

        Returns:
            False when there was none.

        Raises:
            ConditionFailedError: when one was learned since it was read.
            TokenInvalid: when the account is gone, or the session has ended.
        """
        account = seen.profile.account
        learned = seen.profile.adaptive | {row.id for row in seen.templates if row.kind == "adaptive"}
        condition, values = _as_seen(seen)
        profile = self._update(account, "REMOVE adaptive ADD revision :one", condition, {":one": 1, **values})
        try:
            transact(
                self._client,
                [
                    profile,
                    still_stands(account, session, table=self._table),
                    *self._discard(account, learned),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _PROFILE not in error.failed:
                raise TokenInvalid from None
            raise
        return bool(learned)

    def remove_device(self, seen: Holdings, thumbprint: str, *, session: "SessionName") -> None:
        """Remove one device, the session's own as well, with its session, what it taught and what it tried.

        Args:
            seen: the account, as just read, what has expired included.
            thumbprint: the device's.
            session: see above.

        Raises:
            ConditionFailedError: when a template was learned since it was read.
            NotFound: when there is no such device.
            TokenInvalid: when the account is gone, or the session has ended.
        """
        account, own = seen.profile.account, thumbprint == session.device
        asking = ends_own if own else still_stands
        there = [] if own else [ends_on(account, thumbprint, table=self._table)]
        learned = frozenset(
            row.id for row in seen.templates if row.kind == "adaptive" and row.source_device == thumbprint
        )
        condition, values = _as_seen(seen)
        values |= {":gone": frozenset({thumbprint}), ":one": 1} | ({":learned": learned} if learned else {})
        forget = ", adaptive :learned" if learned else ""
        profile = self._update(account, f"DELETE devices :gone{forget} ADD revision :one", condition, values)
        try:
            transact(
                self._client,
                [
                    profile,
                    self._delete(account, device_sk(thumbprint)),
                    asking(account, session, table=self._table),
                    *there,
                    *self._discard(account, learned),
                    forgotten(tries_of(account, known_device=thumbprint), table=self._table),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _SESSION in error.failed:
                raise TokenInvalid from None
            if _TARGET in error.failed:
                raise NotFound from None
            raise

    def _update(
        self,
        account: str,
        expression: str,
        condition: str,
        values: dict[str, Any],
        names: dict[str, str] | None = None,
    ) -> "TransactWriteItemTypeDef":
        write: dict[str, Any] = {
            "TableName": self._table,
            "Key": self._key(account, PROFILE_SK),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # tells "gone" from "not now"
        }
        if names:
            write["ExpressionAttributeNames"] = names
        return {"Update": write}  # type: ignore[typeddict-item]

    def _delete(self, account: str, sk: str) -> "TransactWriteItemTypeDef":
        return {
            "Delete": {
                "TableName": self._table,
                "Key": self._key(account, sk),
                "ConditionExpression": "attribute_exists(pk)",
            }
        }

    def _discard(self, account: str, templates: frozenset[str]) -> "list[TransactWriteItemTypeDef]":
        # Without a condition: TTL may have been there first.
        return [
            {"Delete": {"TableName": self._table, "Key": self._key(account, template_sk(template))}}
            for template in sorted(templates)
        ]

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})


def _as_seen(seen: Holdings) -> tuple[str, dict[str, Any]]:
    """Give the condition that nothing was learned since the account was read."""
    adaptive = seen.profile.adaptive
    if not adaptive:
        return "attribute_exists(pk) AND attribute_not_exists(adaptive)", {}
    return "adaptive = :seen", {":seen": adaptive}
