import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import decode_track
from matching.liveness.chain import Reveal, check_chain
from matching.liveness.status import Status
from matching.liveness.track import FRAME_BYTES
from tests.unit.matching.liveness.ceremonies import NONCE, base64_of, live

CEREMONY = live()
TRACK = decode_track(**CEREMONY.transcript.series())


def status(*, nonce: str = NONCE, chain: str = CEREMONY.chain, reveal: Reveal = CEREMONY.reveal) -> Status:
    return check_chain(TRACK, nonce=nonce, chain=chain, reveal=reveal).status


def test_the_chain_is_that_of_the_contract() -> None:
    head = hashlib.sha256(b"facesmash/chain/1" + NONCE.encode()).digest()
    for frame in range(len(TRACK)):
        head = hashlib.sha256(head + TRACK.records[frame * FRAME_BYTES :][:FRAME_BYTES]).digest()

    assert head.hex() == CEREMONY.chain
    assert status() == "passed"


def test_frames_hashed_onto_another_challenge_are_refused() -> None:
    assert status(nonce="another") == "failed"


def test_a_first_act_that_was_not_committed_to_is_refused() -> None:
    other = live(seed=1)

    assert status(reveal=Reveal(chain=other.reveal.chain, frames=CEREMONY.reveal.frames)) == "failed"


@given(st.integers(-3, 200))
def test_a_commitment_to_another_number_of_frames_is_refused(frames: int) -> None:
    honest = frames == CEREMONY.reveal.frames

    assert (status(reveal=Reveal(chain=CEREMONY.reveal.chain, frames=frames)) == "passed") == honest


@given(st.text(max_size=80))
def test_no_text_but_the_head_passes(chain: str) -> None:
    assert status(chain=chain) == ("passed" if chain == CEREMONY.chain else "failed")


@pytest.mark.parametrize("part", ["times_ms", "points", "signals"])
def test_one_bit_of_one_frame_changes_the_head(part: str) -> None:
    transcript = CEREMONY.transcript
    changed = getattr(transcript, part).copy()
    changed.reshape(-1)[-1] ^= 1
    series = transcript.series()
    track = decode_track(**(series | {part: base64_of(changed)}))

    assert check_chain(track, nonce=NONCE, chain=CEREMONY.chain, reveal=CEREMONY.reveal).status == "failed"
