"""Which templates a probe may be compared with."""

from matching.sphere import distances
from matching.templates.bars import ANCHOR_BAR
from matching.templates.stored import BoolArray, StoredTemplates


def usable(templates: StoredTemplates) -> BoolArray:
    """Tell which templates may be used in matching.

    Args:
        templates: the account's, k of them.

    Returns:
        (k,) True for anchors, and for active adaptive templates that have not expired and lie in the ball of
        the anchors that are left; all of the current model and pipeline. Never a quarantined one.
    """
    apart = distances(templates.descriptors, templates.descriptors[templates.anchors])
    # An owner may have removed the anchor that a learned one was near to.
    in_ball = (apart <= ANCHOR_BAR).any(axis=1)
    return templates.anchors | (templates.learned & templates.is_active & in_ball)
