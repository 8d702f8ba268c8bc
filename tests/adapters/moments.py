"""What many tests begin with. Each is made once in a process, and copied after that, ten times as fast."""

import os
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeAlias

from service.deployment import Deployment, this_deployment
from tests.support import clock
from tests.support.captures import ENROLLED, capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud, Kept
from tests.support.transport import InProcess

ADA: Final = "ada.lovelace@example.org"
ELSEWHERE: Final = "ada.king@example.org"

Bring: TypeAlias = Callable[[Cloud, Device], None]

SAME_TIME_S: Final = 1800
# How a device reaches the API and tells the time is not its own.
_GIVEN: Final = {"transport", "clock"}


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """A deployment and a device as they were."""

    at: float
    held: Kept = field(repr=False)
    device: dict[str, Any] = field(repr=False)
    knows_signing_key: bool
    knows_mailbox_index: bool

    @classmethod
    def of(cls, cloud: Cloud, device: Device) -> "_Moment":
        deployment = this_deployment()
        return cls(
            at=clock.now(),
            held=cloud.kept(),
            device=_own(device),
            knows_signing_key="key" in vars(deployment.signer),
            knows_mailbox_index=vars(deployment.keyring)["_mailbox_index"] is not None,
        )

    def begin(self, cloud: Cloud, device: Device) -> None:
        clock.advance(self.at - clock.now())
        cloud.copy_of(self.held)
        vars(device).update(_own(self.device))
        # As warm as it was then.
        deployment = this_deployment()
        if self.knows_signing_key:
            _ = deployment.signer.key
        if self.knows_mailbox_index:
            deployment.keyring.mailbox_index()


def once(bring: Bring) -> Bring:
    """Let the first fresh device on each kind of deployment be brought so far; every other begins there.

    Not by another time of day: a test that moved the clock has everything made by its own.
    """
    made: dict[str, _Moment] = {}

    @wraps(bring)
    def begun(cloud: Cloud, device: Device) -> None:
        deployment = this_deployment()
        if cloud.items() or not _is_fresh(device) or vars(deployment).keys() - {"settings"}:
            bring(cloud, device)
            return
        kind = _kind(deployment)
        if kind in made and abs(made[kind].at - clock.now()) < SAME_TIME_S:
            made[kind].begin(cloud, device)
        else:
            bring(cloud, device)
            made[kind] = _Moment.of(cloud, device)

    return begun


def _kind(deployment: Deployment) -> str:
    """Its settings, but for the names of its tables; the keys say which account in memory it is in."""
    settings = deployment.settings.model_dump_json(exclude={"accounts_table", "keys_table"})
    return f"{os.environ.get('TZ')} {settings}"


def _is_fresh(device: Device) -> bool:
    new = _own(Device(InProcess(), key=device.key))
    return type(device.transport) is InProcess and _own(device) == new


def _own(device: Device | dict[str, Any]) -> dict[str, Any]:
    held = device if isinstance(device, dict) else vars(device)
    return {
        name: copy(value) if isinstance(value, list | dict) else value
        for name, value in held.items()
        if name not in _GIVEN
    }


def nothing(cloud: Cloud, device: Device) -> None:
    """A device fresh from the shop."""


@once
def code_sent(cloud: Cloud, device: Device) -> None:  # noqa: ARG001 -- as its siblings
    device.send_code(ADA)


@once
def code_sent_to_an_account(cloud: Cloud, device: Device) -> None:
    enrolled(cloud, device)
    cloud.let_a_minute_pass()
    device.send_code(ADA)


@once
def mailbox_proved(cloud: Cloud, device: Device) -> None:
    code_sent(cloud, device)
    device.confirm(ADA, cloud.code(ADA))


@once
def enrolled(cloud: Cloud, device: Device) -> None:
    mailbox_proved(cloud, device)
    assert device.enrol(ADA, portrait(1)).status == 201


@once
def signed_in(cloud: Cloud, device: Device) -> None:
    enrolled(cloud, device)
    assert device.sign_in(capture(1, take=1)).status == 200


@once
def moving(cloud: Cloud, device: Device) -> None:
    """Signed in, with a code from the account's mailbox and one from another."""
    signed_in(cloud, device)
    assert device.send_address_codes(ELSEWHERE).status == 202


@once
def learned(cloud: Cloud, device: Device) -> None:
    """Signed in with a look that is new: a template was learned."""
    enrolled(cloud, device)
    assert device.sign_in(capture(1, take=1, look=1)).status == 200
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED + 1


@once
def text_changed(cloud: Cloud, device: Device) -> None:
    """Signed in, after the consent text got another version than the one that was agreed to."""
    signed_in(cloud, device)
    cloud.change(f"ACCOUNT#{device.account}", "PROFILE", policy_version={"S": "2025-1-1"})
