"""`make scans`: what others know of mistakes, secrets and weak packages, asked about this checkout.

Four scans. Two need nothing but the checkout; two ask services, and say so where those cannot be reached.
That is no clean bill, and with `--must-reach`, as in the pipeline, no success. What was found and is none,
and why, stands in docs/scans.md: a row for each, and a row too many fails as well.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from local.paths import ROOT

ANSWERS: Final = ROOT / "docs" / "scans.md"
TOOLS: Final = Path(sys.executable).parent
SOURCES: Final = ("benchmarks", "docs", "facesmash", "functions", "infra", "layers", "local", "operators")
# Ruff asks the same of each place (S101, S310, S404, S603, S607, S311, S105, S106); the reason is beside it.
ASKED_BY_RUFF: Final = ("B101", "B310", "B404", "B603", "B607", "B311", "B105", "B106")
# Numbers and digests by the thousand, each of which looks like a key; tests hold them to what they are of.
FULL_OF_DIGESTS: Final = (
    "*.png",
    "package-lock.json",
    "requirements/*.txt",
    "docs/openapi.json",
    "layers/matching/*.json",
    "site/sdk/vision/*.generated.ts",
    "site/sdk/vision/mesh/*.generated.ts",
)
PACKAGES: Final = ("dev", "cloud")  # dev holds what the layers hold as well
# A service that says nothing for so long is not reached. What needs the checkout alone is waited for: on a
# busy machine it takes minutes.
LONGEST_S: Final = 90
ASKS_A_SERVICE: Final = ("pip-audit", "npm")

Verdict: TypeAlias = Literal["holds", "FAILS", "NOT CHECKED"]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What came of one scan.

    Attributes:
        name: of the scan.
        verdict: "NOT CHECKED" where nobody could say.
        found: what was found, or why it was not checked.
    """

    name: str
    verdict: Verdict
    found: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = "".join(f"\n  {line}" for line in self.found)
        return f"{self.name}: {self.verdict}{lines}"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a tool said."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[[Sequence[str]], Ran]


def main(argv: Sequence[str] | None = None) -> int:
    """Run every scan and return 0 where none fails."""
    parser = argparse.ArgumentParser(prog="local.scans", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--must-reach", action="store_true", help="what is not checked fails, too")
    must_reach = parser.parse_args(argv).must_reach
    with ThreadPoolExecutor(max_workers=2) as pool:
        scans = list(pool.map(lambda scan: scan(run), (secrets, code, python_packages, npm_packages)))
    print(*scans, sep="\n", flush=True)
    bad = {"FAILS", "NOT CHECKED"} if must_reach else {"FAILS"}
    return 1 if any(scan.verdict in bad for scan in scans) else 0


def run(command: Sequence[str]) -> Ran:
    """Run a tool in this checkout; one that waits too long for a service has said nothing."""
    timeout_s = LONGEST_S if Path(command[0]).name in ASKS_A_SERVICE else None
    try:
        done = subprocess.run(  # noqa: S603 -- our tools, with our own arguments
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(status=-1, out="", err=f"no answer within {LONGEST_S} s")
    return Ran(status=done.returncode, out=done.stdout, err=done.stderr)


def code(run: Run) -> Scan:
    """Look for known mistakes in Python (bandit)."""
    ran = run(
        [f"{TOOLS}/bandit", "--quiet", "--format=json", f"--skip={','.join(ASKED_BY_RUFF)}", "-r", *SOURCES]
    )
    said = _json(ran)
    if said is None or said["errors"]:
        return Scan(name="bandit", verdict="FAILS", found=(_end_of(ran),))
    found = tuple(
        f"{one['filename'].removeprefix('./')}:{one['line_number']} {one['test_id']} {one['issue_text']}"
        for one in said["results"]
    )
    return Scan(name="bandit", verdict="FAILS" if found else "holds", found=found)


def secrets(run: Run) -> Scan:
    """Look for secrets in every file that is or would be committed (detect-secrets)."""
    listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"]).out.split("\n")
    files = [
        name
        for name in listed
        if name and not any(fnmatch(name, kind) for kind in FULL_OF_DIGESTS) and (ROOT / name).is_file()
    ]
    ran = run([f"{TOOLS}/detect-secrets", "-c", "2", "scan", "--no-verify", *files])
    said = _json(ran)
    if not files or said is None:
        return Scan(name="detect-secrets", verdict="FAILS", found=(_end_of(ran),))
    # Named by a digest's beginning: a line moves, and what it says must not be said again.
    found = {
        (name, one["type"], one["hashed_secret"][:12]): one["line_number"]
        for name, several in said["results"].items()
        for one in several
    }
    answered = answers(ANSWERS.read_text(encoding="utf-8"))
    amiss = [
        f"{name}:{line} {kind} {digest}: no answer in docs/scans.md"
        for (name, kind, digest), line in found.items()
        if (name, kind, digest) not in answered
    ]
    amiss += [f"{' '.join(row)}: answered in docs/scans.md, and not there" for row in answered - found.keys()]
    return Scan(name="detect-secrets", verdict="FAILS" if amiss else "holds", found=tuple(amiss))


def answers(text: str) -> set[tuple[str, str, str]]:
    """Read which findings are answered: file, kind and the first twelve digits of the digest."""
    return set(re.findall(r"^\| `([^`]+)` \| ([^|`]+) \| `([0-9a-f]{12})` \| .+ \|$", text, re.MULTILINE))


def python_packages(run: Run) -> Scan:
    """Ask whether any locked Python package has a known weakness (pip-audit)."""
    found: list[str] = []
    unknown: list[str] = []
    for group in PACKAGES:
        options = ("--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off")
        ran = run([f"{TOOLS}/pip-audit", f"--requirement=requirements/{group}.txt", "--timeout=10", *options])
        said = _json(ran)
        if said is None:
            return Scan(name="pip-audit", verdict="NOT CHECKED", found=(f"not reachable: {_end_of(ran)}",))
        unknown += [one["name"] for one in said["dependencies"] if "skip_reason" in one]
        found += [
            f"{one['name']} {one['version']}: {weakness['id']}, mended in {weakness['fix_versions']}"
            for one in said["dependencies"]
            for weakness in one.get("vulns", ())
        ]
    if found:
        return Scan(name="pip-audit", verdict="FAILS", found=tuple(sorted(set(found))))
    if unknown:
        why = f"not reachable: the registry says nothing of {len(set(unknown))} packages"
        return Scan(name="pip-audit", verdict="NOT CHECKED", found=(why,))
    return Scan(name="pip-audit", verdict="holds")


def npm_packages(run: Run) -> Scan:
    """Ask whether any locked npm package has a known weakness (npm audit)."""
    ran = run(["npm", "audit", "--json"])
    said = _json(ran)
    if said is None or "vulnerabilities" not in said:
        why = str((said or {}).get("message") or _end_of(ran)).split(" - ", 1)[0]
        return Scan(name="npm audit", verdict="NOT CHECKED", found=(f"not reachable: {why}",))
    found = tuple(
        f"{name}: {one['severity']}, {one['range']}" for name, one in said["vulnerabilities"].items()
    )
    return Scan(name="npm audit", verdict="FAILS" if found else "holds", found=found)


def _json(ran: Ran) -> Any:  # noqa: ANN401 -- a tool's answer
    try:
        return json.loads(ran.out)
    except ValueError:
        return None


def _end_of(ran: Ran) -> str:
    lines = [line for line in (ran.err or ran.out).strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"it said nothing, and ended with {ran.status}"


if __name__ == "__main__":
    sys.exit(main())
