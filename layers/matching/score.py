"""From a ceremony and an account's templates to one distance."""

from typing import Final

import numpy as np

from matching.evidence import FloatArray

# Fixed for now. At .45 the centroid of three LFW templates gives FMR 1.7e-4 and FNMR 8.9 % on single-frame
# probes (848,686 impostor, 619 genuine comparisons: python -m benchmarks.gates). A calibrated, bounded
# adaptive threshold takes its place behind the same function.
DISTANCE_THRESHOLD: Final = 0.45


def reduce_probe(descriptors: FloatArray) -> FloatArray:
    """Reduce the frames of one ceremony, (n, 128), to ONE probe, (128,): their mean.

    Never "any frame matches": that would give a stranger n tries in one ceremony.
    """
    probe: FloatArray = descriptors.mean(axis=0)
    return probe


def centroid_distance(*, probe: FloatArray, references: FloatArray) -> float:
    """Euclidean distance of the probe (128,) to the centroid of the references (k, 128), k >= 1."""
    return float(np.linalg.norm(probe - references.mean(axis=0)))
