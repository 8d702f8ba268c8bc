"""What the OpenAPI document says about the export's route."""

from typing import TYPE_CHECKING, Final

from functions.export.models import SignedExport
from service.operation import operation
from service.problems import ChallengeInvalid, ProofInvalid, StepUpRequired, TokenInvalid

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

EXPORT_ACCOUNT: Final = operation(
    "exportAccount",
    "Everything that is held, to take away",
    tag="Account",
    token=True,
    answers="account",
    problems=(ProofInvalid, ChallengeInvalid, TokenInvalid, StepUpRequired),
)

# The bytes are made here, because they are signed: the library would write them in its own way.
ANSWERS: "Final[dict[int, OpenAPIResponse]]" = {
    200: {
        "description": "OK",
        "content": {
            "application/json": {"model": SignedExport},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
