"""Files and keys, read as strictly as something that is to be believed deserves."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

MOST_BYTES: Final = 64 * 1024 * 1024  # ten times what an answer of the API can hold
_TIMEOUT_S: Final = 20
_HTTPS_PORT: Final = 443


class NotAsSignedError(Exception):
    """A file is not what was signed, or cannot be told to be. The message says so to a person."""


def parsed(text: str, *, what: str) -> dict[str, Any]:
    """Read a JSON object. A member that is there twice would mean one thing here and another elsewhere.

    Raises:
        NotAsSignedError: when it is none.
    """
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotAsSignedError(f"{what} is no JSON") from None
    if not isinstance(found, dict):
        raise NotAsSignedError(f"{what} is no JSON object")
    return found


def content_of(path: str) -> bytes:
    """Read a file.

    Raises:
        NotAsSignedError: when there is none, or more of it than anything from here has.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotAsSignedError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise NotAsSignedError(f"{path} is larger than anything that a deployment gives")
    return content


def keys_from(source: str) -> KeySet:
    """Read the keys that are believed.

    Args:
        source: a file with a JSON Web Key Set (RFC 7517, section 5), or the https address of one.

    Returns:
        The keys.

    Raises:
        NotAsSignedError: when there are none.
    """
    text = _fetched(source) if is_address(source) else content_of(source)
    try:
        return KeySet.import_key_set(parsed(text.decode(), what=source))  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotAsSignedError(f"{source} is no JSON Web Key Set") from None


def is_address(source: str) -> bool:
    """Say whether keys come from an address, not from a file."""
    return "://" in source


def origin_of(url: str) -> str | None:
    """Give an address's scheme, host and port (RFC 6454, section 4); None when it is not one of https."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not host:
        return None
    return f"https://{host.rstrip('.')}:{port or _HTTPS_PORT}"


def _fetched(url: str) -> bytes:
    # What is not encrypted, anybody in between may have written.
    if origin_of(url) is None:
        raise NotAsSignedError(f"keys are fetched by https only, not from {url}")
    try:
        with _https_only().open(url, timeout=_TIMEOUT_S) as answer:
            content: bytes = answer.read(MOST_BYTES)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        raise NotAsSignedError(f"no keys came from {url}") from None
    return content


def _https_only() -> urllib.request.OpenerDirector:
    """Make what opens addresses of https and knows of no others, wherever a redirect leads."""
    opener = urllib.request.OpenerDirector()
    proxies = {name: proxy for name, proxy in urllib.request.getproxies().items() if name == "https"}
    for handler in (
        urllib.request.ProxyHandler(proxies),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def _no_number(_: str) -> Callable[[], None]:
    raise ValueError("no number")
