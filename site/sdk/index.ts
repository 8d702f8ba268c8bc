/** FaceSmash in a page: everything an integrator may import. See docs/sdk.md. */
export { createFaceSmash } from "./face-smash";
export {
  ApiProblem,
  CameraError,
  CeremonyError,
  DeviceKeyError,
  ModelError,
  NetworkError,
  PasskeyError,
  PROBLEM_TYPES,
  StateError,
} from "./errors";
export type {
  CameraErrorKind,
  CaptureRefusalReason,
  DeviceKeyErrorKind,
  ModelErrorKind,
  NetworkErrorKind,
  PasskeyErrorKind,
  ProblemType,
  StateErrorKind,
} from "./errors";
export { CODE_PROFILES, LIVENESS_PROFILES } from "./types";
export type * from "./types";
