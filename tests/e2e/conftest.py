from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.actors import PILOT
from tests.actors.pictures import ROOT
from tests.e2e.browser import PATIENCE_MS
from tests.e2e.house import House
from tests.e2e.screenshots import Album

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Playwright

    from local.stack import Stack
    from tests.e2e.house import Member


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    from local.stack import running_stack  # noqa: PLC0415 - the actors' own tests need no stack

    with running_stack(port=0) as running:
        yield running


@pytest.fixture(scope="session")
def house(stack: Stack, playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(stack=stack, playwright=playwright_driver, folder=tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def owner(house: House) -> Member:
    """Somebody with an account that no test changes: take a copy of the device."""
    return house.enrol(PILOT)


@pytest.fixture(autouse=True)
def time_passes(request: pytest.FixtureRequest) -> None:
    """No test inherits what another one's tries have used up."""
    if "house" in request.fixturenames:
        request.getfixturevalue("house").let_time_pass()


@pytest.fixture(scope="session")
def album() -> Album:
    return Album(folder=ROOT / "artifacts" / "screenshots")
