"""Every call that answers a challenge, each ready to succeed, so that a test can spoil exactly one thing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.adapters.moments import (
    ADA,
    ELSEWHERE,
    code_sent,
    code_sent_to_an_account,
    enrolled,
    learned,
    mailbox_proved,
    moving,
    nothing,
    signed_in,
    text_changed,
)
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import Reply


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        method: of the request.
        path: of the request, or what makes it from the device's account.
        purpose: of the challenge it answers.
        token: whether it carries the session's token.
        content: makes the body.
        prepare: brings the device so far.
        look: what is looked at while it is done, where its challenge asks for something before the camera.
        success: the status of success.
    """

    method: str
    path: str | Callable[[Device], str]
    purpose: str
    prepare: Callable[[Cloud, Device], None]
    content: Callable[[Cloud, Device], Any] = lambda _cloud, _device: None
    token: bool = False
    look: Callable[[], dict[str, Any]] | None = None
    success: int = 200

    def url(self, device: Device) -> str:
        return self.path if isinstance(self.path, str) else self.path(device)

    def challenge(self, device: Device) -> str:
        """Get the challenge, and do what it asks for."""
        if self.look is not None:
            return device.perform(self.purpose, self.look()).nonce
        return device.challenge(self.purpose)

    def send(self, cloud: Cloud, device: Device, *, nonce: str | None = None, **changes: Any) -> Reply:  # noqa: ANN401
        """Make the call; ``changes`` spoil it (see Device.send)."""
        given = {
            "nonce": nonce if nonce is not None else self.challenge(device),
            "content": self.content(cloud, device),
            "token": device.access_token if self.token else None,
        }
        return device.send(self.method, self.url(device), **(given | changes))


def performed(device: Device) -> dict[str, Any]:
    """What the device's last ceremony gave; whoever had none answers with somebody's of another challenge."""
    if not device.performances:
        device.perform("enrolment", portrait(1))
    return device.performances[-1].capture


def _a_template(device: Device) -> str:
    return f"/v1/account/templates/{device.get('/v1/account').json['templates'][0]['id']}"


def _own_device(device: Device) -> str:
    return f"/v1/account/devices/{device.thumbprint}"


def _own_session(device: Device) -> str:
    return f"/v1/account/sessions/{device.thumbprint}"


def _signed_in_later(cloud: Cloud, device: Device) -> None:
    signed_in(cloud, device)
    cloud.let_days_pass(4)


AUTHORIZATION = (
    "client_id=shop&redirect_uri=https://shop.example/cb&response_type=code&scope=openid"
    f"&code_challenge={'c' * 43}&code_challenge_method=S256"
)

CALLS = {
    "send-code": Call("POST", "/v1/email/codes", "mailbox", nothing, lambda *_: {"email": ADA}, success=202),
    "confirm-code": Call(
        "POST",
        "/v1/email/confirm",
        "mailbox",
        code_sent,
        lambda cloud, _: {"email": ADA, "code": cloud.code(ADA)},
    ),
    "sign-in-by-code": Call(
        "POST",
        "/v1/email/confirm",
        "mailbox",
        code_sent_to_an_account,
        lambda cloud, _: {"email": ADA, "code": cloud.code(ADA)},
    ),
    "enrol": Call(
        "POST",
        "/v1/enrolments",
        "enrolment",
        mailbox_proved,
        lambda _, device: device.enrolment(ADA, performed(device)),
        look=lambda: portrait(1),
        success=201,
    ),
    "register": Call(
        "POST",
        "/v1/registrations",
        "mailbox",
        mailbox_proved,
        lambda _, device: {"email": ADA, "mailbox_token": device.mailbox_token, "device_name": "Laptop"},
        success=201,
    ),
    "verify": Call(
        "POST",
        "/v1/verifications",
        "verification",
        enrolled,
        lambda _, device: {"capture": performed(device)},
        look=lambda: capture(1, take=2),
    ),
    "pause": Call(
        "PATCH", "/v1/account", "account", signed_in, lambda *_: {"face_sign_in": "paused"}, token=True
    ),
    "agree": Call(
        "POST",
        "/v1/account/consent",
        "account",
        text_changed,
        lambda _, device: device.consent(),
        token=True,
    ),
    "remove-template": Call("DELETE", _a_template, "account", signed_in, token=True, success=204),
    "forget-learned": Call(
        "POST", "/v1/account/templates/rollback", "account", learned, token=True, success=204
    ),
    "refuse-learning": Call(
        "POST",
        "/v1/account/learning",
        "account",
        learned,
        lambda *_: {"learning": "refused"},
        token=True,
    ),
    "shorten-log": Call(
        "POST",
        "/v1/account/sign-in-log",
        "account",
        enrolled,
        lambda *_: {"keep": "least"},
        token=True,
    ),
    "rename-device": Call(
        "PATCH", _own_device, "account", signed_in, lambda *_: {"name": "Desk"}, token=True, success=204
    ),
    "enrol-face": Call(
        "POST",
        "/v1/account/face",
        "enrolment",
        _signed_in_later,
        lambda _, device: {"consent": device.consent(), "capture": performed(device)},
        token=True,
        look=lambda: portrait(1, take=1),
    ),
    "remove-device": Call("DELETE", _own_device, "account", learned, token=True, success=204),
    "send-address-codes": Call(
        "POST",
        "/v1/account/address/codes",
        "account",
        signed_in,
        lambda *_: {"email": ELSEWHERE},
        token=True,
        success=202,
    ),
    "change-address": Call(
        "POST",
        "/v1/account/address",
        "account",
        moving,
        lambda cloud, _: {
            "email": ELSEWHERE,
            "code_from_old": cloud.code(ADA),
            "code_from_new": cloud.code(ELSEWHERE),
        },
        token=True,
    ),
    "refresh": Call(
        "POST",
        "/v1/sessions/refresh",
        "account",
        signed_in,
        lambda _, device: {"refresh_token": device.refresh_token, "next_sha256": "0" * 64},
    ),
    "end-session": Call("DELETE", _own_session, "account", signed_in, token=True, success=204),
    "end-sessions": Call("DELETE", "/v1/account/sessions", "account", signed_in, token=True, success=204),
    "authorize": Call(
        "POST",
        "/v1/account/authorizations",
        "account",
        signed_in,
        lambda *_: {"query": AUTHORIZATION, "consent": True},
        token=True,
    ),
    "export": Call("GET", "/v1/account/export", "account", signed_in, token=True),
    "export-archive": Call("GET", "/v1/account/export?format=zip", "account", signed_in, token=True),
    "delete": Call("DELETE", "/v1/account", "account", signed_in, token=True),
    "withdraw": Call("POST", "/v1/account/consent/withdraw", "account", signed_in, token=True),
}


def refusal(name: str, slug: str) -> str:
    """What a call refuses with: sign-in has one refusal for everything."""
    return "authentication-failed" if name == "verify" else slug
