"""The pages: a private bucket behind CloudFront, with the headers of `infra.headers`.

Without a domain CloudFront answers on its own name and with its own certificate, and then AWS fixes the
oldest TLS version that it accepts; with `site_domain` set nothing older than TLS 1.3 connects. Nothing
personal passes here either way: the pages and models are public, and what a person sends goes to the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Annotations, Duration, RemovalPolicy, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as cloudfront_origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.headers import IMMUTABLE_PREFIX, cache_control, security_headers
from infra.nag import acknowledge, written_account, written_region

if TYPE_CHECKING:
    from aws_cdk import CfnElement

    from infra.api import Api
    from infra.environments import Environment
    from infra.workspace import Workspace

# The pages live at /x and are stored as x.html.
_PAGE_OF_PATH = """
function handler(event) {
  var request = event.request;
  if (request.uri.endsWith('/')) {
    request.uri += 'index.html';
  } else if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) {
    request.uri += '.html';
  }
  return request;
}
"""
# The outbox shows the local cloud's mail; there is none to show in the cloud.
_LOCAL_ONLY = ["outbox.html"]
_PARSED = {
    "Content-Security-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


class Site(Construct):
    """The static site and the address it has."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, workspace: Workspace, api: Api
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._bucket = self._private_bucket()
        self.distribution = self._distribution(api)
        self.url = f"https://{environment.site_domain or self.distribution.distribution_domain_name}"
        self._deploy(workspace, api)

    def _private_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            removal_policy=RemovalPolicy.DESTROY,
            auto_delete_objects=False,
        )
        acknowledge(
            bucket,
            {
                "AwsSolutions-S1": "Access logs would keep visitors' addresses and say nothing else: the "
                "only reader is CloudFront, and what lies here is public."
            },
        )
        return bucket

    def _distribution(self, api: Api) -> cloudfront.Distribution:
        domain = self._environment.site_domain
        rewrite = cloudfront.Function(
            self,
            "PageOfPath",
            code=cloudfront.FunctionCode.from_inline(_PAGE_OF_PATH.strip()),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="FaceSmash: the pages",
            default_root_object="index.html",
            # The bucket answers 403 for what is not there, because nobody may list it.
            error_responses=[
                cloudfront.ErrorResponse(
                    http_status=403,
                    response_http_status=404,
                    response_page_path="/404.html",
                    ttl=Duration.minutes(1),
                )
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            domain_names=[domain] if domain else None,
            certificate=self._certificate(),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025 if domain else None,
            default_behavior=cloudfront.BehaviorOptions(
                origin=cloudfront_origins.S3BucketOrigin.with_origin_access_control(self._bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                compress=True,
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=self._headers(api),
                function_associations=[
                    cloudfront.FunctionAssociation(
                        function=rewrite, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                    )
                ],
            ),
        )
        acknowledge(
            distribution,
            {
                "AwsSolutions-CFR1": "Where a person may sign in is the controller's to decide.",
                "AwsSolutions-CFR2": "Static public files: the firewall stands in front of the API.",
                "AwsSolutions-CFR3": "Access logs would keep visitors' addresses.",
                "AwsSolutions-CFR4": "CloudFront's own certificate comes with its own TLS versions; with "
                "site_domain set it is TLS 1.3 and nothing older.",
            },
        )
        return distribution

    def _certificate(self) -> acm.ICertificate | None:
        arn = self._environment.site_certificate_arn
        return acm.Certificate.from_certificate_arn(self, "Certificate", arn) if arn else None

    def _headers(self, api: Api) -> cloudfront.ResponseHeadersPolicy:
        headers = security_headers(api_origin=self._environment.api_origin or api.origin)
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            comment="FaceSmash: infra/headers.py",
            security_headers_behavior=_parsed_headers(headers),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in headers.items()
                    if name not in _PARSED
                ]
            ),
        )

    def _deploy(self, workspace: Workspace, api: Api) -> None:
        config = deployment.Source.json_data(
            "config.json",
            {"apiOrigin": self._environment.api_origin or api.url, "environment": self._environment.name},
        )
        immutable = IMMUTABLE_PREFIX.strip("/")
        sources = []
        if workspace.site.is_dir():
            # Assets first: a page never names what is not there yet. Old ones stay for pages that are still
            # open.
            assets = self._upload(
                "Assets",
                [
                    deployment.Source.asset(
                        str(workspace.site), exclude=["*", f"!{immutable}", f"!{immutable}/**"]
                    )
                ],
                cache_path=IMMUTABLE_PREFIX,
            )
            sources = [
                deployment.Source.asset(
                    str(workspace.site), exclude=[immutable, f"{immutable}/**", *_LOCAL_ONLY]
                )
            ]
        else:
            assets = None
            Annotations.of(self).add_warning_v2(
                "facesmash:site-not-built",
                "site/dist is absent: this deploys config.json and no pages (make synth builds it)",
            )
        pages = self._upload("Pages", [*sources, config], cache_path="/")
        if assets is not None:
            pages.node.add_dependency(assets)
        self._acknowledge_uploader(pages)

    def _upload(
        self, name: str, sources: list[deployment.ISource], *, cache_path: str
    ) -> deployment.BucketDeployment:
        return deployment.BucketDeployment(
            self,
            name,
            sources=sources,
            destination_bucket=self._bucket,
            cache_control=[deployment.CacheControl.from_string(cache_control(cache_path))],
            memory_limit=512,
            prune=False,
        )

    def _acknowledge_uploader(self, upload: deployment.BucketDeployment) -> None:
        # CDK's own function, one per stack
        uploader = upload.handler_role.node.scope
        if uploader is None:
            raise LookupError("CDK's uploader has no place in the tree")
        stack = Stack.of(self)
        bucket = stack.get_logical_id(cast("CfnElement", self._bucket.node.default_child))
        why = "CDK's uploader: it runs only during a deployment, on the site's bucket and CDK's own assets."
        findings = [
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
            *(
                f"IAM5[Action::s3:{action}*]"
                for action in ("GetObject", "GetBucket", "List", "DeleteObject", "Abort")
            ),
            f"IAM5[Resource::arn:<AWS::Partition>:s3:::{_asset_bucket(stack)}/*]",
            f"IAM5[Resource::<{bucket}.Arn>/*]",
            "L1",
        ]
        acknowledge(
            uploader,
            {
                **{f"AwsSolutions-{finding}": why for finding in findings},
                "Serverless-LambdaLatestVersion": why,
                "Serverless-LambdaDLQ": "CloudFormation waits for its answer.",
                "Serverless-LambdaTracing": "It serves nobody's request.",
            },
        )


def _asset_bucket(stack: Stack) -> str:
    qualifier = stack.node.try_get_context("@aws-cdk/core:bootstrapQualifier") or "hnb659fds"
    return f"cdk-{qualifier}-assets-{written_account(stack)}-{written_region(stack)}"


def _parsed_headers(headers: dict[str, str]) -> cloudfront.ResponseSecurityHeadersBehavior:
    # CloudFront takes these five apart; the values are the same ones
    hsts = headers["Strict-Transport-Security"]
    return cloudfront.ResponseSecurityHeadersBehavior(
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=headers["Content-Security-Policy"], override=True
        ),
        content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
        frame_options=cloudfront.ResponseHeadersFrameOptions(
            frame_option=cloudfront.HeadersFrameOption[headers["X-Frame-Options"]], override=True
        ),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=cloudfront.HeadersReferrerPolicy[
                headers["Referrer-Policy"].upper().replace("-", "_")
            ],
            override=True,
        ),
        strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
            access_control_max_age=Duration.seconds(int(hsts.split("max-age=")[1].split(";")[0])),
            include_subdomains="includeSubDomains" in hsts,
            override=True,
        ),
    )
