"""The written release: what a person declares when they agree, in the words that they are shown."""

from dataclasses import dataclass
from typing import Final

from service.settings import Settings

# The language of the consent text, and of every word here.
LANGUAGE: Final = "en"

_STATEMENT: Final = "I agree that my face is used to sign me in, as described above."


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What is declared.

    Attributes:
        statement: what a person ticks.
        typed_name: whether they also type their name under it, as their signature.
        age_statement: what else they tick; None where no age is asked for.
    """

    statement: str
    typed_name: bool
    age_statement: str | None


def release_of(settings: Settings) -> Release:
    """Say what a deployment asks people to declare."""
    age = settings.minimum_age
    return Release(
        statement=_STATEMENT,
        typed_name=settings.consent_release == "typed-name",
        age_statement=f"I am at least {age} years old." if age else None,
    )


def in_the_text(release: Release) -> str:
    """Give the end of the consent text: what is declared is under the text's digest, too."""
    statements = [release.statement, *([release.age_statement] if release.age_statement else [])]
    ticked = "\n".join(f"- {statement}" for statement in statements)
    signed = "\nYou type your name under it. That counts as your signature." if release.typed_name else ""
    return f"""
How you agree. You tick this before the camera opens:
{ticked}{signed}
The version and the digest of this text are recorded with it, in what language it was, when, and on which \
device. When the text changes you are asked again, and this record is kept beside the new one.
"""
