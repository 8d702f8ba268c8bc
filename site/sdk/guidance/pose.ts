import type { GuidanceState, LiveQuality } from "../types";
import { type Bar, barsAfter } from "./bar";

/** What the person's own straight look measured: turns and distances are asked for as changes from it. */
export type Baseline = Pick<LiveQuality, "yaw_deg" | "inter_ocular_px">;

/** How the head is wanted. Left and right are the person's own. */
export type Pose = { kind: "straight" } | { kind: "left" | "right" | "closer" | "further"; from: Baseline };

export const STRAIGHT: Pose = { kind: "straight" };

// A frontal face measures up to .14 for its own asymmetry; 15 degrees of turn add about .25.
const MAX_NOSE_OFFSET_IOD: Bar = { enter: 0.25, leave: 0.22 };
// Of the estimate, which reads two thirds of a turn (vision/quality/pose.ts). Enough for another view, little enough
// that nothing hides: turns of 12 degrees move the descriptors of four people by .13 to .19.
const MIN_TURN_DEG: Bar = { enter: 5, leave: 6.5 };
const MAX_TURN_DEG: Bar = { enter: 17, leave: 15 };
// Of the distance between the eyes, which grows as the person comes closer.
const MIN_CLOSER: Bar = { enter: 1.1, leave: 1.14 };
const MAX_FURTHER: Bar = { enter: 0.9, leave: 0.87 };

/** What is wrong with how the head is held, or null when it is held as wanted. */
export function posed(quality: LiveQuality, pose: Pose, previous: GuidanceState): GuidanceState | null {
  const { below, above } = barsAfter(previous);
  if (pose.kind === "left" || pose.kind === "right") {
    // Who turns to their own left points to the right of a camera's picture.
    const turn = (quality.yaw_deg - pose.from.yaw_deg) * (pose.kind === "left" ? 1 : -1);
    const prompt = pose.kind === "left" ? "turn-left" : "turn-right";
    if (below(turn, MIN_TURN_DEG, prompt)) return prompt;
    return above(turn, MAX_TURN_DEG, "turn-less") ? "turn-less" : null;
  }
  if (pose.kind === "closer" || pose.kind === "further") {
    const growth = quality.inter_ocular_px / pose.from.inter_ocular_px;
    if (pose.kind === "closer" && below(growth, MIN_CLOSER, "come-closer")) return "come-closer";
    if (pose.kind === "further" && above(growth, MAX_FURTHER, "move-back")) return "move-back";
  }
  return above(Math.abs(quality.nose_offset_iod), MAX_NOSE_OFFSET_IOD, "not-frontal") ? "not-frontal" : null;
}
