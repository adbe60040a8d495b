import { describe, expect, it } from "vitest";
import { ShapeError } from "../../../src/base/index.ts";
import {
  type DType,
  decodeBfloat16,
  decodeFloat16,
  encodeBfloat16,
  encodeFloat16,
  numbersOf,
  roundHalfEven,
  tensorOf,
} from "../../../src/engine/index.ts";

describe("tensorOf and numbersOf", () => {
  it("round-trip every type", () => {
    const types: DType[] = ["float32", "float64", "float16", "bfloat16", "int8", "uint8", "int32", "int64"];
    for (const dtype of types) {
      const t = tensorOf(dtype, [2, 2], [0, 1, 2, 100]);
      expect([...numbersOf(t)]).toEqual([0, 1, 2, 100]);
      expect(t.dtype).toBe(dtype);
    }
    expect([...tensorOf("bool", [3], [0, 5, 1]).data]).toEqual([0, 1, 1]);
    expect([...tensorOf("int64", [2], [2 ** 63, -(2 ** 63)]).data]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
    expect(() => tensorOf("float32", [2, 2], [1, 2, 3])).toThrow(ShapeError);
  });
});

describe("16-bit floats", () => {
  it("know the corner values of binary16 (IEEE 754-2008, table 3.5)", () => {
    const pairs: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
    ];
    for (const [bits, value] of pairs) {
      expect(decodeFloat16(bits)).toBe(value);
      expect(encodeFloat16(value)).toBe(bits);
    }
    expect(decodeFloat16(0x7e00)).toBeNaN();
    expect(encodeFloat16(Number.NaN)).toBe(0x7e00);
    expect(encodeFloat16(-0)).toBe(0x8000);
  });

  it("encode what they decode, for all 65536 patterns that are numbers", () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 65536; bits++) {
      const half = decodeFloat16(bits);
      if (!Number.isNaN(half) && encodeFloat16(half) !== bits) wrong.push(bits);
      const brain = decodeBfloat16(bits);
      if (!Number.isNaN(brain) && encodeBfloat16(brain) !== bits) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it("round halves to even", () => {
    expect([0.5, 1.5, 2.5, -1.5, -2.5].map(roundHalfEven)).toEqual([0, 2, 2, -2, -2]);
    // halfway between 1 and 1 + 2^-10 goes to the even fraction
    expect(encodeFloat16(1 + 2 ** -11)).toBe(0x3c00);
    expect(encodeFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(encodeFloat16(65519.99)).toBe(0x7bff);
    expect(encodeFloat16(65520)).toBe(0x7c00);
    expect(encodeBfloat16(1 + 2 ** -8)).toBe(0x3f80);
    expect(encodeBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
  });
});
