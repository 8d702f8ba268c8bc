"""An owner is warned when one of their devices is refused again and again; the refusal stays what it was."""

from service.patience import DAY_S, FREE_TRIES
from tests.adapters.moments import ADA
from tests.adapters.people import new_phone
from tests.support.aws_calls import recorded
from tests.support.captures import capture
from tests.support.client import Device
from tests.support.cloud import ORIGIN, Cloud
from tests.support.sweeping import sweep
from tests.support.transport import Reply


def _refused(device: Device, times: int) -> list[Reply]:
    replies = [device.sign_in(capture(2)) for _ in range(times)]
    assert {reply.status for reply in replies} == {401}
    return replies


def _warnings(cloud: Cloud) -> list[dict[str, str]]:
    """Those that the sweeper has sent by now."""
    sweep(after_s=1)
    return [mail for mail in cloud.mails if "were refused" in mail["subject"]]


def test_the_fifth_refusal_in_a_row_on_a_known_device_warns_its_owner(cloud: Cloud, ada: Device) -> None:
    _refused(ada, FREE_TRIES - 1)
    before = _warnings(cloud)

    _refused(ada, 1)

    assert before == []
    assert [mail["to"] for mail in _warnings(cloud)] == [ADA]
    # A mail may be forged: it leads to one page, which weakens nothing.
    links = [word for word in _warnings(cloud)[0]["text"].split() if "http" in word]
    assert [link.partition("#")[0] for link in links] == [f"{ORIGIN}/freeze"]


def test_an_owner_is_warned_once_a_day_at_most(cloud: Cloud, ada: Device) -> None:
    _refused(ada, FREE_TRIES)
    for wait_s in (30, 60, 120):
        ada.transport.wait(wait_s)
        _refused(ada, 1)
    on_the_first_day = len(_warnings(cloud))
    ada.transport.wait(DAY_S)
    _refused(ada, 1)

    assert (on_the_first_day, len(_warnings(cloud))) == (1, 2)


def test_a_refusal_that_warns_is_the_same_as_any_other(cloud: Cloud, ada: Device) -> None:
    first, *_, warned = _refused(ada, FREE_TRIES)

    assert len(_warnings(cloud)) == 1
    assert (first.status, first.headers, first.body) == (warned.status, warned.headers, warned.body)


def test_a_warning_that_cannot_be_sent_changes_nothing(cloud: Cloud, ada: Device) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError

    first, *_ = _refused(ada, FREE_TRIES - 1)
    with cloud.when("before-call.sesv2.SendEmail", refuse):
        (last,) = _refused(ada, 1)
        assert _warnings(cloud) == []

    assert (first.status, first.headers, first.body) == (last.status, last.headers, last.body)


def test_the_fifth_refusal_in_a_row_of_new_devices_warns_as_well_and_by_itself(
    cloud: Cloud, ada: Device
) -> None:
    """Whoever gets so far reads the mailbox, or holds a passkey: their owner is to know."""
    _refused(new_phone(cloud), FREE_TRIES - 1)
    before = _warnings(cloud)

    _refused(new_phone(cloud), 1)
    of_new_devices = [mail["subject"] for mail in _warnings(cloud)]
    _refused(ada, FREE_TRIES)

    assert before == []
    assert len(of_new_devices) == 1
    assert "new device" in of_new_devices[0]
    assert len(_warnings(cloud)) == 2


def test_a_refusal_that_warns_makes_the_calls_of_any_other_and_sends_nothing(ada: Device) -> None:
    _refused(ada, FREE_TRIES - 1)
    performed = ada.perform("verification", capture(2))

    with recorded() as record:
        ada.answer(performed.nonce, {"capture": performed.capture})

    calls = ["dynamodb:DeleteItem", "dynamodb:BatchGetItem", "kms:Decrypt", "dynamodb:TransactWriteItems"]
    assert record.operations == calls
