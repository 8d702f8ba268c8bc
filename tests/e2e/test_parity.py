"""The browser and `npm run embed` turn the same picture into the same numbers."""

from __future__ import annotations

import mimetypes
import os
import subprocess
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from PIL import Image

from tests.actors.pictures import ROOT, load
from tests.e2e.browser import find_chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Playwright, Route

    Descriptors = Mapping[str, NDArray[np.float64]]

HOST: Final = "http://localhost:9"  # a secure context that nothing listens on: every request is answered here
TOLERANCE: Final = 0.02
SIDE_PX: Final = 640  # what both reduce larger pictures to, each in its own way

# Where in a picture somebody's head is, as left, upper, right, lower; sample6 has Bea and Cleo.
HEADS: Final = {
    "astronaut": (0, 0, 512, 512),
    "sample1": (1330, 90, 1850, 610),
    "sample3": (860, 60, 1460, 660),
    "sample6": (1280, 130, 1880, 730),
}

DESCRIBE: Final = """async ([picture, assets]) => {
  const { describePicture } = await import('/bundle/parity.js');
  return describePicture(picture, assets);
}"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each head twice: as PNG, whose pixels are beyond doubt, and as JPEG, which two decoders read."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, head in HEADS.items():
        picture = load(name).crop(head)
        picture.thumbnail((SIDE_PX, SIDE_PX))
        (folder / name).mkdir()
        picture.save(folder / name / "one.png")
        picture.save(folder / name / "one.jpg", quality=92)
    # On her side: the small detector misses her, so both have to fetch the large one.
    lying = Image.open(folder / "sample6" / "one.png").rotate(90)
    (folder / "lying").mkdir()
    lying.save(folder / "lying" / "one.png")
    return folder


@pytest.fixture(scope="module")
def in_node(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Descriptors:
    out = tmp_path_factory.mktemp("node") / "out.npz"
    _run("npm", "run", "--silent", "embed", "--", str(pictures), str(out))
    with np.load(out, allow_pickle=False) as found:
        both = found["descriptor"].astype(np.float64), found["mirror"].astype(np.float64)
        assert found["detector"][found["path"] == "lying/one.png"].tolist() == ["ssd"]
        return {str(path): np.stack(rows) for path, *rows in zip(found["path"], *both, strict=True)}


@pytest.fixture(scope="module")
def in_browser(
    pictures: Path, playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Descriptors:
    bundle = tmp_path_factory.mktemp("bundle")
    config = ROOT / "site" / "tests" / "support" / "parity.vite.config.ts"
    _run("npx", "vite", "build", "--config", str(config), "--outDir", str(bundle), cwd=ROOT / "site")
    rooms = {"bundle": bundle, "assets": ROOT / "site" / "public" / "assets", "pictures": pictures}
    browser = playwright_driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    try:
        page = browser.new_page()
        page.route(f"{HOST}/**", _server(rooms))
        page.goto(f"{HOST}/")
        found = {}
        for file in sorted(pictures.rglob("one.*")):
            path = file.relative_to(pictures).as_posix()
            described = page.evaluate(DESCRIBE, [f"/pictures/{path}", "/assets/"])
            assert described is not None, f"no face in {path}"
            found[path] = np.array([described["ofChip"], described["ofMirror"]])
        return found
    finally:
        browser.close()


def test_both_find_every_face(in_node: Descriptors, in_browser: Descriptors) -> None:
    assert sorted(in_node) == sorted(in_browser)
    assert len(in_node) == 2 * len(HEADS) + 1


def test_the_same_picture_is_the_same_numbers(in_node: Descriptors, in_browser: Descriptors) -> None:
    apart = {path: np.linalg.norm(in_node[path] - in_browser[path], axis=1).max() for path in in_node}

    assert max(apart.values()) < TOLERANCE, apart


def test_other_pictures_are_other_numbers(in_node: Descriptors, in_browser: Descriptors) -> None:
    apart = np.linalg.norm(in_node["astronaut/one.png"] - in_browser["sample1/one.png"], axis=1)

    assert apart.min() > 10 * TOLERANCE


def _run(*command: str, cwd: Path = ROOT) -> None:
    environment = {**os.environ, "INIT_CWD": str(cwd)}
    subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, timeout=180)  # noqa: S603 - our own commands


def _server(rooms: Mapping[str, Path]) -> Callable[[Route], None]:
    def serve(route: Route) -> None:
        room, _, name = route.request.url.removeprefix(f"{HOST}/").partition("/")
        if not room:
            route.fulfill(body="<!doctype html><title>parity</title>", content_type="text/html")
            return
        file = rooms[room] / name
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)

    return serve
