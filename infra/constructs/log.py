"""Log groups that forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from constructs import Construct

# The periods that CloudWatch knows, up to the longest that a sign-in log here may live.
_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
}


def log_group(scope: Construct, construct_id: str, *, retention_days: int) -> logs.LogGroup:
    """A log group that goes with its stack and keeps its lines for `retention_days`.

    Raises:
        ValueError: CloudWatch has no such period, or it is longer than 90 days.
    """
    if retention_days not in _RETENTION:
        msg = f"log_retention_days: {retention_days} is none of {', '.join(map(str, _RETENTION))}"
        raise ValueError(msg)
    return logs.LogGroup(
        scope, construct_id, retention=_RETENTION[retention_days], removal_policy=RemovalPolicy.DESTROY
    )
