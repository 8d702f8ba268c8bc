"""A camera that films what happens now: Chromium's fake camera, fed while it runs.

Chromium plays a y4m file as its camera and reads every frame from the file when its turn comes, back to the
first one after the last. So a file of one frame that is written anew in place, again and again, is a camera.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final, Self

from tests.actors.camera import room
from tests.actors.y4m import frame_bytes, header

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from tests.actors.onlooker import Onlooker

# At which Chromium looks; what it finds twice it shows twice. More would only make two busy cores busier.
_RATE: Final = 18


class LiveCamera:
    """Films an actor into a file for as long as it is open.

    Args:
        path: Where Chromium finds the camera.
        rate: Frames a second.
    """

    def __init__(self, path: Path, *, rate: float = 15.0) -> None:
        self.path = path
        self._rate = rate
        self._start_s = time.monotonic()
        self._actor: Onlooker | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._error: BaseException | None = None
        first = header(_RATE)
        self._offset = len(first)
        path.write_bytes(first + frame_bytes(room(150)))
        self._file = os.open(path, os.O_WRONLY)
        self._thread = threading.Thread(target=self._film, name="live-camera", daemon=True)
        self.frames = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self._file)
        if self._error is not None and error is None:
            raise self._error

    @property
    def now_s(self) -> float:
        """The actors' time."""
        return time.monotonic() - self._start_s

    def show(self, actor: Onlooker | None) -> None:
        """Let somebody step before the camera; None leaves the room empty."""
        with self._lock:
            self._actor = actor

    def _film(self) -> None:
        try:
            while not self._ended.is_set():
                began = self.now_s
                with self._lock:
                    actor = self._actor
                frame = room(150) if actor is None else actor.frame(began)
                # One write: a reader sees the frame before or this one, hardly ever a seam.
                os.pwrite(self._file, frame_bytes(frame), self._offset)
                self.frames += 1
                self._ended.wait(max(0.0, 1 / self._rate - (self.now_s - began)))
        except BaseException as error:  # noqa: BLE001 - told on leaving, in the test's own thread
            self._error = error
