"""The witness that every browser is held to by: it must see what it is there to see."""

from __future__ import annotations

import base64
import json

import pytest

from tests.e2e.browser import ChromiumMissingError, find_chromium
from tests.e2e.witness import MAX_BODY_BYTES, judge_request

FRAMES = 4


def _base64(count: int) -> str:
    return base64.b64encode(bytes(count)).decode()


def _capture() -> dict[str, object]:
    return {
        "model": "m",
        "pipeline": "p",
        "descriptors": [_base64(512)] * 3,
        "quality": [{"sharpness": 1.5}] * 3,
        "series": {
            "frame_width": 640,
            "frame_height": 480,
            "times_ms": _base64(FRAMES * 2),
            "points": _base64(FRAMES * 48 * 2 * 2),
            "signals": _base64(FRAMES * 5),
            "steps": [0, 2],
        },
        "moments": [0, 1, 3],
        "turned": [{"descriptor": _base64(512), "moment": 2}],
        "chain": "0" * 64,
    }


def _judge(body: dict[str, object], path: str = "/v1/verifications") -> None:
    judge_request("POST", path, json.dumps(body).encode())


def test_what_the_api_takes_passes() -> None:
    _judge({"capture": _capture(), "device_name": "Desk"})
    _judge({"purpose": "verification", "profile": "standard"}, "/v1/challenges")
    _judge({"chain": "0" * 64, "frames": 20}, "/v1/challenges/steps")
    judge_request("GET", "/v1/account", None)


@pytest.mark.parametrize(
    "capture",
    [
        _capture() | {"picture": _base64(64)},
        _capture() | {"descriptors": [_base64(1024)] * 3},
        _capture() | {"quality": [{"sharpness": _base64(64)}] * 3},
        _capture() | {"turned": [{"descriptor": _base64(512), "moment": 2, "chip": _base64(9)}]},
        _capture() | {"series": {**_capture()["series"], "points": _base64(20_000)}},  # type: ignore[dict-item]
        _capture() | {"series": {**_capture()["series"], "thumbnail": _base64(9)}},  # type: ignore[dict-item]
    ],
    ids=["field", "descriptor", "quality", "turned", "points", "series"],
)
def test_a_byte_too_many_in_a_capture_is_seen(capture: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        _judge({"capture": capture})


def test_a_body_that_is_no_json_is_seen() -> None:
    with pytest.raises(ValueError, match=r"Expecting value|utf-8"):
        judge_request("POST", "/v1/verifications", b"\xff\xd8\xff\xe0 a picture")


def test_a_body_beside_the_api_is_seen() -> None:
    with pytest.raises(AssertionError, match="carries a body"):
        _judge({"purpose": "mailbox"}, "/collect")


def test_an_unknown_field_a_long_name_and_a_large_body_are_seen() -> None:
    for body in ({"pixels": "00"}, {"device_name": "x" * 1000}, {"email": "x" * MAX_BODY_BYTES}):
        with pytest.raises(AssertionError, match=r"carries|characters"):
            _judge(dict(body))


def test_a_missing_chromium_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)

    with pytest.raises(ChromiumMissingError, match="apt-get install chromium"):
        find_chromium()
