"""Eleven alarms that mean "look now", mailed to `alarm_mail` where it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.nag import acknowledge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.api import Api
    from infra.constructs.api_function import ApiFunction
    from infra.environments import Environment

_PERIOD = Duration.minutes(5)


class Monitoring(Construct):
    """Alarms on what a person would notice: errors, waiting, spent capacity; on leaks; on tampering."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        api: Api,
        functions: Mapping[str, ApiFunction],
    ) -> None:
        super().__init__(scope, construct_id)
        self._topic = self._mail(environment.alarm_mail) if environment.alarm_mail else None
        rest_api = api.rest_api
        verify = functions["verify"].function
        self._alarm("ServerErrors", rest_api.metric_server_error(period=_PERIOD, statistic="Sum"), above=5)
        self._alarm("SlowAnswers", rest_api.metric_latency(period=_PERIOD, statistic="p99"), above=3_000)
        self._alarm("SignInErrors", verify.metric_errors(period=_PERIOD, statistic="Sum"), above=0)
        self._alarm("SignInThrottled", verify.metric_throttles(period=_PERIOD, statistic="Sum"), above=0)
        # A stored template came back as a look at the camera: once is enough to look for where it came from.
        replayed = _counted("TemplateReplayed", by="verify", outcome="authentication-failed")
        self._alarm("TemplateReplayed", replayed, above=0, periods=1)
        as_new = _counted("TemplateReplayed", by="enroll", outcome="capture-refused")
        self._alarm("TemplateReplayedAsNewFace", as_new, above=0, periods=1)
        # An owner's sign-in log lacks an entry: somebody writes to the table behind the API's back.
        broken = _counted("SignInLogBroken", by="account", outcome="ok")
        self._alarm("SignInLogBroken", broken, above=0, periods=1)
        in_copy = _counted("SignInLogBroken", by="export", outcome="ok")
        self._alarm("SignInLogBrokenInCopy", in_copy, above=0, periods=1)
        # A deletion whose remains lie about for a quarter of an hour, or nobody who would remove them.
        undone = _of_the_sweeper("ErasuresLeft", statistic="Minimum")  # in the best round of a period
        self._alarm("ErasuresUnfinished", undone, above=0, periods=3)
        # An owner was not told of something, and will not be: perhaps a time runs in which they had to act.
        self._alarm("NoticeDropped", _of_the_sweeper("NoticeDropped", statistic="Sum"), above=0, periods=1)
        sweeper = functions["sweeper"].function
        self._alarm("SweeperErrors", sweeper.metric_errors(period=_PERIOD, statistic="Sum"), above=0)

    def _alarm(self, name: str, metric: cloudwatch.Metric, *, above: float, periods: int = 2) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            datapoints_to_alarm=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic is not None:
            alarm.add_alarm_action(actions.SnsAction(self._topic))

    def _mail(self, address: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        # A topic with a policy of its own no longer has the one that lets its account's alarms in.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        topic.add_subscription(subscriptions.EmailSubscription(address))
        acknowledge(
            topic,
            {"Serverless-SNSRedrivePolicy": "A mail that cannot be delivered leaves the alarm where it is."},
        )
        return topic


def _counted(name: str, *, by: str, outcome: str) -> cloudwatch.Metric:
    """What a function counts itself, by the outcome of the request: a refused sign-in, always the same."""
    return cloudwatch.Metric(
        namespace="FaceSmash",
        metric_name=name,
        dimensions_map={"service": by, "outcome": outcome},
        period=_PERIOD,
        statistic="Sum",
    )


def _of_the_sweeper(name: str, *, statistic: str) -> cloudwatch.Metric:
    """What the sweeper counts, whom nobody waits for."""
    return cloudwatch.Metric(
        namespace="FaceSmash",
        metric_name=name,
        dimensions_map={"service": "sweeper"},
        period=_PERIOD,
        statistic=statistic,
    )
