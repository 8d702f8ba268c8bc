"""What is biometric or personal goes to its owner and to nobody else, whatever succeeds or fails.

A sentinel face, its address and what is tracked of it are sent through every route, with every log at its
most talkative. They must appear in no log line, exception, metric, answer or table in any rendering.
"""

import base64
import json
import logging
import re
import struct
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest

from service import clients
from tests.adapters.people import PUBLIC, READS
from tests.support.authenticator import Authenticator
from tests.support.aws_calls import listening
from tests.support.captures import (
    ENROLLED,
    descriptors,
    encode_descriptor,
    portrait,
    turned_descriptors,
)
from tests.support.client import Device, Performed
from tests.support.cloud import ORIGIN, Cloud
from tests.support.relying_party import let_an_application_in
from tests.support.transport import ROUTES, InProcess, Reply, Transport, gateway_event

ADDRESS = "Sentinel.Person@sentinel-mail.example"
PERSON = 4711
DEVICE_NAME = "Sentinel tablet"
_METADATA = "/.well-known/openid-configuration"
# It asks nobody and reads nothing of a request: there is no way for it to fail.
NEVER_FAILS = {("GET", "/v1/policies/current")}


def _sentinel(take: int = 0, *, look: int = 0) -> dict[str, Any]:
    return portrait(PERSON, take=take, look=look)


def _renderings() -> dict[str, bytes]:
    """Every way in which a sentinel could show."""
    found: dict[str, bytes] = {
        "address": ADDRESS.encode(),
        "address in small letters": ADDRESS.lower().encode(),
        "address in base64": base64.b64encode(ADDRESS.encode())[:-4],
        "device name": DEVICE_NAME.encode(),
        "device name in base64": base64.b64encode(DEVICE_NAME.encode()),
        "device name in hex": DEVICE_NAME.encode().hex().encode(),
    }
    rows = {take: descriptors(PERSON, take=take)[0] for take in range(3)}
    # what is learned from a sign-in: the mean of its frames
    sent = descriptors(PERSON, count=ENROLLED, take=3, look=1).astype("<f4")
    rows[3] = sent.astype(np.float64).mean(axis=0)
    rows |= {10 + take: turned_descriptors(PERSON, take=take)[0] for take in range(3)}
    for take, row in rows.items():
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


def _tracked(series: dict[str, Any], chain: str) -> dict[str, bytes]:
    """Every way in which what was tracked in one ceremony could show."""
    found = {
        "chain": chain.encode(),
        "chain in part": chain[:16].encode(),
        "times": series["times_ms"].encode(),
    }
    found |= {
        "chain raw": bytes.fromhex(chain),
        "chain in base64": base64.b64encode(bytes.fromhex(chain))[:40],
    }
    for name, kind in (("points", "<i2"), ("signals", "<u1"), ("times_ms", "<u2")):
        text, raw = series[name], base64.b64decode(series[name])
        numbers = [str(number) for number in np.frombuffer(raw, kind)[5:15]]
        found |= {
            name: text[:40].encode(),
            f"{name} later": text[80:120].encode(),
            f"{name} raw": raw[10:40],
            f"{name} in base64url": base64.urlsafe_b64encode(raw)[:40],
            f"{name} in hex": raw.hex()[:60].encode(),
            f"{name} as numbers": ", ".join(numbers).encode(),
            f"{name} as close numbers": ",".join(numbers).encode(),
            f"{name} as an array": " ".join(numbers).encode(),
        }
    return found


def _leaks(text: bytes) -> list[str]:
    renderings = dict(RENDERINGS)
    for number, performed in enumerate(Sentinel.performed):
        tracked = _tracked(performed.transcript.series(), performed.transcript.chain(performed.nonce))
        renderings |= {f"{number}: {name}": rendering for name, rendering in tracked.items()}
    return [name for name, rendering in renderings.items() if rendering in text]


class Sentinel(Device):
    """A device whose every ceremony is remembered, to be looked for."""

    performed: ClassVar[list[Performed]] = []
    given: ClassVar[list[str]] = []

    def perform(self, purpose: str, capture: dict[str, Any], **how: Any) -> Performed:  # noqa: ANN401
        performed = super().perform(purpose, capture, **how)
        self.performed.append(performed)
        return performed


# Many thousands of digits, among which some of a descriptor's are found by chance.
_ITS_OWN_CLOCK = frozenset({"created", "msecs", "relativeCreated", "thread", "process"})


class _Witness(logging.Handler):
    """Keeps whatever any logger says, with everything attached to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = {name: value for name, value in vars(record).items() if name not in _ITS_OWN_CLOCK}
        self.said.append(repr(said) + record.getMessage())
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


class _Noting(InProcess):
    """The handlers in this process, and which routes were answered well and which badly."""

    def __init__(self) -> None:
        self.well: set[tuple[str, str]] = set()
        self.badly: set[tuple[str, str]] = set()

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        reply = super().invoke(function, event)
        answered = self.well if reply.status < 400 else self.badly
        answered.add((event["httpMethod"], event["resource"]))
        return reply


@pytest.fixture
def routes() -> _Noting:
    return _Noting()


@pytest.fixture
def device(cloud: Cloud, routes: _Noting) -> Device:  # noqa: ARG001 -- it is reached through the environment
    Sentinel.performed.clear()
    Sentinel.given.clear()
    return Sentinel(routes)


def _use_everything(cloud: Cloud, device: Device) -> list[bytes]:
    """Send the sentinels through every route, well and badly; give all answers but the owner's own."""
    answers = [device.send_code(ADDRESS).body]
    answers.append(device.confirm(ADDRESS, "000000").body)
    answers.append(device.confirm(ADDRESS, cloud.code(ADDRESS)).body)
    answers.append(device.enrol(ADDRESS, _sentinel(), device_name=DEVICE_NAME).body)
    answers += [device.sign_in(_sentinel(take)).body for take in (1, 2)]
    answers += _send_badly(cloud, device)
    answers.append(device.sign_in(_sentinel(1)).body)
    answers += _read(device)
    Sentinel.given += let_an_application_in(device)  # its userinfo is what the owner agreed to
    answers += _add_and_remove(cloud, device)
    answers += _use_a_passkey(device)
    answers += _move_there_and_back(cloud, device)
    answers += _lose_and_recover(cloud, device)
    answers += _leave_twice(cloud, Sentinel(device.transport))
    answers += _choose(cloud, device)
    answers.append(device.set_face_sign_in("paused").body)
    answers.append(device.sign_in(_sentinel(1)).body)
    left = device.change("DELETE", "/v1/account/sessions")
    assert left.status == 204
    return [*answers, left.body]


def _read(device: Device) -> list[bytes]:
    assert ADDRESS.encode() in device.get("/v1/account").body
    assert device.get("/v1/account/export").status == 200
    assert device.refresh().status == 200
    sessions = device.get("/v1/account/sessions").body
    return [sessions, device.get("/v1/account/sign-ins").body, *(device.get(path).body for path in PUBLIC)]


def _add_and_remove(cloud: Cloud, device: Device) -> list[bytes]:
    phone = Sentinel(device.transport)
    cloud.let_a_minute_pass()
    phone.send_code(ADDRESS)
    phone.confirm(ADDRESS, cloud.code(ADDRESS))
    added = phone.sign_in(_sentinel(2), device_name=DEVICE_NAME)
    template = device.get("/v1/account").json["templates"][0]["id"]
    assert device.sign_in(_sentinel(3, look=1)).status == 200
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED + 1
    removed = [
        device.change("DELETE", f"/v1/account/sessions/{phone.thumbprint}"),
        device.change("POST", "/v1/account/templates/rollback"),
        device.change("DELETE", f"/v1/account/templates/{template}"),
        device.change("DELETE", f"/v1/account/devices/{phone.thumbprint}"),
    ]
    assert (added.status, [reply.status for reply in removed]) == (200, [204] * 4)
    return [reply.body for reply in (added, *removed)]


def _use_a_passkey(device: Device) -> list[bytes]:
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    added = device.add_passkey(key)
    used = device.use_passkey(key, str(device.account))
    again = device.sign_in(_sentinel(1))
    removed = device.change("DELETE", f"/v1/account/passkeys/{added.json['id']}")
    assert [reply.status for reply in (added, used, again, removed)] == [201, 200, 200, 204]
    return [reply.body for reply in (added, used, again, removed)]


def _move_there_and_back(cloud: Cloud, device: Device) -> list[bytes]:
    answers = []
    for old, new in ((ADDRESS, f"New.{ADDRESS}"), (f"New.{ADDRESS}", ADDRESS)):
        cloud.expire("LIMIT#")
        answers.append(device.send_address_codes(new).body)
        moved = device.change_address(new, from_old=cloud.code(old), from_new=cloud.code(new))
        assert moved.status == 200
        answers.append(moved.body.replace(new.encode(), b""))  # the owner's own: where it is now
    return answers


def _lose_and_recover(cloud: Cloud, device: Device) -> list[bytes]:
    codes = device.make_recovery_codes()
    link = cloud.freeze_token(ADDRESS)
    Sentinel.given += [*codes, link]
    used = device.use_recovery_code(ADDRESS, codes[0])
    frozen = device.freeze(link)
    cloud.expire("LIMIT#")
    sent = device.send_code(ADDRESS)
    proved = device.confirm(ADDRESS, cloud.code(ADDRESS))
    lifted = device.use_recovery_code(ADDRESS, codes[1], mailbox_token=str(device.mailbox_token))
    assert [reply.status for reply in (used, frozen, sent, proved, lifted)] == [200, 204, 202, 200, 200]
    assert device.sign_in(_sentinel(2)).status == 200
    return [reply.body for reply in (used, frozen, sent, proved, lifted)]


def _leave_twice(cloud: Cloud, device: Device) -> list[bytes]:
    """Another account of the same face: deleted, made again, withdrawn."""
    address = f"Second.{ADDRESS}"
    answers = []
    for leave in (device.delete_account, device.withdraw_consent):
        cloud.let_a_minute_pass()
        device.send_code(address)
        device.confirm(address, cloud.code(address))
        answers.append(device.enrol(address, _sentinel(), device_name=DEVICE_NAME).body)
        left = leave()
        assert left.status == 200
        answers.append(left.body)
    return answers


def _enrolled_anew(cloud: Cloud, device: Device) -> Reply:
    cloud.let_days_pass(4)
    return device.enrol_face(_sentinel(7))


def _choose(cloud: Cloud, device: Device) -> list[bytes]:
    """Agree anew, refuse learning and the long log, allow them again; and another account, without a face."""
    chosen = [
        device.agree(),
        *(device.set_learning(learning) for learning in ("refused", "allowed")),
        *(device.set_sign_in_log(keep) for keep in ("least", "full")),
        device.rename_device(device.thumbprint, DEVICE_NAME),
        _enrolled_anew(cloud, device),
    ]
    assert [reply.status for reply in chosen] == [*[200] * 5, 204, 200]
    address, faceless = f"Third.{ADDRESS}", Sentinel(device.transport)
    cloud.let_a_minute_pass()
    faceless.send_code(address)
    faceless.confirm(address, cloud.code(address))
    made = faceless.register(address, device_name=DEVICE_NAME)
    assert made.status == 201
    assert faceless.delete_account().status == 200
    return [reply.body for reply in (*chosen, made)]


def _send_badly(cloud: Cloud, device: Device) -> list[bytes]:
    performed = device.perform("enrolment", _sentinel())
    good = performed.capture
    bad = [
        {ADDRESS: good},
        {"email": good, "capture": ADDRESS},
        {"email": ADDRESS + "\n", "code": ADDRESS, "purpose": ADDRESS, "account": ADDRESS},
        {"capture": good | {"model": ADDRESS}},
        {"capture": good | {"quality": []}},
        {"capture": good | {"series": good["series"] | {"frame_width": ADDRESS}}},
        {"capture": good | {"series": good["series"] | {"steps": ADDRESS}}},
        {"capture": good | {"chain": ADDRESS}},
        {"chain": good["chain"], "frames": ADDRESS},
        [ADDRESS, _sentinel()],
    ]
    bodies = [json.dumps(content).encode() for content in bad]
    bodies += [json.dumps(_sentinel()).encode()[:-1], ADDRESS.encode(), b'"' + ADDRESS.encode() * 2000 + b'"']
    answers = []
    for method, resource, _ in ROUTES:
        path = re.sub(r"\{\w+\}", ADDRESS, resource)
        if method == "GET":
            answers.append(device.send(method, path, token=ADDRESS).body)
            answers.append(device.send(method, path, proof=ADDRESS, token=device.access_token).body)
            continue
        for token in (None, device.access_token, ADDRESS):
            answers += [device.send(method, path, body=body, token=token).body for body in bodies]
        answers.append(device.send(method, path, body=bodies[0], proof=ADDRESS).body)
    refused = device.enrolment(ADDRESS, good)
    for changes in (
        {"consent": None},
        {"mailbox_token": ADDRESS},
        {"capture": good | {"model": "x"}},
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
        performed = device.perform("verification", _sentinel(1))
        with cloud.when(f"before-call.{event}", break_down):
            reply = device.answer(performed.nonce, {"capture": performed.capture})
        assert reply.status == 500
        answers.append(reply.body)
    for event, path in (
        *(("dynamodb.Query", path) for path in READS),
        ("kms.GetPublicKey", "/.well-known/jwks.json"),
        ("kms.GetPublicKey", "/.well-known/receipt-keys.json"),
    ):
        if path not in READS:
            cloud.restart()
        with cloud.when(f"before-call.{event}", break_down):
            reply = device.get(path)
        assert reply.status == 500
        answers.append(reply.body)
    answers.append(_two_tokens(device.transport))
    return answers


def _two_tokens(transport: Transport) -> bytes:
    assert isinstance(transport, InProcess)
    function, event = gateway_event("GET", _METADATA, headers={}, body=b"")
    event["multiValueHeaders"] = {"Authorization": [ADDRESS, ADDRESS]}
    return transport.invoke(function, event).body


def test_nothing_shows_in_logs_metrics_exceptions_or_answers(
    cloud: Cloud, device: Device, routes: _Noting, witness: _Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = _use_everything(cloud, device)

    every_route = {(method, resource) for method, resource, _ in ROUTES}
    assert routes.well == every_route
    assert routes.badly == every_route - NEVER_FAILS

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
    secrets = [str(device.access_token), str(device.mailbox_token), str(device.refresh_token)]
    assert [secret for secret in secrets if secret in said or secret.split(".")[2] in said] == []
    assert [secret for secret in Sentinel.given if secret in said] == []
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
    assert _leaks(f"on {DEVICE_NAME}".encode())


def test_the_renderings_of_what_was_tracked_would_be_found(cloud: Cloud, device: Device) -> None:
    device.send_code(ADDRESS)
    device.confirm(ADDRESS, cloud.code(ADDRESS))
    performed = device.perform("enrolment", _sentinel())
    transcript = performed.transcript

    assert _leaks(json.dumps(performed.capture["series"]).encode())
    assert _leaks(f"the chain {performed.capture['chain']} is another".encode())
    for rows in (transcript.points, transcript.signals, transcript.times_ms):
        assert _leaks(repr(rows.ravel().tolist()).encode())
        assert _leaks(rows.tobytes())


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
        stranger.send(
            "GET", "/v1/account/export", nonce=stranger.challenge("account"), token=device.access_token
        ).body,
    ]

    assert [leak for answer in answers for leak in _leaks(answer)] == []
