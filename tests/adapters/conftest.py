"""The functions on an AWS account in memory."""

from collections.abc import Iterator

import pytest

from tests.adapters.moments import enrolled
from tests.support.client import Device
from tests.support.cloud import Cloud, aws_account, running_cloud
from tests.support.transport import InProcess


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
def ada(cloud: Cloud, device: Device) -> Device:
    """Ada's laptop, enrolled, with the session that an enrolment gives."""
    enrolled(cloud, device)
    return device
