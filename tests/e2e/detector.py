"""face-api itself, from the installed package, in a page of its own: the yardstick for actors."""

from __future__ import annotations

import io
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from tests.actors.pictures import face_api_folder
from tests.actors.scene import HEIGHT, WIDTH

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Page, Route

_HOST: Final = "http://actors.test"

_DETECT: Final = """async (address) => {
  if (!globalThis.faces) {
    const faces = await import('/@vladmandic/face-api/dist/face-api.esm.js');
    faces.tf.setWasmPaths('/@tensorflow/tfjs-backend-wasm/dist/');
    await faces.tf.setBackend('wasm');
    await faces.tf.ready();
    for (const net of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet'])
      await faces.nets[net].loadFromUri('/@vladmandic/face-api/model');
    globalThis.faces = faces;
  }
  const picture = await globalThis.faces.fetchImage(address);
  const found = await globalThis.faces
    .detectAllFaces(picture, new globalThis.faces.SsdMobilenetv1Options({ minConfidence: 0.5 }))
    .withFaceLandmarks()
    .withFaceDescriptors();
  return found.map((face) => ({
    landmarks: face.landmarks.positions.map(({ x, y }) => [x, y]),
    descriptor: Array.from(face.descriptor),
  }));
}"""


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face that was found.

    Attributes:
        inter_ocular_px: Distance between the eyes' centres.
        nose_offset_iod: Nose tip beside the middle of the eyes, along the eyes' line.
        descriptor: (128,) face-api's own, of its own crop.
    """

    inter_ocular_px: float
    nose_offset_iod: float
    descriptor: NDArray[np.float64]


class Detector:
    """Finds faces in the first frame of clips."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._picture = b""
        page.route(f"{_HOST}/**", self._serve)
        page.goto(_HOST)

    def faces(self, clip: Path) -> list[Face]:
        """Find the faces in a clip's first frame, from left to right."""
        self._picture = first_frame(clip)
        found = self._page.evaluate(_DETECT, f"/picture.png?{clip.stem}")
        found.sort(key=lambda face: face["landmarks"][30][0])
        return [_face(np.asarray(face["landmarks"]), np.asarray(face["descriptor"])) for face in found]

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(_HOST).split("?")[0]
        if path == "/":
            route.fulfill(body="<!doctype html><title>actors</title>", content_type="text/html")
        elif path == "/picture.png":
            route.fulfill(body=self._picture, content_type="image/png")
        else:
            file = face_api_folder().parents[1] / path.lstrip("/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)


def _face(landmarks: NDArray[np.float64], descriptor: NDArray[np.float64]) -> Face:
    left, right, nose = landmarks[36:42].mean(axis=0), landmarks[42:48].mean(axis=0), landmarks[30]
    across = right - left
    distance = float(np.hypot(*across))
    offset = float(np.dot(nose - (left + right) / 2, across)) / distance**2
    return Face(inter_ocular_px=distance, nose_offset_iod=offset, descriptor=descriptor)


def first_frame(clip: Path) -> bytes:
    """Read a clip's first frame back, as PNG."""
    with clip.open("rb") as file:
        file.readline()
        file.readline()
        luma = np.frombuffer(file.read(WIDTH * HEIGHT), np.uint8).reshape(HEIGHT, WIDTH)
        chroma = [
            np.frombuffer(file.read(WIDTH * HEIGHT // 4), np.uint8).reshape(HEIGHT // 2, WIDTH // 2)
            for _ in range(2)
        ]
    full = [(luma.astype(np.float64) - 16) * 255 / 219]
    full += [(c.repeat(2, 0).repeat(2, 1).astype(np.float64) - 128) * 255 / 224 + 128 for c in chroma]
    pixels = np.stack(full, axis=-1).clip(0, 255).round().astype(np.uint8)
    file_like = io.BytesIO()
    Image.fromarray(pixels, mode="YCbCr").convert("RGB").save(file_like, "PNG")
    return file_like.getvalue()
