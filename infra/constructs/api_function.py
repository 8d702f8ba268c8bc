"""One Lambda with its own role, its own log and exactly its grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bytecode import compile_tree, interpreter_for
from infra.constructs.log import log_group
from infra.constructs.prepared_asset import copy_sources, digest, prepared_code, python_sources
from infra.nag import acknowledge, written_account, written_region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from aws_cdk import aws_logs as logs

    from infra.routes import Function
    from infra.workspace import Target, Workspace

_LAYOUT = "1"


class ApiFunction(Construct):
    """A function behind the API: what it runs, what it may do, what it writes down."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: Function,
        workspace: Workspace,
        target: Target,
        layers: Sequence[lambda_.ILayerVersion],
        statements: Sequence[iam.PolicyStatement],
        variables: Mapping[str, str],
        log_retention_days: int,
        reserve_concurrency: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        log = log_group(self, "Log", retention_days=log_retention_days)
        role = self._role(log, statements)
        paths = dict.fromkeys(route.path for route in function.routes)
        self.function = lambda_.Function(
            self,
            "Function",
            # Lambda takes 256 characters: paths fit, methods with them do not.
            description=f"FaceSmash: {', '.join(paths) or function.name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.custom(target.architecture),
            handler=f"functions.{function.name}.handler.handle",
            code=_code(function.name, workspace=workspace, target=target),
            layers=list(layers),
            role=role,
            memory_size=function.memory_mb,
            timeout=Duration.seconds(function.timeout_s),
            reserved_concurrent_executions=function.concurrency if reserve_concurrency else None,
            environment={**variables, "POWERTOOLS_SERVICE_NAME": function.name},
            # Lambda's own segments only: the SDK that would add more costs 400 ms of every cold start
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
        )
        self._acknowledge(role)

    def _role(self, log: logs.LogGroup, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(
                sid="WriteOwnLog",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log.log_group_arn],
            )
        )
        for statement in statements:
            role.add_to_policy(statement)
        return role

    def _acknowledge(self, role: iam.Role) -> None:
        stack = Stack.of(self)
        identities = f"arn:<AWS::Partition>:ses:{written_region(stack)}:{written_account(stack)}:identity/*"
        acknowledge(
            role,
            {
                "AwsSolutions-IAM5[Resource::*]": "X-Ray's two write actions know no resources; the only "
                "statement with this resource is the one that CDK adds for active tracing.",
                f"AwsSolutions-IAM5[Resource::{identities}]": "SES checks the address, its domain or, in its "
                "sandbox, the recipient. The sender is pinned by the condition on ses:FromAddress.",
            },
        )
        acknowledge(
            self.function,
            {
                "AwsSolutions-L1": "Python 3.13: the newest that every wheel of the layers is published for.",
                "Serverless-LambdaLatestVersion": "As AwsSolutions-L1.",
                "Serverless-LambdaDLQ": "Called by the API, synchronously: the caller hears of it. What SNS "
                "calls is tried again, and a lost event is told again by the next mail that comes back. What "
                "the clock calls is called again in a minute, and finds all that is left.",
            },
        )


def function_key(name: str, *, workspace: Workspace, target: Target, bytecode: bool) -> str:
    """What decides the content of a function's package."""
    return digest("function", _LAYOUT, target.python, f"bytecode={bytecode}", files=_sources(name, workspace))


def build_function(into: Path, *, name: str, workspace: Workspace, interpreter: Path | None) -> None:
    """Fill the folder `into` with `functions/__init__.py`, `functions/<name>/` and nothing of the others."""
    copy_sources(_sources(name, workspace), into)
    if interpreter is not None:
        compile_tree(into, interpreter=interpreter, runs_at="/var/task")


def _code(name: str, *, workspace: Workspace, target: Target) -> lambda_.AssetCode:
    interpreter = interpreter_for(target)
    return prepared_code(
        source=workspace.functions / name,
        key=function_key(name, workspace=workspace, target=target, bytecode=interpreter is not None),
        cache=workspace.cache / "functions",
        build=lambda into: build_function(into, name=name, workspace=workspace, interpreter=interpreter),
    )


def _sources(name: str, workspace: Workspace) -> list[tuple[str, Path]]:
    inside = [
        (f"functions/{relative}", path) for relative, path in python_sources(workspace.functions / name)
    ]
    return [("functions/__init__.py", workspace.functions / "__init__.py"), *inside]
