"""One deployment and the people who use it: their devices, their mailboxes, their accounts."""

from __future__ import annotations

import itertools
import secrets
import zlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.actors.camera import Camera as Lens
from tests.actors.entrances import Later, Unmoved
from tests.actors.heads import head_of
from tests.actors.live import live
from tests.e2e import steps
from tests.e2e.browser import Camera, Device
from tests.e2e.mailbox import Mailbox
from tests.e2e.tables import forget_what_was_counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Playwright

    from local.stack import Stack
    from tests.actors import Person
    from tests.actors.cues import Actor
    from tests.actors.head import Head
    from tests.actors.optics import Pixels
    from tests.e2e.witness import Exchange

VERIFICATIONS: Final = "/v1/verifications"
# Members have done this before, and there are many of them: as quick as the quicker half of people.
_BRISK: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Registration:
    """An account.

    Attributes:
        mailbox: Its address.
        device: The device it was registered on.
        exchanges: What crossed the wire meanwhile.
    """

    mailbox: Mailbox
    device: Device
    exchanges: list[Exchange] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Member(Registration):
    """Somebody of the cast with an account.

    Attributes:
        person: Who they are.
    """

    person: Person


@dataclass(frozen=True, kw_only=True)
class House:
    """One deployment.

    Attributes:
        stack: The product, running.
        playwright: The driver of browsers.
        folder: Where devices keep their profiles and downloads.
        pages: Where the pages are, when another origin than the API's has them.
    """

    stack: Stack
    playwright: Playwright
    folder: Path
    pages: str = ""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def path(self, name: str) -> Path:
        """Name a path that nobody used before."""
        return self.folder / f"{next(self._numbers):03}-{name}"

    def device(self, name: str = "device") -> Device:
        """Unpack a new device."""
        return Device(
            playwright=self.playwright,
            profile=self.path(name),
            origin=self.pages or self.stack.url,
            api=self.stack.url,
        )

    def mailbox(self, name: str) -> Mailbox:
        """Open a new mailbox."""
        return Mailbox(address=f"{name}.{secrets.token_hex(4)}@people.example", outbox=self.stack.outbox)

    def enrol(self, person: Person) -> Member:
        """Register a person, on a new device, with a new mailbox."""
        made = self.register(head_of(person.name))
        return Member(person=person, mailbox=made.mailbox, device=made.device, exchanges=made.exchanges)

    def register(self, head: Head) -> Registration:
        """Register whoever has this head, on a new device, with a new mailbox."""
        device, mailbox = self.device(head.name), self.mailbox(head.name)
        with device.open(Camera(actor=partial(_sits, head, day=1))) as window:
            steps.register(window.page, mailbox)
        return Registration(mailbox=mailbox, device=device, exchanges=window.witness.exchanges)

    def let_time_pass(self) -> None:
        """Forget what was counted, as the clock would."""
        forget_what_was_counted(self.stack)

    def sweep(self) -> None:
        """Do what the local stack's clock would within a minute: a round of the sweeper."""
        functions = self.stack.client("lambda")
        pages = functions.get_paginator("list_functions").paginate()
        names = [one["FunctionName"] for page in pages for one in page["Functions"]]
        (sweeper,) = [name for name in names if "sweeper" in name.lower()]
        assert "FunctionError" not in functions.invoke(FunctionName=sweeper)


def registering(person: Person) -> Camera:
    """A camera with somebody before it who does what registration asks for, another day than any sign-in."""
    return Camera(actor=partial(_sits, head_of(person.name), day=1))


def in_front_of(person: Person, *, view: int = 0) -> Camera:
    """A camera with somebody sitting well before it, who does what is asked."""
    return Camera(actor=partial(_sits, head_of(person.name, view), day=2))


def at_another_desk(person: Person) -> Camera:
    """A camera with somebody before it elsewhere: a darker wall, softer light, a coarser sensor."""
    lens = Lens(noise_sd=2.5, wall=120, light=0.85)
    return Camera(actor=lambda: live(head_of(person.name), seed=_seed(person.name, day=3), camera=lens))


def comes_later(person: Person, *, before: Callable[[Pixels], Pixels]) -> Later:
    """Somebody who is there, or seen well, only once the test says so."""
    return Later(_sits(head_of(person.name), day=2), before)


def with_a_stiff_neck(person: Person) -> Camera:
    """A camera with somebody before it who turns their head for nobody."""
    turns = frozenset({"turn-left", "turn-right", "turn-more", "turn-less"})
    return Camera(actor=lambda: Unmoved(_sits(head_of(person.name), day=1), turns))


def _sits(head: Head, *, day: int) -> Actor:
    lens = Lens(noise_sd=1.5, wall=150 + 8 * day)
    return live(head, seed=_seed(head.name, day=day), camera=lens, slow=_BRISK)


def _seed(name: str, *, day: int) -> int:
    return zlib.crc32(name.encode()) + day
