"""The web firewall's rate rule, and that it fits the budgets behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.email import budgets
from infra.environments import load
from service.postage import CODES_FOR_A_NETWORK_AN_HOUR

if TYPE_CHECKING:
    from tests.infra.template import Template

_WINDOW_S = 300


def test_an_address_has_so_many_requests_in_five_minutes(production: Template) -> None:
    (acl,) = production.of_type("AWS::WAFv2::WebACL").values()
    rule, _ = acl["Properties"]["Rules"]
    statement = rule["Statement"]["RateBasedStatement"]

    assert rule["Action"] == {"Block": {}}
    # The address that connects: a header that names another one is a caller's word.
    assert statement == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": _WINDOW_S,
        "Limit": load("production").requests_per_ip_in_five_minutes,
    }


def test_what_may_send_mails_has_fewer(production: Template) -> None:
    (acl,) = production.of_type("AWS::WAFv2::WebACL").values()
    _, rule = acl["Properties"]["Rules"]
    statement = rule["Statement"]["RateBasedStatement"]
    environment = load("production")

    assert rule["Action"] == {"Block": {}}
    assert statement["Limit"] == environment.mail_requests_per_ip_in_five_minutes
    assert environment.mail_requests_per_ip_in_five_minutes < environment.requests_per_ip_in_five_minutes
    matched = statement["ScopeDownStatement"]["ByteMatchStatement"]
    assert (matched["FieldToMatch"], matched["PositionalConstraint"]) == ({"UriPath": {}}, "CONTAINS")
    held = [route for route in production.methods() if matched["SearchString"] in route]
    assert sorted(route for route in held if route.startswith("POST")) == [
        "POST /v1/email/codes",
        "POST /v1/email/confirm",
    ]


def test_it_stops_nobody_who_has_a_budget_left_behind_it() -> None:
    environment = load("production")
    # A code asked for or brought is a challenge and its answer, each with a browser's preflight.
    ceremonies = CODES_FOR_A_NETWORK_AN_HOUR + budgets.WRONG_CODES_FROM_A_NETWORK_AN_HOUR

    assert 4 * ceremonies <= environment.requests_per_ip_in_five_minutes
    # Of these, the two before the challenge's own route.
    assert 2 * ceremonies <= environment.mail_requests_per_ip_in_five_minutes


def test_no_network_alone_uses_up_what_the_deployment_has() -> None:
    environment = load("production")

    assert environment.codes_an_hour >= CODES_FOR_A_NETWORK_AN_HOUR * 10
    assert environment.wrong_codes_an_hour >= budgets.WRONG_CODES_FROM_A_NETWORK_AN_HOUR * 10
