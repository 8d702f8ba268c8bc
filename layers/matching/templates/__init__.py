"""The life of an account's templates: anchors that never change, and a few that are learned and unlearned.

Pure policy over arrays. Every distance is between L2-normalised descriptors: x is judged as x/|x|.
"""

from matching.templates.bars import ADMISSION_WINDOW_DAYS, LIFE_DAYS, MAX_ADAPTIVE
from matching.templates.conditions import are_good_conditions
from matching.templates.corroborate import Corroboration, corroborate
from matching.templates.judge_admission import Admission, AdmissionReason, judge_admission
from matching.templates.keep_diverse import keep_diverse
from matching.templates.plan_update import TemplateUpdate, plan_update
from matching.templates.points_one_way import points_one_way
from matching.templates.resubmitted import is_resubmitted
from matching.templates.stored import StoredTemplates
from matching.templates.usable import usable

__all__ = [
    "ADMISSION_WINDOW_DAYS",
    "LIFE_DAYS",
    "MAX_ADAPTIVE",
    "Admission",
    "AdmissionReason",
    "Corroboration",
    "StoredTemplates",
    "TemplateUpdate",
    "are_good_conditions",
    "corroborate",
    "is_resubmitted",
    "judge_admission",
    "keep_diverse",
    "plan_update",
    "points_one_way",
    "usable",
]
