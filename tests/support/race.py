"""Many at once: threads that race for a row, on a table that writes one thing at a time as DynamoDB does."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

from botocore.client import BaseClient

from service.request import Request
from tests.support.client import Device

THREADS = 32

_Result = TypeVar("_Result")


def at_once(do: Callable[[int], _Result]) -> list[_Result]:
    """Do something 32 times at once; it is told its number."""
    gate = threading.Barrier(THREADS)

    def wait_and_do(number: int) -> _Result:
        gate.wait()
        return do(number)

    with _one_call_at_a_time(), ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_do, range(THREADS)))


def posted(device: Device, path: str, content: object, *, nonce: str, source: str | None = None) -> Request:
    """What a device sends, as a function reads it: Powertools keeps one event for all threads."""
    body = json.dumps(content).encode()
    return Request(
        method="POST",
        issuer=device.transport.origin,
        url=device.transport.origin + path,
        body=body,
        proof=device.proof("POST", path, body=body, nonce=nonce),
        access_token=None,
        source=source,
    )


@contextmanager
def _one_call_at_a_time() -> Iterator[None]:
    """Hold every call apart from every other: moto looks at a condition, and only then writes.

    Whoever reads in one call and writes in the next is still overtaken in between.
    """
    lock, call = threading.Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def locked(self: BaseClient, *given: Any) -> Any:  # noqa: ANN401 -- botocore's own types
        with lock:
            return call(self, *given)

    with mock.patch.object(BaseClient, "_make_api_call", locked):
        yield
