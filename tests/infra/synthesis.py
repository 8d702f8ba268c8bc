"""Both templates, synthesised once in a test run, because jsii needs seconds to start."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from infra.app import build
from infra.environments import load
from infra.workspace import LAMBDA, REPOSITORY, Workspace, this_machine
from tests.infra.template import Template

# Layers and functions are staged as they lie: what is built from them has its own tests.
UNBUNDLED: dict[str, list[str]] = {"aws:cdk:bundling-stacks": []}


@cache
def _room() -> tempfile.TemporaryDirectory[str]:
    # removed when the interpreter goes
    return tempfile.TemporaryDirectory(prefix="facesmash-infra-")


@cache
def workspace() -> Workspace:
    """The checkout, with a site in it that is always the same."""
    root = Path(_room().name, "workspace")
    root.mkdir()
    for part in ("functions", "layers", "requirements"):
        (root / part).symlink_to(REPOSITORY / part)
    for page in ("index.html", "outbox.html", "assets/app-1a2b3c.js"):
        path = root / "site" / "dist" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return Workspace(root=root)


@cache
def template(environment: str) -> Template:
    """The template of one environment. Synthesis fails on any finding of cdk-nag in what ships."""
    folder = Path(_room().name, environment)
    target = LAMBDA if environment == "production" else this_machine()
    app = build(
        load(environment), workspace=workspace(), target=target, outdir=str(folder), context=UNBUNDLED
    )
    app.synth()
    return Template.read(folder, f"FaceSmash-{environment}")
