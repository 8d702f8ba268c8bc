"""Two rules in front of the API: an address that asks too often waits, sooner where codes are asked for.

Counting happens in the firewall's memory; its sampled requests and logs stay off, because they keep
addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_wafv2 as waf
from constructs import Construct

if TYPE_CHECKING:
    from infra.api import Api
    from infra.environments import Environment

_WINDOW_S = 300
# The path as the firewall sees it begins with the stage.
_CODES = "/v1/email/"


class Firewall(Construct):
    """A regional web ACL on the API's stage."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, api: Api) -> None:
        super().__init__(scope, construct_id)
        acl = waf.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_unsampled("Firewall"),
            rules=[
                _per_address("Requests", 0, limit=environment.requests_per_ip_in_five_minutes),
                _per_address(
                    "Codes",
                    1,
                    limit=environment.mail_requests_per_ip_in_five_minutes,
                    only=_path_holds(_CODES),
                ),
            ],
        )
        waf.CfnWebACLAssociation(
            self,
            "OnTheApi",
            resource_arn=api.rest_api.deployment_stage.stage_arn,
            web_acl_arn=acl.attr_arn,
        )


def _per_address(
    what: str, priority: int, *, limit: int, only: waf.CfnWebACL.StatementProperty | None = None
) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name=f"{what}PerAddress",
        priority=priority,
        # the gateway's WAF_FILTERED answer turns this into 429 with Retry-After
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                evaluation_window_sec=_WINDOW_S,
                limit=limit,
                scope_down_statement=only,
            )
        ),
        visibility_config=_unsampled(f"{what}PerAddress"),
    )


def _path_holds(part: str) -> waf.CfnWebACL.StatementProperty:
    return waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="CONTAINS",
            search_string=part,
            # Case tells paths apart, here and in the gateway; what is encoded twice finds no route.
            text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="URL_DECODE")],
        )
    )


def _unsampled(metric: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=f"FaceSmash{metric}", sampled_requests_enabled=False
    )
