"""The gateway's request models (JSON Schema draft 4): alien shapes and oversize bodies start no function.

They bound every string and every list, so the largest body that passes is under 48 KB. They say nothing that
the functions judge with a better answer (consent, codes, the content of a capture): a request that the
functions would accept always passes, and `tests/infra/test_models.py` holds that against docs/openapi.json.
"""

from __future__ import annotations

from typing import Any

BODY_LIMIT_BYTES = 48 * 1024

# n <= 144 frames: 2 bytes of time each, 48 points of 2 coordinates of 2 bytes each, 5 bytes of signals,
# in base64
_FRAMES = 144
_TIMES_CHARACTERS = 384
_POINTS_CHARACTERS = 36_864
_SIGNALS_CHARACTERS = 960
# 128 float32 in base64
_DESCRIPTOR_CHARACTERS = 684


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest}


def _object(*, required: tuple[str, ...] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _whole(largest: int) -> dict[str, Any]:
    return {"type": "integer", "maximum": largest}


def _list(longest: int, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "maxItems": longest, "items": items}


_NUMBER: dict[str, Any] = {"type": "number"}
_FRAME = _whole(_FRAMES - 1)

_QUALITY = _object(
    detection_score=_NUMBER,
    inter_ocular_px=_NUMBER,
    roll_deg=_NUMBER,
    residual_roll_deg=_NUMBER,
    nose_offset_iod=_NUMBER,
    yaw_deg=_NUMBER,
    pitch_deg=_NUMBER,
    luminance_mean=_NUMBER,
    luminance_sd=_NUMBER,
    under_exposed=_NUMBER,
    over_exposed=_NUMBER,
    uniformity=_NUMBER,
    sharpness=_NUMBER,
    eyes_open=_NUMBER,
    faces_in_view=_whole(100),
)

_SERIES = _object(
    frame_width=_whole(8192),
    frame_height=_whole(8192),
    times_ms=_text(_TIMES_CHARACTERS),
    points=_text(_POINTS_CHARACTERS),
    signals=_text(_SIGNALS_CHARACTERS),
    steps=_list(16, _FRAME),
)

_CAPTURE = _object(
    required=("model", "pipeline", "descriptors", "quality", "moments", "turned", "series", "chain"),
    model=_text(64),
    pipeline=_text(64),
    descriptors=_list(5, _text(_DESCRIPTOR_CHARACTERS)),
    quality=_list(5, _QUALITY),
    moments=_list(5, _FRAME),
    turned=_list(2, _object(descriptor=_text(_DESCRIPTOR_CHARACTERS), moment=_FRAME)),
    series=_SERIES,
    chain=_text(64),
)

_CONSENT = _object(
    policy_version=_text(64),
    text_sha256=_text(64),
    accepted={"type": "boolean"},
    signed_name=_text(512),
    is_of_age={"type": "boolean"},
)

_EMAIL = _text(254)
_TOKEN = _text(1024)
_DEVICE_NAME = _text(256)

MODELS: dict[str, dict[str, Any]] = {
    "ChallengeRequest": _object(
        required=("purpose",),
        purpose={"type": "string", "enum": ["mailbox", "enrolment", "verification", "account", "passkey"]},
        profile={
            "type": "string",
            "enum": [
                "standard",
                "no-head-turn",
                "no-sound",
                "no-eye-closing",
                "screen-reader",
                "reduced-motion",
            ],
        },
        account=_text(64),
        mailbox_token=_TOKEN,
        consent_sha256=_text(64),
    ),
    "StepsRequest": _object(required=("chain", "frames"), chain=_text(64), frames=_whole(_FRAMES)),
    "CodeRequest": _object(required=("email",), email=_EMAIL),
    "ConfirmRequest": _object(required=("email", "code"), email=_EMAIL, code=_text(16)),
    "RecoveryRequest": _object(
        required=("email", "code"), email=_EMAIL, code=_text(48), mailbox_token=_TOKEN
    ),
    "FreezeRequest": _object(required=("token",), token=_text(96)),
    # consent is not required here: its absence has its own problem, consent-required
    "EnrolmentRequest": _object(
        required=("email", "mailbox_token", "capture"),
        email=_EMAIL,
        mailbox_token=_TOKEN,
        consent=_CONSENT,
        device_name=_DEVICE_NAME,
        capture=_CAPTURE,
    ),
    "FaceRequest": _object(required=("capture",), consent=_CONSENT, capture=_CAPTURE),
    "Renaming": _object(required=("name",), name=_DEVICE_NAME),
    "RegistrationRequest": _object(
        required=("email", "mailbox_token", "device_name"),
        email=_EMAIL,
        mailbox_token=_TOKEN,
        device_name=_DEVICE_NAME,
    ),
    "VerificationRequest": _object(required=("capture",), capture=_CAPTURE, device_name=_DEVICE_NAME),
    "RefreshRequest": _object(
        required=("refresh_token", "next_sha256"), refresh_token=_text(96), next_sha256=_text(64)
    ),
    "AddressChange": _object(
        required=("email", "code_from_old", "code_from_new"),
        email=_EMAIL,
        code_from_old=_text(16),
        code_from_new=_text(16),
    ),
    "NewPasskey": _object(
        required=("name", "credential_id", "client_data", "attestation"),
        name=_DEVICE_NAME,
        credential_id=_text(1364),
        client_data=_text(2048),
        attestation=_text(8192),
    ),
    "PasskeyAnswer": _object(
        required=("account", "credential_id", "client_data", "authenticator_data", "signature"),
        account=_text(64),
        credential_id=_text(1364),
        client_data=_text(2048),
        authenticator_data=_text(2048),
        signature=_text(1024),
    ),
    "RequestQuery": _object(required=("query",), query=_text(8192)),
    "Answering": _object(required=("query", "consent"), query=_text(8192), consent={"type": "boolean"}),
    "GivenConsent": _CONSENT,
    "LearningChange": _object(
        required=("learning",), learning={"type": "string", "enum": ["allowed", "refused"]}
    ),
    "SignInLogChange": _object(required=("keep",), keep={"type": "string", "enum": ["full", "least"]}),
    "AccountChange": _object(
        required=("face_sign_in",), face_sign_in={"type": "string", "enum": ["paused", "active"]}
    ),
}
