"""What is biometric or personal goes to its owner and to nobody else, whatever succeeds or fails.

A sentinel face, address and landmark series are sent through every route, with every log at its most
talkative. They must appear in no log line, exception, metric, answer or table in any rendering.
"""

import base64
import json
import logging
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from service import clients
from tests.adapters.calls import CALLS
from tests.support.aws_calls import listening
from tests.support.captures import capture, descriptors, encode_descriptor, series
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess

ADDRESS = "Sentinel.Person@sentinel-mail.example"
PERSON = 4711
DEVICE_NAME = "Sentinel tablet"
SENTINEL_SERIES = series(frames=20, seed=4711)


def _sentinel(take: int = 0) -> dict[str, Any]:
    return capture(PERSON, take=take, series=SENTINEL_SERIES)


def _renderings() -> dict[str, bytes]:
    """Every way in which a sentinel could show."""
    found: dict[str, bytes] = {
        "address": ADDRESS.encode(),
        "address in small letters": ADDRESS.lower().encode(),
        "address in base64": base64.b64encode(ADDRESS.encode())[:-4],
        "device name": DEVICE_NAME.encode(),
        "landmarks": SENTINEL_SERIES["landmarks"][:40].encode(),
        "landmarks raw": base64.b64decode(SENTINEL_SERIES["landmarks"])[:30],
        "landmarks later": SENTINEL_SERIES["landmarks"][400:440].encode(),
        "times": SENTINEL_SERIES["times_ms"].encode(),
    }
    for take in range(3):
        row = descriptors(PERSON, take=take)[0]
        raw = row.astype("<f4").tobytes()
        found |= {
            f"descriptor {take} in base64": encode_descriptor(row)[:40].encode(),
            f"descriptor {take} in base64url": base64.urlsafe_b64encode(raw)[:40],
            f"descriptor {take} in hex": raw.hex()[:40].encode(),
            f"descriptor {take} raw": raw[:20],
            f"descriptor {take} as doubles": row.astype("<f8").tobytes()[:40],
        }
        for at, number in enumerate(np.frombuffer(raw, "<f4")[:8]):
            found[f"descriptor {take} number {at}"] = f"{float(number):.6f}".rstrip("0").encode()
            found[f"descriptor {take} number {at}, short"] = str(number).encode()[:8]
    return found


RENDERINGS = _renderings()


def _leaks(text: bytes) -> list[str]:
    return [name for name, rendering in RENDERINGS.items() if rendering in text]


class _Witness(logging.Handler):
    """Keeps whatever any logger says, with everything attached to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(repr(vars(record)) + record.getMessage())
        if record.exc_info:
            self.said.append(logging.Formatter().formatException(record.exc_info))


@pytest.fixture
def witness() -> Iterator[_Witness]:
    heard = _Witness()
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    # moto stands in for AWS: what it logs is on the other side. The AWS SDK's own level is ours to set.
    loggers = [one for one in loggers if not one.name.startswith(("moto", "botocore", "boto3", "urllib3"))]
    levels = [(one, one.level) for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.addHandler(heard)  # on each: some do not pass on what they hear
    yield heard
    for one, level in levels:
        one.setLevel(level)
        one.removeHandler(heard)


def _tables(cloud: Cloud) -> bytes:
    parts: list[bytes] = []
    for item in [*cloud.items(), *cloud.keys()]:
        contents = [content for value in item.values() for content in value.values()]
        parts += [one if isinstance(one, bytes) else str(one).encode() for one in contents]
    return b"\n".join(parts)


def _use_everything(cloud: Cloud, device: Device) -> list[bytes]:
    """Send the sentinels through every route, well and badly; give all answers but the owner's own."""
    answers = [device.send_code(ADDRESS).body]
    answers.append(device.confirm(ADDRESS, "000000").body)
    answers.append(device.confirm(ADDRESS, cloud.code(ADDRESS)).body)
    answers.append(device.enrol(ADDRESS, _sentinel(), device_name=DEVICE_NAME).body)
    answers += [device.sign_in(_sentinel(take)).body for take in (1, 2)]
    answers += _send_badly(cloud, device)
    answers.append(device.sign_in(_sentinel(1)).body)
    assert ADDRESS.encode() in device.get("/v1/account").body
    assert device.get("/v1/account/export").status == 200
    answers.append(device.get("/v1/account/sign-ins").body)
    answers.append(device.set_face_sign_in("paused").body)
    answers.append(device.sign_in(_sentinel(1)).body)
    return answers


def _send_badly(cloud: Cloud, device: Device) -> list[bytes]:
    bad = [
        {ADDRESS: _sentinel()},
        {"email": _sentinel(), "capture": ADDRESS},
        {"email": ADDRESS + "\n", "code": ADDRESS, "purpose": ADDRESS, "account": ADDRESS},
        {"capture": _sentinel() | {"model": ADDRESS}},
        {"capture": _sentinel() | {"quality": []}},
        {"capture": _sentinel() | {"series": SENTINEL_SERIES | {"frame_width": ADDRESS}}},
        [ADDRESS, _sentinel()],
    ]
    bodies = [json.dumps(content).encode() for content in bad]
    bodies += [json.dumps(_sentinel()).encode()[:-1], ADDRESS.encode(), b'"' + ADDRESS.encode() * 2000 + b'"']
    answers = []
    for name, call in CALLS.items():
        if call.purpose == "account" and call.method != "PATCH":
            continue
        path = call.path if isinstance(call.path, str) else "/v1/account"
        answers += [device.send(call.method, path, body=body).body for body in bodies]
        answers.append(device.send(call.method, path, body=bodies[0], proof=ADDRESS).body)
        assert name
    refused = device.enrolment(ADDRESS, _sentinel())
    for changes in (
        {"consent": None},
        {"mailbox_token": ADDRESS},
        {"capture": _sentinel() | {"model": "x"}},
        {},
    ):
        answers.append(
            device.send(
                "POST", "/v1/enrolments", content=refused | changes, nonce=device.challenge("enrolment")
            ).body
        )
    answers += _break(cloud, device)
    return answers


def _break(cloud: Cloud, device: Device) -> list[bytes]:
    """Let parts break with messages that quote the sentinels."""

    def break_down(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        raise RuntimeError(f"{ADDRESS} {_sentinel()} {descriptors(PERSON)[0].tolist()}")

    answers = []
    for event in ("dynamodb.TransactWriteItems", "dynamodb.BatchGetItem", "kms.Decrypt", "kms.Sign"):
        nonce = device.verification_challenge()
        with cloud.when(f"before-call.{event}", break_down):
            reply = device.send("POST", "/v1/verifications", content={"capture": _sentinel(1)}, nonce=nonce)
        assert reply.status == 500
        answers.append(reply.body)
    return answers


def test_nothing_shows_in_logs_metrics_exceptions_or_answers(
    cloud: Cloud, device: Device, witness: _Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = _use_everything(cloud, device)

    printed = capsys.readouterr()
    said = "\n".join(witness.said).encode() + printed.out.encode() + printed.err.encode()
    assert b"answered" in said
    assert b"CloudWatchMetrics" in said
    assert _leaks(said) == []
    assert [leak for answer in answers for leak in _leaks(answer)] == []


def test_no_secret_of_a_session_shows_in_logs_or_metrics(
    cloud: Cloud, device: Device, witness: _Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    _use_everything(cloud, device)

    printed = capsys.readouterr()
    said = "\n".join(witness.said) + printed.out + printed.err
    secrets = [str(device.access_token), str(device.mailbox_token)]
    assert [secret for secret in secrets if secret in said or secret.split(".")[2] in said] == []
    assert str(device.account) not in said


def test_nothing_lies_in_a_table_in_the_clear(cloud: Cloud, device: Device) -> None:
    _use_everything(cloud, device)

    assert _leaks(_tables(cloud)) == []


def test_nothing_reaches_aws_in_the_clear_but_the_address_of_a_mail(cloud: Cloud, device: Device) -> None:
    sent: list[bytes] = []

    def note(model: Any, params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if model.name != "SendEmail":
            body = params["body"]
            sent.append(body if isinstance(body, bytes) else str(body).encode())
            sent.append(_decoded(json.loads(body)))

    with listening("before-call", note):
        _use_everything(cloud, device)

    assert len(sent) > 100
    assert [leak for request in sent for leak in _leaks(request)] == []


def _decoded(value: Any) -> bytes:  # noqa: ANN401 -- JSON
    """Every text in a request, taken out of its base64 where it is some."""
    if isinstance(value, dict):
        return b"\n".join(_decoded(part) for part in value.values())
    if isinstance(value, list):
        return b"\n".join(_decoded(part) for part in value)
    try:
        return base64.b64decode(str(value), validate=True)
    except ValueError:
        return str(value).encode()


def test_the_renderings_would_be_found() -> None:
    row = descriptors(PERSON)[0]
    as_stored = row.astype("<f4").tobytes()

    assert _leaks(json.dumps(_sentinel()).encode())
    assert _leaks(as_stored)
    assert _leaks(json.dumps(struct.unpack("<128f", as_stored)).encode())
    assert _leaks(f"hello {ADDRESS.lower()}".encode())


def test_the_sdk_keeps_requests_out_of_the_log_at_every_level() -> None:
    clients.dynamodb()
    quiet = {name: logging.getLogger(name).getEffectiveLevel() for name in ("botocore", "urllib3")}

    assert min(quiet.values()) >= logging.INFO


def test_a_stranger_learns_nothing_of_the_owner(cloud: Cloud, device: Device) -> None:
    _use_everything(cloud, device)
    stranger = Device(InProcess())
    stranger.account = device.account

    answers = [
        stranger.sign_in(_sentinel()).body,
        stranger.send("GET", "/v1/account", token=device.access_token).body,
        stranger.send("GET", "/v1/account/export", token=device.access_token).body,
    ]

    assert [leak for answer in answers for leak in _leaks(answer)] == []
