"""What is counted, under names of ours and with nothing that came from outside."""

from typing import Final, Literal, TypeAlias

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

# infra/monitoring.py watches these.
Counted: TypeAlias = Literal[
    "Answered", "MailBounced", "MailComplained", "SignInLogBroken", "TemplateReplayed"
]

metrics: Final = Metrics(namespace="FaceSmash")


def count(name: Counted) -> None:
    """Count one more; it is written down with the answer, which adds what came of the request."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
