"""docs/sdk.md names everything that an integrator can call, and everything that can go wrong."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "sdk.md").read_text(encoding="utf-8")


def _interface() -> list[str]:
    source = (ROOT / "site/sdk/types/product.ts").read_text(encoding="utf-8")
    body = source.partition("export interface FaceSmash {")[2].partition("\n}")[0]
    return re.findall(r"^  (\w+)\(", body, flags=re.MULTILINE)


def _errors() -> dict[str, list[str]]:
    """Each class of errors, and its kinds where the type lists them."""
    source = (ROOT / "site/sdk/errors.ts").read_text(encoding="utf-8")
    kinds = {
        name: re.findall(r'"([a-z-]+)"', listed)
        for name, listed in re.findall(r"export type (\w+)Kind =([^;]+);", source)
    }
    return {name: kinds.get(name, []) for name in re.findall(r"export class (\w+) extends Error", source)}


def test_every_call_of_the_sdk_has_its_row() -> None:
    calls = _interface()
    rows = "\n".join(line for line in DOCUMENT.splitlines() if line.startswith("| `"))

    assert len(calls) > 30
    assert [call for call in calls if f"`{call}(" not in rows] == []


def test_every_error_and_each_of_its_kinds_is_told() -> None:
    told = DOCUMENT.partition("## Errors")[2].partition("\n## ")[0]
    errors = _errors()

    assert len(errors) >= 8
    assert [name for name in errors if f"`{name}`" not in told] == []
    assert [kind for kinds in errors.values() for kind in kinds if f"`{kind}`" not in told] == []
