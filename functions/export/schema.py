"""The JSON Schema of an export; docs/export.schema.json is this, written down."""

from typing import Any, Final

from functions.export.models import SCHEMA_ID, SignedExport

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Give the schema of a signed export, generated from the models.

    Returns:
        JSON Schema 2020-12, under an `$id` that stays.
    """
    schema = SignedExport.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **schema, "title": "FaceSmash export"}
