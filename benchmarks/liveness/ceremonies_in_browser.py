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
from tests.actors import ADA, CLEO, PILOT
from tests.actors.heads import head_of
from tests.e2e import ceremonies
from tests.e2e.browser import PATIENCE_MS
from tests.e2e.ceremonies import PROFILES, SPECIES
from tests.e2e.house import House

if TYPE_CHECKING:
    from tests.actors import Person
    from tests.e2e.house import Member

PERSON_S: Final = 90.0  # three tries of somebody alive
ATTACK_S: Final = 25.0  # an attacker's script is spoilt with the first
ACCOUNTS: Final = (PILOT, ADA, CLEO)  # with pictures of a face that turns and lights well


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
        members: dict[str, Member] = {}
        for species, profile, number in left:
            person = ACCOUNTS[number % len(ACCOUNTS)]
            if person.name not in members:
                house.let_time_pass()
                members[person.name] = house.enrol(person)
            house.let_time_pass()
            outcome = _performed(
                house, members[person.name], person, species=species, profile=profile, number=number
            )
            with path.open("a", encoding="utf-8") as file:
                file.write(outcome.line() + "\n")
            print(f"{species}, {profile}: {outcome.verdict} in {outcome.seconds:.0f} s", flush=True)


def _left(path: Path, *, live: int, each: int) -> list[tuple[str, str, int]]:
    wanted = [("live", profile, number) for number in range(live) for profile in PROFILES]
    wanted += [(name, PROFILES[number % len(PROFILES)], number) for number in range(each) for name in SPECIES]
    done = [(one.species, one.profile) for one in load_seen(path)]
    left = []
    for species, profile, number in wanted:
        if (species, profile) in done:
            done.remove((species, profile))
        else:
            left.append((species, profile, number))
    return left


def _performed(
    house: House, member: Member, person: Person, *, species: str, profile: str, number: int
) -> ceremonies.Outcome:
    seed = zlib.crc32(f"{species} {profile} {number}".encode())
    other = ACCOUNTS[(number + 1) % len(ACCOUNTS)]
    actor = (
        partial(ceremonies.person, head_of(person.name), seed=seed, profile=profile)
        if species == "live"
        else partial(SPECIES[species], head_of(person.name), head_of(other.name), seed)
    )
    return ceremonies.perform(
        member.device.copy(house.path(species)),
        actor,
        species=species,
        profile=profile,
        subject=person.name,
        longest_s=PERSON_S if species == "live" else ATTACK_S,
        mailbox=member.mailbox,
    )
