"""One whole life on a device: registered, refused once as a stranger, signed in, taken away, left again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.actors import CLEO, PILOT
from tests.e2e import steps, tables
from tests.e2e.house import VERIFICATIONS, in_front_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.browser import Device, Window
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album
    from tests.e2e.witness import Exchange


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """How somebody left.

    Attributes:
        account: Whose account it was.
        rows_before: How many rows the tables held of it.
        rows_after: How many they held when the answer came.
        shown: What the page said.
        answer: What the API answered.
    """

    account: str
    rows_before: int
    rows_after: int
    shown: str
    answer: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Life:
    """What happened in it.

    Attributes:
        member: Who it was.
        stranger: The answer to somebody else before this device's camera, while the account lived.
        words_for_a_stranger: What the page said to them.
        kept: The device as it was before the end, key and all.
        export: What the person took away.
        during: Everything that the tables held in the middle of it.
        afterwards: And at the end.
        leaving: How it ended.
    """

    member: Member
    stranger: Exchange
    words_for_a_stranger: str
    kept: Device
    export: dict[str, Any] = field(repr=False)
    during: bytes = field(repr=False)
    afterwards: bytes = field(repr=False)
    leaving: Leaving


def live_once(house: House, album: Album) -> Life:
    """Go through it, from the address to the receipt."""
    member = house.enrol(PILOT)
    with member.device.open(in_front_of(CLEO)) as window:
        steps.look(window.page)
        words = steps.is_refused(window.page)
        (stranger,) = window.witness.answers(VERIFICATIONS)
    # The page forgets the account when it ends. A device that keeps its key must fare no better.
    kept = member.device.copy(house.path("kept"))
    with member.device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        export = json.loads(steps.download(window.page, house.folder).read_bytes())
        during = tables.everything(house.stack)
        left = leave(house, window, album, by=steps.delete_account, path="/v1/account")
    return Life(
        member=member,
        stranger=stranger,
        words_for_a_stranger=words,
        kept=kept,
        export=export,
        during=during,
        afterwards=tables.everything(house.stack),
        leaving=left,
    )


def leave(house: House, window: Window, album: Album, *, by: Callable[[Page], str], path: str) -> Leaving:
    """Leave by one of the ways there are, signed in."""
    account = window.witness.answers("/v1/account")[-1].json()["account"]
    before = len(tables.of_account(house.stack, account))
    shown = by(window.page)
    album.take(window.page, f"receipt-{path.rpartition('/')[2]}")
    return Leaving(
        account=account,
        rows_before=before,
        rows_after=len(tables.of_account(house.stack, account)),
        shown=shown,
        answer=window.witness.answers(path)[-1].json(),
    )
