"""AWS fails at each call of each ceremony, before it is made or after it was done: nothing in halves."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from service import clients
from tests.adapters.calls import CALLS, Call
from tests.adapters.people import prove_again
from tests.support.aws_calls import recorded
from tests.support.breaking import failing as _failing
from tests.support.breaking import silent as _silent
from tests.support.breaking import throttled as _throttled
from tests.support.captures import ENROLLED, capture
from tests.support.client import Device
from tests.support.cloud import Cloud
from tests.support.transport import Reply

# What a function asks AWS for once it has started, in order, less a notice by mail at its end: that may fail.
# What a change of an account asks for before its own: who asks, and what its entry in the log takes.
# What people keep is signed by a key of its own.
SIGNED = ["GetPublicKey", "Sign"]
LET_IN = ["GetPublicKey", "DeleteItem", "BatchGetItem", "Decrypt"]
COUNTED = [*LET_IN, "UpdateItem"]  # among the changes of the day
ALL_BUT_THE_LOG = ["Query"] * 2  # what comes before it, and after it
# What tells the owner, and that they were told.
TOLD = ["SendEmail", "DeleteItem"]
OF_A_FAREWELL = ["Decrypt", "GenerateDataKey"]
STEPS = {
    "send-code": [
        "DeleteItem",
        "GetItem",
        "GenerateDataKey",
        "PutItem",
        *[
            "GetItem",
            "BatchGetItem",
        ],  # whose mailbox, and whether it knows the device: of nobody too
        *["UpdateItem"] * 2,  # the network's budget and the deployment's
        "PutItem",
        "GetItem",  # whether mails come back
        "UpdateItem",
        "PutItem",
        "SendEmail",
    ],
    "confirm-code": [
        "DeleteItem",
        "GetItem",
        "Decrypt",
        *[
            "GetItem",
            "BatchGetItem",
        ],  # whose mailbox, and whether it knows the device: of nobody too
        "UpdateItem",
        *["UpdateItem"] * 4,  # a guess of the mailbox, of a day and in a row; the network; the deployment
        "GetPublicKey",
        "Sign",
        "DeleteItem",  # mails arrive
        *["UpdateItem"] * 3,  # it was none
        "DeleteItem",  # and the run is over
        "DeleteItem",
    ],
    "sign-in-by-code": [
        "DeleteItem",
        "GetItem",
        "Decrypt",
        *["GetItem", "BatchGetItem"],  # whose mailbox it is, and whether they know the device
        "UpdateItem",
        *["UpdateItem"] * 2,  # a guess of the mailbox, of a day and in a row
        "BatchGetItem",
        "GetPublicKey",
        "Sign",
        "DeleteItem",  # mails arrive
        "Sign",
        "UpdateItem",  # it was none
        *["DeleteItem"] * 2,  # and both runs are over, the device's and the mailbox's
        "Decrypt",
        "TransactWriteItems",
    ],
    "enrol": [
        "DeleteItem",
        "GetPublicKey",
        "GetItem",
        "Decrypt",
        "GenerateDataKey",
        "Sign",
        "TransactWriteItems",
    ],
    "register": [
        "DeleteItem",
        "GetPublicKey",
        "GetItem",
        "Decrypt",
        "GenerateDataKey",
        "Sign",
        "TransactWriteItems",
    ],
    "verify": ["DeleteItem", "BatchGetItem", "Decrypt", "GetPublicKey", "Sign", "TransactWriteItems"],
    "pause": [*COUNTED, "TransactWriteItems"],
    "agree": [*COUNTED, "TransactWriteItems"],
    "remove-template": [*COUNTED, "TransactWriteItems"],
    "forget-learned": [*COUNTED, *ALL_BUT_THE_LOG, "TransactWriteItems"],
    "refuse-learning": [*COUNTED, *ALL_BUT_THE_LOG, "TransactWriteItems"],
    "shorten-log": [*COUNTED, "TransactWriteItems"],
    "remove-device": [*COUNTED, *ALL_BUT_THE_LOG, "TransactWriteItems"],
    "change-address": [
        "GetPublicKey",
        "DeleteItem",
        "BatchGetItem",
        "Decrypt",
        "GetItem",
        "Decrypt",
        "UpdateItem",  # a try of the codes
        "UpdateItem",  # in a row
        *["DeleteItem"] * 2,  # which is over; and mails arrive
        "Query",
        "TransactWriteItems",
        *TOLD * 2,
        "Query",
    ],
    "refresh": ["DeleteItem", "GetItem", "TransactWriteItems", "GetPublicKey", "Sign"],
    "end-session": ["GetPublicKey", "DeleteItem", "TransactWriteItems"],
    "end-sessions": ["GetPublicKey", "DeleteItem", "Query", "TransactWriteItems"],
    "export": [
        *["GetPublicKey", "DeleteItem", "Query", "GetItem", "Decrypt", "UpdateItem"],
        *SIGNED,
        "PutItem",  # that its owner is to hear of it
    ],
    "delete": [
        "GetPublicKey",
        "DeleteItem",
        "Query",  # how long the log was
        *ALL_BUT_THE_LOG,
        "Query",  # and became
        "GetItem",
        *SIGNED,
        *OF_A_FAREWELL,
        "TransactWriteItems",
        *TOLD,
        "Query",
        "BatchWriteItem",
        "DeleteItem",  # off the work list
    ],
    "withdraw": [
        "GetPublicKey",
        "DeleteItem",
        "Query",  # how long the log was
        *ALL_BUT_THE_LOG,
        "Query",  # and became
        "GetItem",
        *SIGNED,
        *OF_A_FAREWELL,
        "TransactWriteItems",
        *TOLD,
        "Query",
        "BatchWriteItem",
        "DeleteItem",  # off the work list
    ],
}
# Of these, what a notice takes; it may fail, and test_sweeper.py says what then.
OF_NOTICES = {(name, at) for name in ("delete", "withdraw") for at in (6, 9, 10, 12, 13, 16)}
# After an address was changed it stands, whatever fails then.
OF_NOTICES |= {("change-address", at) for at in range(12, 17)}
# What a notice takes where it is the last thing that is done.
NOTICE = {*TOLD}
FAULTS = [
    (name, at) for name, steps in STEPS.items() for at in range(len(steps)) if (name, at) not in OF_NOTICES
]
fault = pytest.mark.parametrize(
    ("name", "at"), FAULTS, ids=[f"{name}-{at + 1}-{STEPS[name][at]}" for name, at in FAULTS]
)


def _ready(name: str, cloud: Cloud, device: Device) -> tuple[Call, dict[str, Any]]:
    call = CALLS[name]
    call.prepare(cloud, device)
    cloud.let_a_minute_pass()
    nonce = call.challenge(device)  # first: what is sent is what was done for it
    return call, {
        "path": call.url(device),
        "content": call.content(cloud, device),
        "nonce": nonce,
        "token": device.access_token if call.token else None,
    }


def assert_no_halves(cloud: Cloud) -> None:
    """Every account is whole and names its templates, every row belongs to one, every key opens one."""
    rows: dict[str, list[str]] = defaultdict(list)
    named: dict[str, set[str]] = {}
    mailboxes, looked_after = [], []
    for item in cloud.items():
        kind, _, name = item["pk"]["S"].partition("#")
        if kind == "ACCOUNT":
            rows[name].append(item["sk"]["S"].partition("#")[0])
        if kind == "EMAIL":
            mailboxes.append(item["account"]["S"])
        if item["pk"]["S"].startswith("WORK#UNUSED#"):
            looked_after.append(item["account"]["S"])
        if kind == "ACCOUNT" and item["sk"]["S"] == "PROFILE":
            named[name] = _named(item)
    whole = {name for name, kinds in rows.items() if "PROFILE" in kinds}
    for name in whole:
        # A face comes with its templates and its owner's consent, or with neither.
        face = {"TEMPLATE", "CONSENT"}
        assert face & set(rows[name]) == (face if named[name] else set())
        assert named[name] == _templates(cloud, name)
    # An interrupted deletion leaves entries of the log and consents: sealed under a key that is gone. Here
    # nobody else is signed in: another session would be left as well, and continued by nobody.
    for name in rows.keys() - whole:
        assert set(rows[name]) <= {"SIGNIN", "CONSENT"}
    assert sorted(mailboxes) == sorted(looked_after) == sorted(whole)
    assert sorted(cloud.account_keys()) == sorted(f"ACCOUNT#{name}" for name in whole)


def _named(profile: dict[str, Any]) -> set[str]:
    return {one for name in ("anchors", "adaptive") for one in profile.get(name, {"SS": []})["SS"]}


def _templates(cloud: Cloud, account: str) -> set[str]:
    return {
        item["sk"]["S"].removeprefix("TEMPLATE#")
        for item in cloud.items()
        if item["pk"]["S"] == f"ACCOUNT#{account}" and item["sk"]["S"].startswith("TEMPLATE#")
    }


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_are_what_the_function_does(name: str, cloud: Cloud, device: Device) -> None:
    call, request = _ready(name, cloud, device)
    cloud.restart()

    with recorded() as record:
        assert device.send(call.method, **request).status == call.success

    made = [operation.partition(":")[2] for operation in record.operations]
    assert made[: len(STEPS[name])] == STEPS[name]
    assert set(made[len(STEPS[name]) :]) <= NOTICE


@fault
def test_a_call_that_fails_is_told_plainly_and_leaves_nothing_in_halves(
    name: str, at: int, cloud: Cloud, device: Device
) -> None:
    call, request = _ready(name, cloud, device)
    cloud.restart()

    with _failing(cloud, at, moment="before-call", error=_throttled):
        reply = device.send(call.method, **request)

    assert (reply.status, reply.problem) == (503, "unavailable")
    assert reply.headers["retry-after"]
    assert b"sentinel" not in reply.body
    assert_no_halves(cloud)


@fault
def test_an_answer_that_is_lost_leaves_nothing_in_halves(
    name: str, at: int, cloud: Cloud, device: Device
) -> None:
    call, request = _ready(name, cloud, device)
    cloud.restart()

    with _failing(cloud, at, moment="after-call", error=_silent):
        reply = device.send(call.method, **request)

    assert (reply.status, reply.problem) == (503, "unavailable")
    assert_no_halves(cloud)


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize("name", ["delete", "withdraw"])
@pytest.mark.parametrize("at", range(len(STEPS["delete"])))
def test_asking_again_completes_a_deletion_wherever_it_stopped(
    name: str, at: int, moment: str, cloud: Cloud, device: Device
) -> None:
    call, request = _ready(name, cloud, device)
    cloud.restart()
    with _failing(cloud, at, moment=moment, error=_silent):
        device.send(call.method, **request)

    again = call.send(cloud, device)

    assert again.status == 200
    assert again.json["destroyed"]["templates"] == ENROLLED
    assert cloud.kinds() == ["TOMBSTONE/TOMBSTONE"]
    assert cloud.account_keys() == []


@pytest.mark.parametrize("at", range(6))
def test_asking_again_completes_an_enrolment_that_failed(at: int, cloud: Cloud, device: Device) -> None:
    call, request = _ready("enrol", cloud, device)
    cloud.restart()
    with _failing(cloud, at, moment="before-call", error=_silent):
        device.send(call.method, **request)

    assert call.send(cloud, device).status == 201
    assert_no_halves(cloud)


def test_an_enrolment_whose_answer_was_lost_is_found_again_by_face(cloud: Cloud, device: Device) -> None:
    call, request = _ready("enrol", cloud, device)
    with _failing(cloud, STEPS["enrol"].index("TransactWriteItems"), moment="after-call", error=_silent):
        cloud.restart()
        device.send(call.method, **request)

    assert call.send(cloud, device).problem == "already-enrolled"
    assert device.sign_in(capture(1, take=1)).json["device"] == "known"


@pytest.mark.parametrize(
    "name", ["send-code", "confirm-code", "sign-in-by-code", "enrol", "verify", "pause", "refresh"]
)
def test_after_a_failure_the_next_try_works(name: str, cloud: Cloud, device: Device) -> None:
    call, request = _ready(name, cloud, device)
    cloud.restart()
    with _failing(cloud, 1, moment="before-call", error=_silent):
        device.send(call.method, **request)

    assert call.send(cloud, device).status == call.success


# What answers no challenge and changes nothing of an account: the request, and what it asks AWS for.
OPENING = ["GetPublicKey", "Query", "GetItem", "Decrypt"]
READING: dict[str, tuple[Callable[[Device], Reply], list[str]]] = {
    "challenge": (
        lambda device: _ask(device, account=str(device.account)),
        ["BatchGetItem", "PutItem", "UpdateItem", "PutItem"],
    ),
    "challenge-by-mailbox": (
        lambda device: _ask(device, mailbox_token=str(device.mailbox_token)),
        ["GetPublicKey", "GetItem", "BatchGetItem", "PutItem", *["UpdateItem"] * 3, "PutItem"],
    ),
    "second-act": (
        lambda device: _told(device),  # noqa: PLW0108 -- it stands below
        ["BatchGetItem", "PutItem", "UpdateItem", "PutItem", "UpdateItem"],
    ),
    "account": (lambda device: device.get("/v1/account"), OPENING),
    "sign-ins": (lambda device: device.get("/v1/account/sign-ins"), OPENING),
    "sessions": (lambda device: device.get("/v1/account/sessions"), ["GetPublicKey", "Query"]),
}
READING_FAULTS = [(name, at) for name, (_, steps) in READING.items() for at in range(len(steps))]


def _ask(device: Device, **whose: str) -> Reply:
    return device.send("POST", "/v1/challenges", content={"purpose": "verification", **whose})


def _told(device: Device) -> Reply:
    asked = _ask(device, account=str(device.account))
    if asked.status != 201:
        return asked
    return device.reveal(asked.json["challenge"], chain="0" * 64, frames=20)


def _account_rows(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.items() if item["pk"]["S"].partition("#")[0] in {"ACCOUNT", "EMAIL"}]


@pytest.mark.parametrize("name", READING)
def test_the_steps_of_reading_are_what_the_function_does(name: str, cloud: Cloud, ada: Device) -> None:
    ask, steps = READING[name]
    prove_again(cloud, ada)
    cloud.restart()

    with recorded() as record:
        assert ask(ada).status in {200, 201}

    assert [operation.partition(":")[2] for operation in record.operations] == steps


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize(("name", "at"), READING_FAULTS)
def test_reading_that_fails_is_told_plainly_and_changes_nothing(
    name: str, at: int, moment: str, cloud: Cloud, ada: Device
) -> None:
    ask, _ = READING[name]
    prove_again(cloud, ada)
    before = _account_rows(cloud), cloud.keys()
    cloud.restart()

    with _failing(cloud, at, moment=moment, error=_throttled):
        reply = ask(ada)

    assert (reply.status, reply.problem) == (503, "unavailable")
    assert b"sentinel" not in reply.body
    assert (_account_rows(cloud), cloud.keys()) == before
    assert ask(ada).status in {200, 201}


def test_a_batch_that_is_answered_in_part_is_read_to_the_end(cloud: Cloud, ada: Device) -> None:
    halves = [0]

    def answer_in_part(parsed: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        halves[0] += 1
        if halves[0] == 1:
            held_back = parsed["Responses"][cloud.accounts_table].pop()
            keys = {"pk": held_back["pk"], "sk": held_back["sk"]}
            parsed["UnprocessedKeys"] = {cloud.accounts_table: {"Keys": [keys], "ConsistentRead": True}}

    performed = ada.perform("verification", capture(1, take=1))
    with cloud.when("after-call.dynamodb.BatchGetItem", answer_in_part):
        reply = ada.answer(performed.nonce, {"capture": performed.capture})

    assert (reply.status, halves[0]) == (200, 2)


def test_a_transaction_that_met_another_is_tried_again(cloud: Cloud, ada: Device) -> None:
    met = [0]

    def meet(model: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        met[0] += 1
        if met[0] < 3:
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
            }
            raise clients.dynamodb().exceptions.TransactionCanceledException(answer, model.name)

    with cloud.when("before-call.dynamodb.TransactWriteItems", meet):
        reply = ada.sign_in(capture(1, take=1))

    assert (reply.status, met[0]) == (200, 3)
