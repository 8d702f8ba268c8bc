"""cdk-nag's findings stop the synthesis; what is left on purpose carries its reason, beside what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


def add_checks(app: App) -> None:
    """Let AwsSolutions and Serverless judge every stack of `app` at synthesis."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))


def acknowledge(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings on `scope` and what is under it: rule (or `rule[finding]`) to reason."""
    Validations.of(scope).acknowledge(*(Acknowledgment(id=rule, reason=why) for rule, why in reasons.items()))
