"""Many ceremonies of every species and profile, put together and judged."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.liveness.banks import BANKS, halves, load_banks
from benchmarks.liveness.first_product import first_product_accepts
from benchmarks.liveness.species import ATTACKS, Banks, Draw, Species, live
from matching.liveness.fusion import LivenessCalibration, fuse, shipped_calibration
from matching.liveness.judge import measurements
from matching.liveness.profiles import PROFILES, ProfileId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Half: TypeAlias = Literal["development", "reporting", "all"]
LIVE: Final = Species(name="live", kind="presentation", make=live)
SPECIES: Final = {species.name: species for species in (LIVE, *ATTACKS)}
CHUNK: Final = 50


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One ceremony, judged.

    Attributes:
        species: "live" or the attack's.
        profile: the challenge's.
        subject: whose bank it was made from.
        accepted: whether the layer said that it is live.
        reason: its reason.
        statuses: what each check said, by the check's name; empty where nothing could be judged.
        measured: what counts in the fused score, by name.
        score: fused; minus infinity where nothing could be judged.
        first_product: whether the first product's rule takes the same frames for a living face.
    """

    species: str
    profile: str
    subject: str
    accepted: bool
    reason: str
    statuses: Mapping[str, str] = field(repr=False)
    measured: Mapping[str, float] = field(repr=False)
    score: float = field(repr=False)
    first_product: bool


def run(
    wanted: Mapping[tuple[str, ProfileId], int],
    *,
    half: Half,
    seed: int,
    folder: Path = BANKS,
    workers: int | None = None,
    calibration: LivenessCalibration | None = None,
) -> list[Outcome]:
    """Make and judge ceremonies.

    Args:
        wanted: how many of each species ("live" among them) and profile.
        half: of the people: those that the calibration was fitted to, those that are reported, or all.
        seed: of all chance.
        folder: of the banks.
        workers: processes; as many as processors when None.
        calibration: the shipped one when None.

    Returns:
        The outcomes. A species for which this half has no bank is left out.
    """
    chunks = [
        (name, profile, first, min(CHUNK, count - first))
        for (name, profile), count in wanted.items()
        for first in range(0, count, CHUNK)
    ]
    with ProcessPoolExecutor(
        max_workers=workers or os.cpu_count(),
        initializer=_begin,
        initargs=(folder, half, seed, calibration or shipped_calibration()),
    ) as pool:
        return [outcome for found in pool.map(_judge_chunk, chunks) for outcome in found]


def every(
    count_live: int, count_attack: int, profiles: Sequence[ProfileId] | None = None
) -> dict[tuple[str, ProfileId], int]:
    """So many ceremonies of people, and of each attack, in every profile."""
    return {
        (name, profile): count_live if name == LIVE.name else count_attack
        for name in SPECIES
        for profile in profiles or tuple(PROFILES)
    }


class _State:
    banks: Banks
    seed: int
    calibration: LivenessCalibration


_STATE: Final = _State()


def _begin(folder: Path, half: Half, seed: int, calibration: LivenessCalibration) -> None:
    threadpool_limits(1)
    banks = load_banks(folder)
    fitted, reported = halves(banks)
    _STATE.banks = {"development": fitted, "reporting": reported, "all": banks}[half]
    _STATE.seed, _STATE.calibration = seed, calibration


def _judge_chunk(chunk: tuple[str, ProfileId, int, int]) -> list[Outcome]:
    name, profile, first, count = chunk
    species = SPECIES[name]
    if any(needed not in _STATE.banks for needed in species.banks):
        return []
    return list(_judged(species, profile, range(first, first + count)))


def _judged(species: Species, profile: ProfileId, numbers: range) -> Iterator[Outcome]:
    own = _STATE.banks[species.banks[0]]
    for number in numbers:
        rng = np.random.default_rng(
            (_STATE.seed, zlib.crc32(species.name.encode()), zlib.crc32(profile.encode()), number)
        )
        body = own[number % len(own)]
        draw = Draw(banks=_STATE.banks | {species.banks[0]: [body]}, profile=profile, rng=rng)
        ceremony = species.make(draw)
        verdict = ceremony.judged(_STATE.calibration)
        found = measurements(verdict.checks)
        frames = ceremony.transcript
        yield Outcome(
            species=species.name,
            profile=profile,
            subject=body.name,
            accepted=verdict.live,
            reason=verdict.reason,
            statuses={check_name(check): check.status for check in verdict.checks},
            measured=dict(found),
            score=fuse(found, calibration=_STATE.calibration) if verdict.checks else -np.inf,
            first_product=first_product_accepts(frames.times_ms.astype(np.float64), frames.points / 8192),
        )


def check_name(check: object) -> str:
    """The check's name: of `DepthResult`, "depth"."""
    return type(check).__name__.removesuffix("Result").lower()
