"""What is held can be seen, taken away, made smaller, and put to rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

from tests.actors import ADA, PILOT
from tests.e2e import steps, tables
from tests.e2e.house import VERIFICATIONS, in_front_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album


def test_the_download_holds_what_the_tables_hold(house: House, owner: Member, tmp_path: Path) -> None:
    device = owner.device.copy(house.path("export"))

    with device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        held = json.loads(steps.download(window.page, tmp_path).read_bytes())

    exported = np.array([template["descriptor"] for template in held["templates"]], dtype=np.float32)
    stored = tables.descriptors(house.stack, held["account"])
    assert held["email"] == owner.mailbox.address
    assert exported.shape == stored.shape
    assert exported.shape[1] == 128
    np.testing.assert_array_equal(np.sort(exported, axis=0), np.sort(stored, axis=0))
    assert {"templates", "devices", "consents", "sign_ins"} <= set(held)


def test_one_template_and_one_device_can_be_removed(house: House, album: Album) -> None:
    member = house.enrol(PILOT)
    house.let_time_pass()
    second = house.device("second")
    with second.open(in_front_of(PILOT)) as window:
        window.page.goto("/sign-in")
        steps.prove_mailbox(window.page, member.mailbox)
        steps.start_camera(window.page)
        steps.is_signed_in(window.page)

    with member.device.open(in_front_of(PILOT)) as window:
        page = window.page
        steps.sign_in(page)
        before = window.witness.answers("/v1/account")[-1].json()
        steps.remove_template(page)
        steps.remove_other_device(page)
        album.take(page, "dashboard-smaller")
        page.reload()
        steps.sign_in(page)
        after = window.witness.answers("/v1/account")[-1].json()

    assert len(after["templates"]) == len(before["templates"]) - 1
    assert [device["current"] for device in before["devices"]].count(False) == 1
    assert [device["current"] for device in after["devices"]] == [True]

    with second.open(in_front_of(PILOT)) as window:
        steps.look_if_asked(window.page)
        refused = [one.status for one in window.witness.answers(VERIFICATIONS)]

    assert 200 not in refused, "a removed device signs nobody in"


def test_paused_refuses_like_a_stranger_and_a_code_resumes(house: House, owner: Member, album: Album) -> None:
    stolen = owner.device.copy(house.path("stolen"))
    with stolen.open(in_front_of(ADA)) as window:
        steps.look(window.page)
        words_for_a_stranger = steps.is_refused(window.page)
        (for_a_stranger,) = window.witness.answers(VERIFICATIONS)
    member = house.enrol(PILOT)
    house.let_time_pass()

    with member.device.open(in_front_of(PILOT)) as window:
        page = window.page
        steps.sign_in(page)
        page.get_by_role("button", name="Pause face sign-in").click()
        expect(page.get_by_role("button", name="Resume face sign-in")).to_be_visible()
        album.take(page, "dashboard-paused")
        steps.look(page)
        words_when_paused = steps.is_refused(page)
        when_paused = window.witness.answers(VERIFICATIONS)[-1]
        assert (when_paused.status, when_paused.body) == (for_a_stranger.status, for_a_stranger.body)
        assert words_when_paused == words_for_a_stranger

        steps.use_mailbox_instead(page)
        steps.prove_mailbox(page, member.mailbox)
        steps.open_dashboard(page)
        page.get_by_role("button", name="Resume face sign-in").click()
        expect(page.get_by_role("button", name="Pause face sign-in")).to_be_visible()
        steps.sign_in(page)


def test_the_log_of_sign_ins_is_for_the_owner_to_read(house: House, owner: Member) -> None:
    device = owner.device.copy(house.path("log"))

    with device.open(in_front_of(PILOT)) as window:
        steps.sign_in(window.page)
        seen = window.witness.answers("/v1/account")[-1].json()["sign_ins"]

    assert seen, "a sign-in leaves an entry"
    assert not re.search(r"\d\.\d{2}", str([entry["reason"] for entry in seen])), (
        "a reason is a word, no score"
    )
