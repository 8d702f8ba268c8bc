"""An account's templates, as far as their life is concerned."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.pipeline import is_current
from matching.templates.bars import LIFE_DAYS

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTemplates:
    """k templates, a row of each array for each; their order means nothing.

    Attributes:
        descriptors: (k, 128) as they are stored.
        made_by: k pairs (model id, pipeline id).
        is_anchor: (k,) made at enrolment.
        is_active: (k,) out of quarantine; anchors always are, whatever it says.
        age_days: (k,) since it was made.
        corroborations: (k,) sign-ins that bore an adaptive template out.
        quiet_days: (k,) since the last of them; before the first, since it was made.
    """

    descriptors: FloatArray = field(repr=False)
    made_by: Sequence[tuple[str, str]]
    is_anchor: BoolArray
    is_active: BoolArray
    age_days: FloatArray
    corroborations: IntArray
    quiet_days: FloatArray

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together, a caller's mistake."""
        columns = (
            self.descriptors,
            self.made_by,
            self.is_anchor,
            self.is_active,
            self.age_days,
            self.corroborations,
            self.quiet_days,
        )
        if len({len(column) for column in columns}) != 1:
            raise ValueError("every template has a row in every array")

    @property
    def comparable(self) -> BoolArray:
        """(k,) made by the current model and pipeline; no other is ever compared."""
        return np.array(
            [is_current(model=model, pipeline=steps) for model, steps in self.made_by], dtype=bool
        )

    @property
    def is_expired(self) -> BoolArray:
        """(k,) adaptive and past its life, or of no age that can be told."""
        living: BoolArray = self.age_days < LIFE_DAYS  # NaN is no age
        return ~self.is_anchor & ~living

    @property
    def anchors(self) -> BoolArray:
        """(k,) the anchors that may be compared."""
        return self.is_anchor & self.comparable

    @property
    def learned(self) -> BoolArray:
        """(k,) the adaptive templates that live and may be compared, quarantined ones too."""
        return ~self.is_anchor & ~self.is_expired & self.comparable
