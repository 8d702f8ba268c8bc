"""What a person is asked to do, drawn at random: every outcome of a profile is as likely as any other.

A script has two acts. The second is told only once the first is done, so that nobody can
prepare for all of it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import Any, Final, Literal, Protocol, TypeAlias

from matching.liveness.profiles import DURATIONS_MS, PROFILES, Act, Plan, Profile, ProfileId

ScriptPurpose: TypeAlias = Literal["enrolment", "verification"]
StepKind: TypeAlias = Literal["look", "turn", "close_eyes", "closer", "view"]
View: TypeAlias = Literal["straight", "left", "right", "closer"]

# Depth is to be seen about both axes: a script with turns has one of at least so much about each.
MIN_AXIS_DEG: Final = 11.0

VIEW_S: Final = 6.0  # the longest that one view of an enrolment may take


class Randomness(Protocol):
    """Where chance comes from: ``secrets.SystemRandom``, or a seeded ``random.Random`` in a test."""

    def randrange(self, stop: int, /) -> int:
        """Give a whole number, 0 <= n < stop, each as likely."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do. What does not belong to its kind keeps the value that asks for nothing.

    Attributes:
        kind: "look" straight, "turn" the head, "close_eyes", come "closer", or take a "view" to enrol with.
        capture: whether descriptors are taken here. Those of looks and views are compared; that of a turn
            shows how the face changes as it turns, and is compared with nothing that is kept.
        yaw_deg: of a turn: change from the first look, positive to the picture's right.
        pitch_deg: of a turn: change from the first look, positive upwards.
        duration_ms: how long the eyes stay closed.
        scale: how many times wider than at the first look the face becomes.
        view: which view.
    """

    kind: StepKind
    capture: bool = False
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    duration_ms: int = 0
    scale: float = 1.0
    view: View | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the step as it travels: only what belongs to its kind."""
        return {
            "kind": self.kind,
            "capture": self.capture,
            **{name: getattr(self, name) for name in _FIELDS[self.kind]},
        }

    @classmethod
    def from_json(cls, step: Mapping[str, Any]) -> "Step":
        """Read a step.

        Raises:
            ValueError: when it is none, or has what does not belong to its kind.
        """
        if step.keys() != {"kind", "capture", *_FIELDS.get(step.get("kind"), ("?",))}:
            raise ValueError("not a step of a script")
        return cls(**step)


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """What one ceremony asks for.

    Attributes:
        profile: whose.
        acts: two; the second follows once the first is done.
    """

    profile: ProfileId
    acts: tuple[tuple[Step, ...], ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Both acts, one after the other."""
        return tuple(step for act in self.acts for step in act)

    @property
    def act_limits_s(self) -> tuple[float, ...]:
        """The longest that each act may take by the server's clock, seconds."""
        limit_s = PROFILES[self.profile].max_act_s
        return tuple(limit_s + VIEW_S * sum(step.kind == "view" for step in act) for act in self.acts)

    def to_json(self) -> dict[str, Any]:
        """Give the script as JSON has it."""
        return {"profile": self.profile, "acts": [[step.to_json() for step in act] for act in self.acts]}

    @classmethod
    def from_json(cls, script: Mapping[str, Any]) -> "Script":
        """Read a script.

        Raises:
            ValueError: when it is none.
        """
        if script.keys() != {"profile", "acts"} or script["profile"] not in PROFILES:
            raise ValueError("not a script")
        acts = tuple(tuple(Step.from_json(step) for step in act) for act in script["acts"])
        return cls(profile=script["profile"], acts=acts)


_FIELDS: Final[Mapping[Any, tuple[str, ...]]] = {
    "look": (),
    "turn": ("yaw_deg", "pitch_deg"),
    "close_eyes": ("duration_ms",),
    "closer": ("scale",),
    "view": ("view",),
}

_LOOK: Final = Step(kind="look")
_VIEWS: Final[tuple[View, ...]] = ("straight", "left", "right", "closer")
_VIEWS_WITHOUT_TURN: Final[tuple[View, ...]] = ("straight", "closer", "straight")


def draw(profile: Profile, purpose: ScriptPurpose, rng: Randomness) -> Script:
    """Draw a script: each of ``outcomes(profile)`` is as likely as any other.

    Args:
        profile: what the person can be asked.
        purpose: an enrolment goes on with the views that templates are made of; they are no secret.
        rng: where chance comes from.

    Returns:
        The script.
    """
    looks_are_compared = purpose == "verification"
    first, second = _drawn(profile, rng)
    views = () if looks_are_compared else _views(profile)
    first = (_LOOK, *first)
    if looks_are_compared:
        first, second = _with_captures(first), _with_captures(second, most=1)
    return Script(
        profile=profile.id, acts=(_turn_captured(first, rng), (*_turn_captured(second, rng), *views))
    )


def outcomes(profile: Profile) -> int:
    """Count the scripts that ``draw`` chooses from: by its own tables and its own rules, one by one."""
    return second_acts(profile).total()


@cache
def second_acts(profile: Profile) -> Counter[tuple[Step, ...]]:
    """Count, for each first act, the second acts that may follow: what is left to chance once it is known."""
    return Counter(
        steps[: len(plan[0])]
        for plan in profile.plans
        for steps in product(*(_options(profile, act) for act in _flat(plan)))
        if _is_allowed(steps)
    )


def _drawn(profile: Profile, rng: Randomness) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    # Drawn among all, kept if allowed: so whatever is allowed is equally likely.
    sizes = [_size(profile, plan) for plan in profile.plans]
    while True:
        number = rng.randrange(sum(sizes))
        index = 0
        while number >= sizes[index]:
            number -= sizes[index]
            index += 1
        plan = profile.plans[index]
        steps = _numbered(profile, plan, number)
        if _is_allowed(steps):
            return steps[: len(plan[0])], steps[len(plan[0]) :]


def _size(profile: Profile, plan: Plan) -> int:
    return math.prod(len(_options(profile, act)) for act in _flat(plan))


def _numbered(profile: Profile, plan: Plan, number: int) -> tuple[Step, ...]:
    steps = []
    for act in _flat(plan):
        options = _options(profile, act)
        number, choice = divmod(number, len(options))
        steps.append(options[choice])
    return tuple(steps)


def _flat(plan: Plan) -> tuple[Act, ...]:
    return (*plan[0], *plan[1])


@cache
def _options(profile: Profile, act: Act) -> tuple[Step, ...]:
    if act == "look":
        return (_LOOK,)
    if act == "close_eyes":
        return tuple(Step(kind="close_eyes", duration_ms=duration_ms) for duration_ms in DURATIONS_MS)
    if act == "closer":
        return tuple(Step(kind="closer", scale=scale) for scale in profile.closer)
    return tuple(
        Step(
            kind="turn",
            yaw_deg=_rounded(extent_deg * math.cos(math.radians(direction))),
            pitch_deg=_rounded(extent_deg * math.sin(math.radians(direction))),
        )
        for direction in profile.directions
        for extent_deg in profile.extents_deg
    )


def _rounded(angle_deg: float) -> float:
    return round(angle_deg, 1) + 0.0  # no -0.0 in JSON


def _is_allowed(steps: Sequence[Step]) -> bool:
    turns = [step for step in steps if step.kind == "turn"]
    scales = [step.scale for step in steps if step.kind == "closer"]
    return (
        len(set(scales)) == len(scales)
        and all(not _same_way(one, next_) for one, next_ in pairwise(turns))
        and (
            not turns
            or (_reaches(turn.yaw_deg for turn in turns) and _reaches(turn.pitch_deg for turn in turns))
        )
    )


def _same_way(one: Step, other: Step) -> bool:
    return _direction(one) == _direction(other)


@cache
def _direction(turn: Step) -> int:
    return round(math.degrees(math.atan2(turn.pitch_deg, turn.yaw_deg)))


def _reaches(angles_deg: Iterable[float]) -> bool:
    return any(abs(angle_deg) >= MIN_AXIS_DEG for angle_deg in angles_deg)


def _with_captures(act: tuple[Step, ...], *, most: int | None = None) -> tuple[Step, ...]:
    """Take descriptors at an act's looks, or at the last of them; the page counts them as one act ends."""
    looks = [index for index, step in enumerate(act) if step.kind == "look"]
    captured = looks if most is None else looks[-most:]
    return tuple(replace(step, capture=index in captured) for index, step in enumerate(act))


def _turn_captured(act: tuple[Step, ...], rng: Randomness) -> tuple[Step, ...]:
    """Take a descriptor at one of an act's turns: at which, chance decides too."""
    turns = [index for index, step in enumerate(act) if step.kind == "turn"]
    if not turns:
        return act
    chosen = turns[rng.randrange(len(turns))]
    return tuple(replace(step, capture=step.capture or index == chosen) for index, step in enumerate(act))


def _views(profile: Profile) -> tuple[Step, ...]:
    views = _VIEWS if profile.turns else _VIEWS_WITHOUT_TURN
    return tuple(Step(kind="view", view=view, capture=True) for view in views)
