from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.smoothness import check_smoothness
from tests.unit.matching.liveness.ceremonies import Ceremony, ceremony, live, points_of, with_points

CEREMONY = live()


def status(given_: Ceremony) -> str:
    return check_smoothness(given_.performance).status


def test_a_head_before_a_camera_is_smooth_and_never_quite_still() -> None:
    assert status(CEREMONY) == "passed"


def test_a_cut_from_one_picture_to_another_is_a_teleport() -> None:
    points = points_of(CEREMONY)
    step = CEREMONY.transcript.span(1)
    cut = np.concatenate([np.repeat(points[:1], step[1], axis=0), points[step[1] :]])
    noise = np.random.default_rng(0).normal(0, 0.0005, cut.shape)

    assert status(with_points(CEREMONY, cut + noise)) == "failed"


def test_a_face_that_jumps_across_the_picture_is_refused() -> None:
    points = points_of(CEREMONY)
    points[30:] += [0.2, 0.0]

    assert status(with_points(CEREMONY, points)) == "failed"


def test_a_picture_that_is_only_shifted_has_no_trackers_noise() -> None:
    still = CEREMONY.transcript.points[:1]
    sway = np.rint(40 * np.sin(np.arange(len(CEREMONY.transcript.points)) / 5)).astype(np.int16)
    shifted = still + sway[:, None, None]

    assert status(ceremony(replace(CEREMONY.transcript, points=shifted))) == "failed"


def test_noise_that_no_tracker_makes_is_refused() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, points_of(CEREMONY).shape)

    assert status(with_points(CEREMONY, points_of(CEREMONY) + noise)) == "failed"


def test_the_same_scatter_in_every_frame_was_painted_on() -> None:
    rigid = points_of(CEREMONY)[:1]
    drawn = np.random.default_rng(0).normal(0, 0.001, (2, 48, 2))
    painted = rigid + drawn[np.arange(len(points_of(CEREMONY))) % 2]

    assert status(with_points(CEREMONY, painted)) == "failed"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 20), st.floats(0.5, 1.0))
def test_frames_that_mostly_repeat_never_pass(seed: int, share: float) -> None:
    given_ = live("standard", seed)
    points = given_.transcript.points.copy()
    rng = np.random.default_rng(seed)
    for frame in np.flatnonzero(rng.random(len(points)) < share).tolist():
        points[frame] = points[max(frame - 1, 0)]
    repeated = (np.abs(np.diff(points.astype(int), axis=0)).max(axis=(1, 2)) == 0).mean()

    assert repeated < 0.35 or status(ceremony(replace(given_.transcript, points=points))) == "failed"
