import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from functions.challenges.models import ChallengeRequest, StepsRequest
from functions.email.models import CodeRequest, Confirmation
from functions.enroll.models import EnrolmentRequest
from functions.recovery.models import FreezeRequest, RecoveryRequest
from functions.verify.models import VerificationRequest
from service.models import Capture, DeviceName, Incoming
from tests.support.captures import FINE_QUALITY, encode_descriptor, face, tracked_capture

SENTINEL = "sentinel"
CAPTURE = tracked_capture(1)
ENROLMENT = {
    "email": "sentinel@example.org",
    "mailbox_token": SENTINEL,
    "consent": {"policy_version": "1", "text_sha256": "0" * 64, "accepted": True},
    "device_name": SENTINEL,
    "capture": CAPTURE,
}
REQUESTS: list[tuple[type[Incoming], dict[str, Any]]] = [
    (EnrolmentRequest, ENROLMENT),
    (VerificationRequest, {"capture": CAPTURE, "device_name": SENTINEL}),
    (CodeRequest, {"email": "sentinel@example.org"}),
    (Confirmation, {"email": "sentinel@example.org", "code": "123456"}),
    (RecoveryRequest, {"email": "sentinel@example.org", "code": "0" * 24, "mailbox_token": SENTINEL}),
    (FreezeRequest, {"token": "A" * 76}),
    (StepsRequest, {"chain": CAPTURE["chain"], "frames": 30}),
    (ChallengeRequest, {"purpose": "verification", "mailbox_token": SENTINEL, "account": "s" * 22}),
]
each_request = pytest.mark.parametrize(
    ("model", "content"), REQUESTS, ids=[one.__name__ for one, _ in REQUESTS]
)


@each_request
def test_no_request_shows_what_it_carries(model: type[Incoming], content: dict[str, Any]) -> None:
    shown = repr(model.model_validate(content)) + str(model.model_validate(content))

    carried = [
        SENTINEL,
        "123456",
        "s" * 22,
        encode_descriptor(face(1))[:20],
        CAPTURE["series"]["points"][:20],
        CAPTURE["series"]["signals"][:20],
        CAPTURE["series"]["times_ms"][:20],
        CAPTURE["turned"][0]["descriptor"][:20],
        CAPTURE["chain"],
        str(CAPTURE["moments"])[1:-1],
        str(CAPTURE["series"]["steps"])[1:-1],
        "128.0",
    ]
    assert [secret for secret in carried if secret in shown] == []


@each_request
def test_no_error_quotes_what_was_sent(model: type[Incoming], content: dict[str, Any]) -> None:
    for name in content:
        with pytest.raises(ValidationError) as refused:
            model.model_validate(content | {name: [SENTINEL], "more": SENTINEL})
        assert SENTINEL not in str(refused.value)


@each_request
def test_an_unknown_field_is_refused(model: type[Incoming], content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(content | {"more": 1})


WRONG: dict[str, Any] = {
    "series": None,
    "descriptors": "x",
    "quality": {},
    "model": 7,
    "pipeline": "",
    "moments": [0, 1, 2.5],
    "turned": [{"descriptor": "x", "moment": 3}],
    "chain": "A" * 64,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_part_of_a_wrong_type_is_no_capture(name: str) -> None:
    with pytest.raises(ValidationError):
        Capture.model_validate(CAPTURE | {name: WRONG[name]})


@given(
    name=st.sampled_from(sorted(FINE_QUALITY)),
    value=st.sampled_from([float("nan"), float("inf"), -1e9, 1e12]),
)
def test_a_quality_out_of_bounds_is_never_taken(name: str, value: float) -> None:
    with pytest.raises(ValidationError):
        Capture.model_validate(CAPTURE | {"quality": [FINE_QUALITY | {name: value}] * 3})


@given(value=st.text() | st.booleans() | st.none() | st.lists(st.integers()))
def test_a_quality_that_is_no_number_is_never_taken(value: object) -> None:
    with pytest.raises(ValidationError):
        Capture.model_validate(CAPTURE | {"quality": [FINE_QUALITY | {"sharpness": value}] * 3})


@given(length=st.integers(0, 800).filter(lambda length: length != 684))
def test_a_descriptor_has_one_length(length: int) -> None:
    with pytest.raises(ValidationError):
        Capture.model_validate(CAPTURE | {"descriptors": ["A" * length] * 3})


class _Named(BaseModel):
    name: DeviceName


@given(name=st.text(max_size=70))
def test_a_name_never_holds_a_control_character_or_an_invisible_edge(name: str) -> None:
    try:
        _Named.model_validate_json(json.dumps({"name": name}))
    except ValidationError:
        return

    assert 1 <= len(name) <= 64
    assert name == name.strip()
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in name)
