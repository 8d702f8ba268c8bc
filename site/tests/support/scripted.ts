import type { FrameSource, TimedFrame } from "../../sdk/capture/capture";
import type { VisionEngine } from "../../sdk/vision/engine";
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

/** Landmarks of a plain frontal face with its eyes `interOcularPx` apart, in the middle of a 640x480 frame. */
export function frontalFace({ interOcularPx = 90, shift = 0 } = {}): Face {
  const landmarks = new Float32Array(136);
  const set = (index: number, x: number, y: number): void => {
    landmarks[2 * index] = 320 + shift + x * interOcularPx;
    landmarks[2 * index + 1] = 220 + y * interOcularPx;
  };
  for (let index = 0; index < 68; index += 1) set(index, Math.cos(index) * 0.3, 0.6 + Math.sin(index) * 0.3);
  for (let index = 36; index < 42; index += 1) set(index, -0.5, 0);
  for (let index = 42; index < 48; index += 1) set(index, 0.5, 0);
  set(30, 0, 0.55);
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
    async describe() {
      this.described += 1;
      return Promise.resolve(descriptionOf(descriptorOf(0, this.described)));
    },
    tensorCount: () => 0,
    dispose: () => undefined,
    ...parts,
  };
}
