"""Tries of sign-ins: few in a row, then waits, then caps; each device by itself; none lost, none doubled."""

import json
import random
from collections import Counter
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.challenges.ceremony import issue
from functions.challenges.models import ChallengeRequest, IssuedChallenge
from service import clients
from service.deployment import this_deployment
from service.patience import DAY_S, FREE_TRIES, YEAR_S, Past, after_success, after_try, due_at
from service.repositories import challenges
from service.repositories.challenges import challenge_key
from service.repositories.items import ConditionFailedError, from_wire, transact
from service.repositories.tries import Tries, settled, tries_of
from service.request import Request
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone, prove_again
from tests.support import clock, race
from tests.support.captures import capture, frozen
from tests.support.client import Device
from tests.support.cloud import Cloud

_numbers = count()


@pytest.fixture
def table(cloud: Cloud) -> str:
    return cloud.accounts_table


def _asks(device: Device, times: int) -> None:
    """Begin tries that come to nothing."""
    for _ in range(times):
        device.verification_challenge()


def _row(cloud: Cloud, device: Device, *, known: bool = True) -> dict[str, Any] | None:
    name = tries_of(str(device.account), known_device=device.thumbprint if known else None)
    return next((item for item in cloud.items() if item["pk"]["S"] == name), None)


def _past(cloud: Cloud, device: Device, *, known: bool = True) -> Past:
    row = _row(cloud, device, known=known)
    assert row is not None
    failed_at = tuple(int(at["N"]) for at in row["failed_at"]["L"])
    return Past(in_a_row=int(row["in_a_row"]["N"]), failed_at=failed_at)


turns = st.tuples(
    st.one_of(
        st.integers(-60, 90),
        st.sampled_from([29, 30, 31, 59, 60, 119, 120, 239, 240, 479, 480, 960, 1920, 3599, 3600]),
        st.sampled_from([DAY_S - 1, DAY_S, 10 * DAY_S, 30 * DAY_S, YEAR_S]),
    ),
    st.integers(0, 9).map(lambda chance: chance == 0),
)


@given(st.lists(turns, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_table_gives_a_try_exactly_when_the_arithmetic_says_that_it_is_due(
    table: str, happening: list[tuple[int, bool]]
) -> None:
    """Waits at their very second, caps, a clock that is set back, successes in between."""
    row, now, past = tries_of(f"account-{next(_numbers)}", known_device="device"), 1_795_000_000, None
    tries = this_deployment().tries
    for number, (after_s, succeeds) in enumerate(happening):
        now += after_s
        due = 0 if past is None else due_at(past)

        given = tries.begin(row, mark=str(number), now=now)

        assert (given is not None) is (due is not None and now >= due)
        if given is None:
            continue
        past = past or Past(in_a_row=0, failed_at=())
        assert given == past.in_a_row
        past = after_try(past, now=now)
        if succeeds:
            transact(clients.dynamodb(), [settled(row, mark=str(number), table=table)])
            past = after_success(past)


def test_fifty_in_a_row_are_the_last_ones(cloud: Cloud) -> None:  # noqa: ARG001 -- where they are counted
    row, tries, now = tries_of("account", known_device="device"), this_deployment().tries, 1_795_000_000

    given = []
    for number in range(70):
        now += 8 * DAY_S
        given.append(tries.begin(row, mark=str(number), now=now))

    assert given == [*range(50), *[None] * 20]
    assert tries.begin(row, mark="later", now=now + 10 * YEAR_S) is None


def test_after_five_failures_in_a_row_even_the_owner_waits(ada: Device) -> None:
    _asks(ada, FREE_TRIES)
    early = ada.sign_in(capture(1, take=1))
    ada.transport.wait(30)

    assert early.problem == "authentication-failed"
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_operators_learn_how_many_tried_and_were_locked_out_and_not_who(
    ada: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    _asks(ada, FREE_TRIES + 1)
    Device(ada.transport).verification_challenge()
    clock.advance(3600)
    frozen_series = ada.perform("verification", capture(1, take=1, series=frozen))
    ada.answer(frozen_series.nonce, {"capture": frozen_series.capture})
    clock.advance(3600)
    ada.sign_in(capture(2))

    said = capsys.readouterr().out
    counted = Counter(
        name
        for one in (json.loads(line) for line in said.splitlines() if "CloudWatchMetrics" in line)
        for name in one
        if name.startswith("SignIn")
    )
    assert counted == {
        "SignInBegun": FREE_TRIES + 2,
        "SignInDecoyed": 2,
        "SignInLocked": 1,
        "SignInNotLive": 1,
        "SignInNotMatched": 1,
    }
    assert str(ada.account) not in said
    assert ada.thumbprint not in said


def test_a_try_that_was_not_given_counts_for_nothing(cloud: Cloud, ada: Device) -> None:
    _asks(ada, FREE_TRIES)
    before = _past(cloud, ada)

    _asks(ada, 10)

    assert _past(cloud, ada) == before


def test_a_success_ends_the_run_and_is_not_counted_itself(cloud: Cloud, ada: Device) -> None:
    _asks(ada, FREE_TRIES - 1)
    assert ada.sign_in(capture(1, take=1)).status == 200

    past = _past(cloud, ada)

    assert (past.in_a_row, len(past.failed_at)) == (0, FREE_TRIES - 1)
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_failures_between_the_owners_own_sign_ins_still_end_after_ten_a_day(ada: Device) -> None:
    for take in (1, 2, 3):
        _asks(ada, 3)
        assert ada.sign_in(capture(1, take=take)).status == 200
    _asks(ada, 1)

    put_off = ada.sign_in(capture(1, take=4))
    ada.transport.wait(DAY_S)

    assert put_off.problem == "authentication-failed"
    assert ada.sign_in(capture(1, take=5)).status == 200


def test_a_success_forgets_no_try_that_is_still_open(cloud: Cloud, ada: Device) -> None:
    performed = ada.perform("verification", capture(1, take=1))
    _asks(ada, 1)

    assert ada.answer(performed.nonce, {"capture": performed.capture}).status == 200

    assert _past(cloud, ada).in_a_row == 2
    assert ada.refresh().status == 200, "what a sign-in leaves out is never its session"


def test_a_success_after_another_try_began_still_learns(cloud: Cloud, ada: Device) -> None:
    performed = ada.perform("verification", capture(1, take=1, look=1))
    before = cloud.kinds().count("ACCOUNT/TEMPLATE")
    _asks(ada, 1)

    assert ada.answer(performed.nonce, {"capture": performed.capture}).status == 200

    assert cloud.kinds().count("ACCOUNT/TEMPLATE") == before + 1


def test_new_devices_share_their_tries_and_take_none_of_a_known_one(cloud: Cloud, ada: Device) -> None:
    one, other = new_phone(cloud), new_phone(cloud)
    _asks(one, 3)
    _asks(other, 2)

    assert other.sign_in(capture(1, take=1)).problem == "authentication-failed"
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_a_success_on_one_device_leaves_what_another_ones_holder_tried(cloud: Cloud, ada: Device) -> None:
    phone = new_phone(cloud)
    assert phone.sign_in(capture(1, take=1)).status == 200
    _asks(ada, FREE_TRIES)
    before = _past(cloud, ada)

    assert phone.sign_in(capture(1, take=2)).status == 200

    assert _past(cloud, ada) == before
    assert ada.sign_in(capture(1, take=3)).problem == "authentication-failed"


def test_a_device_that_may_not_try_any_more_is_proved_anew_by_mailbox_and_face(
    cloud: Cloud, ada: Device
) -> None:
    _asks(ada, FREE_TRIES)
    account, ada.account = ada.account, None
    cloud.let_a_minute_pass()
    ada.send_code(ADA)
    ada.confirm(ADA, cloud.code(ADA))

    proved = ada.sign_in(capture(1, take=1))

    assert (proved.json["account"], proved.json["device"]) == (account, "known")
    assert _row(cloud, ada) is None
    assert _past(cloud, ada, known=False).in_a_row == 0
    assert ada.sign_in(capture(1, take=2)).status == 200


def test_the_mailbox_alone_proves_no_device_anew(cloud: Cloud, ada: Device) -> None:
    _asks(ada, FREE_TRIES)
    account, ada.account = ada.account, None
    _asks(ada, FREE_TRIES)  # with the mailbox's token: counted among the new devices
    cloud.let_a_minute_pass()

    by_mailbox = ada.sign_in(capture(1, take=1))
    ada.account = account

    assert by_mailbox.problem == "authentication-failed"
    assert ada.sign_in(capture(1, take=2)).problem == "authentication-failed"


def test_where_every_sign_in_needs_the_mailbox_a_known_device_is_counted_by_itself(
    cloud: Cloud, ada: Device
) -> None:
    prove_again(cloud, ada)
    account, ada.account, ada.profile = ada.account, None, "no-head-turn"
    ada.challenge("verification", profile=ada.profile, **ada.verification_fields())
    ada.account = account

    assert _past(cloud, ada).in_a_row == 1
    assert _row(cloud, ada, known=False) is None


def test_a_device_that_signed_nobody_in_for_a_year_is_proved_anew(cloud: Cloud, ada: Device) -> None:
    ada.transport.wait(YEAR_S)
    alone = ada.sign_in(capture(1, take=1))
    account, ada.account = ada.account, None
    ada.send_code(ADA)
    ada.confirm(ADA, cloud.code(ADA))

    proved = ada.sign_in(capture(1, take=2))

    assert alone.problem == "authentication-failed"
    assert (proved.json["account"], proved.json["device"]) == (account, "known")
    assert ada.sign_in(capture(1, take=3)).status == 200


def test_a_device_that_is_removed_takes_its_count_along(cloud: Cloud, ada: Device) -> None:
    _asks(ada, 3)

    assert ada.change("DELETE", f"/v1/account/devices/{ada.thumbprint}").status == 204

    assert _row(cloud, ada) is None


def test_a_count_names_nobody_and_is_gone_after_the_year_that_it_is_for(cloud: Cloud, ada: Device) -> None:
    _asks(ada, 1)

    row = _row(cloud, ada)

    assert row is not None
    assert [name for name in (ada.account, ada.thumbprint, ADA) if str(name) in str(row)] == []
    # Whatever has passed since it was written.
    assert -30 <= int(row["expires_at"]["N"]) - ada.clock() - YEAR_S + 1 <= 2


def test_of_32_challenges_asked_for_at_once_exactly_five_are_tries(cloud: Cloud, ada: Device) -> None:
    body = {"purpose": "verification", "account": str(ada.account)}
    sent = json.dumps(body).encode()
    requests = [
        Request(
            method="POST",
            issuer=ada.transport.origin,
            url=f"{ada.transport.origin}/v1/challenges",
            body=sent,
            proof=ada.proof("POST", "/v1/challenges", body=sent),
            access_token=None,
        )
        for _ in range(race.THREADS)
    ]
    now, deployment = ada.clock(), this_deployment()

    answers = race.at_once(
        lambda number: issue(
            ChallengeRequest.model_validate(body),
            request=requests[number],
            deployment=deployment,
            rng=random.Random(number),  # noqa: S311 -- any script will do
            now=now,
        )
    )

    assert sorted(_failures_before(cloud, answers)) == [0, 1, 2, 3, 4]
    assert _past(cloud, ada) == Past(in_a_row=FREE_TRIES, failed_at=(int(now),) * FREE_TRIES)


def _failures_before(cloud: Cloud, answers: list[IssuedChallenge]) -> list[int]:
    rows = {item["pk"]["S"]: item for item in cloud.items()}
    opened = [
        challenges._opened(answer.challenge, from_wire(rows[str(challenge_key(answer.challenge)["pk"])]))
        for answer in answers
    ]
    return [one.attempt.recent_failures for one in opened if one.attempt is not None]


def test_of_32_at_once_one_gets_what_a_wait_gives_and_none_is_lost(cloud: Cloud) -> None:
    row, now, tries = tries_of("account", known_device="device"), 1_795_000_000, this_deployment().tries
    for number in range(4):
        assert tries.begin(row, mark=str(number), now=now) == number

    for at in (now, now + 30, now + 90, now + 210):
        given = race.at_once(partial(_begin, tries, row, at))
        assert sum(one is not None for one in given) == 1

    (item,) = (item for item in cloud.items() if item["pk"]["S"] == row)
    assert int(item["in_a_row"]["N"]) == len(item["failed_at"]["L"]) == 8


def _begin(tries: Tries, row: str, now: int, number: int) -> int | None:
    return tries.begin(row, mark=str(number), now=now)


def test_of_32_successes_at_once_one_ends_the_run_and_it_is_the_last_try(cloud: Cloud) -> None:
    row, now, tries = tries_of("account", known_device="device"), 1_795_000_000, this_deployment().tries
    for number in range(3):
        tries.begin(row, mark=str(number), now=now)

    def settle(number: int) -> bool:
        try:
            transact(clients.dynamodb(), [settled(row, mark=str(number % 3), table=cloud.accounts_table)])
        except ConditionFailedError:
            return False
        return True

    ended = race.at_once(settle)

    assert [number % 3 for number, one in enumerate(ended) if one] == [2]
