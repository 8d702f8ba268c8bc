"""What is held can be seen, taken away, made smaller, and put to rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.actors import ADA
from tests.e2e import steps, tables
from tests.e2e.house import VERIFICATIONS, in_front_of

if TYPE_CHECKING:
    from tests.e2e.arrival import Arrival
    from tests.e2e.house import House, Member
    from tests.e2e.life import Life
    from tests.e2e.screenshots import Album
    from tests.e2e.visit import Visit


def test_the_download_holds_what_the_tables_hold(house: House, owner: Member, seen: Visit) -> None:
    held = seen.export

    exported = np.array([template["descriptor"] for template in held["templates"]], dtype=np.float32)
    stored = tables.descriptors(house.stack, held["account"])
    assert held["email"] == owner.mailbox.address
    assert exported.shape == stored.shape
    assert exported.shape[1] == 128
    np.testing.assert_array_equal(np.sort(exported, axis=0), np.sort(stored, axis=0))
    assert {"templates", "devices", "consents", "sign_ins"} <= set(held)


@pytest.fixture(scope="module")
def member(newcomer: Arrival) -> Member:
    """Somebody whose account these tests change, one after the other."""
    return newcomer.member


def test_a_new_device_needs_the_mailbox_once_is_then_known_and_can_be_removed(
    house: House, member: Member, album: Album
) -> None:
    second = house.device("second")
    with second.open(in_front_of(ADA)) as window:
        page = window.page
        page.goto("/sign-in")
        expect(page.get_by_label("E-mail")).to_be_visible()
        album.take(page, "sign-in-new-device")
        steps.prove_mailbox(page, member.mailbox)
        steps.start_camera(page)
        steps.is_signed_in(page)
        expect(steps.open_dashboard(page)).to_contain_text("Kitchen laptop")
        added = window.witness.answers(VERIFICATIONS)[-1].json()
        held = window.witness.answers("/v1/account")[-1].json()
        page.reload()
        steps.sign_in(page)
        known = window.witness.answers(VERIFICATIONS)[-1].json()

    assert (added["device"], known["device"]) == ("added", "known")
    assert sorted(device["current"] for device in held["devices"]) == [False, True]

    with member.device.open(in_front_of(ADA)) as window:
        page = window.page
        steps.sign_in(page)
        expect(page.get_by_text("New since you last signed in here")).to_be_visible()
        album.take(page, "dashboard-new-device")
        before = window.witness.answers("/v1/account")[-1].json()
        steps.remove_template(page)
        steps.remove_other_device(page)
        album.take(page, "dashboard-smaller")
        page.reload()
        steps.is_signed_in(page)
        after = window.witness.answers("/v1/account")[-1].json()

    assert len(after["templates"]) == len(before["templates"]) - 1
    assert [device["current"] for device in before["devices"]].count(False) == 1
    assert [device["current"] for device in after["devices"]] == [True]

    with second.open(in_front_of(ADA)) as window:
        steps.look_if_asked(window.page)
        refused = [one.status for one in window.witness.answers(VERIFICATIONS)]

    assert 200 not in refused, "a removed device signs nobody in"


def test_paused_refuses_like_a_stranger_and_a_code_resumes(member: Member, life: Life, album: Album) -> None:
    with member.device.open(in_front_of(ADA)) as window:
        page = window.page
        steps.sign_in(page)
        page.get_by_role("button", name="Pause face sign-in").click()
        expect(page.get_by_role("button", name="Resume face sign-in")).to_be_visible()
        album.take(page, "dashboard-paused")
        steps.look(page)
        words_when_paused = steps.is_refused(page)
        when_paused = window.witness.answers(VERIFICATIONS)[-1]
        assert (when_paused.status, when_paused.body) == (life.stranger.status, life.stranger.body)
        assert words_when_paused == life.words_for_a_stranger

        steps.use_mailbox_instead(page)
        steps.prove_mailbox(page, member.mailbox)
        steps.open_dashboard(page)
        page.get_by_role("button", name="Resume face sign-in").click()
        expect(page.get_by_role("button", name="Pause face sign-in")).to_be_visible()
        steps.sign_in(page)


def test_the_log_of_sign_ins_is_for_the_owner_to_read(seen: Visit) -> None:
    entries = seen.held["sign_ins"]

    assert entries, "a sign-in leaves an entry"
    assert not re.search(r"\d\.\d{2}", str([entry["reason"] for entry in entries])), (
        "a reason is a word, no score"
    )


def test_recovery_codes_are_shown_once_and_the_link_of_a_notice_freezes_until_two_proofs_lift_it(
    member: Member, album: Album
) -> None:
    with member.device.open(in_front_of(ADA)) as window:
        page = window.page
        steps.sign_in(page)
        page.get_by_role("button", name="Make recovery codes").click()
        shown = page.get_by_test_id("new-codes")
        expect(shown.locator("li")).to_have_count(10)
        code = shown.locator("li").first.inner_text()
        album.take(page, "dashboard-recovery-codes")
        page.get_by_role("button", name="I have kept them").click()
        expect(shown).to_have_count(0)

        page.goto(steps.freeze_link(member.mailbox))
        expect(page.get_by_role("heading", name="Was that not you?")).to_be_visible()
        assert "#" not in page.url, "the token leaves the address at once"
        album.take(page, "freeze")
        page.get_by_role("button", name="Freeze my account").click()
        expect(page.get_by_role("heading", name="Your account is frozen")).to_be_visible()
        album.take(page, "frozen")

        page.goto("/sign-in")
        steps.use_mailbox_instead(page)
        steps.prove_mailbox(page, member.mailbox)
        expect(page.get_by_test_id("frozen")).to_be_visible()
        album.take(page, "sign-in-frozen")
        page.get_by_role("button", name="Use a recovery code").first.click()
        album.take(page, "sign-in-recovery-code")
        page.get_by_label("Recovery code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        steps.is_signed_in(page)
        expect(page.get_by_test_id("recovery")).to_contain_text("9 codes left")


def test_an_address_is_changed_with_a_code_from_each_mailbox(
    house: House, member: Member, album: Album
) -> None:
    new = house.mailbox("new")
    with member.device.open(in_front_of(ADA)) as window:
        page = window.page
        steps.sign_in(page)
        steps.open_dashboard(page)
        page.get_by_role("button", name="Change my address").click()
        page.get_by_label("New address").fill("nobody")
        page.get_by_role("button", name="Send both codes").click()
        expect(page.get_by_label("New address")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("New address").fill(new.address)
        album.take(page, "address-new")
        page.get_by_role("button", name="Send both codes").click()
        from_old, from_new = member.mailbox.next_code(), new.next_code()
        page.get_by_label("Code from your address until now").fill(from_new)
        page.get_by_label("Code from your new address").fill(from_old)
        page.get_by_role("button", name="Change my address", exact=True).last.click()
        expect(page.get_by_text("These two codes do not fit")).to_be_visible()
        album.take(page, "address-codes")
        page.get_by_label("Code from your address until now").fill(from_old)
        page.get_by_label("Code from your new address").fill(from_new)
        page.get_by_role("button", name="Change my address", exact=True).last.click()
        expect(page.get_by_text(f"Your address is {new.address} now.")).to_be_visible()
        album.take(page, "address-changed")
        held = window.witness.answers("/v1/account")[-1].json()

    assert held["email"] == new.address
    assert [len(box.mails()) > 0 for box in (member.mailbox, new)] == [True, True]
    told = [box.mails()[-1].subject for box in (member.mailbox, new)]
    assert told == [
        "FaceSmash: your account has another address",
        "FaceSmash: your account has this address now",
    ]
