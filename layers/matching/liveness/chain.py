"""Are these the frames that were hashed onto the challenge as they were taken?"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from matching.liveness.status import Status, status_of
from matching.liveness.track import FRAME_BYTES, Track

_START: Final = b"facesmash/chain/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reveal:
    """What the device had committed to when the second act was given out.

    Attributes:
        chain: the chain's head then, lower-case hex.
        frames: how many frames it had hashed.
    """

    chain: str = field(repr=False)
    frames: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainResult:
    """Whether the chain holds.

    Attributes:
        status: of this check.
    """

    status: Status


def check_chain(track: Track, *, nonce: str, reveal: Reveal, chain: str) -> ChainResult:
    """Hash every frame again.

    What was committed at the reveal proves that the frames of the first act were there before the second was
    known; the proof of the device's key covers the rest.

    Args:
        track: the frames.
        nonce: the challenge.
        reveal: what was committed.
        chain: the head that came with the evidence, lower-case hex.

    Returns:
        The result, never inconclusive.
    """
    link = hashlib.sha256(_START + nonce.encode()).digest()
    committed = ""
    for frame in range(len(track)):
        record = track.records[frame * FRAME_BYTES : (frame + 1) * FRAME_BYTES]
        link = hashlib.sha256(link + record).digest()
        if frame + 1 == reveal.frames:
            committed = link.hex()
    holds = _same(committed, reveal.chain) and _same(link.hex(), chain)
    return ChainResult(status=status_of(holds=holds))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
