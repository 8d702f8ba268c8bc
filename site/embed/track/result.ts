import { TRACK_INDICES } from "../../sdk/vision/mesh/layout";
import type { LiveQuality } from "../../sdk/types";
import { MODEL, PIPELINE } from "../../sdk/vision/model";
import { SIGNAL_COUNT } from "../../sdk/vision/signals/signals";
import { type Column, encodeNpz } from "../npz";
import type { TrackedClip, TrackedFrame } from "./record";

export interface Row {
  /** Relative to the folder that was tracked, with forward slashes. */
  path: string;
  outcome: TrackedClip;
}

const MESH_WIDTH = 3 * 468;
const LANDMARKS_WIDTH = 2 * 68;
const DESCRIPTOR_WIDTH = 128;
const QUALITY = [
  "detection_score",
  "inter_ocular_px",
  "roll_deg",
  "nose_offset_iod",
  "yaw_deg",
  "pitch_deg",
  "luminance_mean",
  "luminance_sd",
  "under_exposed",
  "over_exposed",
  "uniformity",
  "sharpness",
  "eyes_open",
  "faces_in_view",
] as const satisfies readonly (keyof LiveQuality)[];

/**
 * The .npz: one row to a frame, the clips one after the other. `path` and `length` (frames) to a clip; `clip` (index of
 * the clip), `time_ms`, `size` (width, height), `mesh_score`, `mesh` (468 x 3, flat), `landmarks` (68 x 2, flat),
 * `signals` (5), `descriptor` (128) and all of the live quality to a frame; `track_indices`, `model`, `pipeline`.
 * What was not found is NaN, signals are zeros.
 */
export function encodeTracks(rows: readonly Row[]): Uint8Array {
  const frames = rows.flatMap(({ outcome }) => outcome.frames);
  const floats = (width: number, read: (frame: TrackedFrame) => Float32Array | null): Column => {
    const absent = new Float32Array(width).fill(Number.NaN);
    return { kind: "float32", width, rows: frames.map((frame) => read(frame) ?? absent) };
  };
  const absentSignals = new Uint8Array(SIGNAL_COUNT);
  return encodeNpz({
    path: { kind: "text", values: rows.map(({ path }) => path) },
    length: { kind: "int32", values: rows.map(({ outcome }) => outcome.frames.length) },
    clip: { kind: "int32", values: rows.flatMap(({ outcome }, index) => outcome.frames.map(() => index)) },
    time_ms: { kind: "float32", values: frames.map(({ timeMs }) => timeMs) },
    size: floats(2, ({ width, height }) => Float32Array.of(width, height)),
    mesh_score: { kind: "float32", values: frames.map(({ meshScore }) => meshScore) },
    mesh: floats(MESH_WIDTH, ({ mesh }) => mesh),
    landmarks: floats(LANDMARKS_WIDTH, ({ landmarks }) => landmarks),
    signals: {
      kind: "uint8",
      width: SIGNAL_COUNT,
      rows: frames.map(({ signals }) => signals ?? absentSignals),
    },
    descriptor: floats(DESCRIPTOR_WIDTH, ({ descriptor }) => descriptor),
    ...Object.fromEntries(
      QUALITY.map((name): [string, Column] => [
        name,
        { kind: "float32", values: frames.map(({ quality }) => quality?.[name] ?? Number.NaN) },
      ]),
    ),
    track_indices: { kind: "int32", values: TRACK_INDICES },
    model: { kind: "text", values: [MODEL] },
    pipeline: { kind: "text", values: [PIPELINE] },
  });
}
