"""How long an erasure takes, and that it touches nobody else: a thousand accounts go while others sign in.

    python -m benchmarks.erasure [--accounts 1000]

The functions run in this process against moto; time inside AWS calls is given apart. One in ten erasures has
somebody else's sign-in in the middle of it, between what it read and what it writes. What the erased leave (a
tombstone, counters) goes after each hundred: moto copies its tables for each transaction, which would take
longer and longer.
"""

import argparse
import logging
import statistics
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
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
            meets = number % EVERY == 0
            bystander = _SigningIn(others[number // EVERY % BYSTANDERS], take=number)
            at = "before-call.dynamodb.TransactWriteItems"
            with cloud.when(at, bystander.once) if meets else nullcontext():
                _expect(device.delete_account(), 200)
            if meets:
                _expect(bystander.reply, 200)
                signed_in += 1
            if str(device.account) in str(cloud.items()) + str(cloud.keys()):
                raise SystemExit(f"erasure {number} left a row that names its account")
            if number % KEPT_UP_TO == KEPT_UP_TO - 1 or number == given.accounts - 1:
                if _kept(cloud) != before:
                    raise SystemExit("an erasure touched somebody else's templates, devices, address or key")
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


class _SigningIn:
    """Somebody signs in, once, wherever the erasure stands."""

    def __init__(self, device: Device, *, take: int) -> None:
        self._device = device
        self._take = take
        self._begun = False
        self.reply: Reply | None = None

    def once(self, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if not self._begun:
            self._begun = True
            # One in thirty is not thought alive, and looks again; each look is another.
            for look in range(LOOKS):
                self.reply = self._device.sign_in(capture(1, take=LOOKS * self._take + look))
                if self.reply.status == HTTPStatus.OK:
                    return


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
    """What of the others must stay as it is, whatever they sign in to."""
    kinds = ("TEMPLATE#", "CONSENT#", "ACCOUNT")
    rows = [item for item in cloud.items() if item["sk"]["S"].startswith(kinds)]
    return sorted(map(str, [*rows, *cloud.keys()]))


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
