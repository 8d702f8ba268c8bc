from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra import synthesis

if TYPE_CHECKING:
    from infra.workspace import Workspace
    from tests.infra.template import Template


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """The checkout, with a site in it that is always the same."""
    return synthesis.workspace()


@pytest.fixture(scope="session")
def production() -> Template:
    """The template of the environment that ships."""
    return synthesis.template("production")


@pytest.fixture(scope="session")
def local() -> Template:
    """The template that `make run` deploys."""
    return synthesis.template("local")
