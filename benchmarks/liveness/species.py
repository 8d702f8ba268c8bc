"""Who attacks, and how: each species makes ceremonies, as many as are asked for."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from benchmarks.liveness.banks import Bank
from benchmarks.liveness.ceremonies import Ceremony, answer, somebody, somebody_else
from benchmarks.liveness.performers import BankPerformer, Hand, perform, some_manner
from matching.liveness.profiles import PROFILES, ProfileId
from matching.liveness.script import Script, draw
from matching.liveness.similarity import as_plane, laid_on
from tests.actors.transcript import Manner, Performer, Transcript, live_transcript

if TYPE_CHECKING:
    from collections.abc import Callable

Kind: TypeAlias = Literal["presentation", "injection"]
Banks: TypeAlias = dict[str, list[Bank]]

_LONGEST_STEP_S: Final = 1.6  # lag, movement and hold together, for the recorder's rate
_CLOSURE_S: Final = 1.9
_PHOTOGRAPHED_DEG: Final = 17.0  # how far to each side a face was turned in the pictures that an attacker has
_UP_FRAMES: Final = 2  # before and after a capture that a picture is held up
_SCATTER_UNITS: Final = 4.0  # of the 1/8192 of a frame's width in which points travel


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What one ceremony is made from.

    Attributes:
        banks: of every species, of one side of the split by people.
        profile: which the challenge is for.
        rng: all chance of it.
    """

    banks: Banks
    profile: ProfileId
    rng: np.random.Generator

    def script(self) -> Script:
        """A challenge's script."""
        seed = int(self.rng.integers(2**63))
        return draw(PROFILES[self.profile], "verification", random.Random(seed))  # noqa: S311 -- a benchmark

    def bank(self, species: str) -> Bank:
        """Some body of a species."""
        own = self.banks[species]
        return own[int(self.rng.integers(len(own)))]

    def manner(self, script: Script) -> Manner:
        """How somebody moves who follows this script."""
        steps = script.steps
        closures = sum(step.kind == "close_eyes" for step in steps)
        return some_manner(
            self.rng, seconds_at_most=len(steps) * _LONGEST_STEP_S + closures * _CLOSURE_S + 0.5
        )


@dataclass(frozen=True, kw_only=True)
class Species:
    """A kind of attack.

    Attributes:
        name: of it.
        kind: before a camera, or behind it.
        make: one ceremony of it.
        banks: the species of bank that it needs.
    """

    name: str
    kind: Kind
    make: Callable[[Draw], Ceremony]
    banks: tuple[str, ...] = ("live",)


def live(of: Draw) -> Ceremony:
    """A person who follows."""
    script = of.script()
    dropped = float(of.rng.choice([0.0, 0.0, 0.05, 0.1]))
    performer = BankPerformer(
        of.rng, of.bank("live"), manner=of.manner(script), profile=of.profile, dropped=dropped
    )
    return answer(perform(performer, script.acts, of.profile), rng=of.rng)


def _held(species: str, *, shake_deg: float = 0.5) -> Callable[[Draw], Ceremony]:
    """Something held up by a hand that follows the dots, tilting as far as the pointer asks for."""

    def make(of: Draw) -> Ceremony:
        script, bank = of.script(), of.bank(species)
        hand = Hand(shake_deg=shake_deg * float(of.rng.uniform(0.5, 1.5)))
        performer = BankPerformer(
            of.rng, bank, manner=of.manner(script), profile=of.profile, hand=hand, blinks=False
        )
        return answer(perform(performer, script.acts, of.profile), rng=of.rng)

    return make


def _still(of: Draw) -> Ceremony:
    """A photograph before a noisy camera: what passes the first product."""
    script = of.script()
    performer = BankPerformer(
        of.rng,
        of.bank("live"),
        manner=of.manner(script),
        profile=of.profile,
        hand=Hand(obeys=False, shake_deg=0.0),
        blinks=False,
    )
    return answer(perform(performer, script.acts, of.profile), rng=of.rng)


def _zoom(of: Draw) -> Ceremony:
    """A photograph that comes slowly closer."""
    ceremony = _still(of)
    frames = ceremony.transcript
    grown = np.linspace(1, float(of.rng.uniform(1.2, 1.5)), len(frames.times_ms))[:, None, None]
    middle = frames.points.mean(axis=1, keepdims=True)
    points = np.rint(middle + (frames.points - middle) * grown).astype(np.int16)
    return replace(ceremony, transcript=replace(frames, points=points))


def _cut(of: Draw) -> Ceremony:
    """Two photographs, one looking ahead and one turned, swapped at every turn that is asked for."""
    script, bank = of.script(), of.bank("live")
    way = of.rng.uniform(-np.pi, np.pi)
    turned = 19.0 * np.array([np.cos(way), np.sin(way)])

    class Swapper(BankPerformer):
        def _move(self, target: np.ndarray) -> None:
            shown = target.copy()
            shown[:2] = turned if np.hypot(*target[:2]) > 1 else 0.0
            shown[2:] = 1.0
            self._keys.append((self.seconds + 0.01, shown))

        def _blink(self, seconds: float) -> None:
            self._stay(seconds)

    performer = Swapper(
        of.rng, bank, manner=of.manner(script), profile=of.profile, hand=Hand(shake_deg=0.1), blinks=False
    )
    return answer(perform(performer, script.acts, of.profile), rng=of.rng)


def _series(of: Draw) -> Ceremony:
    """Photographs of the head in each direction, swapped by hand: eight ways, and one with closed eyes."""
    script, bank = of.script(), of.bank("live")

    class Slides(BankPerformer):
        def _move(self, target: np.ndarray) -> None:
            shown = target.copy()
            if np.hypot(*target[:2]) > 1:
                way = np.round(np.arctan2(target[1], target[0]) / (np.pi / 4)) * np.pi / 4
                shown[:2] = _PHOTOGRAPHED_DEG * np.array([np.cos(way), np.sin(way)])
            self._keys.append((self.seconds + 0.01, shown))

    performer = Slides(
        of.rng, bank, manner=of.manner(script), profile=of.profile, hand=Hand(shake_deg=0.1), blinks=False
    )
    return answer(perform(performer, script.acts, of.profile), rng=of.rng)


def _recorded(of: Draw, script: Script) -> Transcript:
    """What a person did for another challenge of the same profile."""
    performer = BankPerformer(of.rng, of.bank("live"), manner=of.manner(script), profile=of.profile)
    return perform(performer, script.acts, of.profile)


def _replay(of: Draw) -> Ceremony:
    """A film of another ceremony on a screen; steps are claimed where they fit best."""
    other, script = of.script(), of.script()
    while other == script:
        other = of.script()
    frames = _recorded(of, other)
    screen = of.bank(str(of.rng.choice([name for name in of.banks if name.startswith("screen")])))
    signals = screen.signals(np.tile([0.0, 0.0, 1.0, 1.0], (len(frames.times_ms), 1))).astype(np.uint8)
    return answer(_refitted(replace(frames, signals=signals), script), rng=of.rng, script=script)


def _refitted(frames: Transcript, script: Script) -> Transcript:
    """Claim the steps of a script on frames that followed another one: as many steps, as near as may be."""
    count, first_steps = len(script.steps), len(script.acts[0])
    steps = list(frames.steps)
    if len(steps) != count:
        ends = np.linspace(0, frames.first_act, first_steps + 1)[:-1]
        rest = np.linspace(frames.first_act, len(frames.times_ms), count - first_steps + 1)[:-1]
        steps = [int(at) for at in np.concatenate([ends, np.ceil(rest)])]
    return replace(frames, steps=tuple(steps))


def _transcript_replayed(of: Draw) -> Ceremony:
    """The very bytes of an earlier success, answered to a new challenge."""
    frames = _recorded(of, of.script())
    return answer(frames, rng=of.rng, chained="an earlier challenge")


def _anothers(of: Draw) -> Ceremony:
    """The bytes of somebody else's ceremony that runs at the same time, as they were."""
    script = of.script()
    frames = _refitted(_recorded(of, of.script()), script)
    return answer(frames, rng=of.rng, script=script, chained="another's")


def _rehashed(of: Draw) -> Ceremony:
    """A recorded ceremony, hashed anew by whoever has the device's key: only the script is left."""
    other, script = of.script(), of.script()
    while other == script:
        other = of.script()
    return answer(_refitted(_recorded(of, other), script), rng=of.rng, script=script)


def _reordered(of: Draw) -> Ceremony:
    """A ceremony that was followed, its frames in another order within each act."""
    ceremony = live(of)
    frames = ceremony.transcript
    order = np.arange(len(frames.times_ms))
    for act in (slice(0, frames.first_act), slice(frames.first_act, len(order))):
        piece = order[act]
        blocks = np.array_split(piece, max(2, len(piece) // 6))
        shuffled = [blocks[index] for index in of.rng.permutation(len(blocks))]
        order[act] = np.concatenate(shuffled)
    if (order == np.arange(len(order))).all():
        order = order[::-1].copy()
    return replace(
        ceremony, transcript=replace(frames, points=frames.points[order], signals=frames.signals[order])
    )


def _warped(of: Draw) -> Ceremony:
    """Another ceremony, stretched and squeezed until its steps begin where this script's would."""
    other, script = of.script(), of.script()
    while other == script:
        other = of.script()
    frames = _refitted(_recorded(of, other), script)
    times = frames.times_ms.astype(float)
    factor = float(of.rng.uniform(0.6, 1.6))
    return answer(
        replace(frames, times_ms=np.rint(times * factor).astype(np.uint16)), rng=of.rng, script=script
    )


def _strangers(of: Draw) -> Ceremony:
    """The attacker's own live ceremony, with descriptors of the victim's one photograph."""
    return _with_victims_descriptors(live(of), of.rng)


def _with_victims_descriptors(ceremony: Ceremony, rng: np.random.Generator) -> Ceremony:
    victim = somebody(rng)
    photo = victim + rng.normal(0, 0.02 / np.sqrt(128), ceremony.descriptors.shape)
    # Of the turned head there is no photograph: the attacker has their own, or the same one again.
    own = bool(rng.random() < 0.5)  # noqa: PLR2004 -- a coin
    turned = np.tile(somebody_else(rng, victim) if own else victim, (len(ceremony.turned), 1))
    return replace(ceremony, descriptors=photo, turned=turned)


def _shown_for_captures(of: Draw) -> Ceremony:
    """The attacker's own head follows; the victim's picture is up just while captures are taken."""
    ceremony, shown = live(of), of.bank("live")
    frames = ceremony.transcript
    points = frames.points.astype(np.float64)
    picture = as_plane(shown.points(np.array([[0.0, 0.0, 1.0, 1.0]])))[0]
    for moment in ceremony.moments:
        up = slice(max(0, moment - _UP_FRAMES), moment + _UP_FRAMES + 1)
        laid = np.stack([laid_on(picture[None], frame)[0] for frame in as_plane(points[up])])
        points[up] = np.stack([laid.real, laid.imag], axis=-1) + points[up].mean(axis=1, keepdims=True)
    points += of.rng.normal(0, _SCATTER_UNITS, points.shape)
    sent = replace(frames, points=np.rint(points).astype(np.int16))
    return _with_victims_descriptors(replace(ceremony, transcript=sent), of.rng)


def _model(of: Draw) -> Ceremony:
    """A head of numbers that moves perfectly, without a browser or a camera."""
    manner = Manner(tremor_deg=0.0, scatter=0.0, jitter=0.0)

    class Perfect(Performer):
        def __init__(self, rng: np.random.Generator) -> None:
            super().__init__(rng, manner)

    script = of.script()
    frames = live_transcript(script, rng=of.rng, manner=manner)
    return answer(frames, rng=of.rng)


def _noisy_model(of: Draw) -> Ceremony:
    """The same with a person's lag, tremor and a tracker's noise: a forgery that knows all that is judged."""
    return answer(live_transcript(of.script(), rng=of.rng), rng=of.rng)


def _known(of: Draw) -> Ceremony:
    """A person or a film that begins to move as the step is shown, or before."""
    return _hurried(of, lag_s=(0.0, 0.02), move_s=(0.3, 0.5))


def _fast(of: Draw) -> Ceremony:
    """A machine that answers faster than a human."""
    return _hurried(of, lag_s=(0.0, 0.06), move_s=(0.1, 0.2))


def _hurried(of: Draw, *, lag_s: tuple[float, float], move_s: tuple[float, float]) -> Ceremony:
    script = of.script()
    manner = replace(of.manner(script), lag_s=lag_s, move_s=move_s)
    performer = BankPerformer(of.rng, of.bank("live"), manner=manner, profile=of.profile)
    return answer(perform(performer, script.acts, of.profile), rng=of.rng)


ATTACKS: Final[tuple[Species, ...]] = (
    Species(name="still-with-noise", kind="presentation", make=_still),
    Species(name="slow-zoom", kind="presentation", make=_zoom),
    Species(name="two-photo-cut", kind="presentation", make=_cut),
    Species(name="photo-series", kind="presentation", make=_series),
    Species(name="print-flat", kind="presentation", make=_held("print-flat"), banks=("print-flat",)),
    Species(
        name="print-moved",
        kind="presentation",
        make=_held("print-flat", shake_deg=2.0),
        banks=("print-flat",),
    ),
    Species(name="print-bent", kind="presentation", make=_held("print-bent"), banks=("print-bent",)),
    Species(
        name="print-eye-holes",
        kind="presentation",
        make=_held("print-eye-holes"),
        banks=("print-eye-holes",),
    ),
    *(
        Species(name=name, kind="presentation", make=_held(name), banks=(name,))
        for name in ("screen-phone", "screen-tablet", "screen-monitor")
    ),
    Species(name="replayed-video", kind="presentation", make=_replay, banks=("live", "screen-phone")),
    Species(name="picture-for-captures", kind="presentation", make=_shown_for_captures),
    Species(name="transcript-replayed", kind="injection", make=_transcript_replayed),
    Species(name="transcript-of-another", kind="injection", make=_anothers),
    Species(name="transcript-rehashed", kind="injection", make=_rehashed),
    Species(name="frames-reordered", kind="injection", make=_reordered),
    Species(name="frames-time-warped", kind="injection", make=_warped),
    Species(name="descriptors-of-a-photo", kind="injection", make=_strangers),
    Species(name="script-known-in-advance", kind="injection", make=_known),
    Species(name="faster-than-human", kind="injection", make=_fast),
    Species(name="model-without-browser", kind="injection", make=_model),
    Species(name="model-with-noise", kind="injection", make=_noisy_model),
)
