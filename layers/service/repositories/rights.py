"""What a person changes about their own account: each change is one transaction, with its entry in the log.

Each also checks that the session still stands and the account is not frozen: see service.repositories.deeds.
"""

from typing import TYPE_CHECKING, Any, Final

from service.problems import LastTemplate, NotFound
from service.repositories.deeds import OTHERS, PROFILE, Deed, carry_out
from service.repositories.items import ConditionFailedError, to_wire
from service.repositories.profile_changes import ProfileChange, unchanged
from service.repositories.row_items import consent_item
from service.repositories.rows import Consent, Holdings, LogKept, Status, account_pk, device_sk, template_sk
from service.repositories.session_writes import ends_on
from service.repositories.template_changes import discards
from service.repositories.tries import forgotten, tries_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


# Position in the transactions below.
_TARGET: Final = OTHERS


class Rights:
    """The writes of the account function; ``deed`` says who asks."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def set_face_sign_in(self, deed: Deed, *, status: Status) -> bool:
        """Pause face sign-in, or resume it.

        Returns:
            False when it was so already.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        change = ProfileChange(
            sets=("#status = :status",),
            condition="#status <> :status",
            values={":status": status},
            names={"#status": "status"},
        )
        try:
            carry_out(self._client, deed, [], table=self._table, change=change)
        except ConditionFailedError:
            return False
        return True

    def agree_anew(self, deed: Deed, consent: Consent, *, policy_version: str) -> bool:
        """Keep a consent to another version of the text, beside those that are kept already.

        Returns:
            False when that version was agreed to already, or there is no face: then nothing is written.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        change = ProfileChange(
            sets=("policy_version = :version",),
            removes=("consent_asked_at",),
            condition="attribute_exists(policy_version) AND policy_version <> :version",
            values={":version": policy_version},
        )
        row: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": to_wire(consent_item(deed.profile.account, consent)),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        try:
            carry_out(self._client, deed, [row], table=self._table, change=change)
        except ConditionFailedError:
            return False
        return True

    def remove_template(self, deed: Deed, template_id: str) -> None:
        """Remove one template, never the last anchor: what was learned stands on the anchors, and expires.

        Raises:
            LastTemplate: when it is the last anchor.
            NotFound: when there is no such template.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        change = ProfileChange(
            deletes=("anchors :gone", "adaptive :gone"),
            condition="size(anchors) > :one OR NOT contains(anchors, :id)",
            values={":gone": frozenset({template_id}), ":id": template_id},
        )
        row = self._delete(deed.profile.account, template_sk(template_id))
        try:
            carry_out(self._client, deed, [row], table=self._table, change=change)
        except ConditionFailedError as error:
            raise (NotFound if _TARGET in error.failed else LastTemplate) from None

    def forget_learned(self, deed: Deed, seen: Holdings) -> bool:
        """Remove every adaptive template.

        Args:
            deed: see above.
            seen: the account, as just read, what has expired included.

        Returns:
            False when there was none: then nothing is written.

        Raises:
            ConditionFailedError: when one was learned since it was read.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        learned = _learned(seen)
        if not learned:
            return False
        change = ProfileChange(removes=("adaptive",)).also(_as_seen(seen))
        discarded = discards(deed.profile.account, learned, table=self._table)
        carry_out(self._client, deed, discarded, table=self._table, change=change)
        return True

    def refuse_learning(self, deed: Deed, seen: Holdings) -> bool:
        """Learn nothing any more, and remove every adaptive template: one transaction.

        Args:
            deed: see above.
            seen: the account, as just read, what has expired included.

        Returns:
            False when it was refused already: then nothing is written.

        Raises:
            ConditionFailedError: when one was learned since it was read.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        if seen.profile.learning == "refused":
            return False
        change = ProfileChange(
            sets=("learning = :refused",), removes=("adaptive",), values={":refused": "refused"}
        ).also(_as_seen(seen))
        discarded = discards(deed.profile.account, _learned(seen), table=self._table)
        carry_out(self._client, deed, discarded, table=self._table, change=change)
        return True

    def allow_learning(self, deed: Deed) -> bool:
        """Learn from sign-ins again.

        Returns:
            False when it was allowed already.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        change = ProfileChange(removes=("learning",), condition="attribute_exists(learning)")
        try:
            carry_out(self._client, deed, [], table=self._table, change=change)
        except ConditionFailedError:
            return False
        return True

    def keep_log(self, deed: Deed, *, kept: LogKept) -> bool:
        """Keep entries of the log for the least time, or for the full one again: those after the deed's own.

        Returns:
            False when it was so already.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        names = {"#log": "log"}
        change = (
            ProfileChange(
                sets=("#log = :least",),
                condition="attribute_not_exists(#log)",
                values={":least": "least"},
                names=names,
            )
            if kept == "least"
            else ProfileChange(removes=("#log",), condition="attribute_exists(#log)", names=names)
        )
        try:
            carry_out(self._client, deed, [], table=self._table, change=change)
        except ConditionFailedError:
            return False
        return True

    def rename_device(self, deed: Deed, thumbprint: str, *, sealed_name: bytes) -> None:
        """Give a device another name.

        Raises:
            NotFound: when there is no such device.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        row: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": self._key(deed.profile.account, device_sk(thumbprint)),
                "UpdateExpression": "SET sealed_name = :name",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":name": sealed_name}),
            }
        }
        try:
            carry_out(self._client, deed, [row], table=self._table)
        except ConditionFailedError:
            raise NotFound from None

    def remove_device(self, deed: Deed, seen: Holdings, thumbprint: str) -> None:
        """Remove one device, the session's own as well, with its session, what it taught and what it tried.

        Args:
            deed: see above.
            seen: the account, as just read, what has expired included.
            thumbprint: the device's.

        Raises:
            ConditionFailedError: when a template was learned since it was read.
            NotFound: when there is no such device.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        account, own = seen.profile.account, thumbprint == deed.session.device
        there = [] if own else [ends_on(account, thumbprint, table=self._table)]
        learned = frozenset(
            row.id for row in seen.templates if row.kind == "adaptive" and row.source_device == thumbprint
        )
        change = ProfileChange(deletes=("devices :gone",), values={":gone": frozenset({thumbprint})})
        if learned:
            change = change.also(ProfileChange(deletes=("adaptive :learned",), values={":learned": learned}))
        change = change.also(_as_seen(seen))
        writes = [
            self._delete(account, device_sk(thumbprint)),
            *there,
            *discards(account, learned, table=self._table),
            forgotten(tries_of(account, known_device=thumbprint), table=self._table),
        ]
        try:
            carry_out(self._client, deed, writes, table=self._table, change=change, ends_session=own)
        except ConditionFailedError as error:
            if _TARGET in error.failed and PROFILE not in error.failed:
                raise NotFound from None
            raise

    def _delete(self, account: str, sk: str) -> "TransactWriteItemTypeDef":
        return {
            "Delete": {
                "TableName": self._table,
                "Key": self._key(account, sk),
                "ConditionExpression": "attribute_exists(pk)",
            }
        }

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})


def _learned(seen: Holdings) -> frozenset[str]:
    """Give the ids of every adaptive template, of rows that the profile forgot as well."""
    return seen.profile.adaptive | {row.id for row in seen.templates if row.kind == "adaptive"}


def _as_seen(seen: Holdings) -> ProfileChange:
    """Ask that nothing was learned since the account was read."""
    return unchanged("adaptive", seen.profile.adaptive)
