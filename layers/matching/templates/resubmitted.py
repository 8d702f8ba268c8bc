"""Is a probe a stored template, sent back?"""

from matching.evidence import FloatArray
from matching.gates import repeat_a_template
from matching.templates.stored import StoredTemplates


def is_resubmitted(*, probe: FloatArray, templates: StoredTemplates) -> bool:
    """Tell whether a probe is a stored template, or nearly so: a template leaked.

    Quarantined and expired ones count as well: whoever sends one back had it from the store.

    Args:
        probe: (n, 128) descriptors of one ceremony, or one reduced probe as (1, 128).
        templates: the account's.

    Returns:
        True when any row, or the mean of them, lies within .01 of a comparable template.
    """
    return repeat_a_template(probe, references=templates.descriptors[templates.comparable])
