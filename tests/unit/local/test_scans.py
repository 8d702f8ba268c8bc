"""Scans say what they found, and never call clean what nobody looked at."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from local import scans
from local.paths import ROOT
from local.scans import Ran, Scan, answers, code, npm_packages, python_packages, secrets

SECRET = {"type": "Secret Keyword", "hashed_secret": "0123456789ab" + "0" * 28, "line_number": 7}


def _saying(answer: object = None, *, status: int = 0, err: str = "") -> Callable[[Sequence[str]], Ran]:
    """A tool that says this, and git, which lists two files."""

    def run(command: Sequence[str]) -> Ran:
        if command[0] == "git":
            return Ran(status=0, out="README.md\nrequirements/dev.txt\n", err="")
        return Ran(status=status, out="" if answer is None else json.dumps(answer), err=err)

    return run


def _audited(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- a tool's answer
    return {"dependencies": [{"name": "pydantic", "version": "2.14.0", "vulns": [], **more}], "fixes": []}


@pytest.mark.parametrize(
    ("scan", "answer"),
    [
        (code, {"errors": [], "results": []}),
        (python_packages, _audited()),
        (npm_packages, {"vulnerabilities": {}, "metadata": {}}),
    ],
)
def test_where_nothing_is_found_it_holds(
    scan: Callable[[Callable[[Sequence[str]], Ran]], Scan], answer: object
) -> None:
    assert scan(_saying(answer)).verdict == "holds"


def test_a_mistake_a_weak_package_and_a_secret_fail() -> None:
    mistake = {
        "filename": "./local/x.py",
        "line_number": 3,
        "test_id": "B613",
        "issue_text": "reads otherwise",
    }
    weak = _audited(vulns=[{"id": "PYSEC-1", "fix_versions": ["2.14.1"]}])
    weak_too = {"vulnerabilities": {"vite": {"severity": "high", "range": "<1"}}}
    secret = {"results": {"README.md": [SECRET]}}

    found = [
        code(_saying({"errors": [], "results": [mistake]})),
        python_packages(_saying(weak, status=1)),
        npm_packages(_saying(weak_too, status=1)),
        secrets(_saying(secret)),
    ]

    assert [one.verdict for one in found] == ["FAILS"] * 4
    assert "local/x.py:3 B613" in str(found[0])
    assert "pydantic 2.14.0: PYSEC-1" in str(found[1])
    assert "vite: high" in str(found[2])
    assert "README.md:7 Secret Keyword 0123456789ab" in str(found[3])


@pytest.mark.parametrize(
    ("scan", "run"),
    [
        (python_packages, _saying(err="ConnectionError: no route", status=1)),
        (python_packages, _saying(_audited(skip_reason="not found on PyPI"))),
        (python_packages, _saying(err="no answer within 90 s", status=-1)),
        (
            npm_packages,
            _saying({"message": "405 Method Not Allowed - POST https://registry.example"}, status=1),
        ),
        (npm_packages, _saying(err="ENOTFOUND", status=1)),
    ],
)
def test_a_service_that_was_not_reached_gives_no_clean_bill(
    scan: Callable[[Callable[[Sequence[str]], Ran]], Scan], run: Callable[[Sequence[str]], Ran]
) -> None:
    found = scan(run)

    assert found.verdict == "NOT CHECKED"
    assert "not reachable" in str(found)


@pytest.mark.parametrize("scan", [code, secrets])
def test_a_tool_that_breaks_down_fails(scan: Callable[[Callable[[Sequence[str]], Ran]], Scan]) -> None:
    assert scan(_saying(err="Traceback", status=2)).verdict == "FAILS"


def test_an_answer_counts_for_its_own_finding_and_none_stands_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,  # noqa: ANN401 -- a path
) -> None:
    row = "| `README.md` | Secret Keyword | `{}` | an example |\n"
    document = tmp_path / "scans.md"
    monkeypatch.setattr(scans, "ANSWERS", document)
    run = _saying({"results": {"README.md": [SECRET]}})

    document.write_text(row.format("0123456789ab"))
    answered = secrets(run)
    document.write_text(row.format("0123456789ab") + row.format("ffffffffffff"))
    too_many = secrets(run)
    document.write_text(row.format("ffffffffffff"))
    another = secrets(run)

    assert [one.verdict for one in (answered, too_many, another)] == ["holds", "FAILS", "FAILS"]
    assert len(another.found) == 2


def test_what_was_not_checked_fails_only_where_it_must_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing: dict[str, object] = {"detect-secrets": {"results": {}}, "bandit": {"errors": [], "results": []}}

    def run(command: Sequence[str]) -> Ran:
        tool = command[0].rpartition("/")[2]
        return _saying(nothing.get(tool))(command)

    monkeypatch.setattr(scans, "run", run)
    monkeypatch.setattr(scans, "answers", lambda _: set())

    assert scans.main([]) == 0
    assert scans.main(["--must-reach"]) == 1
    assert capsys.readouterr().out.count("NOT CHECKED") == 4


def test_the_answers_of_the_document_are_read() -> None:
    document = scans.ANSWERS.read_text(encoding="utf-8")

    read = answers(document)

    assert len(read) == document.count("High Entropy String | `") + document.count("Secret Keyword | `") > 10
    assert [path for path, _, _ in read if not (ROOT / path).is_file()] == []
