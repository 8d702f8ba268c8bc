"""A profile, for tests of what reads one."""

from typing import Any

from service.repositories.rows import Profile


def profile(**changes: Any) -> Profile:  # noqa: ANN401 -- parts of a profile
    """Make a profile; ``changes`` replace parts of it."""
    given: dict[str, Any] = {
        "account": "a" * 22,
        "status": "active",
        "mailbox": "m" * 43,
        "sealed_email": b"",
        "policy_version": "1",
        "created_at": 1_790_000_000,
        "last_used_at": 1_790_000_000,
        "anchors": frozenset({"t"}),
        "devices": frozenset({"d" * 43}),
        "sealed_log_head": b"",
        "revision": 1,
    }
    return Profile(**given | changes)
