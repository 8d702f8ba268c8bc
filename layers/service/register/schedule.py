"""The register as people read it: in the policy, and in what they take away."""

from collections.abc import Iterable

from pydantic import Field

from service.models import Outgoing
from service.register.entries import Category, Entry


class Retention(Outgoing):
    """One line of the retention schedule."""

    name: str = Field(description="Names the kind; stays when its words change.")
    kind: str = Field(description="What is kept.")
    category: Category = Field(description="What sort of data it is.")
    purpose: str = Field(description="What it is kept for.")
    ground: str = Field(description="What allows it, in words.")
    period: str = Field(description="For how long.")
    ends: str = Field(description="What ends it sooner, or what remains.")


def schedule(entries: Iterable[Entry]) -> list[Retention]:
    """Give the retention schedule: a line of each entry, in their order."""
    return [
        Retention(
            name=entry.name,
            kind=entry.kind,
            category=entry.category,
            purpose=entry.purpose,
            ground=entry.ground,
            period=entry.period,
            ends=entry.ended_by,
        )
        for entry in entries
    ]
