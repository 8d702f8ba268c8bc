"""`python -m infra.app`: one environment's settings in, one CloudFormation template and its assets out.

Needs no account, no Docker, and no network beyond the package registries (for the layers' wheels, once). The
CDK CLI runs the same module (cdk.json) and passes what it knows in the environment and the context.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, DefaultStackSynthesizer

from infra.environments import SettingsError, load
from infra.nag import add_checks
from infra.stack import FaceSmash
from infra.workspace import LAMBDA, Workspace, this_machine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.environments import Environment
    from infra.workspace import Target


def build(
    environment: Environment,
    *,
    workspace: Workspace,
    target: Target,
    outdir: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> App:
    """The app of one environment, ready to `synth()`."""
    # Written by synth() below and by nothing else: CDK would synthesise once more as the process ends.
    app = App(outdir=outdir, analytics_reporting=False, auto_synth=False, context=context)
    local = environment.site == "front-server"
    FaceSmash(
        app,
        f"FaceSmash-{environment.name}",
        environment=environment,
        workspace=workspace,
        target=target,
        # the local cloud was never bootstrapped, so there is no version of that to compare with
        synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=not local),
    )
    if not local:
        # The local template is the same constructs, less the edge: what holds there is judged here.
        add_checks(app)
    return app


def main(arguments: Sequence[str]) -> int:
    """Synthesise, and say what is wrong with the settings rather than where in our code it showed."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description="Synthesise one environment.")
    parser.add_argument(
        "--environment", help="settings file under infra/settings; default: -c environment, production"
    )
    parser.add_argument("--outdir", help="where the template and its assets go; default: cdk.out")
    parser.add_argument(
        "--python", type=Path, help="interpreter of the local cloud (local only); default: this one"
    )
    options = parser.parse_args(arguments)
    try:
        environment = load(options.environment or _chosen_by_the_cli() or "production")
    except SettingsError as error:
        print(f"infra: {error}", file=sys.stderr)  # noqa: T201 - a command line talks to its caller
        return 2
    app = build(
        environment,
        workspace=Workspace(),
        target=this_machine(options.python) if environment.site == "front-server" else LAMBDA,
        outdir=options.outdir or os.environ.get("CDK_OUTDIR", "cdk.out"),
    )
    app.synth()
    return 0


def _chosen_by_the_cli() -> str | None:
    # `npx cdk synth -c environment=NAME` arrives in the context of any app
    name = App(analytics_reporting=False, auto_synth=False).node.try_get_context("environment")
    return str(name) if name is not None else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
