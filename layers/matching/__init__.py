"""Pure decisions about faces: numpy in, a frozen verdict out. No AWS, no clock, no environment."""

from matching.calibration import CalibrationError
from matching.encoding import MalformedEvidenceError, decode_descriptors, decode_series, decode_track
from matching.enrolment import EnrolmentDecision, assess_enrolment
from matching.evidence import LandmarkSeries, Quality
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
    "LandmarkSeries",
    "MalformedEvidenceError",
    "Quality",
    "VerificationDecision",
    "assess_enrolment",
    "decide_verification",
    "decode_descriptors",
    "decode_series",
    "decode_track",
]
