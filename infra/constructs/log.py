"""Log groups that forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

from infra.environments import RETENTION_DAYS

if TYPE_CHECKING:
    from constructs import Construct

_RETENTION = dict(
    zip(
        RETENTION_DAYS,
        (
            logs.RetentionDays.ONE_DAY,
            logs.RetentionDays.THREE_DAYS,
            logs.RetentionDays.FIVE_DAYS,
            logs.RetentionDays.ONE_WEEK,
            logs.RetentionDays.TWO_WEEKS,
            logs.RetentionDays.ONE_MONTH,
            logs.RetentionDays.TWO_MONTHS,
            logs.RetentionDays.THREE_MONTHS,
        ),
        strict=True,
    )
)


def log_group(scope: Construct, construct_id: str, *, retention_days: int) -> logs.LogGroup:
    """A log group that goes with its stack and keeps its lines for one of `RETENTION_DAYS`."""
    return logs.LogGroup(
        scope, construct_id, retention=_RETENTION[retention_days], removal_policy=RemovalPolicy.DESTROY
    )
