"""Every figure, one room after the other: `make bench`."""

from benchmarks import adaptation, browser, cold, decision_speed, gates, handlers, master_descriptor, sizes

for room in (gates, master_descriptor, decision_speed, adaptation, handlers, cold, sizes, browser):
    try:
        room.main()
    except SystemExit as stop:  # a room that lacks its data says so; one whose promise failed ends the run
        if not str(stop.code).startswith("skipped"):
            raise
        print(stop.code)
