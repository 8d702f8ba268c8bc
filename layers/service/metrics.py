"""What is counted, under names of ours and with nothing that came from outside."""

from typing import Final, Literal, TypeAlias

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

# docs/deploy.md says what each means; infra/monitoring.py watches some. Never one for a person, a device or a
# place: how many, and nothing of whom.
Counted: TypeAlias = Literal[
    "Answered",
    "MailBounced",
    "MailComplained",
    "NoticeDropped",
    "SignInBegun",
    "SignInDecoyed",
    "SignInLocked",
    "SignInNotLive",
    "SignInNotMatched",
    "SignInLogBroken",
    "TemplateReplayed",
]

# The same, of what is a number by itself.
Measured: TypeAlias = Literal["ErasuresLeft", "NoticesLeft", "ReviewsLeft", "SweepFailed", "SweptUp"]

_NAMESPACE: Final = "FaceSmash"


def count(name: Counted) -> None:
    """Count one more; it is written down with the answer, which adds what came of the request."""
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=1)


def measure(name: Measured, number: int) -> None:
    """Note a number; it is written down as what is counted is."""
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=number)


def write_down(*, outcome: str, duration_ms: float) -> None:
    """Write down what was counted of a request, under its function and its outcome.

    Args:
        outcome: "ok", or the slug of a problem.
        duration_ms: milliseconds until the answer.
    """
    metrics = _metrics()
    metrics.add_dimension(name="outcome", value=outcome)
    count("Answered")
    # To the microsecond: a float's further digits say nothing, and may look like a number of somebody's face.
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(duration_ms, 3))
    metrics.flush_metrics()


def write_down_unanswered() -> None:
    """Write down what was counted where nobody waits for an answer, under the function alone."""
    _metrics().flush_metrics()


def _metrics() -> Metrics:
    # Made anew each time: it takes the function's name from the environment when it is made, and code may be
    # loaded before that is set. What is counted lies on the class, so that it is one all the same.
    return Metrics(namespace=_NAMESPACE)
