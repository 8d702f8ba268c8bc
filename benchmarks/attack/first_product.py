"""The first product's rules, B0 to B3, as an attacker sees them: one vector, and no gate."""

from dataclasses import dataclass

import numpy as np

from benchmarks.attack.accounts import Accounts
from benchmarks.attack.layer import sigmoid
from benchmarks.recognition.baselines import baseline_margins
from benchmarks.recognition.dataset import Floats
from matching.history import CALM, History


@dataclass(frozen=True, kw_only=True)
class FirstProductTarget:
    """One rule.

    Attributes:
        rule: its name.
        shift: added to its bar: 0 as it shipped.
    """

    rule: str
    shift: float = 0.0
    temperatures: tuple[float, float] = (0.08, 0.01)  # of distances
    soft: float = 0.04
    stride: float = 0.05

    def admitted(self, points: Floats, *, finally_: bool = True) -> Floats:
        """Give (m, 128) as it is: these rules have no gate."""
        del finally_
        return points

    def margins(self, points: Floats, accounts: Accounts, *, history: History = CALM) -> Floats:
        """(a, m); 0 and more is accepted. The rules keep no history of failures."""
        del history
        return baseline_margins(*accounts.against(points))[self.rule] - self.shift

    def ascent(self, points: Floats, accounts: Accounts, *, temperature: float) -> tuple[Floats, Floats]:
        """Give the smooth count, (m,), and the way towards the templates that it hangs on, (m, 128)."""
        likely = sigmoid(self.margins(points, accounts) / temperature)
        pull = likely * (1 - likely)
        templates = accounts.data.chip[accounts.pictures]  # (a, k, 128)
        if self.rule == "B0":
            templates = templates[:, :1]
        squares = (templates**2).sum(axis=2)[:, :, None] + (points**2).sum(axis=1)[None, None, :]
        distances = np.sqrt(np.maximum(squares - 2 * templates @ points.T, 1e-12))  # (a, k, m)
        nearest = distances == distances.min(axis=1, keepdims=True)
        each = (nearest * pull[:, None, :] / distances).reshape(-1, len(points))
        slope: Floats = each.T @ templates.reshape(len(each), -1) - each.sum(axis=0)[:, None] * points
        return likely.sum(axis=0), slope
