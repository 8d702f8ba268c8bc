"""The bars of a template's life (layers/matching/templates), chosen on some people and tried on others.

Development data (LFW), so development figures: press photographs, one picture a probe, light and age as they
come. They describe these people, and promise nothing for others.
"""

import sys

from benchmarks.adaptation import admission, bars, effect, poisoning
from benchmarks.adaptation.people import DESCRIPTORS, halves

__all__ = ["main"]


def main() -> None:
    """Print the figures, or say what is missing."""
    if not DESCRIPTORS.exists():
        sys.exit(f"skipped: evaluation descriptors are not on this machine ({DESCRIPTORS.name})")
    choosing, reporting = halves()
    threshold = bars.report(choosing)
    admission.report(reporting, threshold=threshold)
    effect.report(reporting, threshold=threshold)
    poisoning.report(reporting, threshold=threshold)
