import type { LiveQuality, Quality } from "../../types";
import { LEFT_EYE, type PointXY, RIGHT_EYE, centre, eyeLineDeg } from "../eye-line";
import type { Description, Face, Frame, PixelBox } from "../frame";
import { eyesOpen } from "./eyes";
import { exposure, luminancePatch, moments, uniformity } from "./luminance";
import { headPose } from "./pose";
import { sharpnessOf } from "./sharpness";

// iBUG 300-W indices.
const NOSE_TIP = 30;
const INNER_FACE = [17, 68] as const; // brows to mouth: skin only, no hair and no background

/** A face that was seen, and how many are beside it. */
interface SeenFace {
  faceCount: number;
  face: Face;
}

/** Measures a described face, by the landmarks that were found again on it. As `measureQuality` otherwise. */
export function measureCapture(
  frame: Frame,
  { faceCount, face }: SeenFace,
  { landmarks, residualRollDeg }: Description,
): Quality {
  const quality = measureQuality(frame, { faceCount, face: { ...face, landmarks } });
  return { ...quality, residual_roll_deg: residualRollDeg };
}

/** Measures a face. Pure; every number is finite. Definitions and units: `Quality`. */
export function measureQuality(frame: Frame, { faceCount, face }: SeenFace): LiveQuality {
  const { landmarks } = face;
  const right = centre(landmarks, RIGHT_EYE);
  const left = centre(landmarks, LEFT_EYE);
  // Never zero: it divides below, and a face without eyes is stopped by its size anyway.
  const interOcularPx = Math.max(Math.hypot(left.x - right.x, left.y - right.y), 1e-3);
  const along = { x: (left.x - right.x) / interOcularPx, y: (left.y - right.y) / interOcularPx };
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const patch = luminancePatch(frame, bounds(landmarks, INNER_FACE));
  const { mean, variance } = moments(patch.values);
  const { under, over } = exposure(patch);
  const { yawDeg, pitchDeg } = headPose(landmarks);
  return {
    detection_score: face.score,
    inter_ocular_px: interOcularPx,
    roll_deg: eyeLineDeg(landmarks),
    nose_offset_iod: noseOffset(landmarks, middle, along) / interOcularPx,
    yaw_deg: yawDeg,
    pitch_deg: pitchDeg,
    luminance_mean: mean,
    luminance_sd: Math.sqrt(variance),
    under_exposed: under,
    over_exposed: over,
    uniformity: uniformity(patch, middle, along),
    sharpness: sharpnessOf(patch, interOcularPx),
    eyes_open: eyesOpen(frame, landmarks),
    faces_in_view: faceCount,
  };
}

/** How far the nose tip lies from the line that halves the eyes, along the line between them, in pixels. */
function noseOffset(landmarks: Float32Array, middle: PointXY, along: PointXY): number {
  const [x, y] = [landmarks[2 * NOSE_TIP] ?? 0, landmarks[2 * NOSE_TIP + 1] ?? 0];
  return (x - middle.x) * along.x + (y - middle.y) * along.y;
}

function bounds(landmarks: Float32Array, [from, to]: readonly [number, number]): PixelBox {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = from; index < to; index += 1) {
    const x = landmarks[2 * index] ?? 0;
    const y = landmarks[2 * index + 1] ?? 0;
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}
