import { describe, expect, test } from "vitest";

import { MAX_SERIES_FRAMES, SeriesRecorder } from "../../sdk/capture/series";

const faceAt = (x: number, y = 200): Float32Array =>
  Float32Array.from({ length: 136 }, (_, index) => (index % 2 === 0 ? x + index / 4 : y + index / 4));

const timesOf = (encoded: string): number[] => {
  const bytes = Buffer.from(encoded, "base64");
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(2 * index));
};

describe("the landmark series of a ceremony", () => {
  test("landmarks travel in 1/8192 of the frame's width", () => {
    const recorder = new SeriesRecorder(640, 480);

    recorder.add(0, faceAt(320));

    const bytes = Buffer.from(recorder.encode().landmarks, "base64");
    expect(bytes).toHaveLength(136 * 2);
    expect(bytes.readInt16LE(0)).toBe(4096);
    expect(bytes.readInt16LE(2)).toBe(Math.round((200.25 / 640) * 8192));
  });

  test("times start at zero and always advance", () => {
    const recorder = new SeriesRecorder(640, 480);

    for (const timeMs of [1000.2, 1000.4, 1033, 1020, 1066.7]) recorder.add(timeMs, faceAt(300));

    expect(timesOf(recorder.encode().times_ms)).toEqual([0, 33, 67]);
  });

  test("only the latest 90 frames are kept", () => {
    const recorder = new SeriesRecorder(640, 480);

    for (let frame = 0; frame < 200; frame += 1) recorder.add(frame * 40, faceAt(300));

    expect(recorder.length).toBe(MAX_SERIES_FRAMES);
    expect(timesOf(recorder.encode().times_ms).at(-1)).toBe(89 * 40);
  });

  test("frames of minutes ago are dropped, so that times always fit", () => {
    const recorder = new SeriesRecorder(640, 480);

    for (const timeMs of [0, 100, 500_000, 500_100]) recorder.add(timeMs, faceAt(300));

    expect(timesOf(recorder.encode().times_ms)).toEqual([0, 100]);
  });

  test.each([-400, 1000])("a face guessed far outside the frame (%s px) is not recorded", (x) => {
    const recorder = new SeriesRecorder(640, 480);

    recorder.add(0, faceAt(x));

    expect(recorder.length).toBe(0);
  });
});
