"""The camera's file format: YUV4MPEG2, 640 x 480, 4:2:0, BT.601, limited range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2

from tests.actors.optics import HEIGHT, WIDTH

if TYPE_CHECKING:
    from tests.actors.optics import Pixels

FRAME_MARK: Final = b"FRAME\n"
FRAME_BYTES: Final = len(FRAME_MARK) + WIDTH * HEIGHT * 3 // 2


def header(rate: int) -> bytes:
    """The first line."""
    return f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420\n".encode()


def frame_bytes(frame: Pixels) -> bytes:
    """One frame, (480, 640, 3) RGB, with its mark."""
    return FRAME_MARK + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes()
