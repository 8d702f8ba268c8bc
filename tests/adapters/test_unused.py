"""Accounts that nobody uses: told 30 days before, gone to the second, saved by any sign-in."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.bounces import handler as bounces
from functions.sweeper import rounds
from service.deployment import this_deployment
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.adapters.test_notices import expected, subjects
from tests.adapters.test_passkeys import new_key
from tests.support import clock
from tests.support.aws_calls import recorded
from tests.support.breaking import throttled
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.ses_events import bounce, by_sns
from tests.support.sweeping import sweep
from tests.support.transport import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.transport import Reply

DAY_S = 86_400
TELLING_S, ENDING_S = 335 * DAY_S, 365 * DAY_S


def _profile(cloud: Cloud) -> dict[str, Any]:
    (profile,) = (item for item in cloud.items() if item["sk"]["S"] == "PROFILE")
    return profile


def _used_at(cloud: Cloud) -> int:
    return int(_profile(cloud)["last_used_at"]["N"])


def _look_at(moment: float) -> None:
    """Do a round at a moment, to the second."""
    rounds.sweep(deployment=this_deployment(), clock=lambda: moment, until=moment + 50)


def _reviews(cloud: Cloud) -> list[str]:
    return [item["sk"]["S"] for item in cloud.items() if item["pk"]["S"].startswith("WORK#UNUSED#")]


def _throttled(**_: object) -> None:
    raise throttled("GetItem")


# When the mail is due, and where the functions' clock is: no calendar counts, and no zone.
DUE = {
    "on-a-leap-day": (datetime(2028, 2, 29, 12, tzinfo=UTC), "UTC"),
    "on-a-leap-day-that-is-over-elsewhere": (datetime(2028, 2, 29, 12, tzinfo=UTC), "Pacific/Kiritimati"),
    "an-hour-off-by-summer-time": (datetime(2028, 3, 15, 12, tzinfo=UTC), "Europe/Berlin"),
}


@pytest.fixture(params=DUE)
def due(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[datetime]:
    """When the mail is due that an account gets of which the last sign-in is now; the clock goes back."""
    at, zone = DUE[request.param]
    ahead_s = at.timestamp() - TELLING_S - clock.now()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    clock.advance(ahead_s)
    yield at
    clock.advance(-ahead_s)
    monkeypatch.undo()
    time.tzset()


def test_one_second_before_at_and_after(due: datetime, cloud: Cloud, ada: Device) -> None:
    used_at, before = _used_at(cloud), len(cloud.mails)
    assert 0 <= used_at + TELLING_S - due.timestamp() < 600

    _look_at(used_at + TELLING_S - 1)
    assert subjects(cloud, since=before) == []
    _look_at(used_at + TELLING_S)
    assert subjects(cloud, since=before) == [expected("account-unused")]
    _look_at(used_at + TELLING_S + 1)
    _look_at(used_at + ENDING_S - 1)
    assert subjects(cloud, since=before) == [expected("account-unused")]
    assert "ACCOUNT/PROFILE" in cloud.kinds()
    _look_at(used_at + ENDING_S)
    _look_at(used_at + ENDING_S + 1)

    assert subjects(cloud, since=before) == [expected("account-unused"), expected("unused-account-deleted")]
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []
    assert str(ada.account) not in str(cloud.items())


@pytest.mark.parametrize("way", ["face", "code", "passkey", "recovery code"])
def test_any_sign_in_after_the_mail_saves_it(way: str, cloud: Cloud, ada: Device) -> None:
    key = new_key()
    assert ada.add_passkey(key).status == 201
    paper = ada.make_recovery_codes()
    clock.advance(TELLING_S)
    sweep()
    before = len(cloud.mails)
    ways: dict[str, Callable[[], Reply | Device]] = {
        "face": lambda: ada.sign_in(capture(1, take=1)),
        "code": lambda: new_phone(cloud),
        "passkey": lambda: Device(InProcess()).use_passkey(key, str(ada.account)),
        "recovery code": lambda: Device(InProcess()).use_recovery_code(ADA, paper[0]),
    }
    ways[way]()
    assert _used_at(cloud) > clock.now() - 60

    clock.advance(31 * DAY_S)
    sweep()

    assert expected("unused-account-deleted") not in subjects(cloud, since=before)
    assert "ACCOUNT/PROFILE" in cloud.kinds()
    (review,) = _reviews(cloud)
    assert f"#{_used_at(cloud) + TELLING_S:010d}#" in review
    assert _profile(cloud)["review_at"]["N"] == str(_used_at(cloud) + TELLING_S)


def test_a_sign_in_at_the_very_moment_saves_it(cloud: Cloud, ada: Device) -> None:
    clock.advance(TELLING_S)
    sweep()
    clock.advance(30 * DAY_S)
    back: list[int] = []

    def come_back(**_: object) -> None:
        if not back:
            back.append(0)
            back[0] = ada.sign_in(capture(1, take=1)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", come_back):
        sweep()

    assert back == [200]
    assert "ACCOUNT/PROFILE" in cloud.kinds()
    sweep(after_s=120)
    assert ada.get("/v1/account").status == 200


def test_an_account_that_is_used_costs_one_look_and_no_mail(cloud: Cloud, ada: Device) -> None:
    clock.advance(TELLING_S - DAY_S)
    assert ada.sign_in(capture(1, take=1)).status == 200
    before = len(cloud.mails)
    clock.advance(2 * DAY_S)

    with recorded() as record:
        sweep()

    assert subjects(cloud, since=before) == []
    assert "dynamodb:Scan" not in record.operations
    assert record.operations.count("dynamodb:TransactWriteItems") == 1
    assert len(_reviews(cloud)) == 1


def test_a_deletion_takes_the_look_with_it(cloud: Cloud, ada: Device) -> None:
    assert len(_reviews(cloud)) == 1

    assert ada.delete_account().status == 200

    assert _reviews(cloud) == []


def test_a_look_that_failed_is_found_by_the_deletion_as_well(cloud: Cloud, ada: Device) -> None:
    clock.advance(TELLING_S)
    with cloud.when("before-call.kms.Decrypt", _throttled):
        assert sweep()["failed"] == 1
    (review,) = _reviews(cloud)
    assert f"#{int(_profile(cloud)['review_at']['N']):010d}#" in review
    assert ada.sign_in(capture(1, take=1)).status == 200

    assert ada.delete_account().status == 200

    assert _reviews(cloud) == []
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


@pytest.mark.parametrize("gone", ["row", "account"])
def test_a_look_that_nobody_needs_any_more_is_not_put_off_for_ever(
    gone: str, cloud: Cloud, ada: Device
) -> None:
    work = this_deployment().work
    (due,) = (
        one for shard in range(4) for one in work.due("UNUSED", shard, now=clock.now() + TELLING_S, most=9)
    )
    if gone == "row":
        work.done(due)
    else:
        cloud.delete(f"ACCOUNT#{ada.account}", "PROFILE")

    work.put_off(due, now=clock.now() + TELLING_S)

    assert len(_reviews(cloud)) == (0 if gone == "row" else 1)
    sweep(after_s=TELLING_S + 3601)
    assert _reviews(cloud) == []


def test_whoever_writes_a_look_onto_the_list_deletes_nobody_by_it(cloud: Cloud, ada: Device) -> None:
    rows = [item for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")]
    (review,) = (item for item in cloud.items() if item["pk"]["S"].startswith("WORK#UNUSED#"))
    before = len(cloud.mails)
    cloud.put(review | {"sk": {"S": f"DUE#0000000001#{ada.account}"}})

    sweep()

    assert [item for item in cloud.items() if item["sk"]["S"].startswith("TEMPLATE#")] == rows
    assert subjects(cloud, since=before) == []
    assert len(_reviews(cloud)) == 1


def test_a_deployment_that_keeps_unused_accounts_keeps_them(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNUSED_ACCOUNT_DAYS", "")
    cloud.restart()
    before = len(cloud.mails)

    sweep(after_s=TELLING_S)
    sweep(after_s=10 * ENDING_S)

    assert [mail for mail in cloud.mails[before:] if mail["to"] == ADA] == []
    assert str(ada.account) in str(cloud.account_keys())
    assert len(_reviews(cloud)) == 1


CANNOT_BE_TOLD_NOW = ["before-call.dynamodb.GetItem", "before-call.kms.Decrypt"]


@pytest.mark.parametrize("call", CANNOT_BE_TOLD_NOW)
def test_no_time_runs_of_which_an_error_kept_the_owner_from_hearing(
    call: str, cloud: Cloud, ada: Device
) -> None:
    before = len(cloud.mails)
    clock.advance(TELLING_S)

    with cloud.when(call, _throttled):
        assert sweep()["failed"] == 1

    assert "unused_told_at" not in _profile(cloud)
    assert sweep()["done"] == 1
    assert subjects(cloud, since=before) == [expected("account-unused")]
    told_at = int(_profile(cloud)["unused_told_at"]["N"])
    _look_at(told_at + 30 * DAY_S - 1)
    assert str(ada.account) in str(cloud.account_keys())


@pytest.mark.parametrize("call", [*CANNOT_BE_TOLD_NOW, "before-call.kms.GenerateDataKey"])
def test_no_error_takes_the_farewell_from_an_account_that_goes(call: str, cloud: Cloud, ada: Device) -> None:
    sweep(after_s=TELLING_S)
    before = len(cloud.mails)
    clock.advance(30 * DAY_S)

    with cloud.when(call, _throttled):
        assert sweep()["failed"] == 1
    assert str(ada.account) in str(cloud.account_keys())
    assert sweep(after_s=120)["done"] == 1

    assert subjects(cloud, since=before) == [expected("unused-account-deleted")]
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_farewell_that_waits_is_written_down_under_its_own_name(
    cloud: Cloud, ada: Device, caplog: pytest.LogCaptureFixture
) -> None:
    sweep(after_s=TELLING_S)

    with cloud.when("before-call.sesv2.SendEmail", _throttled):
        sweep(after_s=30 * DAY_S)

    logged = [vars(record).get("notice") for record in caplog.records if record.message == "notice_not_sent"]
    assert logged == ["unused-account-deleted"]
    assert str(ada.account) not in caplog.text


def _lose_the_key(cloud: Cloud, account: str) -> None:
    key = {"pk": {"S": f"ACCOUNT#{account}"}, "sk": {"S": "KEY"}}
    boto3.client("dynamodb").delete_item(TableName=cloud.keys_table, Key=key)


def _break_the_key(cloud: Cloud, account: str) -> None:
    kept = cloud.keys()
    (row,) = (item for item in kept if item["pk"]["S"] == f"ACCOUNT#{account}")
    other = this_deployment().keyring.make("A" * 22)[1]
    boto3.client("dynamodb").put_item(TableName=cloud.keys_table, Item=row | {"wrapped": {"B": other.blob}})


def _break_the_address(cloud: Cloud, account: str) -> None:
    sealed = _profile(cloud)["sealed_email"]["B"]
    cloud.change(f"ACCOUNT#{account}", "PROFILE", sealed_email={"B": sealed[:-1] + bytes([sealed[-1] ^ 1])})


def _send_mails_back(cloud: Cloud, account: str) -> None:  # noqa: ARG001 -- as its siblings
    bounces.handle(by_sns(bounce(ADA)), None)


@pytest.mark.parametrize("spoil", [_lose_the_key, _break_the_key, _break_the_address, _send_mails_back])
def test_whoever_cannot_be_told_at_all_has_the_thirty_days_and_goes(
    spoil: "Callable[[Cloud, str], None]", cloud: Cloud, ada: Device
) -> None:
    before = len(cloud.mails)
    clock.advance(TELLING_S)
    spoil(cloud, str(ada.account))

    assert sweep()["done"] == 1
    told_at = int(_profile(cloud)["unused_told_at"]["N"])
    _look_at(told_at + 30 * DAY_S - 1)
    assert "ACCOUNT/PROFILE" in cloud.kinds()
    _look_at(told_at + 30 * DAY_S)

    assert {kind for kind in cloud.kinds() if kind.startswith("ACCOUNT/")} == set()
    assert cloud.account_keys() == []
    assert subjects(cloud, since=before) == []
