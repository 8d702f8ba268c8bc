"""The running product, once per test session, for whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.stack import running_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with running_stack() as running:
        yield running
