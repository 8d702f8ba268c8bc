"""Sessions: which tokens hold, for whom, with what, and for how long."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.deployment import this_deployment
from service.repositories.session_rows import KeptSession, SessionName
from service.tokens import Bounds, issue_access_token
from tests.adapters.people import READS
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess


def _token(device: Device, **changes: Any) -> str:  # noqa: ANN401 -- parts of a token
    bounds = Bounds(
        issuer=InProcess.origin,
        audience="facesmash",
        thumbprint=device.thumbprint,
        now=device.clock(),
    )
    account = changes.pop("account", device.account)
    return issue_access_token(
        this_deployment().signer,
        account=account,
        session=replace(_session(device), **changes.pop("session", {})),
        bounds=replace(bounds, **changes),
    )


def _session(device: Device) -> KeptSession:
    """The device's session, as its own token names it; a device without one has one in name only."""
    claims = device.claims() if device.access_token is not None else {"sid": "A" * 22}
    return KeptSession(
        name=SessionName(id=claims["sid"], device=device.thumbprint),
        means="face",
        created_at=int(device.clock()),
        last_used_at=int(device.clock()),
        expires_at=int(device.clock()) + 3600,
        refresh_sha256="0" * 64,
    )


def _long_ago(device: Device) -> str:
    return _token(device, session={"created_at": int(device.clock()) - 302})


@pytest.mark.parametrize("path", READS)
def test_without_a_token_nothing_is_shown(path: str, ada: Device) -> None:
    assert ada.send("GET", path, nonce=ada.reading_nonce(path)).problem == "token-invalid"


def _expired(device: Device) -> str:
    return _token(device, now=device.clock() - 901)


def _of_another_audience(device: Device) -> str:
    return _token(device, audience="another")


def _of_another_issuer(device: Device) -> str:
    return _token(device, issuer="https://other.example")


def _of_another_device(device: Device) -> str:
    return _token(device, thumbprint="A" * 43)


def _of_another_session(device: Device) -> str:
    return _token(device, session={"name": SessionName(id="A" * 22, device=device.thumbprint)})


def _of_nobody(device: Device) -> str:
    return _token(device, account="A" * 22)


def _a_mailbox_token(device: Device) -> str:
    return str(device.mailbox_token)


def _unsigned(device: Device) -> str:
    header, payload, _ = _token(device).split(".")
    return f"{header}.{payload}."


def _signed_by_somebody_else(device: Device) -> str:
    header, payload, _ = _token(device).split(".")
    other = _token(Device(InProcess()), account=device.account).split(".")[2]
    return f"{header}.{payload}.{other}"


def _rubbish(device: Device) -> str:  # noqa: ARG001 -- as its siblings
    return "rubbish"


BAD_TOKENS: list[Callable[[Device], str]] = [
    _expired,
    _of_another_audience,
    _of_another_issuer,
    _of_another_device,
    _of_another_session,
    _of_nobody,
    _a_mailbox_token,
    _unsigned,
    _signed_by_somebody_else,
    _rubbish,
]


@pytest.mark.parametrize("make", BAD_TOKENS, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize("path", READS)
def test_a_token_that_does_not_hold_is_refused(make: Callable[[Device], str], path: str, ada: Device) -> None:
    reply = ada.send("GET", path, nonce=ada.reading_nonce(path), token=make(ada))

    assert (reply.status, reply.problem) == (401, "token-invalid")
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]


@pytest.mark.parametrize("make", BAD_TOKENS, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/v1/account"), ("DELETE", "/v1/account"), ("POST", "/v1/account/consent/withdraw")],
)
def test_a_token_that_does_not_hold_changes_nothing(
    make: Callable[[Device], str], method: str, path: str, cloud: Cloud, ada: Device
) -> None:
    before = cloud.kinds()
    content = {"face_sign_in": "paused"} if method == "PATCH" else None

    reply = ada.send(method, path, content=content, nonce=ada.challenge("account"), token=make(ada))

    assert reply.problem == "token-invalid"
    assert cloud.kinds() == before


@pytest.mark.parametrize("path", READS)
def test_a_token_without_its_proof_is_refused(path: str, ada: Device) -> None:
    reply = ada.send("GET", path, token=ada.access_token, proof="")

    assert (reply.status, reply.problem) == (401, "proof-invalid")
    assert 'error="invalid_dpop_proof"' in reply.headers["www-authenticate"]


@pytest.mark.parametrize("path", READS)
def test_a_stolen_token_is_worth_nothing_on_another_device(path: str, ada: Device) -> None:
    thief = Device(InProcess())

    stolen = thief.send("GET", path, nonce=thief.reading_nonce(path), token=ada.access_token)

    assert stolen.problem == "token-invalid"


@pytest.mark.parametrize("path", READS)
def test_a_proof_for_another_token_is_refused(path: str, ada: Device) -> None:
    proof = ada.proof("GET", path, access_token="another")

    assert ada.send("GET", path, token=ada.access_token, proof=proof).problem == "proof-invalid"


@pytest.mark.parametrize("path", READS)
def test_a_bearer_is_not_believed(path: str, ada: Device) -> None:
    bearer = {"Authorization": f"Bearer {ada.access_token}"}

    reply = ada.send("GET", path, nonce=ada.reading_nonce(path), headers=bearer)

    assert reply.problem == "token-invalid"


def test_after_five_minutes_leaving_taking_away_and_weakening_need_a_new_sign_in(
    cloud: Cloud, ada: Device
) -> None:
    old, before = _long_ago(ada), cloud.kinds()
    template = ada.get("/v1/account").json["templates"][0]["id"]
    calls: list[tuple[str, str, object]] = [
        ("GET", "/v1/account/export", None),
        ("DELETE", "/v1/account", None),
        ("POST", "/v1/account/consent/withdraw", None),
        ("PATCH", "/v1/account", {"face_sign_in": "paused"}),
        ("PATCH", "/v1/account", {"face_sign_in": "active"}),
        ("DELETE", f"/v1/account/templates/{template}", None),
        ("POST", "/v1/account/templates/rollback", None),
        ("POST", "/v1/account/learning", {"learning": "refused"}),
        ("POST", "/v1/account/sign-in-log", {"keep": "least"}),
        ("PATCH", f"/v1/account/devices/{ada.thumbprint}", {"name": "Desk"}),
        ("DELETE", f"/v1/account/devices/{ada.thumbprint}", None),
    ]

    for method, path, content in calls:
        reply = ada.send(method, path, content=content, nonce=ada.challenge("account"), token=old)

        assert (reply.status, reply.problem) == (401, "step-up-required"), path
        assert "insufficient_user_authentication" in reply.headers["www-authenticate"]
    assert cloud.kinds() == before


def test_signing_out_needs_no_new_sign_in(ada: Device) -> None:
    old = _long_ago(ada)

    reply = ada.send("DELETE", "/v1/account/sessions", nonce=ada.challenge("account"), token=old)

    assert reply.status == 204


def test_after_five_minutes_the_account_can_still_be_seen(ada: Device) -> None:
    assert ada.send("GET", "/v1/account", token=_long_ago(ada)).status == 200
