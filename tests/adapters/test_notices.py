"""Notices: what an owner is told by mail, once, and without ever undoing what it tells of."""

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from service.notices import NOTICES
from service.patience import FREE_TRIES
from tests.adapters.moments import ADA, ELSEWHERE, enrolled, mailbox_proved, moving, text_changed
from tests.adapters.moments import learned as has_learned
from tests.adapters.people import new_phone
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import ENROLLED, capture, portrait
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.office import Office
from tests.support.sweeping import sweep
from tests.support.transport import Reply


@dataclass(frozen=True)
class Event:
    """Something that an owner is told of.

    Attributes:
        prepare: brings the device so far.
        happen: makes it happen, on the device that ``prepare`` gave.
        status: what it is answered with, where that is no success.
        to: where it is told.
    """

    prepare: Callable[[Cloud, Device], Device]
    happen: Callable[[Device], Reply]
    status: int | None = None
    to: str = ADA

    def is_answered_by(self, reply: Reply) -> bool:
        return reply.status < 300 if self.status is None else reply.status == self.status


def _enrolling(cloud: Cloud, device: Device) -> Device:
    mailbox_proved(cloud, device)
    return device


def _enrolled(cloud: Cloud, device: Device) -> Device:
    enrolled(cloud, device)
    return device


def _enrolled_by_face(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    cloud.let_days_pass(4)
    assert device.sign_in(capture(1, take=1)).status == 200
    return device


def _learned(cloud: Cloud, device: Device) -> Device:
    has_learned(cloud, device)
    return device


def _text_changed(cloud: Cloud, device: Device) -> Device:
    text_changed(cloud, device)
    return device


def _refusing(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    assert device.set_learning("refused").status == 200
    return device


def _with_a_short_log(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    assert device.set_sign_in_log("least").status == 200
    return device


def _paused(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    assert device.set_face_sign_in("paused").status == 200
    return device


def _phone(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    return new_phone(cloud)


def _refused_four_times(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    for _ in range(FREE_TRIES - 1):
        device.sign_in(capture(2))
    return device


def _phone_refused_four_times(cloud: Cloud, device: Device) -> Device:
    phone = _phone(cloud, device)
    for _ in range(FREE_TRIES - 1):
        phone.sign_in(capture(2))
    return phone


def _moving(cloud: Cloud, device: Device) -> Device:
    moving(cloud, device)
    codes = {"from_old": cloud.code(ADA), "from_new": cloud.code(ELSEWHERE)}
    device.address_codes = codes
    return device


def _move(device: Device) -> Reply:
    return device.change_address(ELSEWHERE, **device.address_codes)


def _key(**changes: Any) -> Authenticator:  # noqa: ANN401 -- any of its fields
    return Authenticator(origin=ORIGIN, rp_id="site.example", **changes)


# The same for all: each account has rows of its own.
_NEW, _KEPT = _key(), _key(sign_count=5)


def _with_a_passkey(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    assert device.add_passkey(_KEPT).status == 201
    return device


def _remove_the_passkey(device: Device) -> Reply:
    passkey = base64.urlsafe_b64encode(hashlib.sha256(_KEPT.credential_id).digest()).decode().rstrip("=")
    return device.change("DELETE", f"/v1/account/passkeys/{passkey}")


def _use_a_copy(device: Device) -> Reply:
    return device.use_passkey(_KEPT.but(sign_count=1), str(device.account))


def _with_codes(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    KEPT[device.thumbprint] = device.make_recovery_codes()[0]
    return device


def _use_code(device: Device) -> Reply:
    return device.use_recovery_code(ADA, KEPT[device.thumbprint])


def _noticed(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    KEPT[device.thumbprint] = cloud.freeze_token(ADA)
    return device


def _freeze(device: Device) -> Reply:
    return device.freeze(KEPT[device.thumbprint])


def _frozen(cloud: Cloud, device: Device) -> Device:
    _freeze(_noticed(cloud, device))
    cloud.let_a_minute_pass()
    assert device.send_code(ADA).status == 202
    assert device.confirm(ADA, cloud.code(ADA)).json["frozen"] is True
    device.account = None  # the mailbox says whose device it is
    return device


def _remove_a_template(device: Device) -> Reply:
    template = device.get("/v1/account").json["templates"][0]["id"]
    return device.change("DELETE", f"/v1/account/templates/{template}")


def _remove_itself(device: Device) -> Reply:
    return device.change("DELETE", f"/v1/account/devices/{device.thumbprint}")


def _forget(device: Device) -> Reply:
    return device.change("POST", "/v1/account/templates/rollback")


def _asked_for_by_letter(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    FOLDERS.append(folder := tempfile.TemporaryDirectory(prefix="facesmash-office-"))
    OFFICES[device.thumbprint] = office = Office(Path(folder.name))
    assert office.ask(confirmed=True) == 0
    return device


def _approve(device: Device) -> Reply:
    return _done(OFFICES[device.thumbprint].approve())


def _approved(cloud: Cloud, device: Device) -> Device:
    _asked_for_by_letter(cloud, device)
    assert OFFICES[device.thumbprint].approve() == 0
    return device


def _carry_out(device: Device) -> Reply:
    account = str(device.account)
    return _done(OFFICES[device.thumbprint].carry_out(typed=lambda _: account))


def _unused(cloud: Cloud, device: Device) -> Device:
    _enrolled(cloud, device)
    clock.advance(335 * 86_400)
    return device


def _unused_and_told(cloud: Cloud, device: Device) -> Device:
    _look(_unused(cloud, device))
    clock.advance(30 * 86_400)
    return device


def _look(_: Device) -> Reply:
    sweep()
    return _done(0)


def _done(status: int) -> Reply:
    return Reply(status=200 if status == 0 else 409, headers={}, body=b"")


OFFICES: dict[str, Office] = {}
FOLDERS: list[tempfile.TemporaryDirectory[str]] = []  # each is removed with the last test
# What a device has on paper, or in its mailbox.
KEPT: dict[str, str] = {}

EVENTS: dict[str, Event] = {
    "enrolled": Event(_enrolling, lambda device: device.enrol(ADA, portrait(1))),
    "registered": Event(_enrolling, lambda device: device.register(ADA)),
    "device-added": Event(_phone, lambda phone: phone.sign_in(capture(1, take=1))),
    "device-removed": Event(_enrolled, _remove_itself),
    "passkey-added": Event(_enrolled, lambda device: device.add_passkey(_NEW)),
    "passkey-removed": Event(_with_a_passkey, _remove_the_passkey),
    "passkey-copied": Event(_with_a_passkey, _use_a_copy, status=401),
    "face-enrolled": Event(_enrolled_by_face, lambda device: device.enrol_face(portrait(1, take=2))),
    "another-face": Event(_enrolled_by_face, lambda device: device.enrol_face(portrait(2)), status=422),
    "template-learned": Event(_enrolled, lambda device: device.sign_in(capture(1, take=1, look=1))),
    "template-removed": Event(_enrolled, _remove_a_template),
    "learned-forgotten": Event(_learned, _forget),
    "learning-refused": Event(_learned, lambda device: device.set_learning("refused")),
    "learning-allowed": Event(_refusing, lambda device: device.set_learning("allowed")),
    "log-shortened": Event(_enrolled, lambda device: device.set_sign_in_log("least")),
    "log-lengthened": Event(_with_a_short_log, lambda device: device.set_sign_in_log("full")),
    "refused-often": Event(_refused_four_times, lambda device: device.sign_in(capture(2)), status=401),
    "refused-on-new-devices": Event(
        _phone_refused_four_times, lambda phone: phone.sign_in(capture(2)), status=401
    ),
    "face-sign-in-paused": Event(_enrolled, lambda device: device.set_face_sign_in("paused")),
    "face-sign-in-resumed": Event(_paused, lambda device: device.set_face_sign_in("active")),
    "consent-due": Event(_text_changed, lambda device: device.sign_in(capture(1, take=2))),
    "consent-given": Event(_text_changed, lambda device: device.agree()),
    "address-left": Event(_moving, _move),
    "address-taken": Event(_moving, _move, to=ELSEWHERE),
    "recovery-codes-made": Event(
        _enrolled, lambda device: device.change("POST", "/v1/account/recovery-codes")
    ),
    "recovery-code-used": Event(_with_codes, _use_code),
    "exported": Event(_enrolled, lambda device: device.get("/v1/account/export")),
    "account-frozen": Event(_noticed, _freeze),
    "account-lifted": Event(_frozen, lambda device: device.sign_in(capture(1, take=1))),
    "account-deleted": Event(_enrolled, lambda device: device.delete_account()),
    "erasure-announced": Event(_asked_for_by_letter, _approve),
    "erased-on-request": Event(_approved, _carry_out),
    "account-unused": Event(_unused, _look),
    "unused-account-deleted": Event(_unused_and_told, _look),
}
# What operators do, and the clock, is answered with no problem.
BY_OPERATORS = {"erasure-announced", "erased-on-request", "account-unused", "unused-account-deleted"}
ONCE = {
    "enrolled",
    "registered",
    "device-added",
    "face-enrolled",
    "template-removed",
    "recovery-codes-made",
    "exported",
}
# Refusals, which take no longer for it: the sweeper tells their owner.
LATER = {"passkey-copied", "refused-often", "refused-on-new-devices", "another-face"}
# Whatever was done is done: the same again finds nothing to do, or says so.
REPEATED = [name for name in EVENTS if name not in ONCE]


def subjects(cloud: Cloud, *, since: int, to: str = ADA) -> list[str]:
    return [mail["subject"] for mail in cloud.mails[since:] if mail["to"] == to]


def expected(name: str) -> str:
    return f"Example: {NOTICES[name].subject}"  # type: ignore[index]


def test_the_table_of_notices_is_the_table_of_events() -> None:
    assert list(EVENTS) == list(NOTICES)


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_is_told_once(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    before = len(cloud.mails)

    assert event.is_answered_by(event.happen(actor))
    at_once = subjects(cloud, since=before, to=event.to)
    sweep(after_s=1)

    assert at_once == ([] if name in LATER else [expected(name)])
    assert subjects(cloud, since=before, to=event.to) == [expected(name)]


@pytest.mark.parametrize("name", REPEATED)
def test_what_is_asked_for_again_is_not_told_again(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    event.happen(actor)
    sweep(after_s=1)
    before = len(cloud.mails)

    event.happen(actor)
    sweep(after_s=1)

    assert subjects(cloud, since=before, to=event.to) == []


@pytest.mark.parametrize("name", EVENTS)
def test_a_mail_that_cannot_be_sent_undoes_nothing(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        assert event.is_answered_by(event.happen(actor))


# of a count whose answer was lost nothing is given; what an export writes is no transaction
@pytest.mark.parametrize("name", [name for name in EVENTS if name not in {"exported", *BY_OPERATORS}])
def test_where_the_writes_answer_is_lost_the_notice_is_sent_all_the_same(
    name: str, cloud: Cloud, device: Device
) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    before = len(cloud.mails)

    def lose(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    with cloud.when("after-call.dynamodb.TransactWriteItems", lose):
        assert event.happen(actor).problem == "unavailable"
    assert subjects(cloud, since=before, to=event.to) == []
    sweep()

    assert subjects(cloud, since=before, to=event.to) == [expected(name)]


def test_an_export_is_heard_of_later_where_it_cannot_be_mailed_and_not_given_where_that_cannot_be_kept(
    cloud: Cloud, device: Device
) -> None:
    owner = EVENTS["exported"].prepare(cloud, device)
    before = len(cloud.mails)

    def fail(**_: object) -> None:
        raise ConnectionError

    def fail_to_promise(params: dict[str, object], **_: object) -> None:
        if "WORK#" in str(params):
            raise ConnectionError

    with cloud.when("before-call.dynamodb.PutItem", fail_to_promise):
        assert owner.get("/v1/account/export").status >= 500
    with cloud.when("before-call.sesv2.SendEmail", fail):
        assert owner.get("/v1/account/export").status == 200
    assert subjects(cloud, since=before, to=ADA) == []

    sweep()

    assert subjects(cloud, since=before, to=ADA) == [expected("exported")]


@pytest.mark.parametrize("name", ["device-removed", "learned-forgotten", "account-deleted"])
def test_where_nothing_could_be_read_nothing_was_done_and_nothing_is_told(
    name: str, cloud: Cloud, device: Device
) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    before = len(cloud.mails)

    def fail(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    with cloud.when("before-call.dynamodb.Query", fail):
        assert event.happen(actor).problem == "unavailable"

    assert subjects(cloud, since=before) == []


@pytest.mark.parametrize("path", [f"/v1/account/templates/{'0' * 26}", f"/v1/account/devices/{'A' * 43}"])
def test_a_removal_of_what_is_not_there_is_told_to_nobody(path: str, cloud: Cloud, ada: Device) -> None:
    before = len(cloud.mails)

    assert ada.change("DELETE", path).status == 404

    assert subjects(cloud, since=before) == []


@pytest.mark.parametrize("name", ["device-added", "template-learned"])
def test_a_refused_sign_in_is_told_to_nobody(name: str, cloud: Cloud, device: Device) -> None:
    actor = EVENTS[name].prepare(cloud, device)
    before = len(cloud.mails)

    assert actor.sign_in(capture(2)).status == 401

    assert subjects(cloud, since=before) == []


@pytest.mark.parametrize("name", EVENTS)
def test_a_notice_names_nobody_and_nothing_of_theirs(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    event.happen(actor)
    sweep(after_s=1)

    text = json.dumps({key: value for key, value in cloud.mails[-1].items() if key != "to"})

    for secret in (ADA, ELSEWHERE, str(device.account), device.thumbprint, actor.thumbprint, "Laptop"):
        assert secret not in text
    assert not any(word.isdigit() for word in text.split())
    assert "If that was not you" in text
    assert "whom to write to: Example Ltd, privacy@site.example" in text
    assert "{" not in cloud.mails[-1]["text"] + cloud.mails[-1]["subject"]


@pytest.mark.parametrize("operation", ["GetItem", "Decrypt"])
def test_an_account_whose_key_cannot_be_had_is_deleted_without_a_farewell(
    operation: str, cloud: Cloud, ada: Device
) -> None:
    before = len(cloud.mails)

    def fail(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if model.name == operation:
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    with cloud.when("before-call", fail):
        assert ada.delete_account().status == 200

    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert subjects(cloud, since=before) == []


def test_an_address_that_does_not_open_keeps_nobody_out_who_would_have_been_learned_from(
    cloud: Cloud, ada: Device
) -> None:
    cloud.change(f"ACCOUNT#{ada.account}", "PROFILE", sealed_email={"B": b"\x01"})
    before = len(cloud.mails)

    assert ada.sign_in(capture(1, take=1, look=1)).status == 200

    assert subjects(cloud, since=before) == []
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == ENROLLED + 1


def test_what_another_write_kept_from_being_learned_is_not_told_as_learned(cloud: Cloud, ada: Device) -> None:
    before = len(cloud.mails)
    other: list[int] = []

    def overtake(**_: object) -> None:
        if not other:
            other.append(0)
            other[0] = new_phone(cloud).sign_in(capture(2)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", overtake):
        assert ada.sign_in(capture(1, take=1, look=1)).status == 200

    assert other == [401]
    assert expected("template-learned") not in subjects(cloud, since=before)
    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == len(ada.get("/v1/account").json["templates"])
