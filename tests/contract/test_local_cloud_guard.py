"""The local cloud keeps the developer's own face: no web page may ask it, by whatever name."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from yarl import URL

from local.cloud_process import FRONT_HEADER
from tests.support.http import TIMEOUT_S, Answer, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import Stack

MAILS = "/_ministack/ses/messages"


def ask(stack: Stack, *, path: str = MAILS, method: str = "GET", **headers: str) -> Answer:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return send(stack.cloud.endpoint, method=method, path=path, headers=said)


def port_of(stack: Stack) -> int:
    port = URL(stack.cloud.endpoint).port
    assert port is not None
    return port


def api_host(stack: Stack) -> str:
    return f"{stack.deployed.outputs['ApiId']}.execute-api.localhost:{port_of(stack)}"


def said_nothing(answer: Answer, *, status: int) -> bool:
    readable = {name.lower() for name in answer.headers} & {"access-control-allow-origin"}
    return answer.status == status and not readable and len(answer.body) < 100


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_a_program_of_this_machine_is_answered(stack: Stack, name: str) -> None:
    assert ask(stack, Host=f"{name}:{port_of(stack)}").status == 200


@pytest.mark.parametrize(
    "name",
    [
        "rebound.example:{port}",
        "rebound.example",
        "localhost",
        "localhost:1",
        "localhost:{port}.rebound.example",
        "bucket.s3.localhost:{port}",
        "rebound.example.execute-api.localhost:{port}",
        "",
    ],
)
def test_by_any_other_name_nothing_is_answered(stack: Stack, name: str) -> None:
    assert said_nothing(ask(stack, Host=name.format(port=port_of(stack))), status=421)


def test_two_names_are_none(stack: Stack) -> None:
    host = f"127.0.0.1:{port_of(stack)}"

    with socket.create_connection(("127.0.0.1", port_of(stack)), timeout=TIMEOUT_S) as connection:
        connection.sendall(f"GET {MAILS} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n".encode())
        status = connection.makefile("rb").readline().split()[1]

    assert status in {b"400", b"421"}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost:5173"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_is_not_answered_and_may_not_read(stack: Stack, method: str, origin: str) -> None:
    assert said_nothing(ask(stack, method=method, Origin=origin), status=403)


def test_a_page_that_names_no_origin_is_known_by_its_browser(stack: Stack) -> None:
    # <img src>, <script src> and links: no Origin, and the query APIs do things at a GET.
    assert said_nothing(ask(stack, Sec_Fetch_Site="cross-site"), status=403)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {FRONT_HEADER: "guessed"}])
def test_the_api_is_called_by_the_front_server_alone(stack: Stack, headers: Mapping[str, str]) -> None:
    (stage,) = stack.deployed.ids("AWS::ApiGateway::Stage")

    answer = ask(stack, path=f"/{stage}/.well-known/jwks.json", Host=api_host(stack), **headers)

    assert said_nothing(answer, status=403)


def test_the_front_server_hands_on_what_a_browser_sends(stack: Stack) -> None:
    answer = send(
        stack.url,
        path="/.well-known/jwks.json",
        headers={"Origin": stack.url, "Sec-Fetch-Site": "same-origin", FRONT_HEADER: "a page's own"},
    )

    assert answer.status == 200


def test_no_page_opens_a_socket(stack: Stack) -> None:
    answer = ask(
        stack,
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
    )

    assert answer.status == 403


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to read another process's environment")
def test_no_function_is_told_the_secret(stack: Stack) -> None:
    assert send(stack.url, path="/.well-known/jwks.json").status == 200
    secret = stack.cloud.front_secret.encode()
    children = Path(f"/proc/{stack.cloud.pid}/task").glob("*/children")

    environments = [
        Path(f"/proc/{child}/environ").read_bytes()
        for listed in children
        for child in listed.read_text(encoding="ascii").split()
    ]

    assert environments
    assert not any(secret in environment for environment in environments)


@pytest.mark.parametrize("path", ["/v1/account/passkeys/%0A", "/v1/a%0Ab", "/v1/%E2%80%A8"])
def test_whatever_a_path_holds_the_api_answers_for_its_own(stack: Stack, path: str) -> None:
    answer = send(stack.url, path=path, method="DELETE")

    assert {name.lower(): value for name, value in answer.headers.items()}["content-type"].startswith(
        "application/problem+json"
    )
    assert answer.status in {400, 401, 403, 404, 405}
