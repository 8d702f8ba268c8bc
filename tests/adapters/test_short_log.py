"""A person may ask that their sign-in log be kept for the least time that is offered, and without places.

What is there already stays for as long as it was to: nobody who is in for a moment shortens their own traces.
"""

import hashlib

import pytest

from service.deployment import this_deployment
from service.held_log import open_log
from service.patience import DAY_S
from tests.adapters.moments import ADA
from tests.adapters.people import log, new_phone
from tests.adapters.test_sign_in_log import CDN_SECRET, Abroad, entries, profile, rows_as_read, states, strip
from tests.support import clock
from tests.support.authenticator import Authenticator
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud

FULL_S, LEAST_S = 90 * DAY_S, 30 * DAY_S


@pytest.fixture
def abroad(cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch) -> Device:
    """Ada's laptop, where places are kept."""
    monkeypatch.setenv("PLACE_HEADER", "cloudfront-viewer-country")
    monkeypatch.setenv("PLACE_SECRET_SHA256", hashlib.sha256(CDN_SECRET.encode()).hexdigest())
    cloud.restart()
    ada.transport = Abroad()
    return ada


@pytest.fixture
def short(cloud: Cloud, abroad: Device) -> Device:
    """Ada's laptop, who asked for the least so long ago that every entry of before has gone."""
    assert abroad.set_sign_in_log("least").status == 200
    pass_time(cloud, FULL_S)
    return abroad


def pass_time(cloud: Cloud, seconds: float) -> None:
    """Let time pass, and TTL come by."""
    clock.advance(seconds)
    for item in cloud.items():
        if int(item.get("expires_at", {"N": "9" * 12})["N"]) <= clock.now():
            cloud.delete(item["pk"]["S"], item["sk"]["S"])


def lives(device: Device) -> list[int]:
    """How long each entry is kept, the newest first."""
    return [entry["expires_at"] - entry["at"] for entry in device.get("/v1/account/export").json["sign_ins"]]


def places(device: Device) -> list[str | None]:
    return [entry["place"] for entry in device.get("/v1/account/sign-ins").json["sign_ins"]]


def test_what_comes_after_it_is_kept_for_the_least_time_and_without_a_place(short: Device) -> None:
    assert short.sign_in(capture(1, take=1)).status == 200
    assert short.sign_in(capture(2)).status == 401
    assert short.set_face_sign_in("paused").status == 200

    assert places(short) == [None] * 3
    assert lives(short) == [LEAST_S] * 3
    assert states(short) == ["whole"] * 3


def test_every_other_way_in_is_kept_like_that(cloud: Cloud, short: Device) -> None:
    short.sign_in(capture(1, take=1))
    key = Authenticator(origin=ORIGIN, rp_id="site.example")
    assert short.add_passkey(key).status == 201
    code = short.make_recovery_codes()[0]

    phone = new_phone(cloud)
    phone.transport = Abroad()
    assert phone.use_passkey(key, str(short.account)).status == 200
    assert phone.use_recovery_code(ADA, code).status == 200

    ways = [reason for outcome, reason in log(short) if outcome == "accepted"]
    assert ways == ["recovery-code", "passkey", "mailbox-code", "matched"]
    assert places(short) == [None] * 6
    assert lives(short) == [LEAST_S] * 6


def test_what_was_there_stays_as_it_was_and_so_does_the_entry_of_the_change(abroad: Device) -> None:
    abroad.sign_in(capture(1, take=1))
    before = abroad.get("/v1/account/export").json["sign_ins"]

    changed = abroad.set_sign_in_log("least")

    exported = abroad.get("/v1/account/export").json
    held = abroad.get("/v1/account").json
    assert (changed.status, changed.json) == (200, {"keep": "least"})
    assert exported["sign_ins"][1:] == before
    assert [entry["reason"] for entry in exported["sign_ins"]] == ["log-shortened", "matched"]
    assert places(abroad) == ["DE", "DE"]
    assert lives(abroad) == [FULL_S] * 2
    for answer in (exported, held):
        assert (answer["sign_in_log_kept"], answer["least_sign_in_log_days"]) == ("least", 30)


def test_a_new_entry_stays_until_those_before_it_have_gone(cloud: Cloud, abroad: Device) -> None:
    abroad.set_sign_in_log("least")
    abroad.sign_in(capture(1, take=1))

    newest, oldest = abroad.get("/v1/account/export").json["sign_ins"]
    assert newest["expires_at"] == oldest["expires_at"] == oldest["at"] + FULL_S
    assert places(abroad) == [None, "DE"]
    pass_time(cloud, FULL_S - LEAST_S + 60)
    assert abroad.sign_in(capture(1, take=2)).status == 200
    assert lives(abroad)[0] == LEAST_S


def test_the_log_is_whole_before_at_and_after_the_end_of_an_entry(cloud: Cloud, short: Device) -> None:
    for take in (1, 2, 3):
        assert short.sign_in(capture(1, take=take)).status == 200
        clock.advance(7 * DAY_S)
    first, second, third = (int(row["expires_at"]["N"]) for row in entries(cloud, short.account))
    account, accounts = str(short.account), this_deployment().accounts
    _, key = rows_as_read(cloud, short)

    seen = {}
    for at in (first - 1, first, first + 1, second - 1, second, third - 1, third):
        holdings = accounts.holdings(account, now=at)
        assert holdings is not None
        held = open_log(holdings, key=key, now=at)
        seen[at] = (held.state, len(held.entries))

    assert seen == {
        first - 1: ("whole", 3),
        first: ("whole", 2),
        first + 1: ("whole", 2),
        second - 1: ("whole", 2),
        second: ("whole", 1),
        third - 1: ("whole", 1),
        third: ("whole", 0),
    }


def test_the_full_log_is_kept_again_for_what_comes_after(abroad: Device) -> None:
    abroad.set_sign_in_log("least")
    again = abroad.set_sign_in_log("full")
    abroad.sign_in(capture(1, take=1))

    assert again.json == {"keep": "full"}
    assert abroad.get("/v1/account").json["sign_in_log_kept"] == "full"
    assert places(abroad) == ["DE", None, "DE"]
    assert lives(abroad)[0] == FULL_S


def test_both_are_told_by_mail_and_asking_for_what_is_so_changes_nothing(cloud: Cloud, ada: Device) -> None:
    mails, entered, rows = len(cloud.mails), len(log(ada)), profile(cloud, ada.account)

    assert ada.set_sign_in_log("full").json == {"keep": "full"}
    assert profile(cloud, ada.account) == rows
    replies = [ada.set_sign_in_log(keep) for keep in ("least", "least", "full", "full")]

    assert [reply.status for reply in replies] == [200] * 4
    assert [mail["subject"] for mail in cloud.mails[mails:]] == [
        "Example: your sign-in log is kept shorter",
        "Example: your sign-in log is kept in full again",
    ]
    assert len(log(ada)) - entered == 2
    assert "log" not in profile(cloud, ada.account)


def test_where_it_is_not_offered_nothing_changes(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAST_SIGN_IN_LOG_DAYS", "")
    cloud.restart()
    before, mails = profile(cloud, ada.account), len(cloud.mails)

    replies = [ada.set_sign_in_log(keep) for keep in ("least", "full")]

    assert [(reply.status, reply.problem) for reply in replies] == [(403, "not-offered")] * 2
    assert profile(cloud, ada.account) == before
    assert (len(cloud.mails), log(ada)) == (mails, [])
    held = ada.get("/v1/account").json
    assert (held["sign_in_log_kept"], held["least_sign_in_log_days"]) == ("full", None)
    assert "ask for the least" not in ada.policy()["text"]


def test_where_it_is_no_longer_offered_the_full_period_holds_again_and_the_account_says_so(
    cloud: Cloud, short: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAST_SIGN_IN_LOG_DAYS", "")
    cloud.restart()

    assert short.sign_in(capture(1, take=1)).status == 200

    held = short.get("/v1/account").json
    assert (held["sign_in_log_kept"], held["least_sign_in_log_days"]) == ("least", None)
    assert (lives(short), places(short)) == ([FULL_S], ["DE"])

    monkeypatch.setenv("LEAST_SIGN_IN_LOG_DAYS", "30")
    cloud.restart()
    assert short.sign_in(capture(1, take=2)).status == 200
    assert places(short) == [None, "DE"]  # what was asked for holds where it can be given


def test_a_sign_in_that_was_under_way_is_kept_as_was_asked_meanwhile(cloud: Cloud, short: Device) -> None:
    short.sign_in(capture(1, take=1))
    short.set_sign_in_log("full")
    performed = short.perform("verification", capture(1, take=2))
    asked: list[int] = []

    def meanwhile(**_: object) -> None:
        if not asked:
            asked.append(0)
            asked[0] = short.set_sign_in_log("least").status

    with cloud.when("before-call.dynamodb.TransactWriteItems", meanwhile):
        reply = short.answer(performed.nonce, {"capture": performed.capture})

    assert (asked, reply.status) == ([200], 200)
    assert [reason for _, reason in log(short)][:2] == ["matched", "log-shortened"]
    assert places(short)[:2] == [None, "DE"]
    assert states(short) == ["whole"] * 3


def test_a_log_whose_end_was_taken_away_is_broken_for_the_full_period_all_the_same(
    cloud: Cloud, short: Device
) -> None:
    """Otherwise whoever takes entries of before, and the end, would be seen for the shorter time only."""
    strip(cloud, profile(cloud, short.account), "sealed_log_head")

    assert short.sign_in(capture(1, take=1)).status == 200

    assert states(short) == ["broken"] * 3
    assert lives(short) == [FULL_S]


def test_it_needs_a_sign_in_of_the_last_five_minutes(cloud: Cloud, ada: Device) -> None:
    before = profile(cloud, ada.account)
    clock.advance(301)

    reply = ada.set_sign_in_log("least")

    assert (reply.status, reply.problem) == (401, "step-up-required")
    assert profile(cloud, ada.account) == before


def test_what_is_no_choice_is_refused(ada: Device) -> None:
    for content in ({}, {"keep": "none"}, {"keep": None}, {"keep": 30}, {"keep": "least", "more": 1}):
        assert ada.change("POST", "/v1/account/sign-in-log", content).problem == "request-invalid"
    assert ada.get("/v1/account").json["sign_in_log_kept"] == "full"
