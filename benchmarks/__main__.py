"""Most figures, one room after the other: `make bench`. A room that lacks its data is skipped, and says so.

By themselves run those that take long, or that need something made first:

    python -m benchmarks.oracle --out REPORT.json     what refusals tell, by their bytes and times
    python -m benchmarks.load --out REPORT.json       sign-ins at once
    python -m benchmarks.liveness --out REPORT.json   what passes for alive, of what benchmarks.liveness_banks
                                                      made first; --browser: also through Chromium and the API
    python -m benchmarks.strata                       poor conditions, with thousands of pictures to embed
    python -m benchmarks.liveness.turned              how far turned heads lie from straight ones
    python -m benchmarks.landmarks                    which landmarks liveness is judged by
    python -m benchmarks.liveness_actor               whether the rendered head behaves as a real one

What only fits, makes or writes (`benchmarks.calibrate`, `benchmarks.degradations`,
`benchmarks.liveness_shape`, `benchmarks.liveness.fit`, `benchmarks.liveness.tell`) is run by itself, too.
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
