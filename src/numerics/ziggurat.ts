/**
 * Tables and rare branches of the ziggurat method for standard normals, after Marsaglia and Tsang, "The ziggurat
 * method for generating random variables", J. Stat. Software 5(8), 2000, with 256 layers and separate random bits
 * for layer and position (Doornik, "An improved ziggurat method", 2005). exp and log are written here with
 * +, -, *, / and sqrt only, which IEEE 754 fixes to the last bit, so that normals are the same on every engine:
 * the language leaves the last bit of Math.exp and Math.log open.
 */

/** Number of layers; the base layer (0) includes the tail. */
export const LAYERS = 256;
/** Start of the tail, and the area of each layer of exp(-x^2/2) (Marsaglia and Tsang 2000, 256 layers). */
export const TAIL_START = 3.6541528853610088;
const LAYER_AREA = 0.00492867323399;
/** Positions inside a layer are signed multiples of 2^-52. */
const POSITION_SCALE = 2 ** 52;

/** ln 2 split in a part with trailing zeros and the rest (fdlibm `ln2HI`, `ln2LO`). */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Taylor order of exp on |r| <= ln(2)/2: the remainder is below 2^-60. */
const EXP_ORDER = 16;
/** Terms of the atanh series of log on [1/sqrt 2, sqrt 2]: the remainder is below 2^-58. */
const LOG_TERMS = 13;

/** exp(x) for x <= 0 from exactly rounded operations only; relative error about 3e-16. */
export function portableExp(x: number): number {
  const halvings = Math.floor(-x / (LN2_HIGH + LN2_LOW) + 0.5);
  const r = x + halvings * LN2_HIGH + halvings * LN2_LOW;
  let sum = 1;
  for (let k = EXP_ORDER; k > 0; k--) sum = 1 + (sum * r) / k;
  for (let i = 0; i < halvings; i++) sum *= 0.5;
  return sum;
}

/** log(x) for 0 < x <= 1 from exactly rounded operations only; relative error about 3e-16. */
export function portableLog(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    halvings += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = LOG_TERMS; k >= 0; k--) sum = sum * s2 + 1 / (2 * k + 1);
  return 2 * s * sum - halvings * LN2_LOW - halvings * LN2_HIGH;
}

/** Tables of the ziggurat, index = layer from the base up. */
export interface ZigguratTables {
  /** Right edge of the layer over 2^52: position times width = x. */
  readonly width: Float64Array;
  /** A position below this lies under the curve for certain. */
  readonly inside: Float64Array;
  /** exp(-x^2/2) at the right edge; entry LAYERS is 1. */
  readonly height: Float64Array;
}

function buildTables(): ZigguratTables {
  const edge = new Float64Array(LAYERS + 1);
  const height = new Float64Array(LAYERS + 1);
  const tailHeight = portableExp(-0.5 * TAIL_START * TAIL_START);
  edge[0] = LAYER_AREA / tailHeight;
  edge[1] = TAIL_START;
  height[0] = 0;
  height[1] = tailHeight;
  for (let i = 2; i < LAYERS; i++) {
    const y = (height[i - 1] as number) + LAYER_AREA / (edge[i - 1] as number);
    height[i] = y;
    edge[i] = Math.sqrt(-2 * portableLog(y));
  }
  height[LAYERS] = 1;
  edge[LAYERS] = 0;
  const width = new Float64Array(LAYERS);
  const inside = new Float64Array(LAYERS);
  for (let i = 0; i < LAYERS; i++) {
    width[i] = (edge[i] as number) / POSITION_SCALE;
    inside[i] = ((edge[i + 1] as number) / (edge[i] as number)) * POSITION_SCALE;
  }
  return { width, inside, height };
}

/** The tables, built once at load in about 0.1 ms. */
export const ziggurat: ZigguratTables = /* @__PURE__ */ buildTables();

/** Exponential-wedge sampling of |z| beyond the tail start (Marsaglia 1964), from uniforms in [0, 1). */
export function sampleTail(uniform: () => number): number {
  for (;;) {
    const x = -portableLog(1 - uniform()) / TAIL_START;
    const y = -portableLog(1 - uniform());
    if (y + y > x * x) return TAIL_START + x;
  }
}

/** Whether the point at x in layer `layer`, at the height drawn by `u` in [0, 1), lies under exp(-x^2/2). */
export function isUnderCurve(layer: number, x: number, u: number): boolean {
  const low = ziggurat.height[layer] as number;
  const high = ziggurat.height[layer + 1] as number;
  return low + u * (high - low) < portableExp(-0.5 * x * x);
}
