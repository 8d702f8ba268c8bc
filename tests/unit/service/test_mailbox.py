import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from service.mailbox import Address, code_digest, code_index, has_tag, mailbox_index, reader_index

KEY, OTHER = b"k" * 32, b"o" * 32
ADDRESS: TypeAdapter[str] = TypeAdapter(Address)


@given(address=st.emails())
def test_an_index_says_nothing_of_its_address(address: str) -> None:
    index = mailbox_index(address, key=KEY)

    assert re.fullmatch("[A-Za-z0-9_-]{43}", index)
    assert index != mailbox_index(address, key=OTHER)


@given(address=st.emails())
def test_case_makes_no_other_mailbox(address: str) -> None:
    assert mailbox_index(address.upper(), key=KEY) == mailbox_index(address.lower(), key=KEY)


def test_codes_of_two_devices_or_mailboxes_are_two_codes() -> None:
    indices = {code_index(mailbox, device, key=KEY) for mailbox in "ab" for device in "cd"}

    assert len(indices) == 4


@given(digits=st.from_regex("[0-9]{6}", fullmatch=True))
def test_a_digest_fits_one_code_of_one_device_and_mailbox(digits: str) -> None:
    digest = code_digest(digits, "mailbox", "device", account=None, stage=(False, 0), key=KEY)

    others = [("mailbox", "other"), ("other", "device")]
    assert digits not in digest
    assert digest not in [
        code_digest(digits, *other, account=None, stage=(False, 0), key=KEY) for other in others
    ]
    assert digest != code_digest(digits, "mailbox", "device", account=None, stage=(False, 0), key=OTHER)


@pytest.mark.parametrize("address", ["a@b.co", "first.last+tag@sub.example.org", "o'neil@example.museum"])
def test_usual_addresses_are_addresses(address: str) -> None:
    assert ADDRESS.validate_python(address) == address


@given(text=st.text(max_size=60).filter(lambda text: not re.fullmatch(r"[!-~]+@[!-~]+\.[!-~]+", text)))
def test_text_that_is_no_address_is_none(text: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESS.validate_python(text)


@given(around=st.sampled_from(["\r\nBcc: eve@example.org", "\n", " ", "\x00", ",eve@example.org", "<", ">"]))
def test_nothing_can_be_added_to_an_address(around: str) -> None:
    for address in (f"ada@example.org{around}", f"{around}ada@example.org"):
        with pytest.raises(ValidationError):
            ADDRESS.validate_python(address)


def test_a_code_is_good_for_one_account_at_one_stage() -> None:
    stages = [(False, 0), (True, 0), (False, 1), (True, 1), (False, 10)]

    digests = {
        code_digest("123456", "mailbox", "device", account=account, stage=stage, key=KEY)
        for account in ("one", "another", None)
        for stage in stages
    }

    assert len(digests) == 3 * len(stages)


def test_tags_of_one_address_lead_to_one_reader() -> None:
    names = ("ada", "ada+a", "Ada+b", "ada+a+b", "ada+")

    (reader,) = {reader_index(f"{name}@example.org", key=KEY) for name in names}

    assert reader != mailbox_index("ada@example.org", key=KEY)
    assert reader_index("ada+a@elsewhere.example", key=KEY) != reader
    assert reader_index("+ada@example.org", key=KEY) != reader_index("+bob@example.org", key=KEY)
    assert [has_tag(f"{name}@example.org") for name in (*names, "+ada")] == [False, *[True] * 4, False]
