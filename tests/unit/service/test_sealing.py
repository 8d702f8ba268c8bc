import os
from dataclasses import replace
from typing import Final, get_args

import pytest

from matching.verification import VerificationReason
from service.ids import new_ulid
from service.log_chain import Head, LogEntry, SignInEvent, append, beginning
from service.sealing import open_entry, open_log_head, seal_entry, seal_log_head
from service.vault import DataKey, SealBrokenError, seal
from tests.unit.service.profiles import profile

KEY: Final = DataKey(account="a" * 22, version=1, material=os.urandom(32))
OTHER: Final = replace(KEY, material=os.urandom(32))
REASONS: Final = (*get_args(VerificationReason), "too-many-devices", "evidence-malformed")
AFTER: Final = (beginning(KEY.account), Head(number=10**9, digest="d" * 43, expires_at=4 * 10**9))


def _entries() -> list[LogEntry]:
    return [
        append(
            SignInEvent(
                id=new_ulid(1.8e9),
                at=1_790_000_000,
                outcome="accepted" if reason == "matched" else "refused",
                reason=reason,
                device="d" * 43,
            ),
            after=after,
            life_s=90 * 86_400,
        )
        for reason in REASONS
        for after in AFTER
    ]


def test_the_size_of_a_log_entry_tells_neither_outcome_nor_reason_nor_place() -> None:
    entries = _entries()

    sealed = [seal_entry(KEY, entry) for entry in entries]

    assert len({len(row.sealed) for row in sealed}) == 1
    assert [open_entry(KEY, row) for row in sealed] == entries


def test_the_size_of_a_logs_end_does_not_tell_how_long_it_is() -> None:
    sealed = [seal_log_head(KEY, head) for head in AFTER]

    assert len({len(blob) for blob in sealed}) == 1
    assert [open_log_head(KEY, profile(sealed_log_head=blob)) for blob in sealed] == list(AFTER)


def test_an_entry_with_another_time_to_expire_does_not_open() -> None:
    row = seal_entry(KEY, _entries()[0])

    for expires_at in (row.expires_at - 1, row.expires_at + 1, 0):
        with pytest.raises(SealBrokenError):
            open_entry(KEY, replace(row, expires_at=expires_at))


def test_an_entry_of_before_there_was_a_chain_does_not_open() -> None:
    entry_id = new_ulid(1.8e9)
    sealed = seal(KEY, b'{"at": 1, "outcome": "accepted"}', item=f"SIGNIN#{entry_id}", kind="sign-in")

    with pytest.raises(SealBrokenError):
        open_entry(KEY, replace(seal_entry(KEY, _entries()[0]), id=entry_id, sealed=sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", seal_log_head(OTHER, AFTER[1])])
def test_an_end_that_was_altered_or_taken_away_is_none(sealed: bytes) -> None:
    assert open_log_head(KEY, profile(sealed_log_head=sealed)) is None
