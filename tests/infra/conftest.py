"""Both templates, synthesised once: jsii needs seconds to start, so every test reads the same two."""

from __future__ import annotations

import pytest

from infra.app import build
from infra.environments import load
from infra.workspace import LAMBDA, REPOSITORY, Workspace, this_machine
from tests.infra.template import Template

# Layers and functions are staged as they lie: what is built from them has its own tests.
UNBUNDLED: dict[str, list[str]] = {"aws:cdk:bundling-stacks": []}


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The checkout, with a site in it that is always the same."""
    root = tmp_path_factory.mktemp("workspace")
    for part in ("functions", "layers", "requirements"):
        (root / part).symlink_to(REPOSITORY / part)
    for page in ("index.html", "outbox.html", "assets/app-1a2b3c.js"):
        path = root / "site" / "dist" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return Workspace(root=root)


@pytest.fixture(scope="session")
def production(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template of the environment that ships. Synthesis fails on any finding of cdk-nag."""
    folder = tmp_path_factory.mktemp("production")
    build(
        load("production"), workspace=workspace, target=LAMBDA, outdir=str(folder), context=UNBUNDLED
    ).synth()
    return Template.read(folder, "FaceSmash-production")


@pytest.fixture(scope="session")
def local(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template that `make run` deploys."""
    folder = tmp_path_factory.mktemp("local")
    build(
        load("local"), workspace=workspace, target=this_machine(), outdir=str(folder), context=UNBUNDLED
    ).synth()
    return Template.read(folder, "FaceSmash-local")
