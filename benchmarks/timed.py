"""One way to time what goes over a transport, whatever carries it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from tests.support.aws_calls import recorded
from tests.support.transport import Reply, Transport


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One request, and how long its answer took.

    Attributes:
        method: of the request.
        route: its path.
        seconds: until the answer came.
        aws_s: of these, within calls of AWS; 0 where nobody looked.
        calls: of AWS, in order; none where nobody looked.
        reply: the answer.
    """

    method: str
    route: str
    seconds: float
    aws_s: float = 0.0
    calls: tuple[str, ...] = ()
    reply: Reply = field(repr=False)


@dataclass
class Timed:
    """A transport that notes how long each answer took.

    Attributes:
        inner: what carries the requests.
        in_process: whether the functions run here: what they log is not shown.
        asks_aws: whether the calls of AWS are looked at as well, which takes time of its own.
        answers: what came, in order.
        lost: how many never came.
    """

    inner: Transport
    in_process: bool = False
    asks_aws: bool = False
    answers: list[Answered] = field(default_factory=list)
    lost: int = 0

    @property
    def origin(self) -> str:
        """Where the API is."""
        return self.inner.origin

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send a request, and note how long its answer took."""
        with ExitStack() as around:
            if self.in_process:
                around.enter_context(redirect_stdout(StringIO()))
            calls = around.enter_context(recorded()).operations if self.asks_aws else []
            aws_s = around.enter_context(_aws_clock()) if self.asks_aws else []
            started = time.perf_counter()
            try:
                reply = self.inner.send(method, path, headers=headers, body=body)
            except OSError:
                self.lost += 1
                raise
            seconds = time.perf_counter() - started
        self.answers.append(
            Answered(
                method=method, route=path, seconds=seconds, aws_s=sum(aws_s), calls=tuple(calls), reply=reply
            )
        )
        return reply

    def wait(self, seconds: float) -> None:
        """Let so much time pass on the API's clock."""
        self.inner.wait(seconds)

    def forget(self) -> None:
        """Count from here on."""
        self.answers.clear()
        self.lost = 0


@contextmanager
def _aws_clock() -> Iterator[list[float]]:
    """Collect the seconds of every AWS call inside the block."""
    seconds: list[float] = []
    call = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001 -- every call passes here

    def timed(self: BaseClient, operation: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 -- botocore's
        started = time.perf_counter()
        try:
            return call(self, operation, params)
        finally:
            seconds.append(time.perf_counter() - started)

    with mock.patch.object(BaseClient, "_make_api_call", timed):
        yield seconds
