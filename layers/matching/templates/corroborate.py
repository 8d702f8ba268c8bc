"""Which quarantined templates does a sign-in bear out?"""

from dataclasses import dataclass

from matching.evidence import FloatArray
from matching.sphere import distances
from matching.templates.bars import ANCHOR_BAR, APART_DAYS, CORROBORATION_BAR, NEEDED_CORROBORATIONS
from matching.templates.stored import BoolArray, StoredTemplates


@dataclass(frozen=True, kw_only=True, slots=True)
class Corroboration:
    """What a sign-in says for quarantined templates.

    Attributes:
        corroborated: (k,) borne out by it, once more.
        promoted: (k,) those of them that leave quarantine with it.
    """

    corroborated: BoolArray
    promoted: BoolArray


def corroborate(*, probe: FloatArray, templates: StoredTemplates) -> Corroboration:
    """Tell which quarantined templates an accepted sign-in corroborates.

    Only a sign-in that the anchors alone would let in says anything: it lies in the anchor ball, whatever
    was learned. It must be a day later than the template, and than the last one that corroborated it.

    Args:
        probe: (128,) the reduced probe.
        templates: the account's, k of them.

    Returns:
        Which; nothing when the probe is not a number.
    """
    apart = distances(probe[None, :], templates.descriptors)[0]
    by_anchors = bool((apart[templates.anchors] <= ANCHOR_BAR).any())
    corroborated = (
        by_anchors
        & templates.learned
        & ~templates.is_active
        & (apart <= CORROBORATION_BAR)
        & (templates.quiet_days >= APART_DAYS)
    )
    enough = templates.corroborations + 1 >= NEEDED_CORROBORATIONS
    return Corroboration(corroborated=corroborated, promoted=corroborated & enough)
