"""Hand `/v1` and `/.well-known` to the REST API of the local cloud, as its gateway would receive them."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.cloud_process import FRONT_HEADER

# RFC 9110 section 7.6.1: what only the next hop may say.
HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# The gateway writes these itself; what a client says there is never believed.
WRITTEN_HERE: Final = frozenset(
    {
        "content-length",
        "expect",
        "forwarded",
        "host",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    }
)
ADDED_BY_THE_CLIENT_LIBRARY: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

# API Gateway's own: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
BODY_LIMIT_BYTES: Final = 10 * 1024 * 1024
ANSWER_TIMEOUT_S: Final = 29.0
FIRST_SERVER_ERROR: Final = 500
PROBLEM: Final = "application/problem+json"


class ApiProxy:
    """One stage of one API in the local cloud."""

    def __init__(self, *, endpoint: str, api_id: str, stage: str, secret: str) -> None:
        self._base = f"{endpoint}/{stage}"
        # The cloud tells its APIs apart by this name; a bare path would reach S3.
        self._host = f"{api_id}.execute-api.localhost:{URL(endpoint).port}"
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def session(self, _app: web.Application) -> AsyncIterator[None]:
        """Hold one pool of connections for the application's life (an aiohttp cleanup context)."""
        async with aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S),
            skip_auto_headers=ADDED_BY_THE_CLIENT_LIBRARY,
        ) as self._session:
            yield

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """Answer what the API answers, or the problem that its gateway would answer."""
        path = request.rel_url.raw_path_qs
        if ".." in request.path.split("/"):
            return _problem("not-found", "Not found", 404)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return _unreadable()
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _problem("request-too-large", "The request is too large", 413)
        except (web.RequestPayloadError, ConnectionError):
            return _unreadable()
        assert self._session is not None  # noqa: S101 - the application opens it before its first request
        try:
            async with self._session.request(
                request.method,
                URL(self._base + path, encoded=True),
                headers=self._request_headers(request),
                data=body or None,
                allow_redirects=False,
            ) as answer:
                content = await answer.read()
                headers = _end_to_end(answer.headers)
        except (aiohttp.ClientError, TimeoutError):
            return _problem("unavailable", "The service is not available", 503, headers={"Retry-After": "1"})
        if answer.status >= FIRST_SERVER_ERROR and headers.get("Content-Type") != PROBLEM:
            # A function failed: the local gateway would show its exception, AWS's shows nothing of it.
            return _problem("internal", "Something went wrong here", 500)
        empty = answer.status == 204 or request.method == "HEAD"  # noqa: PLR2004 - "no content" has none
        return web.Response(status=answer.status, headers=headers, body=None if empty else content)

    def _request_headers(self, request: web.Request) -> CIMultiDict[str]:
        headers = _end_to_end(request.headers)
        headers["Host"] = self._host
        headers[FRONT_HEADER] = self._secret
        headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
        headers["X-Forwarded-Proto"] = request.scheme
        return headers


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    # A sender may name more of its own headers as meant for the next hop only.
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    dropped = HOP_BY_HOP | WRITTEN_HERE | named
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in dropped)


def _unreadable() -> web.StreamResponse:
    # Neither the gateway nor a function decompresses a request: to them, too, it is no JSON.
    return _problem("request-invalid", "The request is not valid", 400)


def _problem(
    slug: str, title: str, status: int, *, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    content = {"type": f"urn:facesmash:problem:{slug}", "title": title, "status": status}
    return web.Response(
        status=status,
        body=json.dumps(content).encode(),
        headers={
            "Content-Type": PROBLEM,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )
