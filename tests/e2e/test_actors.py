"""The actors are what they are taken for: judged by face-api itself, apart from the product."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.actors import ADA, BEA, CLEO, DORA, PILOT, film, takes
from tests.e2e.browser import Camera, Device, find_chromium
from tests.e2e.detector import Detector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright

    from tests.actors import Person, Take
    from tests.e2e.detector import Face

_WATCH = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true });
  await video.play();
  const canvas = new OffscreenCanvas(64, 48).getContext('2d', { willReadFrequently: true });
  const means = [];
  for (let frame = 0; frame < 40; frame += 1) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    canvas.drawImage(video, 0, 0, 64, 48);
    const { data } = canvas.getImageData(0, 0, 64, 48);
    means.push(data.reduce((sum, value) => sum + value, 0) / data.length);
  }
  return { width: video.videoWidth, height: video.videoHeight, means };
}"""

NEVER_THE_SAME = 0.6  # face-api's own bar on its own crop; strangers here lie .68 and more apart


@pytest.fixture(scope="module")
def detector(playwright_driver: Playwright) -> Iterator[Detector]:
    browser = playwright_driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    yield Detector(browser.new_page())
    browser.close()


def _only(found: list[Face]) -> Face:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("person", [ADA, BEA, CLEO, PILOT], ids=lambda person: person.name)
def test_a_person_who_sits_well_is_one_frontal_face_of_the_size_asked_for(
    detector: Detector, person: Person
) -> None:
    face = _only(detector.faces(film(takes.in_front(person), name=person.name)))

    assert face.inter_ocular_px == pytest.approx(takes.NEAR_PX, rel=0.08)
    assert abs(face.nose_offset_iod) < 0.2


def test_people_are_truly_different_people(detector: Detector) -> None:
    people = [ADA, BEA, CLEO, PILOT]
    faces = [_only(detector.faces(film(takes.in_front(person), name=person.name))) for person in people]

    distances = [np.linalg.norm(a.descriptor - b.descriptor) for a, b in combinations(faces, 2)]

    assert min(distances) > NEVER_THE_SAME


@pytest.mark.parametrize(
    "other", [takes.elsewhere(ADA), takes.in_front(ADA, view=1)], ids=["other-desk", "other-photograph"]
)
def test_a_person_stays_the_same_person_elsewhere(detector: Detector, other: Take) -> None:
    here = _only(detector.faces(film(takes.in_front(ADA), name="ada")))
    there = _only(detector.faces(film(other, name="ada-other")))

    assert np.linalg.norm(here.descriptor - there.descriptor) < NEVER_THE_SAME


def test_an_empty_room_holds_nobody(detector: Detector) -> None:
    assert detector.faces(film(takes.empty_room(), name="empty-room")) == []


def test_too_far_is_a_small_face(detector: Detector) -> None:
    face = _only(detector.faces(film(takes.too_far(BEA), name="too-far")))

    assert face.inter_ocular_px < takes.NEAR_PX / 2


def test_two_faces_are_two_people(detector: Detector) -> None:
    first, second = detector.faces(film(takes.two_faces(BEA, CLEO), name="two-faces"))

    assert np.linalg.norm(first.descriptor - second.descriptor) > NEVER_THE_SAME


@pytest.mark.parametrize("yaw_deg", [36.0, -36.0])
def test_a_turned_head_moves_its_nose_the_way_it_turns(detector: Detector, yaw_deg: float) -> None:
    face = _only(detector.faces(film(takes.not_frontal(BEA, yaw_deg=yaw_deg), name="turned")))

    assert face.nose_offset_iod * np.sign(yaw_deg) > 0.15


def test_a_head_that_no_warp_turned_is_turned_too(detector: Detector) -> None:
    face = _only(detector.faces(film(takes.in_front(DORA), name="dora")))

    assert face.nose_offset_iod > 0.25


def test_a_clip_is_filmed_once(tmp_path: Path) -> None:
    first = film(takes.empty_room(seconds=0.2), cache=tmp_path)
    filmed_at = first.stat().st_mtime_ns

    again = film(takes.empty_room(seconds=0.2), cache=tmp_path)
    other = film(takes.empty_room(seconds=0.4), cache=tmp_path)

    assert again == first
    assert again.stat().st_mtime_ns == filmed_at
    assert other != first


def test_the_camera_plays_the_clip_and_it_moves(playwright_driver: Playwright, tmp_path: Path) -> None:
    clip = film(takes.too_dark(BEA, seconds=1), takes.in_front(BEA, seconds=1), name="light-goes-on")
    device = Device(playwright=playwright_driver, profile=tmp_path / "profile", origin="http://localhost")

    with device.open(Camera(clip=clip)) as window:
        window.page.route(
            "**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
        )
        window.page.goto("/")
        seen = window.page.evaluate(_WATCH)

    assert (seen["width"], seen["height"]) == (640, 480)
    assert max(seen["means"]) - min(seen["means"]) > 40, "the light never went on"
    assert len(set(seen["means"])) >= 25, "frames repeat: nothing lives"
