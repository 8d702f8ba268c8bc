/** What a ceremony takes, asks for and leaves behind. */
import type { Guidance } from "./guidance";
import type { CallOptions } from "./options";
import type { Policy } from "./policy";

/** Another way to show that one is there, for whoever a step would be hard on. Remembered by the page, not here. */
export type LivenessProfile =
  "standard" | "no-head-turn" | "no-sound" | "no-eye-closing" | "screen-reader" | "reduced-motion";

/** Worth something together with a code from the mailbox alone: in a session that another proof began they are refused. */
export const CODE_PROFILES: readonly LivenessProfile[] = ["no-head-turn"];

export const LIVENESS_PROFILES: readonly LivenessProfile[] = [
  "standard",
  "no-head-turn",
  "no-sound",
  "no-eye-closing",
  "screen-reader",
  "reduced-motion",
];

/**
 * Image quality of one captured frame, in the sense of ISO/IEC 29794-5. Names and units are the wire's; what has no
 * unit in its name says it here. The face's pixels are those from the brows to the mouth.
 */
export interface Quality {
  /** The detector's confidence, 0 to 1. Of two detectors: not comparable between them. */
  detection_score: number;
  /** Between the middles of the eyes, pixels of the camera frame. */
  inter_ocular_px: number;
  /** Angle of the line between the eyes in the camera frame; clockwise is positive. */
  roll_deg: number;
  /** The same angle as found again on the aligned face: how wrong the first landmarks were. */
  residual_roll_deg: number;
  /** Nose tip beside the line that halves the eyes, in inter-ocular distances; to the picture's right is positive. */
  nose_offset_iod: number;
  /** Turn of the head, estimated; towards the picture's right is positive. */
  yaw_deg: number;
  /** Nod of the head, estimated; up is positive. Off by a constant for each face: only its change says much. */
  pitch_deg: number;
  /** Mean luminance (Rec. 601) of the face, 0 to 255. */
  luminance_mean: number;
  /** Contrast: standard deviation of that luminance, same unit. */
  luminance_sd: number;
  /** Share of the face's pixels of luminance 25 and less, 0 to 1. */
  under_exposed: number;
  /** Share of the face's pixels of luminance 247 and more, 0 to 1. */
  over_exposed: number;
  /** Mean luminance of the face's darker half (left or right) over that of the lighter one, 0 to 1. */
  uniformity: number;
  /** 1000 x variance of the Laplacian over squared mean luminance. */
  sharpness: number;
  /** How much the eyes look open, 0 to 1; weak evidence, see sdk/vision/quality/eyes.ts. */
  eyes_open: number;
  /** Faces of comparable size in the frame, this one included. */
  faces_in_view: number;
}

/** What can be measured on a frame before its face is aligned. */
export type LiveQuality = Omit<Quality, "residual_roll_deg">;

/** What every frame of the ceremony measured; sdk/capture/series.ts says how. */
export interface Series {
  frame_width: number;
  frame_height: number;
  /** base64 of little-endian uint16, milliseconds from the first frame */
  times_ms: string;
  /** base64 of little-endian int16: 48 pairs x, y per frame, in 1/8192 of the frame's width */
  points: string;
  /** base64 of uint8, five per frame: texture, chroma, luminance of face and background, faces in view */
  signals: string;
  /** Index of the frame at which each step of the script was shown. */
  steps: readonly number[];
}

/** A descriptor taken while the head was turned: it says that the turned head is the same one, and is never matched. */
export interface TurnedDescriptor {
  /** base64 of 128 little-endian float32 */
  descriptor: string;
  /** Index of the series' frame it was taken at. */
  moment: number;
}

/** What a ceremony leaves behind, exactly as it is sent. It holds no picture and none can be made to fit. */
export interface CaptureEvidence {
  model: string;
  pipeline: string;
  /** base64 of 128 little-endian float32 each */
  descriptors: readonly string[];
  quality: readonly Quality[];
  /** Index of the series' frame that each descriptor was taken at. */
  moments: readonly number[];
  turned: readonly TurnedDescriptor[];
  series: Series;
  /** Lower-case hex SHA-256: the end of the chain that begins with the challenge and takes in every frame. */
  chain: string;
}

/**
 * A ceremony that was followed to its end: good for one registration, sign-in or `enrolFace`, within two minutes.
 */
export interface Capture extends CaptureEvidence {
  /** What the script was bound to. Not part of the body that is sent: the proof carries it. */
  challenge: string;
}

/**
 * `probe`: to sign in, 3 straight looks, up to 5 where light or distance are poor. `enrolment`: to register, or to enrol
 * a face later, 4 views.
 */
export type CapturePurpose = "probe" | "enrolment";

export interface CaptureOptions extends CallOptions {
  purpose: CapturePurpose;
  /** For an enrolment: the policy that the person agreed to. Without it nobody is asked to look at the camera. */
  policy?: Policy | undefined;
  /** Default `standard`. */
  profile?: LivenessProfile;
  onGuidance: (guidance: Guidance) => void;
}

export interface OpenCameraOptions extends CallOptions {
  /** Called once when the camera is taken away while it is open (unplugged, claimed, permission withdrawn). */
  onInterrupted?: () => void;
}
