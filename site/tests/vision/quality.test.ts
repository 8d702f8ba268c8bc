import { describe, expect, test } from "vitest";

import type { Frame } from "../../sdk/vision/frame";
import { frameLuminance, measureQuality } from "../../sdk/vision/quality";
import { frontalFace, texturedFrame } from "../support/scripted";

const face = frontalFace();

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
    const quality = measureQuality(texturedFrame(), face);

    expect(quality.inter_ocular_px).toBeCloseTo(90, 3);
    expect(quality.roll_deg).toBeCloseTo(0, 3);
    expect(quality.nose_offset_iod).toBeCloseTo(0, 3);
    expect(quality.detection_score).toBe(0.9);
  });

  test("the nose's offset is signed and in inter-ocular distances", () => {
    const turned = {
      ...face,
      landmarks: face.landmarks.map((value, index) => (index === 60 ? value + 27 : value)),
    };

    expect(measureQuality(texturedFrame(), turned).nose_offset_iod).toBeCloseTo(0.3, 3);
  });

  test("luminance is that of the face, not of the room", () => {
    const frame = texturedFrame();
    const room = mapped(frame, () => 250);
    for (let y = 150; y < 340; y += 1) {
      for (let x = 220; x < 420; x += 1) room.data.fill(40, 4 * (y * 640 + x), 4 * (y * 640 + x) + 3);
    }

    expect(measureQuality(room, face).luminance_mean).toBeCloseTo(40, 0);
    expect(frameLuminance(room)).toBeGreaterThan(200);
  });

  test("half the light is half the luminance and the same sharpness", () => {
    const bright = measureQuality(texturedFrame(), face);
    const dim = measureQuality(
      mapped(texturedFrame(), (value) => value / 2),
      face,
    );

    expect(dim.luminance_mean / bright.luminance_mean).toBeCloseTo(0.5, 1);
    expect(dim.sharpness / bright.sharpness).toBeCloseTo(1, 1);
  });

  test("blur takes sharpness away, the more the wider", () => {
    const [sharp, soft, softer] = [0, 2, 5].map(
      (reach) => measureQuality(blurred(texturedFrame(), reach), face).sharpness,
    ) as [number, number, number];

    expect(soft).toBeLessThan(sharp / 2);
    expect(softer).toBeLessThan(soft / 2);
  });

  test.each([
    ["all in one point", new Float32Array(136).fill(100)],
    ["outside the frame", new Float32Array(136).map((_, index) => 3000 + index)],
    ["before its corner", new Float32Array(136).map((_, index) => -500 - index)],
  ])("landmarks %s still give finite numbers", (_where, landmarks) => {
    const quality = measureQuality(texturedFrame(), { ...face, landmarks });

    expect(Object.values(quality).every(Number.isFinite)).toBe(true);
    expect(quality.inter_ocular_px).toBeGreaterThan(0);
  });
});
