"""The outbox shows sign-in codes: the build for the cloud has no such page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
npm = shutil.which("npm")


@pytest.fixture(scope="module")
def cloud_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert npm is not None
    subprocess.run(  # noqa: S603 - the site's own build
        [npm, "run", "--silent", "--workspace", "site", "build", "--", "--mode", "cloud", "--outDir", folder],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return folder


def test_no_file_of_the_cloud_build_is_the_outbox(cloud_build: Path) -> None:
    files = [path for path in cloud_build.rglob("*") if path.is_file()]

    assert (cloud_build / "index.html") in files
    assert [path.name for path in files if "outbox" in path.name] == []
