"""`python -m benchmarks.adaptation`."""

from benchmarks.adaptation import main

main()
