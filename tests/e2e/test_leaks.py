"""After a whole life, from registration to deletion, nothing personal lies anywhere in the clear."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.actors import CLEO, PILOT
from tests.e2e import steps, tables
from tests.e2e.house import in_front_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.e2e.house import House


class Life:
    """What was personal in a life, and what the tables held in the middle and at the end of it."""

    def __init__(self, *, email: str, export: dict[str, Any], during: bytes, afterwards: bytes) -> None:
        self.needles = dict(needles(email, export))
        self.during = during
        self.afterwards = afterwards


@pytest.fixture(scope="module")
def life(house: House, tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder: Path = tmp_path_factory.mktemp("life")
    member = house.enrol(PILOT)
    with member.device.open(in_front_of(CLEO)) as window:
        steps.look(window.page)
        steps.is_refused(window.page)
    with member.device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        export = json.loads(steps.download(window.page, folder).read_bytes())
        during = tables.everything(house.stack)
        steps.delete_account(window.page)
    return Life(
        email=member.mailbox.address, export=export, during=during, afterwards=tables.everything(house.stack)
    )


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
    for needle in life.needles.values():
        assert found(life, b"somewhere " + needle + b" in the clear")


def found(life: Life, haystack: bytes) -> list[str]:
    """Name what was found; never show it."""
    return [name for name, needle in life.needles.items() if needle in haystack]


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
