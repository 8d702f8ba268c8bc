"""What made a descriptor. Descriptors of two pipelines live in different spaces and are never compared."""

from typing import Final

MODEL_ID: Final = "face-api-1.7.15/face_recognition"
PIPELINE_ID: Final = "aligned-mirror-1"
DESCRIPTOR_LENGTH: Final = 128


def is_current(*, model: str, pipeline: str) -> bool:
    """Tell whether a descriptor made by ``model`` and ``pipeline`` may be judged by this layer."""
    return model == MODEL_ID and pipeline == PIPELINE_ID
