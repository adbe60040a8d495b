/**
 * Duals with a closed form: piecewise linear through 0 (Cho and Saul 2009, equation 6 with n = 1), erf (Williams 1997,
 * equation 11), GELU (Tsuchida et al. 2021, table 1) and sine (Rahimi and Recht 2007; from E exp(i s.u)).
 */
import type { Activation } from "../../networks/index.ts";
import type { DualPair } from "./types.ts";

export type PairAverage = (c11: number, c12: number, c22: number) => DualPair;

/** The closed form of an activation, or null where none is known here. */
export function closedForm(activation: Activation): PairAverage | null {
  if (activation.degree === 1) return halfLines(activation.f(1), -activation.f(-1));
  return named[activation.name] ?? null;
}

const named: Readonly<Record<string, PairAverage>> = { erf: erfPair, gelu: geluPair, sin: sinPair };

/** phi(x) = up x for x > 0 and down x for x < 0, from E[relu(u) relu(v)] at c12 and at -c12. */
function halfLines(up: number, down: number): PairAverage {
  if (up === down) return (_, c12) => ({ value: up * up * c12, slope: up * up });
  const same = up * up + down * down;
  const mixed = -2 * up * down;
  return (c11, c12, c22) => {
    const length = Math.sqrt(c11 * c22);
    // rounding may leave a cosine just outside [-1, 1]
    const cosine = length > 0 ? Math.max(-1, Math.min(1, c12 / length)) : 0;
    const sine = Math.sqrt((1 - cosine) * (1 + cosine));
    const angle = Math.atan2(sine, cosine);
    const plus = (sine + (Math.PI - angle) * cosine) * length;
    const minus = (sine - angle * cosine) * length;
    return {
      value: (same * plus + mixed * minus) / (2 * Math.PI),
      slope: (same * (Math.PI - angle) - mixed * angle) / (2 * Math.PI),
    };
  };
}

function erfPair(c11: number, c12: number, c22: number): DualPair {
  const product = (1 + 2 * c11) * (1 + 2 * c22);
  const root = Math.sqrt(product - 4 * c12 * c12);
  return {
    value: (2 / Math.PI) * Math.atan2(2 * c12, root),
    slope: 4 / (Math.PI * root),
  };
}

function geluPair(c11: number, c12: number, c22: number): DualPair {
  const product = c11 * c22;
  const shifted = (1 + c11) * (1 + c22);
  const square = c12 * c12;
  const gap = shifted - square;
  const root = Math.sqrt(gap);
  const angle = Math.atan2(c12, root);
  return {
    value: ((square + product * gap) / (shifted * root) + c12 * angle) / (2 * Math.PI) + c12 / 4,
    slope:
      ((c12 * ((2 - product) * gap + square)) / (shifted * gap * root) + angle + c12 / root) / (2 * Math.PI) +
      1 / 4,
  };
}

/** Below this exponent neither factor of exp(-middle) sinh(c12) over- or underflows. */
const SAFE_EXPONENT = 300;

function sinPair(c11: number, c12: number, c22: number): DualPair {
  const middle = (c11 + c22) / 2;
  if (middle < SAFE_EXPONENT) {
    const factor = Math.exp(-middle);
    return { value: factor * Math.sinh(c12), slope: factor * Math.cosh(c12) };
  }
  const near = Math.exp(c12 - middle);
  const far = Math.exp(-c12 - middle);
  return { value: (near - far) / 2, slope: (near + far) / 2 };
}
