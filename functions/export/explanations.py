"""What each field of an export means, from the models' own descriptions: the two cannot disagree."""

from collections.abc import Iterator
from functools import cache
from typing import get_args, get_origin

from pydantic import BaseModel

from functions.export.models import SignedExport


@cache
def explanations() -> dict[str, str]:
    """Explain every field of an export.

    Returns:
        Plain words by path, in the order of the file: `templates[].model` for instance.
    """
    return dict(_of(SignedExport, before=""))


def _of(model: type[BaseModel], *, before: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield before + name, field.description or ""
        for inner, many in _models_in(field.annotation):
            yield from _of(inner, before=f"{before}{name}{'[]' if many else ''}.")


def _models_in(annotation: object, *, many: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    """Find the models that a type is made of, and whether it is a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, many
        return
    for inner in get_args(annotation):
        yield from _models_in(inner, many=many or get_origin(annotation) is list)
