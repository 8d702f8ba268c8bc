import { guide } from "../../guidance/guidance";
import { STRAIGHT, type Pose } from "../../guidance/pose";
import type { GuidanceState } from "../../types";
import { frameLuminance } from "../../vision/quality/luminance";
import { openness } from "../../vision/mesh/eyes";
import { meanPose, poseChange } from "../../vision/mesh/pose";
import type { Followed, Observation } from "../observation";
import {
  type Baseline,
  HOLD_MS,
  Held,
  type StepFollower,
  type StepSight,
  isSteady,
  median,
  shown,
} from "./step";

// Captures of one blink or one jolt would all be spoilt together.
const MIN_CAPTURE_INTERVAL_MS = 350;
// The first frame after moving into place is still moving.
const STEADY_FRAMES_BEFORE_CAPTURE = 2;
// The baseline is a median: of fewer frames, one blink would be in it.
const BASELINE_FRAMES = 6;
const BASELINE_MAX_FRAMES = 15;
// Back from a turn: as near to the first look as two looks of one person are.
const MAX_CHANGE_DEG = 8;
const MAX_SCALE = 1.12;
const BLINK_SHARE = 0.75; // of how open the same eyes usually are
const POINTER_RANGE_DEG = 19; // the middle of what turns are asked for
const CENTRE = { x: 0, y: 0 };

interface LookOptions {
  /** How many descriptors this look takes, as things look now. */
  captures: () => number;
  /** How many it has: fewer again, where one turned out to be none. */
  taken: () => number;
  /** Null on the first look, which makes it. */
  baseline: Baseline | null;
}

/** Looking straight into the camera, until `captures()` descriptors are taken. */
export class LookStep implements StepFollower {
  readonly first = shown("follow-dot", { target: CENTRE });
  readonly captures: () => number;
  readonly taken: () => number;
  readonly baseline: Baseline | null;
  #lastCaptureMs = -Infinity;
  #steadyFrames = 0;
  readonly #held = new Held();
  readonly #calm: Followed[] = [];

  constructor({ captures, taken, baseline }: LookOptions) {
    this.captures = captures;
    this.taken = taken;
    this.baseline = baseline;
  }

  see(followed: Followed, observation: Observation, before: GuidanceState): StepSight {
    const straight = guided(observation, before, STRAIGHT);
    const state = straight === "hold-still" ? this.#against(followed) : straight;
    const isCalm = state === "hold-still" && isSteady(followed);
    this.#steadyFrames = isCalm ? this.#steadyFrames + 1 : 0;
    if (isCalm) this.#calm.push(followed);
    if (this.#calm.length > BASELINE_MAX_FRAMES) this.#calm.shift();
    const heldMs = this.#held.is(state === "hold-still", observation.timeMs);
    const [wanted, taken] = [this.captures(), this.taken()];
    const isMeasured = this.baseline !== null || this.#calm.length >= BASELINE_FRAMES;
    const share = (taken + Math.min(1, this.#steadyFrames / BASELINE_FRAMES)) / (Math.max(wanted, taken) + 1);
    return {
      state,
      share: Math.min(1, share),
      isDone: taken >= wanted && heldMs >= HOLD_MS && isMeasured,
      wantsDescriptor: taken < wanted && this.#isMoment(followed, observation),
      target: CENTRE,
      ...(this.baseline && { pointer: pointerFrom(this.baseline, followed) }),
    };
  }

  captured(timeMs: number): void {
    this.#lastCaptureMs = timeMs;
  }

  /** The medians of the calm frames. Null before there are enough. */
  measured(): Baseline | null {
    const pose = meanPose(this.#calm.map((one) => one.pose));
    if (this.#calm.length < BASELINE_FRAMES || pose === null) return null;
    return {
      pose,
      lids: {
        left: median(this.#calm.map(({ lids }) => lids.left)),
        right: median(this.#calm.map(({ lids }) => lids.right)),
      },
      interOcularPx: median(this.#calm.map(({ interOcularPx }) => interOcularPx)),
    };
  }

  #against(followed: Followed): GuidanceState {
    if (this.baseline === null) return "hold-still";
    const { yawDeg, pitchDeg } = poseChange(this.baseline.pose, followed.pose);
    if (Math.hypot(yawDeg, pitchDeg) > MAX_CHANGE_DEG) return "follow-dot";
    return followed.interOcularPx > MAX_SCALE * this.baseline.interOcularPx ? "move-back" : "hold-still";
  }

  #isMoment(followed: Followed, { timeMs }: Observation): boolean {
    if (this.#steadyFrames < STEADY_FRAMES_BEFORE_CAPTURE) return false;
    if (timeMs - this.#lastCaptureMs < MIN_CAPTURE_INTERVAL_MS) return false;
    const usual = this.baseline ?? this.measured();
    return usual === null || openness(followed.lids, usual.lids) >= BLINK_SHARE;
  }
}

/** What the frame says of how the person is placed, lit and held. */
export function guided(observation: Observation, before: GuidanceState, pose: Pose): GuidanceState {
  const { frame, seen } = observation;
  return guide(
    {
      frameWidth: frame.width,
      frameHeight: frame.height,
      frameLuminance: frameLuminance(frame),
      faceCount: seen?.faceCount ?? 0,
      face: seen && { box: seen.face.box, quality: seen.quality },
    },
    before,
    pose,
  );
}

function pointerFrom(baseline: Baseline, followed: Followed): { x: number; y: number } {
  const { yawDeg, pitchDeg } = poseChange(baseline.pose, followed.pose);
  return { x: -yawDeg / POINTER_RANGE_DEG + 0, y: -pitchDeg / POINTER_RANGE_DEG + 0 };
}
