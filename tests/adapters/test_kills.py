"""A function is killed between two of its writes: no code of it runs any more, and it works again by itself.

test_faults.py lets AWS fail, which the code sees and tidies up after. Here it sees nothing.
"""

from collections.abc import Callable

import pytest

from tests.adapters.calls import CALLS
from tests.adapters.moments import ADA
from tests.adapters.test_faults import STEPS, assert_no_halves
from tests.support.breaking import killed_after_call
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.sweeping import sweep
from tests.support.transport import Reply

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "SendEmail"}


def _signs_in_by_a_new_code(cloud: Cloud, device: Device) -> Reply:
    device.send_code(ADA)
    return device.confirm(ADA, cloud.code(ADA))


def _signs_in_by_face(cloud: Cloud, device: Device) -> Reply:  # noqa: ARG001 -- as its siblings
    return device.sign_in(capture(1, take=3))


# Where everything was done and only the answer was lost: what asking again is told, and what works then.
DONE: dict[str, tuple[str, Callable[[Cloud, Device], Reply]]] = {
    "confirm-code": ("code-invalid", _signs_in_by_a_new_code),
    "sign-in-by-code": ("code-invalid", _signs_in_by_a_new_code),
    "enrol": ("already-enrolled", _signs_in_by_face),
    "register": ("already-enrolled", _signs_in_by_a_new_code),
    "change-address": ("address-unchanged", _signs_in_by_face),
    "remove-device": ("token-invalid", _signs_in_by_a_new_code),
    "end-session": ("token-invalid", _signs_in_by_face),
    "end-sessions": ("token-invalid", _signs_in_by_face),
}
LAST = {
    name: max(
        at
        for at, operation in enumerate(steps)
        if operation in WRITES - {"SendEmail"} and steps[at - 1] != "SendEmail"  # that it was sent
    )
    for name, steps in STEPS.items()
}
# The first write takes the challenge: that is what a kill after any other finds, too.
KILLS = [
    (name, at)
    for name, steps in STEPS.items()
    for at, operation in enumerate(steps)
    if operation in WRITES and at != steps.index("DeleteItem")
]


@pytest.mark.parametrize(
    ("name", "at"), KILLS, ids=[f"{name}-{at + 1}-{STEPS[name][at]}" for name, at in KILLS]
)
def test_a_function_that_is_killed_after_a_write_leaves_nothing_half_open_and_the_next_try_works(
    name: str, at: int, cloud: Cloud, device: Device
) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    cloud.let_a_minute_pass()
    nonce = call.challenge(device)
    request = {"content": call.content(cloud, device), "nonce": nonce}
    path, token = call.url(device), device.access_token if call.token else None
    cloud.restart()

    with killed_after_call(cloud, at):
        device.send(call.method, path, token=token, **request)
    cloud.restart()

    if name not in {"delete", "withdraw"}:  # those go on where they stopped, below
        assert_no_halves(cloud)
    cloud.let_a_minute_pass()
    again = call.send(cloud, device)
    if name in DONE and at >= LAST[name]:
        told, way = DONE[name]
        assert again.problem == told
        cloud.let_a_minute_pass()
        again = way(cloud, device)
    assert again.status in {call.success, 200}
    assert_no_halves(cloud)
    sweep()
    assert_no_halves(cloud)
    waiting = [item["pk"]["S"] for item in cloud.items() if item["pk"]["S"].startswith("WORK#")]
    assert [pk for pk in waiting if not pk.startswith("WORK#UNUSED#")] == []
