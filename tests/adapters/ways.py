"""Ways in, and ways to take an account back, each ready to be sent; the calls of test_faults.py: calls.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.adapters.moments import ADA, ELSEWHERE, enrolled, signed_in
from tests.support.authenticator import Authenticator
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.relying_party import REVOCATION, VERIFIER, RelyingParty, authorize, post_form
from tests.support.transport import InProcess, Reply

ASKED_FIRST = {"/v1/challenges", "/v1/challenges/steps"}
TOKEN, USERINFO = "/v1/openid/token", "/v1/openid/userinfo"

Act = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Packet:
    """One request as it goes over the wire: sent again, it is the same to the byte."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def send(self) -> Reply:
        return InProcess().send(self.method, self.path, headers=self.headers, body=self.body)


class HeldError(Exception):
    """A request was held back."""

    def __init__(self, packet: Packet) -> None:
        super().__init__()
        self.packet = packet


class _Holding(InProcess):
    """Lets through what a ceremony asks for first, and holds back the request that it is for."""

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        if path in ASKED_FIRST:
            return super().send(method, path, headers=headers, body=body)
        raise HeldError(Packet(method=method, path=path, headers=headers, body=body))


@dataclass(frozen=True, kw_only=True)
class Way:
    """One request of those below.

    Attributes:
        make: brings the account so far, and gives what makes the request.
        success: the status of success.
        told: what the request is told when it is made anew once all was done; None where it succeeds again.
        after: how many calls at its end undo nothing where they fail: telling the owner,
            taking that off the work list, and counting.
        replayed: what the very same bytes are told once they were answered; None where they change nothing.
    """

    make: Callable[[Cloud, Device], Act]
    success: int = 200
    told: str | None = None
    after: int = 0
    replayed: str | None = "challenge-invalid"


def held_back(device: Device, act: Act) -> Packet:
    """Do everything that a request needs, and give it instead of sending it."""
    device.transport = _Holding()
    try:
        act()
    except HeldError as held:
        return held.packet
    finally:
        device.transport = InProcess()
    raise AssertionError("nothing was sent")


def _sends_address_codes(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    return lambda: device.send_address_codes(ELSEWHERE)


def _changes_the_address(cloud: Cloud, device: Device) -> Act:
    _sends_address_codes(cloud, device)()
    codes = {"from_old": cloud.code(ADA), "from_new": cloud.code(ELSEWHERE)}
    return lambda: device.change_address(ELSEWHERE, **codes)


def _stays_signed_in(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    following = device.next_token()
    return lambda: device.send_refresh(device.refresh_token, following)


def _signs_out(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    return lambda: device.change("DELETE", f"/v1/account/sessions/{device.thumbprint}")


def _signs_out_everywhere(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    return lambda: device.change("DELETE", "/v1/account/sessions")


def _makes_codes(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    return lambda: device.change("POST", "/v1/account/recovery-codes")


def _uses_a_code(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    code = device.make_recovery_codes()[0]
    return lambda: device.use_recovery_code(ADA, code)


def _freezes(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    token = cloud.freeze_token(ADA)
    return lambda: device.freeze(token)


def _proves_the_mailbox(cloud: Cloud, device: Device) -> None:
    cloud.let_a_minute_pass()
    device.send_code(ADA)
    assert device.confirm(ADA, cloud.code(ADA)).json["frozen"] is True


def _lifts_by_code(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    assert device.add_passkey(_new_key()).status == 201
    code = device.make_recovery_codes()[0]
    assert device.freeze(cloud.freeze_token(ADA)).status == 204
    _proves_the_mailbox(cloud, device)
    return lambda: device.use_recovery_code(ADA, code, mailbox_token=str(device.mailbox_token))


def _lifts_by_face(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    assert device.add_passkey(_new_key()).status == 201
    assert device.sign_in(capture(1, take=1, look=1)).status == 200  # learned, and to be unlearned
    assert device.freeze(cloud.freeze_token(ADA)).status == 204
    _proves_the_mailbox(cloud, device)
    device.account = None  # what was proved says whose
    return lambda: device.sign_in(capture(1, take=5))


def _new_key() -> Authenticator:
    return Authenticator(origin=ORIGIN, rp_id=ORIGIN.removeprefix("https://"))


def _adds_a_passkey(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    key = _new_key()
    return lambda: device.add_passkey(key)


def _uses_a_passkey(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    key, account = _new_key(), str(device.account)
    assert device.add_passkey(key).status == 201
    return lambda: device.use_passkey(key, account)


def _removes_a_passkey(cloud: Cloud, device: Device) -> Act:
    enrolled(cloud, device)
    added = device.add_passkey(_new_key()).json["id"]
    return lambda: device.change("DELETE", f"/v1/account/passkeys/{added}")


def _answers_an_application(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    query = RelyingParty(device.transport).query()
    return lambda: authorize(device, query)


def _code_of(device: Device) -> str:
    redirect = authorize(device, RelyingParty(device.transport).query()).json["redirect"]
    (code,) = parse_qs(urlsplit(str(redirect)).query)["code"]
    return code


def _withdraws_an_application(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    _code_of(device)
    return lambda: device.change("DELETE", "/v1/account/grants/shop")


def _exchanges_a_code(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    form = _exchange(_code_of(device))
    return lambda: post_form(device.transport, TOKEN, form)


def _exchange(code: str) -> str:
    uri = "https://shop.example/cb"
    rest = f"client_id=shop&redirect_uri={uri}&code_verifier={VERIFIER}&code={code}"
    return f"grant_type=authorization_code&{rest}"


def _bearer(device: Device) -> str:
    reply = post_form(device.transport, TOKEN, _exchange(_code_of(device)))
    return str(reply.json["access_token"])


def _revokes(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    form = f"client_id=shop&token={_bearer(device)}"
    return lambda: post_form(device.transport, REVOCATION, form)


def _asks_who_it_is(cloud: Cloud, device: Device) -> Act:
    signed_in(cloud, device)
    headers = {"Authorization": f"Bearer {_bearer(device)}"}
    return lambda: device.transport.send("GET", USERINFO, headers=headers, body=b"")


WAYS = {
    "send-address-codes": Way(make=_sends_address_codes, success=202),
    "change-address": Way(make=_changes_the_address, told="address-unchanged", after=5),
    "refresh": Way(make=_stays_signed_in),
    "end-session": Way(make=_signs_out, success=204, told="token-invalid"),
    "end-sessions": Way(make=_signs_out_everywhere, success=204, told="token-invalid"),
    "make-codes": Way(make=_makes_codes, success=201, after=2),
    "use-code": Way(make=_uses_a_code, told="authentication-failed", after=3),
    "freeze": Way(make=_freezes, success=204, after=2),
    "lift-by-code": Way(make=_lifts_by_code, told="authentication-failed", after=5),
    "lift-by-face": Way(make=_lifts_by_face, after=2, replayed="authentication-failed"),
    "add-passkey": Way(make=_adds_a_passkey, success=201, told="conflict", after=2),
    "use-passkey": Way(make=_uses_a_passkey, after=1, replayed="authentication-failed"),
    "remove-passkey": Way(make=_removes_a_passkey, success=204, told="not-found", after=2),
    "authorize": Way(make=_answers_an_application),
    "withdraw-grant": Way(make=_withdraws_an_application, success=204, told="not-found"),
    "exchange": Way(make=_exchanges_a_code, told="invalid_grant", replayed="invalid_grant"),
    "revoke": Way(make=_revokes, replayed=None),
    "userinfo": Way(make=_asks_who_it_is, replayed=None),
}
