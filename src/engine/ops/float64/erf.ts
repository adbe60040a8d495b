/**
 * The error function from elementary operators, in the four intervals of FreeBSD's s_erf.c (Sun Microsystems 1993):
 * rational approximations joined by Where. Absolute error below 5e-16 on the whole axis.
 */
import type { ValueInfo } from "../../ir.ts";
import type { Emitter } from "../definition.ts";
import {
  abs,
  add,
  div,
  exp,
  less,
  maximum,
  minimum,
  mul,
  neg,
  reciprocal,
  sign,
  sub,
  where,
} from "../emit.ts";
import { polynomial } from "./rule.ts";

/** Ends of the intervals. */
const SMALL = 0.84375;
const MIDDLE = 1.25;
const LARGE = 1 / 0.35;
const ONE_FROM = 6;
/** erf(1) rounded to single precision: the centre of the second interval. */
const ERF_AT_ONE = 0.8450629115104675;

/** erf(x) = x + x P(x^2)/Q(x^2) for |x| < 0.84375. */
const P = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
  -0.000023763016656650163,
];
const Q = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
  -0.000003960228278775368,
];
/** erf(1 + s) = 0.845... + A(s)/B(s) for |x| < 1.25. */
const A = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const B = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
/** erfc(x) = exp(-x^2 - 0.5625 + R(1/x^2)/S(1/x^2))/x: below 1/0.35 and above. */
const R1 = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const S1 = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const R2 = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const S2 = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

function ratio(b: Emitter, x: ValueInfo, p: readonly number[], q: readonly number[]): ValueInfo {
  return div(b, polynomial(b, x, p), polynomial(b, x, q));
}

/** erf(x), element by element; every branch sees arguments clamped to its interval. */
export function erfFromElementary(b: Emitter, x: ValueInfo): ValueInfo {
  const size = abs(b, x);
  const near = minimum(b, maximum(b, x, -SMALL), SMALL);
  const inner = add(b, near, mul(b, near, ratio(b, mul(b, near, near), P, Q)));
  const s = sub(b, minimum(b, maximum(b, size, SMALL), MIDDLE), 1);
  const middle = add(b, ratio(b, s, A, B), ERF_AT_ONE);
  const far = minimum(b, maximum(b, size, MIDDLE), ONE_FROM);
  const square = mul(b, far, far);
  const t = reciprocal(b, square);
  const isLower = less(b, far, LARGE);
  const exponent = where(b, isLower, ratio(b, t, R1, S1), ratio(b, t, R2, S2));
  const tail = div(b, exp(b, sub(b, sub(b, exponent, 0.5625), square)), far);
  const outer = where(b, less(b, size, MIDDLE), middle, add(b, neg(b, tail), 1));
  return where(b, less(b, size, SMALL), inner, mul(b, sign(b, x), outer));
}
