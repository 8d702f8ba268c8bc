from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.actors import CLEO, PILOT
from tests.actors.entrances import in_the_dark
from tests.e2e import steps
from tests.e2e.browser import Camera
from tests.e2e.house import VERIFICATIONS, at_another_desk, comes_later, in_front_of

if TYPE_CHECKING:
    from tests.e2e.house import House, Member
    from tests.e2e.screenshots import Album


def test_a_known_device_signs_in_with_a_look_and_no_typing(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("again"))

    with device.open(in_front_of(owner.person)) as window:
        page = window.page
        page.goto("/sign-in")
        steps.camera_is(page, "ready")
        assert page.locator("input:visible").count() == 0, "a known device asks for nothing"
        album.take(page, "sign-in")
        steps.start_camera(page)
        steps.is_signed_in(page)
        answer = window.witness.answers(VERIFICATIONS)[-1]

    assert answer.json()["device"] == "known"


def test_the_owner_is_known_at_another_desk(house: House, owner: Member) -> None:
    device = owner.device.copy(house.path("desk"))

    with device.open(at_another_desk(PILOT)) as window:
        steps.sign_in(window.page)


def test_the_light_may_go_on_later(house: House, owner: Member) -> None:
    device = owner.device.copy(house.path("light"))
    person = comes_later(PILOT, before=in_the_dark)

    with device.open(Camera(actor=lambda: person)) as window:
        steps.look(window.page)
        steps.guidance_is(window.page, "too-dark")
        person.come()

        steps.is_signed_in(window.page)


def test_a_stranger_at_a_known_device_is_refused(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("stolen"))

    with device.open(in_front_of(CLEO)) as window:
        page = window.page
        steps.look(page)
        steps.is_refused(page)
        album.take(page, "sign-in-refused")
        page.goto("/dashboard")
        assert owner.mailbox.address not in page.locator("main").inner_text()
        (answer,) = window.witness.answers(VERIFICATIONS)

    assert answer.status == 401
    assert set(answer.json()) <= {"type", "title", "status", "detail"}
    assert answer.json()["type"] == "urn:facesmash:problem:authentication-failed"


def test_whoever_turns_no_head_has_the_mailbox_as_well(house: House, owner: Member, album: Album) -> None:
    device = owner.device.copy(house.path("no-turn"))

    with device.open(in_front_of(owner.person)) as window:
        page = window.page
        steps.choose_way(page, "no-head-turn")
        steps.look(page)
        steps.camera_is(page, "mailbox")
        album.take(page, "sign-in-mailbox-too")
        page.get_by_role("button", name="Get a code").click()
        expect(page.locator("[data-step=email]")).to_contain_text("as well")
        album.take(page, "sign-in-mailbox-too-code")
        steps.prove_mailbox(page, owner.mailbox)
        steps.start_camera(page)
        steps.is_signed_in(page)


def test_the_mailbox_without_the_face_is_no_face_session(house: House, owner: Member, album: Album) -> None:

    with house.device("thief").open(in_front_of(CLEO)) as window:
        page = window.page
        page.goto("/sign-in")
        steps.prove_mailbox(page, owner.mailbox)
        steps.start_camera(page)
        steps.is_refused(page)
        album.take(page, "sign-in-new-device-refused")
        (answer,) = window.witness.answers(VERIFICATIONS)
        (proof,) = window.witness.answers("/v1/email/confirm")
        # The mailbox alone is the way in without a face, and the page says that this is what it is.
        dashboard = steps.open_dashboard(page)
        expect(dashboard).to_contain_text(owner.mailbox.address)
        expect(dashboard).to_contain_text("mailbox")
        held = window.witness.answers("/v1/account")[-1].json()

    assert answer.status == 401
    assert proof.json()["registered"] is True
    assert [device["name"] for device in held["devices"]] == ["Desk"]
