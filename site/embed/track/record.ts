import type { LiveQuality } from "../../sdk/types";
import type { VisionEngine } from "../../sdk/vision/engine";
import { measureQuality } from "../../sdk/vision/quality/measure";
import { measureSignals } from "../../sdk/vision/signals/signals";
import { type ClipFrame, framesOf } from "./clips";

/** What is asked of every clip. */
export interface TrackOptions {
  /** Every which frame gets a descriptor; 0: none does. */
  descriptorEvery: number;
  /** Every which frame the detector looks at; between them, the mesh alone follows. */
  lookEvery: number;
  picturesPerSecond: number;
}

/** One frame: what was not found in it is null. */
export interface TrackedFrame {
  timeMs: number;
  width: number;
  height: number;
  meshScore: number;
  /** 468 triples x, y, z in pixels of the frame. */
  mesh: Float32Array | null;
  /** 68 pairs x, y in pixels of the frame. */
  landmarks: Float32Array | null;
  signals: Uint8Array | null;
  quality: LiveQuality | null;
  descriptor: Float32Array | null;
}

export interface TrackedClip {
  kind: "tracked";
  frames: TrackedFrame[];
}

/** A clip whose file, or whose worker, failed. */
export interface Unreadable {
  kind: "unreadable";
  why: string;
}

/** A whole clip through the browser's own networks, frame by frame as a ceremony would see it. */
export async function trackClip(
  engine: VisionEngine,
  path: string,
  options: TrackOptions,
): Promise<TrackedClip> {
  engine.stopFollowing();
  const frames: TrackedFrame[] = [];
  let faces = 0;
  for await (const one of framesOf(path, options.picturesPerSecond)) {
    const tracked = await trackFrame(engine, one, frames.length, faces, options);
    faces = tracked.quality?.faces_in_view ?? faces;
    frames.push(tracked);
  }
  return { kind: "tracked", frames };
}

async function trackFrame(
  engine: VisionEngine,
  { frame, timeMs }: ClipFrame,
  index: number,
  facesBefore: number,
  { descriptorEvery, lookEvery }: TrackOptions,
): Promise<TrackedFrame> {
  const wantsDescriptor = descriptorEvery > 0 && index % descriptorEvery === 0;
  let mesh = engine.follow(frame, null);
  const sight = mesh === null || wantsDescriptor || index % lookEvery === 0 ? await engine.look(frame) : null;
  const face = sight?.face ?? null;
  if (mesh === null && face !== null) mesh = engine.follow(frame, face.box);
  const description = wantsDescriptor && face !== null ? await engine.describe(frame, face.landmarks) : null;
  return {
    timeMs,
    width: frame.width,
    height: frame.height,
    meshScore: mesh?.score ?? 0,
    mesh: mesh?.points ?? null,
    landmarks: face?.landmarks ?? null,
    signals: mesh && measureSignals(frame, mesh.points, sight?.faceCount ?? facesBefore),
    quality:
      sight !== null && face !== null ? measureQuality(frame, { faceCount: sight.faceCount, face }) : null,
    descriptor: description?.descriptor ?? null,
  };
}
