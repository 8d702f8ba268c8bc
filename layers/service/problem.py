"""What a problem is: an exception with a documented meaning. service.problems lists them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

PROBLEM_TYPE: Final = "urn:facesmash:problem:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a problem says on the wire.

    Attributes:
        slug: last part of the problem's ``type``.
        status: HTTP status.
        title: the problem in a few words, the same every time.
        detail: what the caller can do about it.
        challenge: value of WWW-Authenticate, where HTTP asks for one.
        retry_after_s: value of Retry-After, where waiting helps and nothing tells better how long.
    """

    slug: str
    status: int
    title: str
    detail: str
    challenge: str | None = None
    retry_after_s: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldError:
    """One thing that is wrong with one field. It never carries the value."""

    field: str
    reason: str


class Problem(Exception):  # noqa: N818 -- the word of RFC 9457
    """A refusal with a documented meaning. Subclasses say which."""

    meaning: ClassVar[Meaning]

    def __init__(self, errors: Sequence[FieldError] = (), *, retry_after_s: int | None = None) -> None:
        super().__init__(self.meaning.slug)
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s or self.meaning.retry_after_s
