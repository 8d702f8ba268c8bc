"""What we claim, printed by a command: `make bench`, or one room at a time, `python -m benchmarks.gates`."""

import sys
from pathlib import Path

# The layers are deployed as packages of their own; here they are found where they lie.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers"))
