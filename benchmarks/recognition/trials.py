"""From pictures to comparisons: who enrols with what, and what is held against it."""

from dataclasses import dataclass

import numpy as np

from benchmarks.recognition.dataset import Dataset, Floats, Truth, Whole
from matching.comparison import Looks, reduce_looks


@dataclass(frozen=True, kw_only=True)
class Trials:
    """a accounts and m probes, every probe held against every account.

    Attributes:
        account_owner: (a,) person of each account.
        account_pictures: (a, k) its enrolment pictures.
        probe_owner: (m,) person of each probe.
        probe_pictures: m arrays of the pictures of one probe.
        frames: (m,) how many these are.
        mated: (a, m) one person, and no picture on both sides.
        nonmated: (a, m) two people.
    """

    account_owner: Whole
    account_pictures: Whole
    probe_owner: Whole
    probe_pictures: tuple[Whole, ...]
    frames: Whole
    mated: Truth
    nonmated: Truth

    def references(self, descriptors: Floats) -> Looks:
        """Each account's enrolment, reduced."""
        return reduce_looks(descriptors[self.account_pictures])

    def probes(self, descriptors: Floats) -> Looks:
        """Each probe's frames, reduced."""
        points = np.empty((len(self.probe_pictures), descriptors.shape[1]))
        spread = np.empty(len(self.probe_pictures))
        for frames in np.unique(self.frames):
            these = np.flatnonzero(self.frames == frames)
            looks = reduce_looks(descriptors[np.stack([self.probe_pictures[probe] for probe in these])])
            points[these], spread[these] = looks.points, looks.spread
        return Looks(points=points, spread=spread)


def make_trials(data: Dataset, *, enrolments: int, frames: int, shuffle: int | None = None) -> Trials:
    """Enrol everybody who has more than `enrolments` pictures; everybody is a probe to everybody else.

    A person's pictures are grouped into probes of `frames`; who has fewer left is probed with single frames.
    People with too few pictures to enrol serve as somebody else.

    Args:
        data: the pictures.
        enrolments: pictures of one enrolment, >= 1.
        frames: pictures of one probe, >= 1.
        shuffle: seed of the order in which a person's pictures are taken; the file's order when None.

    Returns:
        The comparisons.
    """
    order = np.random.default_rng(shuffle)
    accounts: list[Whole] = []
    owners: list[int] = []
    probes: list[Whole] = []
    probe_owners: list[int] = []
    enrolled_with: list[bool] = []
    for person in range(len(data.people)):
        pictures = data.pictures_of(person)
        if shuffle is not None:
            pictures = order.permutation(pictures)
        enrolled = pictures[:enrolments] if len(pictures) > enrolments else pictures[:0]
        if len(enrolled):
            accounts.append(enrolled)
            owners.append(person)
        for part, is_enrolment in ((enrolled, True), (pictures[len(enrolled) :], False)):
            for probe in _grouped(part, frames):
                probes.append(probe)
                probe_owners.append(person)
                enrolled_with.append(is_enrolment)
    account_owner, probe_owner = np.array(owners, dtype=np.int64), np.array(probe_owners, dtype=np.int64)
    same = account_owner[:, None] == probe_owner[None, :]
    return Trials(
        account_owner=account_owner,
        account_pictures=np.array(accounts, dtype=np.int64).reshape(len(accounts), enrolments),
        probe_owner=probe_owner,
        probe_pictures=tuple(probes),
        frames=np.array([len(probe) for probe in probes], dtype=np.int64),
        mated=same & ~np.array(enrolled_with, dtype=bool)[None, :],
        nonmated=~same,
    )


def _grouped(pictures: Whole, frames: int) -> list[Whole]:
    whole = len(pictures) // frames
    if whole == 0:
        return [pictures[i : i + 1] for i in range(len(pictures))]
    return [pictures[i * frames : (i + 1) * frames] for i in range(whole)]
