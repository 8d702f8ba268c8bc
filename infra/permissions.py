"""What each function may do, and nothing more: one list per function, in words of this system.

`tests/contract/test_roles.py` records the calls that each handler makes and compares them with these, both
ways. Transactions need the actions of their parts (PutItem, UpdateItem, ...); there is no action of their
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.data import ACCOUNT_DATA, EMAIL_INDEX, FAREWELL, Data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from constructs import IConstruct


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The statements of each function's role, over the tables and keys of one deployment."""

    data: Data
    scope: IConstruct
    mail_sender: str
    mail_configuration_set: str = ""

    def of(self, function: str) -> list[iam.PolicyStatement]:
        """The statements of one function.

        Raises:
            KeyError: There is no such function.
        """
        return {
            "challenges": self._challenges,
            "email": self._email,
            "enroll": self._enroll,
            "verify": self._verify,
            "account": self._account,
            "address": self._address,
            "sessions": self._sessions,
            "passkeys": self._passkeys,
            "recovery": self._recovery,
            "openid": self._openid,
            "export": self._export,
            "delete": self._delete,
            "bounces": self._bounces,
            "sweeper": self._sweeper,
            "discovery": self._discovery,
        }[function]()

    def _challenges(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("BatchGetItem",),
                CHALLENGE=("PutItem", "UpdateItem"),
                EMAIL=("GetItem",),
                JTI=("PutItem",),
                LIMIT=("UpdateItem",),
            ),
            self._public_key(),
        ]

    def _email(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("BatchGetItem", "PutItem", "UpdateItem"),
                CHALLENGE=("DeleteItem",),
                CODE=("DeleteItem", "PutItem", "UpdateItem"),
                EMAIL=("GetItem",),
                LIMIT=("DeleteItem", "PutItem", "UpdateItem"),
                MAILBOX=("DeleteItem", "GetItem"),
            ),
            self._account_keys("BatchGetItem"),
            self._index_row("GetItem", "PutItem"),
            # For one thing: to write into the owner's log that a code let somebody in.
            self._account_key("Decrypt"),
            self._index_key("Decrypt", "GenerateDataKey"),
            self._sign(),
            self._public_key(),
            self._mail(),
        ]

    def _enroll(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=(
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ),
                CHALLENGE=("DeleteItem",),
                EMAIL=("PutItem",),
                LIMIT=("PutItem", "UpdateItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem", "PutItem"),
            self._index_row("GetItem"),
            self._account_key("Decrypt", "GenerateDataKey"),
            self._index_key("Decrypt"),
            self._sign(),
            self._public_key(),
            self._mail(),
        ]

    def _verify(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("BatchGetItem", "DeleteItem", "PutItem", "UpdateItem"),
                CHALLENGE=("DeleteItem",),
                LIMIT=("DeleteItem", "PutItem", "UpdateItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem"),
            self._account_key("Decrypt"),
            self._sign(),
            self._public_key(),
            self._mail(),
        ]

    def _account(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=(
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ),
                CHALLENGE=("DeleteItem",),
                LIMIT=("DeleteItem", "UpdateItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem", "GetItem"),
            self._account_key("Decrypt"),
            self._public_key(),
            self._mail(),
        ]

    def _address(self) -> list[iam.PolicyStatement]:
        # It signs nothing: nobody gets a session by a change of address.
        return [
            *self._accounts(
                ACCOUNT=(
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ),
                CHALLENGE=("DeleteItem",),
                CODE=("DeleteItem", "PutItem", "UpdateItem"),
                EMAIL=("DeleteItem", "GetItem", "PutItem"),
                LIMIT=("DeleteItem", "PutItem", "UpdateItem"),
                MAILBOX=("DeleteItem", "GetItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem"),
            self._index_row("GetItem"),
            self._account_key("Decrypt"),
            self._index_key("Decrypt"),
            self._public_key(),
            self._mail(),
        ]

    def _sessions(self) -> list[iam.PolicyStatement]:
        # What signs tokens here can open nothing: devices are named by their thumbprints.
        return [
            *self._accounts(
                ACCOUNT=("ConditionCheckItem", "DeleteItem", "GetItem", "Query", "UpdateItem"),
                CHALLENGE=("DeleteItem",),
            ),
            self._sign(),
            self._public_key(),
        ]

    def _passkeys(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=(
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ),
                CHALLENGE=("DeleteItem",),
                LIMIT=("PutItem", "UpdateItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem"),
            self._index_row("GetItem"),
            self._account_key("Decrypt"),
            self._index_key("Decrypt"),
            self._sign(),
            self._public_key(),
            self._mail(),
        ]

    def _openid(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"),
                AUTHCODE=("GetItem", "PutItem", "UpdateItem"),
                BEARER=("DeleteItem", "GetItem", "PutItem"),
                CHALLENGE=("DeleteItem",),
                JTI=("PutItem",),
                LIMIT=("UpdateItem",),
            ),
            self._account_keys("GetItem"),
            # For who somebody is to an application, what they agreed to, and the address where they did.
            self._account_key("Decrypt"),
            self._sign(),
            self._public_key(),
        ]

    def _recovery(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=(
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "GetItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ),
                CHALLENGE=("DeleteItem",),
                EMAIL=("GetItem",),
                LIMIT=("DeleteItem", "UpdateItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("BatchGetItem"),
            self._index_row("GetItem"),
            # To append to the log, to tell the address, and to know the link of a notice.
            self._account_key("Decrypt"),
            self._index_key("Decrypt"),
            self._sign(),
            self._public_key(),
            self._mail(),
        ]

    def _export(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("Query",),
                CHALLENGE=("DeleteItem",),
                LIMIT=("UpdateItem",),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("GetItem"),
            self._account_key("Decrypt"),
            # What is taken away is signed, and its owner hears of it.
            *self._sign_statements(),
            self._public_key(),
            self._mail(),
        ]

    def _delete(self) -> list[iam.PolicyStatement]:
        return [
            *self._accounts(
                ACCOUNT=("BatchWriteItem", "DeleteItem", "Query"),
                CHALLENGE=("DeleteItem",),
                EMAIL=("DeleteItem",),
                LIMIT=("DeleteItem",),
                MAILBOX=("DeleteItem",),
                TOMBSTONE=("GetItem", "PutItem"),
                WORK=("DeleteItem", "PutItem"),
            ),
            self._account_keys("DeleteItem", "GetItem"),
            self._farewell_rows("DeleteItem", "GetItem", "PutItem"),
            # For one thing: to tell the address that its account is gone (docs/decisions/notices.md). Until
            # that is told it lies under a key that is made for it.
            self._account_key("Decrypt"),
            self._farewell_key(),
            *self._sign_statements(),
            self._public_key(),
            self._mail(),
        ]

    def _bounces(self) -> list[iam.PolicyStatement]:
        # It finds an account by its mailbox, and opens nothing of it.
        return [
            *self._accounts(ACCOUNT=("UpdateItem",), EMAIL=("GetItem",), MAILBOX=("PutItem",)),
            self._index_row("GetItem"),
            self._index_key("Decrypt"),
        ]

    def _sweeper(self) -> list[iam.PolicyStatement]:
        # It deletes whom nobody asked to delete, where nobody uses an account; it signs nothing.
        return [
            *self._accounts(
                ACCOUNT=("BatchWriteItem", "DeleteItem", "Query", "UpdateItem"),
                EMAIL=("DeleteItem",),
                LIMIT=("DeleteItem",),
                MAILBOX=("DeleteItem",),
                TOMBSTONE=("GetItem", "PutItem"),
                WORK=("DeleteItem", "PutItem", "Query"),
            ),
            self._account_keys("DeleteItem", "GetItem"),
            self._farewell_rows("DeleteItem", "GetItem", "PutItem"),
            # To send a notice that was due when a function was killed, and the farewell of whom it deletes.
            self._account_key("Decrypt"),
            self._farewell_key(),
            self._mail(),
        ]

    def _discovery(self) -> list[iam.PolicyStatement]:
        return [self._public_key(), self._public_statement_keys(*self.data.statement_keys)]

    def _accounts(self, **actions: tuple[str, ...]) -> list[iam.PolicyStatement]:
        # By kind of partition (EMAIL#..., CODE#...), a statement each: what consumes codes cannot delete
        # people. A batch is judged by all its rows at once, so no batch may mix two kinds.
        return [
            _rows(f"Accounts{kind.title()}", self.data.accounts, of_kind, partition=f"{kind}#*")
            for kind, of_kind in actions.items()
        ]

    def _account_keys(self, *actions: str) -> iam.PolicyStatement:
        return _rows("AccountKeys", self.data.keys, actions, partition="ACCOUNT#*")

    def _farewell_rows(self, *actions: str) -> iam.PolicyStatement:
        return _rows("FarewellKeys", self.data.keys, actions, partition="FAREWELL#*")

    def _index_row(self, *actions: str) -> iam.PolicyStatement:
        return _rows("EmailIndexKey", self.data.keys, actions, partition="DEPLOYMENT#email-index")

    def _account_key(self, *actions: str) -> iam.PolicyStatement:
        return self._key_of_an_account("AccountData", actions, purpose=ACCOUNT_DATA)

    def _farewell_key(self) -> iam.PolicyStatement:
        return self._key_of_an_account("Farewell", ("Decrypt", "GenerateDataKey"), purpose=FAREWELL)

    def _key_of_an_account(self, sid: str, actions: Sequence[str], *, purpose: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid=sid,
            actions=[f"kms:{action}" for action in actions],
            resources=[self.data.data_key.key_arn],
            conditions={
                "StringEquals": {"kms:EncryptionContext:purpose": purpose},
                "Null": {"kms:EncryptionContext:account": "false"},
            },
        )

    def _index_key(self, *actions: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="EmailIndex",
            actions=[f"kms:{action}" for action in actions],
            resources=[self.data.data_key.key_arn],
            conditions={
                "StringEquals": {"kms:EncryptionContext:purpose": EMAIL_INDEX},
                "Null": {"kms:EncryptionContext:account": "true"},
            },
        )

    def _sign(self) -> iam.PolicyStatement:
        return _signing("SignTokens", self.data.signing_key)

    def _sign_statements(self) -> list[iam.PolicyStatement]:
        key = self.data.statement_key
        return [_signing("SignStatements", key), self._public_statement_keys(key)]

    def _public_key(self) -> iam.PolicyStatement:
        return _reading("ReadPublicKey", self.data.token_keys)

    def _public_statement_keys(self, *keys: kms.Key) -> iam.PolicyStatement:
        return _reading("ReadPublicStatementKey", keys)

    def _mail(self) -> iam.PolicyStatement:
        # Which identity SES checks depends on what is verified: the address, its domain, and in SES's sandbox
        # the recipient's too. So the resource is any identity of this account and the sender is what is
        # pinned.
        stack, configured = Stack.of(self.scope), self.mail_configuration_set
        return iam.PolicyStatement(
            sid="SendMail",
            actions=["ses:SendEmail"],
            resources=[
                stack.format_arn(service="ses", resource="identity", resource_name="*"),
                # A mail that names a configuration set is asked for that as well.
                *(
                    [stack.format_arn(service="ses", resource="configuration-set", resource_name=configured)]
                    if configured
                    else []
                ),
            ],
            conditions={"StringEquals": {"ses:FromAddress": self.mail_sender}},
        )


def _signing(sid: str, key: kms.Key) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        actions=["kms:Sign"],
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256"}},
    )


def _reading(sid: str, keys: Sequence[kms.Key]) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=["kms:GetPublicKey"], resources=[key.key_arn for key in keys])


def _rows(
    sid: str, table: dynamodb.Table, actions: tuple[str, ...], *, partition: str
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        actions=[f"dynamodb:{action}" for action in actions],
        resources=[table.table_arn],
        conditions={
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [partition]},
            # "For all" is true of a call that names no row.
            "Null": {"dynamodb:LeadingKeys": "false"},
        },
    )
