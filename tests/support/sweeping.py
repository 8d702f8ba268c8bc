"""The sweeper, called as the clock calls it; and functions that are killed, which gives it work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from functions.sweeper import handler
from service.repositories.work import GRACE_S
from tests.support import clock
from tests.support.breaking import KilledError
from tests.support.client import Device
from tests.support.cloud import Cloud


class Lambda:
    """What Lambda tells the function of its time."""

    def __init__(self, *, seconds: float = 50) -> None:
        self._ends = clock.now() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - clock.now()) * 1000)


def sweep(*, after_s: float = GRACE_S + 1, seconds: float = 50) -> dict[str, int]:
    """Let so much time pass, and do one round."""
    clock.advance(after_s)
    return handler.handle({}, Lambda(seconds=seconds))


@contextmanager
def killed_after(cloud: Cloud, operation: str, *, times: int = 1) -> Iterator[None]:
    """Kill the function once AWS has done ``operation`` so often."""
    seen = [0]

    def kill(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if model.name != operation:
            return
        seen[0] += 1
        if seen[0] == times:
            raise KilledError

    with cloud.when("after-call", kill):
        try:
            yield
        except KilledError:
            pass
        else:
            raise AssertionError(f"{operation} was not called so often")


def leave_work(cloud: Cloud, device: Device) -> None:
    """Leave the sweeper something of each kind; the account goes."""
    with killed_after(cloud, "TransactWriteItems"):
        device.set_face_sign_in("paused")
    cloud.restart()
    with killed_after(cloud, "TransactWriteItems"):
        device.delete_account()
    cloud.restart()


def sweep_twice(cloud: Cloud) -> None:
    """Do a round that cannot send mails, and another that can."""

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        assert sweep()["failed"] == 1
    assert sweep()["done"] == 1


def let_it_lie(device: Device) -> None:
    """Let nobody use an account until it is gone; its owner is told before."""
    assert device.account is not None
    assert sweep(after_s=335 * 86_400)["done"] == 1
    assert sweep(after_s=30 * 86_400)["done"] == 1
