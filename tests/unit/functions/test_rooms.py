"""Each function imports what it uses and no more: that is its cold start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
FACES = {"enroll", "verify"}
MAX_HANDLER_LINES = 100  # the account has ten routes, and the names of what they take

# Parts that only some functions may load when they start, and which.
OWN_PARTS = {
    "numpy": FACES,
    "matching": FACES | {"challenges"},  # scripts are drawn from plain numbers
    "matching.liveness.judge": FACES,
    "service.mail": set(),
    "service.repositories.erasures": {"delete", "sweeper"},
    "service.repositories.rights": set(),
    "service.policy": {"account", "challenges", "enroll", "discovery", "export"},
    "webauthn": set(),  # 0.3 s: by what adds a passkey or uses one, when it does
    "aws_xray_sdk": set(),
    "boto3": set(),
}


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """What each handler has loaded when Lambda calls it for the first time."""
    return {name: _loaded_by(name) for name in FUNCTIONS}


def _loaded_by(function: str) -> set[str]:
    script = f"import json, sys, functions.{function}.handler; print(json.dumps(list(sys.modules)))"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers'}"}
    printed = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    return set(json.loads(printed.stdout))


@pytest.mark.parametrize("part", OWN_PARTS)
def test_a_part_is_loaded_by_those_who_use_it(part: str, loaded: dict[str, set[str]]) -> None:
    assert {name for name, modules in loaded.items() if part in modules} == OWN_PARTS[part]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_no_other_function(name: str, loaded: dict[str, set[str]]) -> None:
    others = {module.split(".")[1] for module in loaded[name] if module.startswith("functions.")}

    assert others == {name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_starts_without_its_environment(name: str, loaded: dict[str, set[str]]) -> None:
    assert "service.deployment" in loaded[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_read_at_a_glance(name: str) -> None:
    handler = ROOT / "functions" / name / "handler.py"

    assert len(handler.read_text(encoding="utf-8").splitlines()) <= MAX_HANDLER_LINES
