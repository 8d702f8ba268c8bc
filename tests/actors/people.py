"""Who there is: each person with the pictures that show them, and where their eyes are in each.

The pictures ship with packages that the project needs anyway and are read from there: nothing here
holds a face. Names are ours. The eye centres are the means of face-api's own eye landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class View:
    """One picture of a person.

    Attributes:
        picture: A name that `pictures.load` knows.
        eyes: Centres of the eye that lies left in the picture and of the other, (x, y) in pixels.
        nose_offset_iod: How far the nose tip lies beside the middle of the eyes: the picture's own turn.
    """

    picture: str
    eyes: tuple[tuple[int, int], tuple[int, int]]
    nose_offset_iod: float


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who can stand in front of the camera; `views[0]` is how they usually look."""

    name: str
    views: tuple[View, ...]


# Two photographs of one woman, on different days in different light. Descriptors of face-api's own crop lie
# .43 apart, further than two captures of one sitting ever do.
ADA: Final = Person(
    name="ada",
    views=(
        View(picture="sample1", eyes=((1557, 279), (1615, 336)), nose_offset_iod=-0.06),
        View(picture="sample3", eyes=((1115, 318), (1208, 339)), nose_offset_iod=-0.07),
    ),
)
BEA: Final = Person(
    name="bea",
    views=(View(picture="sample6", eyes=((1529, 371), (1626, 394)), nose_offset_iod=-0.07),),
)
CLEO: Final = Person(
    name="cleo",
    views=(View(picture="sample6", eyes=((323, 606), (422, 593)), nose_offset_iod=0.13),),
)
# Looks well past the camera: a turned head that no warp made.
DORA: Final = Person(
    name="dora",
    views=(View(picture="sample5", eyes=((682, 513), (751, 514)), nose_offset_iod=0.39),),
)
# NASA's portrait of an astronaut, public domain: the face that may appear in the documentation.
PILOT: Final = Person(
    name="pilot",
    views=(View(picture="astronaut", eyes=((202, 101), (245, 103)), nose_offset_iod=-0.01),),
)

CAST: Final = {person.name: person for person in (ADA, BEA, CLEO, DORA, PILOT)}
