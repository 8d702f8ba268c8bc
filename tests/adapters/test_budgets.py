"""Budgets of codes: for a mailbox, a network and the deployment; and what of them may be told."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from functions.challenges.ceremony import NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR
from functions.email import budgets
from functions.email.budgets import SENDS_TO_TAGS_AN_HOUR, WRONG_CODES_A_DAY
from service.deployment import this_deployment
from service.mailbox import mailbox_index
from service.network import network_index
from service.postage import CODES_FOR_A_NETWORK_AN_HOUR
from service.problems import CodeExhausted
from service.repositories.codes import CODE_TRIES, REST_S, WRONG_CODES_IN_A_ROW, Code
from service.repositories.limits import Budget, Limits, Run
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support import race
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import InProcess, Reply

HOUR_S = 3600


class Elsewhere(InProcess):
    """The API, reached from an address of choice, with whatever headers a client makes up."""

    def __init__(self, address: str) -> None:
        self.address = address

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        event["requestContext"]["identity"]["sourceIp"] = self.address
        return super().invoke(function, event)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _guess(cloud: Cloud, device: Device, *, times: int) -> list[str | None]:
    """Ask for codes and type wrong ones, five for each code."""
    told: list[str | None] = []
    while len(told) < times:
        cloud.let_a_minute_pass()
        device.send_code(ADA)
        told += [device.confirm(ADA, _wrong(cloud.code(ADA))).problem for _ in range(5)]
    return told[:times]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    """A deployment that allows three of everything."""
    for name in ("CODES_AN_HOUR", "WRONG_CODES_AN_HOUR", "NEW_DEVICE_CHALLENGES_A_MINUTE"):
        monkeypatch.setenv(name, "3")
    cloud.restart()


def test_a_mailbox_takes_twenty_wrong_codes_a_day_over_all_devices(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "SENDS_AN_HOUR", 100)
    told = []
    for number in range(5):
        told += _guess(cloud, Device(Elsewhere(f"192.0.2.{number}")), times=5)

    assert told == ["code-invalid"] * WRONG_CODES_A_DAY + ["code-exhausted"] * 5


def test_a_hundred_wrong_codes_in_a_row_are_the_last_ones(cloud: Cloud, ada: Device) -> None:
    limits, now = this_deployment().limits, ada.clock()
    mailbox = mailbox_index(ADA, key=this_deployment().keyring.found_mailbox_index())
    run = Run(scope=f"wrong#{mailbox}", limit=WRONG_CODES_IN_A_ROW, rest_s=REST_S)
    assert [limits.fail(run, now=now) for _ in range(WRONG_CODES_IN_A_ROW - 1)].count(False) == 0
    phone = Device(InProcess())
    told = _guess(cloud, phone, times=2)
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    right = phone.confirm(ADA, cloud.code(ADA)).problem

    own = (ada.send_code(ADA).status, ada.confirm(ADA, cloud.code(ADA)).status)
    cloud.let_a_minute_pass()
    phone.send_code(ADA)
    after = phone.confirm(ADA, cloud.code(ADA))

    assert (told, right) == (["code-invalid", "code-exhausted"], "code-exhausted")
    assert own == (202, 200), "a known device is not kept out"
    assert after.status == 200, "and its code ends the rest"


def test_a_run_of_failures_ends_by_itself_and_never_has_one_too_many(cloud: Cloud) -> None:
    limits = this_deployment().limits
    run = Run(scope="some", limit=10, rest_s=60)

    first = race.at_once(lambda _: limits.fail(run, now=1000))
    resting = limits.fail(run, now=1059)
    second = race.at_once(lambda _: limits.fail(run, now=1060))

    assert (first.count(True), resting, second.count(True)) == (10, False, 10)
    limits.end_run("some")
    assert limits.fail(run, now=1060)
    assert len([item for item in cloud.items() if "in_a_row" in item]) == 1


def test_of_32_tries_of_one_code_at_once_exactly_five_are_compared(cloud: Cloud) -> None:  # noqa: ARG001 -- the table
    codes = this_deployment().codes
    codes.keep(Code(index="some", digest="d", expires_at=2000))

    def attempt(_: int) -> str:
        try:
            return codes.count_try("some", now=1000)
        except CodeExhausted:
            return "exhausted"

    assert Counter(race.at_once(attempt)) == {"d": CODE_TRIES, "exhausted": race.THREADS - CODE_TRIES}


def test_strangers_who_guess_use_up_nothing_of_the_owners_own_device(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "SENDS_AN_HOUR", 100)
    for number in range(5):
        _guess(cloud, Device(Elsewhere(f"192.0.2.{number}")), times=5)

    ada.send_code(ADA)

    assert ada.confirm(ADA, cloud.code(ADA)).status == 200


def test_a_right_code_is_no_guess(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)

    assert device.confirm(ADA, cloud.code(ADA)).status == 200

    hits = {item["pk"]["S"]: int(item["hits"]["N"]) for item in cloud.items() if "hits" in item}
    assert sorted(hits.values()) == [0, 0, 0, 1, 1, 1]  # three of guesses, three of the code that went out


BOB = "bob@example.org"


def test_a_right_code_that_begins_a_session_is_no_guess_either(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)

    hits = [int(item["hits"]["N"]) for item in cloud.items() if "hits" in item]

    assert phone.refresh().status == 200
    assert hits.count(0) == 3, "of the mailbox, the network and the deployment"
    assert ada.refresh().status == 200


def test_a_network_asks_for_sixty_codes_an_hour_and_is_told_how_long_to_wait(cloud: Cloud) -> None:
    device = Device(Elsewhere("198.51.100.7"))
    for number in range(CODES_FOR_A_NETWORK_AN_HOUR):
        assert device.send_code(f"person{number}@example.org").status == 202
    other_device = Device(Elsewhere("198.51.100.7"))

    refused = other_device.send_code("another@example.org")

    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert 0 < int(refused.headers["retry-after"]) <= HOUR_S
    assert len(cloud.mails) == CODES_FOR_A_NETWORK_AN_HOUR
    assert Device(Elsewhere("198.51.100.8")).send_code("another@example.org").status == 202


def test_whoever_reads_many_tags_of_one_address_is_mailed_ten_times_an_hour(cloud: Cloud) -> None:
    addresses = [f"Ada+{number}@example.org" for number in range(SENDS_TO_TAGS_AN_HOUR + 3)]

    replies = [Device(InProcess()).send_code(address) for address in addresses]

    assert {(reply.status, reply.body) for reply in replies} == {(202, replies[0].body)}
    assert len(cloud.mails) == SENDS_TO_TAGS_AN_HOUR
    assert Device(InProcess()).send_code("ada@example.org").status == 202
    assert Device(InProcess()).send_code("bob+1@example.org").status == 202
    assert len(cloud.mails) == SENDS_TO_TAGS_AN_HOUR + 2


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP"])
def test_no_header_makes_a_network_another_one(header: str, device: Device) -> None:
    key, limits = this_deployment().keyring.found_mailbox_index(), this_deployment().limits
    network = network_index("192.0.2.1", key=key)
    budget = Budget(scope=f"codes#{network}", limit=CODES_FOR_A_NETWORK_AN_HOUR, window_s=HOUR_S)
    for _ in range(CODES_FOR_A_NETWORK_AN_HOUR):
        limits.spend(budget, now=device.clock())

    told = device.send(
        "POST",
        "/v1/email/codes",
        content={"email": ADA},
        nonce=device.challenge("mailbox"),
        headers={header: "203.0.113.9"},
    )

    assert told.problem == "too-many-requests"


def test_no_row_shows_where_anybody_was(cloud: Cloud) -> None:
    device = Device(Elsewhere("198.51.100.7"))

    device.send_code(ADA)
    device.confirm(ADA, _wrong(cloud.code(ADA)))

    assert "198.51.100.7" not in str(cloud.items())


@pytest.mark.usefixtures("few")
def test_the_deployment_sends_so_many_codes_an_hour_and_then_says_so_to_everybody_alike(cloud: Cloud) -> None:
    for number in range(3):
        Device(InProcess()).send_code(f"person{number}@example.org")

    told = [Device(InProcess()).send_code(address) for address in (ADA, "nobody@example.org")]

    assert [reply.problem for reply in told] == ["too-many-requests"] * 2
    assert told[0].body == told[1].body
    assert len(cloud.mails) == 3


def test_a_known_device_has_its_code_whatever_others_ask_for(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODES_AN_HOUR", "1")
    monkeypatch.setenv("WRONG_CODES_AN_HOUR", "1")
    cloud.restart()
    assert Device(InProcess()).send_code("another@example.org").problem == "too-many-requests"
    before = len(cloud.mails)

    assert ada.send_code(ADA).status == 202

    assert len(cloud.mails) == before + 1
    assert [ada.confirm(ADA, _wrong(cloud.code(ADA))).problem for _ in range(3)] == ["code-invalid"] * 3
    assert ada.confirm(ADA, cloud.code(ADA)).status == 200


@pytest.mark.usefixtures("few")
def test_the_deployment_takes_so_many_wrong_codes_an_hour(cloud: Cloud) -> None:
    device = Device(InProcess())

    told = _guess(cloud, device, times=5)

    assert told == ["code-invalid"] * 3 + ["too-many-requests"] * 2


def test_new_devices_have_so_many_challenges_a_minute_and_known_ones_are_never_counted(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = new_phone(cloud)
    monkeypatch.setenv("NEW_DEVICE_CHALLENGES_A_MINUTE", "2")
    cloud.restart()

    told = [
        phone.send(
            "POST",
            "/v1/challenges",
            content={"purpose": "verification", "mailbox_token": phone.mailbox_token},
        )
        for _ in range(3)
    ]

    assert [reply.status for reply in told] == [201, 201, 429]
    assert 0 < int(told[2].headers["retry-after"]) <= 60
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_one_account_spends_little_of_what_new_devices_have_together(
    cloud: Cloud, ada: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = new_phone(cloud)
    monkeypatch.setenv("NEW_DEVICE_CHALLENGES_A_MINUTE", str(NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR))
    cloud.restart()
    content = {"purpose": "verification", "mailbox_token": phone.mailbox_token}

    told = [
        phone.send("POST", "/v1/challenges", content=content)
        for _ in range(NEW_DEVICE_CHALLENGES_OF_AN_ACCOUNT_AN_HOUR + 5)
    ]

    # What is too much is a decoy like any other, and nobody else's.
    assert {reply.status for reply in told} == {201}
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_a_right_code_that_others_kept_out_costs_its_mailbox_nothing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(InProcess())
    device.send_code(ADA)
    code = cloud.code(ADA)
    monkeypatch.setattr(budgets, "WRONG_CODES_A_DAY", 1)
    monkeypatch.setattr(budgets, "WRONG_CODES_FROM_A_NETWORK_AN_HOUR", 1)
    stranger = Device(InProcess())
    stranger.send_code(BOB)
    stranger.confirm(BOB, _wrong(cloud.code(BOB)))
    kept_out = [device.confirm(ADA, code).problem for _ in range(2)]
    monkeypatch.setattr(budgets, "WRONG_CODES_FROM_A_NETWORK_AN_HOUR", 20)

    assert kept_out == ["too-many-requests"] * 2
    assert device.confirm(ADA, code).status == 200


def test_of_32_uses_at_once_a_budget_gives_exactly_its_limit(cloud: Cloud) -> None:
    limits, budget = this_deployment().limits, Budget(scope="test", limit=7, window_s=HOUR_S)

    given = race.at_once(partial(_spend, limits, budget))

    assert sorted(one for one in given if one is not None) == list(range(7))
    assert [int(item["hits"]["N"]) for item in cloud.items()] == [7]


def _spend(limits: Limits, budget: Budget, _: int) -> int | None:
    return limits.spend(budget, now=1_795_000_000)


def test_of_32_who_take_a_turn_at_once_exactly_one_has_it_and_again_once_it_is_over(cloud: Cloud) -> None:
    limits = this_deployment().limits

    first = race.at_once(lambda _: limits.take_turn("some", gap_s=60, now=1000))
    early = race.at_once(lambda _: limits.take_turn("some", gap_s=60, now=1059))
    again = race.at_once(lambda _: limits.take_turn("some", gap_s=60, now=1060))

    assert (first.count(True), early.count(True), again.count(True)) == (1, 0, 1)
    assert [int(item["expires_at"]["N"]) for item in cloud.items()] == [1120]


@pytest.mark.parametrize("is_known", [False, True])
def test_of_32_codes_asked_for_at_once_a_mailbox_has_one(is_known: bool, cloud: Cloud) -> None:  # noqa: ARG001, FBT001 -- the table; pytest's
    asker = budgets.Asker(
        mailbox="some",
        scope="some#d",
        account=None,
        is_known=is_known,
        stage=(False, 0),
        network="n",
        reader=None,
    )
    deployment = this_deployment()

    sent = race.at_once(lambda _: budgets.may_send(asker, deployment=deployment, now=1000))

    assert sum(counted is not None for counted in sent) == 1


def test_what_is_given_back_at_once_is_given_back_as_often_as_it_was_taken(cloud: Cloud) -> None:
    limits, budget = this_deployment().limits, Budget(scope="test", limit=5, window_s=HOUR_S)
    for number in range(5):
        _spend(limits, budget, number)

    race.at_once(lambda _: limits.give_back(budget, now=1_795_000_000))

    assert [int(item["hits"]["N"]) for item in cloud.items()] == [0]
