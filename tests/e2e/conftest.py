from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.actors import PILOT
from tests.actors.pictures import ROOT
from tests.e2e.arrival import arrive
from tests.e2e.browser import PATIENCE_MS
from tests.e2e.house import House
from tests.e2e.life import live_once
from tests.e2e.screenshots import Album
from tests.e2e.visit import visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Playwright

    from local.stack import Stack
    from tests.e2e.arrival import Arrival
    from tests.e2e.house import Member
    from tests.e2e.life import Life
    from tests.e2e.visit import Visit


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


@pytest.fixture(scope="session")
def newcomer(house: House, album: Album) -> Arrival:
    """Somebody who has just registered, and whose account the dashboard's tests change afterwards."""
    return arrive(house, album)


@pytest.fixture(scope="session")
def seen(house: House, owner: Member) -> Visit:
    """The owner's sign-in on a known device, with nothing special about it."""
    return visit(house, owner)


@pytest.fixture(scope="session")
def life(house: House, album: Album) -> Life:
    """Somebody who was here, and left."""
    return live_once(house, album)


@pytest.fixture(autouse=True)
def time_passes(request: pytest.FixtureRequest) -> None:
    """No test inherits what another one's tries have used up."""
    if "house" in request.fixturenames:
        request.getfixturevalue("house").let_time_pass()


@pytest.fixture(scope="session")
def album() -> Album:
    return Album(folder=ROOT / "artifacts" / "screenshots")
