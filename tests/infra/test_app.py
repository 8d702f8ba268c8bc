"""The app as a whole: nag, the local environment, the command line."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3

from infra.app import build, main
from infra.environments import load
from infra.workspace import LAMBDA, Workspace
from tests.infra.synthesis import UNBUNDLED

if TYPE_CHECKING:
    from tests.infra.template import Template

EDGE = (
    "AWS::CloudFront::",
    "AWS::S3::",
    "AWS::WAFv2::",
    "AWS::CloudWatch::",
    "Custom::",
    "AWS::SES::",
    "AWS::SNS::",
)


def test_a_finding_stops_the_synthesis(workspace: Workspace, tmp_path: Path) -> None:
    app = build(
        load("production"), workspace=workspace, target=LAMBDA, outdir=str(tmp_path), context=UNBUNDLED
    )
    stack = app.node.find_child("FaceSmash-production")
    assert isinstance(stack, Stack)
    s3.Bucket(stack, "Careless", removal_policy=RemovalPolicy.DESTROY)

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()


def test_the_local_cloud_gets_the_same_functions_tables_and_routes(
    production: Template, local: Template
) -> None:
    assert set(local.functions()) == set(production.functions())
    assert local.routes() == production.routes()
    for resource_type in ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::ApiGateway::Model"):
        assert set(local.of_type(resource_type)) == set(production.of_type(resource_type))
    for name in local.functions():
        assert [statement.get("Sid") for statement in local.statements(name)] == [
            statement.get("Sid") for statement in production.statements(name)
        ]


def test_the_local_cloud_leaves_out_the_edge_and_nothing_else(production: Template, local: Template) -> None:
    # CDK's uploader of the site is a function with a layer and a role; SNS is let in to a function
    uploader = re.compile("CustomCDKBucketDeployment|Site.*AwsCliLayer|.*AllowInvoke.*MailFeedback")

    kept = Counter(
        one["Type"]
        for name, one in production.resources.items()
        if not one["Type"].startswith(EDGE) and not uploader.match(name)
    )

    assert Counter(one["Type"] for one in local.resources.values()) == kept


def test_the_front_server_names_its_origin_when_it_starts(local: Template) -> None:
    parameters = local.body["Parameters"]
    variables = local.functions()["verify"]["Environment"]["Variables"]

    assert parameters["SiteOrigin"]["Default"] == "http://localhost:5173"
    assert parameters["ApiOrigin"]["Default"] == "http://localhost:5173"
    assert variables["ALLOWED_ORIGINS"] == {"Ref": "SiteOrigin"}
    assert variables["API_ORIGIN"] == {"Ref": "ApiOrigin"}


def test_a_deployment_without_a_sender_and_a_controller_does_not_begin(
    production: Template, local: Template
) -> None:
    asked_for = {"MailSender", "ControllerName", "ControllerContact"}
    variables = production.functions()["discovery"]["Environment"]["Variables"]

    for name in asked_for:
        assert "Default" not in production.body["Parameters"][name]
        assert production.body["Parameters"][name]["AllowedPattern"]
    assert variables["MAIL_SENDER"] == {"Ref": "MailSender"}
    assert variables["CONTROLLER_NAME"] == {"Ref": "ControllerName"}
    assert variables["CONTROLLER_CONTACT"] == {"Ref": "ControllerContact"}
    assert not asked_for & set(local.body["Parameters"])


def test_the_stack_says_where_everything_is(production: Template, local: Template) -> None:
    tables_and_keys = {"AccountsTable", "KeysTable", "DataKeyId", "SigningKeyId", "StatementKeyId"}
    names = {"ApiUrl", "ApiId", "SiteUrl", *tables_and_keys}

    assert set(production.body["Outputs"]) == set(local.body["Outputs"]) == names


def test_no_account_is_written_down(production: Template) -> None:
    assert "000000000000" not in str(production.body)


def test_an_unknown_environment_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--environment", "nowhere"]) == 2

    assert capsys.readouterr().err.startswith("infra: no settings for environment 'nowhere'")


def test_the_front_server_reads_the_headers_without_cdk() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import infra.headers, sys; print('aws_cdk' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )

    assert ran.stdout.strip() == "False"
