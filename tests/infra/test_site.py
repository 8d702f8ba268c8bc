from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from infra.headers import IMMUTABLE_PREFIX, cache_control, security_headers
from infra.workspace import REPOSITORY
from tests.infra.template import Template, references

if TYPE_CHECKING:
    from infra.workspace import Workspace


def _directives(policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in policy.split("; ")}


def test_the_bucket_is_private(production: Template) -> None:
    bucket = production.only("AWS::S3::Bucket")["Properties"]

    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert "WebsiteConfiguration" not in bucket


def test_only_this_distribution_reads_the_bucket(production: Template) -> None:
    statements = production.only("AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]["Statement"]
    (distribution,) = production.of_type("AWS::CloudFront::Distribution")

    allowed = [one for one in statements if one["Effect"] == "Allow"]

    assert [one["Principal"] for one in allowed] == [{"Service": "cloudfront.amazonaws.com"}]
    assert distribution in set(references(allowed[0]["Condition"]["StringEquals"]["AWS:SourceArn"]))


def test_pages_come_over_https_with_the_houses_headers(production: Template) -> None:
    behaviour = production.only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"][
        "DefaultCacheBehavior"
    ]
    policy = production.only("AWS::CloudFront::ResponseHeadersPolicy")["Properties"][
        "ResponseHeadersPolicyConfig"
    ]
    secure = policy["SecurityHeadersConfig"]

    custom = {one["Header"]: one["Value"] for one in policy["CustomHeadersConfig"]["Items"]}
    expected = security_headers()

    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert len(custom) + len(secure) == len(expected)
    assert custom == {name: expected[name] for name in custom}
    assert secure["FrameOptions"]["FrameOption"] == expected["X-Frame-Options"]
    assert secure["ReferrerPolicy"]["ReferrerPolicy"] == expected["Referrer-Policy"]
    assert secure["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 63_072_000
    assert all(part["Override"] is True for part in secure.values())


def test_pages_may_talk_to_themselves_and_the_api_only(production: Template) -> None:
    policy = production.only("AWS::CloudFront::ResponseHeadersPolicy")["Properties"][
        "ResponseHeadersPolicyConfig"
    ]
    (api,) = production.of_type("AWS::ApiGateway::RestApi")

    value = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]

    assert api in set(references(value))
    text = "".join(part if isinstance(part, str) else "TOKEN" for part in value["Fn::Join"][1])
    assert _directives(text)["connect-src"] == ["'self'", "https://TOKEN.execute-api.TOKEN.TOKEN"]


def test_what_is_not_there_is_the_sites_own_404(production: Template) -> None:
    config = production.only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]

    (answer,) = config["CustomErrorResponses"]

    assert (answer["ErrorCode"], answer["ResponseCode"]) == (403, 404)
    assert (REPOSITORY / "site" / answer["ResponsePagePath"].lstrip("/")).is_file()


def test_the_content_policy_has_no_way_around_it() -> None:
    directives = _directives(security_headers()["Content-Security-Policy"])

    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert directives["connect-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["require-trusted-types-for"] == ["'script'"]
    assert directives["trusted-types"] == ["lit-html", "facesmash-worker"]
    every = [source for sources in directives.values() for source in sources]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & set(every)
    assert not {"data:", "blob:"} & set(every)


def test_the_camera_and_passkeys_are_for_this_origin_only() -> None:
    features = security_headers()["Permissions-Policy"].split(", ")

    assert features[0] == "camera=(self)"
    own, rest = features[:3], features[3:]
    assert own[1:] == ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
    assert all(feature.endswith("=()") for feature in rest)
    assert "microphone=()" in features


def test_assets_are_kept_for_ever_and_pages_are_asked_for_again(production: Template) -> None:
    assert "immutable" in cache_control("/assets/app-1a2b3c.js")
    assert cache_control("/index.html") == cache_control("/") == "no-cache"
    uploads = production.of_type("Custom::CDKBucketDeployment")
    assets = next(one for name, one in uploads.items() if name.startswith("SiteAssets"))
    pages = next(one for name, one in uploads.items() if name.startswith("SitePages"))
    assert assets["Properties"]["SystemMetadata"] == {"cache-control": cache_control(IMMUTABLE_PREFIX)}
    assert pages["Properties"]["SystemMetadata"] == {"cache-control": "no-cache"}
    assert any(name.startswith("SiteAssets") for name in pages["DependsOn"])


def test_the_outbox_stays_on_the_developers_machine(production: Template, workspace: Workspace) -> None:
    assert (workspace.site / "outbox.html").is_file()

    staged = {path.name for path in production.folder.rglob("*.html")}

    assert "index.html" in staged
    assert "outbox.html" not in staged


def test_the_site_learns_the_apis_address(production: Template) -> None:
    uploads = production.of_type("Custom::CDKBucketDeployment")
    (api,) = production.of_type("AWS::ApiGateway::RestApi")

    pages = next(one for name, one in uploads.items() if name.startswith("SitePages"))

    assert api in set(references(pages["Properties"]["SourceMarkers"]))
    # the address is put in while it is deployed
    (config,) = production.folder.rglob("config.json")
    written = config.read_text(encoding="utf-8").replace("<<marker:0xbaba:0>>", '"https://api.example"')
    assert json.loads(written) == {"apiOrigin": "https://api.example", "environment": "production"}


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("/", "/index.html"),
        ("/register", "/register.html"),
        ("/sign-in", "/sign-in.html"),
        ("/index.html", "/index.html"),
        ("/assets/app-1a2b3c.js", "/assets/app-1a2b3c.js"),
        ("/v1.2/page", "/v1.2/page.html"),
    ],
)
def test_a_page_is_found_by_its_path(production: Template, asked: str, stored: str) -> None:
    node = shutil.which("node")
    assert node is not None, "CDK itself runs on node"
    code = production.only("AWS::CloudFront::Function")["Properties"]["FunctionCode"]

    answer = subprocess.run(  # noqa: S603 - our own code in an interpreter found on the path
        [
            node,
            "-e",
            f"{code}; process.stdout.write(handler({{request: {{uri: process.argv[1]}}}}).uri)",
            asked,
        ],
        check=True,
        capture_output=True,
        text=True,
    )

    assert answer.stdout == stored
