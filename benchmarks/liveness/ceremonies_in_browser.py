"""Ceremonies of people and attackers through Chromium, the SDK and the API of the local stack."""

from __future__ import annotations

import tempfile
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect, sync_playwright

from benchmarks.liveness.browser_path import load_seen
from local.stack import running_stack
from tests.actors.heads import cast, heads, people
from tests.e2e import ceremonies
from tests.e2e.browser import PATIENCE_MS
from tests.e2e.ceremonies import PROFILES, SPECIES
from tests.e2e.house import House

if TYPE_CHECKING:
    from tests.actors.head import Head
    from tests.e2e.house import Registration

PERSON_S: Final = 90.0  # three tries of somebody alive
ATTACK_S: Final = 25.0  # an attacker's script is spoilt with the first
ACCOUNTS: Final = 8  # people; each performs in every profile


def perform_all(path: Path, *, live: int, each: int) -> None:
    """Perform what is not in the file yet, a line for each ceremony; it may be stopped and gone on with.

    Args:
        path: JSON lines.
        live: people in each profile.
        each: ceremonies of every species, over the profiles in turn.
    """
    left = _left(path, live=live, each=each)
    if not left:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with running_stack() as stack, sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        house = House(stack=stack, playwright=driver, folder=Path(folder))
        everybody = _everybody()
        accounts: dict[str, Registration] = {}
        for species, profile, number in left:
            head = everybody[number % len(everybody)]
            if head.name not in accounts:
                house.let_time_pass()
                accounts[head.name] = house.register(head)
            house.let_time_pass()
            outcome = _performed(
                house,
                accounts[head.name],
                head,
                everybody[(number + 1) % len(everybody)],
                species=species,
                profile=profile,
                number=number,
            )
            with path.open("a", encoding="utf-8") as file:
                file.write(outcome.line() + "\n")
            print(f"{species}, {profile}: {outcome.verdict} in {outcome.seconds:.0f} s", flush=True)


def _left(path: Path, *, live: int, each: int) -> list[tuple[str, str, int]]:
    wanted = [("live", profile, number) for number in range(live) for profile in PROFILES]
    wanted += [(name, PROFILES[number % len(PROFILES)], number) for number in range(each) for name in SPECIES]
    done = [(one.species, one.profile) for one in load_seen(path)]
    left: list[tuple[str, str, int]] = []
    for species, profile, number in wanted:
        if (species, profile) in done:
            done.remove((species, profile))
        else:
            left.append((species, profile, number))
    return left


def _everybody() -> list[Head]:
    """Those of the packages, and of the evaluation data whom the calibration was not fitted on."""
    packaged = cast()
    # The odd ones of those that banks are rendered of: `halves` reports on them.
    reported = people(2 * ACCOUNTS)[1::2]
    return heads([*packaged, *reported][:ACCOUNTS])


def _performed(
    house: House,
    account: Registration,
    head: Head,
    other: Head,
    *,
    species: str,
    profile: str,
    number: int,
) -> ceremonies.Outcome:
    seed = zlib.crc32(f"{species} {profile} {number}".encode())
    actor = (
        partial(ceremonies.person, head, seed=seed, profile=profile)
        if species == "live"
        else partial(SPECIES[species], head, other, seed)
    )
    return ceremonies.perform(
        account.device.copy(house.path(species)),
        actor,
        species=species,
        profile=profile,
        subject=head.name,
        longest_s=PERSON_S if species == "live" else ATTACK_S,
        mailbox=account.mailbox,
    )
