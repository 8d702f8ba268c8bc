"""Every figure, one room after the other: `make bench`.

Without `benchmarks.strata`, which degrades and embeds thousands of pictures first.
"""

from benchmarks import (
    ablation,
    adaptation,
    browser,
    cold,
    decision_speed,
    erasure,
    export,
    gates,
    handlers,
    liveness_speed,
    master_descriptor,
    sizes,
    verification,
)

ROOMS = (
    gates,
    verification,
    ablation,
    master_descriptor,
    adaptation,
    decision_speed,
    handlers,
    liveness_speed,
    cold,
    sizes,
    export,
    erasure,
    browser,
)
for room in ROOMS:
    try:
        room.main()
    except SystemExit as stop:  # a room that lacks its data says so; one whose promise failed ends the run
        if not str(stop.code).startswith("skipped"):
            raise
        print(stop.code)
