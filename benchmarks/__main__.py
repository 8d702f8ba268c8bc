"""Every figure, one room after the other: `make bench`."""

from benchmarks import adaptation, browser, cold, gates, handlers, sizes

for room in (gates, adaptation, handlers, cold, sizes, browser):
    try:
        room.main()
    except SystemExit as stop:  # a room that lacks its data says so; one whose promise failed ends the run
        if not str(stop.code).startswith("skipped"):
            raise
        print(stop.code)
