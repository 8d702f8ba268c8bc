"""Warm handlers: our own time without AWS, and the AWS calls of each request by name.

The functions run in this process against moto. Time inside botocore's API calls is taken off; what is left is
parsing, proofs, cryptography, matching and the answer.
"""

import logging
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final
from unittest import mock

from botocore.client import BaseClient

from benchmarks.table import print_table
from tests.support.aws_calls import recorded
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud, aws_account, running_cloud
from tests.support.transport import InProcess, Reply

ROUNDS: Final = 40
WARM_UP: Final = 5
VERIFY_BUDGET: Final = [
    "dynamodb:DeleteItem",
    "dynamodb:BatchGetItem",
    "kms:Decrypt",
    "kms:Sign",
    "dynamodb:TransactWriteItems",
]


@dataclass
class Measured:
    """One kind of request: our milliseconds in every round, and the calls of the last one."""

    own_ms: list[float] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


class TimedTransport(InProcess):
    """The functions in this process, with a clock that stops while AWS is asked."""

    def __init__(self) -> None:
        self.measured: dict[str, Measured] = {}

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        """Invoke a function, and note its own time and its calls under its route."""
        with recorded() as record, _aws_clock() as aws_s, redirect_stdout(StringIO()):
            started = time.perf_counter()
            reply = super().invoke(function, event)
            elapsed = time.perf_counter() - started
        measured = self.measured.setdefault(f"{event['httpMethod']} {event['resource']}", Measured())
        measured.own_ms.append((elapsed - sum(aws_s)) * 1000)
        measured.calls = record.operations
        return reply


def main() -> None:
    """Print the figures, and fail when a verification makes other calls than it may."""
    logging.disable(logging.CRITICAL)
    transport = TimedTransport()
    with aws_account(), running_cloud() as cloud:
        for round_ in range(ROUNDS):
            _one_life(Device(transport), round_, cloud=cloud)
    print_table(
        f"Warm handlers in this process, {ROUNDS - WARM_UP} requests each; AWS calls taken off",
        ["request", "own ms p50", "p95", "AWS calls"],
        [
            [route, *_percentiles(measured.own_ms[WARM_UP:]), ", ".join(measured.calls) or "none"]
            for route, measured in transport.measured.items()
        ],
    )
    calls = transport.measured["POST /v1/verifications"].calls
    if calls != VERIFY_BUDGET:
        raise SystemExit(f"a verification may make {VERIFY_BUDGET}, and made {calls}")


def _one_life(device: Device, round_: int, *, cloud: Cloud) -> None:
    address = f"ada-{round_}@example.org"
    device.send_code(address)
    device.confirm(address, cloud.code(address))
    _expect(device.enrol(address, portrait(1)), 201)
    _expect(device.sign_in(capture(1, take=round_ + 1)), 200)
    for path in ("/v1/account", "/v1/account/sign-ins", "/v1/account/export"):
        _expect(device.get(path), 200)
    _expect(device.set_face_sign_in("paused"), 200)
    _expect(device.delete_account() if round_ % 2 else device.withdraw_consent(), 200)
    for path in ("/.well-known/jwks.json", "/.well-known/openid-configuration"):
        _expect(device.get(path), 200)


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


def _percentiles(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.2f}", f"{statistics.quantiles(values, n=20)[-1]:.2f}"


def _expect(reply: Reply, status: int) -> None:
    if reply.status != status:
        raise SystemExit(f"expected {status}, got {reply.status} {reply.problem}")


if __name__ == "__main__":
    main()
