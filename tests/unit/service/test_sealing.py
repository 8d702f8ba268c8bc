import os
from typing import Final, get_args

from matching.verification import VerificationReason
from service.ids import new_ulid
from service.sealing import LogEntry, open_entry, seal_entry
from service.vault import DataKey

KEY: Final = DataKey(account="a" * 22, version=1, material=os.urandom(32))
REASONS: Final = (*get_args(VerificationReason), "too-many-devices")


def test_the_size_of_a_log_entry_tells_neither_outcome_nor_reason() -> None:
    entries = [
        LogEntry(
            at=1_790_000_000,
            outcome="accepted" if reason == "matched" else "refused",
            reason=reason,
            device="d" * 43,
        )
        for reason in REASONS
    ]

    sealed = [seal_entry(KEY, entry, entry_id=new_ulid(1.8e9), expires_at=1_800_000_000) for entry in entries]

    assert len({len(row.sealed) for row in sealed}) == 1
    assert [open_entry(KEY, row) for row in sealed] == entries
