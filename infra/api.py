"""The front door: one regional REST API that speaks TLS 1.3 and nothing older.

REST rather than HTTP API because an HTTP API cannot refuse TLS 1.2, and no CloudFront in front of it because
CloudFront's own connection to an origin stops at TLS 1.2.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from infra.constructs.log import log_group
from infra.cors import ALLOWED_HEADERS, EXPOSED_HEADERS
from infra.gateway_responses import add_gateway_responses, refuse_other_methods
from infra.models import MODELS
from infra.nag import acknowledge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_lambda as lambda_

    from infra.environments import Environment, Throttle
    from infra.routes import Route

STAGE = "api"
SECURITY_POLICY = "SecurityPolicy_TLS13_1_3_2025_09"

# What tells an operator how the service does, and nothing that tells who uses it: no address, no agent, no
# path (the route's template stands for it) and none of the gateway's validation messages, which quote the
# body.
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "firewall": "$context.waf.status",
    "latencyMs": "$context.responseLatency",
    "functionMs": "$context.integration.latency",
    "functionStatus": "$context.integration.status",
    "bytes": "$context.responseLength",
    "tls": "$context.tlsVersion",
    "cipher": "$context.cipherSuite",
}

# as cdk-nag spells it
_LOG_WRITER = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Api(Construct):
    """The REST API without its routes; `add_route` adds one."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        log = log_group(self, "AccessLog", retention_days=environment.log_retention_days)
        self.rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=Stack.of(self).stack_name,
            description="FaceSmash",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            # An export as an archive: whoever accepts this type alone gets bytes, all others base64.
            binary_media_types=["application/zip"],
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                access_log_destination=apigateway.LogGroupLogDestination(log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
                logging_level=apigateway.MethodLoggingLevel.OFF,
                data_trace_enabled=False,
                metrics_enabled=True,
                tracing_enabled=False,
                throttling_rate_limit=environment.throttle.rate,
                throttling_burst_limit=environment.throttle.burst,
                method_options={
                    _stage_path(route): _limits(throttle) for route, throttle in environment.throttles.items()
                },
            ),
        )
        _refuse_old_tls(self.rest_api)
        # CDK adds an output of its own; the stack names its outputs itself
        self.rest_api.node.try_remove_child("Endpoint")
        self._validator = self.rest_api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        self._models = {
            name: self.rest_api.add_model(name, schema=_schema(schema), content_type="application/json")
            for name, schema in MODELS.items()
        }
        self._acknowledge()

    @property
    def origin(self) -> str:
        """Scheme and host, free of the stage: the site's headers name it before the stage exists."""
        stack = Stack.of(self)
        return f"https://{self.rest_api.rest_api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    @property
    def url(self) -> str:
        """Where the API answers, without a slash at the end."""
        return f"{self.origin}/{STAGE}"

    def add_routes(
        self,
        routes: Mapping[Route, lambda_.IFunction],
        *,
        origins: Sequence[str],
        client_origins: Sequence[str] = (),
    ) -> None:
        """Answer each route with its function, and let pages on `origins`, and no others, call it.

        Pages on `client_origins` may call what is for registered applications, and nothing else.
        """
        by_path: dict[str, list[str]] = {}
        for_clients = {route.path for route in routes if route.for_clients}
        for route, function in routes.items():
            self._add_route(route, function)
            by_path.setdefault(route.path, []).append(route.method)
        for path, methods in by_path.items():
            resource = self.rest_api.root.resource_for_path(path)
            refuse_other_methods(resource, allowed=[*methods, "OPTIONS"], origin=origins[0])
            resource.add_cors_preflight(
                allow_origins=[*origins, *(client_origins if path in for_clients else ())],
                allow_methods=methods,
                allow_headers=list(ALLOWED_HEADERS),
                expose_headers=list(EXPOSED_HEADERS),
                max_age=Duration.hours(1),
            )
        add_gateway_responses(self.rest_api, origin=origins[0])

    def _add_route(self, route: Route, function: lambda_.IFunction) -> None:
        method = self.rest_api.root.resource_for_path(route.path).add_method(
            route.method,
            apigateway.LambdaIntegration(function, allow_test_invoke=False),
            authorization_type=apigateway.AuthorizationType.NONE,
            request_validator=self._validator,
            request_models={"application/json": self._models[route.model]} if route.model else None,
        )
        acknowledge(
            method,
            {
                "AwsSolutions-APIG4": "Callers prove possession of their device key (DPoP) to the function, "
                "which alone knows the challenge that the proof must carry; public documents need none.",
                "AwsSolutions-COG4": "This is the sign-in itself: there is no Cognito behind it.",
            },
        )

    def _acknowledge(self) -> None:
        acknowledge(
            self.rest_api,
            {
                "AwsSolutions-APIG6": "Execution logs quote what the validator refused, and what is sent "
                "here is biometric. The access log has fields that we chose.",
                "Serverless-APIGWXrayEnabled": "The gateway's segments carry the caller's address, agent and "
                "path. The functions' own segments do not, and they are traced.",
                f"AwsSolutions-IAM4[Policy::{_LOG_WRITER}]": "AWS's own policy for the one role per account "
                "with which the gateway writes access logs.",
            },
        )


def _refuse_old_tls(rest_api: apigateway.RestApi) -> None:
    # CDK's construct does not have these two yet
    resource = cast("apigateway.CfnRestApi", rest_api.node.default_child)
    resource.security_policy = SECURITY_POLICY
    resource.endpoint_access_mode = "STRICT"


def _stage_path(route: str) -> str:
    # "POST /v1/challenges" in settings, "/v1/challenges/POST" for the stage
    method, path = route.split(" ", 1)
    return f"{path}/{method}"


def _limits(throttle: Throttle) -> apigateway.MethodDeploymentOptions:
    return apigateway.MethodDeploymentOptions(
        throttling_rate_limit=throttle.rate,
        throttling_burst_limit=throttle.burst,
        logging_level=apigateway.MethodLoggingLevel.OFF,
        data_trace_enabled=False,
        metrics_enabled=True,
    )


def _schema(schema: Mapping[str, Any]) -> apigateway.JsonSchema:
    """CDK's form of one of our models, which use these keywords and no others."""
    return apigateway.JsonSchema(
        type=apigateway.JsonSchemaType[schema["type"].upper()],
        additional_properties=schema.get("additionalProperties"),
        properties={name: _schema(part) for name, part in schema["properties"].items()}
        if "properties" in schema
        else None,
        required=schema.get("required"),
        items=_schema(schema["items"]) if "items" in schema else None,
        max_items=schema.get("maxItems"),
        max_length=schema.get("maxLength"),
        maximum=schema.get("maximum"),
        enum=schema.get("enum"),
    )
