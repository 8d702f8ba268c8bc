"""A deployment with everything that settings can add: a domain, an account, alarms by mail, further pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from infra.app import build
from infra.environments import _CLIENTS_BYTES, _RETIRED_KEYS, OpenIdClient, load
from infra.workspace import LAMBDA
from service.openid.paths import CLIENT_PATHS
from service.settings import Settings
from tests.infra.synthesis import UNBUNDLED
from tests.infra.template import Template, actions, references
from tests.infra.test_data import KEYS

if TYPE_CHECKING:
    from infra.workspace import Workspace

SITE = "https://sign-in.house.test"
SHOP = "https://shop.test"
ELSEWHERE = "https://app.house.test"


@pytest.fixture(scope="module")
def house(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Synthesis itself shows that cdk-nag accepts an account and a region written out."""
    folder = tmp_path_factory.mktemp("house")
    environment = replace(
        load("production"),
        name="house",
        account="111122223333",
        region="eu-central-1",
        site_domain="sign-in.house.test",
        site_certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d",
        origins=(ELSEWHERE,),
        alarm_mail="operators@house.test",
        reserved_concurrency=False,
        openid_clients=(OpenIdClient(id="shop", name="Shop", redirect_uris=(f"{SHOP}/callback",)),),
        signing_key_generation=4,
        statement_key_generation=4,
        oldest_statement_key_generation=2,
    )
    build(environment, workspace=workspace, target=LAMBDA, outdir=str(folder), context=UNBUNDLED).synth()
    return Template.read(folder, "FaceSmash-house")


def test_with_a_domain_the_pages_too_want_tls_1_3(house: Template) -> None:
    config = house.only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]

    assert config["Aliases"] == ["sign-in.house.test"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.3_2025"
    assert house.body["Outputs"]["SiteUrl"]["Value"] == SITE


def test_each_registered_origin_may_call_and_no_other(house: Template) -> None:
    variables = house.functions()["verify"]["Environment"]["Variables"]
    preflight = house.methods()["OPTIONS /v1/challenges"]["Integration"]["IntegrationResponses"][0]

    allowed = preflight["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"]

    assert variables["ALLOWED_ORIGINS"] == f"{SITE},{ELSEWHERE}"
    assert allowed == f"'{SITE}'"
    template = json.dumps(preflight["ResponseTemplates"])
    assert ELSEWHERE in template  # answered in place of the first where the request comes from it
    assert "*" not in template.replace(".*", "")


def test_pages_of_an_application_may_call_what_is_for_applications_alone(house: Template) -> None:
    told = {
        route.removeprefix("OPTIONS "): SHOP in json.dumps(method["Integration"]["IntegrationResponses"])
        for route, method in house.methods().items()
        if route.startswith("OPTIONS ")
    }

    assert {path for path, may in told.items() if may} == CLIENT_PATHS


def test_the_functions_read_the_applications_of_the_settings(house: Template) -> None:
    variables = house.functions()["openid"]["Environment"]["Variables"]
    plain = {name: value if isinstance(value, str) else "text" for name, value in variables.items()}

    (client,) = Settings.from_environment(plain | {"AWS_REGION": "eu-central-1"}).openid_clients

    assert (client.id, client.name, client.redirect_uris) == ("shop", "Shop", (f"{SHOP}/callback",))


def test_a_token_key_that_gives_way_stays_to_be_read_and_signs_nothing(house: Template) -> None:
    variables = house.functions()["openid"]["Environment"]["Variables"]
    old, new = variables["RETIRING_SIGNING_KEY_ID"], variables["SIGNING_KEY_ID"]
    statements = {one["Sid"]: one["Resource"] for one in house.statements("openid") if "Sid" in one}

    signing = [name for name in house.of_type("AWS::KMS::Key") if name.startswith("DataSigningKey")]
    assert len(signing) == 2  # no token of the second counts any more
    assert old != new
    assert [*references(statements["ReadPublicKey"])] == [*references([new, old])]
    assert [*references(statements["SignTokens"])] == [*references(new)]


def test_keys_that_receipts_were_signed_with_stay_are_published_and_used_for_nothing(house: Template) -> None:
    variables = {name: one["Environment"]["Variables"] for name, one in house.functions().items()}
    retired = set(references(variables["discovery"]["RETIRED_STATEMENT_KEY_IDS"]))
    named = [
        (name, actions(statement))
        for name in house.functions()
        for statement in house.statements(name)
        if retired & set(references(statement["Resource"]))
    ]

    keys = {name for name in house.of_type("AWS::KMS::Key") if name.startswith("DataStatementKey")}
    (signing,) = keys - retired
    assert set(references(variables["export"]["STATEMENT_KEY_ID"])) == {signing}
    assert len(retired) == 2  # the third and the second: receipts of the first are old
    assert {house.resources[key]["DeletionPolicy"] for key in retired} == {"Retain"}
    assert named == [("discovery", {"kms:GetPublicKey"})]
    assert [name for name, of in variables.items() if "RETIRED_STATEMENT_KEY_IDS" in of] == ["discovery"]


# What CloudFormation puts where a template only refers to something: the longest that is likely, characters.
LONGEST = {"Accounts": 65, "Keys": 61, "Key": 36, "MailSender": 60, "Controller": 80, "Mail": 70, "Api": 75}


@pytest.mark.parametrize("name", ["discovery", "openid"])
def test_what_settings_may_hold_fits_into_a_functions_environment(house: Template, name: str) -> None:
    """Lambda takes 4 KB, written as JSON, and says so only while it is deployed."""
    given = {
        "OPENID_CLIENTS": _as_many_clients_as_fit(),
        "PLACE_HEADER": "cloudfront-viewer-country",
        "PLACE_SECRET_SHA256": "0" * 64,
        "API_ORIGIN": "https://api.sign-in.your-company.example",
        "ALLOWED_ORIGINS": ",".join(f"https://page{number}.your-company.example" for number in range(4)),
        "PRODUCT_NAME": "The Sign-in of Your Company",
        "RETIRED_STATEMENT_KEY_IDS": ",".join(["0" * LONGEST["Key"]] * _RETIRED_KEYS),
    }
    made = house.functions()[name]["Environment"]["Variables"]
    variables = {
        variable: given[variable] if variable in given else "x" * _longest(value)
        for variable, value in made.items()
    }

    size = len(json.dumps(variables, separators=(",", ":")).encode())

    assert size <= 4096


def _as_many_clients_as_fit() -> str:
    """Short ones: the more there are of them, the more of their text are quotes, which JSON doubles."""
    clients: tuple[OpenIdClient, ...] = ()
    while True:
        number = len(clients)
        more = OpenIdClient(id=f"c{number}", name=f"C{number}", redirect_uris=(f"https://c{number}.test/b",))
        fuller = replace(load("production"), openid_clients=(*clients, more))
        if len(fuller.openid_clients_json) > _CLIENTS_BYTES - 100:
            return fuller.openid_clients_json
        clients = fuller.openid_clients


def _longest(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    (logical_id,) = set(references(value))
    kinds = [kind for kind in LONGEST if logical_id.removeprefix("Data").startswith(kind)]
    return LONGEST["Key"] if "Key" in logical_id and logical_id != KEYS else LONGEST[kinds[0]]


def test_alarms_are_mailed(house: Template) -> None:
    alarms = house.of_type("AWS::CloudWatch::Alarm")
    (mailed,) = [
        one["Properties"]
        for one in house.of_type("AWS::SNS::Subscription").values()
        if one["Properties"]["Protocol"] == "email"
    ]

    assert len(alarms) == 11
    assert all(one["Properties"]["AlarmActions"] == [mailed["TopicArn"]] for one in alarms.values())
    assert mailed["Endpoint"] == "operators@house.test"


def test_a_new_account_needs_no_reserved_concurrency(house: Template) -> None:
    assert all("ReservedConcurrentExecutions" not in function for function in house.functions().values())
