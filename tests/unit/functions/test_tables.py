"""An export's tables: nothing in them is run by a spreadsheet, whatever it takes for a separator."""

import csv
import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.export import largest
from functions.export.tables import tables

NOTHING: dict[str, list[object]] = {"templates": [], "passkeys": [], "policies": [], "sessions": []}
EXPORT = largest(sign_ins=1).model_copy(update=NOTHING)
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PIECES = [*FORMULA, *",;|\t\r\n\v\u2028", *"\"' x", "cmd|'/C calc'!A0"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(name=st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example(name="x;=cmd|'/C calc'!A0;y")
@example(name="x;\"=cmd|'/C calc'!A0\"")
@example(name="x\n\t@SUM(A1)")
def test_no_name_is_a_formula_however_a_spreadsheet_takes_the_table_apart(name: str, separator: str) -> None:
    device, grant = EXPORT.devices[0], EXPORT.grants[0]
    export = EXPORT.model_copy(
        update={
            "devices": [device.model_copy(update={"name": name})],
            "grants": [grant.model_copy(update={"name": name, "scopes": [name, "openid"]})],
        }
    )

    files = tables(export)

    for file in ("devices.csv", "applications.csv"):
        text = files[file].decode("utf-8-sig")
        read = [
            cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row
        ]
        assert [cell for cell in read if cell.strip(' \t\r\n\v\u2028"').startswith(FORMULA)] == []
        if separator != ",":  # nothing is quoted for the sake of these, and so it is split bluntly as well
            blunt = re.split(rf"{separator}|[\r\n]", text)
            assert [cell for cell in blunt if cell.strip(' \t\v\u2028"').startswith(FORMULA)] == []


def test_what_is_no_formula_is_left_as_it_is() -> None:
    name = "Ada's laptop; x-1, y=2 (a@b.example)"
    export = EXPORT.model_copy(update={"devices": [EXPORT.devices[0].model_copy(update={"name": name})]})

    (row,) = csv.DictReader(io.StringIO(tables(export)["devices.csv"].decode("utf-8-sig"), newline=""))

    assert row["name"] == name


def test_times_are_dates_also_where_a_cell_holds_several() -> None:
    export = EXPORT.model_copy(update={"learned_at": [1_790_000_000, 1_790_000_001]})

    content = tables(export)["account.csv"].decode("utf-8-sig")

    account = {row["field"]: row["value"] for row in csv.DictReader(io.StringIO(content, newline=""))}
    assert json.loads(account["learned_at"]) == ["2026-09-21T14:13:20Z", "2026-09-21T14:13:21Z"]
