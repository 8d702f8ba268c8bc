from __future__ import annotations

import re
from typing import Any

import pytest

from tests.infra.template import Template, actions, references
from tests.infra.test_data import ACCOUNTS, DATA_KEY, KEYS, SIGNING_KEY, STATEMENT_KEY
from tests.infra.test_functions import NAMES

# The two that have no resource to name, and why the third names any: infra/permissions.py.
WITHOUT_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def _about(template: Template, name: str, service: str) -> list[dict[str, Any]]:
    return [
        statement
        for statement in template.statements(name)
        if any(action.startswith(f"{service}:") for action in actions(statement))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_role_has_a_wildcard(production: Template, name: str) -> None:
    for statement in production.statements(name):
        assert not any("*" in action for action in actions(statement))
        if statement["Resource"] == "*":
            assert actions(statement) == WITHOUT_RESOURCE
        else:
            assert list(references(statement["Resource"]))


@pytest.mark.parametrize("name", NAMES)
def test_no_two_functions_share_a_role(production: Template, name: str) -> None:
    roles = [str(function["Role"]) for function in production.functions().values()]

    assert roles.count(str(production.functions()[name]["Role"])) == 1


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_never_scanned_or_described(production: Template, name: str) -> None:
    allowed = {"BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}
    allowed.add("ConditionCheckItem")

    for statement in _about(production, name, "dynamodb"):
        assert {action.removeprefix("dynamodb:") for action in actions(statement)} <= allowed


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_reached_by_one_kind_of_partition_a_statement(production: Template, name: str) -> None:
    for statement in _about(production, name, "dynamodb"):
        (partition,) = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        # A call that names no row at all would pass the first condition by itself.
        assert statement["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}
        if KEYS in set(references(statement["Resource"])):
            assert partition in {"ACCOUNT#*", "DEPLOYMENT#email-index", "FAREWELL#*"}
        else:
            assert set(references(statement["Resource"])) == {ACCOUNTS}
            assert re.fullmatch(r"[A-Z]+#\*", partition)


def test_who_compares_faces_cannot_look_people_up(production: Template) -> None:
    reached = [
        partition
        for statement in _about(production, "verify", "dynamodb")
        for partition in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    ]

    assert "ACCOUNT#*" in reached
    assert not {"EMAIL#*", "CODE#*"} & set(reached)


@pytest.mark.parametrize("name", NAMES)
def test_every_use_of_the_data_key_names_its_purpose(production: Template, name: str) -> None:
    for statement in _about(production, name, "kms"):
        used_on = set(references(statement["Resource"]))
        if used_on == {DATA_KEY}:
            purpose = statement["Condition"]["StringEquals"]["kms:EncryptionContext:purpose"]
            names_account = statement["Condition"]["Null"]["kms:EncryptionContext:account"] == "false"
            assert (purpose, names_account) in {
                ("account-data", True),
                ("email-index", False),
                ("farewell", True),
            }
            assert actions(statement) <= {"kms:Decrypt", "kms:GenerateDataKey"}
        else:
            assert used_on in ({SIGNING_KEY}, {STATEMENT_KEY})
            assert actions(statement) in ({"kms:Sign"}, {"kms:GetPublicKey"})


def test_who_makes_tokens_makes_no_export_or_receipt_and_the_other_way_round(production: Template) -> None:
    def signs_with(key: str) -> set[str]:
        return {
            name
            for name in NAMES
            for statement in _about(production, name, "kms")
            if "kms:Sign" in actions(statement) and key in references(statement["Resource"])
        }

    assert signs_with(STATEMENT_KEY) == {"export", "delete"}
    assert signs_with(SIGNING_KEY) == {
        *("email", "enroll", "openid", "passkeys", "recovery", "sessions", "verify")
    }


def test_only_enrolment_makes_an_accounts_key_and_only_reading_opens_it(production: Template) -> None:
    def may(action: str, purpose: str = "account-data") -> set[str]:
        return {
            name
            for name in NAMES
            for statement in _about(production, name, "kms")
            if action in actions(statement)
            and statement.get("Condition", {}).get("StringEquals", {}).get("kms:EncryptionContext:purpose")
            == purpose
        }

    assert may("kms:GenerateDataKey") == {"enroll"}
    # What deletes opens one thing, the address that it tells: docs/decisions/notices.md.
    # What people agreed to for applications is sealed as well, and who they are to these comes of the key.
    assert may("kms:Decrypt") == {
        *("email", "verify", "account", "address", "passkeys", "openid", "recovery", "export", "delete"),
        *("sweeper", "enroll"),  # an account that has a face takes only that one again
    }
    # The last mail to whom it deletes lies under a key for nothing else: docs/decisions/work-list.md.
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        assert may(action, "farewell") == {"delete", "sweeper"}


def test_what_continues_sessions_opens_nothing(production: Template) -> None:
    allowed = {action for statement in production.statements("sessions") for action in actions(statement)}

    assert "kms:Sign" in allowed
    assert not allowed & {"kms:Decrypt", "kms:GenerateDataKey", "ses:SendEmail", "dynamodb:PutItem"}


def test_mail_leaves_with_our_sender_only(production: Template) -> None:
    senders = [statement["Condition"] for name in NAMES for statement in _about(production, name, "ses")]

    assert senders
    assert all(one == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}} for one in senders)


def test_reading_functions_cannot_mail_or_sign(production: Template) -> None:
    for name in ("challenges", "discovery"):
        allowed = {action for statement in production.statements(name) for action in actions(statement)}
        assert not allowed & {"kms:Sign", "ses:SendEmail"}


def test_who_changes_an_account_can_mail_its_owner_but_begins_no_session(production: Template) -> None:
    allowed = {action for statement in production.statements("account") for action in actions(statement)}

    assert "ses:SendEmail" in allowed
    assert "kms:Sign" not in allowed
