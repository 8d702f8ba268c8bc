"""Staying signed in: one token gives way to the next, and who shows one that has given way ends it all."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.sessions.ceremony import refresh
from functions.sessions.models import RefreshRequest
from service import clients
from service.deployment import this_deployment
from service.problems import TokenInvalid
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support import clock, race
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

HOUR_S = 3600


def _age(cloud: Cloud, device: Device, **seconds: int) -> None:
    """Make the session's times so much older."""
    for item in _sessions(cloud):
        if item["sk"]["S"] == f"SESSION#{device.thumbprint}":
            older = {name: {"N": str(int(item[name]["N"]) - by)} for name, by in seconds.items()}
            cloud.change(item["pk"]["S"], item["sk"]["S"], **older)


def _sessions(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["sk"]["S"].startswith("SESSION#")]


def _refused(reply: Reply) -> tuple[int, str | None]:
    return reply.status, reply.problem


REFUSED = (401, "token-invalid")


def test_a_refreshed_session_goes_on_as_it_began(ada: Device) -> None:
    ada.sign_in(capture(1, take=1))
    began = ada.claims()
    clock.advance(800)

    reply = ada.refresh()

    after = ada.claims()
    assert (reply.status, reply.json["token_type"], reply.json["expires_in"]) == (200, "DPoP", 900)
    assert [after[name] for name in ("sub", "sid", "amr", "auth_time", "cnf")] == [
        began[name] for name in ("sub", "sid", "amr", "auth_time", "cnf")
    ]
    assert (after["iat"] > began["iat"], after["jti"] != began["jti"]) == (True, True)
    assert ada.get("/v1/account").status == 200


def test_refreshing_is_no_step_up(ada: Device) -> None:
    clock.advance(301)
    assert ada.refresh().status == 200

    assert ada.get("/v1/account/export").problem == "step-up-required"
    assert ada.delete_account().problem == "step-up-required"


def test_the_table_holds_no_token(cloud: Cloud, ada: Device) -> None:
    first = str(ada.refresh_token)
    ada.refresh()

    kept = str(cloud.items())

    assert first.split(".")[2] not in kept
    assert str(ada.refresh_token).split(".")[2] not in kept


def test_a_token_that_has_given_way_ends_the_session_of_whoever_has_the_next(
    cloud: Cloud, ada: Device
) -> None:
    spent = ada.refresh_token
    assert ada.refresh().status == 200

    assert _refused(ada.send_refresh(spent, ada.next_token())) == REFUSED

    assert _sessions(cloud) == []
    assert _refused(ada.refresh()) == REFUSED
    assert ada.set_face_sign_in("paused").problem == "token-invalid"


def test_a_token_from_long_before_ends_the_session_too(cloud: Cloud, ada: Device) -> None:
    spent = ada.refresh_token
    assert [ada.refresh().status for _ in range(3)] == [200] * 3

    assert _refused(ada.send_refresh(spent, ada.next_token())) == REFUSED

    assert _sessions(cloud) == []


def test_an_answer_that_was_lost_is_fetched_again_by_saying_the_same(ada: Device) -> None:
    shown, following = ada.refresh_token, ada.next_token()
    lost = ada.send_refresh(shown, following)
    clock.advance(600)  # no clock decides

    again = ada.send_refresh(shown, following)

    assert (lost.status, again.status) == (200, 200)
    ada.refresh_token = following
    assert ada.refresh().status == 200


def test_saying_the_same_once_the_next_was_used_ends_the_session(ada: Device) -> None:
    shown, following = ada.refresh_token, ada.next_token()
    ada.send_refresh(shown, following)
    ada.refresh_token = following
    assert ada.refresh().status == 200

    assert _refused(ada.send_refresh(shown, following)) == REFUSED
    assert _refused(ada.refresh()) == REFUSED


@pytest.mark.parametrize("broken", ["before-call.kms.Sign", "after-call.dynamodb.TransactWriteItems"])
def test_a_refresh_that_broke_on_the_way_is_completed_by_the_same_request(
    broken: str, cloud: Cloud, ada: Device
) -> None:
    shown, following = ada.refresh_token, ada.next_token()

    def break_down(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        raise RuntimeError("cable pulled")

    with cloud.when(broken, break_down):
        assert ada.send_refresh(shown, following).status == 500

    assert ada.send_refresh(shown, following).status == 200


def test_of_sixteen_at_once_exactly_one_wins(cloud: Cloud, ada: Device) -> None:
    """All have read the session before anyone writes; each names another next token."""
    shown, replies = ada.refresh_token, []

    def another(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if len(waiting) < 15:
            waiting.append(True)
            replies.append(ada.send_refresh(shown, ada.next_token()))

    waiting: list[bool] = []
    with cloud.when("before-call.dynamodb.TransactWriteItems", another):
        replies.append(ada.send_refresh(shown, ada.next_token()))

    assert sorted(reply.status for reply in replies) == [200, *[401] * 15]
    assert {reply.problem for reply in replies} == {None, "token-invalid"}
    assert _sessions(cloud) == []  # two had one token: nobody can say who of them is the person


def test_of_32_who_show_one_token_at_once_exactly_one_gets_the_next(cloud: Cloud, ada: Device) -> None:
    contents = [
        {"refresh_token": ada.refresh_token, "next_sha256": hashlib.sha256(b"%d" % number).hexdigest()}
        for number in range(race.THREADS)
    ]
    requests = [
        race.posted(ada, "/v1/sessions/refresh", content, nonce=ada.challenge("account"))
        for content in contents
    ]
    deployment, now = this_deployment(), clock.now()

    def show(number: int) -> str:
        body = RefreshRequest.model_validate(contents[number])
        try:
            return refresh(body, request=requests[number], deployment=deployment, now=now).account
        except TokenInvalid:
            return "refused"

    assert Counter(race.at_once(show)) == {ada.account: 1, "refused": race.THREADS - 1}
    assert _sessions(cloud) == []  # many had one token: nobody can say who of them is the person


def test_another_devices_key_makes_a_token_worth_nothing_not_even_an_end(ada: Device) -> None:
    thief = Device(InProcess())

    assert _refused(thief.send_refresh(ada.refresh_token, ada.next_token())) == REFUSED
    assert ada.refresh().status == 200


def test_a_device_that_signs_in_again_has_one_session_and_the_old_token_harms_it_not(
    cloud: Cloud, ada: Device
) -> None:
    old = ada.refresh_token
    ada.sign_in(capture(1, take=1))

    assert _refused(ada.send_refresh(old, str(old))) == REFUSED
    assert len(_sessions(cloud)) == 1
    assert ada.refresh().status == 200


def test_left_unused_for_an_hour_a_session_has_ended(cloud: Cloud, ada: Device) -> None:
    _age(cloud, ada, last_used_at=HOUR_S - 5)
    assert ada.refresh().status == 200
    _age(cloud, ada, last_used_at=HOUR_S + 5)

    assert _refused(ada.refresh()) == REFUSED
    assert _sessions(cloud) == []


def test_however_much_it_is_used_a_session_ends_in_time(cloud: Cloud, ada: Device) -> None:
    _age(cloud, ada, expires_at=12 * HOUR_S - 100)

    last = ada.refresh()

    assert (last.json["expires_in"] <= 100, last.json["refresh_expires_in"] <= 100) == (True, True)
    assert ada.claims()["exp"] <= ada.clock() + 100
    _age(cloud, ada, expires_at=100)  # and TTL has not come by yet
    assert _refused(ada.refresh()) == REFUSED


def test_naming_the_token_in_force_as_the_next_is_refused_and_changes_nothing(ada: Device) -> None:
    assert _refused(ada.send_refresh(ada.refresh_token, str(ada.refresh_token))) == REFUSED
    assert ada.refresh().status == 200


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_of_which_a_part_is_another_is_refused(part: int, ada: Device) -> None:
    parts = str(ada.refresh_token).split(".")
    parts[part] = "A" * len(parts[part])

    assert _refused(ada.send_refresh(".".join(parts), ada.next_token())) == REFUSED


def test_every_refusal_is_the_same_bytes(cloud: Cloud, ada: Device) -> None:
    nobody, spent = Device(InProcess()), ada.refresh_token
    unknown = nobody.send_refresh(f"{'A' * 22}.{'A' * 22}.{'A' * 43}", "x")
    ada.refresh()
    reused = ada.send_refresh(spent, ada.next_token())
    ended = ada.refresh()
    ada.sign_in(capture(1, take=1))
    _age(cloud, ada, last_used_at=2 * HOUR_S)
    unused = ada.refresh()

    assert {(reply.status, reply.body) for reply in (unknown, reused, ended, unused)} == {(401, unknown.body)}


def test_a_removed_device_cannot_stay_signed_in(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    assert phone.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204

    assert _refused(ada.refresh()) == REFUSED
    assert phone.refresh().status == 200


def test_a_session_that_a_mailbox_began_before_its_device_was_known_ends_with_the_device(
    cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    of_the_mailbox = phone.access_token
    assert phone.sign_in(capture(1, take=1), device_name="Phone").status == 200
    assert ada.change("DELETE", f"/v1/account/devices/{phone.thumbprint}").status == 204

    assert phone.send("GET", "/v1/account", token=of_the_mailbox).problem == "token-invalid"
    assert _refused(phone.refresh()) == REFUSED


def test_a_deleted_account_leaves_nobody_signed_in(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    assert ada.delete_account().status == 200

    assert (_refused(ada.refresh()), _refused(phone.refresh())) == (REFUSED, REFUSED)
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


@contextmanager
def _unswept(cloud: Cloud) -> Iterator[None]:
    def break_down(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        raise RuntimeError("cable pulled")

    with cloud.when("before-call.dynamodb.BatchWriteItem", break_down):
        yield


def test_a_session_that_a_deletion_has_still_to_sweep_up_is_not_continued(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    with _unswept(cloud):
        assert ada.delete_account().status == 500
    assert len(_sessions(cloud)) == 1

    assert _refused(phone.refresh()) == REFUSED


def test_a_deletion_is_refused_to_a_session_that_ends_while_it_runs(cloud: Cloud, ada: Device) -> None:
    def sign_out(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        key = {"pk": {"S": f"ACCOUNT#{ada.account}"}, "sk": {"S": f"SESSION#{ada.thumbprint}"}}
        clients.dynamodb().delete_item(TableName=cloud.accounts_table, Key=key)

    with cloud.when("before-call.dynamodb.TransactWriteItems", sign_out):
        assert ada.delete_account().problem == "token-invalid"

    assert "ACCOUNT/PROFILE" in cloud.kinds()


def test_a_session_of_a_code_goes_on_as_one_of_a_code(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    assert phone.refresh().status == 200

    assert phone.claims()["amr"] == ["otp", "swk"]
    assert phone.claims()["sub"] == ada.account


def test_a_code_that_two_use_at_once_begins_one_session(cloud: Cloud, ada: Device) -> None:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    code = cloud.code(ADA)
    replies: list[Reply] = []
    nested: list[bool] = []

    def another(**_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        if not nested:
            nested.append(True)
            replies.append(phone.confirm(ADA, code))

    with cloud.when("before-call.dynamodb.TransactWriteItems", another):
        replies.append(phone.confirm(ADA, code))

    assert [reply.status for reply in replies] == [200, 401]
    assert phone.refresh().status == 200
    assert len(_sessions(cloud)) == 2  # the phone's and the laptop's
    assert ada.refresh().status == 200
