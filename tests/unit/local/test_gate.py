import pytest

from local.gate import Ran, closing_line


def test_the_last_line_counts_all_runs_together() -> None:
    tested = [
        Ran(status=1, line="====== 2 failed, 2400 passed, 1 skipped in 201.20s (0:03:21) ======"),
        Ran(status=0, line="====== 147 passed in 700.10s (0:11:40) ======"),
    ]

    assert closing_line(tested, took_s=901.3).strip("= ") == "2 failed, 2547 passed, 1 skipped in 901.30s"


@pytest.mark.parametrize("line", ["", "====== no tests ran in 0.02s ======"])
def test_a_run_without_tests_adds_nothing(line: str) -> None:
    tested = [Ran(status=5, line=line), Ran(status=0, line="== 3 passed in 1.00s ==")]

    assert closing_line(tested, took_s=1.0).strip("= ") == "3 passed in 1.00s"
    assert "no tests ran" in closing_line(tested[:1], took_s=1.0)
