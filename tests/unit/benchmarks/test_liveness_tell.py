from benchmarks.liveness.browser_path import Seen
from benchmarks.liveness.bulk import Outcome
from benchmarks.liveness.report import build
from benchmarks.liveness.tell import lines, told_before


def judged(species: str, *, accepted: bool, profile: str = "standard") -> Outcome:
    return Outcome(
        species=species,
        profile=profile,
        subject="somebody",
        accepted=accepted,
        reason="live" if accepted else "not-live",
        statuses={"depth": "passed" if accepted else "failed"},
        measured={},
        score=0.0,
        first_product=True,
    )


def seen(species: str, verdict: str) -> Seen:
    kind = "live" if species == "live" else "presentation"
    return Seen(
        species=species, profile="standard", subject="somebody", kind=kind, verdict=verdict, seconds=9.0
    )


OUTCOMES = [
    *[judged("live", accepted=number > 0) for number in range(20)],
    *[judged("print-bent", accepted=number < 1) for number in range(50)],
    *[judged("still-with-noise", accepted=False) for _ in range(50)],
    *[judged("still-with-noise", accepted=True, profile="no-head-turn") for _ in range(2)],
]
SEEN = [seen("still-noise", "refused"), seen("live", "accepted"), seen("slow-zoom", "no-response")]


def test_every_species_stands_beside_its_browser_and_the_first_product() -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in lines(build(OUTCOMES, SEEN))}

    assert "2.00 % (1 of 50)" in rows["print-bent"]
    # What was shown to the browser under another name is the same species.
    assert "0.00 % (0 of 50)" in rows["still-with-noise"]
    assert "0.00 % (0 of 1)" in rows["still-with-noise"]
    assert rows["still-with-noise"].endswith("| 100.0 % | 100.0 % |")
    assert "slow-zoom" in rows  # of the browser only
    assert "5.00 % (1 of 20)" in rows["`standard`"]


def test_the_worst_species_is_the_headline_and_no_profile_with_the_mailbox_counts() -> None:
    first = next(iter(lines(build(OUTCOMES, SEEN))))

    assert (
        first == "**Worst species of presentation attack: print-bent, APCER 2.00 % (1 of 50) [0.05, 10.65].**"
    )


def test_a_run_in_bulk_alone_leaves_what_was_said_of_the_browser() -> None:
    whole = "\n".join(lines(build(OUTCOMES, SEEN)))

    again = "\n".join(lines(build(OUTCOMES, []), told_before(whole)))

    rows = {line.split(" | ")[0].removeprefix("| "): line for line in again.splitlines()}
    assert told_before(whole) == told_before(again) | {"slow-zoom": "0.00 % (0 of 1) [0.00, 97.50]"}
    assert "0.00 % (0 of 1)" in rows["still-with-noise"]
    assert "0.00 % (0 of 1) [0.00, 97.50], median 9 s" in rows["`standard`"]
    assert "(0 of 1)" not in rows["print-bent"]
