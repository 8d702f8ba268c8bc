"""The front server answers as CloudFront does, and hands the API on as the gateway would receive it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from infra.headers import cache_control, security_headers
from local.paths import LOCAL_SITE, ROOT
from tests.support.http import TIMEOUT_S, send

if TYPE_CHECKING:
    from local.stack import Stack

PAGES = sorted(
    f"/{page.stem.removesuffix('index')}" for page in (ROOT / "site").glob("*.html") if page.stem != "404"
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_found_without_its_suffix(stack: Stack, page: str) -> None:
    answer = send(stack.url, path=page)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.body == (LOCAL_SITE / f"{page.strip('/') or 'index'}.html").read_bytes()


@pytest.mark.parametrize(
    "path", [*PAGES, "/there-is-no-such-page", "/config.json", "/outbox/messages", "/robots.txt"]
)
def test_every_answer_of_the_site_carries_every_security_header(stack: Stack, path: str) -> None:
    answer = send(stack.url, path=path)

    assert {name: answer.headers[name] for name in security_headers()} == security_headers()


def test_a_page_is_asked_for_again_and_an_asset_is_kept_for_ever(stack: Stack) -> None:
    asset = "/" + next((LOCAL_SITE / "assets").glob("*.js")).relative_to(LOCAL_SITE).as_posix()

    page_answer, asset_answer = send(stack.url, path="/"), send(stack.url, path=asset)

    assert page_answer.headers["Cache-Control"] == cache_control("/") == "no-cache"
    assert asset_answer.headers["Cache-Control"] == cache_control(asset)
    assert "immutable" in asset_answer.headers["Cache-Control"]


def test_an_unknown_page_is_the_404_page_with_its_status(stack: Stack) -> None:
    answer = send(stack.url, path="/there-is-no-such-page")

    assert answer.status == 404
    assert answer.body == (LOCAL_SITE / "404.html").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/../paths.py",
        "/..%2f..%2flocal/paths.py",
        "/%2e%2e/%2e%2e/README.md",
        "/assets/../../../README.md",
        "/%00",
    ],
)
def test_nothing_outside_of_the_build_is_served(stack: Stack, path: str) -> None:
    assert send(stack.url, path=path).status == 404


def test_only_localhost_is_answered_so_that_no_other_page_can_read_the_outbox(stack: Stack) -> None:
    answer = send(stack.url, path="/outbox/messages", headers={"Host": "rebound.example"})

    assert answer.status == 421


def test_the_site_takes_no_other_method_than_reading(stack: Stack) -> None:
    answer = send(stack.url, method="POST", path="/register", body=b"{}")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_the_site_is_told_that_the_api_is_on_its_own_origin(stack: Stack) -> None:
    assert send(stack.url, path="/config.json").json() == {"apiOrigin": "", "environment": "local"}


def test_a_mail_that_was_sent_is_in_the_outbox(stack: Stack) -> None:
    stack.client("sesv2").send_email(
        FromEmailAddress="sign-in@facesmash.test",
        Destination={"ToAddresses": ["person@example.test"]},
        Content={"Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "Code 123456"}}}},
    )

    messages = send(stack.url, path="/outbox/messages").json()

    mail = next(one for one in messages if one["to"] == "person@example.test")
    assert mail == {"to": "person@example.test", "subject": "Grüße", "text": "Code 123456", "at": mail["at"]}
    assert [vars(one) for one in stack.outbox()] == messages


def test_the_issuer_is_the_address_that_the_browser_sees(stack: Stack) -> None:
    metadata = send(stack.url, path="/.well-known/openid-configuration").json()

    assert metadata["issuer"] == stack.url
    assert metadata["jwks_uri"] == f"{stack.url}/.well-known/jwks.json"


def test_a_route_that_is_not_there_is_a_problem_of_the_contract(stack: Stack) -> None:
    answer = send(stack.url, path="/v1/there-is-no-such-route")

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:facesmash:problem:not-found"


def test_the_gateway_itself_refuses_a_body_that_does_not_fit_its_model(stack: Stack) -> None:
    before = len(stack.logs())

    answer = send(
        stack.url,
        method="POST",
        path="/v1/challenges",
        headers={"Content-Type": "application/json"},
        body=b'{"purpose": "mailbox", "unknown": 1}',
    )

    assert answer.status == 400
    assert answer.json()["type"] == "urn:facesmash:problem:request-invalid"
    assert len(stack.logs()) == before


def test_a_body_that_no_gateway_would_take_is_too_large(stack: Stack) -> None:
    answer = send(stack.url, method="POST", path="/v1/challenges", body=b" " * (10 * 1024 * 1024 + 1))

    assert answer.status == 413
    assert answer.json()["type"] == "urn:facesmash:problem:request-too-large"


@pytest.mark.parametrize("path", ["/v1/challenges", "/.well-known/jwks.json"])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_body_that_is_not_encoded_as_it_says_is_not_valid(stack: Stack, path: str, coding: str) -> None:
    answer = send(stack.url, method="POST", path=path, headers={"Content-Encoding": coding}, body=b"{}")

    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:facesmash:problem:request-invalid"


@pytest.mark.parametrize("path", ["/v1/challenges", "/register"])
def test_a_body_that_lies_leaves_no_traceback(
    stack: Stack, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    send(stack.url, method="POST", path=path, headers={"Content-Encoding": "gzip"}, body=b"not gzip")

    assert caplog.records == []


def test_a_body_that_breaks_off_leaves_no_traceback(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    port = int(stack.url.rpartition(":")[2])
    head = f"POST /v1/challenges HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 10\r\n\r\n"

    with socket.create_connection(("localhost", port), timeout=TIMEOUT_S) as connection:
        connection.sendall(head.encode() + b"{")
        connection.shutdown(socket.SHUT_WR)
        # The server's end of the connection: it is done with the request.
        assert connection.makefile("rb").read() == b""

    assert caplog.records == []


def test_expired_rows_are_removed_by_the_local_tables_as_the_template_says(stack: Stack) -> None:
    tables = stack.client("dynamodb")

    for table in (stack.accounts_table, stack.keys_table):
        expiry = tables.describe_time_to_live(TableName=table)["TimeToLiveDescription"]

        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
