from __future__ import annotations

import pytest

from infra.routes import FUNCTIONS
from tests.infra.template import Template, references

NAMES = (
    "challenges",
    "email",
    "enroll",
    "verify",
    "account",
    "address",
    "sessions",
    "passkeys",
    "openid",
    "recovery",
    "export",
    "delete",
    "bounces",
    "sweeper",
    "discovery",
)
VARIABLES = {
    "ACCOUNTS_TABLE",
    "KEYS_TABLE",
    "DATA_KEY_ID",
    "SIGNING_KEY_ID",
    "STATEMENT_KEY_ID",
    "MAIL_SENDER",
    "MAIL_CONFIGURATION_SET",
    "ALLOWED_ORIGINS",
    "AUDIENCE",
    "POLICY_VERSION",
    "CONSENT_RELEASE",
    "MINIMUM_AGE",
    "CONSENT_GRACE_DAYS",
    "CONTROLLER_NAME",
    "CONTROLLER_CONTACT",
    "PRODUCT_NAME",
    "OPENID_CLIENTS",
    "API_ORIGIN",
    "PLACE_HEADER",
    "PLACE_SECRET_SHA256",
    "SIGN_IN_LOG_DAYS",
    "LEAST_SIGN_IN_LOG_DAYS",
    "LEARNED_TEMPLATE_DAYS",
    "UNUSED_ACCOUNT_DAYS",
    "LOG_RETENTION_DAYS",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "CODES_AN_HOUR",
    "WRONG_CODES_AN_HOUR",
    "NEW_DEVICE_CHALLENGES_A_MINUTE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
}


def test_there_are_these_functions_and_no_others(production: Template) -> None:
    assert set(production.functions()) == set(NAMES) == {function.name for function in FUNCTIONS}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_runs_as_designed(production: Template, name: str) -> None:
    function = production.functions()[name]

    assert function["Handler"] == f"functions.{name}.handler.handle"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    # API Gateway gives up then; who is called by the clock ends before it calls again
    assert 0 < function["Timeout"] < (60 if name == "sweeper" else 29)
    assert function["MemorySize"] >= 512
    assert function["ReservedConcurrentExecutions"] > 0
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert set(function["Environment"]["Variables"]) == VARIABLES
    assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", NAMES)
def test_a_function_writes_json_to_a_log_of_its_own_that_forgets(production: Template, name: str) -> None:
    logging = production.functions()[name]["LoggingConfig"]

    log = production.resources[logging["LogGroup"]["Ref"]]["Properties"]

    assert logging["LogFormat"] == "JSON"
    assert log["RetentionInDays"] == 30


def test_every_log_forgets(production: Template) -> None:
    retention = [
        one["Properties"].get("RetentionInDays") for one in production.of_type("AWS::Logs::LogGroup").values()
    ]

    assert len(retention) == len(NAMES) + 1
    assert all(days is not None and days <= 90 for days in retention)


def test_only_what_knows_of_faces_carries_the_matching_layer(production: Template) -> None:
    def layers(name: str) -> list[str]:
        return sorted(
            layer.partition("Layer")[0] for layer in references(production.functions()[name]["Layers"])
        )

    for name in NAMES:
        faces = ["Matching"] if name in {"challenges", "enroll", "verify"} else []
        passkeys = ["Passkeys"] if name == "passkeys" else []
        assert layers(name) == [*faces, *passkeys, "Service"]


def test_functions_answer_pages_of_the_site_only(production: Template) -> None:
    origins = production.functions()["verify"]["Environment"]["Variables"]["ALLOWED_ORIGINS"]

    (distribution,) = production.of_type("AWS::CloudFront::Distribution")

    assert list(references(origins)) == [distribution]


def test_a_function_is_called_by_the_api_the_topic_of_mails_or_the_clock_and_by_nobody_else(
    production: Template,
) -> None:
    topic = next(name for name in production.of_type("AWS::SNS::Topic") if name.startswith("MailFeedback"))
    for permission in production.of_type("AWS::Lambda::Permission").values():
        properties = permission["Properties"]
        assert "SourceArn" in properties
        if properties["Principal"] == "sns.amazonaws.com":
            assert list(references(properties["SourceArn"])) == [topic]
            assert next(references(properties["FunctionName"])).startswith("Bounces")
        elif properties["Principal"] == "events.amazonaws.com":
            assert list(references(properties["SourceArn"])) == list(production.of_type("AWS::Events::Rule"))
            assert next(references(properties["FunctionName"])).startswith("Sweeper")
        else:
            assert properties["Principal"] == "apigateway.amazonaws.com"


def test_ses_tells_a_function_of_mails_that_come_back(production: Template, local: Template) -> None:
    (configuration_set,) = production.of_type("AWS::SES::ConfigurationSet")
    told = production.only("AWS::SES::ConfigurationSetEventDestination")["Properties"]
    policies = [
        statement
        for one in production.of_type("AWS::SNS::TopicPolicy").values()
        for statement in one["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    assert told["ConfigurationSetName"] == {"Ref": configuration_set}
    assert told["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]
    assert [one["Principal"] for one in policies] == [{"Service": "ses.amazonaws.com"}]
    assert configuration_set in set(references(policies[0]["Condition"]["StringEquals"]["aws:SourceArn"]))
    for template, expected in ((production, {"Ref": configuration_set}), (local, "")):
        variables = template.functions()["verify"]["Environment"]["Variables"]
        assert variables["MAIL_CONFIGURATION_SET"] == expected


def test_the_clock_calls_the_sweeper_once_a_minute_here_and_on_the_local_cloud(
    production: Template, local: Template
) -> None:
    for template in (production, local):
        rule = template.only("AWS::Events::Rule")["Properties"]
        (target,) = rule["Targets"]
        assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(1 minute)")
        assert next(references(target["Arn"])).startswith("Sweeper")
    assert production.functions()["sweeper"]["ReservedConcurrentExecutions"] == 1
