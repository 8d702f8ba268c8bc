"""What every target has, and what is asked of all of them."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from joserfc import jws
from joserfc.jwk import ECKey
from pydantic import BaseModel, TypeAdapter, ValidationError

from service.problem import Problem
from service.signing import Signer

NOW: Final = 1_795_000_000.25
ISSUER: Final = "https://api.example"
# A header deeper than an interpreter likes.
NESTED: Final = base64.urlsafe_b64encode(b"[" * 700) + b".e30.AAAA"

# The same in every run: what a run of `make fuzz` found is found again from its bytes alone.
_JWK: Final[dict[str, str | list[str]]] = {
    "kty": "EC",
    "crv": "P-256",
    # RFC 7515, appendix A.3: an example that everybody knows, and that keeps nothing.
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}
DEVICE: Final = ECKey.import_key(_JWK)
THUMBPRINT: Final = DEVICE.thumbprint()
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A parser.

    Attributes:
        run: takes any bytes and tells whether they were right; an exception of it is a finding.
        seeds: bytes that are right, so that what comes of them is not refused at the door.
        wrong: bytes that tempt.
    """

    run: Callable[[bytes], bool]
    seeds: tuple[bytes, ...]
    wrong: tuple[bytes, ...] = ()


class FindingError(AssertionError):
    """A parser did what it must not."""


def public_jwk() -> dict[str, Any]:
    members = DEVICE.as_dict(private=False)
    return {name: members[name] for name in ("kty", "crv", "x", "y")}


def signed(payload: bytes, *, header: Mapping[str, Any]) -> str:
    return jws.serialize_compact({"alg": "ES256", **header}, payload, DEVICE)


def signer() -> Signer:
    """One whose public key is known: nothing is asked of KMS where a token is only read."""
    signer = Signer(kms=None, key_id="none")  # type: ignore[arg-type]
    signer.__dict__["key"] = ECKey.import_key(DEVICE.as_dict(private=False), {"kid": THUMBPRINT})
    return signer


def text_of(data: bytes) -> str:
    return data.decode(errors="replace")


def header_text(data: bytes) -> str:
    return data.decode("latin-1")  # HTTP's headers are octets


def adapted(kind: Any, data: bytes) -> str | None:  # noqa: ANN401 -- an annotated string
    try:
        return str(_adapter(kind).validate_python(text_of(data)))
    except ValidationError as error:
        # By itself pydantic quotes what it refuses; in a model of ours it does not: see `body`.
        same({type(part) for detail in error.errors() for part in detail["loc"]}, set())
        return None


_ADAPTERS: dict[int, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 -- as above
    return _ADAPTERS.setdefault(id(kind), TypeAdapter(kind))


def says_nothing(error: Exception) -> bool:
    expected = error.meaning.slug if isinstance(error, Problem) else ""
    if str(error) != expected or error.__cause__ is not None:
        raise FindingError("an exception that says more than that it was refused") from None
    return False


def hides_its_input(error: ValidationError) -> None:
    if "input_value" in str(error):
        raise FindingError("a model that quotes what it refuses") from None


def same(one: object, other: object) -> bool:
    if one != other:
        raise FindingError("what was read does not say again what was sent")
    return True


def read_model(model: type[Model], data: bytes) -> Model | None:
    """Read a body into its model, or be refused without a word of it."""
    try:
        read = model.model_validate_json(data)
    except ValidationError as error:
        hides_its_input(error)
        return None
    same(model.model_validate_json(read.model_dump_json()), read)
    return read
