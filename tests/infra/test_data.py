from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.infra.template import Template

# Changing one of these replaces the table or the key, and every account with it.
ACCOUNTS = "DataAccountsC650A0A2"
KEYS = "DataKeysACA0E3B2"
DATA_KEY = "DataDataKeyCDD1A924"
SIGNING_KEY = "DataSigningKey6D86EA30"
STATEMENT_KEY = "DataStatementKey89ADFACC"


def test_tables_and_keys_keep_their_logical_ids(production: Template) -> None:
    assert set(production.of_type("AWS::DynamoDB::Table")) == {ACCOUNTS, KEYS}
    assert set(production.of_type("AWS::KMS::Key")) == {DATA_KEY, SIGNING_KEY, STATEMENT_KEY}


def test_what_is_kept_survives_the_stack(production: Template) -> None:
    for name in (ACCOUNTS, KEYS, DATA_KEY, SIGNING_KEY, STATEMENT_KEY):
        resource = production.resources[name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    for name in (ACCOUNTS, KEYS):
        assert production.resources[name]["Properties"]["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("name", [ACCOUNTS, KEYS])
def test_tables_are_on_demand_with_string_keys_and_forget_by_expires_at(
    production: Template, name: str
) -> None:
    table = production.resources[name]["Properties"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_accounts_can_be_restored_and_keys_can_never_be(production: Template) -> None:
    accounts = production.resources[ACCOUNTS]["Properties"]
    keys = production.resources[KEYS]["Properties"]

    assert accounts["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert keys["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
    for copy in ("StreamSpecification", "KinesisStreamSpecification", "GlobalSecondaryIndexes", "Replicas"):
        assert copy not in keys
    assert not production.of_type("AWS::Backup::BackupPlan")


def test_the_data_key_opens_nothing_without_its_purpose(production: Template) -> None:
    key = production.resources[DATA_KEY]["Properties"]

    denials = [one for one in key["KeyPolicy"]["Statement"] if one["Effect"] == "Deny"]

    assert key["EnableKeyRotation"] is True
    assert all(one["Principal"] == {"AWS": "*"} for one in denials)
    assert [one["Condition"] for one in denials] == [
        {"StringNotEquals": {"kms:EncryptionContext:purpose": ["account-data", "email-index", "farewell"]}},
        {
            "StringEquals": {"kms:EncryptionContext:purpose": ["account-data", "farewell"]},
            "Null": {"kms:EncryptionContext:account": "true"},
        },
    ]
    for denial in denials:
        assert {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"} == set(
            denial["Action"]
        )


@pytest.mark.parametrize("name", [SIGNING_KEY, STATEMENT_KEY])
def test_what_signs_is_p256_and_only_signs(production: Template, name: str) -> None:
    key = production.resources[name]["Properties"]

    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


def test_local_data_goes_with_the_local_stack(local: Template) -> None:
    for name in (ACCOUNTS, KEYS, DATA_KEY, SIGNING_KEY, STATEMENT_KEY):
        assert local.resources[name]["DeletionPolicy"] == "Delete"
