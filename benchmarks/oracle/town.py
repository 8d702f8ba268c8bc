"""A deployment in memory with people in it, in every state that a refusal must not tell from another."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from benchmarks.timed import Answered, Timed
from service.deployment import this_deployment
from service.repositories.tries import tries_of
from tests.support.captures import capture, frozen, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

OWNER, STRANGER = 1, 2  # whose face it is
VERIFICATIONS: Final = "/v1/verifications"
CODES: Final = "/v1/email/codes"
# As a caller meets them; what comes after an account was found is among them.
ROUTES: Final = ("/v1/challenges", "/v1/challenges/steps", VERIFICATIONS, CODES)


class Town:
    """Three accounts, each on one known device, and nobody else.

    Args:
        cloud: the deployment.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.transport = Timed(InProcess(), in_process=True)
        self.owner = self._enrolled("owner@example.org")
        self.paused = self._enrolled("paused@example.org")
        self.paused.set_face_sign_in("paused")
        self.locked = self._enrolled("locked@example.org")
        self.guest = Device(self.transport)
        self._prove(self.guest, "nobody@example.org")
        self._takes = 0

    def attempt(self, kind: str) -> list[Answered]:
        """Try what one of `KINDS` or `MAILBOXES` says; the answers to every request of it."""
        self.let_time_pass()
        self._takes += 1
        act = {**KINDS, **MAILBOXES}[kind](self)
        self.transport.answers.clear()
        act()
        return list(self.transport.answers)

    def show(self, device: Device, person: int, **changes: Any) -> Reply:  # noqa: ANN401 -- any part of it
        """Sign in on a device with somebody's face."""
        return device.sign_in(capture(person, take=self._takes, **changes))

    def let_time_pass(self) -> None:
        """Forget what was counted, as the clock would."""
        for item in self.cloud.items():
            if item["pk"]["S"].startswith("LIMIT#"):
                self.cloud.delete(item["pk"]["S"], item["sk"]["S"])

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
        if device.enrol(address, portrait(OWNER)).status != HTTPStatus.CREATED:
            raise SystemExit(f"{address} could not be enrolled")
        return device

    def _prove(self, device: Device, address: str) -> None:
        device.send_code(address)
        device.confirm(address, self.cloud.code(address))


Prepared = Callable[[], object]


def _unknown_mailbox(town: Town) -> Prepared:
    """Somebody with a mailbox that has no account."""
    return lambda: town.show(town.guest, OWNER)


def _unknown_account(town: Town) -> Prepared:
    device = town.unknown("A" * 22)
    return lambda: town.show(device, OWNER)


def _unknown_device(town: Town) -> Prepared:
    """The owner's face and account, on a device that is not theirs."""
    device = town.unknown(town.owner.account)
    return lambda: town.show(device, OWNER)


def _paused(town: Town) -> Prepared:
    return lambda: town.show(town.paused, OWNER)


def _locked(town: Town) -> Prepared:
    """The right face on the right device, which has used up its tries."""
    town.spend_all(town.locked)
    return lambda: town.show(town.locked, OWNER)


def _wrong_face(town: Town) -> Prepared:
    return lambda: town.show(town.owner, STRANGER)


def _not_live(town: Town) -> Prepared:
    return lambda: town.show(town.owner, OWNER, series=frozen)


def _bad_proof(town: Town) -> Prepared:
    """Everything right, but the proof was made for other bytes."""
    device = town.owner

    def send() -> None:
        performed = device.perform("verification", capture(OWNER, take=1))
        proof = device.proof("POST", VERIFICATIONS, body=b"{}", nonce=performed.nonce)
        device.send("POST", VERIFICATIONS, content={"capture": performed.capture}, proof=proof)

    return send


# What an attempt may be refused for, and nobody may learn of it.
KINDS: Final[Mapping[str, Callable[[Town], Prepared]]] = {
    "unknown mailbox": _unknown_mailbox,
    "unknown account": _unknown_account,
    "unknown device": _unknown_device,
    "paused": _paused,
    "locked": _locked,
    "wrong face": _wrong_face,
    "failed liveness": _not_live,
    "bad proof": _bad_proof,
}


def _code_for(address: str) -> Callable[[Town], Prepared]:
    return lambda town: lambda: town.unknown(None).send_code(address)


def _code_again(town: Town) -> Prepared:
    """A second code within a minute: none is sent."""
    town.unknown(None).send_code("owner@example.org")
    return lambda: town.unknown(None).send_code("owner@example.org")


# What a request for a code may find.
MAILBOXES: Final[Mapping[str, Callable[[Town], Prepared]]] = {
    "has an account": _code_for("owner@example.org"),
    "has none": _code_for("nobody-at-all@example.org"),
    "had a code just now": _code_again,
}
