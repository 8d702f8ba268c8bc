"""People in front of the fake camera.

Chromium under test plays a y4m file as its camera. This package makes those files from pictures of
people: `people` says who there is, `takes` what may be seen of them, `film` turns takes into a clip.

    film(takes.in_front(ADA))                                   # she sits well
    film(takes.too_dark(ADA, seconds=2), takes.in_front(ADA))   # and then switches the light on

Each species of attacker gets a module of its own beside these, with functions that return takes.
"""

from tests.actors import takes
from tests.actors.clip import film
from tests.actors.people import ADA, BEA, CAST, CLEO, DORA, PILOT, Person, View
from tests.actors.takes import Subject, Take

__all__ = [
    "ADA",
    "BEA",
    "CAST",
    "CLEO",
    "DORA",
    "PILOT",
    "Person",
    "Subject",
    "Take",
    "View",
    "film",
    "takes",
]
