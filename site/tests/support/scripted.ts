import type { FrameSource, TimedFrame } from "../../sdk/capture/capture";
import type { VisionEngine } from "../../sdk/vision/engine";
import { POINTS_ON_CHIP } from "../../sdk/vision/alignment";
import type { Description, Face, Frame } from "../../sdk/vision/frame";

/** Grey noise: light enough, and with texture, so that quality is measured for real on it. */
export function texturedFrame(width = 640, height = 480, seed = 1): Frame {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = seed;
  for (let at = 0; at < data.length; at += 4) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    data.fill(90 + (state % 80), at, at + 3);
    data[at + 3] = 255;
  }
  return { width, height, data };
}

// How far the skin stands out at a landmark, in inter-ocular distances: a rough head, for turning one.
const DEPTH_IOD: Readonly<Record<number, number>> = {
  27: 0.22, 28: 0.33, 29: 0.45, 30: 0.47, 31: 0.16, 32: 0.22, 33: 0.24, 34: 0.22, 35: 0.16,
  36: -0.07, 45: -0.07, 48: -0.16, 49: 0.06, 50: 0.18, 51: 0.18, 52: 0.18, 53: 0.06, 54: -0.16,
  60: -0.15, 61: 0.09, 62: 0.11, 63: 0.09, 64: -0.15,
}; // prettier-ignore

/**
 * Landmarks of dlib's mean face with its eyes `interOcularPx` apart, in the middle of a 640x480 frame, turned by
 * `yawDeg` (positive: the nose to the picture's right).
 */
export function frontalFace({ interOcularPx = 90, shift = 0, yawDeg = 0, pitchDeg = 0 } = {}): Face {
  const landmarks = new Float32Array(136);
  const [yaw, pitch] = [(yawDeg * Math.PI) / 180, (pitchDeg * Math.PI) / 180];
  const set = (index: number, x: number, y: number): void => {
    const depth = DEPTH_IOD[index] ?? 0;
    const forward = depth * Math.cos(yaw) - x * Math.sin(yaw);
    landmarks[2 * index] = 320 + shift + (x * Math.cos(yaw) + depth * Math.sin(yaw)) * interOcularPx;
    landmarks[2 * index + 1] = 220 + (y * Math.cos(pitch) - forward * Math.sin(pitch)) * interOcularPx;
  };
  for (let index = 0; index < 68; index += 1) set(index, Math.cos(index) * 0.3, 0.6 + Math.sin(index) * 0.3);
  // The eyes of the mean face are 52.9 px apart on the chip, their middle lies at (74, 46.7).
  for (const [index, x, y] of POINTS_ON_CHIP) set(index, (x - 74.01) / 52.9, (y - 46.66) / 52.9);
  const side = interOcularPx * 2.4;
  return {
    score: 0.9,
    detector: "tiny",
    box: { x: 320 - side / 2, y: 240 - side / 2, width: side, height: side },
    landmarks,
  };
}

/** A descriptor of plausible norm for somebody with this number; the same person differs a little each time. */
export function descriptorOf(person: number, take = 0): Float32Array {
  const values = Float32Array.from(
    { length: 128 },
    (_, index) => Math.sin(index * (person + 1)) + take * 1e-3 * (index % 7),
  );
  const norm = Math.hypot(...values);
  return values.map((value) => (1.44 * value) / norm);
}

/** What the engine says of a face with this descriptor. */
export function descriptionOf(descriptor: Float32Array, residualRollDeg = 0): Description {
  return {
    descriptor,
    ofChip: descriptor,
    ofMirror: descriptor,
    landmarks: frontalFace().landmarks,
    residualRollDeg,
  };
}

/** Frames 66 ms apart; an entry "hidden" is a page that went to the background for a moment. */
export class ScriptedSource implements FrameSource {
  #timeMs = 0;
  handedOut = 0;

  constructor(
    readonly script: ("hidden" | Frame)[] = [],
    readonly otherwise: Frame = texturedFrame(),
  ) {}

  async next(signal: AbortSignal): Promise<TimedFrame | "hidden"> {
    await new Promise(setImmediate);
    signal.throwIfAborted();
    this.#timeMs += 66;
    this.handedOut += 1;
    const scripted = this.script.shift();
    if (scripted === "hidden") return "hidden";
    return { frame: scripted ?? this.otherwise, timeMs: this.#timeMs };
  }

  async untilVisible(): Promise<void> {
    return Promise.resolve();
  }
}

/** An engine that sees what the test says. */
export function scriptedEngine(
  parts: Partial<Pick<VisionEngine, "look" | "describe">> = {},
): VisionEngine & { described: number } {
  return {
    described: 0,
    look: async () => Promise.resolve({ faceCount: 1, face: frontalFace() }),
    async describe(_frame, landmarks) {
      this.described += 1;
      return Promise.resolve({ ...descriptionOf(descriptorOf(0, this.described)), landmarks });
    },
    tensorCount: () => 0,
    dispose: () => undefined,
    ...parts,
  };
}
