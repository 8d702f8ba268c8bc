"""A deployment in memory with people in it, in every state that a refusal must not tell from another."""

from http import HTTPStatus
from typing import Any, Final

from benchmarks.timed import Answered, Timed
from service.deployment import this_deployment
from service.repositories.tries import tries_of
from service.tokens import MAILBOX_TOKEN_LIFE_S
from tests.support.authenticator import Authenticator
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.transport import InProcess, Reply

OWNER, STRANGER = 1, 2  # whose face it is
OWNERS: Final = "owner@example.org"
FROZEN: Final = "frozen@example.org"
PAUSED: Final = "paused@example.org"
RP_ID: Final = "site.example"
_MOST_LOOKS: Final = 5
# What a clock would have taken away, and a table in memory keeps.
_SHORT_LIVED: Final = ("CHALLENGE#", "JTI#", "LIMIT#")


class Town:
    """Four accounts, each on one known device, and nobody else.

    Args:
        cloud: the deployment.

    Attributes:
        key: the owner's passkey, which was used once.
        codes: the owner's recovery codes, of which the first was used.
        frozen_key: a passkey of the account that is frozen.
        frozen_codes: its recovery codes.
        freeze_token: of the last notice that the owner had.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.transport = Timed(InProcess(), in_process=True)
        self.owner = self._enrolled(OWNERS)
        self.paused = self._enrolled(PAUSED)
        self.paused.set_face_sign_in("paused")
        self.locked = self._enrolled("locked@example.org")
        self._guest = Device(self.transport)
        self._guest_until = 0.0
        self.key, self.codes = self._with_key_and_codes(self.owner)
        self.unknown(None).use_recovery_code(OWNERS, self.codes[0])
        self.unknown(None).use_passkey(self.key, str(self.owner.account))
        self.freeze_token = cloud.freeze_token(OWNERS)
        self.frozen = self._enrolled(FROZEN)
        self.frozen_key, self.frozen_codes = self._with_key_and_codes(self.frozen)
        self.frozen.freeze(cloud.freeze_token(FROZEN))
        self._takes = 0

    def show(self, device: Device, person: int, **changes: Any) -> Reply:  # noqa: ANN401 -- any part of it
        """Sign in on a device with somebody's face, each time of another moment."""
        self._takes += 1
        return device.sign_in(capture(person, take=self._takes, **changes))

    def answers(self) -> list[Answered]:
        """Give what was answered since the last time, and forget it."""
        answers = list(self.transport.answers)
        self.transport.answers.clear()
        return answers

    def let_time_pass(self) -> None:
        """Forget what was counted, and what has expired, as the clock would."""
        for item in self.cloud.items():
            if item["pk"]["S"].startswith(_SHORT_LIVED):
                self.cloud.delete(item["pk"]["S"], item["sk"]["S"])

    def guest(self) -> Device:
        """Somebody with a mailbox that has no account, lately proved."""
        if self._guest.clock() > self._guest_until:
            self._prove(self._guest, "nobody@example.org")
            self._guest_until = self._guest.clock() + MAILBOX_TOKEN_LIFE_S / 2
        return self._guest

    def unknown(self, account: str | None) -> Device:
        """A device that nobody knows, which names an account."""
        device = Device(self.transport)
        device.account = account
        return device

    def spend_all(self, device: Device) -> None:
        """Try so often with a device that nothing is left to it."""
        row = tries_of(str(device.account), known_device=device.thumbprint)
        while this_deployment().tries.begin(row, mark="spent", now=device.clock()) is not None:
            pass

    def _enrolled(self, address: str) -> Device:
        device = Device(self.transport)
        self._prove(device, address)
        # One in thirty is not thought alive; whoever enrols looks again.
        for take in range(_MOST_LOOKS):
            if device.enrol(address, portrait(OWNER, take=take)).status == HTTPStatus.CREATED:
                return device
        raise SystemExit(f"{address} could not be enrolled")

    def _prove(self, device: Device, address: str) -> None:
        device.send_code(address)
        device.confirm(address, self.cloud.code(address))

    def _with_key_and_codes(self, device: Device) -> tuple[Authenticator, list[str]]:
        key = Authenticator(origin=ORIGIN, rp_id=RP_ID)
        if device.add_passkey(key).status != HTTPStatus.CREATED:
            raise SystemExit("a passkey could not be added")
        return key, device.make_recovery_codes()
