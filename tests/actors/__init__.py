"""People in front of the fake camera.

Chromium under test plays a y4m file as its camera. This package makes those files from pictures of
people: `people` says who there is, `takes` what may be seen of them, `film` turns takes into a clip.

    film(takes.in_front(ADA))                                   # she sits well
    film(takes.too_dark(ADA, seconds=2), takes.in_front(ADA))   # and then switches the light on

A film cannot follow a script. Whoever does is an `Actor` (`cues`) that a `live_camera` films while the
browser runs: `heads` says who there is, `head` gives them depth, `live` lets them move as people do, and an
`onlooker` sees the page for them. Attackers are actors, too, a module to each family: `prints`, `screens`,
`stills`. All of them stand before the same `camera`.
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
