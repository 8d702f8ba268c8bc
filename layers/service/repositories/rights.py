"""What a person changes about their own account: each change is one transaction.

Each also checks that the session's device is still the account's, so that a removed device changes nothing.
"""

from typing import TYPE_CHECKING, Any, Final

from service.problems import LastTemplate, NotFound, TokenInvalid
from service.repositories.items import ConditionFailedError, to_wire, transact
from service.repositories.rows import PROFILE_SK, Status, account_pk, device_sk, template_sk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Positions in the transactions below.
_PROFILE: Final = 0
_TARGET: Final = 1
_SESSION: Final = 2


class Rights:
    """The writes of the account function.

    ``session_device`` is the thumbprint of a session that began on a device of the account's, and None for
    one that a mailbox began elsewhere: such a device need not be known.
    """

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def set_face_sign_in(self, account: str, *, status: Status, session_device: str | None) -> None:
        """Pause face sign-in, or resume it.

        Raises:
            TokenInvalid: when the account, or the session's device, is gone.
        """
        profile = self._update(
            account,
            "SET #status = :status",
            "attribute_exists(pk)",
            {":status": status},
            {"#status": "status"},
        )
        try:
            transact(self._client, [profile, *self._device_still_there(account, session_device)])
        except ConditionFailedError:
            raise TokenInvalid from None

    def remove_template(self, account: str, template_id: str, *, session_device: str | None) -> None:
        """Remove one template, never the last.

        Raises:
            LastTemplate: when it is the last.
            NotFound: when there is no such template.
            TokenInvalid: when the account, or the session's device, is gone.
        """
        profile = self._update(
            account,
            "DELETE templates :gone ADD revision :one",
            "attribute_exists(pk) AND size(templates) > :one",
            {":gone": frozenset({template_id}), ":one": 1},
        )
        try:
            transact(
                self._client,
                [
                    profile,
                    self._delete(account, template_sk(template_id)),
                    *self._device_still_there(account, session_device),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _SESSION in error.failed:
                raise TokenInvalid from None
            raise (NotFound if _TARGET in error.failed else LastTemplate) from None

    def remove_device(self, account: str, thumbprint: str, *, session_device: str | None) -> None:
        """Remove one device, the session's own as well.

        Raises:
            NotFound: when there is no such device.
            TokenInvalid: when the account, or the session's device, is gone.
        """
        own = thumbprint == session_device
        profile = self._update(
            account,
            "DELETE devices :gone ADD revision :one",
            "attribute_exists(pk)",
            {":gone": frozenset({thumbprint}), ":one": 1},
        )
        try:
            transact(
                self._client,
                [
                    profile,
                    self._delete(account, device_sk(thumbprint)),
                    *self._device_still_there(account, None if own else session_device),
                ],
            )
        except ConditionFailedError as error:
            session_gone = _PROFILE in error.absent or _SESSION in error.failed or own
            raise (TokenInvalid if session_gone else NotFound) from None

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

    def _device_still_there(self, account: str, thumbprint: str | None) -> "list[TransactWriteItemTypeDef]":
        if thumbprint is None:
            return []
        return [
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": self._key(account, device_sk(thumbprint)),
                    "ConditionExpression": "attribute_exists(pk)",
                }
            }
        ]

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})
