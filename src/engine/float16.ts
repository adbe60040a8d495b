/**
 * The two 16-bit storage formats, IEEE 754 binary16 and bfloat16, converted at the edge: numbers inside the engine
 * are float64. Rounding is to nearest, ties to even.
 */

const word = new DataView(new ArrayBuffer(4));

/** Value of an IEEE 754 binary16 bit pattern. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Nearest IEEE 754 binary16 bit pattern; values above 65504 + half a step become infinite. */
export function encodeFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // The spacing of binary16 around `size`: 2^(e-10) for normal numbers, 2^-24 below 2^-14.
  const exponent = size === 0 ? -14 : Math.max(-14, Math.floor(Math.log2(size)));
  let steps = roundHalfEven(size / 2 ** (exponent - 10));
  let e = exponent;
  if (steps === 2048) {
    steps = 1024;
    e += 1;
  }
  return steps < 1024 ? sign | steps : sign | ((e + 15) << 10) | (steps - 1024);
}

/** Value of a bfloat16 bit pattern (the upper half of a float32). */
export function decodeBfloat16(bits: number): number {
  word.setUint32(0, bits * 65536);
  return word.getFloat32(0);
}

/** Nearest bfloat16 bit pattern. */
export function encodeBfloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  const low = bits & 0xffff;
  const high = bits >>> 16;
  const up = low > 0x8000 || (low === 0x8000 && (high & 1) === 1);
  return high + (up ? 1 : 0);
}

/** Rounds to the nearest integer, halves to the even neighbour (the rule of IEEE 754 and of ONNX Round). */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down;
  if (rest > 0.5) return down + 1;
  return down % 2 === 0 ? down : down + 1;
}
