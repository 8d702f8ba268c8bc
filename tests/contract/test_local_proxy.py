"""What passes through the proxy and what does not, against an upstream that says what it received."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from local.proxy import ApiProxy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Call = Callable[[ClientSession, str], Awaitable[dict[str, object]]]


def through_proxy(upstream: web.Application, call: Call) -> dict[str, object]:
    """Run one call against a proxy in front of this upstream."""

    async def run() -> dict[str, object]:
        async with TestServer(upstream) as server:
            proxy = ApiProxy(
                endpoint=f"http://127.0.0.1:{server.port}", api_id="abc123", stage="api", secret="s"
            )
            front = web.Application(client_max_size=1024)
            front.cleanup_ctx.append(proxy.session)
            front.router.add_route("*", "/{rest:.*}", proxy.forward)
            async with TestServer(front) as served, ClientSession() as session:
                return await call(session, f"http://127.0.0.1:{served.port}")

    return asyncio.run(run())


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "path": request.rel_url.raw_path_qs,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        },
        headers={"X-Kept": "yes", "Keep-Alive": "timeout=5", "X-Dropped": "no", "Connection": "X-Dropped"},
    )


def echoing() -> web.Application:
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", echo)
    return application


def test_the_api_is_named_by_its_host_and_the_stage_by_the_path() -> None:
    async def call(session: ClientSession, url: str) -> dict[str, object]:
        async with session.get(f"{url}/v1/account?a=%26b") as answer:
            return dict(await answer.json())

    received = through_proxy(echoing(), call)

    assert received["path"] == "/api/v1/account?a=%26b"
    assert str(received["headers"]["host"]).startswith("abc123.execute-api.localhost:")  # type: ignore[index]


def test_what_a_client_says_about_its_own_address_is_not_believed() -> None:
    async def call(session: ClientSession, url: str) -> dict[str, object]:
        said = {
            "X-Forwarded-For": "203.0.113.9",
            "Forwarded": "for=203.0.113.9",
            "X-Forwarded-Host": "evil.example",
        }
        async with session.get(f"{url}/v1/account", headers=said) as answer:
            return dict((await answer.json())["headers"])

    headers = through_proxy(echoing(), call)

    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert not {"forwarded", "x-forwarded-host"} & headers.keys()


def test_headers_for_the_next_hop_stop_here_in_both_directions() -> None:
    async def call(session: ClientSession, url: str) -> dict[str, object]:
        said = {
            "Connection": "X-Mine",
            "X-Mine": "1",
            "TE": "trailers",
            "DPoP": "proof",
            "Authorization": "DPoP t",
        }
        async with session.post(f"{url}/v1/challenges", headers=said, data=b"{}") as answer:
            sent = (await answer.json())["headers"]
            return {"sent": sent, "answered": {name.lower() for name in answer.headers}}

    seen = through_proxy(echoing(), call)

    sent, answered = seen["sent"], seen["answered"]
    assert isinstance(sent, dict)
    assert isinstance(answered, set)
    assert not {"x-mine", "te"} & sent.keys()
    assert (sent["dpop"], sent["authorization"]) == ("proof", "DPoP t")
    assert "x-kept" in answered
    assert not {"x-dropped", "keep-alive"} & answered


def test_the_text_of_a_functions_exception_is_never_answered() -> None:
    async def fail(_request: web.Request) -> web.Response:
        return web.json_response({"message": "KeyError: 'the sentinel'"}, status=502)

    async def call(session: ClientSession, url: str) -> dict[str, object]:
        async with session.get(f"{url}/v1/account") as answer:
            return {"status": answer.status, "body": await answer.text()}

    upstream = web.Application()
    upstream.router.add_route("*", "/{rest:.*}", fail)

    seen = through_proxy(upstream, call)

    assert seen["status"] == 500
    assert json.loads(str(seen["body"]))["type"] == "urn:facesmash:problem:internal"
    assert "sentinel" not in str(seen["body"])


def test_a_cloud_that_is_gone_is_unavailable_and_says_when_to_come_again(unused_tcp_port_number: int) -> None:
    async def run() -> tuple[int, str | None, str]:
        endpoint = f"http://127.0.0.1:{unused_tcp_port_number}"
        proxy = ApiProxy(endpoint=endpoint, api_id="abc", stage="api", secret="s")
        front = web.Application()
        front.cleanup_ctx.append(proxy.session)
        front.router.add_route("*", "/{rest:.*}", proxy.forward)
        async with (
            TestServer(front) as served,
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{served.port}/v1/account") as answer,
        ):
            return (
                answer.status,
                answer.headers.get("Retry-After"),
                (await answer.json(content_type=None))["type"],
            )

    status, retry_after, problem = asyncio.run(run())

    assert (status, retry_after, problem) == (503, "1", "urn:facesmash:problem:unavailable")


@pytest.fixture
def unused_tcp_port_number() -> int:
    import socket  # noqa: PLC0415 - only to learn a number that nobody listens on

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
