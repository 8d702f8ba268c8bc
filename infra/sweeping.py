"""The clock that calls the sweeper, once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.nag import acknowledge

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

EVERY = Duration.minutes(1)


class Sweeping(Construct):
    """A rule of EventBridge. What a round misses, the next one finds: a call is never tried again."""

    def __init__(self, scope: Construct, construct_id: str, *, sweeper: lambda_.IFunction) -> None:
        super().__init__(scope, construct_id)
        rule = events.Rule(
            self,
            "EveryMinute",
            description="FaceSmash: finishes what a function that was killed left behind",
            schedule=events.Schedule.rate(EVERY),
            targets=[targets.LambdaFunction(sweeper, retry_attempts=0, max_event_age=EVERY)],
        )
        acknowledge(
            rule,
            {
                "Serverless-EventBusDLQ": "A call that is lost is made again in a minute, and finds all that "
                "is left: what is to be done stands on the work list, and in no event."
            },
        )
