"""cdk-nag's findings stop the synthesis; what is left on purpose carries its reason, where it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, App, Stack, Token, Validations
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


def written_account(stack: Stack) -> str:
    """The stack's account as cdk-nag writes it in a finding: itself, or the pseudo parameter's name."""
    return "<AWS::AccountId>" if Token.is_unresolved(stack.account) else stack.account


def written_region(stack: Stack) -> str:
    """As `written_account`, for the region."""
    return "<AWS::Region>" if Token.is_unresolved(stack.region) else stack.region
