"""The sign-in log: whoever takes from it, adds to it or changes it behind the API's back is found out."""

import base64
import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service import clients, held_log
from service.deployment import this_deployment
from service.held_log import open_log
from service.journal import appending
from service.log_chain import SignInEvent
from service.repositories.rows import Holdings, Profile
from service.vault import DataKey
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.adapters.test_aws_calls import FIVE_CALLS
from tests.support.aws_calls import recorded
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

DAY_S = 86_400
DOCUMENT = Path(__file__).parents[2] / "docs" / "sign-in-log.md"
PATHS = ["/v1/account", "/v1/account/sign-ins", "/v1/account/export"]

Item = dict[str, Any]
Tamper = Callable[[Cloud, list[Item]], None]


@pytest.fixture
def logged(ada: Device) -> Device:
    """Ada's laptop, after four sign-ins, two of which were refused."""
    for take, person in enumerate((1, 2, 1, 2)):
        ada.sign_in(capture(person, take=take + 1))
    assert states(ada) == ["whole"] * 3
    return ada


def states(device: Device) -> list[str]:
    return [device.get(path).json["sign_in_log"] for path in PATHS]


def entries(cloud: Cloud, account: str | None) -> list[Item]:
    found = [item for item in cloud.items() if item["sk"]["S"].startswith("SIGNIN#")]
    mine = [item for item in found if item["pk"]["S"] == f"ACCOUNT#{account}"]
    return sorted(mine, key=lambda item: str(item["sk"]["S"]))


def profile(cloud: Cloud, account: str | None) -> Item:
    return next(
        item
        for item in cloud.items()
        if item["sk"]["S"] == "PROFILE" and item["pk"]["S"] == f"ACCOUNT#{account}"
    )


def remove(cloud: Cloud, *items: Item) -> None:
    for item in items:
        cloud.delete(item["pk"]["S"], item["sk"]["S"])


def strip(cloud: Cloud, item: Item, attribute: str) -> None:
    cloud.put({name: value for name, value in item.items() if name != attribute})


def flipped(blob: bytes) -> dict[str, bytes]:
    return {"B": blob[:-1] + bytes([blob[-1] ^ 1])}


def _removed_first(cloud: Cloud, rows: list[Item]) -> None:
    remove(cloud, rows[0])


def _removed_in_the_middle(cloud: Cloud, rows: list[Item]) -> None:
    remove(cloud, rows[1])


def _removed_last(cloud: Cloud, rows: list[Item]) -> None:
    remove(cloud, rows[-1])


def _removed_all(cloud: Cloud, rows: list[Item]) -> None:
    remove(cloud, *rows)


def _altered(cloud: Cloud, rows: list[Item]) -> None:
    cloud.put(rows[1] | {"sealed": flipped(rows[1]["sealed"]["B"])})


def _emptied(cloud: Cloud, rows: list[Item]) -> None:
    strip(cloud, rows[1], "sealed")


def _moved(cloud: Cloud, rows: list[Item]) -> None:
    remove(cloud, rows[1])
    cloud.put(rows[1] | {"sk": {"S": "SIGNIN#" + "0" * 26}})


def _copied(cloud: Cloud, rows: list[Item]) -> None:
    cloud.put(rows[1] | {"sk": {"S": "SIGNIN#" + "0" * 26}})


def _swapped(cloud: Cloud, rows: list[Item]) -> None:
    cloud.put(rows[1] | {"sealed": rows[2]["sealed"]})
    cloud.put(rows[2] | {"sealed": rows[1]["sealed"]})


def _expired_early(cloud: Cloud, rows: list[Item]) -> None:
    cloud.put(rows[1] | {"expires_at": {"N": "1"}})


def _kept_too_long(cloud: Cloud, rows: list[Item]) -> None:
    cloud.put(rows[1] | {"expires_at": {"N": str(int(rows[1]["expires_at"]["N"]) + 1)}})


def _kept_for_ever(cloud: Cloud, rows: list[Item]) -> None:
    strip(cloud, rows[1], "expires_at")


def _end_altered(cloud: Cloud, rows: list[Item]) -> None:
    row = profile(cloud, rows[0]["pk"]["S"].removeprefix("ACCOUNT#"))
    cloud.put(row | {"sealed_log_head": flipped(row["sealed_log_head"]["B"])})


def _end_taken_away(cloud: Cloud, rows: list[Item]) -> None:
    strip(cloud, profile(cloud, rows[0]["pk"]["S"].removeprefix("ACCOUNT#")), "sealed_log_head")


def _all_and_the_end_taken_away(cloud: Cloud, rows: list[Item]) -> None:
    _removed_all(cloud, rows)
    _end_taken_away(cloud, rows)


def _an_entry_for_an_end(cloud: Cloud, rows: list[Item]) -> None:
    row = profile(cloud, rows[0]["pk"]["S"].removeprefix("ACCOUNT#"))
    cloud.put(row | {"sealed_log_head": rows[-1]["sealed"]})


TAMPERINGS: list[Tamper] = [
    _removed_first,
    _removed_in_the_middle,
    _removed_last,
    _removed_all,
    _altered,
    _emptied,
    _moved,
    _copied,
    _swapped,
    _expired_early,
    _kept_too_long,
    _kept_for_ever,
    _end_altered,
    _end_taken_away,
    _all_and_the_end_taken_away,
    _an_entry_for_an_end,
]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__.strip("_"))
def test_what_was_done_to_the_table_is_told_and_keeps_nobody_out(
    tamper: Tamper, cloud: Cloud, logged: Device
) -> None:
    tamper(cloud, entries(cloud, logged.account))

    assert states(logged) == ["broken"] * 3
    assert logged.sign_in(capture(1, take=9)).status == 200
    assert states(logged) == ["broken"] * 3


def test_what_still_opens_is_still_shown(cloud: Cloud, logged: Device) -> None:
    _altered(cloud, entries(cloud, logged.account))

    assert [outcome for outcome, _ in log(logged)] == ["refused", "accepted", "accepted"]


def test_a_broken_log_raises_an_alarm_that_names_nobody(
    cloud: Cloud, logged: Device, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    _removed_last(cloud, entries(cloud, logged.account))
    capsys.readouterr()
    caplog.clear()

    logged.get("/v1/account")

    (alarm,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert (alarm.getMessage(), alarm.args) == ("sign_in_log_broken", ())
    assert not set(vars(alarm)) - set(vars(logging.makeLogRecord({}))) - {"message", "asctime"}
    said = capsys.readouterr().out
    (metric,) = (json.loads(line) for line in said.splitlines() if "SignInLogBroken" in line)
    assert (metric["SignInLogBroken"], metric["outcome"]) == ([1.0], "ok")
    assert str(logged.account) not in said


def test_an_entry_moved_to_another_account_breaks_both_logs(cloud: Cloud, logged: Device) -> None:
    eve = Device(InProcess())
    eve.send_code("eve@example.org")
    eve.confirm("eve@example.org", cloud.code("eve@example.org"))
    eve.enrol("eve@example.org", portrait(5))
    row = entries(cloud, logged.account)[1]

    remove(cloud, row)
    cloud.put(row | {"pk": {"S": f"ACCOUNT#{eve.account}"}})

    assert (states(logged), states(eve)) == (["broken"] * 3, ["broken"] * 3)


def test_an_older_end_alone_is_told(cloud: Cloud, logged: Device) -> None:
    older = profile(cloud, logged.account)["sealed_log_head"]
    logged.sign_in(capture(1, take=8))

    cloud.change(f"ACCOUNT#{logged.account}", "PROFILE", sealed_log_head=older)

    assert states(logged) == ["broken"] * 3
    logged.sign_in(capture(1, take=9))
    assert states(logged) == ["broken"] * 3


def test_an_older_end_with_the_entries_of_its_time_is_told_by_a_copy_that_was_kept(
    cloud: Cloud, logged: Device
) -> None:
    before = profile(cloud, logged.account)["sealed_log_head"]
    logged.sign_in(capture(1, take=8))
    kept = logged.get("/v1/account/export").json

    cloud.change(f"ACCOUNT#{logged.account}", "PROFILE", sealed_log_head=before)
    remove(cloud, entries(cloud, logged.account)[-1])

    # Nothing in the table is out of place: this is what it was.
    later = logged.get("/v1/account/export").json
    is_whole = checker()
    assert later["sign_in_log"] == "whole"
    assert is_whole(later)
    assert not is_whole(later, earlier=kept)


def checker() -> Callable[..., bool]:
    """What docs/sign-in-log.md gives an owner to check with."""
    (lines,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102 -- our own document
    found: Callable[..., bool] = names["is_whole"]
    return found


def test_a_copy_can_be_checked_without_us(cloud: Cloud, logged: Device) -> None:
    is_whole = checker()
    earlier = logged.get("/v1/account/export").json
    logged.sign_in(capture(1, take=8))
    later = logged.get("/v1/account/export").json

    assert is_whole(earlier)
    assert is_whole(later, earlier=earlier)
    _removed_in_the_middle(cloud, entries(cloud, logged.account))
    assert not is_whole(logged.get("/v1/account/export").json)
    for spoiled in ({"outcome": "accepted"}, {"at": 1}, {"reason": "-"}, {"device": "-"}, {"id": "0" * 26}):
        changed = [entry | spoiled if entry["outcome"] == "refused" else entry for entry in later["sign_ins"]]
        assert not is_whole(later | {"sign_ins": changed})


def test_a_way_in_by_a_code_stands_in_the_log_and_tells_it_from_a_face(cloud: Cloud, ada: Device) -> None:
    assert ada.sign_in(capture(1, take=1)).status == 200
    phone = new_phone(cloud)

    shown, exported = (ada.get(path).json for path in ("/v1/account", "/v1/account/export"))

    (by_code, by_face) = shown["sign_ins"]
    assert (by_code["outcome"], by_code["reason"], by_code["device"]) == (
        "accepted",
        "mailbox-code",
        phone.thumbprint,
    )
    assert (by_face["outcome"], by_face["reason"]) == ("accepted", "matched")
    assert set(by_code) == set(by_face) == {"id", "at", "outcome", "reason", "device", "place"}
    assert shown["sign_in_log"] == exported["sign_in_log"] == "whole"
    assert [entry["reason"] for entry in exported["sign_ins"]] == ["mailbox-code", "matched"]


def test_a_code_that_meets_another_sign_in_is_written_after_it(cloud: Cloud, ada: Device) -> None:
    phone = Device(InProcess())
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    code = cloud.code(ADA)
    statuses: list[int] = []

    def first(**_: object) -> None:
        if not statuses:
            statuses.append(0)
            statuses[0] = ada.sign_in(capture(1, take=1)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", first):
        statuses.append(phone.confirm(ADA, code).status)

    assert statuses == [200, 200]
    assert sorted(reason for _, reason in log(ada)) == ["mailbox-code", "matched"]
    assert ada.get("/v1/account").json["sign_in_log"] == "whole"


def test_a_long_log_is_shown_in_parts_and_taken_away_whole(
    ada: Device, logged: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ada.get("/v1/account/sign-ins").json
    assert whole["sign_ins_older"] is None
    monkeypatch.setattr(held_log, "MOST_ON_A_PAGE", 3)

    first = ada.get("/v1/account").json
    older = ada.get(f"/v1/account/sign-ins?before={first['sign_ins_older']}").json

    assert [len(first["sign_ins"]), len(older["sign_ins"])] == [3, len(whole["sign_ins"]) - 3]
    assert first["sign_ins"] + older["sign_ins"] == whole["sign_ins"]
    assert (older["sign_ins_older"], older["sign_in_log"]) == (None, "whole")
    assert ada.get("/v1/account/sign-ins").json["sign_ins"] == first["sign_ins"]
    assert len(logged.get("/v1/account/export").json["sign_ins"]) == len(whole["sign_ins"])
    assert ada.get("/v1/account/sign-ins?before=1").json["sign_ins"] == []


@pytest.mark.parametrize("before", ["0", "-1", "x", "", "1.5", "9007199254740993"])
def test_what_is_no_number_of_an_entry_is_no_request(before: str, ada: Device) -> None:
    assert ada.get(f"/v1/account/sign-ins?before={before}").problem == "request-invalid"


def test_a_new_account_has_a_whole_log(ada: Device) -> None:
    assert states(ada) == ["whole"] * 3


# Time


def rows_as_read(cloud: Cloud, device: Device) -> tuple[Holdings, DataKey]:
    del cloud
    deployment, account = this_deployment(), str(device.account)
    wrapped = deployment.keys.of_account(account)
    holdings = deployment.accounts.holdings(account, now=0)
    assert wrapped is not None
    assert holdings is not None
    return holdings, deployment.keyring.unwrap(account, wrapped)


def _state(device: Device, *, key: DataKey, now: float) -> str:
    holdings = this_deployment().accounts.holdings(str(device.account), now=now)
    assert holdings is not None
    return open_log(holdings, key=key, now=now).state


@pytest.mark.parametrize("ttl", ["lags", "came by"])
def test_after_ninety_days_the_log_is_whole_whether_or_not_ttl_came_by(
    ttl: str, cloud: Cloud, logged: Device
) -> None:
    holdings, key = rows_as_read(cloud, logged)
    ends = [row.expires_at for row in sorted(holdings.sign_ins, key=lambda row: row.expires_at)]
    at = int(entries(cloud, logged.account)[0]["expires_at"]["N"]) - 90 * DAY_S
    assert abs(at - logged.clock()) < 120

    for moment in (ends[0] - 1, ends[0], ends[0] + 1, ends[-1] - 1, ends[-1], ends[-1] + 1):
        if ttl == "came by":
            gone = [one for one in entries(cloud, logged.account) if int(one["expires_at"]["N"]) <= moment]
            remove(cloud, *gone)
        assert _state(logged, key=key, now=moment) == "whole"


def test_a_second_before_it_expires_the_oldest_entry_is_still_missed(cloud: Cloud, logged: Device) -> None:
    _, key = rows_as_read(cloud, logged)
    oldest = entries(cloud, logged.account)[0]
    ends = int(oldest["expires_at"]["N"])

    remove(cloud, oldest)

    moments = (ends - 1, ends, ends + 1)
    assert [_state(logged, key=key, now=moment) for moment in moments] == ["broken", "whole", "whole"]


# Two at once


@contextmanager
def call_by_call(cloud: Cloud) -> Iterator[None]:
    """Let threads take turns at AWS: a transaction of the one in memory is not one for other threads."""
    turn = threading.Lock()
    with (
        cloud.when("before-call.dynamodb", lambda **_: turn.acquire() and None),
        cloud.when("after-call.dynamodb", lambda **_: turn.release()),
    ):
        yield


def test_sixteen_refusals_at_once_are_all_logged_in_one_whole_chain(cloud: Cloud, ada: Device) -> None:
    holdings, key = rows_as_read(cloud, ada)
    outcomes = this_deployment().outcomes
    start = threading.Barrier(16)

    def refuse(number: int, seen: Profile) -> None:
        event = SignInEvent(
            id=f"{number:026d}", at=int(ada.clock()), outcome="refused", reason="not-live", device="d" * 43
        )
        start.wait()
        outcomes.record_refusal(seen, append=appending(event, key=key, settings=this_deployment().settings))

    threads = [threading.Thread(target=refuse, args=(number, holdings.profile)) for number in range(16)]
    with call_by_call(cloud), recorded() as record:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    log_now = open_log(rows_as_read(cloud, ada)[0], key=key, now=ada.clock())
    assert log_now.state == "whole"
    assert sorted(entry.number for entry in log_now.entries) == list(range(1, 17))
    assert {entry.event.id for entry in log_now.entries} == {f"{number:026d}" for number in range(16)}
    # All sixteen began with the same end, so at least one of each two that met had to write again.
    assert 16 < len(record.operations) <= 16 * 17 // 2


@pytest.mark.parametrize(("person", "status"), [(1, 200), (2, 401)])
def test_a_sign_in_that_another_one_overtook_costs_one_write_more(
    person: int, status: int, cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    inner: list[int] = []
    performed = ada.perform("verification", capture(person, take=1))

    def other_first(**_: object) -> None:
        if not inner:
            inner.append(0)
            inner[0] = phone.sign_in(capture(1, take=2)).status

    with cloud.when("before-call.dynamodb.TransactWriteItems", other_first), recorded() as record:
        reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert (inner, reply.status) == ([200], status)
    assert record.operations.count("dynamodb:TransactWriteItems") == 3
    assert record.operations.count("dynamodb:BatchGetItem") == 3  # both sign-ins' own, and phone's challenge
    assert states(ada) == ["whole"] * 3
    assert len(log(ada)) == 3  # and the phone's code
    assert (ada.refresh().status, phone.refresh().status) == (200, 200)  # each has its session all the same


def test_an_account_that_was_paused_meanwhile_lets_nobody_in_and_its_log_is_whole(
    cloud: Cloud, ada: Device
) -> None:
    phone = new_phone(cloud)
    inner: list[int] = []

    def refused_and_paused(**_: object) -> None:
        if not inner:
            inner.append(0)
            phone.sign_in(capture(2))
            inner[0] = phone.set_face_sign_in("paused").status

    with cloud.when("before-call.dynamodb.TransactWriteItems", refused_and_paused):
        reply = ada.sign_in(capture(1, take=1))

    assert (inner, reply.problem) == ([200], "authentication-failed")
    assert states(ada) == ["whole"] * 3


def test_nobody_can_keep_a_sign_in_waiting_for_ever(cloud: Cloud, ada: Device) -> None:
    def always_another(**_: object) -> None:
        clients.dynamodb().update_item(
            TableName=cloud.accounts_table,
            Key={"pk": {"S": f"ACCOUNT#{ada.account}"}, "sk": {"S": "PROFILE"}},
            UpdateExpression="ADD revision :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with cloud.when("before-call.dynamodb.TransactWriteItems", always_another):
        assert ada.sign_in(capture(1, take=1)).problem == "unavailable"
        assert ada.sign_in(capture(2)).problem == "unavailable"
    assert states(ada) == ["whole"] * 3
    assert log(ada) == []


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if value.keys() == {"B"} else value


@pytest.mark.parametrize(("person", "status"), [(1, 200), (2, 401)])
def test_a_transaction_that_is_sent_twice_is_logged_once(
    person: int, status: int, cloud: Cloud, ada: Device
) -> None:
    sent: list[int] = []

    def went_through_unheard(params: Any, **_: object) -> None:  # noqa: ANN401 -- botocore's own types
        if not sent:
            sent.append(1)
            clients.dynamodb().transact_write_items(**json.loads(params["body"], object_hook=_binary))

    with cloud.when("before-call.dynamodb.TransactWriteItems", went_through_unheard):
        reply = ada.sign_in(capture(person, take=1))

    assert (sent, reply.status) == ([1], status)
    assert ada.refresh().status == 200
    assert len(log(ada)) == 1
    assert states(ada) == ["whole"] * 3


@pytest.mark.parametrize(("torn", "state"), [(1, "whole"), (2, "whole"), (3, "broken")])
def test_a_log_that_is_read_while_it_is_written_is_looked_at_again(
    torn: int, state: str, cloud: Cloud, logged: Device
) -> None:
    looks = [0]

    def show_half(parsed: dict[str, Any], **_: object) -> None:
        looks[0] += 1
        if looks[0] <= torn:
            last = max(item["sk"]["S"] for item in parsed["Items"] if item["sk"]["S"].startswith("SIGNIN#"))
            parsed["Items"] = [item for item in parsed["Items"] if item["sk"]["S"] != last]

    with cloud.when("after-call.dynamodb.Query", show_half):
        assert logged.get("/v1/account").json["sign_in_log"] == state


def test_a_chained_sign_in_is_still_five_calls(logged: Device) -> None:
    performed = logged.perform("verification", capture(1, take=9))

    with recorded() as record:
        assert logged.answer(performed.nonce, {"capture": performed.capture}).status == 200

    assert record.operations == FIVE_CALLS


CDN_SECRET = "of the CDN alone"


class Abroad(InProcess):
    """Behind a CDN, as far as the API can tell."""

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        named = {"CloudFront-Viewer-Country": ["DE"], "X-Place-Secret": [CDN_SECRET]}
        return super().invoke(function, event | {"multiValueHeaders": event["multiValueHeaders"] | named})


@pytest.mark.parametrize(("setting", "place"), [("cloudfront-viewer-country", "DE"), ("", None)])
def test_a_country_is_kept_sealed_only_where_the_deployment_trusts_a_header_for_it(
    setting: str, place: str | None, cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE_HEADER", setting)
    secret = hashlib.sha256(CDN_SECRET.encode()).hexdigest() if setting else ""
    monkeypatch.setenv("PLACE_SECRET_SHA256", secret)
    cloud.restart()
    ada.transport = Abroad()

    assert ada.set_face_sign_in("paused").status == 200

    export = ada.get("/v1/account/export").json
    assert [entry["place"] for entry in export["sign_ins"]] == [place]
    assert ada.get("/v1/account/sign-ins").json["sign_ins"][0]["place"] == place
    assert checker()(export)
    assert "DE" not in {str(value) for item in cloud.items() for value in item.values()}
    assert ("the country that" in ada.policy()["text"]) is bool(setting)
