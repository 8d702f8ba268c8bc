"""After a whole life, from registration to deletion, nothing personal lies anywhere in the clear."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.e2e.house import House
    from tests.e2e.life import Life


def test_no_log_line_holds_anything_personal(house: House, life: Life) -> None:
    written = "\n".join([*house.stack.logs(), house.stack.cloud.log])

    for function in ("challenges", "email", "enroll", "verify", "account", "export", "delete"):
        assert f'"service":"{function}"' in written, f"{function} has written nothing"
    assert found(life, written.encode()) == []


def test_no_table_holds_anything_personal_in_the_clear(life: Life) -> None:
    assert b"TEMPLATE#" in life.during, "these are the tables"
    assert found(life, life.during) == []
    assert found(life, life.afterwards) == []


def test_the_search_finds_what_it_looks_for(life: Life) -> None:
    for _, needle in needles(life.member.mailbox.address, life.export):
        assert found(life, b"somewhere " + needle + b" in the clear")


def found(life: Life, haystack: bytes) -> list[str]:
    """Name what was found; never show it."""
    needed = needles(life.member.mailbox.address, life.export)
    return [name for name, needle in needed if needle in haystack]


def needles(email: str, export: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Give everything that must not be found, in every way it could be written."""
    yield "e-mail", email.encode()
    yield "e-mail, base64", base64.b64encode(email.encode())[:-4]
    yield "e-mail, name only", email.split("@", maxsplit=1)[0].encode()
    for position, template in enumerate(export["templates"]):
        vector = np.array(template["descriptor"], dtype="<f4")
        yield from _writings(f"descriptor {position}", vector)


def _writings(name: str, vector: NDArray[np.float32]) -> Iterator[tuple[str, bytes]]:
    raw = vector.tobytes()
    # Four numbers in a row are enough to know it by; chance would need 128 bits.
    for start in range(0, 128, 16):
        part = raw[start * 4 : start * 4 + 16]
        yield f"{name}[{start}], raw", part
        yield f"{name}[{start}], hex", part.hex().encode()
        for shift in range(3):
            yield f"{name}[{start}], base64+{shift}", base64.b64encode(b"\0" * shift + part)[4:-4]
        yield f"{name}[{start}], float64", vector[start : start + 2].astype("<f8").tobytes()
    for index in np.flatnonzero(np.abs(vector) > 0.05)[::8]:
        # Seven decimals, however many more were written after them.
        yield f"{name}[{index}], decimal", f"{abs(float(vector[index])):.10f}"[:9].encode()
