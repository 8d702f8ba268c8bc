"""Given clips through the real path: what each check shows of them, and the API's verdict.

A clip cannot follow a script. So the page's own SDK lets each step end by the clock, as an attacker's own
client would; what the camera showed meanwhile goes to the API, and the very same transcript is judged here
check by check.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from benchmarks.liveness.bulk import check_name
from benchmarks.liveness.films import KINDS, ClipError, read_film, write_film
from benchmarks.liveness.first_product import accepted_at
from benchmarks.liveness.unasked import depth_of
from benchmarks.table import print_table
from matching.encoding import decode_descriptors, decode_track
from matching.liveness.chain import Reveal
from matching.liveness.fusion import fuse, shipped_calibration
from matching.liveness.judge import judge_liveness, measurements
from matching.liveness.script import Script, Step
from matching.liveness.timing import ServerClocks
from tests.actors import PILOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.liveness.judge import LivenessVerdict
    from matching.liveness.track import Track
    from tests.e2e.house import House, Member

Report = dict[str, Any]

PROFILE: Final = "standard"
STEP_MS: Final = 1_600
CEREMONY_MS: Final = 60_000
_CHALLENGES: Final = "/v1/challenges"
_STEPS: Final = "/v1/challenges/steps"
_EVIDENCE: Final = "/v1/verifications"
_START: Final = """async ({ stepMs, profile, limitMs }) => {
  const { createFaceSmash } = await import("/sdk/facesmash.js");
  const face = createFaceSmash();
  const video = document.createElement("video");
  document.body.append(video);
  const hints = [];
  let shown = 0;
  const onGuidance = ({ state, step }) => {
    if (hints.at(-1) !== state) hints.push(state);
    shown = Math.max(shown, step === undefined ? 0 : step.index + 1);
  };
  try {
    await face.prepare();
    await face.openCamera(video);
    const signal = AbortSignal.timeout(limitMs);
    const capture = await face.capture({ purpose: "probe", profile, onGuidance, stepMs, signal });
    await face.signIn({ capture });
    return { outcome: "accepted", hints, shown };
  } catch (error) {
    const { name, reason, status } = error;
    return { outcome: name, reason: String(reason ?? status ?? error.message), hints, shown };
  } finally {
    await face.dispose();
  }
}"""


def judge_clips(folder: Path) -> list[Report]:
    """Judge every clip of a folder of folders, one per species ("live" among them).

    Args:
        folder: whose folders hold video files.

    Returns:
        For each clip what it showed.

    Raises:
        SystemExit: when there is no clip, or nothing to play it to.
    """
    clips = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in KINDS)
    if not clips:
        raise SystemExit(f"{folder} has no folder with {', '.join(sorted(KINDS))} files")
    # Chromium and the local stack are asked for only here.
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    from local.stack import running_stack  # noqa: PLC0415
    from tests.e2e.browser import PATIENCE_MS  # noqa: PLC0415
    from tests.e2e.house import House  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE_MS)
    with running_stack() as stack, sync_playwright() as driver, tempfile.TemporaryDirectory() as scratch:
        house = House(stack=stack, playwright=driver, folder=Path(scratch))
        # Whose account it is plays no part in liveness, which is judged before faces are compared.
        member = house.enrol(PILOT)
        return [_judged(house, member, path, Path(scratch)) for path in clips]


def print_clips(rows: Sequence[Report]) -> None:
    """Print what each check showed of each clip, and the verdicts."""
    names = list(dict.fromkeys(name for row in rows for name in row["checks"]))
    print_table(
        "Clips through the browser and the API: liveness by check, verdicts, the first product's rule",
        ["species", "clip", *names, "fused", "liveness", "API", "first product"],
        [
            [
                row["species"],
                row["clip"],
                *(row["checks"].get(name, {}).get("status", "-") for name in names),
                "-" if row["score"] is None else f"{row['score']:.1f}",
                row["liveness"],
                row["verdict"],
                row["first_product"],
            ]
            for row in rows
        ],
    )
    turned = [row for row in rows if row.get("unasked")]
    if turned:
        depth = list(turned[0]["unasked"]["checks"])
        print_table(
            "Depth that clips show by themselves: their farthest turn, as if it had been asked for",
            ["species", "clip", "yaw", "pitch", *depth],
            [
                [
                    row["species"],
                    row["clip"],
                    row["unasked"]["yaw_deg"],
                    row["unasked"]["pitch_deg"],
                    *(_against_bar(row["unasked"]["checks"][name]) for name in depth),
                ]
                for row in turned
            ],
        )


def _against_bar(check: Report) -> str:
    return f"{check['found']:.2f} {'holds' if check['holds'] else 'fails'}"


def _judged(house: House, member: Member, path: Path, scratch: Path) -> Report:
    row: Report = {"species": path.parent.name, "clip": path.name, "checks": {}, "score": None}
    unseen = {"liveness": "not judged", "first_product": "-"}
    try:
        film = read_film(path)
    except (ClipError, OSError) as error:
        return row | unseen | {"verdict": "unreadable", "why": str(error)}
    camera = scratch / f"{path.parent.name}-{path.stem}.y4m"
    row["enlarged"] = write_film(film, camera)
    face = _face_of(camera)
    if face is not None:
        place = (face - np.array([320.0, 240.0])) / row["enlarged"]
        rows, columns = film.frames[0].shape[:2]
        row["enlarged"] = write_film(film, camera, eyes=place + np.array([columns / 2, rows / 2]))
    found = _shown(house, member, camera)
    camera.unlink()
    return row | unseen | found


def _face_of(camera: Path) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """(2, 2) where both eyes usually are, by the product's own landmark model."""
    from tests.actors.tracks import track  # noqa: PLC0415 -- it asks for Node

    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "clip.y4m").symlink_to(camera)
        (seen,) = track(Path(scratch), look_every=5).values()
    landmarks = seen.landmarks[np.isfinite(seen.landmarks).all(axis=(1, 2))]
    if not len(landmarks):
        return None
    eyes = np.stack([landmarks[:, 36:42].mean(axis=1), landmarks[:, 42:48].mean(axis=1)], axis=1)
    return np.asarray(np.median(eyes, axis=0), dtype=np.float64)


def _shown(house: House, member: Member, camera: Path) -> Report:
    from tests.e2e.browser import Camera  # noqa: PLC0415

    house.let_time_pass()
    device = member.device.copy(house.path("clip"))
    times: dict[str, float] = {}
    with device.open(Camera(clip=camera)) as window:
        page = window.page
        page.goto("/sign-in")
        page.on("response", lambda answer: _note(times, answer))
        told = page.evaluate(_START, {"stepMs": STEP_MS, "profile": PROFILE, "limitMs": CEREMONY_MS})
        issued, revealed, answers = (
            window.witness.answers(path) for path in (_CHALLENGES, _STEPS, _EVIDENCE)
        )
        if not answers:
            return {
                "verdict": "no response",
                "why": f"{told['outcome']} {told.get('reason', '')}".strip(),
                "hints": told["hints"],
                "steps_shown": told["shown"],
            }
        # Of several tries the last.
        sent = answers[-1]
        transcript = {
            "issued": issued[-1].json(),
            "revealed": revealed[-1].json(),
            "sealed": json.loads(revealed[-1].request),
            "capture": json.loads(sent.request)["capture"],
        }
    verdict, track = _again(transcript, times)
    found = measurements(verdict.checks)
    calibration = shipped_calibration()
    look = accepted_at(track.times_ms, track.points)
    return {
        "verdict": "accepted" if sent.status < 300 else "refused",  # noqa: PLR2004 -- HTTP
        "liveness": verdict.reason,
        "checks": {check_name(check): _told(check) for check in verdict.checks},
        "score": fuse(found, calibration=calibration),
        "bar": calibration.thresholds[PROFILE],
        "frames": len(track),
        "unasked": depth_of(track),
        "first_product": "refused" if look is None else f"accepted at look {look}",
        "hints": told["hints"],
    }


def _note(times: dict[str, float], answer: Any) -> None:  # noqa: ANN401 -- Playwright's response
    """When the server gave out an act, or got the evidence: its answer to that is held back."""
    path, timing = urlsplit(answer.url).path, answer.request.timing
    mark = "requestStart" if path == _EVIDENCE else "responseStart"
    times[path] = (timing["startTime"] + max(timing[mark], 0.0)) / 1000


def _again(sent: Mapping[str, Any], times: Mapping[str, float]) -> tuple[LivenessVerdict, Track]:
    """Judge what was sent once more; the server's clock is this machine's."""
    capture = sent["capture"]
    acts = tuple(
        tuple(Step.from_json(step) for step in steps)
        for steps in (sent["issued"]["script"]["steps"], sent["revealed"]["steps"])
    )
    track = decode_track(**capture["series"])
    turned = [one["descriptor"] for one in capture["turned"]]
    verdict = judge_liveness(
        track=track,
        script=Script(profile=PROFILE, acts=acts),
        clocks=ServerClocks(
            issued_at=times[_CHALLENGES],
            revealed_at=times[_STEPS],
            answered_at=times[_EVIDENCE],
        ),
        reveal=Reveal(chain=sent["sealed"]["chain"], frames=sent["sealed"]["frames"]),
        nonce=sent["issued"]["challenge"],
        chain=capture["chain"],
        descriptors=decode_descriptors(capture["descriptors"]),
        moments=capture["moments"],
        turned=decode_descriptors(turned) if turned else np.empty((0, 128)),
        turned_moments=[one["moment"] for one in capture["turned"]],
    )
    return verdict, track


def _told(check: Any) -> Report:  # noqa: ANN401 -- any check's result
    names = [each.name for each in fields(check) if each.name != "status"]
    return {"status": check.status, **{name: round(float(getattr(check, name)), 4) for name in names}}
