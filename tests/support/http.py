"""One plain HTTP request: what a stranger's program would send, and exactly what came back."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        return json.loads(self.body)


def send(
    url: str,
    *,
    method: str = "GET",
    path: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one request; `path` goes on the wire as it is, so that a test can send what no library would."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=TIMEOUT_S)
    try:
        connection.request(method, path or parts.path or "/", body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()
