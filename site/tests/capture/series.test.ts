import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { MAX_SERIES_FRAMES, type RecordedFrame, SeriesRecorder, WEIGHT } from "../../sdk/capture/series";

const SIGNALS = Uint8Array.of(24, 7, 129, 128, 1);

const pointsAt = (x: number, y = 200): Float32Array =>
  Float32Array.from({ length: 96 }, (_, index) => (index % 2 === 0 ? x + index / 4 : y + index / 4));

const timesOf = (encoded: string): number[] => {
  const bytes = Buffer.from(encoded, "base64");
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(2 * index));
};

function recorder(): SeriesRecorder {
  const series = new SeriesRecorder("nonce", 640, 480);
  series.beginStep();
  return series;
}

/** The chain as the contract says it, over what is sent. */
function chainOver(series: SeriesRecorder, frames: number): string {
  const { times_ms, points, signals } = series.encode();
  const [times, places, notes] = [times_ms, points, signals].map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer, Buffer]; // prettier-ignore
  let head = createHash("sha256").update("facesmash/chain/1nonce").digest();
  for (let frame = 0; frame < frames; frame += 1) {
    head = createHash("sha256")
      .update(head)
      .update(times.subarray(2 * frame, 2 * frame + 2))
      .update(places.subarray(192 * frame, 192 * (frame + 1)))
      .update(notes.subarray(5 * frame, 5 * (frame + 1)))
      .digest();
  }
  return head.toString("hex");
}

describe("the frames of a ceremony", () => {
  test("points travel in 1/8192 of the frame's width, five signals beside them", () => {
    const series = recorder();

    series.add(0, pointsAt(320), SIGNALS);

    const { points, signals } = series.encode();
    const bytes = Buffer.from(points, "base64");
    expect(bytes).toHaveLength(48 * 4);
    expect(bytes.readInt16LE(0)).toBe(4096);
    expect(bytes.readInt16LE(2)).toBe(Math.round((200.25 / 640) * 8192));
    expect(Array.from(Buffer.from(signals, "base64"))).toEqual(Array.from(SIGNALS));
  });

  test("times start at zero and always advance, whatever the clock does", () => {
    const series = recorder();

    for (const timeMs of [1000.2, 1000.4, 1033, 1020, 1066.7, -500, Number.NaN]) {
      series.add(timeMs, pointsAt(300), SIGNALS);
    }

    expect(timesOf(series.encode().times_ms)).toEqual([0, 33, 67]);
  });

  test("what comes later than the frames that may travel can show is left out, and said to be over", async () => {
    const series = recorder();

    expect(series.isOver(0)).toBe(false);
    for (const timeMs of [0, 100, 25_000, 25_001, 500_000]) series.add(timeMs, pointsAt(300), SIGNALS);

    expect(timesOf(series.encode().times_ms)).toEqual([0, 100, 25_000]);
    expect([12_500, 12_501].map((timeMs) => series.isOver(timeMs))).toEqual([false, true]);
    await series.seal();
    expect([12_501, 25_000, 25_001].map((timeMs) => series.isOver(timeMs))).toEqual([false, false, true]);
  });

  test.each([-400, 1000, Number.NaN, Infinity])(
    "points far outside the frame (%s px) are not recorded",
    (x) => {
      const series = recorder();

      expect(series.add(0, pointsAt(x), SIGNALS)).toBeNull();
      expect(series.length).toBe(0);
    },
  );

  test("a step's place is the first frame after it was shown", () => {
    const series = recorder();

    series.add(0, pointsAt(300), SIGNALS);
    series.add(66, pointsAt(300), SIGNALS);
    series.beginStep();
    series.add(132, pointsAt(300), SIGNALS);
    series.add(198, pointsAt(300), SIGNALS);

    expect(series.encode().steps).toEqual([0, 2]);
  });

  test("ten thousand frames become 144 that are spread evenly and fit a body of 48 KB", async () => {
    const series = recorder();

    for (let frame = 0; frame < 5_000; frame += 1) series.add(frame * 2.4, pointsAt(300), SIGNALS);
    await series.seal();
    for (let frame = 5_000; frame < 10_000; frame += 1) series.add(frame * 2.4, pointsAt(300), SIGNALS);

    const times = timesOf(series.encode().times_ms);
    expect(times).toHaveLength(MAX_SERIES_FRAMES);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBe(Math.round(9_999 * 2.4));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(400);
    expect(JSON.stringify(series.encode()).length).toBeLessThan(40 * 1024);
  });

  test("a frame that a step or a descriptor stands on is never thinned out", async () => {
    const series = recorder();
    const kept = [];
    for (let frame = 0; frame < 600; frame += 1) {
      const one = series.add(frame * 66, pointsAt(300), SIGNALS);
      if (one !== null && frame % 100 === 50) {
        one.isPinned = true;
        kept.push(one);
      }
      if (frame === 300) await series.seal();
    }

    expect(kept.map((one) => series.indexOf(one)).every((index) => index >= 0)).toBe(true);
  });
});

describe("thinning a long enrolment", () => {
  async function longEnrolment(): Promise<{
    series: SeriesRecorder;
    held: RecordedFrame[];
    longest: number;
  }> {
    const series = recorder();
    const held: RecordedFrame[] = [];
    let longest = 0;
    for (let frame = 0; frame < 330; frame += 1) {
      if (frame === 200) series.beginStep(WEIGHT.view);
      const one = series.add(frame * 67, pointsAt(300), SIGNALS);
      longest = Math.max(longest, series.lastGapMs);
      if (one !== null && frame < 200 && frame % 40 > 36) {
        one.weight = WEIGHT.held;
        held.push(one);
      }
      if (frame === 80) await series.seal();
    }
    return { series, held, longest };
  }

  test("keeps the frames in which a head was held", async () => {
    const { series, held } = await longEnrolment();

    expect(held.map((frame) => series.indexOf(frame)).filter((index) => index < 0)).toEqual([]);
  });

  test("leaves no gap that the server would refuse, and calls none the camera's", async () => {
    const { series, longest } = await longEnrolment();
    const times = timesOf(series.encode().times_ms);

    expect(Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)))).toBeLessThanOrEqual(450);
    expect(longest).toBe(67);
  });
});

describe("the chain", () => {
  test("begins with the challenge and covers exactly what is sent", async () => {
    const series = recorder();
    for (let frame = 0; frame < 20; frame += 1) series.add(frame * 66, pointsAt(300 + frame), SIGNALS);

    const first = await series.seal();
    for (let frame = 20; frame < 30; frame += 1) series.add(frame * 66, pointsAt(300 + frame), SIGNALS);
    const second = await series.seal();

    expect(first).toEqual({ frames: 20, chain: chainOver(series, 20) });
    expect(second).toEqual({ frames: 30, chain: chainOver(series, 30) });
  });

  test("what was sealed stays as it was, however many frames follow", async () => {
    const series = recorder();
    for (let frame = 0; frame < 100; frame += 1) series.add(frame * 66, pointsAt(300 + frame), SIGNALS);

    const { chain, frames } = await series.seal();
    for (let frame = 100; frame < 900; frame += 1) series.add(frame * 66, pointsAt(300), SIGNALS);

    expect(chainOver(series, frames)).toBe(chain);
  });

  test("of another challenge is another", async () => {
    const [one, other] = [new SeriesRecorder("nonce", 640, 480), new SeriesRecorder("nonse", 640, 480)];

    expect((await one.seal()).chain).not.toBe((await other.seal()).chain);
  });
});
