"""An export as tables for a spreadsheet: one file for each list, and one for what stands alone."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic_core import to_json

from functions.export.models import Export

_NEWLINE: Final = "\r\n"  # RFC 4180
_MARK: Final = "\ufeff"  # without it Excel takes UTF-8 for something older

# What begins like this is a formula to a spreadsheet (OWASP, "CSV Injection"); names are typed by people, and
# one could have been chosen by whoever added a device. A cell is not the only thing that begins: where the
# comma is the decimal sign, a spreadsheet separates by semicolons, and takes a cell apart at those in it.
# Space is trimmed by some, and quotation marks are taken off once more than they were put on.
_SEPARATOR: Final = r"[,;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]"
_FORMULA: Final = r"[\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"  # the last four are full-width
_BEGINS: Final = re.compile(rf"((?:^|{_SEPARATOR}){_FORMULA}")
_BEGINS_WITHIN: Final = re.compile(rf"({_SEPARATOR}{_FORMULA}")
_TRIMMED: Final = ("\t", "\r", "\n")

_TIME: Final = "_at"
_BARE_TIMES: Final = frozenset({"at", "until"})

# Each list of an export that is a table, under the name of its file.
TABLES: Final[Mapping[str, str]] = {
    "retention": "retention.csv",
    "templates": "templates.csv",
    "devices": "devices.csv",
    "passkeys": "passkeys.csv",
    "consents": "consents.csv",
    "policies": "policies.csv",
    "sign_ins": "sign-ins.csv",
    "sessions": "sessions.csv",
    "grants": "applications.csv",
}
ACCOUNT: Final = "account.csv"


def tables(export: Export) -> dict[str, bytes]:
    """Write an export's tables.

    Args:
        export: what is exported.

    Returns:
        The files by name, each CSV (RFC 4180) in UTF-8; times are UTC (ISO 8601), a list is JSON in its cell.
    """
    content = export.model_dump(mode="json")
    alone = {name: value for name, value in content.items() if name not in TABLES and name != "explanations"}
    written = {ACCOUNT: _csv(["field", "value"], _flat(alone).items())}
    for name, file in TABLES.items():
        columns = _columns(name, export)
        rows = [_flat(row) for row in content[name]]
        written[file] = _csv(columns, ([row.get(column, "") for column in columns] for row in rows))
    return written


def _columns(name: str, export: Export) -> list[str]:
    """Give the columns of a table, whether or not it has a row: from what the export explains."""
    before = f"{name}[]."
    paths = [path.removeprefix(before) for path in export.explanations if path.startswith(before)]
    return [path for path in paths if not any(other.startswith(f"{path}.") for other in paths)]


def _flat(content: Mapping[str, Any], *, before: str = "") -> dict[str, str]:
    """Give each value by its path. What is a mapping without fields of its own (a key, quality) is JSON."""
    cells: dict[str, str] = {}
    for name, value in content.items():
        path = before + name
        if isinstance(value, dict) and name in {"after", "sign_in_log_end", "recovery_codes", "mail_trouble"}:
            cells |= _flat(value, before=f"{path}.")
        else:
            cells[path] = _cell(name, value)
    return cells


def _cell(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if _is_time(name):
            return _date(value) if value else ""
        case list() if _is_time(name):
            return to_json([_date(moment) for moment in value]).decode()
        case str():
            return _harmless(value)
        case int() | float():
            return str(value)
        case _:
            return to_json(_harmless_within(value)).decode()


def _is_time(name: str) -> bool:
    return name.endswith(_TIME) or name in _BARE_TIMES


def _date(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _harmless(text: str) -> str:
    found = _BEGINS.sub(r"\1'", text)
    return f"'{found}" if found.startswith(_TRIMMED) else found


def _harmless_within(value: object) -> object:
    """Make harmless the texts in a cell that is JSON: each begins with its quotation mark, and stays one."""
    match value:
        case str():
            return _BEGINS_WITHIN.sub(r"\1'", value)
        case dict():
            return {name: _harmless_within(part) for name, part in value.items()}
        case list():
            return [_harmless_within(part) for part in value]
        case _:
            return value


def _csv(header: list[str], rows: Iterable[Iterable[str]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=_NEWLINE)
    writer.writerow(header)
    writer.writerows(rows)
    return (_MARK + written.getvalue()).encode()
