"""The accounts that an attacker optimises against, and those that the attack is counted on."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.recognition.dataset import Dataset, Floats, Whole
from benchmarks.recognition.trials import Trials

ENROLMENTS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """a accounts of k templates each.

    Attributes:
        data: whose pictures.
        owner: (a,) person of each account; a person enrols once in every draw.
        pictures: (a, k) the pictures that became templates.
    """

    data: Dataset
    owner: Whole
    pictures: Whole

    @property
    def templates(self) -> Floats:
        """(a, k, 128) as our SDK would have sent them."""
        return self.data.captures[self.pictures]

    def __len__(self) -> int:
        return len(self.owner)

    def against(self, points: Floats) -> tuple[Dataset, Trials]:
        """The comparisons of these accounts with m vectors of nobody, (m, 128), as the baselines take them.

        The attacker says that it is dark, since the first product's rules then loosen.
        """
        count, existing = len(points), len(self.data.captures)
        nobody = len(self.data.people)
        data = Dataset(
            name=self.data.name,
            people=np.append(self.data.people, ""),
            owner=np.append(self.data.owner, np.full(count, nobody)),
            chip=np.vstack([self.data.chip, points]),
            captures=np.vstack([self.data.captures, points]),
            quality={
                name: np.append(values, np.full(count, _CLAIMED_DARK if name == "luminance_mean" else np.nan))
                for name, values in self.data.quality.items()
            },
            groups=np.append(self.data.groups, ""),
        )
        everything = np.ones((len(self), count), dtype=bool)
        trials = Trials(
            account_owner=self.owner,
            account_pictures=self.pictures,
            probe_owner=np.full(count, nobody),
            probe_pictures=tuple(np.array([existing + i]) for i in range(count)),
            frames=np.ones(count, dtype=np.int64),
            mated=~everything,
            nonmated=everything,
        )
        return data, trials


_CLAIMED_DARK: Final = 40.0  # lighting .25: below .4 the bars of B1 and B2 fall


def enrol(data: Dataset, *, draws: int) -> Accounts:
    """Enrol everybody who has three pictures, `draws` times with other pictures.

    `make_trials` asks for a fourth picture to be the probe; here the attacker is the probe, so that people
    with exactly three count too: half as many people more.

    Args:
        data: the pictures.
        draws: how often everybody enrols, >= 1; the first time with the first pictures in the file's order.

    Returns:
        draws x (people with three pictures and more) accounts.
    """
    order = np.random.default_rng(0)
    owners: list[int] = []
    pictures: list[Whole] = []
    for draw in range(draws):
        for person in range(len(data.people)):
            own = data.pictures_of(person)
            if len(own) >= ENROLMENTS:
                owners.append(person)
                pictures.append((order.permutation(own) if draw else own)[:ENROLMENTS])
    return Accounts(
        data=data,
        owner=np.array(owners, dtype=np.int64),
        pictures=np.array(pictures, dtype=np.int64).reshape(-1, ENROLMENTS),
    )


def enrol_everybody(data: Dataset) -> list[Accounts]:
    """Enrol everybody once with what there is, up to three pictures: one set of accounts for each number."""
    counts = np.bincount(data.owner, minlength=len(data.people)).clip(max=ENROLMENTS)
    return [
        Accounts(
            data=data,
            owner=np.flatnonzero(counts == count),
            pictures=np.array(
                [data.pictures_of(person)[:count] for person in np.flatnonzero(counts == count).tolist()],
                dtype=np.int64,
            ).reshape(-1, count),
        )
        for count in range(1, ENROLMENTS + 1)
        if (counts == count).any()
    ]
