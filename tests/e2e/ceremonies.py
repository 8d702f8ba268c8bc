"""Ceremonies on the real path: an actor before the camera, Chromium, the SDK, the API; what came of each."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from matching.liveness.profiles import PROFILES as ALL_PROFILES
from tests.actors import prints, screens, stills
from tests.actors.live import live
from tests.e2e import steps
from tests.e2e.browser import Camera

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Response

    from tests.actors.cues import Actor
    from tests.actors.head import Head
    from tests.e2e.browser import Device
    from tests.e2e.mailbox import Mailbox

# Those that a known device alone is enough for; the other leads to the mailbox first.
PROFILES: Final = tuple(name for name, profile in ALL_PROFILES.items() if not profile.needs_mailbox)
VERIFICATIONS: Final = "/v1/verifications"
_LOOK_MS: Final = 150
# An attacker's script is spoilt once the page begins a new one; a person gets all three tries.
_NEXT_TRY: Final = "look-again"

# accepted: a token was given. refused: the API said no. no-response: nothing was ever sent, since the
# ceremony was not followed (ISO/IEC 30107-3 counts it apart: APNRR).
Verdict: TypeAlias = Literal["accepted", "refused", "no-response"]
Kind: TypeAlias = Literal["live", "presentation"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one ceremony.

    Attributes:
        species: Of the presentation; "live" of a person.
        profile: What the page asked by.
        subject: Whose account, and whose face.
        kind: Live or presentation attack.
        verdict: As above.
        seconds: From the camera's start until it was known.
        steps: What was shown, in order.
    """

    species: str
    profile: str
    subject: str
    kind: Kind
    verdict: Verdict
    seconds: float
    steps: tuple[str, ...]

    def line(self) -> str:
        """As JSON, on one line."""
        fields = {name: getattr(self, name) for name in ("species", "profile", "subject", "kind", "verdict")}
        return json.dumps({**fields, "path": "browser", "seconds": round(self.seconds, 1)})


_SCREENS: Final = tuple(screens.DEVICES.values())

# Every species that can be shown to a camera, made of whose picture it is, another person, and a number.
SPECIES: Final[Mapping[str, Callable[[Head, Head, int], Actor]]] = {
    "print-flat": lambda victim, _, seed: prints.flat(victim, seed=seed),
    "print-tilted": lambda victim, _, seed: prints.tilted(victim, seed=seed),
    "print-bent": lambda victim, _, seed: prints.bent(victim, seed=seed),
    "print-eye-holes": lambda victim, other, seed: prints.eye_holes(victim, other, seed=seed),
    "screen-phone": lambda victim, _, seed: screens.still(victim, screens.PHONE, seed=seed),
    "screen-tablet": lambda victim, _, seed: screens.still(victim, screens.TABLET, seed=seed),
    "screen-monitor": lambda victim, _, seed: screens.still(victim, screens.MONITOR, seed=seed),
    "replay": lambda victim, _, seed: screens.replay(victim, _SCREENS[seed % len(_SCREENS)], seed=seed),
    "still-noise": lambda victim, _, seed: stills.noisy(victim, seed=seed),
    "two-photos": lambda victim, _, seed: stills.two_photos(victim, seed=seed),
    "slow-zoom": lambda victim, _, seed: stills.slow_zoom(victim, seed=seed),
}


def person(head: Head, *, seed: int, profile: str) -> Actor:
    """Somebody alive; whoever is guided by a screen reader takes longer."""
    return live(head, seed=seed, slow=1.3 if profile == "screen-reader" else 1.0)


def perform(
    device: Device,
    actor: Callable[[], Actor],
    *,
    species: str,
    profile: str,
    subject: str,
    longest_s: float,
    mailbox: Mailbox | None = None,
    rate: float = 15.0,
    picture: Path | None = None,
) -> Outcome:
    """Sign in on a device that is known, with this before its camera.

    Args:
        device: The subject's.
        actor: Makes who stands there.
        species: "live", or a name of `SPECIES`.
        profile: The ceremony's.
        subject: Whose account it is.
        longest_s: When nothing more is waited for.
        mailbox: The subject's, for a way that asks for it as well.
        rate: Frames a second of the camera.
        picture: Where to leave a picture of the page at the end.
    """
    is_live = species == "live"
    with device.open(Camera(actor=actor, rate=rate)) as window:
        page, answers = window.page, _Answers()
        page.on("response", answers.take)
        steps.choose_way(page, profile)
        page.goto("/sign-in")
        steps.start_camera(page)
        started = time.monotonic()
        while time.monotonic() - started < longest_s and answers.status is None:
            page.wait_for_timeout(_LOOK_MS)
            if mailbox is not None and _asks_for_mailbox(page):
                page.get_by_role("button", name="Get a code").click()
                steps.prove_mailbox(page, mailbox)
                steps.start_camera(page)
            if _has_ended(page) or (not is_live and _began_anew(page)):
                break
        took = time.monotonic() - started
        if picture is not None:
            page.screenshot(path=picture)
        shown = tuple(window.onlooker.kinds) if window.onlooker is not None else ()
    return Outcome(
        species=species,
        profile=profile,
        subject=subject,
        kind="live" if is_live else "presentation",
        verdict=answers.verdict(),
        seconds=took,
        steps=shown,
    )


class _Answers:
    """The API's answer to the verification, once it came."""

    def __init__(self) -> None:
        self.status: int | None = None

    def take(self, response: Response) -> None:
        if urlsplit(response.url).path == VERIFICATIONS:
            self.status = response.status

    def verdict(self) -> Verdict:
        if self.status is None:
            return "no-response"
        return "accepted" if self.status < 300 else "refused"


def _has_ended(page: Page) -> bool:
    """The camera block says that this ceremony is over, or the page has gone on."""
    return _now(steps.camera(page), "state") in {None, "failed", "ready"}


def _asks_for_mailbox(page: Page) -> bool:
    return _now(steps.camera(page), "state") == "mailbox"


def _began_anew(page: Page) -> bool:
    return _now(page.get_by_test_id("guidance"), "guidance") == _NEXT_TRY


def _now(place: Locator, name: str) -> str | None:
    """What is there at this moment: the page may go on meanwhile, and nothing is waited for."""
    found: list[str] = place.evaluate_all("(places, name) => places.map((one) => one.dataset[name])", name)
    return found[0] if found else None
