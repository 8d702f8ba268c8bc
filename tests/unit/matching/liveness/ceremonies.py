"""Ceremonies of people who are numbers only, and what a picture of them could do at the best."""

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from matching import decode_track
from matching.evidence import FloatArray
from matching.liveness.chain import Reveal
from matching.liveness.judge import LivenessVerdict, judge_liveness
from matching.liveness.layout import RIGID
from matching.liveness.performance import Performance
from matching.liveness.profiles import PROFILES, ProfileId
from matching.liveness.script import Script, Step, draw
from matching.liveness.timing import ServerClocks
from tests.actors.transcript import Manner, Performer, Transcript, live_transcript, steady_fps

NONCE = "a-nonce-of-the-challenge"
ISSUED_AT = 1_000.0
UNIT = 8192

Reshape = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """What the judge is given, as `judge_liveness` names it."""

    transcript: Transcript
    clocks: ServerClocks
    reveal: Reveal
    nonce: str
    chain: str
    descriptors: FloatArray
    moments: list[int]
    turned: FloatArray
    turned_moments: list[int]

    @property
    def performance(self) -> Performance:
        return Performance(
            script=self.transcript.script,
            track=decode_track(**self.transcript.series()),
            first_act_frames=self.reveal.frames,
        )

    def arguments(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "transcript"}
        track = decode_track(**self.transcript.series())
        return {"track": track, "script": self.transcript.script, **given}

    def judged(self, **changes: Any) -> LivenessVerdict:  # noqa: ANN401 -- any argument
        return judge_liveness(**(self.arguments() | changes))


@cache
def script_of(profile: ProfileId = "standard", seed: int = 0) -> Script:
    return draw(PROFILES[profile], "verification", random.Random(seed))  # noqa: S311 -- a test's


@cache
def live(profile: ProfileId = "standard", seed: int = 0) -> Ceremony:
    """Somebody who follows a script."""
    return ceremony(live_transcript(script_of(profile, seed), rng=np.random.default_rng(seed)))


@cache
def enrolling(profile: ProfileId = "standard", seed: int = 0) -> Ceremony:
    """Somebody who follows a script and then shows the views that templates are made of."""
    script = draw(PROFILES[profile], "enrolment", random.Random(seed))  # noqa: S311 -- a test's
    transcript = live_transcript(script, rng=np.random.default_rng(seed))
    views = sum(step.kind == "view" for step in script.steps)
    return ceremony(transcript, captures=views)


@cache
def following(*steps: tuple[Step, ...], seed: int = 0) -> Ceremony:
    """Somebody who follows a script that a test wrote: its two acts."""
    script = Script(profile="standard", acts=steps)
    return ceremony(live_transcript(script, rng=np.random.default_rng(seed)))


def shaped(script: Script, reshape: Reshape, *, seed: int = 0) -> Ceremony:
    """Follow a script perfectly with another shape than a head's: even its lids close."""
    manner = Manner()
    fps = steady_fps(script.profile, enrols=False, manner=manner)
    performer = Performer(np.random.default_rng(seed), replace(manner, fps=fps))
    performer._shape = reshape(performer._shape)
    for act in script.acts:
        performer.perform(act)
    return ceremony(performer.transcript(script.profile))


def flat(shape: FloatArray) -> FloatArray:
    """A print."""
    return shape * [1.0, 1.0, 0.0]


def bent(radius: float, *, upright: bool = True) -> Reshape:
    """A print bent about an axis: radius in inter-ocular distances."""

    def reshape(shape: FloatArray) -> FloatArray:
        along = shape[:, 0 if upright else 1]
        depth = np.sqrt(np.maximum(radius**2 - along**2, 0.05)) - radius
        return np.column_stack([shape[:, :2], depth])

    return reshape


def ceremony(transcript: Transcript, *, captures: int = 3) -> Ceremony:
    """Everything else that an honest browser and server would say of these frames."""
    times_s = transcript.times_ms.astype(np.float64) / 1000
    first = transcript.first_act
    revealed_at = ISSUED_AT + times_s[first - 1] + 0.4
    second_s = times_s[-1] - times_s[transcript.steps[len(transcript.script.acts[0])]]
    turned = transcript.turned_moments()
    rng = np.random.default_rng(7)
    face = rng.normal(0, 0.12, 128)
    moments = transcript.moments(captures)
    return Ceremony(
        transcript=transcript,
        clocks=ServerClocks(
            issued_at=ISSUED_AT, revealed_at=revealed_at, answered_at=revealed_at + second_s + 1.2
        ),
        reveal=Reveal(chain=transcript.chain(NONCE, first), frames=first),
        nonce=NONCE,
        chain=transcript.chain(NONCE),
        descriptors=face + rng.normal(0, 0.006, (len(moments), 128)),
        moments=moments,
        turned=face + rng.normal(0, 0.018, (len(turned), 128)),
        turned_moments=turned,
    )


def with_points(given: Ceremony, points: FloatArray) -> Ceremony:
    """The same ceremony with other frames, hashed as if they were the camera's own."""
    sent = np.clip(np.rint(points * UNIT), -4000, 12000).astype(np.int16)
    return ceremony(replace(given.transcript, points=sent), captures=len(given.moments))


def points_of(given: Ceremony) -> FloatArray:
    return given.transcript.points / UNIT


def nearest_flat(given: Ceremony, *, seed: int = 0, scatter: float = 0.0005) -> Ceremony:
    """The best that a flat picture of this person's first frame could show: a homography a frame."""
    points = points_of(given)
    source = points[0] - points[0].mean(axis=0)
    frames = [_mapped(source, frame) for frame in points]
    noise = np.random.default_rng(seed).normal(0, scatter, points.shape)
    return with_points(given, np.array(frames) + noise)


def _mapped(source: FloatArray, target: FloatArray) -> FloatArray:
    """The homography of the source that comes nearest to the target (direct linear transform)."""
    x, y = source.T
    (u, v), one, nil = target.T, np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, nil, nil, nil, -u * x, -u * y], axis=1),
            np.stack([nil, nil, nil, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    rigid = np.concatenate([np.arange(48)[RIGID], 48 + np.arange(48)[RIGID]])
    h = np.linalg.lstsq(rows[rigid], np.concatenate([u, v])[rigid], rcond=None)[0]
    below = h[6] * x + h[7] * y + 1
    return np.stack([(h[0] * x + h[1] * y + h[2]) / below, (h[3] * x + h[4] * y + h[5]) / below], axis=1)


def base64_of(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()
