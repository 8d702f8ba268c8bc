"""What SES tells of our mails: those that come back, and those that were complained of, reach a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.nag import acknowledge

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_


class MailFeedback(Construct):
    """A configuration set that every mail of ours names, and the topic that it tells of them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._topic = sns.Topic(self, "Topic", enforce_ssl=True)
        configuration_set = ses.CfnConfigurationSet(
            self,
            "ConfigurationSet",
            sending_options=ses.CfnConfigurationSet.SendingOptionsProperty(sending_enabled=True),
        )
        self.configuration_set = configuration_set.ref
        stack = Stack.of(self)
        allowed = self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="MailsOfThisConfigurationSet",
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._topic.topic_arn],
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": stack.account,
                        "aws:SourceArn": stack.format_arn(
                            service="ses", resource="configuration-set", resource_name=self.configuration_set
                        ),
                    }
                },
            )
        )
        destination = ses.CfnConfigurationSetEventDestination(
            self,
            "Feedback",
            configuration_set_name=self.configuration_set,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                enabled=True,
                matching_event_types=["bounce", "complaint"],
                sns_destination=ses.CfnConfigurationSetEventDestination.SnsDestinationProperty(
                    topic_arn=self._topic.topic_arn
                ),
            ),
        )
        # SES tries the topic as soon as it hears of it.
        if allowed.policy_dependable is not None:
            destination.node.add_dependency(allowed.policy_dependable)

    def reaches(self, function: lambda_.IFunction) -> None:
        """Let the function have what SES tells."""
        self._topic.add_subscription(subscriptions.LambdaSubscription(function))
        acknowledge(
            function,
            {
                "Serverless-SNSRedrivePolicy": "SNS tries a Lambda for hours; what is lost all the same is "
                "told again by the next mail that comes back."
            },
        )
