/**
 * Hamiltonian Monte Carlo (Neal 2011) with a step size and scales of coordinates adapted during burn-in. Steps and lengths of
 * trajectories are jittered, so that none closes on itself and no direction is left out.
 */
import { ConvergenceError, InterruptedError, SpecError, type WorkOptions } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { createScaleAdaptation, createStepAdaptation } from "./step-adaptation.ts";

/** A distribution exp(-U(x)). */
export interface Potential {
  readonly dimension: number;
  /** Coordinates i and i + period are alike and share one scale; a divisor of the dimension. Default: none are alike. */
  readonly period?: number;
  /** U(x); writes its gradient. */
  evaluate(x: Float64Array, gradient: Float64Array): number;
}

/** How a chain runs. */
export interface HamiltonianOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** States kept after burn-in. */
  readonly samples: number;
  /** Trajectories before; the step size is adapted in them. Default 500. */
  readonly burnIn?: number;
  /** Leapfrog steps of a trajectory on average; drawn between half and three halves of it. Default 15. */
  readonly leapfrogs?: number;
  /** Acceptance to aim at, 0 to 1. Default 0.8. */
  readonly acceptance?: number;
  /** First step size; adapted. Default 0.1. */
  readonly step?: number;
}

/** What a chain did. */
export interface ChainReport {
  /** Mean acceptance probability after burn-in. */
  readonly acceptance: number;
  readonly step: number;
  /** Energy-Bayesian fraction of missing information (Betancourt 2016); below 0.3 the momentum changes too little. */
  readonly energyFraction: number;
  /** Trajectories after burn-in whose energy error exceeded 1000. */
  readonly divergences: number;
}

/** Steps are drawn within this fraction of the adapted one. */
const JITTER = 0.2;
const DIVERGENT = 1000;
/** Burn-in shorter than this leaves the scales at 1. */
const LEAST_BURN_IN = 40;
/** Shares of the burn-in at which scales are set from the states since the mark before; the first states are not counted. */
const WINDOWS = [0.2, 0.4, 0.75];

/**
 * Runs one chain and calls `visit` with every state kept; the array is reused, so copy what should stay.
 *
 * @param start - first state.
 * @throws SpecError for options out of range, ConvergenceError when the potential is not finite at the start,
 * InterruptedError when the signal fires.
 */
export function runHamiltonianChain(
  potential: Potential,
  start: Float64Array,
  options: HamiltonianOptions,
  visit: (state: Float64Array) => void,
): ChainReport {
  const { stream, samples, burnIn = 500, leapfrogs = 15, acceptance: target = 0.8, signal } = options;
  if (!(samples >= 1 && burnIn >= 0 && leapfrogs >= 1 && target > 0 && target < 1)) {
    throw new SpecError(
      `sampler: received ${samples} samples, ${burnIn} burn-in, ${leapfrogs} leapfrogs, acceptance ${target}; expected at least 1, 0, 1 and between 0 and 1`,
    );
  }
  const dimension = potential.dimension;
  const state = Float64Array.from(start);
  const gradient = new Float64Array(dimension);
  let energy = potential.evaluate(state, gradient);
  if (!Number.isFinite(energy))
    throw new ConvergenceError(`sampler: the potential is ${energy} at the start`);
  const proposal = new Float64Array(dimension);
  const slope = new Float64Array(dimension);
  const momentum = new Float64Array(dimension);
  const scales = new Float64Array(dimension).fill(1);
  const spread = createScaleAdaptation(dimension, potential.period ?? dimension);
  const marks = burnIn < LEAST_BURN_IN ? [] : WINDOWS.map((share) => Math.round(share * burnIn));
  let step = options.step ?? 0.1;
  let adaptation = createStepAdaptation(step, target);
  let accepted = 0;
  let divergences = 0;
  let jumps = 0;
  let lastTotal = Number.NaN;
  const totals: number[] = [];
  for (let t = 0; t < burnIn + samples; t++) {
    if (signal?.aborted === true) throw new InterruptedError("sampler: interrupted");
    stream.fillNormal(momentum);
    const total = energy + kinetic(momentum);
    const epsilon = step * (1 + JITTER * (2 * stream.uniform() - 1));
    proposal.set(state);
    slope.set(gradient);
    const length = 1 + Math.floor(leapfrogs / 2) + stream.integer(leapfrogs);
    const proposed = leapfrog(potential, { x: proposal, gradient: slope, momentum, scales }, epsilon, length);
    const change = proposed + kinetic(momentum) - total;
    const probability = Number.isFinite(change) ? Math.min(1, Math.exp(-change)) : 0;
    if (stream.uniform() < probability) {
      state.set(proposal);
      gradient.set(slope);
      energy = proposed;
    }
    if (t < burnIn) {
      step = adaptation.next(probability, t === burnIn - 1);
      if (t >= (marks[0] ?? Number.POSITIVE_INFINITY)) spread.add(state);
      const mark = marks.indexOf(t + 1);
      if (mark > 0) {
        spread.finish(scales);
        adaptation = createStepAdaptation(step, target);
      }
      continue;
    }
    accepted += probability / samples;
    if (!(change < DIVERGENT)) divergences++;
    if (!Number.isNaN(lastTotal)) jumps += (total - lastTotal) ** 2;
    lastTotal = total;
    totals.push(total);
    visit(state);
    options.onProgress?.({ stage: "sampling", done: t - burnIn + 1, total: samples });
  }
  const mean = totals.reduce((sum, e) => sum + e, 0) / totals.length;
  const fluctuation = totals.reduce((sum, e) => sum + (e - mean) ** 2, 0);
  const energyFraction = fluctuation > 0 ? jumps / fluctuation : 1;
  return { acceptance: accepted, step, energyFraction, divergences };
}

/** A point of phase space, and the scale of every coordinate: x = scale z, with unit mass for z. */
interface Phase {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly momentum: Float64Array;
  readonly scales: Float64Array;
}

/** Moves position, gradient and momentum; returns the potential at the end. */
function leapfrog(
  potential: Potential,
  { x, gradient, momentum, scales }: Phase,
  epsilon: number,
  steps: number,
): number {
  let energy = Number.NaN;
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < x.length; i++) {
      const scale = scales[i] as number;
      const p = (momentum[i] as number) - (epsilon / 2) * scale * (gradient[i] as number);
      momentum[i] = p;
      x[i] = (x[i] as number) + epsilon * scale * p;
    }
    energy = potential.evaluate(x, gradient);
    if (!Number.isFinite(energy)) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < x.length; i++)
      momentum[i] = (momentum[i] as number) - (epsilon / 2) * (scales[i] as number) * (gradient[i] as number);
  }
  return energy;
}

function kinetic(momentum: Float64Array): number {
  return momentum.reduce((sum, p) => sum + p * p, 0) / 2;
}
