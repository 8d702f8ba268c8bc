"""The pages on one origin and the API on another, as CloudFront and API Gateway are in the cloud."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from local.front import FrontServer, Listener, pages_alone
from local.paths import LOCAL_SITE
from local.stack import running_stack
from tests.actors import PILOT
from tests.e2e import steps
from tests.e2e.browser import Camera
from tests.e2e.house import VERIFICATIONS, House, Member, in_front_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Playwright

_FIVE_MINUTES_FAST: Final = """
  const now = Date.now;
  Date.now = () => now() + 5 * 60 * 1000;
"""
# What a page's script makes of an answer: nothing at all, or status, problem and the headers it may read.
_ASK: Final = """async (url) => {
  try {
    const answer = await fetch(url);
    const { type } = await answer.json();
    return { status: answer.status, type, headers: [...answer.headers.keys()] };
  } catch (error) {
    return error.name;
  }
}"""
_NO_CAMERA: Final = Camera(clip=None)


@pytest.fixture(scope="module")
def apart(playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    listener = Listener(0)
    with running_stack(site_origin=listener.origin) as stack:
        application = pages_alone(port=listener.port, site=LOCAL_SITE, api_origin=stack.url)
        server = FrontServer(listener=listener, application=application)
        server.start()
        try:
            folder = tmp_path_factory.mktemp("apart")
            yield House(stack=stack, playwright=playwright_driver, folder=folder, pages=listener.origin)
        finally:
            server.stop()


@pytest.fixture(scope="module")
def member(apart: House) -> Member:
    return apart.enrol(PILOT)


def test_a_person_registers_and_signs_in_across_origins(apart: House, member: Member) -> None:
    device = member.device.copy(apart.path("again"))
    assert device.origin != device.api

    with device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        answer = window.witness.answers(VERIFICATIONS)[-1]

    assert answer.headers["access-control-allow-origin"] == apart.pages
    assert answer.json()["device"] == "known"


def test_a_device_whose_clock_is_five_minutes_fast_signs_in(apart: House, member: Member) -> None:
    device = member.device.copy(apart.path("fast"))

    with device.open(in_front_of(PILOT)) as window:
        window.page.add_init_script(_FIVE_MINUTES_FAST)
        steps.sign_in(window.page)
        challenges = window.witness.answers("/v1/challenges")
        answer = window.witness.answers(VERIFICATIONS)[-1]

    assert [challenge.status for challenge in challenges[:2]] == [401, 201]
    assert challenges[0].json()["type"] == "urn:facesmash:problem:proof-invalid"
    assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [("/v1/account", 401, "proof-invalid"), ("/v1/nothing", 404, "not-found")],
    ids=["a function's answer", "the gateway's own"],
)
def test_a_page_reads_a_refusal_and_the_headers_it_acts_on(
    apart: House, path: str, status: int, problem: str
) -> None:
    with apart.device().open(_NO_CAMERA) as window:
        window.page.goto("/")
        answer = window.page.evaluate(_ASK, apart.stack.url + path)

    assert (answer["status"], answer["type"]) == (status, f"urn:facesmash:problem:{problem}")
    assert "date" in answer["headers"]


@pytest.mark.parametrize("path", ["/v1/policies/current", "/v1/account", "/v1/nothing"])
def test_a_page_of_an_origin_that_nobody_named_reads_nothing(apart: House, path: str) -> None:
    stranger = replace(apart.device("stranger"), origin=apart.pages.replace("localhost", "127.0.0.1"))

    with stranger.open(_NO_CAMERA) as window:
        window.page.goto("/")
        answer = window.page.evaluate(_ASK, apart.stack.url + path)

    assert answer == "TypeError"
