import { describe, expect, test } from "vitest";

import { encodeFloat32, encodeUint16, wholeWithin } from "../../sdk/capture/encoding";

const bytesOf = (text: string): Buffer => Buffer.from(text, "base64");

describe("numbers on the wire", () => {
  test("a descriptor is 684 characters of little-endian float32", () => {
    const values = Float32Array.from({ length: 128 }, (_, index) => Math.sin(index) / 7);

    const encoded = encodeFloat32(values);

    expect(encoded).toHaveLength(684);
    const decoded = Array.from({ length: 128 }, (_, index) => bytesOf(encoded).readFloatLE(4 * index));
    expect(decoded).toEqual(Array.from(values));
  });

  test("uint16 reach 65535", () => {
    const encoded = bytesOf(encodeUint16([0, 1, 40_000, 65_535]));

    expect([0, 2, 4, 6].map((at) => encoded.readUInt16LE(at))).toEqual([0, 1, 40_000, 65_535]);
  });

  test.each([32_768, -32_769, Number.NaN, Infinity])("a whole number of %s does not fit 16 bits", (value) => {
    expect(() => wholeWithin(value, -0x8000, 0x7fff)).toThrow(RangeError);
  });

  test.each([-1, 65_536])("a uint16 of %s is refused, never wrapped", (value) => {
    expect(() => encodeUint16([value])).toThrow(RangeError);
  });

  test("a long series is encoded without overflowing the stack", () => {
    expect(bytesOf(encodeUint16(new Uint16Array(200_000)))).toHaveLength(400_000);
  });
});
