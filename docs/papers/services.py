"""The AWS services that a deployment is made of; tests/infra/test_services.py holds them to the template."""

from collections.abc import Mapping
from typing import Final

# By the prefix of their resources in CloudFormation: the service, what of people passes it, and what stays there.
SERVICES: Final[Mapping[str, tuple[str, str, str]]] = {
    "AWS::ApiGateway": ("API Gateway", "every request, network addresses", "log without addresses"),
    "AWS::CloudFront": ("CloudFront", "requests for pages, network addresses", "nothing: its logs are off"),
    "AWS::CloudWatch": ("CloudWatch alarms", "nothing", "figures that name nobody"),
    "AWS::DynamoDB": ("DynamoDB", "all that is kept", "all that is kept; see data-map.md"),
    "AWS::Events": ("EventBridge", "nothing", "a rule that calls the sweeper each minute"),
    "AWS::IAM": ("IAM", "nothing", "roles of the functions"),
    "AWS::KMS": ("KMS", "accounts' keys, accounts' numbers as context", "the key that wraps them"),
    "AWS::Lambda": ("Lambda", "every request, in memory", "nothing"),
    "AWS::Logs": ("CloudWatch Logs", "nothing that names anybody", "technical logs"),
    "AWS::S3": ("S3", "nothing", "the site's files"),
    "AWS::SES": ("SES", "e-mail addresses, codes and notices", "what comes back, until it is told"),
    "AWS::SNS": ("SNS", "addresses of mails that come back", "nothing once it is told"),
    "AWS::WAFv2": ("WAF", "network addresses, in memory", "nothing: its samples and logs are off"),
}
# Without resources of their own in the template.
BESIDE: Final[Mapping[str, tuple[str, str, str]]] = {
    "CloudTrail": ("CloudTrail", "accounts' numbers", "its event history of key use"),
    "X-Ray": ("X-Ray", "nothing that names anybody", "how long each part took"),
}
