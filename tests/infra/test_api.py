from __future__ import annotations

import json

import pytest

from infra.cors import EXPOSED_HEADERS
from infra.routes import FUNCTIONS
from infra.workspace import REPOSITORY
from service import problems
from service.problem import PROBLEM_TYPE, Problem
from service.responses import SECURITY_HEADERS, with_house_headers
from tests.infra.template import Template, references

ROUTES = {route.name for function in FUNCTIONS for route in function.routes}
# What OAuth describes; the forms that these take are no JSON, for which the gateway has its models.
PROTOCOL_ROUTES = {
    "POST /v1/openid/token",
    "POST /v1/openid/revocation",
    "GET /v1/openid/userinfo",
    "POST /v1/openid/userinfo",
}
CONTRACT_ROUTES = {
    "POST /v1/challenges",
    "POST /v1/challenges/steps",
    "POST /v1/email/codes",
    "POST /v1/email/confirm",
    "POST /v1/enrolments",
    "POST /v1/registrations",
    "POST /v1/verifications",
    "GET /v1/account",
    "GET /v1/account/sign-ins",
    "PATCH /v1/account",
    "DELETE /v1/account/templates/{template_id}",
    "POST /v1/account/templates/rollback",
    "POST /v1/account/learning",
    "POST /v1/account/sign-in-log",
    "PATCH /v1/account/devices/{device_id}",
    "DELETE /v1/account/devices/{device_id}",
    "POST /v1/account/face",
    "POST /v1/sessions/refresh",
    "GET /v1/account/sessions",
    "DELETE /v1/account/sessions",
    "DELETE /v1/account/sessions/{device_id}",
    "POST /v1/account/address",
    "POST /v1/account/address/codes",
    "POST /v1/account/passkeys",
    "DELETE /v1/account/passkeys/{passkey_id}",
    "POST /v1/passkeys/verifications",
    "POST /v1/openid/requests",
    "POST /v1/openid/sign-outs",
    "POST /v1/account/authorizations",
    "DELETE /v1/account/grants/{client_id}",
    *PROTOCOL_ROUTES,
    "POST /v1/account/recovery-codes",
    "POST /v1/recovery",
    "POST /v1/freezes",
    "GET /v1/account/export",
    "DELETE /v1/account",
    "POST /v1/account/consent/withdraw",
    "POST /v1/account/consent",
    "GET /.well-known/jwks.json",
    "GET /.well-known/receipt-keys.json",
    "GET /.well-known/openid-configuration",
    "GET /v1/policies/current",
}
# They say everything by their path.
BODILESS = {
    "POST /v1/account/consent/withdraw",
    "POST /v1/account/templates/rollback",
    "POST /v1/account/recovery-codes",
}
# What says who a person is, where they are, or what they sent.
PERSONAL = (
    "identity",
    "sourceIp",
    "userAgent",
    "$context.path",
    "validationErrorString",
    "authorizer",
    "messageString",
)


def _names(value: str) -> set[str]:
    return {name.strip() for name in value.strip("'").split(",")}


def test_tls_1_3_and_nothing_older(production: Template) -> None:
    api = production.only("AWS::ApiGateway::RestApi")["Properties"]

    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_3_2025_09"
    assert api["EndpointAccessMode"] == "STRICT"
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_an_archive_is_bytes_for_whoever_asks_for_one_and_all_else_is_text(production: Template) -> None:
    api = production.only("AWS::ApiGateway::RestApi")["Properties"]

    assert api["BinaryMediaTypes"] == ["application/zip"]


def test_the_routes_are_the_contracts(production: Template) -> None:
    openapi = json.loads((REPOSITORY / "docs" / "openapi.json").read_text(encoding="utf-8"))
    published = {
        f"{method.upper()} {path}" for path, methods in openapi["paths"].items() for method in methods
    }

    assert set(production.routes()) == CONTRACT_ROUTES == ROUTES == published | PROTOCOL_ROUTES


@pytest.mark.parametrize("route", sorted(CONTRACT_ROUTES))
def test_bodies_are_checked_before_a_function_starts(production: Template, route: str) -> None:
    method = production.methods()[route]

    validator = production.resources[method["RequestValidatorId"]["Ref"]]["Properties"]

    assert validator["ValidateRequestBody"] is True
    if route.startswith(("POST", "PATCH")) and route not in BODILESS | PROTOCOL_ROUTES:
        model = production.resources[method["RequestModels"]["application/json"]["Ref"]]
        assert model["Properties"]["Schema"]["additionalProperties"] is False
    else:
        assert "RequestModels" not in method


def test_the_access_log_says_nothing_about_anyone(production: Template) -> None:
    stage = production.only("AWS::ApiGateway::Stage")["Properties"]

    fields = json.loads(stage["AccessLogSetting"]["Format"])

    assert {"route", "status", "tls"} <= set(fields)
    for value in fields.values():
        assert value.startswith("$context.")
        assert not any(word in value for word in PERSONAL)


def test_bodies_are_never_logged_or_traced_by_the_gateway(production: Template) -> None:
    stage = production.only("AWS::ApiGateway::Stage")["Properties"]

    assert stage["TracingEnabled"] is False
    for settings in stage["MethodSettings"]:
        assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "OFF")


def test_every_method_is_throttled_and_costly_ones_more(production: Template) -> None:
    stage = production.only("AWS::ApiGateway::Stage")["Properties"]

    limits = {
        f"{one['HttpMethod']} {one['ResourcePath'].replace('~1', '/').removeprefix('/')}": one[
            "ThrottlingRateLimit"
        ]
        for one in stage["MethodSettings"]
    }

    default = limits.pop("* *")
    assert default == 50
    assert limits["POST /v1/email/codes"] == 10
    assert all(route in CONTRACT_ROUTES and limit < default for route, limit in limits.items())


@pytest.mark.parametrize(
    "route", ["GET /v1/account/export", "DELETE /v1/account", "POST /v1/account/consent/withdraw"]
)
def test_no_single_address_can_keep_others_from_a_right_that_the_law_gives(
    production: Template, route: str
) -> None:
    stage = production.only("AWS::ApiGateway::Stage")["Properties"]
    rule = production.only("AWS::WAFv2::WebACL")["Properties"]["Rules"][0]
    firewall = rule["Statement"]["RateBasedStatement"]
    of_one_address = firewall["Limit"] / firewall["EvaluationWindowSec"]

    (of_all_together,) = (
        one["ThrottlingRateLimit"]
        for one in stage["MethodSettings"]
        if f"{one['HttpMethod']} {one['ResourcePath'].replace('~1', '/').removeprefix('/')}" == route
    )

    assert of_all_together > 5 * of_one_address
    # What may be spent is bounded all the same.
    function = production.resources[production.routes()[route]]["Properties"]
    assert 0 < function["ReservedConcurrentExecutions"] <= 10


@pytest.mark.parametrize("path", sorted({route.split(" ")[1] for route in CONTRACT_ROUTES}))
def test_only_the_environments_origins_may_call(production: Template, path: str) -> None:
    answer = production.methods()[f"OPTIONS {path}"]["Integration"]["IntegrationResponses"][0]
    headers = {
        name.removeprefix("method.response.header."): value
        for name, value in answer["ResponseParameters"].items()
    }

    (distribution,) = production.of_type("AWS::CloudFront::Distribution")

    assert list(references(headers["Access-Control-Allow-Origin"])) == [distribution]
    assert headers["Access-Control-Allow-Headers"] == "'Authorization,Content-Type,DPoP'"
    assert _names(headers["Access-Control-Expose-Headers"]) == set(EXPOSED_HEADERS)
    assert "Access-Control-Allow-Credentials" not in headers
    allowed = headers["Access-Control-Allow-Methods"].strip("'").split(",")
    assert {f"{method} {path}" for method in allowed} == {
        route for route in CONTRACT_ROUTES if route.endswith(f" {path}")
    }


def test_every_answer_lets_a_page_read_the_same_headers(production: Template) -> None:
    allowed = ("https://page.example",)
    of_a_function = with_house_headers({}, origin=allowed[0], allowed_origins=allowed)["multiValueHeaders"]
    of_the_gateway = [
        one["Properties"]["ResponseParameters"]
        for one in production.of_type("AWS::ApiGateway::GatewayResponse").values()
    ]

    lists = [
        *of_a_function["Access-Control-Expose-Headers"],
        *(one["gatewayresponse.header.Access-Control-Expose-Headers"] for one in of_the_gateway),
    ]

    assert len(lists) == 16
    for names in lists:
        assert _names(names) == set(EXPOSED_HEADERS)
    # the SDK corrects a wrong clock by the one, and waits as the other says
    assert {"Date", "Retry-After"} <= set(EXPOSED_HEADERS)


def test_what_the_gateway_answers_by_itself_is_as_harmless_in_a_browser(production: Template) -> None:
    expected = {name: value.replace(" 'none'", "") for name, value in SECURITY_HEADERS.items()}
    of_the_gateway = [
        (one["Properties"]["ResponseParameters"], "gatewayresponse.header.")
        for one in production.of_type("AWS::ApiGateway::GatewayResponse").values()
    ]
    of_other_methods = [
        (method["Integration"]["IntegrationResponses"][0]["ResponseParameters"], "method.response.header.")
        for name, method in production.methods().items()
        if name.startswith("ANY /")
    ]

    assert of_other_methods
    for parameters, prefix in [*of_the_gateway, *of_other_methods]:
        sent = {name: parameters.get(prefix + name, "").strip("'") for name in expected}
        assert sent == expected
        # A constant of the gateway ends at the next quote.
        assert all(value.count("'") == 2 for value in parameters.values() if isinstance(value, str))


def test_no_answer_allows_any_origin(production: Template) -> None:
    assert "'*'" not in json.dumps(production.body)


def test_the_gateways_own_answers_are_the_functions_problems(production: Template) -> None:
    known = {
        problem.meaning.slug: problem.meaning
        for problem in vars(problems).values()
        if isinstance(problem, type) and issubclass(problem, Problem) and problem is not Problem
    }

    answers = [one["Properties"] for one in production.of_type("AWS::ApiGateway::GatewayResponse").values()]

    assert len(answers) == 15
    for answer in answers:
        body = json.loads(answer["ResponseTemplates"]["application/json"])
        meaning = known[body["type"].removeprefix(PROBLEM_TYPE)]
        assert (body["status"], body["title"]) == (meaning.status, meaning.title)
        assert answer["StatusCode"] == str(meaning.status)
        assert (
            answer["ResponseParameters"]["gatewayresponse.header.Content-Type"]
            == "'application/problem+json'"
        )
        if meaning.status in {429, 503}:
            assert "gatewayresponse.header.Retry-After" in answer["ResponseParameters"]


def test_the_gateways_own_answers_quote_nothing(production: Template) -> None:
    for answer in production.of_type("AWS::ApiGateway::GatewayResponse").values():
        assert "$context" not in json.dumps(answer["Properties"]["ResponseTemplates"])


def test_another_method_is_a_405_that_names_the_right_ones(production: Template) -> None:
    answer = production.methods()["ANY /v1/account"]["Integration"]["IntegrationResponses"][0]

    assert answer["StatusCode"] == "405"
    assert json.loads(answer["ResponseTemplates"]["application/json"])["type"].endswith(":method-not-allowed")
    allowed = answer["ResponseParameters"]["method.response.header.Allow"].strip("'").split(",")
    assert set(allowed) == {"GET", "PATCH", "DELETE", "OPTIONS"}


def test_an_address_that_asks_too_often_waits(production: Template) -> None:
    acl = production.only("AWS::WAFv2::WebACL")["Properties"]
    rule = acl["Rules"][0]

    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 1000,
    }
    # sampled requests would keep addresses and headers
    assert acl["VisibilityConfig"]["SampledRequestsEnabled"] is False
    assert rule["VisibilityConfig"]["SampledRequestsEnabled"] is False
    assert production.only("AWS::WAFv2::WebACLAssociation")
