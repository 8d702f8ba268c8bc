"""The wire's strict models. What is biometric or personal never shows in a repr or an error."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.ids import ACCOUNT_PATTERN

BASE64_DESCRIPTOR = "^[A-Za-z0-9+/]{683}=$"  # 128 little-endian float32
BASE64 = "^[A-Za-z0-9+/]+={0,2}$"
PIPELINE_PATTERN = "^[A-Za-z0-9._/-]{1,64}$"
SHA256_PATTERN = "^[0-9a-f]{64}$"

# No control characters; starts and ends with something to see.
VISIBLE = r"[^\u0000-\u0020\u007f-\u00a0]"
NAME_PATTERN = rf"^{VISIBLE}([^\u0000-\u001f\u007f-\u009f]{{0,62}}{VISIBLE})?$"

MIN_CAPTURES = 3
MAX_CAPTURES = 5
MIN_FRAMES = 3
MAX_FRAMES = 144  # twelve seconds at 12 frames a second; keeps the largest body under 48 KB
MIN_STEPS = 2
MAX_STEPS = 16
MAX_TURNED = 2
_TIME_BYTES = 2  # one uint16 a frame
_POINT_BYTES = 48 * 2 * 2  # 48 points, x and y, int16
_SIGNAL_BYTES = 5  # five uint8


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4


Sha256 = Annotated[str, Field(pattern=SHA256_PATTERN, min_length=64, max_length=64)]
Descriptor = Annotated[
    str,
    Field(
        pattern=BASE64_DESCRIPTOR,
        min_length=684,
        max_length=684,
        description="A face descriptor: base64 of 128 little-endian float32.",
    ),
]
DeviceName = Annotated[
    str,
    Field(
        pattern=NAME_PATTERN,
        min_length=1,
        max_length=64,
        description="What the person calls the device.",
        examples=["Kitchen tablet"],
    ),
]


class Incoming(BaseModel):
    """What a request carries: exact types, no unknown fields."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )


class Outgoing(BaseModel):
    """What an answer carries."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Quality(Incoming):
    """Image quality of one capture, as the browser measured it."""

    detection_score: float = Field(ge=0, le=1, description="The detector's confidence.")
    inter_ocular_px: float = Field(gt=0, le=8192, description="Between the eye centres, camera pixels.")
    roll_deg: float = Field(ge=-180, le=180, description="Angle of the line between the eyes.")
    residual_roll_deg: float = Field(ge=-180, le=180, description="The same on the aligned face.")
    nose_offset_iod: float = Field(ge=-10, le=10, description="Sideways, in inter-ocular distances.")
    yaw_deg: float = Field(ge=-90, le=90, description="Turn of the head, to the picture's right.")
    pitch_deg: float = Field(ge=-90, le=90, description="Nod of the head, upwards.")
    luminance_mean: float = Field(ge=0, le=255, description="Mean luminance of the face.")
    luminance_sd: float = Field(ge=0, le=255, description="Standard deviation of that luminance.")
    under_exposed: float = Field(ge=0, le=1, description="Share of the face at luminance 25 and less.")
    over_exposed: float = Field(ge=0, le=1, description="Share of the face at luminance 247 and more.")
    uniformity: float = Field(ge=0, le=1, description="Luminance of the darker half over the lighter one's.")
    sharpness: float = Field(ge=0, le=1e6, description="1000 x variance of the Laplacian / mean luminance^2.")
    eyes_open: float = Field(ge=0, le=1, description="How much the eyes look open.")
    faces_in_view: int = Field(ge=1, le=100, description="Faces of comparable size, this one included.")


FrameIndex = Annotated[int, Field(ge=0, lt=MAX_FRAMES)]


class Series(Incoming):
    """What was tracked in every frame of a ceremony. Judged in memory, never kept."""

    frame_width: int = Field(ge=64, le=8192, description="Camera pixels.")
    frame_height: int = Field(ge=64, le=8192, description="Camera pixels.")
    times_ms: str = Field(
        pattern=BASE64,
        min_length=_base64_length(MIN_FRAMES * _TIME_BYTES),
        max_length=_base64_length(MAX_FRAMES * _TIME_BYTES),
        repr=False,
        description="Base64 of one little-endian uint16 a frame: milliseconds, strictly increasing.",
    )
    points: str = Field(
        pattern=BASE64,
        min_length=_base64_length(MIN_FRAMES * _POINT_BYTES),
        max_length=_base64_length(MAX_FRAMES * _POINT_BYTES),
        repr=False,
        description="Base64 of 48 x 2 little-endian int16 a frame: x, y in 1/8192 of the frame's width.",
    )
    signals: str = Field(
        pattern=BASE64,
        min_length=_base64_length(MIN_FRAMES * _SIGNAL_BYTES),
        max_length=_base64_length(MAX_FRAMES * _SIGNAL_BYTES),
        repr=False,
        description="Base64 of 5 uint8 a frame: texture, chroma, luminance of face and background, faces.",
    )
    steps: list[FrameIndex] = Field(
        min_length=MIN_STEPS,
        max_length=MAX_STEPS,
        repr=False,
        description="The frame at which each step of the script was shown, the first one at 0.",
    )


class Turned(Incoming):
    """A descriptor of the turned head. It shows that there is one head, and is compared with nothing kept."""

    descriptor: Descriptor = Field(repr=False)
    moment: FrameIndex = Field(repr=False, description="The frame it was taken at.")


class Capture(Incoming):
    """What one look at the camera gives."""

    model: str = Field(
        pattern=PIPELINE_PATTERN,
        max_length=64,
        description="What made the descriptors.",
        examples=["face-api-1.7.15/face_recognition"],
    )
    pipeline: str = Field(
        pattern=PIPELINE_PATTERN,
        max_length=64,
        description="The steps from pixels to the model.",
        examples=["aligned-mirror-1"],
    )
    descriptors: list[Descriptor] = Field(min_length=MIN_CAPTURES, max_length=MAX_CAPTURES, repr=False)
    quality: list[Quality] = Field(min_length=MIN_CAPTURES, max_length=MAX_CAPTURES, repr=False)
    moments: list[FrameIndex] = Field(
        min_length=MIN_CAPTURES,
        max_length=MAX_CAPTURES,
        repr=False,
        description="The frame of the series that each descriptor was taken at.",
    )
    turned: list[Turned] = Field(max_length=MAX_TURNED, repr=False)
    series: Series = Field(repr=False)
    chain: Sha256 = Field(
        repr=False,
        description="Head of the hash chain of all frames, which begins with the challenge.",
    )


class Session(Outgoing):
    """A session that only one device can use."""

    account: str = Field(pattern=ACCOUNT_PATTERN, description="The account's id; `sub` of the token.")
    access_token: str = Field(repr=False, description="JWT (RFC 9068), ES256, bound to the device's key.")
    token_type: Literal["DPoP"] = "DPoP"  # noqa: S105 -- the name of a scheme
    expires_in: int = Field(description="Seconds that the access token lasts.")
    refresh_token: str = Field(
        repr=False, description="Continues the session; see POST /v1/sessions/refresh."
    )
    refresh_expires_in: int = Field(description="Seconds that the session lasts if it is not used.")
