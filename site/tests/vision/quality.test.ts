import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { VisionEngine } from "../../sdk/vision/engine";
import { LEFT_EYE, RIGHT_EYE, centre } from "../../sdk/vision/eye-line";
import type { LiveQuality } from "../../sdk/types";
import type { Face, Frame } from "../../sdk/vision/frame";
import { frameLuminance } from "../../sdk/vision/quality/luminance";
import { measureQuality } from "../../sdk/vision/quality/measure";
import { headPose } from "../../sdk/vision/quality/pose";
import { realEngine } from "../support/engine";
import { PORTRAITS, cameraFrame } from "../support/pictures";
import { frontalFace, texturedFrame } from "../support/scripted";

let engine: VisionEngine;

beforeAll(async () => {
  engine = await realEngine();
});

afterAll(() => {
  engine.dispose();
});

const face = frontalFace();
const measured = (frame: Frame, one: Face): LiveQuality => measureQuality(frame, { faceCount: 1, face: one });

const mapped = (frame: Frame, change: (value: number) => number): Frame => ({
  ...frame,
  data: frame.data.map((value, index) => (index % 4 === 3 ? value : change(value))),
});

/** Every pixel the mean of the square of `2 * reach + 1` around it. */
function blurred(frame: Frame, reach: number): Frame {
  const { width, height } = frame;
  const data = new Uint8ClampedArray(frame.data);
  for (let y = reach; y < height - reach; y += 1) {
    for (let x = reach; x < width - reach; x += 1) {
      let sum = 0;
      for (let dy = -reach; dy <= reach; dy += 1) {
        for (let dx = -reach; dx <= reach; dx += 1) sum += frame.data[4 * ((y + dy) * width + x + dx)] ?? 0;
      }
      data.fill(sum / (2 * reach + 1) ** 2, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

describe("what is measured on a face", () => {
  test("distance, roll and turn come from the landmarks", () => {
    const quality = measured(texturedFrame(), face);

    expect(quality.inter_ocular_px).toBeCloseTo(90, 0);
    expect(quality.roll_deg).toBeCloseTo(0, 0);
    expect(quality.nose_offset_iod).toBeCloseTo(0, 2);
    expect(quality.detection_score).toBe(0.9);
  });

  test("the nose's offset is signed and in inter-ocular distances", () => {
    const turned = {
      ...face,
      landmarks: face.landmarks.map((value, index) => (index === 60 ? value + 27 : value)),
    };

    expect(measured(texturedFrame(), turned).nose_offset_iod).toBeCloseTo(0.3, 3);
  });

  test("luminance is that of the face, not of the room", () => {
    const frame = texturedFrame();
    const room = mapped(frame, () => 250);
    for (let y = 150; y < 340; y += 1) {
      for (let x = 220; x < 420; x += 1) room.data.fill(40, 4 * (y * 640 + x), 4 * (y * 640 + x) + 3);
    }

    expect(measured(room, face).luminance_mean).toBeCloseTo(40, 0);
    expect(frameLuminance(room)).toBeGreaterThan(200);
  });

  test("half the light is half the luminance and the same sharpness", () => {
    const bright = measured(texturedFrame(), face);
    const dim = measured(
      mapped(texturedFrame(), (value) => value / 2),
      face,
    );

    expect(dim.luminance_mean / bright.luminance_mean).toBeCloseTo(0.5, 1);
    expect(dim.sharpness / bright.sharpness).toBeCloseTo(1, 1);
  });

  test("blur takes sharpness away, the more the wider", () => {
    const [sharp, soft, softer] = [0, 2, 5].map(
      (reach) => measured(blurred(texturedFrame(), reach), face).sharpness,
    ) as [number, number, number];

    expect(soft).toBeLessThan(sharp / 2);
    expect(softer).toBeLessThan(soft / 2);
  });

  test.each([
    ["all in one point", new Float32Array(136).fill(100)],
    ["outside the frame", new Float32Array(136).map((_, index) => 3000 + index)],
    ["before its corner", new Float32Array(136).map((_, index) => -500 - index)],
  ])("landmarks %s still give finite numbers", (_where, landmarks) => {
    const quality = measured(texturedFrame(), { ...face, landmarks });

    expect(Object.values(quality).every(Number.isFinite)).toBe(true);
    expect(quality.inter_ocular_px).toBeGreaterThan(0);
  });
});

describe("how a face is lit", () => {
  const lit = (light: (x: number, y: number) => number): Frame => {
    const frame = texturedFrame();
    for (let y = 0; y < 480; y += 1) {
      for (let x = 0; x < 640; x += 1) frame.data.fill(light(x, y), 4 * (y * 640 + x), 4 * (y * 640 + x) + 3);
    }
    return frame;
  };

  test("a lamp from one side halves the evenness where it halves the light", () => {
    expect(
      measured(
        lit((x) => (x < 320 ? 120 : 60)),
        face,
      ).uniformity,
    ).toBeCloseTo(0.5, 1);
    expect(
      measured(
        lit((x) => (x < 320 ? 60 : 120)),
        face,
      ).uniformity,
    ).toBeCloseTo(0.5, 1);
    expect(
      measured(
        lit(() => 100),
        face,
      ).uniformity,
    ).toBeCloseTo(1, 5);
  });

  test("the halves lean with the head", () => {
    const side = 0.3;
    const leaning = {
      ...face,
      landmarks: face.landmarks.map((_, index) => {
        const [x, y] = [(face.landmarks[index - (index % 2)] ?? 0) - 320, (face.landmarks[index - (index % 2) + 1] ?? 0) - 220]; // prettier-ignore
        return index % 2 === 0 ? 320 + x * Math.cos(side) - y * Math.sin(side) : 220 + x * Math.sin(side) + y * Math.cos(side); // prettier-ignore
      }),
    };
    const alongTheNose = lit((x, y) =>
      (x - 320) * Math.cos(side) + (y - 220) * Math.sin(side) < 0 ? 120 : 60,
    );

    expect(measured(alongTheNose, leaning).uniformity).toBeCloseTo(0.5, 1);
  });

  test("what holds no detail is counted as a share", () => {
    const half = measured(
      lit((x) => (x < 320 ? 10 : 120)),
      face,
    );
    const glare = measured(
      lit((x) => (x < 320 ? 255 : 120)),
      face,
    );

    expect(half.under_exposed).toBeCloseTo(0.5, 1);
    expect(half.over_exposed).toBe(0);
    expect(glare.over_exposed).toBeCloseTo(0.5, 1);
    expect(glare.under_exposed).toBe(0);
  });
});

describe("the head's pose", () => {
  test.each([-30, -20, -10, 10, 20, 30])(
    "a turn of %s degrees from straight is measured within 2",
    (yawDeg) => {
      const straight = headPose(frontalFace().landmarks);
      const turned = headPose(frontalFace({ yawDeg }).landmarks);

      expect(Math.abs(turned.yawDeg - straight.yawDeg - yawDeg)).toBeLessThan(2);
    },
  );

  test.each([-15, 15])("a nod of %s degrees from straight is measured within 3", (pitchDeg) => {
    const straight = headPose(frontalFace().landmarks);
    const nodded = headPose(frontalFace({ pitchDeg }).landmarks);

    expect(Math.abs(nodded.pitchDeg - straight.pitchDeg - pitchDeg)).toBeLessThan(3);
  });

  test("size, place and roll change neither", () => {
    const turned = frontalFace({ yawDeg: 12 }).landmarks;
    const elsewhere = turned.map((_, index) => {
      const [x, y] = [turned[index - (index % 2)] ?? 0, turned[index - (index % 2) + 1] ?? 0];
      return index % 2 === 0 ? 40 + 0.4 * x - 0.3 * y : 90 + 0.3 * x + 0.4 * y;
    });

    expect(headPose(elsewhere).yawDeg).toBeCloseTo(headPose(turned).yawDeg, 1);
    expect(headPose(elsewhere).pitchDeg).toBeCloseTo(headPose(turned).pitchDeg, 1);
  });

  test("of one point there is none, in finite numbers", () => {
    expect(headPose(new Float32Array(136).fill(50))).toEqual({ yawDeg: 0, pitchDeg: 0 });
  });
});

describe("whether eyes are open", () => {
  test("eyes that are painted over look less open than those of the same picture", async () => {
    for (const portrait of [PORTRAITS.ada, PORTRAITS.bea, PORTRAITS.cleo]) {
      const frame = cameraFrame({ portrait });
      const { face: found } = await engine.look(frame);
      if (found === null) throw new Error("no face found");

      const open = measured(frame, found).eyes_open;
      const closed = measured(withEyelids(frame, found.landmarks), found).eyes_open;

      expect(closed).toBeLessThan(0.6 * open);
    }
  });
});

/** Skin from below each eye, painted over it. */
function withEyelids(frame: Frame, landmarks: Float32Array): Frame {
  const data = new Uint8ClampedArray(frame.data);
  for (const eye of [RIGHT_EYE, LEFT_EYE]) {
    const { x, y } = centre(landmarks, eye);
    const width = Math.hypot(
      (landmarks[2 * eye[0] + 6] ?? 0) - (landmarks[2 * eye[0]] ?? 0),
      (landmarks[2 * eye[0] + 7] ?? 0) - (landmarks[2 * eye[0] + 1] ?? 0),
    );
    for (let row = Math.round(y - 0.4 * width); row < y + 0.4 * width; row += 1) {
      for (let column = Math.round(x - 0.65 * width); column < x + 0.65 * width; column += 1) {
        const from = 4 * (Math.round(y + 0.65 * width) * frame.width + column);
        data.set(frame.data.subarray(from, from + 4), 4 * (row * frame.width + column));
      }
    }
  }
  return { ...frame, data };
}
