"""AWS that fails, and functions that are killed, at one call among many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from tests.support.cloud import Cloud


class KilledError(BaseException):
    """Not an Exception: nothing that handles those may run."""


def throttled(operation: str) -> Exception:
    """AWS says no for now. The message quotes what was sent, as AWS's sometimes do: it must not come out."""
    answer: Any = {"Error": {"Code": "ThrottlingException", "Message": "sentinel"}}
    return ClientError(answer, operation)


def silent(operation: str) -> Exception:
    """Nothing is heard of AWS."""
    return ConnectTimeoutError(endpoint_url=f"https://{operation}.example")


@contextmanager
def failing(cloud: Cloud, at: int, *, moment: str, error: Callable[[str], Exception]) -> Iterator[None]:
    """Let the call number ``at`` fail, before it is made or after it was done."""
    seen = [0]

    def fail(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        seen[0] += 1
        if seen[0] == at + 1:
            raise error(model.name)

    with cloud.when(moment, fail):
        yield


@contextmanager
def killed_after_call(cloud: Cloud, at: int) -> Iterator[None]:
    """Kill the function once the call number ``at`` is done: no code of it runs any more."""
    seen = [0]

    def kill(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        seen[0] += 1
        if seen[0] == at + 1:
            raise KilledError

    with cloud.when("after-call", kill), pytest.raises(KilledError):
        yield
