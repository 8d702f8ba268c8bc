"""Sign-ins at once: on the local stack over loopback, and the same handlers in this process.

    python -m benchmarks.load --out REPORT.json [--seconds 30] [--concurrency 1 8 64]

Each of so many devices signs in again and again for a bounded time, as a person would: a challenge, the first
act before the camera, the second act, the verification. What is timed is the requests; the seconds before the
camera are waited, since the server holds answers against its own clock. In this process nobody waits and AWS
is in memory, so the difference is what the local stack itself costs: a gateway, processes, HTTP. Neither is a
figure of AWS.
"""

import argparse
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.table import print_table
from benchmarks.timed import Timed
from local.stack import Stack, running_stack
from service.postage import CODES_FOR_A_NETWORK_AN_HOUR
from tests.e2e.mailbox import Mailbox
from tests.e2e.tables import forget_what_was_counted
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import aws_account, running_cloud
from tests.support.transport import Http, InProcess, Transport

ROUTES: Final = ("/v1/challenges", "/v1/challenges/steps", "/v1/verifications")
QUANTILES: Final = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
AT_ONCE: Final = (1, 8, 64)
IN_PROCESS_S: Final = 20.0
# A refusal now and then is what liveness costs people, and not the load's.
_ANSWERS: Final = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.UNAUTHORIZED}
_ENROLLING: Final = 4  # at once: before the clock starts
_ROUNDS_TO_WARM_UP: Final = 6  # 64 processes that start at once have two cores to do it
_FROM_ONE_ADDRESS: Final = CODES_FOR_A_NETWORK_AN_HOUR // 2


@dataclass
class Member:
    """A device with an account, and what came of its sign-ins."""

    device: Device
    transport: Timed
    person: int
    signed_in: int = 0
    refused: int = 0

    def sign_in(self) -> None:
        """Sign in once; an answer that did not come is counted where it happened."""
        try:
            reply = self.device.sign_in(capture(self.person, take=1 + self.signed_in + self.refused))
        except (OSError, AssertionError):
            return
        if reply.status == HTTPStatus.OK:
            self.signed_in += 1
        elif reply.status == HTTPStatus.UNAUTHORIZED:
            self.refused += 1


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print and write the report; fail where a request ended in an error."""
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, help="where to write the report")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each number of devices at once")
    parser.add_argument("--concurrency", type=int, nargs="+", default=AT_ONCE, help="devices at once")
    options = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)
    report = {"in_process": _in_process()}
    with running_stack() as stack:
        members = _enrolled(stack, most=max(options.concurrency))
        for at_once in options.concurrency:
            _warm_up(members[:at_once])
            report[f"stack_{at_once}"] = _under_load(members[:at_once], seconds=options.seconds)
    for name, found in report.items():
        _print(name, found)
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if any(found["errors"] for found in report.values()):
        raise SystemExit("a request ended in an error")


def _in_process() -> dict[str, Any]:
    # Without the floors, as a success is: they hold back refusals, and challenges whatever they are.
    with aws_account(), running_cloud() as cloud, redirect_stdout(StringIO()):
        member = _member(InProcess(), 0, code=cloud.code)
        ends = time.monotonic() + IN_PROCESS_S
        with _anew([member]):
            while time.monotonic() < ends:
                member.sign_in()
        return _summary([member], seconds=IN_PROCESS_S)


def _warm_up(members: Sequence[Member]) -> None:
    """Have all sign in at once until nobody meets a process that starts: that is not what is measured."""
    for _ in range(_ROUNDS_TO_WARM_UP):
        with _anew(members), ThreadPoolExecutor(len(members)) as pool:
            list(pool.map(Member.sign_in, members))
        if not _summary(members, seconds=1)["errors"]:
            return
    raise SystemExit(f"requests of {len(members)} devices at once end in errors, however warm the stack is")


def _under_load(members: Sequence[Member], *, seconds: float) -> dict[str, Any]:
    ends = time.monotonic() + seconds

    def keep_signing_in(member: Member) -> None:
        while time.monotonic() < ends:
            member.sign_in()

    with _anew(members), ThreadPoolExecutor(len(members)) as pool:
        started = time.monotonic()
        list(pool.map(keep_signing_in, members))
        took = time.monotonic() - started
    return _summary(members, seconds=took)


@contextmanager
def _anew(members: Sequence[Member]) -> Iterator[None]:
    """Count from here on."""
    for member in members:
        member.transport.forget()
        member.signed_in = member.refused = 0
    yield


def _enrolled(stack: Stack, *, most: int) -> list[Member]:
    def code(address: str) -> str:
        return Mailbox(address=address, outbox=stack.outbox).next_code()

    members: list[Member] = []
    with ThreadPoolExecutor(_ENROLLING) as pool:
        for first in range(0, most, _FROM_ONE_ADDRESS):
            numbers = range(first, min(most, first + _FROM_ONE_ADDRESS))
            members += pool.map(lambda number: _member(Http(stack.url), number, code=code), numbers)
            forget_what_was_counted(stack)  # all of them come from one address
    return members


def _member(inner: Transport, number: int, *, code: Callable[[str], str]) -> Member:
    transport = Timed(inner)
    device, address = Device(transport), f"load-{number}@people.example"
    device.send_code(address)
    device.confirm(address, code(address))
    for _ in range(5):  # one in thirty is not thought alive; whoever enrols tries again
        if device.enrol(address, portrait(number)).status == HTTPStatus.CREATED:
            return Member(device=device, transport=transport, person=number)
    raise SystemExit(f"device {number} could not be enrolled")


def _summary(members: Sequence[Member], *, seconds: float) -> dict[str, Any]:
    lost = sum(member.transport.lost for member in members)
    answers = [answer for member in members for answer in member.transport.answers]
    routes = {
        route: np.array([answer.seconds for answer in answers if answer.route == route]) for route in ROUTES
    }
    return {
        "devices": len(members),
        "seconds": seconds,
        "signed_in": sum(member.signed_in for member in members),
        "refused": sum(member.refused for member in members),
        "lost": lost,
        "errors": lost + sum(answer.reply.status not in _ANSWERS for answer in answers),
        "routes": {
            route: {
                "requests": len(times),
                **{name: 1000 * float(np.quantile(times, share)) for name, share in QUANTILES.items()},
            }
            for route, times in routes.items()
        },
    }


def _print(name: str, found: Mapping[str, Any]) -> None:
    print_table(
        f"{name}: {found['devices']} devices for {found['seconds']:.0f} s, {found['signed_in']} signed in, "
        f"{found['refused']} refused, {found['errors']} errors, {found['lost']} of them without an answer",
        ["request", "requests", "p50 ms", "p95 ms", "p99 ms"],
        [
            [route, times["requests"], *(f"{times[quantile]:.1f}" for quantile in QUANTILES)]
            for route, times in found["routes"].items()
        ],
    )


if __name__ == "__main__":
    main()
