"""What is kept, the key that guards it, and those that sign.

`Accounts` may be restored to any second of 35 days. `Keys` may not be restored at all: it holds each
account's data key, and deleting one row there makes every copy of that account, backups included, unreadable
for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.nag import acknowledge

if TYPE_CHECKING:
    from infra.environments import Environment

ACCOUNT_DATA = "account-data"
FAREWELL = "farewell"
EMAIL_INDEX = "email-index"


class Data(Construct):
    """Both tables and all keys."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self._kept = environment.keep_data
        self.accounts = self._table("Accounts", recoverable=True)
        self.keys = self._table("Keys", recoverable=False)
        self.data_key = self._data_key()
        generation = environment.signing_key_generation
        self.signing_key = self._signing_key(generation)
        # Its tokens count until they expire, and its public half is published as long as it stands here.
        self.retiring_signing_key = self._signing_key(generation - 1) if generation > 1 else None
        # No verifier of tokens is told of these: who makes exports makes no token, and the other way round.
        generation = environment.statement_key_generation
        self.statement_key = self._statement_key(generation)
        # No role signs with these; people keep receipts by them for ten years.
        self.retired_statement_keys = [
            self._statement_key(older)
            for older in range(generation - 1, environment.oldest_statement_key_generation - 1, -1)
        ]

    @property
    def token_keys(self) -> list[kms.Key]:
        """The keys of which tokens may still be shown."""
        keys = (self.signing_key, self.retiring_signing_key)
        return [key for key in keys if key is not None]

    @property
    def statement_keys(self) -> list[kms.Key]:
        """The keys of which people may have receipts and exports."""
        return [self.statement_key, *self.retired_statement_keys]

    def _table(self, name: str, *, recoverable: bool) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=recoverable
            ),
            # Everything personal is sealed under the account's own key before it reaches the table. A
            # customer key for the table as well would put a second KMS call and a second key to lose on every
            # path, and protect only what is no secret: opaque ids, public keys, dates.
            encryption=dynamodb.TableEncryption.DEFAULT,
            deletion_protection=self._kept,
            removal_policy=RemovalPolicy.RETAIN if self._kept else RemovalPolicy.DESTROY,
        )
        if not recoverable:
            acknowledge(
                table,
                {
                    "AwsSolutions-DDB3": "No backup on purpose: deleting an account's key must make every "
                    "copy of its data unreadable at once, and a restorable key would undo that."
                },
            )
        return table

    def _data_key(self) -> kms.Key:
        return kms.Key(
            self,
            "DataKey",
            description="Wraps each account's data key and the key of the e-mail index",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN if self._kept else RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(statements=[_delegate_to_roles(), *_encryption_contexts()]),
        )

    def _signing_key(self, generation: int) -> kms.Key:
        return self._key_that_signs(
            "SigningKey", generation, description="Signs access tokens, mailbox tokens and ID tokens (ES256)"
        )

    def _statement_key(self, generation: int) -> kms.Key:
        return self._key_that_signs(
            "StatementKey", generation, description="Signs exports and receipts (ES256)"
        )

    def _key_that_signs(self, name: str, generation: int, *, description: str) -> kms.Key:
        return kms.Key(
            self,
            name if generation == 1 else f"{name}{generation}",
            description=description,
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN if self._kept else RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(statements=[_delegate_to_roles()]),
        )


def _delegate_to_roles() -> iam.PolicyStatement:
    # KMS refuses a key that its own account could no longer administer. The roles say who may do what.
    return iam.PolicyStatement(
        sid="RolesOfThisAccountDecide",
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:*"],
        resources=["*"],
    )


def _encryption_contexts() -> list[iam.PolicyStatement]:
    # Denials in the key's own policy hold for every principal, whatever a role may grant: this key opens
    # nothing but what was sealed for one of our purposes, and what is of an account only when it is named.
    cryptography = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
    purpose = "kms:EncryptionContext:purpose"
    return [
        iam.PolicyStatement(
            sid="OnlyForOurPurposes",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=cryptography,
            resources=["*"],
            conditions={"StringNotEquals": {purpose: [ACCOUNT_DATA, EMAIL_INDEX, FAREWELL]}},
        ),
        iam.PolicyStatement(
            sid="WhatIsOfAnAccountNamesIt",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=cryptography,
            resources=["*"],
            conditions={
                "StringEquals": {purpose: [ACCOUNT_DATA, FAREWELL]},
                "Null": {"kms:EncryptionContext:account": "true"},
            },
        ),
    ]
