"""Descriptors of many people, as `npm run embed` writes them."""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matching.comparison import pairwise_distances, reduce_looks
from matching.conditions import LEAST, MOST
from matching.pipeline import DESCRIPTOR_LENGTH, PIPELINE_ID
from matching.sphere import unit

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Truth: TypeAlias = NDArray[np.bool_]

DEVELOPMENT: Final = Path(__file__).parents[3] / "shared/data/descriptors/lfw-development.npz"
# On normalised descriptors. Of LFW's 4 million pairs of pictures of two people one is nearer than the first:
# the same photograph under two names. The second is what half of all strangers lie within.
SAME_FACE: Final = 0.20
ANOTHER_FACE: Final = 0.50
_DESCRIPTORS: Final = ("descriptor", "mirror")
_NEEDED: Final = ("subject", *_DESCRIPTORS)
_GROUP: Final = "group"
# What numpy raises on a file that is none of its own, is cut off, or holds objects.
_GARBLED: Final = (ValueError, TypeError, AttributeError, LookupError, EOFError, BadZipFile, zlib.error)
_SHARP: Final = 20.0  # stands for a sharpness that is not judged
_CONDITION_COLUMNS: Final = sorted(LEAST.keys() | MOST.keys())


class DatasetError(ValueError):
    """The file lacks what a benchmark needs; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """n pictures of p people.

    Attributes:
        name: of the file.
        people: (p,) names, sorted.
        owner: (n,) index into `people`.
        chip: (n, 128) descriptors of the aligned chip.
        captures: (n, 128) what the SDK sends: the mean of the chip's and the mirrored chip's descriptor.
        quality: for each measure its (n,) values; NaN where the file has none.
        groups: (p,) each person's group; "" where the file names none.
    """

    name: str
    people: NDArray[np.str_]
    owner: Whole
    chip: Floats
    captures: Floats
    quality: dict[str, Floats]
    groups: NDArray[np.str_]

    def pictures_of(self, person: int) -> Whole:
        """Indices of a person's pictures, in the file's order."""
        return np.flatnonzero(self.owner == person)

    def without(self, pictures: Truth) -> "Dataset":
        """The same without those pictures (n,), and without people who then have none."""
        kept = ~pictures
        people = np.bincount(self.owner[kept], minlength=len(self.people)) > 0
        renumbered = np.cumsum(people) - 1
        return Dataset(
            name=self.name,
            people=self.people[people],
            owner=renumbered[self.owner[kept]],
            chip=self.chip[kept],
            captures=self.captures[kept],
            quality={name: values[kept] for name, values in self.quality.items()},
            groups=self.groups[people],
        )

    def restricted_to(self, people: Truth) -> "Dataset":
        """The same with only those people (p,) in it."""
        return self.without(~people[self.owner])


def load_dataset(path: Path, *, group: str | None = None) -> Dataset:
    """Read descriptors.

    Args:
        path: an .npz with `subject` (n,), `descriptor` (n, 128), `mirror` (n, 128), quality columns (n,).
        group: the column that names each picture's group; `group` when it is there and none is given.

    Returns:
        The data, without pictures whose descriptors are not finite or are all zero.

    Raises:
        DatasetError: when the file is garbled, a column is missing or has another shape, or `pipeline` names
            another one.
        OSError: when the file cannot be read.
    """
    columns = _columns(path, group=group)
    count = len(columns["subject"])
    chip = columns["descriptor"].astype(np.float64)
    mirror = columns["mirror"].astype(np.float64)
    usable = np.isfinite(chip).all(axis=1) & np.isfinite(mirror).all(axis=1) & chip.any(axis=1)
    people, owner = np.unique(columns["subject"][usable].astype(str), return_inverse=True)
    if len(people) == 0:
        raise DatasetError(f"{path.name} holds no usable descriptor")
    made_by = np.unique(columns.get("pipeline", np.empty(0, dtype=str)).astype(str))
    if len(made_by) and made_by.tolist() != [PIPELINE_ID]:
        raise DatasetError(f"{path.name} is of another pipeline than {PIPELINE_ID}")
    if not len(made_by):
        # Who measured it is not said, and sharpness has as many scales as tools: it is not judged.
        columns["sharpness"] = np.full(count, _SHARP)
    named = columns.get(group or _GROUP)
    groups = np.full(len(people), "", dtype=object)
    if named is not None:
        groups[owner] = named[usable].astype(str)
    nothing = np.full(count, np.nan)
    return Dataset(
        name=path.name,
        people=people,
        owner=owner.astype(np.int64),
        chip=chip[usable],
        captures=(chip[usable] + mirror[usable]) / 2,
        quality={
            name: np.asarray(columns.get(name, nothing), dtype=np.float64)[usable]
            for name in _CONDITION_COLUMNS
        },
        groups=groups.astype(str),
    )


def _columns(path: Path, *, group: str | None) -> dict[str, NDArray[np.generic]]:
    """What is read of a file, each of its right shape and kind."""
    try:
        # Opened here, because numpy leaves a file open that it cannot read.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            columns = {name: file[name] for name in file.files}
    except _GARBLED as error:
        raise DatasetError(f"{path.name} is no .npz of numbers and names") from error
    for needed in (*_NEEDED, *([group] if group else [])):
        if needed not in columns:
            raise DatasetError(f"{path.name} has no column {needed!r}")
    count = columns["subject"].size
    shapes = dict.fromkeys(_DESCRIPTORS, (count, DESCRIPTOR_LENGTH))
    for name in columns.keys() & {*_NEEDED, *_CONDITION_COLUMNS, _GROUP, group}:
        shape = shapes.get(name, (count,))
        if columns[name].shape != shape:
            raise DatasetError(f"{path.name}: {name!r} should be {shape}")
    for name in columns.keys() & {*_DESCRIPTORS, *_CONDITION_COLUMNS}:
        if columns[name].dtype.kind not in "fiu":
            raise DatasetError(f"{path.name}: {name!r} should be numbers")
    return columns


def half_of(data: Dataset, number: int) -> Truth:
    """(p,) True for one half of the people, 1 or 2: by a digest of the name, so the same everywhere."""
    digests = [hashlib.sha256(name.encode()).digest()[0] % 2 for name in data.people.tolist()]
    members: Truth = np.array(digests) == number - 1
    return members


def suspected_label_errors(data: Dataset) -> Truth:
    """Find pictures whose name is likely wrong, as LFW is known to have, so that nobody's bar is set by them.

    Two pictures of two people nearer than any two strangers' pictures are; a picture farther from the rest of
    its person's than strangers are. Only for calibration: what reports error rates leaves nothing out.

    Args:
        data: the pictures.

    Returns:
        (n,) True where a picture is doubtful.
    """
    points = unit(data.captures)
    doubtful = np.zeros(len(points), dtype=bool)
    for person in range(len(data.people)):
        own = data.pictures_of(person)
        distances = pairwise_distances(points[own], points)
        others = data.owner != person
        nearest = distances[:, others].argmin(axis=1)
        same_face = distances[:, others].min(axis=1) < SAME_FACE
        doubtful[own[same_face]] = True
        doubtful[np.flatnonzero(others)[nearest[same_face]]] = True
        if len(own) > 2:  # noqa: PLR2004 -- of two pictures nobody can say which is wrong
            rest = [reduce_looks(data.captures[None, own[own != picture]]).points[0] for picture in own]
            doubtful[own[np.linalg.norm(points[own] - np.stack(rest), axis=1) > ANOTHER_FACE]] = True
    return doubtful
