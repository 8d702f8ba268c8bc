import { describe, expect, test } from "vitest";

import { encodeFloat32, encodeInt16, encodeUint16 } from "../../sdk/capture/encoding";

const bytesOf = (text: string): Buffer => Buffer.from(text, "base64");

describe("numbers on the wire", () => {
  test("a descriptor is 684 characters of little-endian float32", () => {
    const values = Float32Array.from({ length: 128 }, (_, index) => Math.sin(index) / 7);

    const encoded = encodeFloat32(values);

    expect(encoded).toHaveLength(684);
    const decoded = Array.from({ length: 128 }, (_, index) => bytesOf(encoded).readFloatLE(4 * index));
    expect(decoded).toEqual(Array.from(values));
  });

  test("int16 are little-endian, rounded, and keep their sign", () => {
    const encoded = bytesOf(encodeInt16([-32768, -1.4, 0.6, 8192, 32767]));

    expect([0, 2, 4, 6, 8].map((at) => encoded.readInt16LE(at))).toEqual([-32768, -1, 1, 8192, 32767]);
  });

  test("uint16 reach 65535", () => {
    const encoded = bytesOf(encodeUint16([0, 1, 40_000, 65_535]));

    expect([0, 2, 4, 6].map((at) => encoded.readUInt16LE(at))).toEqual([0, 1, 40_000, 65_535]);
  });

  test.each([32_768, -32_769, Number.NaN, Infinity])("an int16 of %s is refused, never wrapped", (value) => {
    expect(() => encodeInt16([value])).toThrow(RangeError);
  });

  test.each([-1, 65_536])("a uint16 of %s is refused, never wrapped", (value) => {
    expect(() => encodeUint16([value])).toThrow(RangeError);
  });

  test("a long series is encoded without overflowing the stack", () => {
    expect(bytesOf(encodeInt16(new Int16Array(90 * 136)))).toHaveLength(90 * 136 * 2);
  });
});
