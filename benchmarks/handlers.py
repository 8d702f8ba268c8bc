"""Warm handlers: our own time without AWS, and the AWS calls of each request by name.

The functions run in this process against moto. Time inside botocore's API calls is taken off; what is left is
parsing, proofs, cryptography, matching and the answer.
"""

import logging
import statistics
from collections import defaultdict
from typing import Final

from benchmarks.table import print_table
from benchmarks.timed import Answered, Timed
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


def main() -> None:
    """Print the figures, and fail when a verification makes other calls than it may."""
    logging.disable(logging.CRITICAL)
    transport = Timed(InProcess(), in_process=True, asks_aws=True)
    with aws_account(), running_cloud() as cloud:
        for round_ in range(ROUNDS):
            _one_life(Device(transport), round_, cloud=cloud)
    by_route: dict[str, list[Answered]] = defaultdict(list)
    for answer in transport.answers:
        by_route[f"{answer.method} {answer.route}"].append(answer)
    print_table(
        f"Warm handlers in this process, {ROUNDS - WARM_UP} requests each; AWS calls taken off",
        ["request", "own ms p50", "p95", "AWS calls"],
        [
            [route, *_percentiles(answers[WARM_UP:]), ", ".join(answers[-1].calls) or "none"]
            for route, answers in by_route.items()
        ],
    )
    calls = list(by_route["POST /v1/verifications"][-1].calls)
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


def _percentiles(answers: list[Answered]) -> tuple[str, str]:
    values = [1000 * (answer.seconds - answer.aws_s) for answer in answers]
    return f"{statistics.median(values):.2f}", f"{statistics.quantiles(values, n=20)[-1]:.2f}"


def _expect(reply: Reply, status: int) -> None:
    if reply.status != status:
        raise SystemExit(f"expected {status}, got {reply.status} {reply.problem}")


if __name__ == "__main__":
    main()
