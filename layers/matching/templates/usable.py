"""Which templates a probe may be compared with."""

from matching.templates.stored import BoolArray, StoredTemplates


def usable(templates: StoredTemplates) -> BoolArray:
    """Tell which templates may be used in matching.

    Args:
        templates: the account's, k of them.

    Returns:
        (k,) True for anchors and for active adaptive templates that have not expired, all of the current
        model and pipeline. Never a quarantined one.
    """
    return templates.anchors | (templates.learned & templates.is_active)
