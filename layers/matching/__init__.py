"""Pure decisions about faces: numpy in, a frozen verdict out. No AWS, no clock, no environment.

Names are looked up when they are asked for: what issues challenges takes ``matching.liveness.script`` from
here and starts without numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matching.calibration import CalibrationError
    from matching.encoding import (
        MalformedEvidenceError,
        decode_descriptors,
        decode_track,
        pack_descriptor,
        unpack_descriptors,
    )
    from matching.enrolment import EnrolmentDecision, assess_enrolment
    from matching.evidence import Quality
    from matching.history import History
    from matching.pipeline import DESCRIPTOR_LENGTH, MODEL_ID, PIPELINE_ID
    from matching.verification import VerificationDecision, decide_verification

__all__ = [
    "DESCRIPTOR_LENGTH",
    "MODEL_ID",
    "PIPELINE_ID",
    "CalibrationError",
    "EnrolmentDecision",
    "History",
    "MalformedEvidenceError",
    "Quality",
    "VerificationDecision",
    "assess_enrolment",
    "decide_verification",
    "decode_descriptors",
    "decode_track",
    "pack_descriptor",
    "unpack_descriptors",
]

_ROOMS: Final = {
    "calibration": ("CalibrationError",),
    "encoding": (
        "MalformedEvidenceError",
        "decode_descriptors",
        "decode_track",
        "pack_descriptor",
        "unpack_descriptors",
    ),
    "enrolment": ("EnrolmentDecision", "assess_enrolment"),
    "evidence": ("Quality",),
    "history": ("History",),
    "pipeline": ("DESCRIPTOR_LENGTH", "MODEL_ID", "PIPELINE_ID"),
    "verification": ("VerificationDecision", "decide_verification"),
}
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- whatever it is
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    return found
