import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.pose import mean_rotation, poses_of
from tests.actors.transcript import _rotation

ANGLES = st.floats(-30, 30)


@settings(deadline=None)
@given(ANGLES, ANGLES, ANGLES, st.floats(0.05, 0.4))
def test_the_mean_heads_pose_is_read_exactly(yaw: float, pitch: float, roll: float, scale: float) -> None:
    turned = scale * mean_shape()[RIGID] @ _rotation(yaw, pitch, roll).T
    straight = scale * mean_shape()[RIGID] @ _rotation(0, 0, roll).T

    poses = poses_of(np.stack([straight, turned])[..., :2] + 0.5)
    turns = poses.turns_from(_rotation(0, 0, 0))

    assert np.allclose(poses.scale, scale)
    if abs(roll) < 1e-9:
        assert np.allclose(turns[1], [yaw, pitch], atol=1e-6)
    assert np.allclose(poses.rotation[1], _rotation(yaw, pitch, roll), atol=1e-8)


def test_the_nose_goes_to_the_pictures_right_for_a_positive_yaw_and_up_for_a_positive_pitch() -> None:
    tip = int(np.argmax(mean_shape()[:, 2]))

    right, up = (mean_shape() @ _rotation(*turn, 0).T for turn in ((20, 0), (0, 20)))

    assert right[tip, 0] > mean_shape()[tip, 0]
    assert up[tip, 1] < mean_shape()[tip, 1]


def test_the_mean_of_opposite_turns_is_straight() -> None:
    mean = mean_rotation(np.stack([_rotation(15, 0, 0), _rotation(-15, 0, 0)]))

    assert np.allclose(mean, np.eye(3), atol=1e-9)
