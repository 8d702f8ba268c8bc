"""What a person meets in a ceremony, whatever the SDK says: the dot, words, tones, other ways, an end."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.scripted import staged

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

    from tests.e2e.screenshots import Album

REACTION_MS: Final = 100


def _turn(x: float, y: float, *, nose: tuple[float, float] = (0.0, 0.0), **rest: object) -> dict[str, Any]:
    return {"kind": "turn", "target": {"x": x, "y": y}, "pointer": {"x": nose[0], "y": nose[1]}, **rest}


_EYES: Final = {"kind": "close_eyes", "index": 3, "durationMs": 1000}

SCENES: Final[dict[str, tuple[str, dict[str, Any] | None, float]]] = {
    "no-face": ("no-face", None, 0.0),
    "too-dark": ("too-dark", None, 0.0),
    "placed": ("hold-still", None, 0.0),
    "waiting-for-step": ("wait-for-step", None, 0.4),
    "dot": ("follow-dot", _turn(1, 0), 0.2),
    "dot-further": ("turn-more", _turn(-0.7, 0.7, nose=(-0.4, 0.4), share=0.5), 0.3),
    "wrong-turn": ("other-way", _turn(-1, 0, nose=(0.6, 0.1)), 0.3),
    "dot-reached": ("hold-still", _turn(0, -1, nose=(0.03, -0.97), share=1), 0.4),
    "back-to-the-camera": ("follow-dot", {"kind": "look", "pointer": {"x": 0.9, "y": 0}}, 0.7),
    "close-eyes": ("close-eyes", {**_EYES, "share": 0.4}, 0.6),
    "open-eyes": ("open-eyes", {**_EYES, "share": 1}, 0.7),
    "lean-in": ("come-closer", {"kind": "closer", "share": 0.5}, 0.5),
    "view": ("turn-left", {"kind": "view"}, 0.8),
    "captured": ("captured", {"kind": "look", "share": 1}, 1.0),
    "camera-too-slow": ("camera-too-slow", None, 0.0),
}

# What ended it: the step that was asked for last, the SDK's word for it, and what the page calls it.
ENDS: Final[dict[str, tuple[str, dict[str, Any] | None, str, str]]] = {
    "face-lost": ("no-face", None, "face-lost", "Your face left the picture"),
    "too-slow": ("turn-left", {"kind": "view"}, "too-slow", "took longer than they may"),
    "second-face": ("several-faces", None, "several-faces", "Somebody else was in view"),
    "wrong-turn": ("other-way", _turn(1, 0), "too-slow", "turned away from the dot"),
    "dot-not-reached": ("turn-more", _turn(1, 0), "too-slow", "did not get to the dot"),
    "eyes-not-closed": ("close-eyes", _EYES, "too-slow", "did not seem to close"),
    "eyes-not-opened": ("open-eyes", _EYES, "too-slow", "stayed closed"),
    "camera-too-slow": ("camera-too-slow", None, "camera-too-slow", "too few pictures a second"),
    "page-hidden": ("follow-dot", _turn(1, 0), "page-hidden", "went to the background"),
    "phone-rotated": ("follow-dot", _turn(1, 0), "camera-turned", "turned round"),
    "teleport": ("turn-slower", _turn(1, 0), "moved-on", "too fast to follow"),
}


def test_each_scene_of_a_ceremony_has_words_and_a_picture(
    playwright_driver: Playwright, album: Album
) -> None:
    said: dict[str, str] = {}
    with staged(playwright_driver) as stage:
        stage.start()
        for number, (name, (state, step, progress)) in enumerate(SCENES.items()):
            # Every scene a step of its own: what is said of a new step is shown at once.
            stage.say(state, None if step is None else {**step, "index": number}, progress=progress)
            steps.guidance_is(stage.page, state) if step is not None else stage.page.wait_for_timeout(500)
            stage.say(state, None if step is None else {**step, "index": number}, progress=progress)
            steps.guidance_is(stage.page, state)
            said[name] = stage.page.get_by_test_id("guidance").inner_text()
            album.take(stage.page, f"ceremony-{name}")

    assert all(5 < len(words) < 60 for words in said.values()), said
    assert len(set(said.values())) == len(said), said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_stage_is_dark_in_both_schemes(playwright_driver: Playwright, scheme: str, album: Album) -> None:
    with staged(playwright_driver, scheme=scheme) as stage:  # type: ignore[arg-type]
        stage.start()
        stage.say("follow-dot", _turn(0.7, -0.7), progress=0.3)
        album.take(stage.page, f"ceremony-dot-{scheme}")

        ground = stage.page.locator(".camera").evaluate("(at) => getComputedStyle(at).backgroundColor")

    assert ground == "rgb(20, 26, 25)"


def test_a_step_can_be_followed_by_whoever_watches_the_page(playwright_driver: Playwright) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say("follow-dot", _turn(0.7, -0.7, nose=(0.1, 0.2), index=2))
        step = stage.page.locator("[data-step-kind]")

        expect(step).to_have_count(1)
        for name, value in {"kind": "turn", "index": "2", "target-x": "0.7", "target-y": "-0.7"}.items():
            expect(step).to_have_attribute(f"data-{'' if 'target' in name else 'step-'}{name}", value)
        expect(step).to_have_attribute("data-pointer-x", "0.1")


def test_a_new_step_is_on_the_screen_at_once_and_so_is_the_nose(playwright_driver: Playwright) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say("hold-still", _turn(1, 0, index=1))
        waits = stage.page.evaluate(
            """async () => {
              const rest = { progress: 0, taken: 0, wanted: 3 };
              const waits = [];
              for (let index = 2; index < 12; index += 1) {
                const from = performance.now();
                const pointer = { x: 0, y: index };
                const step = { kind: 'turn', index, count: 12, share: 0, target: { x: 0, y: 1 }, pointer };
                sdk.say({ state: index % 2 ? 'follow-dot' : 'close-eyes', ...rest, step });
                const shown = () => {
                  const at = document.querySelector('[data-step-kind]').dataset;
                  const said = document.querySelector('[data-testid=guidance]').dataset.guidance;
                  return at.stepIndex === `${index}` && at.pointerY === `${index}`
                    && said === (index % 2 ? 'follow-dot' : 'close-eyes');
                };
                while (!shown() && performance.now() - from < 2000) await new Promise(requestAnimationFrame);
                waits.push(performance.now() - from);
              }
              return waits;
            }"""
        )

    # The median: on a busy machine single frames of the browser itself come late.
    assert median(waits) < REACTION_MS, waits


@pytest.mark.parametrize("end", ENDS)
def test_a_ceremony_that_ends_says_why_and_what_helps(
    playwright_driver: Playwright, end: str, album: Album
) -> None:
    state, step, kind, words = ENDS[end]
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say(state, step)
        stage.fail("ceremony", kind)
        page = stage.page

        steps.camera_is(page, "failed")
        expect(steps.camera(page)).to_contain_text(words)
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        expect(page.get_by_role("radio")).to_have_count(6)  # the other ways lie open
        expect(page.get_by_role("radio").first).to_be_visible()
        album.take(page, f"ceremony-ended-{end}")


def test_a_try_that_failed_is_told_and_goes_on(playwright_driver: Playwright, album: Album) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say("close-eyes", _EYES)
        stage.say("look-again", reason="too-slow")

        expect(stage.page.get_by_test_id("guidance")).to_have_text(
            "Your eyes did not seem closed. Once more."
        )
        album.take(stage.page, "ceremony-once-more")


def test_a_camera_that_is_unplugged_is_told(playwright_driver: Playwright) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say("follow-dot", _turn(1, 0))
        stage.page.evaluate("sdk.interrupt()")

        steps.camera_is(stage.page, "interrupted")
        expect(stage.page.get_by_role("button", name="Try again")).to_be_visible()


def test_after_a_refusal_the_device_tells_what_it_noticed(
    playwright_driver: Playwright, album: Album
) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.say("close-eyes", _EYES)
        stage.say("look-again", reason="too-slow")
        stage.say("captured", {"kind": "look"})
        stage.end()
        steps.until(stage.page, "sdk.refuse !== null")
        album.take(stage.page, "ceremony-success")
        stage.page.evaluate("sdk.refuse()")

        refusal = steps.is_refused(stage.page)
        album.take(stage.page, "ceremony-refused")

        expect(stage.page.get_by_test_id("refusal")).to_contain_text("Your eyes did not seem to close")

    assert "never says why" in refusal


def test_another_way_is_chosen_with_the_keyboard_and_remembered(
    playwright_driver: Playwright, album: Album
) -> None:
    with staged(playwright_driver) as stage:
        page = stage.page
        ways = page.get_by_test_id("profiles")
        ways.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        album.take(page, "ways-to-do-this")
        stage.start()

        assert page.evaluate("sdk.profiles") == ["no-head-turn"]
        assert page.evaluate("({ ...localStorage })") == {"facesmash-profile": "no-head-turn"}
        stage.say("no-face")
        expect(ways).to_be_hidden()


def test_a_way_that_needs_the_mailbox_leads_there(playwright_driver: Playwright, album: Album) -> None:
    with staged(playwright_driver, profile="no-head-turn") as stage:
        stage.start()
        stage.say("wait-for-step")
        stage.fail("state", "profile-needs-mailbox")
        steps.camera_is(stage.page, "mailbox")
        album.take(stage.page, "ceremony-mailbox-needed")
        stage.page.get_by_role("button", name="Get a code").click()

        assert stage.page.evaluate("told") == ["mailbox-needed"]


def test_a_mailbox_that_has_to_be_confirmed_first_is_asked_for(playwright_driver: Playwright) -> None:
    with staged(playwright_driver) as stage:
        stage.start()
        stage.fail("state", "no-mailbox")
        steps.until(stage.page, "told.length > 0")

        assert stage.page.evaluate("told") == ["mailbox-expired"]


def test_directions_are_spoken(playwright_driver: Playwright) -> None:
    with staged(playwright_driver, profile="screen-reader") as stage:
        stage.start()
        stage.say("follow-dot", _turn(0, -1))
        spoken = stage.page.get_by_test_id("guidance")

        expect(spoken).to_have_text("Turn your head up.")
        expect(spoken).to_have_attribute("aria-live", "assertive")


@pytest.mark.parametrize("chosen", ["", "reduced-motion"])
def test_with_less_motion_nothing_moves_by_itself(playwright_driver: Playwright, chosen: str) -> None:
    motion = "no-preference" if chosen else "reduce"  # the system's own setting is enough
    with staged(playwright_driver, motion=motion, profile=chosen) as stage:  # type: ignore[arg-type]
        stage.start()
        stage.say("follow-dot", _turn(1, 0, nose=(0.5, 0)))
        moving = stage.page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((at) => {
              const { transitionDuration, animationName } = getComputedStyle(at);
              const glides = transitionDuration.split(',').some((one) => parseFloat(one) > 0.001);
              return glides || animationName !== 'none';
            }).map((at) => at.className.baseVal ?? at.className)"""
        )

        assert stage.page.evaluate("sdk.profiles") == ["reduced-motion"]
        assert moving == []


def test_each_sound_is_another_and_a_way_without_makes_none(playwright_driver: Playwright) -> None:
    usual, silent = (_sounds(playwright_driver, profile) for profile in ("standard", "no-sound"))

    assert all(usual.values()), usual
    assert len({tuple(notes) for notes in usual.values()}) == len(usual), usual
    assert not any(silent.values()), silent


def _sounds(playwright: Playwright, profile: str) -> dict[str, list[float]]:
    """The notes of a new step, of opening the eyes, of beginning again and of the end."""
    with staged(playwright, profile=profile) as stage:
        page = stage.page
        page.evaluate(
            """() => {
              globalThis.notes = [];
              const start = OscillatorNode.prototype.start;
              OscillatorNode.prototype.start = function (...when) {
                notes.push(Math.round(this.frequency.value));
                return start.apply(this, when);
              };
            }"""
        )
        stage.start()
        page.wait_for_timeout(300)  # until the sound is awake
        sounds = {}
        stage.say("close-eyes", _EYES)
        sounds["step"] = _heard(page)
        stage.say("open-eyes", _EYES)
        sounds["open your eyes"] = _heard(page)
        stage.say("look-again", reason="moved-on")
        sounds["once more"] = _heard(page)
        stage.end()
        steps.camera_is(page, "captured")
        sounds["done"] = _heard(page)
        return sounds


def _heard(page: Page) -> list[float]:
    notes: list[float] = page.evaluate("notes.splice(0)")
    return notes
