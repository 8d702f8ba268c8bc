"""What a function that was killed leaves behind, the sweeper finishes: once, in time, and for nobody else."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from functions.sweeper import rounds
from functions.sweeper.handler import NotSweptError, handle
from infra.routes import FUNCTIONS
from service.notices import NOTICE_LIFE_S, NOTICES, NoticeName
from service.repositories.work import GRACE_S, SHARDS
from tests.adapters.moments import ADA, ELSEWHERE
from tests.adapters.people import new_phone
from tests.adapters.test_faults import STEPS, assert_no_halves
from tests.adapters.test_notices import EVENTS, LATER, expected, subjects
from tests.support import clock
from tests.support.breaking import KilledError
from tests.support.captures import capture, portrait
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.office import Office
from tests.support.sweeping import Lambda, killed_after, sweep
from tests.support.transport import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.transport import Reply

# An export is answered after its mail: whoever is killed before it gave nothing away.
WRITTEN = [name for name in EVENTS if name != "exported"]
OF_A_DELETION = range(STEPS["delete"].index("TransactWriteItems"), len(STEPS["delete"]))


def work(cloud: Cloud) -> list[dict[str, Any]]:
    rows = [item for item in cloud.items() if item["pk"]["S"].startswith("WORK#")]
    return [row for row in rows if not row["pk"]["S"].startswith("WORK#UNUSED#")]


def numbers(printed: str) -> dict[str, float]:
    """The metrics of the last round."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{") and "_aws" in line]
    (last,) = [line for line in lines if "SweptUp" in line][-1:]
    return {name: value[0] if isinstance(value, list) else value for name, value in last.items()}


def test_no_function_runs_as_long_as_the_sweeper_waits_for_it() -> None:
    assert max(function.timeout_s for function in FUNCTIONS if function.name != "sweeper") < GRACE_S


@pytest.mark.parametrize("name", WRITTEN)
def test_a_notice_that_a_killed_function_owed_is_sent_once(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    assert work(cloud) == []
    before = len(cloud.mails)
    with killed_after(cloud, "TransactWriteItems"):
        event.happen(actor)
    cloud.restart()
    assert subjects(cloud, since=before, to=event.to) == []
    assert work(cloud) != []

    sweep(after_s=GRACE_S / 2)
    # Whoever did it may be sending it now; a refusal leaves that to the sweeper.
    assert subjects(cloud, since=before, to=event.to) == ([expected(name)] if name in LATER else [])
    sweep(after_s=GRACE_S / 2 + 1)
    sweep()

    assert subjects(cloud, since=before, to=event.to) == [expected(name)]
    assert work(cloud) == []


@pytest.mark.parametrize("name", WRITTEN)
def test_a_mail_that_could_not_be_sent_is_sent_later(name: str, cloud: Cloud, device: Device) -> None:
    event = EVENTS[name]
    actor = event.prepare(cloud, device)
    before = len(cloud.mails)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        assert event.is_answered_by(event.happen(actor))
        sweep()
    assert subjects(cloud, since=before, to=event.to) == []

    sweep(after_s=61)

    assert subjects(cloud, since=before, to=event.to) == [expected(name)]
    assert work(cloud) == []


def test_what_was_mailed_and_not_taken_off_comes_a_second_time_rather_than_never(
    cloud: Cloud, ada: Device
) -> None:
    before = len(cloud.mails)
    with killed_after(cloud, "SendEmail"):
        ada.set_face_sign_in("paused")
    cloud.restart()

    sweep()
    sweep()

    assert subjects(cloud, since=before) == [expected("face-sign-in-paused")] * 2


@pytest.mark.parametrize("at", OF_A_DELETION, ids=[STEPS["delete"][at] for at in OF_A_DELETION])
def test_a_deletion_that_was_killed_anywhere_is_finished_by_nobody_but_the_clock(
    at: int, cloud: Cloud, ada: Device
) -> None:
    ada.sign_in(capture(2))  # an entry of the log, which the transaction leaves
    nonce = ada.challenge("account")
    cloud.restart()
    before, seen = len(cloud.mails), [0]

    def kill(**_: object) -> None:
        seen[0] += 1
        if seen[0] == at + 1:
            raise KilledError

    with cloud.when("after-call", kill), pytest.raises(KilledError):
        ada.send("DELETE", "/v1/account", nonce=nonce, token=ada.access_token)
    cloud.restart()
    assert cloud.account_keys() == []

    sweep()

    told = subjects(cloud, since=before)
    assert set(told) == {expected("account-deleted")}
    assert len(told) <= 2
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    kept = cloud.keys()
    assert [item["pk"]["S"] for item in kept] == ["DEPLOYMENT#email-index"]


def test_what_stands_on_the_work_list_says_nothing_of_anybody(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    happenings: list[Callable[[], Reply]] = [
        lambda: ada.set_face_sign_in("paused"),
        lambda: ada.change("POST", "/v1/account/recovery-codes"),
        lambda: ada.set_face_sign_in("active"),
        lambda: phone.sign_in(capture(1, take=1)),
    ]
    for happen in happenings:
        with killed_after(cloud, "TransactWriteItems"):
            happen()
        cloud.restart()

    rows = work(cloud)

    assert len(rows) == 4
    assert {frozenset(row) for row in rows} == {
        frozenset({"pk", "sk", "account", "tries", "sealed", "expires_at"})
    }
    assert len({len(row["sealed"]["B"]) for row in rows}) == 1
    for secret in (ADA, "paused", "recovery", "device", ada.thumbprint, phone.thumbprint):
        assert secret not in str(rows).replace("device-", "")


def test_an_address_waits_for_its_farewell_under_a_key_that_opens_nothing_else(
    cloud: Cloud, ada: Device
) -> None:
    with killed_after(cloud, "TransactWriteItems"):
        ada.delete_account()
    cloud.restart()

    assert cloud.account_keys() == []
    kept = cloud.keys()
    (farewell,) = (item for item in kept if item["pk"]["S"].startswith("FAREWELL#"))
    assert ADA not in str(cloud.items()) + str(kept)
    assert int(farewell["expires_at"]["N"]) <= clock.now() + 86_400


def test_a_farewell_that_is_a_day_late_is_not_said(cloud: Cloud, ada: Device) -> None:
    with killed_after(cloud, "TransactWriteItems"):
        ada.delete_account()
    cloud.restart()
    before = len(cloud.mails)

    sweep(after_s=86_400)

    assert subjects(cloud, since=before) == []
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_farewell_that_cannot_be_said_keeps_no_row_from_being_removed(cloud: Cloud, ada: Device) -> None:
    ada.sign_in(capture(2))
    with killed_after(cloud, "TransactWriteItems"):
        ada.delete_account()
    cloud.restart()

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        sweep()

    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE", "WORK/DUE"]
    before = len(cloud.mails)
    sweep(after_s=61)
    assert subjects(cloud, since=before) == [expected("account-deleted")]
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_notice_to_an_account_that_is_gone_is_dropped(cloud: Cloud, ada: Device) -> None:
    with killed_after(cloud, "TransactWriteItems"):
        ada.set_face_sign_in("paused")
    cloud.restart()
    assert ada.delete_account().status == 200
    before = len(cloud.mails)

    sweep()

    assert subjects(cloud, since=before) == []
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]


def test_a_row_that_was_altered_tells_nobody_anything(
    cloud: Cloud, ada: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    with killed_after(cloud, "TransactWriteItems"):
        ada.set_face_sign_in("paused")
    cloud.restart()
    (row,) = work(cloud)
    cloud.put(row | {"sealed": {"B": row["sealed"]["B"][:-1] + b"\x00"}})
    before = len(cloud.mails)

    sweep()

    assert subjects(cloud, since=before) == []
    assert work(cloud) == []
    assert numbers(capsys.readouterr().out)["NoticeDropped"] == 1


def test_whoever_writes_a_deletion_onto_the_list_deletes_nobody_by_it(cloud: Cloud, ada: Device) -> None:
    rows = [item for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")]
    for shard in range(SHARDS):
        cloud.put(
            {
                "pk": {"S": f"WORK#ERASURE#{shard}"},
                "sk": {"S": f"DUE#0000000001#{ada.account}"},
                "account": {"S": str(ada.account)},
                "tries": {"N": "0"},
            }
        )

    sweep()

    assert [item for item in cloud.items() if item["pk"]["S"].startswith("ACCOUNT#")] == rows
    assert ada.get("/v1/account").status == 200


def test_what_fails_waits_longer_each_time_and_keeps_nothing_else_back(
    cloud: Cloud, ada: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    for state in ("paused", "active"):
        with killed_after(cloud, "TransactWriteItems"):
            ada.set_face_sign_in(state)
        cloud.restart()
    before, seen = len(cloud.mails), [0]

    def refuse_the_first(**_: object) -> None:
        seen[0] += 1
        if seen[0] == 1:
            raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse_the_first):
        assert sweep() == {"done": 1, "failed": 1, "left": 0}

    assert len(cloud.mails) == before + 1
    (waiting,) = work(cloud)
    assert waiting["tries"] == {"N": "1"}
    assert sweep(after_s=30) == {"done": 0, "failed": 0, "left": 0}
    assert sweep(after_s=31)["done"] == 1
    printed = capsys.readouterr().out
    assert ADA not in printed
    assert str(ada.account) not in printed


def _refuse(**_: object) -> None:
    raise ConnectionError


def _pause(cloud: Cloud, device: Device, folder: Path) -> None:  # noqa: ARG001 -- as its siblings
    assert device.set_face_sign_in("paused").status == 200


def _lie_unused(cloud: Cloud, device: Device, folder: Path) -> None:  # noqa: ARG001 -- as its siblings
    assert sweep(after_s=335 * 86_400)["done"] == 1


def _write_a_letter(cloud: Cloud, device: Device, folder: Path) -> None:  # noqa: ARG001 -- as its siblings
    office = Office(folder)
    assert (office.ask(), office.approve()) == (0, 0)


# What tells its owner, and for how many seconds that is tried.
TRIED: "dict[NoticeName, tuple[Callable[[Cloud, Device, Path], None], int]]" = {
    "face-sign-in-paused": (_pause, 86_400),
    "account-unused": (_lie_unused, 30 * 86_400),
    "erasure-announced": (_write_a_letter, 3 * 86_400),
}


def test_no_other_notice_is_tried_for_longer_than_a_day() -> None:
    assert {name for name, one in NOTICES.items() if one.life_s != NOTICE_LIFE_S} == {
        "account-unused",
        "erasure-announced",
    }


@pytest.mark.parametrize("name", TRIED)
def test_a_notice_is_tried_until_its_last_second_and_then_given_up_aloud(
    name: NoticeName, cloud: Cloud, ada: Device, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    happen, life_s = TRIED[name]
    before = len(cloud.mails)
    with cloud.when("before-call.sesv2.SendEmail", _refuse):
        happen(cloud, ada, tmp_path)
        begun_at = int(clock.now())
        assert sweep(after_s=life_s - 100)["failed"] == 1
        assert "NoticeDropped" not in capsys.readouterr().out
        (row,) = work(cloud)
        ends_at = int(row["expires_at"]["N"])
        assert abs(ends_at - begun_at - life_s) <= 1
        assert row["sk"]["S"].split("#")[1] <= f"{ends_at:010d}"

    assert sweep(after_s=101)["failed"] == 0

    assert expected(name) not in subjects(cloud, since=before)
    assert work(cloud) == []
    printed = capsys.readouterr().out
    assert numbers(printed)["NoticeDropped"] == 1
    assert str(ada.account) not in printed


def test_a_mail_of_a_deletion_that_is_to_come_is_sent_days_later(cloud: Cloud, ada: Device) -> None:
    before = len(cloud.mails)
    with cloud.when("before-call.sesv2.SendEmail", _refuse):
        _lie_unused(cloud, ada, Path())
        sweep(after_s=NOTICE_LIFE_S + 1)

    sweep(after_s=3601)

    assert subjects(cloud, since=before) == [expected("account-unused")]
    assert work(cloud) == []


def test_a_round_ends_in_time_and_says_how_much_is_left(
    cloud: Cloud, ada: Device, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 2)
    for number in range(5):
        with killed_after(cloud, "TransactWriteItems"):
            ada.set_face_sign_in("paused" if number % 2 == 0 else "active")
        cloud.restart()

    def take_a_while(**_: object) -> None:
        clock.advance(15)

    capsys.readouterr()
    with cloud.when("after-call.sesv2.SendEmail", take_a_while):
        assert sweep() == {"done": 3, "failed": 0, "left": 2}
    said = numbers(capsys.readouterr().out)
    assert (said["SweptUp"], said["NoticesLeft"], said["ErasuresLeft"]) == (3, 2, 0)
    assert sweep() == {"done": 2, "failed": 0, "left": 0}


def test_nothing_is_begun_when_the_time_is_over_whichever_kind_comes_next(cloud: Cloud, ada: Device) -> None:
    owners = {f"owner{number}@example.org": Device(InProcess()) for number in range(12)}
    for address, owner in owners.items():
        owner.send_code(address)
        assert owner.confirm(address, cloud.code(address)).status == 200
        assert owner.register(address).status == 201
    for owner in owners.values():
        with killed_after(cloud, "TransactWriteItems"):
            owner.set_face_sign_in("paused")
        cloud.restart()
    with killed_after(cloud, "TransactWriteItems"):
        ada.delete_account()
    cloud.restart()
    sent: list[float] = []

    def take_a_while(**_: object) -> None:
        sent.append(clock.now())
        clock.advance(15)

    with cloud.when("before-call.sesv2.SendEmail", take_a_while):
        assert sweep()["left"] > 0

    assert sent[-1] - sent[0] < 40  # what is left of the function's 50 seconds, less its margin


def test_who_deletes_many_accounts_keeps_nobodys_notice_back(cloud: Cloud, ada: Device) -> None:
    """While no mail goes out, farewells and notices wait; afterwards each kind has its share of the time."""
    strangers = {f"somebody{number}@example.org": Device(InProcess()) for number in range(40)}
    for address, stranger in strangers.items():
        stranger.send_code(address)
        assert stranger.confirm(address, cloud.code(address)).status == 200
    before = len(cloud.mails)

    def refuse(**_: object) -> None:
        raise ConnectionError

    with cloud.when("before-call.sesv2.SendEmail", refuse):
        for address, stranger in strangers.items():
            assert stranger.register(address).status == 201
            assert stranger.delete_account().status == 200
        assert ada.set_face_sign_in("paused").status == 200

    with cloud.when("before-call.sesv2.SendEmail", lambda **_: clock.advance(2)):
        assert sweep()["left"] > 0

    assert expected("face-sign-in-paused") in subjects(cloud, since=before)


def test_what_can_neither_be_done_nor_put_off_keeps_nothing_else_back(cloud: Cloud, ada: Device) -> None:
    grace = new_phone(cloud, ELSEWHERE)
    assert grace.enrol(ELSEWHERE, portrait(2)).status == 201
    assert ada.sign_in(capture(1, take=1)).status == 200  # the entry of its log is left to be removed
    with killed_after(cloud, "TransactWriteItems"):
        ada.delete_account()
    cloud.restart()
    with killed_after(cloud, "TransactWriteItems"):
        grace.set_face_sign_in("paused")
    cloud.restart()

    def fail(**_: object) -> None:
        raise ConnectionError(ADA)

    with (
        cloud.when("before-call.dynamodb.BatchWriteItem", fail),
        cloud.when("before-call.dynamodb.TransactWriteItems", fail),
    ):
        broken = sweep()
    mended = sweep()

    assert broken == {"done": 1, "failed": 1, "left": 1}, "a notice went out beside it"
    assert mended == {"done": 1, "failed": 0, "left": 0}
    assert_no_halves(cloud)


def test_a_work_list_that_cannot_be_read_is_an_error_that_says_nothing(cloud: Cloud, ada: Device) -> None:
    def fail(**_: object) -> None:
        raise ConnectionError(ADA)

    with cloud.when("before-call.dynamodb.Query", fail), pytest.raises(NotSweptError) as raised:
        handle({}, Lambda())

    assert str(raised.value) == ""
    assert ada.get("/v1/account").status == 200


def test_a_sweep_touches_nobody_else(cloud: Cloud, ada: Device) -> None:
    grace = new_phone(cloud, ELSEWHERE)
    assert grace.enrol(ELSEWHERE, portrait(2)).status == 201
    with killed_after(cloud, "TransactWriteItems"):
        grace.delete_account()
    cloud.restart()
    before = [item for item in cloud.items() if str(ada.account) in item["pk"]["S"]]

    sweep()

    assert_no_halves(cloud)
    assert [item for item in cloud.items() if str(ada.account) in item["pk"]["S"]] == before
    assert ada.get("/v1/account").status == 200
