"""What each function asks of AWS: the budget of a sign-in, and that nothing asks for more than it needs."""

import pytest

from service.deployment import this_deployment
from tests.adapters.calls import CALLS
from tests.adapters.moments import ADA
from tests.support.authenticator import Authenticator
from tests.support.aws_calls import Grant, recorded
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.everything import grants_by_function
from tests.support.transport import InProcess

FIVE_CALLS = [
    "dynamodb:DeleteItem",
    "dynamodb:BatchGetItem",
    "kms:Decrypt",
    "kms:Sign",
    "dynamodb:TransactWriteItems",
]


def test_a_warm_verification_is_exactly_five_calls(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    performed = ada.perform("verification", capture(1, take=2))

    with recorded() as record:
        reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert reply.status == 200
    assert record.operations == FIVE_CALLS


def test_a_cold_verification_asks_for_the_public_key_once_more(cloud: Cloud, ada: Device) -> None:
    performed = ada.perform("verification", capture(1, take=2))
    cloud.restart()

    with recorded() as record:
        ada.answer(performed.nonce, {"capture": performed.capture})

    assert record.operations == [*FIVE_CALLS[:3], "kms:GetPublicKey", *FIVE_CALLS[3:]]


def test_a_refused_face_signs_nothing(ada: Device) -> None:
    performed = ada.perform("verification", capture(2))

    with recorded() as record:
        ada.answer(performed.nonce, {"capture": performed.capture})

    assert record.operations == [call for call in FIVE_CALLS if call != "kms:Sign"]


def test_who_is_not_alive_asks_for_what_a_strange_face_asks_for(ada: Device) -> None:
    performed = ada.perform("verification", capture(1, take=2))

    with recorded() as record:
        ada.answer(performed.nonce, {"capture": performed.capture | {"chain": "0" * 64}})

    assert record.operations == [call for call in FIVE_CALLS if call != "kms:Sign"]


def test_telling_the_second_act_is_one_call(ada: Device) -> None:
    issued = ada.ask("verification", **ada.verification_fields())

    with recorded() as record:
        assert ada.reveal(issued["challenge"], chain="0" * 64, frames=20).status == 200

    assert record.operations == ["dynamodb:UpdateItem"]


def test_a_decoy_reads_nothing(device: Device) -> None:
    performed = device.perform("verification", capture(1))

    with recorded() as record:
        device.answer(performed.nonce, {"capture": performed.capture})

    assert record.operations == ["dynamodb:DeleteItem"]


@pytest.mark.parametrize("path", ["/v1/account", "/v1/account/sign-ins"])
def test_reading_an_account_is_three_calls(path: str, ada: Device) -> None:
    with recorded() as record:
        assert ada.get(path).status == 200

    assert record.operations == ["dynamodb:Query", "dynamodb:GetItem", "kms:Decrypt"]


def test_taking_a_copy_is_a_challenge_the_same_three_calls_a_count_a_signature_and_a_promised_mail(
    ada: Device,
) -> None:
    _ = this_deployment().statement_signer.key  # asked for once in a process's life
    nonce = ada.challenge("account")

    with recorded() as record:
        assert ada.send("GET", "/v1/account/export", nonce=nonce, token=ada.access_token).status == 200

    opening = ["dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:GetItem", "kms:Decrypt"]
    promised = ["dynamodb:PutItem", "ses:SendEmail", "dynamodb:DeleteItem"]
    assert record.operations == [*opening, "dynamodb:UpdateItem", "kms:Sign", *promised]


def test_staying_signed_in_is_a_challenge_a_read_a_write_and_a_signature(ada: Device) -> None:
    body = {"refresh_token": ada.refresh_token, "next_sha256": "0" * 64}
    nonce = ada.challenge("account")

    with recorded() as record:
        assert ada.send("POST", "/v1/sessions/refresh", content=body, nonce=nonce).status == 200

    operations = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:TransactWriteItems", "kms:Sign"]
    assert record.operations == operations


def test_seeing_where_one_is_signed_in_is_one_call(ada: Device) -> None:
    with recorded() as record:
        assert ada.get("/v1/account/sessions").status == 200

    assert record.operations == ["dynamodb:Query"]


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("pause", []),
        ("agree", []),
        ("remove-template", []),
        ("forget-learned", ["Query"] * 2),
        ("refuse-learning", ["Query"] * 2),
        ("shorten-log", []),
        ("remove-device", ["Query"] * 2),
    ],
)
def test_changing_an_account_is_its_challenge_two_reads_a_count_one_write_and_a_notice(
    name: str, reads: list[str], cloud: Cloud, device: Device
) -> None:
    """What is read serves the log's entry and the notice."""
    asked = ["dynamodb:DeleteItem", "dynamodb:BatchGetItem", "kms:Decrypt", "dynamodb:UpdateItem"]
    done = [*(f"dynamodb:{one}" for one in reads), "dynamodb:TransactWriteItems", "ses:SendEmail"]
    done.append("dynamodb:DeleteItem")  # it was told

    assert _operations(name, cloud, device) == [*asked, *done]


def test_signing_in_by_passkey_writes_once_and_opens_the_log_for_nobody_else(ada: Device) -> None:
    key, phone = Authenticator(origin=ORIGIN, rp_id="site.example"), Device(InProcess())
    assert ada.add_passkey(key).status == 201
    operations = []
    for one in (key, key.but(credential_id=b"c" * 32)):
        nonce = phone.challenge("passkey")
        with recorded() as record:
            phone.use_passkey(one, str(ada.account), nonce=nonce)
        operations.append(record.operations)

    held_against = ["dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:BatchGetItem"]
    counted = ["dynamodb:UpdateItem", "kms:Decrypt"]  # only who holds the passkey has come so far
    begun = [*["kms:Sign"] * 2, "dynamodb:TransactWriteItems", "dynamodb:UpdateItem"]
    assert operations == [[*held_against, *counted, *begun], held_against]


@pytest.mark.parametrize(("name", "reads"), [("end-session", []), ("end-sessions", ["Query"])])
def test_signing_out_is_its_challenge_and_one_write_and_nobody_is_told(
    name: str, reads: list[str], cloud: Cloud, device: Device
) -> None:
    operations = ["DeleteItem", *reads, "TransactWriteItems"]

    assert _operations(name, cloud, device) == [f"dynamodb:{one}" for one in operations]


def _operations(name: str, cloud: Cloud, device: Device) -> list[str]:
    call = CALLS[name]
    call.prepare(cloud, device)
    nonce = call.challenge(device)
    path = call.url(device)

    with recorded() as record:
        reply = device.send(
            call.method, path, content=call.content(cloud, device), nonce=nonce, token=device.access_token
        )

    assert reply.status == call.success
    return record.operations


def test_deleting_an_account_opens_its_address_and_makes_a_key_for_the_farewell_alone(
    cloud: Cloud, ada: Device
) -> None:
    ada.sign_in(capture(1, take=1))
    nonce = ada.challenge("account")

    with recorded() as record:
        ada.send("DELETE", "/v1/account", nonce=nonce, token=ada.access_token)

    assert {grant for grant in record.grants if grant.resource == cloud.data_key} == {
        Grant("kms:Decrypt", cloud.data_key),
        Grant("kms:GenerateDataKey", cloud.data_key),
    }
    kept = cloud.keys()
    assert [item["pk"]["S"] for item in kept] == ["DEPLOYMENT#email-index"]
    assert Grant("dynamodb:DeleteItem", cloud.keys_table) in record.grants
    assert record.operations.count("ses:SendEmail") == 1


def test_discovery_reads_the_public_key_and_nothing_else(cloud: Cloud) -> None:
    with recorded() as record:
        for path in ("/.well-known/jwks.json", "/.well-known/openid-configuration", "/v1/policies/current"):
            InProcess().send("GET", path, headers={}, body=b"")

    assert record.grants == {Grant("kms:GetPublicKey", cloud.signing_key)}

    with recorded() as record:
        InProcess().send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"")

    assert record.grants == {Grant("kms:GetPublicKey", cloud.statement_key)}


def test_every_data_key_is_asked_for_by_name(cloud: Cloud, device: Device) -> None:
    with recorded() as record:
        device.send_code(ADA)
        device.confirm(ADA, cloud.code(ADA))
        device.enrol(ADA, portrait(1))
        device.sign_in(capture(1, take=1))

    whose = {"purpose": "account-data", "account": device.account}
    assert {tuple(sorted(context.items())) for context in record.contexts} == {
        (("purpose", "email-index"),),
        tuple(sorted(whose.items())),
    }


def test_every_function_uses_the_parts_it_is_made_of_and_no_others(cloud: Cloud) -> None:
    kinds = {cloud.accounts_table: "Accounts", cloud.keys_table: "Keys"}
    kinds |= {cloud.data_key: "data key"}
    kinds |= {cloud.signing_key: "signing key", cloud.statement_key: "statement key"}

    used = {
        name: {f"{grant.action} {kinds.get(grant.resource, grant.resource)}" for grant in grants}
        for name, grants in grants_by_function(cloud).items()
    }

    assert used == EXPECTED


PUBLIC_KEY = "kms:GetPublicKey signing key"
SIGN = "kms:Sign signing key"
STATEMENT = {"kms:GetPublicKey statement key", "kms:Sign statement key"}
EXPECTED = {
    "challenges": {
        "dynamodb:PutItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:BatchGetItem Accounts",
        PUBLIC_KEY,
    },
    "bounces": {
        "dynamodb:GetItem Accounts",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "kms:Decrypt data key",
    },
    "email": {
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:PutItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Keys",
        "kms:GenerateDataKey data key",
        "kms:Decrypt data key",
        SIGN,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "enroll": {
        "dynamodb:Query Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Keys",
        "kms:GenerateDataKey data key",
        "kms:Decrypt data key",
        SIGN,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "verify": {
        "dynamodb:DeleteItem Accounts",
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:PutItem Accounts",
        "kms:Decrypt data key",
        SIGN,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "account": {
        "dynamodb:Query Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:GetItem Keys",
        "kms:Decrypt data key",
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "address": {
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:UpdateItem Accounts",
        "kms:Decrypt data key",
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "sessions": {
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:UpdateItem Accounts",
        SIGN,
        PUBLIC_KEY,
    },
    "openid": {
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:GetItem Keys",
        "kms:Decrypt data key",
        SIGN,
        PUBLIC_KEY,
    },
    "recovery": {
        "dynamodb:BatchGetItem Accounts",
        "dynamodb:ConditionCheckItem Accounts",
        "dynamodb:BatchGetItem Keys",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:UpdateItem Accounts",
        "kms:Decrypt data key",
        SIGN,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "export": {
        "dynamodb:DeleteItem Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:GetItem Keys",
        "kms:Decrypt data key",
        *STATEMENT,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "delete": {
        "dynamodb:DeleteItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:BatchWriteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:GetItem Keys",
        "dynamodb:DeleteItem Keys",
        "dynamodb:PutItem Keys",
        "kms:Decrypt data key",
        "kms:GenerateDataKey data key",
        *STATEMENT,
        PUBLIC_KEY,
        "ses:SendEmail *",
    },
    "sweeper": {
        "dynamodb:BatchWriteItem Accounts",
        "dynamodb:DeleteItem Accounts",
        "dynamodb:GetItem Accounts",
        "dynamodb:PutItem Accounts",
        "dynamodb:Query Accounts",
        "dynamodb:UpdateItem Accounts",
        "dynamodb:DeleteItem Keys",
        "dynamodb:GetItem Keys",
        "dynamodb:PutItem Keys",
        "kms:Decrypt data key",
        "kms:GenerateDataKey data key",
        "ses:SendEmail *",
    },
    "discovery": {PUBLIC_KEY, "kms:GetPublicKey statement key"},
}
