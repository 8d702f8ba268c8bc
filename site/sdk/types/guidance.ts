/** What the person is told to do before the camera, from one frame to the next. */

/** What the person should do now, worked out on the device from one frame to the next. */
export type GuidanceState =
  | "no-face"
  | "too-far"
  | "too-close"
  | "too-dark"
  | "too-bright"
  | "uneven-light"
  | "blurred"
  | "several-faces"
  | "not-frontal"
  | "off-centre"
  /** While registering, once a straight look is taken: another view is wanted. Left and right are the person's. */
  | "turn-left"
  | "turn-right"
  | "turn-less"
  | "come-closer"
  | "move-back"
  | "hold-still"
  | "captured"
  /** The page went to the background; capturing resumes by itself when it is seen again. */
  | "page-hidden"
  /** The script's steps, which say more in `step`: the nose goes to the dot, and what to change where it does not. */
  | "follow-dot"
  | "turn-more"
  | "turn-slower"
  | "other-way"
  | "close-eyes"
  | "open-eyes"
  /** The next step is on its way from the server. */
  | "wait-for-step"
  /** Too few frames a second to see a movement; said while it lasts. */
  | "camera-too-slow"
  /** A try did not work out and a new one begins, with other steps. `reason` says why. */
  | "look-again";

export type StepKind = "look" | "turn" | "close_eyes" | "closer" | "view";

/** A place on the unit circle around the outline's middle, as a mirror shows it: x to the person's right, y down. */
export interface DotPlace {
  x: number;
  y: number;
}

/** The step of the script that is asked for now. */
export interface GuidanceStep {
  kind: StepKind;
  /** From 0; `count` grows when the server reveals the second act. */
  index: number;
  count: number;
  /** Where the dot is, of a turn: on the circle. Of a look: in the middle. */
  target?: DotPlace;
  /** Where the nose points now, in the same unit; beyond 1 it points farther than asked. */
  pointer?: DotPlace;
  /** How much of the step is done, 0 to 1. Falls back when it is undone. */
  share: number;
  /** Of closing the eyes: how long. */
  durationMs?: number;
}

/** Why a try of the ceremony did not work out. */
export type LookAgainReason =
  | "too-slow"
  | "face-lost"
  | "several-faces"
  | "page-hidden"
  | "camera-turned"
  | "camera-too-slow"
  | "moved-on";

/** A rectangle in fractions of the frame, origin top left, not mirrored. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Guidance {
  state: GuidanceState;
  /** Share of the ceremony that is done, 0 to 1. Falls back only where it begins again. */
  progress: number;
  /** Captures taken, and how many it takes as things look now: 3 to 5. */
  taken: number;
  wanted: number;
  /** Where the face is, when there is one. */
  box?: Box;
  /** Once the face is well placed and the script has begun; not between its acts: what is shown stays meanwhile. */
  step?: GuidanceStep;
  /** Of `look-again`. */
  reason?: LookAgainReason;
}
