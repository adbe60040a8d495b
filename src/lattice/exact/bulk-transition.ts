/**
 * The two transitions of a hyperbolic lattice. Upper: where the centre orders under a wired boundary, however far away that
 * is. Mean-field exponents hold there (beta = 1/2), so that m0(n)^-2 grows linearly with the number of layers n exactly at
 * the transition: it saturates below and grows exponentially above. m0 is exact for each patch (`planWiredPatch`); what is
 * estimated is the limit of large n. Lower: where free patches order, the Kramers-Wannier dual of the upper transition of {q,p}
 * (Wang, Nussinov and Ortiz 2025). The Bethe lattice of the same coordination bounds the upper one from above.
 */
import { ConvergenceError, type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";
import { tilingGraph } from "../graphs/index.ts";
import { buildTiling, planLayers, requireHyperbolic } from "../tiling/index.ts";
import { betheCriticalTemperature } from "./bethe.ts";
import { dualTemperature } from "./duality.ts";
import { planWiredPatch, type WiredPatch } from "./patch.ts";

/** Options of `solveBulkTransition`. */
export interface BulkTransitionOptions extends WorkOptions {
  /** Cells of the largest patch; default 13000 (seconds to a minute). */
  readonly maxCells?: number;
}

/** The upper transition of spins on the cells of {p,q}, which have coordination p. */
export interface BulkTransition {
  /** Extrapolated temperature; `stderr` is the size of what the extrapolation leaves open, not statistical. */
  readonly temperature: Estimate;
  /** Where m0^-2 of layers n - 2, n - 1, n lies on a line. */
  readonly sequence: readonly {
    readonly layers: number;
    readonly cells: number;
    readonly temperature: number;
  }[];
  /** Transition of the tree of coordination p: an upper bound. */
  readonly bethe: number;
  /** Lower (free-boundary) transition of the dual lattice, spins on the cells of {q,p}. */
  readonly dual: Estimate;
}

const DEFAULT_MAX_CELLS = 13_000;
const FEWEST_LAYERS = 6;
const TOLERANCE = 1e-6;
/** Step of the search for a bracket below the Bethe temperature. */
const SEARCH_FACTOR = 0.96;
const SEARCH_STEPS = 20;

/**
 * Solves for the bulk transition with vertex layers (they are the rounder patches), extrapolating the last three estimates as a
 * geometric sequence (Aitken).
 *
 * @throws SpecError when {p,q} is not hyperbolic or `maxCells` allows fewer than six layers; ConvergenceError when a patch has no
 *   such temperature.
 * @accuracy below 0.005; the remaining error is estimated from the correction and its last change.
 * @example
 * ```ts
 * import { solveBulkTransition } from "isinglass/lattice";
 * const { temperature } = solveBulkTransition(7, 3, { maxCells: 620 });
 * Math.abs(temperature.value - 5.347) < 0.02; // => true
 * ```
 */
export function solveBulkTransition(
  p: number,
  q: number,
  options: BulkTransitionOptions = {},
): BulkTransition {
  const { maxCells = DEFAULT_MAX_CELLS, signal, onProgress } = options;
  requireHyperbolic(p, q);
  const sizes = countLayers(p, q, maxCells);
  if (sizes.length < FEWEST_LAYERS)
    throw new SpecError(
      `bulk transition of {${p},${q}}: ${maxCells} cells allow ${sizes.length} layers, expected at least ${FEWEST_LAYERS}`,
      { hint: `raise maxCells to ${total(planLayers(p, q, FEWEST_LAYERS, "vertex", "cell"))}` },
    );
  const bethe = betheCriticalTemperature(p);
  const patches = sizes.map((_, k) => (k === 0 ? null : wiredPatch(p, q, k + 1)));
  const sequence: { layers: number; cells: number; temperature: number }[] = [];
  let guess = bethe;
  for (let layers = 4; layers <= sizes.length; layers++) {
    signal?.throwIfAborted();
    onProgress?.({ stage: "solving", done: layers - 4, total: sizes.length - 3 });
    const bend = (T: number): number => {
      const [a, b, c] = [3, 2, 1].map((back) => {
        return (patches[layers - back] as WiredPatch).magnetization(T) ** -2;
      }) as [number, number, number];
      return (c - 2 * b + a) / b;
    };
    const temperature = solveBend(bend, guess, bethe, `{${p},${q}} with ${layers} layers`);
    sequence.push({ layers, cells: sizes[layers - 1] as number, temperature });
    // estimates approach from below: start the next search just above this one
    guess = Math.min(bethe, temperature * 1.02);
  }
  const limits = sequence.slice(2).map((_, k) => aitken(sequence.slice(k, k + 3).map((s) => s.temperature)));
  const value = limits.at(-1) as number;
  const correction = Math.abs(value - (sequence.at(-1)?.temperature as number));
  const change = limits.length > 1 ? Math.abs(value - (limits.at(-2) as number)) : correction;
  const temperature: Estimate = {
    value,
    stderr: Math.max(correction / 2, change),
    n: sequence.length,
    method: "wired exact m0^-2 linear in layers, Aitken extrapolation",
  };
  return { temperature, sequence, bethe, dual: dualEstimate(temperature) };
}

/** Kramers-Wannier dual of a temperature with an error. */
export function dualEstimate({ value, stderr, n, method }: Estimate): Estimate {
  // d T* / d T = -(T* / T)^2 / sinh(2 / T)
  const dual = dualTemperature(value);
  const slope = (dual / value) ** 2 / Math.sinh(2 / value);
  return { value: dual, stderr: stderr === null ? null : stderr * slope, n, method: `dual of: ${method}` };
}

function countLayers(p: number, q: number, maxCells: number): number[] {
  const totals: number[] = [];
  for (let layers = 1; ; layers++) {
    const cells = total(planLayers(p, q, layers, "vertex", "cell"));
    if (!(cells <= maxCells)) return totals;
    totals.push(cells);
  }
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

function wiredPatch(p: number, q: number, layers: number): WiredPatch {
  const patch = planWiredPatch(tilingGraph(buildTiling(p, q, layers, { by: "vertex" })));
  if (patch === null) throw new Error(`internal: no walls for {${p},${q}} with ${layers} layers`);
  return patch;
}

function solveBend(bend: (T: number) => number, guess: number, top: number, where: string): number {
  let upper = guess;
  while (bend(upper) <= 0 && upper < top) upper = Math.min(top, upper / SEARCH_FACTOR);
  let lower = upper;
  for (let k = 0; k < SEARCH_STEPS; k++) {
    lower *= SEARCH_FACTOR;
    if (bend(lower) < 0) return solveBracketed(bend, lower, upper, { tolerance: TOLERANCE }).root;
    upper = lower;
  }
  throw new ConvergenceError(`bulk transition: m0^-2 of ${where} is nowhere linear in the layers`, {
    hint: "use more layers",
  });
}

/** Limit of a geometric approach; the last term when the differences do not shrink. */
function aitken([a, b, c]: readonly number[]): number {
  const first = (b as number) - (a as number);
  const second = (c as number) - (b as number);
  const ratio = second / first;
  return ratio > 0 && ratio < 1 ? (c as number) + (second * ratio) / (1 - ratio) : (c as number);
}
