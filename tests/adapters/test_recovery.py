"""Recovery codes: a way in for whoever lost the mailbox, once for each code."""

from collections import Counter

import pytest

from functions.recovery import budgets
from functions.recovery.ceremony import use_code
from functions.recovery.models import RecoveryRequest
from service.deployment import this_deployment
from service.problems import AuthenticationFailed
from service.recovery import CODES_IN_A_SET
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.support import clock, race
from tests.support.captures import portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

UNKNOWN = "nobody@example.org"
WRONG = "0000-0000-0000-0000-0000-0000"


@pytest.fixture
def codes(ada: Device) -> list[str]:
    return ada.make_recovery_codes()


def test_a_code_lets_in_once_without_mailbox_and_face_and_says_so(
    cloud: Cloud, ada: Device, codes: list[str]
) -> None:
    borrowed = Device(InProcess())

    first = borrowed.use_recovery_code(ADA, codes[0].lower().replace("-", " "))

    assert (first.status, borrowed.account) == (200, ada.account)
    assert borrowed.claims()["amr"] == ["recovery", "swk"]
    held = borrowed.get("/v1/account").json
    assert held["recovery_codes"]["left"] == CODES_IN_A_SET - 1
    assert [session["means"] for session in held["sessions"] if session["current"]] == ["recovery"]
    assert log(borrowed) == [("accepted", "recovery-code"), ("done", "recovery-codes-made")]
    assert held["sign_in_log"] == "whole"
    assert borrowed.get("/v1/account/export").json["descriptors"].startswith("withheld")
    again = Device(InProcess()).use_recovery_code(ADA, codes[0])
    assert (again.status, again.problem) == (401, "authentication-failed")
    assert codes[0] not in str(cloud.items())


def test_a_new_set_takes_the_place_of_the_old_one(ada: Device, codes: list[str]) -> None:
    newer = ada.make_recovery_codes()

    assert Device(InProcess()).use_recovery_code(ADA, codes[0]).status == 401
    assert Device(InProcess()).use_recovery_code(ADA, newer[0]).status == 200
    assert len(set(newer)) == CODES_IN_A_SET


def test_codes_are_made_by_whoever_signed_in_just_now(cloud: Cloud, ada: Device) -> None:
    clock.advance(301)
    assert ada.refresh().status == 200

    assert ada.change("POST", "/v1/account/recovery-codes").problem == "step-up-required"
    assert "ACCOUNT/RECOVERY" not in cloud.kinds()


def test_of_sixteen_who_bring_one_code_at_once_exactly_one_gets_in(
    cloud: Cloud, ada: Device, codes: list[str]
) -> None:
    """All have found the code good before anyone uses it."""
    statuses: list[int] = []
    waiting: list[bool] = []

    def another(**_: object) -> None:
        if len(waiting) < 15:
            waiting.append(True)
            statuses.append(Device(InProcess()).use_recovery_code(ADA, codes[0]).status)

    with cloud.when("before-call.dynamodb.TransactWriteItems", another):
        statuses.append(Device(InProcess()).use_recovery_code(ADA, codes[0]).status)

    assert sorted(statuses) == [200, *[401] * 15]
    assert ada.get("/v1/account").json["recovery_codes"]["left"] == CODES_IN_A_SET - 1


def test_of_32_who_bring_one_code_at_once_from_everywhere_exactly_one_gets_in(
    ada: Device, codes: list[str]
) -> None:
    content = {"email": ADA, "code": codes[0]}
    requests = []
    for number in range(race.THREADS):
        device = Device(InProcess())
        nonce, source = device.challenge("mailbox"), f"192.0.2.{number}"
        requests.append(race.posted(device, "/v1/recovery", content, nonce=nonce, source=source))
    body, deployment, now = RecoveryRequest.model_validate(content), this_deployment(), clock.now()

    def bring(number: int) -> str:
        try:
            return use_code(body, request=requests[number], deployment=deployment, now=now).account
        except AuthenticationFailed:
            return "refused"

    assert Counter(race.at_once(bring)) == {ada.account: 1, "refused": race.THREADS - 1}
    held = ada.get("/v1/account").json
    assert held["recovery_codes"]["left"] == CODES_IN_A_SET - 1
    assert [session["means"] for session in held["sessions"]].count("recovery") == 1
    assert log(ada).count(("accepted", "recovery-code")) == 1


def test_every_refusal_of_a_code_is_the_same_to_the_byte(cloud: Cloud, ada: Device, codes: list[str]) -> None:
    token = cloud.freeze_token(ADA)
    other = Device(InProcess())
    other.send_code("eve@example.org")
    other.confirm("eve@example.org", cloud.code("eve@example.org"))
    assert other.enrol("eve@example.org", portrait(2)).status == 201
    assert Device(InProcess()).use_recovery_code(ADA, codes[0]).status == 200

    refusals = {
        "unknown": Device(InProcess()).use_recovery_code(UNKNOWN, codes[1]),
        "wrong": Device(InProcess()).use_recovery_code(ADA, WRONG),
        "used": Device(InProcess()).use_recovery_code(ADA, codes[0]),
        "another's": Device(InProcess()).use_recovery_code("eve@example.org", codes[1]),
    }
    assert ada.freeze(token).status == 204
    refusals["frozen"] = Device(InProcess()).use_recovery_code(ADA, codes[1])
    refusals["frozen, no proof of the mailbox"] = Device(InProcess()).use_recovery_code(
        ADA, codes[1], mailbox_token="x"
    )
    refusals["frozen, another's mailbox"] = other.use_recovery_code(
        ADA, codes[1], mailbox_token=str(other.mailbox_token)
    )

    assert {name: _shape(reply) for name, reply in refusals.items()} == dict.fromkeys(
        refusals, _shape(refusals["unknown"])
    )
    assert refusals["unknown"].problem == "authentication-failed"


def test_wrong_codes_are_counted_for_the_device_and_the_network_and_never_for_the_owner(
    ada: Device, codes: list[str]
) -> None:
    tried = Device(InProcess())
    for _ in range(budgets.TRIES_OF_A_DEVICE_AN_HOUR):
        assert tried.use_recovery_code(ADA, WRONG).status == 401

    over = tried.use_recovery_code(UNKNOWN, WRONG)

    assert (over.status, over.problem) == (429, "too-many-requests")
    assert ada.use_recovery_code(ADA, codes[0]).status == 200
    rest = budgets.TRIES_FROM_A_NETWORK_AN_HOUR - budgets.TRIES_OF_A_DEVICE_AN_HOUR
    others = [Device(InProcess()).use_recovery_code(ADA, WRONG).status for _ in range(rest + 1)]
    assert others == [401] * rest + [429]
    # Whoever floods a network keeps nobody out of a device that their account knows.
    assert ada.use_recovery_code(ADA, codes[1]).status == 200


def test_an_ended_session_makes_no_codes_and_erasure_takes_them(
    cloud: Cloud, ada: Device, codes: list[str]
) -> None:
    phone = new_phone(cloud)
    assert phone.change("DELETE", "/v1/account/sessions").status == 204
    assert ada.change("POST", "/v1/account/recovery-codes").problem == "token-invalid"
    assert ada.use_recovery_code(ADA, codes[0]).status == 200

    assert ada.delete_account().status == 200

    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert Device(InProcess()).use_recovery_code(ADA, codes[1]).problem == "authentication-failed"


def _shape(reply: Reply) -> tuple[int, bytes, frozenset[str]]:
    return reply.status, reply.body, frozenset(reply.headers)
