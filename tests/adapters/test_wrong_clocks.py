"""A device whose clock is five minutes off: told plainly, counted for nothing, in once it goes by our Date.

What the SDK makes of it is in site/tests/api/client.test.ts. All but a proof's `iat` goes by our clock.
"""

import time

import pytest

from service.proofs import CLOCK_LEAD_S, CLOCK_TOLERANCE_S
from tests.adapters.moments import ADA
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

OFF_S = [-300, 300]


@pytest.mark.parametrize("off_s", OFF_S)
def test_a_wrong_clock_is_told_as_such_and_costs_nothing(off_s: int, cloud: Cloud, ada: Device) -> None:
    wrong = Device(InProcess(), key=ada.key, clock=lambda: time.time() + off_s)
    wrong.account, wrong.access_token = ada.account, ada.access_token
    before = cloud.items()

    replies = [
        wrong.send("POST", "/v1/challenges", content={"purpose": "verification", "account": ada.account}),
        wrong.send("POST", "/v1/email/codes", content={"email": ADA}, nonce=ada.challenge("mailbox")),
        wrong.get("/v1/account"),
    ]

    assert [(reply.status, reply.problem) for reply in replies] == [(401, "proof-invalid")] * 3
    # A challenge was taken for the second; nothing was tried, sent or spent.
    gone = {item["pk"]["S"] for item in before} ^ {item["pk"]["S"] for item in cloud.items()}
    assert {name.partition("#")[0] for name in gone} == {"CHALLENGE"}


@pytest.mark.parametrize("off_s", OFF_S)
def test_once_its_proofs_go_by_our_clock_a_wrong_one_keeps_nobody_out(off_s: int, cloud: Cloud) -> None:
    """As the SDK does it: it learns how far off it is from the first answer; nothing else needs the time."""
    learned_s = 0.0
    device = Device(InProcess(), clock=lambda: time.time() + off_s + learned_s)
    refused = device.send("POST", "/v1/challenges", content={"purpose": "mailbox"})
    learned_s = -off_s  # of the answer's Date, which the gateway writes

    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))
    enrolled = device.enrol(ADA, portrait(1))
    signed_in = device.sign_in(capture(1, take=1))

    assert refused.problem == "proof-invalid"
    assert (enrolled.status, signed_in.status) == (201, 200)
    assert device.get("/v1/account").status == 200
    assert device.refresh().status == 200
    assert device.delete_account().status == 200


@pytest.mark.parametrize(
    ("off_s", "status"),
    [
        (-CLOCK_TOLERANCE_S + 2, 201),
        (-CLOCK_TOLERANCE_S - 2, 401),
        (CLOCK_LEAD_S - 2, 201),
        (CLOCK_LEAD_S + 2, 401),
    ],
)
@pytest.mark.usefixtures("cloud")
def test_what_is_forgiven_is_a_minute_late_and_ten_seconds_early(off_s: int, status: int) -> None:
    device = Device(InProcess(), clock=lambda: time.time() + off_s)

    assert device.send("POST", "/v1/challenges", content={"purpose": "mailbox"}).status == status
