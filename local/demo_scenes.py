"""The scenes of the demo, in order. Each does what a person does and looks whether it behaved."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect

from tests.actors import CLEO, PILOT
from tests.actors.heads import head_of
from tests.e2e import steps
from tests.e2e.browser import Device, Window
from tests.e2e.house import in_front_of, registering
from tests.e2e.mailbox import Mailbox
from tests.e2e.tokens import verify, verify_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Playwright

    from local.stack import Stack
    from tests.actors import Person
    from tests.e2e.witness import Exchange

_ADDRESS: Final = "pilot@people.example"
_VERIFICATIONS: Final = "/v1/verifications"
_DIMENSIONS: Final = 128


class DidNotBehaveError(AssertionError):
    """A step came out differently from what the product promises."""


def _must(behaved: bool, promise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not behaved:
        raise DidNotBehaveError(f"The promise that did not hold: {promise}.")


@dataclass(kw_only=True)
class Stage:
    """Where the scenes play, and what one leaves for the next.

    Attributes:
        stack: The product, running.
        playwright: The driver.
        profiles: Where browsers keep their profiles.
        folder: Where screenshots and the exported data go.
    """

    stack: Stack
    playwright: Playwright
    profiles: Path
    folder: Path
    export_file: Path = field(init=False)
    receipt: dict[str, Any] = field(default_factory=dict, repr=False)
    refusals: list[Exchange] = field(default_factory=list)
    _shots: int = 0

    @cached_property
    def mailbox(self) -> Mailbox:
        """The person's mailbox."""
        return Mailbox(address=_ADDRESS, outbox=self.stack.outbox)

    @cached_property
    def device(self) -> Device:
        """The person's device."""
        return Device(playwright=self.playwright, profile=self.profiles / "device", origin=self.stack.url)

    def rehearse(self) -> None:
        """Make heads of whoever appears, so that no scene waits for it."""
        for person in (PILOT, CLEO):
            head_of(person.name)

    @contextmanager
    def sits(
        self, person: Person, *, device: Device | None = None, registers: bool = False
    ) -> Iterator[Window]:
        """Seat a person in front of a device; photograph the page where something goes wrong."""
        with (device or self.device).open(
            registering(person) if registers else in_front_of(person)
        ) as window:
            try:
                yield window
            except (AssertionError, BrowserError):
                self.photograph(window.page, "did-not-behave")
                raise

    def photograph(self, page: Page, name: str, *, whole: bool = True) -> None:
        """Keep a screenshot, numbered in the order of what happened; not whole: only what is in view."""
        self._shots += 1
        page.screenshot(path=self.folder / f"{self._shots:02}-{name}.png", full_page=whole)

    def results(self) -> dict[str, str]:
        """What the summary names."""
        return {
            "Screenshots": f"{self.folder}/ ({self._shots})",
            "Exported data": str(self.export_file),
            "Receipt": f"{self.receipt['reference']}, signature verified with the published key",
        }


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One step: its title, and the function that plays it and says what came of it."""

    title: str
    play: Callable[[Stage], str]


def _register(stage: Stage) -> str:
    with stage.sits(PILOT, registers=True) as window:
        page = window.page
        page.goto("/")
        stage.photograph(page, "home")
        page.goto("/register")
        steps.prove_mailbox(page, stage.mailbox)
        expect(page.get_by_label("I agree")).to_be_visible()
        stage.photograph(page, "consent")
        steps.consent(page)
        steps.name_device(page, "The demo's laptop")
        steps.start_camera(page)
        steps.first_capture(page)
        stage.photograph(page, "camera", whole=False)
        expect(page.locator("[data-step=done]")).to_be_visible(timeout=steps.CEREMONY_MS)
        stage.photograph(page, "registered")
        (answer,) = window.witness.answers("/v1/enrolments")
    return f"account {answer.json()['account']}, {answer.json()['templates']} templates, no picture sent"


def _sign_in(stage: Stage) -> str:
    with stage.sits(PILOT) as window:
        steps.sign_in(window.page)
        stage.photograph(window.page, "signed-in")
        (answer,) = window.witness.answers(_VERIFICATIONS)
        claims = verify(stage.stack.url, answer.json()["access_token"])
    return f"nothing typed; a token by {' and '.join(claims['amr'])}, verified with the published key"


def _stranger(stage: Stage) -> str:
    with stage.sits(CLEO) as window:
        steps.look(window.page)
        steps.is_refused(window.page)
        stage.photograph(window.page, "stranger-refused")
        (answer,) = window.witness.answers(_VERIFICATIONS)
    _must(answer.status == 401, "a stranger is refused")  # noqa: PLR2004 - HTTP's own number
    stage.refusals.append(answer)
    return f"refused: {answer.json()['title']}"


def _see_and_export(stage: Stage) -> str:
    with stage.sits(PILOT) as window:
        page = window.page
        steps.sign_in(page)
        dashboard = steps.open_dashboard(page)
        expect(dashboard).to_contain_text(_ADDRESS)
        stage.photograph(page, "dashboard")
        stage.export_file = steps.download(page, stage.folder)
    export = json.loads(stage.export_file.read_bytes())
    _must(all(len(one["descriptor"]) == _DIMENSIONS for one in export["templates"]), "the export is whole")
    return _counted({name: len(export[name]) for name in ("templates", "devices", "consents", "sign_ins")})


def _delete(stage: Stage) -> str:
    # For the last scene: a device that keeps its key must fare no better than a stranger.
    stage.device.copy(stage.profiles / "kept")
    with stage.sits(PILOT) as window:
        page = window.page
        steps.sign_in(page)
        shown = steps.delete_account(page)
        stage.photograph(page, "receipt")
        stage.receipt = window.witness.answers("/v1/account")[-1].json()
    _must(stage.receipt["reference"] in shown, "the page shows the receipt's reference")
    claims = verify_receipt(stage.stack.url, stage.receipt["receipt"])
    _must(claims["destroyed"] == stage.receipt["destroyed"], "the receipt says what was destroyed")
    return _counted(claims["destroyed"])


def _afterwards(stage: Stage) -> str:
    kept = Device(playwright=stage.playwright, profile=stage.profiles / "kept", origin=stage.stack.url)
    with stage.sits(PILOT, device=kept) as window:
        steps.look(window.page)
        steps.is_refused(window.page)
        stage.photograph(window.page, "refused-afterwards")
        (answer,) = window.witness.answers(_VERIFICATIONS)
    (stranger,) = stage.refusals
    same = (answer.status, answer.body) == (stranger.status, stranger.body)
    _must(same, "after deletion the answer is the stranger's, byte for byte")
    return "refused with the stranger's answer, byte for byte"


def _counted(numbers: dict[str, int]) -> str:
    """As in "3 templates, 1 device"."""
    names = {name: name.replace("_", "-") for name in numbers}
    return ", ".join(
        f"{count} {names[name].removesuffix('s' * (count == 1))}" for name, count in numbers.items()
    )


SCENES: Final = (
    Scene(title="register: address, code, consent, four looks", play=_register),
    Scene(title="sign in on the same device: look", play=_sign_in),
    Scene(title="a stranger looks at the same device", play=_stranger),
    Scene(title="see everything that is held, and download it", play=_see_and_export),
    Scene(title="delete the account, get a signed receipt", play=_delete),
    Scene(title="the same face on the same device, afterwards", play=_afterwards),
)
