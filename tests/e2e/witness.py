"""Watch all that a browser does: nobody else may be talked to, nothing that could be a picture may leave."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Error as BrowserError

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

MAX_BODY_BYTES: Final = 48 * 1024
POINTS: Final = 48
SIGNALS: Final = 5
MAX_FRAMES: Final = 150
MAX_TURNED: Final = 2
_SERIES_FIELDS: Final = {"frame_width", "frame_height", "times_ms", "points", "signals", "steps"}
_PAUSE_MS: Final = 20

# Every field a page may send, by name. A capture's are checked to the last byte below.
_FIELDS: Final = {
    "purpose",
    "account",
    "mailbox_token",
    "email",
    "code",
    "consent",
    "device_name",
    "capture",
    "face_sign_in",
    "learning",
    "keep",
    "consent_sha256",
    *("policy_version", "text_sha256", "accepted", "signed_name", "is_of_age"),
    "profile",
    "chain",
    "frames",
    "refresh_token",
    "next_sha256",
    "query",
    *("code_from_old", "code_from_new", "token"),
    *("name", "credential_id", "client_data", "attestation", "authenticator_data", "signature"),
}
_CAPTURE_FIELDS: Final = {
    *("model", "pipeline", "descriptors", "quality", "moments", "turned", "series", "chain"),
}
# Chromium's own take some 400 bytes: a key, a signature, and what they are for.
_OF_A_PASSKEY: Final = {"client_data": 512, "attestation": 1024, "authenticator_data": 256}
_LONGEST_TEXT: Final = {
    "mailbox_token": 2048,
    "email": 320,
    "device_name": 200,
    "query": 1024,
    **_OF_A_PASSKEY,
}
_SHORT_TEXT: Final = 128

# What Chromium says when a page breaks the policy, or when it does not know what a header names.
_HEADER_COMPLAINTS: Final = (
    "csp-violation",
    "Content Security Policy",
    "Content-Security-Policy",
    "Permissions-Policy",
)

_REPORT_VIOLATIONS: Final = """
addEventListener('securitypolicyviolation', (event) =>
  console.error('csp-violation ' + event.violatedDirective + ' ' + event.blockedURI));
"""


@dataclass(frozen=True)
class Exchange:
    """One request to the API and its answer, as they crossed the wire."""

    method: str
    path: str
    status: int
    headers: dict[str, str] = field(repr=False)
    request: bytes = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The answer's body, read."""
        content: dict[str, Any] = json.loads(self.body)
        return content


@dataclass
class Witness:
    """What one browser did."""

    origins: set[str]
    requests: list[Request] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _context: BrowserContext | None = field(default=None, repr=False)
    _reading: int = 0

    def watch(self, context: BrowserContext) -> None:
        """Begin to watch."""
        self._context = context
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("request", self._started)
        context.on("requestfinished", self._finished)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def answers(self, path: str) -> list[Exchange]:
        """The exchanges with one path of the API, in order."""
        self._settle()
        return [exchange for exchange in self.exchanges if exchange.path == path]

    def judge(self) -> None:
        """Fail if the browser did anything it must not."""
        self._settle()
        assert not self.complaints, self.complaints
        elsewhere = [request.url for request in self.requests if not self._is_ours(request.url)]
        assert not elsewhere, f"requests left the product: {elsewhere}"
        for request in self.requests:
            judge_request(request.method, urlsplit(request.url).path, request.post_data_buffer)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme in {"data", "blob", "about"}:
            return True
        return f"{parts.scheme}://{parts.netloc}" in self.origins

    def _started(self, request: Request) -> None:
        self.requests.append(request)

    def _settle(self) -> None:
        """Wait until every answer that came has been read."""
        while self._reading and self._context is not None:
            self._context.pages[0].wait_for_timeout(_PAUSE_MS)

    def _finished(self, request: Request) -> None:
        if not urlsplit(request.url).path.startswith(("/v1/", "/.well-known/")):
            return
        self._reading += 1
        try:
            self._read(request)
        except BrowserError:
            return  # a test that failed closes the browser while an answer is being read
        finally:
            self._reading -= 1

    def _read(self, request: Request) -> None:
        response = request.response()
        if response is None:
            return
        self.exchanges.append(
            Exchange(
                method=request.method,
                path=urlsplit(request.url).path,
                status=response.status,
                headers=response.all_headers(),
                request=request.post_data_buffer or b"",
                body=response.body(),
            )
        )

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        if any(word in text for word in _HEADER_COMPLAINTS):
            self.complaints.append(text)

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")


def judge_request(method: str, path: str, body: bytes | None) -> None:
    """Fail if a request could carry a picture: not the API's JSON, or a byte that no field explains."""
    if not body:
        return
    assert path.startswith("/v1/"), f"{method} {path} carries a body"
    assert len(body) <= MAX_BODY_BYTES, f"{method} {path} carries {len(body)} bytes"
    sent = json.loads(body)
    assert set(sent) <= _FIELDS, f"{method} {path} carries {sorted(set(sent) - _FIELDS)}"
    for name, value in sent.items():
        if isinstance(value, str):
            assert len(value) <= _LONGEST_TEXT.get(name, _SHORT_TEXT), f"{name} is {len(value)} characters"
    if "capture" in sent:
        _judge_capture(sent["capture"])


def _judge_capture(capture: dict[str, object]) -> None:
    assert set(capture) == _CAPTURE_FIELDS
    descriptors, quality, series = capture["descriptors"], capture["quality"], capture["series"]
    moments, turned, chain = capture["moments"], capture["turned"], capture["chain"]
    assert isinstance(descriptors, list)
    assert isinstance(quality, list)
    assert isinstance(series, dict)
    assert isinstance(moments, list)
    assert isinstance(turned, list)
    assert isinstance(chain, str)
    assert len(chain) == hashlib.sha256().digest_size * 2
    assert len(turned) <= MAX_TURNED
    assert all(set(one) == {"descriptor", "moment"} for one in turned)
    described = [*descriptors, *[one["descriptor"] for one in turned]]
    assert all(len(base64.b64decode(text, validate=True)) == 128 * 4 for text in described)
    assert len(moments) == len(descriptors)
    assert all(isinstance(moment, int) for moment in [*moments, *[one["moment"] for one in turned]])
    assert len(quality) == len(descriptors)
    assert all(isinstance(number, int | float) for entry in quality for number in entry.values())
    assert set(series) == _SERIES_FIELDS
    frames = len(base64.b64decode(series["times_ms"], validate=True)) // 2
    assert frames <= MAX_FRAMES
    assert len(base64.b64decode(series["points"], validate=True)) == frames * POINTS * 2 * 2
    assert len(base64.b64decode(series["signals"], validate=True)) == frames * SIGNALS
    assert all(isinstance(step, int) for step in series["steps"])
    assert len(series["steps"]) <= frames
