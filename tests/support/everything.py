"""Every function, put through everything it does: what it asks of AWS, for the roles' test to compare."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from functions.bounces import handler as bounces
from tests.support.aws_calls import Grant, recorded
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.relying_party import let_an_application_in
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import leave_work, let_it_lie, sweep_twice
from tests.support.transport import InProcess, Reply

ADDRESS = "grace.hopper@example.org"
ELSEWHERE = "amazing.grace@example.org"


class Recording(InProcess):
    """The handlers in this process, started anew for every request, and what each asked of AWS."""

    def __init__(self, cloud: Cloud) -> None:
        self.grants: dict[str, set[Grant]] = defaultdict(set)
        self.operations: dict[str, list[list[str]]] = defaultdict(list)
        self._cloud = cloud

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        self._cloud.restart()  # a cold start asks for everything
        with recorded() as record:
            reply = super().invoke(function, event)
        self.grants[function] |= record.grants
        self.operations[function].append(record.operations)
        return reply

    def mail_comes_back(self, address: str) -> None:
        """What SNS calls, and no route."""
        self._cloud.restart()
        with recorded() as record:
            bounces.handle(by_sns(bounce(address)), None)
        self.grants["bounces"] |= record.grants

    def sweep(self) -> None:
        """What the clock calls."""
        self._cloud.restart()
        with recorded() as record:
            sweep_twice(self._cloud)
        self.grants["sweeper"] |= record.grants


def grants_by_function(cloud: Cloud) -> Mapping[str, set[Grant]]:
    """Put every function through everything it does, successes and refusals, and tell what each needed.

    Args:
        cloud: an empty deployment; see tests.support.cloud.

    Returns:
        For each function's name, every action on every table and key that it used.
    """
    recording = Recording(cloud)
    laptop = Device(recording)
    _enrol(cloud, laptop)
    _sign_in_and_out(cloud, laptop)
    _learn_and_forget(cloud, laptop)
    _look_and_change(laptop)
    let_an_application_in(laptop)
    _stay_and_leave(laptop)
    _lose_and_recover(cloud, laptop)
    _move(cloud, laptop)
    recording.mail_comes_back(ADDRESS)
    phone = _add_a_phone(cloud, recording)
    laptop.transport.send("GET", "/.well-known/jwks.json", headers={}, body=b"")
    laptop.transport.send("GET", "/.well-known/receipt-keys.json", headers={}, body=b"")
    _expect(phone.sign_in(capture(1, take=5)), 200)
    _expect(phone.delete_account(), 200)
    _expect(phone.delete_account(), 200)
    leave_work(cloud, _another(cloud, "killed@example.org"))
    recording.sweep()
    unused = _another(cloud, "unused@example.org")
    with recorded() as record:
        let_it_lie(unused)
    recording.grants["sweeper"] |= record.grants
    return dict(recording.grants)


def _enrol(cloud: Cloud, laptop: Device) -> None:
    _expect(laptop.send_code(ADDRESS), 202)
    _expect(laptop.confirm(ADDRESS, "000000" if cloud.code(ADDRESS) != "000000" else "000001"), 401)
    _expect(laptop.confirm(ADDRESS, cloud.code(ADDRESS)), 200)
    _expect(laptop.enrol(ADDRESS, portrait(1)), 201)


def _sign_in_and_out(cloud: Cloud, laptop: Device) -> None:
    _expect(laptop.sign_in(capture(2)), 401)
    _expect(laptop.sign_in(capture(1, take=1)), 200)
    assert cloud.mails


def _learn_and_forget(cloud: Cloud, laptop: Device) -> None:
    _expect(laptop.sign_in(capture(1, take=2, look=1)), 200)
    cloud.let_days_pass(370)
    _expect(laptop.sign_in(capture(1, take=3)), 200)  # what expired is swept up
    _expect(laptop.sign_in(capture(1, take=4, look=2)), 200)
    _expect(laptop.change("POST", "/v1/account/templates/rollback"), 204)


def _look_and_change(laptop: Device) -> None:
    account = _expect(laptop.get("/v1/account"), 200).json
    _expect(laptop.get("/v1/account/sign-ins"), 200)
    _expect(laptop.get("/v1/account/export"), 200)
    _expect(laptop.set_face_sign_in("paused"), 200)
    _expect(laptop.set_face_sign_in("active"), 200)
    _expect(laptop.agree(), 200)
    _expect(laptop.set_learning("refused"), 200)
    _expect(laptop.set_learning("allowed"), 200)
    _expect(laptop.set_sign_in_log("least"), 200)
    _expect(laptop.set_sign_in_log("full"), 200)
    _expect(laptop.rename_device(laptop.thumbprint, "Desk"), 204)
    _expect(laptop.enrol_face(portrait(1, take=1)), 200)
    account = _expect(laptop.get("/v1/account"), 200).json
    _expect(laptop.change("DELETE", f"/v1/account/templates/{account['templates'][0]['id']}"), 204)


def _stay_and_leave(laptop: Device) -> None:
    spent = laptop.refresh_token
    _expect(laptop.refresh(), 200)
    _expect(laptop.get("/v1/account/sessions"), 200)
    _expect(laptop.send_refresh(spent, laptop.next_token()), 401)  # and the session ends
    _expect(laptop.sign_in(capture(1, take=6)), 200)
    _expect(laptop.change("DELETE", "/v1/account/sessions"), 204)


def _move(cloud: Cloud, laptop: Device) -> None:
    """To another mailbox and back, with a session elsewhere that ends."""
    _expect(laptop.sign_in(capture(1, take=7)), 200)
    for old, new in ((ADDRESS, ELSEWHERE), (ELSEWHERE, ADDRESS)):
        cloud.let_a_minute_pass()
        with cloud.when("before-call.sesv2.SendEmail", _no_mail):
            laptop.send_address_codes(new)  # the turn is given back
        _expect(laptop.send_address_codes(new), 202)
        _expect(laptop.change_address(new, from_old=cloud.code(old), from_new=cloud.code(new)), 200)


def _no_mail(**_: object) -> None:
    raise ConnectionError


def _lose_and_recover(cloud: Cloud, laptop: Device) -> None:
    """Codes are made and used, and the account is frozen and lifted in both ways, with an older face."""
    cloud.let_days_pass(4)
    _expect(laptop.sign_in(capture(1, take=7)), 200)
    codes = laptop.make_recovery_codes()
    _expect(laptop.use_recovery_code(ADDRESS, "0" * 24), 401)
    _expect(laptop.use_recovery_code(ADDRESS, codes[0]), 200)
    for take, by_code in ((8, True), (9, False)):
        _expect(laptop.freeze(cloud.freeze_token(ADDRESS)), 204)
        cloud.let_a_minute_pass()
        _expect(laptop.send_code(ADDRESS), 202)
        _expect(laptop.confirm(ADDRESS, cloud.code(ADDRESS)), 200)
        if by_code:
            proof = str(laptop.mailbox_token)
            _expect(laptop.use_recovery_code(ADDRESS, codes[take], mailbox_token=proof), 200)
        else:
            laptop.account, account = None, laptop.account
            _expect(laptop.sign_in(capture(1, take=take)), 200)
            assert laptop.account == account
    laptop.mailbox_token = None


def _add_a_phone(cloud: Cloud, recording: Recording) -> Device:
    phone = Device(recording)
    cloud.let_a_minute_pass()
    _expect(phone.send_code(ADDRESS), 202)
    _expect(phone.confirm(ADDRESS, cloud.code(ADDRESS)), 200)
    _expect(phone.sign_in(capture(1, take=3)), 200)
    other = phone.get("/v1/account").json["devices"]
    thumbprint = next(device["id"] for device in other if not device["current"])
    _expect(phone.change("DELETE", f"/v1/account/devices/{thumbprint}"), 204)
    return phone


def _another(cloud: Cloud, address: str) -> Device:
    """Somebody whom nobody records, and who has something in their log."""
    tablet = Device(InProcess())
    cloud.let_a_minute_pass()
    _expect(tablet.send_code(address), 202)
    _expect(tablet.confirm(address, cloud.code(address)), 200)
    _expect(tablet.enrol(address, portrait(1)), 201)
    _expect(tablet.sign_in(capture(2)), 401)
    return tablet


def _expect(reply: Reply, status: int) -> Reply:
    assert reply.status == status, (reply.status, reply.problem)
    return reply
