"""How long an erasure takes, and that it touches nobody else: a thousand accounts go while others sign in.

    python -m benchmarks.erasure [--accounts 1000]

The functions run in this process against moto; time inside AWS calls is given apart. One in ten erasures
has somebody else's sign-in in the middle of it, between what it read and what it writes, or is itself in
the middle of one. What the erased leave (a tombstone, counters) goes after each hundred: moto copies its
tables for each transaction, which would take longer and longer.
"""

import argparse
import logging
import statistics
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from functools import partial
from http import HTTPStatus
from io import StringIO
from typing import Any, Final

from benchmarks.table import print_table
from benchmarks.timed import Answered, Timed
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud, aws_account, running_cloud
from tests.support.transport import InProcess, Reply

ACCOUNTS: Final = 1000
BYSTANDERS: Final = 10
EVERY: Final = 10
KEPT_UP_TO: Final = 100
LOOKS: Final = 4
PASSING: Final = {"last_used_at", "revision", "sealed_log_head"}
TWENTIETHS: Final = 20


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures, and fail where an erasure left something or touched somebody."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.erasure", description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="how many are erased")
    given = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    transport = Timed(InProcess(), in_process=True, asks_aws=True)
    with aws_account(), running_cloud() as cloud, redirect_stdout(StringIO()):
        others = [_enrolled(cloud, InProcess(), f"other-{one}@example.org") for one in range(BYSTANDERS)]
        before, at_first = _kept(cloud), cloud.kept()
        signed_in = 0
        for number in range(given.accounts):
            device = _enrolled(cloud, transport, f"erased-{number}@example.org")
            if number % EVERY:
                _expect(device.delete_account(), 200)
            else:
                other = others[number // EVERY % BYSTANDERS]
                acts = partial(device.delete_account), partial(_sign_in, other, take=number)
                _meet(cloud, *(acts if number // EVERY % 2 else acts[::-1]))
                signed_in += 1
            if str(device.account) in str(cloud.items()) + str(cloud.keys()):
                raise SystemExit(f"erasure {number} left a row that names its account")
            if number % KEPT_UP_TO == KEPT_UP_TO - 1 or number == given.accounts - 1:
                if _kept(cloud) != before:
                    raise SystemExit(
                        "an erasure touched somebody else's profile, templates, devices, address or key"
                    )
                cloud.rewind(at_first)
    erasures = [one for one in transport.answers if (one.method, one.route) == ("DELETE", "/v1/account")]
    print_table(
        f"{len(erasures)} accounts erased, {signed_in} sign-ins of {BYSTANDERS} others in the middle of it",
        ["", "p50", "p95"],
        [
            ["ms each, in this process", *_percentiles([one.seconds for one in erasures])],
            ["of these within AWS calls (moto)", *_percentiles([one.aws_s for one in erasures])],
            ["our own", *_percentiles([one.seconds - one.aws_s for one in erasures])],
        ],
    )
    print(f"AWS calls each: {', '.join(_usual(erasures).calls)}")
    print("no row left of anybody, and none of anybody else's touched")


def _meet(cloud: Cloud, outer: Callable[[], Reply], inner: Callable[[], Reply]) -> None:
    """Do something, and something else between what it read and what it writes."""
    met: list[Reply] = []
    begun: list[None] = []

    def once(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if not begun:
            begun.append(None)
            met.append(inner())

    with cloud.when("before-call.dynamodb.TransactWriteItems", once):
        _expect(outer(), 200)
    _expect(met[0] if met else None, 200)


def _sign_in(device: Device, *, take: int) -> Reply:
    # One in thirty is not thought alive, and looks again; each look is another.
    for look in range(LOOKS):
        reply = device.sign_in(capture(1, take=LOOKS * take + look))
        if reply.status == HTTPStatus.OK:
            break
    return reply


def _enrolled(cloud: Cloud, transport: Any, address: str) -> Device:  # noqa: ANN401 -- either transport
    device = Device(transport)
    # What was counted, as the clock would take it: a network may not register hundreds in an hour.
    for item in cloud.items():
        if item["pk"]["S"].startswith("LIMIT#"):
            cloud.delete(item["pk"]["S"], item["sk"]["S"])
    _expect(device.send_code(address), 202)
    _expect(device.confirm(address, cloud.code(address)), 200)
    for look in range(LOOKS):  # one in thirty is not thought alive
        enrolled = device.enrol(address, portrait(1, take=look))
        if enrolled.status == HTTPStatus.CREATED:
            return device
    raise SystemExit(f"{address} could not be enrolled: {enrolled.problem}")


def _kept(cloud: Cloud) -> list[str]:
    """What of the others must stay as it is, however often they sign in; not when they did, nor their log."""
    kinds = ("TEMPLATE#", "CONSENT#", "DEVICE#", "PROFILE", "ACCOUNT")
    rows = [item for item in cloud.items() if item["sk"]["S"].startswith(kinds)]
    lasting = [{name: value for name, value in row.items() if name not in PASSING} for row in rows]
    return sorted(map(str, [*lasting, *cloud.keys()]))


def _usual(erasures: list[Answered]) -> Answered:
    return erasures[-1]


def _percentiles(seconds: list[float]) -> tuple[str, str]:
    values = [1000 * one for one in seconds]
    return f"{statistics.median(values):.1f}", f"{statistics.quantiles(values, n=TWENTIETHS)[-1]:.1f}"


def _expect(reply: Reply | None, status: int) -> None:
    if reply is None or reply.status != status:
        raise SystemExit(f"expected {status}, got {reply and (reply.status, reply.problem)}")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
