import {
  ApiProblem,
  type CameraErrorKind,
  CameraError,
  CeremonyError,
  ModelError,
  type ModelErrorKind,
  NetworkError,
  type NetworkErrorKind,
  StateError,
  type StateErrorKind,
} from "../errors";
import type { LookAgainReason } from "../types";

/** An error as it crosses between a page and its worker: what makes it, and nothing of its cause. */
export type PackedError =
  | { name: "CameraError"; kind: CameraErrorKind }
  | { name: "CeremonyError"; kind: LookAgainReason }
  | { name: "ModelError"; kind: ModelErrorKind; asset: string | undefined }
  | { name: "NetworkError"; kind: NetworkErrorKind }
  | { name: "StateError"; kind: StateErrorKind }
  | { name: "ApiProblem"; problem: ConstructorParameters<typeof ApiProblem>[0] }
  | { name: "AbortError" }
  | { name: "other"; message: string };

export function packError(error: unknown): PackedError {
  if (error instanceof CameraError) return { name: error.name, kind: error.kind };
  if (error instanceof CeremonyError) return { name: error.name, kind: error.kind };
  if (error instanceof ModelError) return { name: error.name, kind: error.kind, asset: error.asset };
  if (error instanceof NetworkError) return { name: error.name, kind: error.kind };
  if (error instanceof StateError) return { name: error.name, kind: error.kind };
  if (error instanceof ApiProblem) {
    const { type, status, detail, reasons, retryAfter } = error;
    return { name: error.name, problem: { type, status, detail, reasons, retryAfter } };
  }
  if (error instanceof DOMException && error.name === "AbortError") return { name: "AbortError" };
  return { name: "other", message: error instanceof Error ? error.message : "unknown" };
}

export function unpackError(packed: PackedError): Error {
  switch (packed.name) {
    case "CameraError":
      return new CameraError(packed.kind);
    case "CeremonyError":
      return new CeremonyError(packed.kind);
    case "ModelError":
      return new ModelError(packed.kind, packed.asset);
    case "NetworkError":
      return new NetworkError(packed.kind);
    case "StateError":
      return new StateError(packed.kind);
    case "ApiProblem":
      return new ApiProblem(packed.problem);
    case "AbortError":
      return new DOMException("aborted", "AbortError");
    case "other":
      return new Error(packed.message);
  }
}
