"""From a transcript to what the judge is asked: chain, clocks and descriptors around the frames."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from matching.liveness.chain import Reveal
from matching.liveness.judge import LivenessVerdict, judge_liveness
from matching.liveness.performance import Performance
from matching.liveness.timing import ServerClocks
from matching.liveness.track import Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.evidence import FloatArray
    from matching.liveness.fusion import LivenessCalibration
    from matching.liveness.script import Script
    from tests.actors.transcript import Transcript

# Euclidean: frames of one scene lie .02 to .135 apart.
_SCATTER: Final = 0.028
# Of a head that turned: so far from its straight look for every degree, and how the logarithm of that differs
# between people and within one (python -m benchmarks.liveness.turned); and how the turn that the landmarks
# show differs from the head's.
_TURNED_PER_DEG: Final = 0.0162
_TURNED_SD: Final = (0.10, 0.16)
_POSE_SD: Final = 0.12
_CAPTURES: Final = 3
_PERSON: Final = 1.44  # norm of a descriptor
# Between two people: mean and standard deviation, over pairs of what `benchmarks.strata` makes of LFW.
_STRANGERS: Final = (0.82, 0.09)


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """One answer to one challenge, as the judge gets it.

    Attributes:
        script: what the challenge asked for.
        transcript: the frames.
        nonce: the challenge.
        chained: the nonce that the frames were hashed onto.
        revealed: frames committed at the reveal, if not the transcript's own first act.
        descriptors: (k, 128); moments: of each.
        turned: (m, 128); turned_moments: of each.
        waited_s: how long the server waited for each act.
    """

    script: Script
    transcript: Transcript = field(repr=False)
    nonce: str = "n"
    chained: str = "n"
    descriptors: FloatArray = field(repr=False)
    moments: Sequence[int] = ()
    turned: FloatArray = field(repr=False)
    turned_moments: Sequence[int] = ()
    waited_s: tuple[float, float] = (0.0, 0.0)

    def arguments(self) -> dict[str, Any]:
        """As ``judge_liveness`` takes them."""
        frames, first = self.transcript, self.transcript.first_act
        return {
            "track": track_of(frames),
            "script": self.script,
            "clocks": ServerClocks(
                issued_at=0.0, revealed_at=self.waited_s[0], answered_at=sum(self.waited_s)
            ),
            "reveal": Reveal(chain=frames.chain(self.chained, first), frames=first),
            "nonce": self.nonce,
            "chain": frames.chain(self.chained),
            "descriptors": self.descriptors,
            "moments": list(self.moments),
            "turned": self.turned,
            "turned_moments": list(self.turned_moments),
        }

    def judged(self, calibration: LivenessCalibration | None = None) -> LivenessVerdict:
        """Ask the judge."""
        return judge_liveness(**self.arguments(), calibration=calibration)


def answer(
    transcript: Transcript,
    *,
    rng: np.random.Generator,
    script: Script | None = None,
    person: FloatArray | None = None,
    turned_person: FloatArray | None = None,
    **changes: Any,  # noqa: ANN401 -- fields of Ceremony
) -> Ceremony:
    """Put an answer around frames.

    Args:
        transcript: the frames.
        rng: draws descriptors and the network's delays.
        script: what is asked for; what the frames follow when None.
        person: (128,) whose descriptors come along; somebody when None.
        turned_person: (128,) whose turned descriptors; the same person's when None.
        changes: to anything of the ceremony.

    Returns:
        The ceremony. Whoever attacks knows where captures belong and sends them from there.
    """
    asked = script or transcript.script
    placed = replace(transcript, script=asked)
    face = somebody(rng) if person is None else person
    moments, turned_moments = placed.moments(_CAPTURES), placed.turned_moments()
    descriptors = face + rng.normal(0, _SCATTER / np.sqrt(128), (len(moments), 128))
    away = _away(rng, placed)
    times = transcript.times_ms.astype(float) / 1000
    first = times[transcript.first_act - 1] - times[0]
    second = times[-1] - times[min(transcript.first_act, len(times) - 1)]
    delays = rng.uniform(0.03, 0.4, 2)
    given: dict[str, Any] = {
        "script": asked,
        "transcript": transcript,
        "descriptors": descriptors,
        "moments": moments,
        "turned": (face if turned_person is None else turned_person) + away,
        "turned_moments": turned_moments,
        "waited_s": (float(first + delays[0]), float(second + delays[1])),
    }
    return Ceremony(**(given | changes))


def _away(rng: np.random.Generator, transcript: Transcript) -> FloatArray:
    """(m, 128) what turning the head adds to a descriptor, at each turned capture."""
    shown = Performance(
        script=transcript.script, track=track_of(transcript), first_act_frames=transcript.first_act
    )
    degrees = np.linalg.norm(shown.turns_deg[transcript.turned_moments()], axis=1)
    between, within = _TURNED_SD
    spread = np.exp(rng.normal(0, between) + rng.normal(0, np.hypot(within, _POSE_SD), len(degrees)))
    ways = rng.normal(size=(len(degrees), 128))
    found: FloatArray = ways * (_TURNED_PER_DEG * degrees * spread / np.linalg.norm(ways, axis=1))[:, None]
    return found


def somebody(rng: np.random.Generator) -> FloatArray:
    """(128,) a descriptor of nobody in particular."""
    direction = rng.normal(size=128)
    found: FloatArray = _PERSON * direction / np.linalg.norm(direction)
    return found


def somebody_else(rng: np.random.Generator, face: FloatArray) -> FloatArray:
    """(128,) a descriptor as far from a face as other people's are."""
    away = rng.normal(size=face.shape)
    found: FloatArray = face + away * rng.normal(*_STRANGERS) / np.linalg.norm(away)
    return found


def track_of(transcript: Transcript) -> Track:
    """Decode the frames as the server does."""
    records = b"".join(
        time.astype("<u2").tobytes() + points.astype("<i2").tobytes() + signals.tobytes()
        for time, points, signals in zip(
            transcript.times_ms, transcript.points, transcript.signals, strict=True
        )
    )
    return Track(
        times_ms=transcript.times_ms.astype(np.float64),
        points=transcript.points / 8192,
        signals=transcript.signals,
        steps=transcript.steps,
        records=records,
    )
