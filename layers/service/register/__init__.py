"""The register: every kind of data that there is, what for, on what ground, for how long, and how it ends.

It is the one source: the consent text, GET /v1/policies/current, the export's explanations of periods and the
papers in docs/compliance say what stands here. Periods are the running settings and the constants that set
``expires_at``, never numbers of its own. ``places`` says where each kind lies, attribute by attribute.
"""

from service.register.account import of_its_use, of_the_account, of_the_face, when_unused
from service.register.beyond import after_it, elsewhere
from service.register.entries import Entry
from service.register.passing import of_ceremonies, of_limits, of_mails
from service.settings import Settings


def register(settings: Settings) -> tuple[Entry, ...]:
    """Give every kind of data that a deployment keeps.

    Args:
        settings: the deployment's.

    Returns:
        The entries; the same settings always give the same ones.
    """
    return (
        *of_the_face(settings),
        *of_the_account(settings),
        *of_its_use(settings),
        *when_unused(settings),
        *of_ceremonies(),
        *of_limits(),
        *of_mails(),
        *after_it(),
        *elsewhere(settings),
    )
