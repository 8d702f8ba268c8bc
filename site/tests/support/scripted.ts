import { type FrameSource, type TimedFrame, runCapture } from "../../sdk/capture/capture";
import type { Opening, ScriptSource, Step } from "../../sdk/capture/script";
import type { Capture, CapturePurpose, Guidance, LivenessProfile } from "../../sdk/types";
import type { VisionEngine } from "../../sdk/vision/engine";
import { POINTS_ON_CHIP } from "../../sdk/vision/alignment";
import type { Description, Face, Frame } from "../../sdk/vision/frame";
import { MESH_POINT_COUNT, TRACK_INDICES } from "../../sdk/vision/mesh/layout";
import type { FaceMesh } from "../../sdk/vision/mesh/mesh";
import { MEAN_SHAPE } from "../../sdk/vision/mesh/shape.generated";

/** Grey noise: light enough, and with texture, so that quality is measured for real on it. */
export function texturedFrame(width = 640, height = 480): Frame {
  const known = textures.get(`${width}x${height}`);
  if (known !== undefined) return known;
  const data = new Uint8ClampedArray(width * height * 4);
  let state = 1;
  for (let at = 0; at < data.length; at += 4) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    data.fill(90 + (state % 80), at, at + 3);
    data[at + 3] = 255;
  }
  const frame = { width, height, data };
  textures.set(`${width}x${height}`, frame);
  return frame;
}

const textures = new Map<string, Frame>();

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

/** How somebody holds the head: turn positive to the picture's right, nod positive up, degrees. */
export interface Bearing {
  yawDeg: number;
  pitchDeg: number;
  interOcularPx: number;
  /** How far the lids are apart, of what they are when open. */
  lids: number;
  shift: number;
}

export const AT_REST: Bearing = { yawDeg: 0, pitchDeg: 0, interOcularPx: 90, lids: 1, shift: 0 };

// Points of the eyes that go down to the lower lids when they close: [upper, lower].
const LIDS = [[160, 144], [159, 145], [158, 153], [385, 380], [386, 374], [387, 373]] as const; // prettier-ignore

/** The mean face's mesh, held like this in the middle of a 640x480 frame; points that do not travel lie between the eyes. */
export function meshOf({ yawDeg, pitchDeg, interOcularPx, lids, shift }: Bearing): FaceMesh {
  const [yaw, pitch] = [(yawDeg * Math.PI) / 180, (pitchDeg * Math.PI) / 180];
  const shape = MEAN_SHAPE.map((point): [number, number, number] => [...point]);
  for (const [upper, lower] of LIDS) {
    const [from, to] = [shape[TRACK_INDICES.indexOf(upper)], shape[TRACK_INDICES.indexOf(lower)]];
    if (from !== undefined && to !== undefined) from[1] = to[1] + (from[1] - to[1]) * lids;
  }
  const points = new Float32Array(3 * MESH_POINT_COUNT);
  const set = (index: number, [x, y, z]: readonly [number, number, number]): void => {
    const turned = z * Math.cos(yaw) - x * Math.sin(yaw);
    points[3 * index] = 320 + shift + (x * Math.cos(yaw) + z * Math.sin(yaw)) * interOcularPx;
    points[3 * index + 1] = 220 + (y * Math.cos(pitch) - turned * Math.sin(pitch)) * interOcularPx;
    points[3 * index + 2] = (turned * Math.cos(pitch) + y * Math.sin(pitch)) * interOcularPx;
  };
  for (let index = 0; index < MESH_POINT_COUNT; index += 1) set(index, [0, 0.3, 0.2]);
  TRACK_INDICES.forEach((index, at) => {
    set(index, shape[at] ?? [0, 0, 0]);
  });
  return { points, score: 1 };
}

/** Frames 66 ms apart, or as the test says; an entry "hidden" is a page that went to the background for a moment. */
export class ScriptedSource implements FrameSource {
  timeMs = 0;
  handedOut = 0;

  constructor(
    readonly script: ("hidden" | Frame)[] = [],
    readonly otherwise: Frame = texturedFrame(),
    readonly gapMs: (frame: number) => number = () => 66,
  ) {}

  async next(signal: AbortSignal): Promise<TimedFrame | "hidden"> {
    await new Promise(setImmediate);
    signal.throwIfAborted();
    this.timeMs += this.gapMs(this.handedOut);
    this.handedOut += 1;
    const scripted = this.script.shift();
    if (scripted === "hidden") return "hidden";
    return { frame: scripted ?? this.otherwise, timeMs: this.timeMs };
  }

  async untilVisible(): Promise<void> {
    return Promise.resolve();
  }
}

/** An engine that sees what the test says. */
export function scriptedEngine(
  parts: Partial<Pick<VisionEngine, "look" | "detect" | "follow" | "describe">> = {},
): VisionEngine & { described: number } {
  const { detect = async () => Promise.resolve([frontalFace()]) } = parts;
  return {
    described: 0,
    look: async () => Promise.resolve({ faceCount: 1, face: frontalFace() }),
    detect,
    glance: detect,
    follow: () => meshOf(AT_REST),
    stopFollowing: () => undefined,
    async describe(_frame, landmarks) {
      this.described += 1;
      return Promise.resolve({ ...descriptionOf(descriptorOf(0, this.described)), landmarks });
    },
    tensorCount: () => 0,
    dispose: () => undefined,
    ...parts,
  };
}

export const LOOK: Step = { kind: "look", capture: true };
export const turn = (yawDeg: number, pitchDeg: number, capture = false): Step => ({
  kind: "turn",
  yawDeg,
  pitchDeg,
  capture,
});
export const CLOSE_EYES: Step = { kind: "close_eyes", durationMs: 900, capture: false };
export const VIEWS: Step[] = (["straight", "left", "right", "closer"] as const).map((view) => ({
  kind: "view",
  view,
  capture: true,
}));

export const STANDARD: [Step[], Step[]] = [
  [LOOK, turn(16, 0, true)],
  [turn(-11.3, 11.3), LOOK, CLOSE_EYES],
];

/** A server in memory: challenges by number, and the two acts. It keeps what was sealed. */
export class ScriptedScript implements ScriptSource {
  opened = 0;
  readonly seals: { challenge: string; chain: string; frames: number }[] = [];

  constructor(
    readonly acts: readonly [readonly Step[], readonly Step[]] = STANDARD,
    readonly tripMs = 0,
  ) {}

  async open(): Promise<Opening> {
    this.opened += 1;
    const challenge = `challenge-${this.opened}`;
    await this.#trip();
    return { challenge, steps: this.acts[0] };
  }

  async reveal(seal: { challenge: string; chain: string; frames: number }): Promise<readonly Step[]> {
    this.seals.push(seal);
    await this.#trip();
    return this.acts[1];
  }

  async #trip(): Promise<void> {
    if (this.tripMs > 0) await new Promise((resolve) => setTimeout(resolve, this.tripMs));
  }
}

const LAG_MS = 300;
const DEG_PER_S = 90;
const SCALE_PER_S = 0.5;

/** Somebody who does what the page says, with a human's lag and pace. */
export class ScriptedPerson {
  bearing: Bearing = { ...AT_REST };
  #wanted: Bearing = { ...AT_REST };
  #heard: { atMs: number; wanted: Bearing }[] = [];
  #lastMs = 0;
  #scale = 1;

  constructor(
    readonly source: ScriptedSource,
    readonly restPx: number = AT_REST.interOcularPx,
  ) {
    this.bearing.interOcularPx = restPx;
    this.#wanted.interOcularPx = restPx;
  }

  /** Where the head is when the next frame is taken. */
  now(): Bearing {
    const { timeMs } = this.source;
    const elapsedS = (timeMs - this.#lastMs) / 1000;
    this.#lastMs = timeMs;
    while (this.#heard[0] !== undefined && this.#heard[0].atMs + LAG_MS <= timeMs) {
      this.#wanted = this.#heard.shift()?.wanted ?? this.#wanted;
    }
    const near = (from: number, to: number, step: number): number =>
      from + Math.max(-step, Math.min(step, to - from));
    const { bearing } = this;
    bearing.yawDeg = near(bearing.yawDeg, this.#wanted.yawDeg, DEG_PER_S * elapsedS);
    bearing.pitchDeg = near(bearing.pitchDeg, this.#wanted.pitchDeg, DEG_PER_S * elapsedS);
    this.#scale = near(this.#scale, this.#wanted.interOcularPx / this.restPx, SCALE_PER_S * elapsedS);
    bearing.interOcularPx = this.restPx * this.#scale;
    bearing.lids = near(bearing.lids, this.#wanted.lids, 10 * elapsedS);
    return bearing;
  }

  hear({ state, step }: Guidance): void {
    const wanted: Bearing = { ...AT_REST, interOcularPx: this.restPx };
    if (step?.kind === "turn" && step.target) {
      wanted.yawDeg = -step.target.x * 19;
      wanted.pitchDeg = -step.target.y * 19;
    }
    if (state === "close-eyes") wanted.lids = 0.5;
    if (step?.kind === "closer") wanted.interOcularPx = this.restPx * 1.35;
    if (step?.kind === "view") Object.assign(wanted, this.#view(state));
    this.#heard.push({ atMs: this.source.timeMs, wanted });
  }

  /** Of a view, what was last said counts until something else is. */
  #view(state: Guidance["state"]): Partial<Bearing> {
    const views: Partial<Record<Guidance["state"], Partial<Bearing>>> = {
      "turn-left": { yawDeg: 12 },
      "turn-right": { yawDeg: -12 },
      "come-closer": { interOcularPx: this.restPx * 1.2 },
      "move-back": { interOcularPx: this.restPx * 0.8 },
      "not-frontal": {},
    };
    if (views[state] === undefined) return this.#heard.at(-1)?.wanted ?? this.#wanted;
    return views[state];
  }
}

export interface CeremonyRun {
  capture: Capture;
  guidance: Guidance[];
  source: ScriptedSource;
  script: ScriptedScript;
}

/** A whole ceremony of a person who follows. `bend` changes what is seen of a bearing, by frame. */
export async function runCeremony({
  source = new ScriptedSource(),
  script = new ScriptedScript(),
  person = new ScriptedPerson(source),
  purpose = "probe",
  profile = "standard",
  engine,
  bend = (bearing) => bearing,
  guidance = [],
  stepMs,
}: {
  source?: ScriptedSource;
  script?: ScriptedScript;
  person?: ScriptedPerson;
  purpose?: CapturePurpose;
  profile?: LivenessProfile;
  engine?: Partial<Pick<VisionEngine, "look" | "detect" | "follow" | "describe">>;
  bend?: (bearing: Bearing, last: Guidance | undefined) => Bearing | null;
  guidance?: Guidance[];
  stepMs?: number;
} = {}): Promise<CeremonyRun> {
  let seenMs = -1;
  let seen: Bearing | null = null;
  const see = (): Bearing | null => {
    if (seenMs !== source.timeMs) seen = bend({ ...person.now() }, guidance.at(-1));
    seenMs = source.timeMs;
    return seen;
  };
  const capture = await runCapture({
    source,
    script,
    engine: scriptedEngine({
      detect: async () => {
        const bearing = see();
        return Promise.resolve(bearing ? [frontalFace(bearing)] : []);
      },
      follow: () => {
        const bearing = see();
        return bearing && meshOf(bearing);
      },
      ...engine,
    }),
    purpose,
    profile,
    stepMs,
    signal: AbortSignal.timeout(20_000),
    onGuidance: (one) => {
      guidance.push(one);
      person.hear(one);
    },
  });
  return { capture, guidance, source, script };
}
