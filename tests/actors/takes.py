"""What may be seen: who stands where, in which light, for how long. Named as the guidance names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.actors.people import Person

# The bad views are as mild as they can be and still be bad: a detector that finds nobody in one would call
# it an empty room.

# An arm's length from a laptop: the face fills about a third of the frame's width.
NEAR_PX: Final = 92.0


# As long as somebody needs who is asked to turn a little, and does not hurry.


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A person at a place in the frame.

    Attributes:
        person: Who.
        view: Which of their pictures.
        inter_ocular_px: Distance between the eyes, in pixels of the 640 x 480 frame.
        centre: Middle of the eyes, as parts of the frame's width and height.
        yaw_deg: Turn of the head, beyond the picture's own.
        roll_deg: Lean of the head, positive clockwise.
    """

    person: Person
    view: int = 0
    inter_ocular_px: float = NEAR_PX
    centre: tuple[float, float] = (0.5, 0.42)
    yaw_deg: float = 0.0
    roll_deg: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Take:
    """A stretch of film with nothing changing but what lives, or what moves from one place to another.

    Attributes:
        subjects: Who is in it; nobody is an empty room.
        towards: The same people at its end, for a take in which they move; empty where they stay.
        seconds: How long it lasts.
        light: Factor on the whole scene; 1 is a well-lit room.
        side_light: Factor on the light on the left half of the picture; 1 is light from the front.
        blur_px: Standard deviation of the lens's blur.
        noise_sd: Standard deviation of the sensor's noise, in luminance levels.
        motion: Factor on sway and breathing; 0 holds perfectly still, which nobody alive does.
        backdrop: Luminance of the wall behind.
    """

    subjects: tuple[Subject, ...] = field(default=())
    towards: tuple[Subject, ...] = field(default=())
    seconds: float = 3.0
    light: float = 1.0
    side_light: float = 1.0
    blur_px: float = 0.0
    noise_sd: float = 2.0
    motion: float = 1.0
    backdrop: int = 168


def in_front(person: Person, *, seconds: float = 3.0, view: int = 0) -> Take:
    """Sits well: near, level, lit, looking at the camera."""
    return Take(subjects=(Subject(person=person, view=view),), seconds=seconds)


def elsewhere(person: Person, *, seconds: float = 3.0, view: int = 0) -> Take:
    """Sits well, but at another desk: a little further off, to one side, in softer light, leaning."""
    subject = Subject(
        person=person, view=view, inter_ocular_px=80.0, centre=(0.47, 0.45), roll_deg=-4.0, yaw_deg=2.0
    )
    return Take(subjects=(subject,), seconds=seconds, light=0.85, noise_sd=2.5, backdrop=120)


def empty_room(*, seconds: float = 3.0) -> Take:
    """Nobody is there."""
    return Take(seconds=seconds)


def too_far(person: Person, *, seconds: float = 3.0) -> Take:
    """Stands at the back of the room."""
    return Take(subjects=(Subject(person=person, inter_ocular_px=43.0),), seconds=seconds)


def too_close(person: Person, *, seconds: float = 3.0) -> Take:
    """Leans into the camera."""
    return Take(subjects=(Subject(person=person, inter_ocular_px=162.0),), seconds=seconds)


def off_centre(person: Person, *, seconds: float = 3.0) -> Take:
    """Sits at the edge of the frame."""
    return Take(subjects=(Subject(person=person, inter_ocular_px=80.0, centre=(0.2, 0.42)),), seconds=seconds)


def too_dark(person: Person, *, seconds: float = 3.0) -> Take:
    """A lamp far away: the face is there, hardly lit."""
    return Take(subjects=(Subject(person=person),), seconds=seconds, light=0.36, noise_sd=1.5)


def lights_out(person: Person, *, seconds: float = 3.0) -> Take:
    """The light is off: nothing can be found in it."""
    return Take(subjects=(Subject(person=person),), seconds=seconds, light=0.12, noise_sd=1.5)


def too_bright(person: Person, *, seconds: float = 3.0) -> Take:
    """A lamp shines into the face."""
    return Take(subjects=(Subject(person=person),), seconds=seconds, light=1.9)


def side_lit(person: Person, *, seconds: float = 3.0) -> Take:
    """A window to one side, nothing on the other."""
    return Take(subjects=(Subject(person=person),), seconds=seconds, light=1.35, side_light=0.2)


def blurred(person: Person, *, seconds: float = 3.0) -> Take:
    """The lens is smeared."""
    return Take(subjects=(Subject(person=person),), seconds=seconds, blur_px=3.5, noise_sd=0.4)


def two_faces(first: Person, second: Person, *, seconds: float = 3.0) -> Take:
    """Somebody else is in the picture."""
    subjects = (
        Subject(person=first, inter_ocular_px=74.0, centre=(0.28, 0.42)),
        Subject(person=second, inter_ocular_px=74.0, centre=(0.72, 0.42)),
    )
    return Take(subjects=subjects, seconds=seconds)


def not_frontal(person: Person, *, seconds: float = 3.0, yaw_deg: float = 38.0) -> Take:
    """Looks at somebody beside the camera."""
    return Take(subjects=(Subject(person=person, yaw_deg=yaw_deg),), seconds=seconds)
