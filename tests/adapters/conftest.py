"""The functions on an AWS account in memory."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest

from service.deployment import this_deployment
from tests.support import clock
from tests.support.captures import portrait
from tests.support.client import Device
from tests.support.cloud import Cloud, Kept, aws_account, running_cloud
from tests.support.transport import InProcess

ADA = "ada.lovelace@example.org"


class Enrolled:
    """An enrolment that many tests begin with, when it was made: it takes ten times as long as a copy."""

    def __init__(self) -> None:
        self._at = 0.0
        self._kept: Kept | None = None
        self._device: dict[str, Any] = {}

    @property
    def is_there(self) -> bool:
        return self._kept is not None

    def keep(self, cloud: Cloud, device: Device) -> None:
        self._at = clock.now()
        self._kept = cloud.kept()
        self._device = _own(device)

    def begin(self, cloud: Cloud, device: Device) -> None:
        assert self._kept is not None
        clock.advance(self._at - clock.now())
        cloud.copy_of(self._kept)
        # As warm as after an enrolment.
        deployment = this_deployment()
        _ = deployment.signer.key, deployment.keyring.mailbox_index()
        vars(device).update(copy(self._device), performances=[*self._device["performances"]])


def _own(device: Device) -> dict[str, Any]:
    """What a device remembers; how it reaches the API and tells the time is not its own."""
    own = {name: value for name, value in vars(device).items() if name not in {"transport", "clock"}}
    return own | {"performances": [*device.performances]}


@pytest.fixture(scope="package", autouse=True)
def aws() -> Iterator[None]:
    with aws_account():
        yield


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as cloud:
        yield cloud


@pytest.fixture
def device(cloud: Cloud) -> Device:  # noqa: ARG001 -- the handlers reach it through the environment
    return Device(InProcess())


@pytest.fixture
def ada(cloud: Cloud, device: Device, enrolled: Enrolled) -> Device:
    """Ada's laptop, enrolled, with the session that an enrolment gives."""
    if enrolled.is_there:
        enrolled.begin(cloud, device)
    else:
        device.send_code(ADA)
        device.confirm(ADA, cloud.code(ADA))
        assert device.enrol(ADA, portrait(1)).status == 201
        enrolled.keep(cloud, device)
    return device


@pytest.fixture(scope="package")
def enrolled() -> Enrolled:
    return Enrolled()
