"""A device: a P-256 key, and the ceremonies as a browser would do them. It works over any transport.

device = Device(InProcess())            # or Device(Http("http://localhost:5173"))
device.send_code("ada@example.org")
device.confirm("ada@example.org", code)
device.enrol("ada@example.org", portrait(1))
device.sign_in(capture(1, take=2))
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from joserfc import jws
from joserfc.jwk import ECKey

from matching.liveness.script import Step
from tests.actors.transcript import Manner, Performer, Transcript, steady_fps
from tests.support.authenticator import Authenticator
from tests.support.captures import completed
from tests.support.transport import Reply, Transport

JSON_BODY = "application/json"
EXPORT = "/v1/account/export"


# Quick, so that a ceremony over HTTP takes no longer than it must.
CALM = Manner(lag_s=(0.2, 0.3), move_s=(0.45, 0.55), hold_s=0.35)


@dataclass(frozen=True)
class Performed:
    """A ceremony that waits to be sent.

    Attributes:
        nonce: the challenge it answers.
        transcript: what was tracked.
        capture: what is sent.
    """

    nonce: str
    transcript: Transcript = field(repr=False)
    capture: dict[str, Any] = field(repr=False)


class Device:
    """A browser profile, and what it remembers."""

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Callable[[], float] = lambda: time.time(),  # noqa: PLW0108 -- looked up anew: tests move it
        key: ECKey | None = None,
        manner: Manner = CALM,
    ) -> None:
        self.transport = transport
        self.clock = clock
        self.key = key or ECKey.generate_key("P-256")
        self.manner = manner
        self.profile = "standard"
        self.performances: list[Performed] = []
        self.account: str | None = None
        self.access_token: str | None = None
        self.mailbox_token: str | None = None
        self.refresh_token: str | None = None
        self.address_codes: dict[str, str] = {}

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()

    # What the wire needs

    def proof(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        nonce: str | None = None,
        access_token: str | None = None,
        **changes: Any,  # noqa: ANN401 -- tests put anything into a proof
    ) -> str:
        """Make a DPoP proof. ``changes`` replace claims; None takes one out."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": self.transport.origin + path.partition("?")[0],
            "iat": int(self.clock()),
        }
        if method != "GET":
            claims["body_sha256"] = _digest(body)
        if nonce is not None:
            claims["nonce"] = nonce
        if access_token is not None:
            claims["ath"] = _digest(access_token.encode())
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        public = self.key.as_dict(private=False)
        jwk = {name: public[name] for name in ("kty", "crv", "x", "y")}
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
        return jws.serialize_compact(header, json.dumps(claims), self.key)

    def send(
        self,
        method: str,
        path: str,
        *,
        content: object = None,
        nonce: str | None = None,
        token: str | None = None,
        proof: str | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send a request with its proof. ``proof`` and ``body`` replace what would be made."""
        if body is None:
            body = b"" if content is None else json.dumps(content).encode()
        if proof is None:
            proof = self.proof(method, path, body=body, nonce=nonce, access_token=token)
        sent = {"DPoP": proof}
        if body:
            sent["Content-Type"] = JSON_BODY
        if token is not None:
            sent["Authorization"] = f"DPoP {token}"
        return self.transport.send(method, path, headers=sent | (headers or {}), body=body)

    def ask(self, purpose: str, **fields: str) -> Any:  # noqa: ANN401 -- an answer
        """Get a challenge, and what is to be done for it."""
        if purpose == "enrolment":
            fields = {"consent_sha256": self.policy()["text_sha256"], **fields}
        reply = self.send("POST", "/v1/challenges", content={"purpose": purpose, **fields})
        if reply.status != 201:
            raise AssertionError(f"no challenge: {reply.status} {reply.problem}")
        return reply.json

    def challenge(self, purpose: str, **fields: str) -> str:
        """Get a challenge's id."""
        return str(self.ask(purpose, **fields)["challenge"])

    def policy(self) -> dict[str, Any]:
        """Read the current policy."""
        reply = self.transport.send("GET", "/v1/policies/current", headers={}, body=b"")
        policy: dict[str, Any] = reply.json
        return policy

    def consent(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- tests put anything into it
        """Agree to the current policy; ``changes`` replace parts of that."""
        policy = self.policy()
        agreed = {
            "policy_version": policy["version"],
            "text_sha256": policy["text_sha256"],
            "accepted": True,
        }
        return agreed | changes

    # Ceremonies

    def send_code(self, email: str) -> Reply:
        return self.send("POST", "/v1/email/codes", content={"email": email}, nonce=self.challenge("mailbox"))

    def confirm(self, email: str, code: str) -> Reply:
        """Prove the mailbox; remembers its token, and the session where there is an account."""
        reply = self.send(
            "POST",
            "/v1/email/confirm",
            content={"email": email, "code": code},
            nonce=self.challenge("mailbox"),
        )
        if reply.status == 200:
            self.mailbox_token = reply.json["mailbox_token"]
            self.access_token = reply.json["access_token"] or self.access_token
            self.refresh_token = reply.json["refresh_token"] or self.refresh_token
        return reply

    def enrolment(self, email: str, capture: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """Make the body of an enrolment; ``changes`` replace parts of it."""
        return {
            "email": email,
            "mailbox_token": self.mailbox_token,
            "consent": self.consent(),
            "device_name": "Laptop",
            "capture": capture,
        } | changes

    def enrol(self, email: str, capture: dict[str, Any], **changes: Any) -> Reply:  # noqa: ANN401
        """Enrol; remembers the account and the session."""
        performed = self.perform("enrolment", capture)
        content = self.enrolment(email, performed.capture, **changes)
        return self._remember(self.send("POST", "/v1/enrolments", content=content, nonce=performed.nonce))

    def enrol_face(self, capture: dict[str, Any], **changes: Any) -> Reply:  # noqa: ANN401 -- as above
        """Enrol a face anew, for the account that it is signed in to."""
        performed = self.perform("enrolment", capture)
        content = {"consent": self.consent(), "capture": performed.capture} | changes
        return self.send(
            "POST", "/v1/account/face", content=content, nonce=performed.nonce, token=self.access_token
        )

    def register(self, address: str, **changes: Any) -> Reply:  # noqa: ANN401 -- as in ``enrolment``
        """Make an account without a face; remembers the session, and no account to look for."""
        content = {"email": address, "mailbox_token": self.mailbox_token, "device_name": "Laptop"}
        content |= changes
        reply = self.send("POST", "/v1/registrations", content=content, nonce=self.challenge("mailbox"))
        return self._remember(reply)

    def verification_fields(self) -> dict[str, str]:
        """What a sign-in's challenge is asked for with: an account on a known device, else the mailbox."""
        if self.account is not None:
            return {"account": self.account}
        if self.mailbox_token is not None:
            return {"mailbox_token": self.mailbox_token}
        return {}

    def verification_challenge(self) -> str:
        """Get a challenge for a sign-in."""
        return self.challenge("verification", **self.verification_fields())

    def reveal(self, nonce: str, *, chain: str, frames: int) -> Reply:
        """Ask for the second act."""
        content = {"chain": chain, "frames": frames}
        return self.send("POST", "/v1/challenges/steps", content=content, nonce=nonce)

    def perform(
        self,
        purpose: str,
        capture: dict[str, Any],
        *,
        follow: Callable[[Step], Step] = lambda step: step,
        edit: Callable[[Transcript], Transcript] = lambda transcript: transcript,
        pace: float = 1.0,
    ) -> "Performed":
        """Do before the camera what a new challenge asks for, both acts, in the time that it takes.

        Args:
            purpose: of the challenge.
            capture: what is looked at; see ``tests.support.captures``.
            follow: what is done at a step, where it is not what was asked.
            edit: what becomes of the frames before they are sent.
            pace: so many times as long as the frames say does the API wait.
        """
        fields = self.verification_fields() if purpose == "verification" else {}
        issued = self.ask(purpose, profile=self.profile, **fields)
        nonce, profile = issued["challenge"], issued["script"]["profile"]
        fps = steady_fps(profile, enrols=purpose == "enrolment", manner=self.manner)
        performer = Performer(np.random.default_rng(), replace(self.manner, fps=fps))
        performer.perform([follow(Step.from_json(step)) for step in issued["script"]["steps"]])
        first = performer.transcript(profile)
        self.transport.wait(performer.seconds * pace)
        revealed = self.reveal(nonce, chain=first.chain(nonce), frames=first.first_act)
        if revealed.status != 200:
            raise AssertionError(f"no second act: {revealed.status} {revealed.problem}")
        before_s = performer.seconds
        performer.perform([follow(Step.from_json(step)) for step in revealed.json["steps"]])
        self.transport.wait((performer.seconds - before_s) * pace)
        transcript = edit(performer.transcript(profile))
        self.performances.append(
            Performed(nonce=nonce, transcript=transcript, capture=completed(capture, transcript, nonce=nonce))
        )
        return self.performances[-1]

    def sign_in(self, capture: dict[str, Any], *, device_name: str | None = None) -> Reply:
        """Sign in with a face; remembers the account and the session."""
        performed = self.perform("verification", capture)
        content: dict[str, Any] = {"capture": performed.capture}
        if device_name is not None:
            content["device_name"] = device_name
        return self.answer(performed.nonce, content)

    def answer(self, nonce: str, content: dict[str, Any]) -> Reply:
        """Send a verification; remembers the account and the session."""
        return self._remember(self.send("POST", "/v1/verifications", content=content, nonce=nonce))

    # Passkeys

    def add_passkey(self, key: Authenticator, *, name: str = "Security key") -> Reply:
        """Have a credential made for the account, and add it."""
        challenge = self.challenge("account")
        content = {"name": name, **key.make(challenge)}
        return self.send(
            "POST", "/v1/account/passkeys", content=content, nonce=challenge, token=self.access_token
        )

    def use_passkey(self, key: Authenticator, account: str, *, nonce: str | None = None) -> Reply:
        """Sign in with a passkey; remembers the session, and what stands for the mailbox."""
        challenge = nonce or self.challenge("passkey")
        content = {"account": account, **key.use(challenge)}
        reply = self.send("POST", "/v1/passkeys/verifications", content=content, nonce=challenge)
        if reply.status == 200:
            self.mailbox_token = reply.json["mailbox_token"]
            self.access_token, self.refresh_token = reply.json["access_token"], reply.json["refresh_token"]
        return reply

    # Sessions

    def next_token(self) -> str:
        """Make the refresh token that comes after the one in force."""
        account, session, _ = str(self.refresh_token).split(".")
        return f"{account}.{session}.{secrets.token_urlsafe(32)}"

    def claims(self) -> dict[str, Any]:
        """Read the access token, unverified."""
        payload = str(self.access_token).split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return claims

    def send_refresh(self, token: str | None, following: str) -> Reply:
        """Show a refresh token and name the one that follows; remembers nothing."""
        content = {"refresh_token": token, "next_sha256": hashlib.sha256(following.encode()).hexdigest()}
        return self.send("POST", "/v1/sessions/refresh", content=content, nonce=self.challenge("account"))

    def refresh(self) -> Reply:
        """Stay signed in; remembers the new tokens."""
        following = self.next_token()
        reply = self.send_refresh(self.refresh_token, following)
        if reply.status == 200:
            self.refresh_token, self.access_token = following, reply.json["access_token"]
        return reply

    # Rights

    def reading_nonce(self, path: str) -> str | None:
        """Get the challenge that a read answers: the export does, the others none."""
        return self.challenge("account") if path.partition("?")[0] == EXPORT else None

    def get(self, path: str) -> Reply:
        return self.send("GET", path, nonce=self.reading_nonce(path), token=self.access_token)

    def change(self, method: str, path: str, content: object = None) -> Reply:
        return self.send(
            method, path, content=content, nonce=self.challenge("account"), token=self.access_token
        )

    def set_face_sign_in(self, status: str) -> Reply:
        return self.change("PATCH", "/v1/account", {"face_sign_in": status})

    def agree(self, **changes: Any) -> Reply:  # noqa: ANN401 -- as in ``consent``
        """Agree to a new version of the text."""
        return self.change("POST", "/v1/account/consent", self.consent(**changes))

    def set_learning(self, learning: str) -> Reply:
        return self.change("POST", "/v1/account/learning", {"learning": learning})

    def set_sign_in_log(self, keep: str) -> Reply:
        return self.change("POST", "/v1/account/sign-in-log", {"keep": keep})

    def send_address_codes(self, email: str) -> Reply:
        return self.change("POST", "/v1/account/address/codes", {"email": email})

    def change_address(self, email: str, *, from_old: str, from_new: str) -> Reply:
        codes = {"code_from_old": from_old, "code_from_new": from_new}
        return self.change("POST", "/v1/account/address", {"email": email, **codes})

    def rename_device(self, thumbprint: str, name: str) -> Reply:
        return self.change("PATCH", f"/v1/account/devices/{thumbprint}", {"name": name})

    def make_recovery_codes(self) -> list[str]:
        reply = self.change("POST", "/v1/account/recovery-codes")
        if reply.status != 201:
            raise AssertionError(f"no codes: {reply.status} {reply.problem}")
        codes: list[str] = reply.json["codes"]
        return codes

    # Recovery

    def use_recovery_code(self, email: str, code: str, **more: str) -> Reply:
        """Sign in with a recovery code; remembers the session."""
        content = {"email": email, "code": code, **more}
        nonce = self.challenge("mailbox")
        return self._remember(self.send("POST", "/v1/recovery", content=content, nonce=nonce))

    def freeze(self, token: str) -> Reply:
        """Say "this was not me" with the token of a notice."""
        nonce = self.challenge("mailbox")
        return self.send("POST", "/v1/freezes", content={"token": token}, nonce=nonce)

    # Leaving

    def delete_account(self) -> Reply:
        return self.change("DELETE", "/v1/account")

    def withdraw_consent(self) -> Reply:
        return self.change("POST", "/v1/account/consent/withdraw")

    def _remember(self, reply: Reply) -> Reply:
        if reply.status in {200, 201}:
            self.account = reply.json["account"]
            self.access_token = reply.json["access_token"]
            self.refresh_token = reply.json["refresh_token"]
        return reply


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
