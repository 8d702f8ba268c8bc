import type { GuidanceState, LiveQuality } from "../types";
import { type Bar, barsAfter } from "./bar";

/**
 * How the head is wanted, with what it has done of it already, as a change from the person's own straight look: turned
 * to that side (their own), degrees, or grown in the picture. "any" takes it as it is.
 */
export type Pose =
  | { kind: "straight" | "any" }
  | { kind: "left" | "right"; turnedDeg: number }
  | { kind: "closer" | "further"; growth: number };

export const STRAIGHT: Pose = { kind: "straight" };

// A frontal face measures up to .14 for its own asymmetry; 15 degrees of turn add about .25.
const MAX_NOSE_OFFSET_IOD: Bar = { enter: 0.25, leave: 0.22 };
// Enough for another view, little enough that nothing hides: turns of 12 degrees move the descriptors of four people
// by .13 to .19. The server takes 28 degrees (layers/matching/liveness/dynamics.py).
const MIN_TURN_DEG: Bar = { enter: 8, leave: 10 };
const MAX_TURN_DEG: Bar = { enter: 24, leave: 21 };
// Of the distance between the eyes, which grows as the person comes closer.
const MIN_CLOSER: Bar = { enter: 1.1, leave: 1.14 };
const MAX_FURTHER: Bar = { enter: 0.9, leave: 0.87 };

/** What is wrong with how the head is held, or null when it is held as wanted. */
export function posed(quality: LiveQuality, pose: Pose, previous: GuidanceState): GuidanceState | null {
  const { below, above } = barsAfter(previous);
  if (pose.kind === "left" || pose.kind === "right") {
    const prompt = pose.kind === "left" ? "turn-left" : "turn-right";
    if (below(pose.turnedDeg, MIN_TURN_DEG, prompt)) return prompt;
    return above(pose.turnedDeg, MAX_TURN_DEG, "turn-less") ? "turn-less" : null;
  }
  if (pose.kind === "any") return null;
  if (pose.kind === "closer" && below(pose.growth, MIN_CLOSER, "come-closer")) return "come-closer";
  if (pose.kind === "further" && above(pose.growth, MAX_FURTHER, "move-back")) return "move-back";
  return above(Math.abs(quality.nose_offset_iod), MAX_NOSE_OFFSET_IOD, "not-frontal") ? "not-frontal" : null;
}
