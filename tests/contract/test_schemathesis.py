"""The published description against the running API: every answer to every request is one that it names.

Requests are made from docs/openapi.json, right ones and wrong ones, and each carries a real proof by a real
device that is signed in, so that they get past the door. Bounded: a few requests for each operation, some
forty seconds in all; `make nightly` sets SCHEMATHESIS_S, and then as many as fit, others every night.
"""

from __future__ import annotations

import base64
import io
import json
import os
import time
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.protocol import PROTOCOL
from tests.e2e.mailbox import Mailbox
from tests.e2e.tables import forget_what_was_counted
from tests.support.captures import portrait
from tests.support.client import Device
from tests.support.transport import Http

if TYPE_CHECKING:
    from requests import PreparedRequest

    from local.stack import Stack

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
NIGHTLY_S = float(os.environ.get("SCHEMATHESIS_S", "0"))  # for all operations together
REQUESTS_OF_THE_PROTOCOL = 200 if NIGHTLY_S else 12
REQUESTS_PER_OPERATION = int(NIGHTLY_S / 5) or 12  # about as many as fit into the share of one
AT_ONCE = 4
TRIES = 3
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# Drawing a request that holds a capture takes long, and so does finding the smallest that fails.
pytestmark = pytest.mark.timeout(1200 if NIGHTLY_S else 300)

schema = schemathesis.openapi.from_path(str(DESCRIPTION))
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
# The coverage phase would add hundreds of requests for each operation, most refused by the gateway's models.
schema.config.phases.coverage.enabled = False
protocol = schemathesis.openapi.from_dict(PROTOCOL)
protocol.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
protocol.config.phases.coverage.enabled = False


def test_an_archive_comes_through_the_gateway_as_bytes_for_whoever_asks_for_them(stack: Stack) -> None:
    """The first here: what is taken away wants a sign-in of the last five minutes."""
    device = devices(stack)["GET /v1/account"]
    asking: tuple[dict[str, str], ...] = ({"Accept": "application/zip"}, {})

    asked, unasked = (
        device.send(
            "GET",
            "/v1/account/export?format=zip",
            nonce=device.challenge("account"),
            token=device.access_token,
            headers=headers,
        )
        for headers in asking
    )

    assert (asked.status, asked.headers["content-type"]) == (200, "application/zip")
    assert zipfile.is_zipfile(io.BytesIO(asked.body))
    assert zipfile.is_zipfile(io.BytesIO(base64.b64decode(unasked.body)))


@schema.parametrize()
@settings(
    max_examples=REQUESTS_PER_OPERATION,
    deadline=None,
    derandomize=not NIGHTLY_S,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_names(case: schemathesis.Case[Any], stack: Stack) -> None:
    label, operation = case.operation.label, case.operation.definition.raw
    device = devices(stack)[label]
    if label not in began_at:
        began_at[label] = time.monotonic()
        if NIGHTLY_S:
            _sign_in_again(stack, device, label)  # the night is longer than five minutes, and than a token
    if NIGHTLY_S and time.monotonic() - began_at[label] > NIGHTLY_S / len(devices(stack)):
        return  # its share of the night is over

    answer = case.call(base_url=stack.url, auth=Proof(device=device, operation=operation))

    statuses[label].add(answer.status_code)
    case.validate_response(answer, checks=CHECKS)


@protocol.parametrize()
@settings(
    max_examples=REQUESTS_OF_THE_PROTOCOL,
    deadline=None,
    derandomize=not NIGHTLY_S,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_to_an_application_is_one_of_the_protocol(
    case: schemathesis.Case[Any], stack: Stack
) -> None:
    answer = case.call(base_url=stack.url)

    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        assert "error" in answer.json() or answer.json()["type"].startswith("urn:facesmash:problem:")


def test_devices_that_are_signed_in_got_past_the_door() -> None:
    """Not only refusals were compared: where any request of the form may succeed, one did."""
    assert {label for label in ANYBODY_MAY if not {200, 201, 202, 204} & statuses[label]} == set()


began_at: dict[str, float] = {}
statuses: dict[str, set[int]] = defaultdict(set)
# What asks for nothing that nobody could guess: the device, its session and its account are enough.
ANYBODY_MAY = (
    "POST /v1/challenges",
    "GET /v1/account",
    "PATCH /v1/account",
    "GET /v1/account/sign-ins",
    "GET /v1/account/sessions",
    "DELETE /v1/account/sessions",
    "POST /v1/account/templates/rollback",
    "POST /v1/account/learning",
    "POST /v1/account/sign-in-log",
    "GET /v1/account/export",
    "DELETE /v1/account",
    "POST /v1/account/consent/withdraw",
    "GET /v1/policies/current",
)


class Proof(AuthBase):
    """Give a request what its operation asks for: the challenge, the proof and the token of a device."""

    def __init__(self, *, device: Device, operation: dict[str, Any]) -> None:
        self._device = device
        self._operation = operation

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        needs = {name for alternative in self._operation.get("security", []) for name in alternative}
        if "proof" not in needs:
            return request
        body = request.body or b""
        assert isinstance(body, str | bytes), "no operation sends a stream"
        purpose = self._operation.get("x-facesmash-challenge")
        token = self._device.access_token if "access" in needs else None
        request.headers["DPoP"] = self._device.proof(
            str(request.method),
            str(request.path_url).partition("?")[0],
            body=body.encode() if isinstance(body, str) else body,
            nonce=self._device.challenge(purpose) if purpose else None,
            access_token=token,
        )
        if token is not None:
            request.headers["Authorization"] = f"DPoP {token}"
        return request


@cache
def devices(stack: Stack) -> dict[str, Device]:
    """A device with an account of its own for each operation: one of them deletes it.

    Each enrols before a real clock, which takes ten seconds: some at a time, so that no function starts cold
    for so many that a ceremony takes longer than anybody alive would.
    """
    paths = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    labels = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(labels, pool.map(lambda label: _enrolled(stack, label), labels), strict=True))


def _address(label: str) -> str:
    name = label.replace(" ", "-").replace("/", ".").strip(".{}")
    return f"{name}@example.org".lower().translate(NOT_IN_AN_ADDRESS)


def _sign_in_again(stack: Stack, device: Device, label: str) -> None:
    forget_what_was_counted(stack)  # all of them come from one address
    _prove_the_mailbox(stack, device, _address(label))
    assert device.access_token is not None


def _prove_the_mailbox(stack: Stack, device: Device, address: str) -> None:
    assert device.send_code(address).status == 202
    assert device.confirm(address, _mailbox(stack, address).next_code()).status == 200


@cache
def _mailbox(stack: Stack, address: str) -> Mailbox:
    return Mailbox(address=address, outbox=stack.outbox)


def _enrolled(stack: Stack, label: str) -> Device:
    device, address = Device(Http(stack.url)), _address(label)
    _prove_the_mailbox(stack, device, address)
    enrolled = device.enrol(address, portrait(len(label)))
    for _ in range(TRIES - 1):  # as a person does, on a machine that is busy
        if enrolled.status == 201:
            break
        enrolled = device.enrol(address, portrait(len(label)))
    assert enrolled.status == 201, enrolled.reasons
    return device


NOT_IN_AN_ADDRESS = str.maketrans("", "", "{}_")
