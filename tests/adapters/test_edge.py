"""The edge: sizes, types, unknown fields, headers; whatever comes, the answer is a documented one."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.calls import CALLS
from tests.adapters.people import PUBLIC
from tests.support.captures import FINE_QUALITY, capture, stretched
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.transport import PROTOCOL_ROUTES, ROUTES, InProcess, Reply, gateway_event

BODIES = sorted(name for name, call in CALLS.items() if call.purpose != "account" or call.method == "PATCH")

# The others refuse as OAuth says; tests/adapters/test_openid.py.
HOUSE_ROUTES = [route for route in ROUTES if route not in PROTOCOL_ROUTES]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_over_the_limit_is_refused(name: str, device: Device) -> None:
    call = CALLS[name]

    reply = device.send(call.method, call.url(device), body=b'"' + b"x" * 48 * 1024 + b'"')

    assert (reply.status, reply.problem) == (413, "request-too-large")


def test_the_largest_capture_is_within_the_limit(ada: Device) -> None:
    longest = dict.fromkeys(FINE_QUALITY, 123.12345678901234) | {"faces_in_view": 1}
    shares = ("detection_score", "under_exposed", "over_exposed", "uniformity", "eyes_open")
    longest |= dict.fromkeys(shares, 0.012345678901234567)
    longest |= {
        "nose_offset_iod": -1.2345678901234567,
        "yaw_deg": 9.1234567890123,
        "pitch_deg": 9.123456789012,
    }
    largest = ada.perform(
        "verification",
        capture(1, count=5, take=1, quality=[longest] * 5, series=lambda series: stretched(series, 144)),
    ).capture

    reply = ada.send("POST", "/v1/verifications", content={"capture": largest, "device_name": "x" * 64})

    assert 44 * 1024 < len(json.dumps({"capture": largest})) < 48 * 1024
    assert reply.problem == "authentication-failed"  # judged, and not alive


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_says_it_is_not_json_is_refused(name: str, media_type: str, device: Device) -> None:
    call = CALLS[name]

    reply = device.send(call.method, call.url(device), body=b"{}", headers={"Content-Type": media_type})

    assert (reply.status, reply.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"1",
        b'"text"',
        b"{}x",
        b'{"a":',
        b"\xef\xbb\xbf{}",
        b"[" * 20_000,
        b"9" * 20_000,
        b'{"purpose": "\\ud800"}',
        b'{"email": NaN}',
    ],
    ids=lambda body: body[:12].decode(errors="replace"),
)
@pytest.mark.parametrize("name", [*BODIES, "challenge"])
def test_what_is_not_the_json_that_is_wanted_is_refused(name: str, body: bytes, device: Device) -> None:
    method, path = "POST", "/v1/challenges"
    if name != "challenge":
        method, path = CALLS[name].method, CALLS[name].url(device)

    reply = device.send(method, path, body=body)

    assert (reply.status, reply.problem) == (400, "request-invalid")


@pytest.mark.parametrize("name", BODIES)
def test_an_unknown_field_is_refused_and_its_name_is_not_said_back(
    name: str, cloud: Cloud, device: Device
) -> None:
    call = CALLS[name]
    call.prepare(cloud, device)
    content = call.content(cloud, device) | {"is_admin_sentinel": True}

    reply = call.send(cloud, device, content=content)

    assert reply.problem == "request-invalid"
    assert b"sentinel" not in reply.body


def test_a_field_that_is_wrong_is_named_and_its_value_is_not_said_back(device: Device) -> None:
    reply = device.send("POST", "/v1/email/codes", content={"email": "sentinel"})

    assert reply.json["errors"] == [{"field": "email", "reason": "string_pattern_mismatch"}]
    assert b"sentinel" not in reply.body


def test_a_body_in_base64_is_the_body_it_holds(cloud: Cloud, device: Device) -> None:
    body = json.dumps({"purpose": "mailbox"}).encode()
    proof = device.proof("POST", "/v1/challenges", body=body)
    headers = {"DPoP": proof, "Content-Type": "application/json"}
    function, event = gateway_event("POST", "/v1/challenges", headers=headers, body=body)
    encoded = event | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    broken = [
        event | {"body": text, "isBase64Encoded": True}
        for text in ("*", base64.b64encode(b'{"purpose": "\xff"}').decode())
    ]

    assert cloud.accounts_table
    assert InProcess().invoke(function, encoded).status == 201
    assert [InProcess().invoke(function, one).problem for one in broken] == ["request-invalid"] * 2


def test_a_proof_in_two_headers_is_refused(device: Device) -> None:
    body = json.dumps({"purpose": "mailbox"}).encode()
    proof = device.proof("POST", "/v1/challenges", body=body)
    headers = {"DPoP": proof, "Content-Type": "application/json"}
    function, event = gateway_event("POST", "/v1/challenges", headers=headers, body=body)
    event["multiValueHeaders"]["DPoP"] = [proof, proof]

    assert InProcess().invoke(function, event).problem == "proof-invalid"


@pytest.mark.parametrize("path", [path for method, path, _ in HOUSE_ROUTES if method == "GET"])
def test_every_answer_is_not_sniffed_and_only_public_ones_are_kept(path: str, ada: Device) -> None:
    reply = ada.get(path)

    assert reply.status == 200
    assert_harmless_in_a_browser(reply)
    assert reply.headers["cache-control"] == ("public, max-age=300" if path in PUBLIC else "no-store")


@pytest.mark.usefixtures("cloud")
def test_refusals_are_not_kept_either() -> None:
    reply = InProcess().send("GET", "/v1/account", headers={}, body=b"")

    assert (reply.status, reply.headers["cache-control"]) == (401, "no-store")
    assert_harmless_in_a_browser(reply)


def assert_harmless_in_a_browser(reply: Reply) -> None:
    """Over HTTPS from now on, taken for nothing else, rendered nowhere, framed nowhere, embedded nowhere."""
    headers = reply.headers
    policy = {name: rest for name, *rest in map(str.split, headers["content-security-policy"].split(";"))}
    years = re.fullmatch(r"max-age=(\d+); includeSubDomains", headers["strict-transport-security"])

    assert years is not None
    assert int(years[1]) >= 365 * 86_400
    assert headers["x-content-type-options"] == "nosniff"
    refused = {key: ["'none'"] for key in ("default-src", "base-uri", "form-action", "frame-ancestors")}
    assert policy == {**refused, "sandbox": []}
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("path", ["/v1/policies/current", "/v1/account"])
def test_only_a_registered_site_may_read_an_answer(path: str) -> None:
    def allowed(origin: str) -> str | None:
        headers = {"Origin": origin} if origin else {}
        reply = InProcess().send("GET", path, headers=headers, body=b"")
        assert reply.headers["vary"] == "Origin"
        return reply.headers.get("access-control-allow-origin")

    origins = ["", ORIGIN, "https://evil.example", f"{ORIGIN}.evil.example", "null", "*"]
    assert [allowed(origin) for origin in origins] == [None, ORIGIN, None, None, None, None]


@pytest.mark.usefixtures("cloud")
def test_a_path_that_nobody_serves_is_not_found_and_a_method_is_not_allowed() -> None:
    function, event = gateway_event("GET", "/v1/account", headers={}, body=b"")

    unknown = InProcess().invoke(function, event | {"path": "/v1/secrets"})
    unserved = InProcess().invoke(function, event | {"httpMethod": "PUT"})

    assert (unknown.problem, unserved.problem) == ("not-found", "method-not-allowed")


@pytest.mark.usefixtures("cloud")
def test_an_unexpected_error_is_logged_by_type_and_place_and_told_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    function, event = gateway_event("GET", "/v1/account", headers={}, body=b"")
    del event["requestContext"]  # no gateway leaves it out
    caplog.clear()

    reply = InProcess().invoke(function, event)

    (line,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert (reply.status, reply.problem) == (500, "internal")
    assert set(reply.json) == {"type", "title", "status", "detail"}
    assert (line.getMessage(), vars(line)["exception"]) == ("unexpected", "KeyError")
    assert re.fullmatch(r".+\.py:\d+", vars(line)["at"])
    assert line.exc_info is None


@pytest.mark.usefixtures("cloud")
def test_every_refusal_is_logged_with_what_it_was(device: Device, caplog: pytest.LogCaptureFixture) -> None:
    for method, path, _ in ROUTES:
        if path in PUBLIC:
            continue
        named = path.replace("{template_id}", "0" * 26).replace("{device_id}", "A" * 43)
        caplog.clear()

        reply = device.send(method, named, proof="no proof", content=None if method == "GET" else {})

        lines = [record for record in caplog.records if record.getMessage() == "answered"]
        assert reply.status >= 400
        assert [(vars(one)["route"], vars(one)["outcome"], vars(one)["status"]) for one in lines] == [
            (path, reply.problem or reply.json["error"], reply.status)  # OAuth's own errors are no problems
        ]


def test_behind_a_domain_of_its_own_the_issuer_is_that_domain(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_ORIGIN", "https://api.site.example/")
    cloud.restart()

    class OwnDomain(InProcess):
        origin = "https://api.site.example"

    assert Device(OwnDomain()).challenge("mailbox")
    metadata = OwnDomain().send("GET", "/.well-known/openid-configuration", headers={}, body=b"").json
    assert metadata["jwks_uri"] == "https://api.site.example/.well-known/jwks.json"


def test_the_policy_is_what_the_deployment_says(device: Device) -> None:
    policy = device.policy()

    assert policy["version"] in policy["text"]
    assert policy["controller"] == {"name": "Example Ltd", "contact": "privacy@site.example"}
    assert policy["text_sha256"] == hashlib.sha256(policy["text"].encode()).hexdigest()
    assert any(line["period"] == "90 days" for line in policy["retention"])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "purpose",
        "account",
        "mailbox_token",
        "email",
        "code",
        "consent",
        "device_name",
        "capture",
        "face_sign_in",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_json_comes_the_answer_is_never_our_mistake(data: st.DataObject, device: Device) -> None:
    method, path = data.draw(
        st.sampled_from(
            [(method, path) for method, path, _ in HOUSE_ROUTES if method != "GET" and "{" not in path]
        )
    )
    content: Any = data.draw(JSON | st.dictionaries(NAMES, JSON, max_size=5))

    reply = device.send(method, path, body=json.dumps(content).encode())

    assert reply.status < 500
    assert reply.status == 201 or reply.problem is not None
