"""The numbers of a template's life, each with where it was measured.

Measured means: `python -m benchmarks.adaptation`, on the half of the development people that chooses bars;
the other half reports what they do.
"""

from typing import Final

# The anchor ball. Stricter than acceptance: of single strangers' pictures about 1 in 100,000 lies this near
# to the nearest of three anchors (the threshold for FMR 1e-4 is .30), of the person's own more than half.
ANCHOR_BAR: Final = 0.27

# A sign-in lies near a template when two single pictures of one person do so in 4 of 10 cases, and two
# people in about 2 of 1,000,000.
CORROBORATION_BAR: Final = 0.27

# Nearer than this to a stored template, a probe brings nothing that is not there: the next frame of the same
# scene. Of pictures taken on different days only 1 % lie nearer to an anchor.
NOVELTY_BAR: Final = 0.15

# Mean cosine of the last updates' directions. Three pictures of the person themselves exceed it in 3 % of
# cases, three of one stranger in all.
FREEZE_COSINE: Final = 0.5
FREEZE_WINDOW: Final = 4  # updates, the candidate among them: as many as 30 days can bring
FREEZE_LEAST: Final = 3  # of two directions nothing can be said

# Policy, not measurements: few enough for the false-match budget by number of templates, slow enough that
# an owner who reads the log sees it before it counts.
MAX_ADAPTIVE: Final = 5
MAX_ADMISSIONS: Final = 4
ADMISSION_WINDOW_DAYS: Final = 30.0
APART_DAYS: Final = 1.0  # between two admissions, and between the sign-ins that corroborate one
NEEDED_CORROBORATIONS: Final = 2
LIFE_DAYS: Final = 365.0
