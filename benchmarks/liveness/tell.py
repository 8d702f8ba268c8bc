"""Write a report's figures into the document: `python -m benchmarks.liveness.tell REPORT.json`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from benchmarks.liveness.report import ALONE, FORGERIES, told, told_people
from matching.liveness.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "liveness.md"
BEGIN: Final = "<!-- liveness -->\n"
END: Final = "<!-- end liveness -->\n"
_AT_BROWSER: Final = "@browser"
_BROWSER: Final = "through the browser"

Report = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Replace what stands between the markers; a report without the browser leaves the browser's columns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.liveness.tell", description=__doc__)
    parser.add_argument("report", type=Path, help="as `python -m benchmarks.liveness --out` wrote it")
    report = json.loads(parser.parse_args(arguments).report.read_text(encoding="utf-8"))
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    now, _, after = rest.partition(END)
    said = "\n".join(lines(report, told_before(now)))
    DOCUMENT.write_text(before + BEGIN + said + "\n" + END + after, encoding="utf-8")


def told_before(section: str) -> dict[str, str]:
    """Give what a document says of the browser: a cell for each species and profile that has one.

    Args:
        section: what stands between the markers.
    """
    found: dict[str, str] = {}
    column = 0
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if _BROWSER in cells:
            column = cells.index(_BROWSER)
        elif column and len(cells) > column and "%" in cells[column]:
            found[cells[0].split(" (")[0].strip("`")] = cells[column]
    return found


def lines(report: Report, before: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Say it as tables in Markdown.

    Args:
        report: of bulk, browser, or both.
        before: cells for the browser's column, of species and profiles that the report has none for.
    """
    worst = report["headline"]["presentation"]
    if worst is not None:
        yield f"**Worst species of presentation attack: {worst['species']}, APCER {told(worst, 'apcer')}.**"
        yield ""
    weaker = [name for name in PROFILES if name not in ALONE]
    yield f"| species | APCER, bulk | {_BROWSER} | first product, bulk | with {', '.join(weaker)} |"
    yield "|---|---|---|---|---|"
    for kind in ("presentation", "injection"):
        for name, row in report["species"].items():
            if row["kind"] == kind and row["path"] == "bulk":
                yield _species(report, name, row, weaker, before.get(name, "-"))
    only = [name for name, row in report["species"].items() if row["path"] == "browser"]
    shown = {f"{name}{_AT_BROWSER}" for name in report["species"]} | set(_SAME.values())
    for name in only:
        if name not in shown:
            row = report["species"][name]
            yield f"| {name.removesuffix(_AT_BROWSER)} | - | {told(row, 'apcer')} | - | - |"
    yield ""
    yield f"| profile | BPCER, bulk | people | {_BROWSER} |"
    yield "|---|---|---|---|"
    for name, row in report["profiles"].items():
        seen = told_people(row["browser"]) if "browser" in row else before.get(name, "-")
        yield f"| `{name}` | {told(row, 'bpcer')} | {row['subjects']} | {seen} |"
    yield f"| first product | {told(report['first_product']['live'], 'bpcer')} | | |"


# What the browser's actors and the bulk call differently.
_SAME: Final = {
    "still-with-noise": f"still-noise{_AT_BROWSER}",
    "two-photo-cut": f"two-photos{_AT_BROWSER}",
    "print-moved": f"print-tilted{_AT_BROWSER}",
    "replayed-video": f"replay{_AT_BROWSER}",
}


def _species(report: Report, name: str, row: Report, weaker: Sequence[str], before: str) -> str:
    browser = report["species"].get(_SAME.get(name, f"{name}{_AT_BROWSER}"))
    said = f"{name} (injection)" if row["kind"] == "injection" else name
    if name in FORGERIES:
        said += ", held to no bar"
    first = report["first_product"]["species"].get(name)
    others = [row["profiles"].get(profile) for profile in weaker]
    cells = [
        said,
        told(row, "apcer"),
        before if browser is None else told(browser, "apcer"),
        "-" if first is None else f"{100 * first['apcer']:.1f} %",
        ", ".join("-" if one is None else f"{100 * one['apcer']:.1f} %" for one in others),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
