"""The built page before an SDK that says what a test says: every sentence of a ceremony, when it is wanted.

What the real SDK says, and when, is for the other tests here; this is about what a person meets then.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from PIL import Image

from local.pages import CONTENT_TYPES, Pages
from local.paths import LOCAL_SITE
from local.security import SITE_HEADERS
from tests.actors import PILOT
from tests.actors.heads import head_of
from tests.actors.live import live
from tests.e2e import steps
from tests.e2e.browser import LAPTOP, find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright, Route

# Nobody listens there: every request is answered by the test. A loopback name makes it a secure context.
ORIGIN: Final = "http://localhost:9"
_PERSON: Final = "/person.png"

Scheme: TypeAlias = Literal["light", "dark"]
Motion: TypeAlias = Literal["reduce", "no-preference"]

_SDK: Final = """async (element) => {
  const { CameraError, CeremonyError, StateError, ApiProblem } = await import('/sdk/facesmash.js');
  const picture = new Image();
  picture.src = '/person.png';
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const context = canvas.getContext('2d');
  const draw = () => context.drawImage(picture, 0, 0, 640, 480);
  setInterval(draw, 50);
  draw();
  const errors = {
    camera: (kind) => new CameraError(kind),
    ceremony: (kind) => new CeremonyError(kind),
    state: (kind) => new StateError(kind),
  };
  const sdk = {
    profiles: [],
    prepare: async () => {},
    openCamera: async (video, { onInterrupted }) => {
      sdk.interrupt = onInterrupted;
      video.srcObject = canvas.captureStream(20);
      await video.play();
    },
    closeCamera: () => {},
    session: () => null,
    capture: ({ profile, onGuidance, signal }) => new Promise((resolve, reject) => {
      sdk.profiles.push(profile);
      sdk.say = onGuidance;
      sdk.end = () => resolve({});
      sdk.fail = (family, kind) => reject(errors[family](kind));
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
    refuse: null,
    signIn: () => new Promise((resolve, reject) => {
      sdk.refuse = () =>
        reject(new ApiProblem({ type: 'authentication-failed', status: 401, detail: 'no' }));
    }),
  };
  globalThis.sdk = sdk;
  const card = Object.assign(document.createElement('section'), { className: 'card stack' });
  const shown = document.createElement(element);
  Object.assign(shown, { faceSmash: sdk, heading: 'This device knows you', email: 'a@people.example' });
  shown.lead = 'Nothing to type: look at the camera for a few seconds.';
  globalThis.told = [];
  for (const name of ['signed-in', 'mailbox-needed', 'mailbox-expired', 'without-face'])
    shown.addEventListener(name, () => told.push(name));
  card.append(shown);
  const column = Object.assign(document.createElement('div'), { className: 'column stack stack--loose' });
  column.append(card);
  document.querySelector('main').replaceChildren(column);
}"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A page whose SDK says what it is told to say."""

    page: Page

    def start(self) -> None:
        """Press the camera's button."""
        self.page.get_by_role("button", name="Start camera").click()
        steps.until(self.page, "globalThis.sdk.say !== undefined")

    def say(self, state: str, step: dict[str, Any] | None = None, **rest: object) -> None:
        """Guide, as the SDK does from one frame to the next."""
        guidance = {"state": state, "progress": 0, "taken": 0, "wanted": 3, **rest}
        if step is not None:
            guidance["step"] = {"index": 1, "count": 5, "share": 0, **step}
        self.page.evaluate("(guidance) => sdk.say(guidance)", guidance)

    def fail(self, family: str, kind: str) -> None:
        """End the ceremony with an error of the SDK's."""
        self.page.evaluate("([family, kind]) => sdk.fail(family, kind)", [family, kind])

    def end(self) -> None:
        """Complete the ceremony."""
        self.page.evaluate("sdk.end()")


@contextmanager
def staged(
    playwright: Playwright,
    *,
    element: str = "fs-look",
    scheme: Scheme = "light",
    motion: Motion = "no-preference",
    profile: str = "",
) -> Iterator[Stage]:
    """Open the built page with one of its elements on it, and a scripted SDK behind that."""
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    try:
        context = browser.new_context(
            viewport=LAPTOP, base_url=ORIGIN, color_scheme=scheme, reduced_motion=motion
        )
        context.route("**/*", _Site().answer)
        page = context.new_page()
        if profile:
            steps.choose_way(page, profile)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto("/sign-in")
        page.locator("main[data-page=sign-in] h1").wait_for()
        page.evaluate(_SDK, element)
        yield Stage(page=page)
        assert problems == []
    finally:
        browser.close()


class _Site:
    """The files of the build, as they are served."""

    def __init__(self) -> None:
        self._pages = Pages(LOCAL_SITE)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == _PERSON:
            route.fulfill(body=_person(), content_type="image/png")
            return
        if path == "/config.json":
            route.fulfill(json={"apiOrigin": "", "environment": "local"})
            return
        file = self._pages.find(path)
        if file is None:
            route.fulfill(status=404)
            return
        route.fulfill(
            body=file.read_bytes(),
            content_type=CONTENT_TYPES.get(file.suffix, "application/octet-stream"),
            headers=dict(SITE_HEADERS),
        )


def _person() -> bytes:
    picture = io.BytesIO()
    Image.fromarray(live(head_of(PILOT.name), seed=5).frame(0.0)).save(picture, format="png")
    return picture.getvalue()
