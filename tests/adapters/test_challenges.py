"""Challenges: a verification's looks the same for everybody, and its attempts are counted at once."""

import json
from typing import Any

import pytest

from service.patience import FREE_TRIES
from service.repositories import challenges
from service.repositories.challenges import challenge_key
from service.repositories.items import from_wire
from tests.adapters.moments import ADA
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.forms import form_of
from tests.support.transport import InProcess

NOBODY = "A" * 22


def _ask(device: Device, **fields: str) -> Any:  # noqa: ANN401 -- an answer
    reply = device.send("POST", "/v1/challenges", content={"purpose": "verification", **fields})
    assert reply.status == 201
    return reply.json


def _size(item: dict[str, Any]) -> dict[str, int]:
    return {name: len(content) for name, value in item.items() for content in value.values()}


def _is_decoy(cloud: Cloud, answer: Any) -> bool:  # noqa: ANN401 -- an answer
    """Whether nobody can sign in with it: only the row's own key tells."""
    item = next(item for item in cloud.items() if item["pk"]["S"] == _row(answer))
    opened = challenges._opened(answer["challenge"], from_wire(item))
    return opened.attempt is None


def _row(answer: Any) -> str:  # noqa: ANN401 -- an answer
    return str(challenge_key(answer["challenge"])["pk"])


@pytest.mark.parametrize("purpose", ["mailbox", "enrolment", "verification", "account"])
def test_a_challenge_says_what_it_is_for_and_how_long_it_lives(purpose: str, device: Device) -> None:
    answer = device.ask(purpose)

    assert answer["purpose"] == purpose
    assert 0 < answer["expires_at"] - device.clock() <= 120
    assert answer.keys() == {"challenge", "purpose", "expires_at", "script"}
    assert (answer["script"] is None) is (purpose in {"mailbox", "account"})


def test_no_two_challenges_are_the_same(device: Device) -> None:
    assert len({device.challenge("mailbox") for _ in range(20)}) == 20


def test_a_decoy_looks_like_any_other_challenge(cloud: Cloud, ada: Device) -> None:
    stranger = Device(InProcess())

    real = _ask(ada, account=str(ada.account))
    decoys = [
        _ask(stranger),
        _ask(stranger, account=NOBODY),
        _ask(stranger, account=str(ada.account)),
        _ask(ada, account=NOBODY),
    ]
    for _ in range(FREE_TRIES - 1):
        _ask(ada, account=str(ada.account))
    decoys.append(_ask(ada, account=str(ada.account)))

    assert [_is_decoy(cloud, decoy) for decoy in decoys] == [True] * 5
    assert [form_of(decoy) for decoy in decoys] == [form_of(real)] * 5
    kept = {item["pk"]["S"]: item for item in cloud.items()}
    assert [_size(kept[_row(decoy)]) for decoy in decoys] == [_size(kept[_row(real)])] * 5


def test_a_challenges_row_says_nothing_without_the_challenge(cloud: Cloud, ada: Device) -> None:
    answer = _ask(ada, account=str(ada.account))

    row = str(next(item for item in cloud.items() if item["pk"]["S"] == _row(answer)))
    assert [name for name in (answer["challenge"], ada.account, ada.thumbprint) if str(name) in row] == []


def test_a_challenge_whose_row_was_changed_is_refused(cloud: Cloud, ada: Device) -> None:
    first, second = (_ask(ada, account=str(ada.account)) for _ in range(2))
    kept = {item["pk"]["S"]: item for item in cloud.items()}
    cloud.change(_row(second), "CHALLENGE", sealed=kept[_row(first)]["sealed"])

    body = {"capture": ada.perform("verification", capture(1, take=1)).capture}
    reply = ada.send("POST", "/v1/verifications", content=body, nonce=second["challenge"])

    assert reply.problem == "authentication-failed"


def test_a_paused_account_gets_decoys(cloud: Cloud, ada: Device) -> None:
    ada.set_face_sign_in("paused")

    assert _is_decoy(cloud, _ask(ada, account=str(ada.account)))


def test_a_request_for_a_challenge_that_was_overheard_spends_no_attempt(cloud: Cloud, ada: Device) -> None:
    body = json.dumps({"purpose": "verification", "account": ada.account}).encode()
    proof = ada.proof("POST", "/v1/challenges", body=body)

    answers = [ada.send("POST", "/v1/challenges", body=body, proof=proof) for _ in range(12)]

    assert [answer.status for answer in answers] == [201] * 12
    assert [_is_decoy(cloud, answer.json) for answer in answers] == [False, *[True] * 11]
    assert ada.sign_in(capture(1, take=1)).status == 200


def test_a_proof_is_forgotten_once_it_no_longer_holds(cloud: Cloud, ada: Device) -> None:
    now = ada.clock()

    ada.verification_challenge()

    (seen,) = (item for item in cloud.items() if item["pk"]["S"].startswith("JTI#"))
    assert 70 < int(seen["expires_at"]["N"]) - now <= 121
    assert [name for name in (ada.account, ada.thumbprint) if str(name) in str(seen)] == []


def test_a_stranger_cannot_lock_the_owner_out(ada: Device) -> None:
    stranger = Device(InProcess())
    for _ in range(20):
        _ask(stranger, account=str(ada.account))

    assert ada.sign_in(capture(1, take=1)).status == 200


def test_a_mailbox_token_of_another_device_is_refused(cloud: Cloud, ada: Device) -> None:
    thief = Device(InProcess())

    reply = thief.send(
        "POST",
        "/v1/challenges",
        content={"purpose": "verification", "mailbox_token": ada.mailbox_token},
    )

    assert cloud.mails
    assert reply.problem == "mailbox-token-invalid"


def test_an_access_token_is_no_mailbox_token(ada: Device) -> None:
    reply = ada.send(
        "POST", "/v1/challenges", content={"purpose": "verification", "mailbox_token": ada.access_token}
    )

    assert reply.problem == "mailbox-token-invalid"


def test_a_mailbox_without_an_account_gets_a_decoy(cloud: Cloud, device: Device) -> None:
    device.send_code(ADA)
    device.confirm(ADA, cloud.code(ADA))

    assert device.sign_in(capture(1)).problem == "authentication-failed"


def test_a_known_device_that_proves_its_mailbox_stays_a_known_device(cloud: Cloud, ada: Device) -> None:
    account, ada.account = ada.account, None

    signed_in = ada.sign_in(capture(1, take=1))

    assert (signed_in.json["account"], signed_in.json["device"]) == (account, "known")
    assert cloud.kinds().count("ACCOUNT/DEVICE") == 1
