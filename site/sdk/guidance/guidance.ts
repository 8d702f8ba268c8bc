import type { GuidanceState, LiveQuality } from "../types";
import type { PixelBox } from "../vision/frame";
import { type Bar, barsAfter } from "./bar";
import { STRAIGHT, type Pose, posed } from "./pose";

/** What one frame says about the person before the camera. */
export interface Observation {
  frameWidth: number;
  frameHeight: number;
  /** Mean luminance of the whole frame, 0 to 255. */
  frameLuminance: number;
  faceCount: number;
  face: { box: PixelBox; quality: LiveQuality } | null;
}

// Every bar is stricter than the server's own (layers/matching/enrolment.py), so that whoever follows the
// guidance is never refused for a reason that could have been said here.

// The network's 150 px chip has about 48 px between the eyes: below that it would be fed an enlargement.
const MIN_INTER_OCULAR_PX: Bar = { enter: 48, leave: 52 };
// Nearer than this, the tiny detector starts to miss faces of 640x480 frames, and the lens widens noses.
const MAX_INTER_OCULAR_SHARE: Bar = { enter: 0.32, leave: 0.3 };
// The server refuses below 50 and above 215. No higher than needed: mean luminance also depends on the skin.
const MIN_LUMINANCE: Bar = { enter: 55, leave: 60 };
const MAX_LUMINANCE: Bar = { enter: 208, leave: 203 };
// With nobody found, a room this dark is the likelier reason than nobody being there.
const MIN_ROOM_LUMINANCE: Bar = { enter: 25, leave: 30 };
// Of 2,858 LFW pictures 1 in 100 has a darker half of less than half the other.
const MIN_UNIFORMITY: Bar = { enter: 0.45, leave: 0.5 };
const MAX_UNDER_EXPOSED: Bar = { enter: 0.3, leave: 0.25 };
const MAX_OVER_EXPOSED: Bar = { enter: 0.18, leave: 0.14 };
// See the measurements at INTER_OCULAR_PX in vision/quality/sharpness.ts.
const MIN_SHARPNESS: Bar = { enter: 4, leave: 5 };
// Alignment takes the roll out; more than this nobody leans who looks at a camera.
const MAX_ROLL_DEG: Bar = { enter: 20, leave: 18 };
// Share of the frame between the middle of the face and the middle of the frame.
const MAX_OFFSET_SHARE: Bar = { enter: 0.25, leave: 0.22 };

/**
 * Says what the person should do now. Pure; the answer follows this frame at once, and hysteresis only keeps
 * it from flickering around a bar.
 *
 * The order is that of usefulness: who is there, then the light (it spoils every other measurement), then
 * where the face is, then how it is held: `pose` is how it is wanted, straight unless something else is.
 */
export function guide(seen: Observation, previous: GuidanceState, pose: Pose = STRAIGHT): GuidanceState {
  const { below, above } = barsAfter(previous);

  if (seen.face === null) {
    return below(seen.frameLuminance, MIN_ROOM_LUMINANCE, "too-dark") ? "too-dark" : "no-face";
  }
  if (seen.faceCount > 1) return "several-faces";

  const { box, quality } = seen.face;
  if (below(quality.luminance_mean, MIN_LUMINANCE, "too-dark")) return "too-dark";
  if (above(quality.under_exposed, MAX_UNDER_EXPOSED, "too-dark")) return "too-dark";
  if (above(quality.luminance_mean, MAX_LUMINANCE, "too-bright")) return "too-bright";
  if (above(quality.over_exposed, MAX_OVER_EXPOSED, "too-bright")) return "too-bright";
  if (below(quality.uniformity, MIN_UNIFORMITY, "uneven-light")) return "uneven-light";

  const nearness = quality.inter_ocular_px / Math.min(seen.frameWidth, seen.frameHeight);
  if (below(quality.inter_ocular_px, MIN_INTER_OCULAR_PX, "too-far")) return "too-far";
  if (above(nearness, MAX_INTER_OCULAR_SHARE, "too-close")) return "too-close";
  if (above(offsetShare(box, seen), MAX_OFFSET_SHARE, "off-centre")) return "off-centre";

  if (above(Math.abs(quality.roll_deg), MAX_ROLL_DEG, "not-frontal")) return "not-frontal";
  const correction = posed(quality, pose, previous);
  if (correction !== null) return correction;
  return below(quality.sharpness, MIN_SHARPNESS, "blurred") ? "blurred" : "hold-still";
}

function offsetShare(box: PixelBox, { frameWidth, frameHeight }: Observation): number {
  const dx = (box.x + box.width / 2) / frameWidth - 0.5;
  const dy = (box.y + box.height / 2) / frameHeight - 0.5;
  return Math.max(Math.abs(dx), Math.abs(dy));
}
