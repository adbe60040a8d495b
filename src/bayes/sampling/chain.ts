/**
 * One Markov chain of Hamiltonian or Langevin dynamics (Neal 2011; Horowitz 1991 for momenta that persist), as a generator that asks
 * for the potential: the same chain runs on functions and on engine graphs, whose evaluations are promises. Step size and scales of
 * coordinates are adapted during burn-in. Steps and lengths of trajectories are jittered, so that none closes on itself and no
 * direction is left out.
 */
import {
  ConvergenceError,
  InterruptedError,
  type ProgressEvent,
  SpecError,
  type WorkOptions,
} from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { createScaleAdaptation, createStepAdaptation } from "./step-adaptation.ts";

/** How a chain runs. */
export interface HamiltonianOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** States kept after burn-in. */
  readonly samples: number;
  /** Trajectories before; the step size is adapted in them. Default 500. */
  readonly burnIn?: number;
  /**
   * Leapfrog steps of a trajectory on average; drawn between half and three halves of it. Default 15; 1 with some persistence is
   * Langevin dynamics.
   */
  readonly leapfrogs?: number;
  /** Share of the momentum that survives a trajectory, 0 to below 1 (Horowitz 1991). Default 0. */
  readonly persistence?: number;
  /** "none" accepts every trajectory and leaves an error of the order of the squared step. Default "metropolis". */
  readonly correction?: "metropolis" | "none";
  /** Whether every coordinate has a scale of its own, from burn-in. Default "adapted". */
  readonly scales?: "adapted" | "unit";
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
  /**
   * Energy-Bayesian fraction of missing information (Betancourt 2016), over the share 1 - persistence^2 of the kinetic energy that is
   * drawn anew: about 1 where momenta bring in all that the energy varies by; below 0.3 they change it too little.
   */
  readonly energyFraction: number;
  /** Trajectories after burn-in whose energy error exceeded 1000. */
  readonly divergences: number;
}

/** What the chain asks for: U and its gradient at x, or that a state is looked at. The arrays are reused. */
export type ChainRequest =
  | { readonly kind: "evaluate"; readonly x: Float64Array; readonly gradient: Float64Array }
  | { readonly kind: "visit"; readonly state: Float64Array };

/** Size of the space, and which coordinates are alike. */
export interface ChainSpace {
  readonly dimension: number;
  /** Coordinates i and i + period are alike and share one scale; a divisor of the dimension. Default: none are alike. */
  readonly period?: number;
}

/** Steps are drawn within this fraction of the adapted one. */
const JITTER = 0.2;
const DIVERGENT = 1000;
/** Burn-in shorter than this leaves the scales at 1. */
const LEAST_BURN_IN = 40;
/** Shares of the burn-in at which scales are set from the states since the mark before; the first states are not counted. */
const WINDOWS = [0.2, 0.4, 0.75];

function checkOptions(options: HamiltonianOptions): void {
  const { samples, burnIn = 500, leapfrogs = 15, acceptance = 0.8, persistence = 0 } = options;
  if (
    !(samples >= 1 && burnIn >= 0 && leapfrogs >= 1 && acceptance > 0 && acceptance < 1) ||
    !(persistence >= 0 && persistence < 1)
  ) {
    throw new SpecError(
      `sampler: received ${samples} samples, ${burnIn} burn-in, ${leapfrogs} leapfrogs, acceptance ${acceptance}, persistence ${persistence}; expected at least 1, 0, 1, between 0 and 1, from 0 to below 1`,
    );
  }
}

/**
 * The chain from `start`.
 *
 * @throws SpecError for options out of range, ConvergenceError when the potential is not finite at the start,
 * InterruptedError when the signal fires.
 */
export function* chainSteps(
  { dimension, period = dimension }: ChainSpace,
  start: Float64Array,
  options: HamiltonianOptions,
): Generator<ChainRequest, ChainReport, number> {
  checkOptions(options);
  const {
    stream,
    samples,
    burnIn = 500,
    leapfrogs = 15,
    acceptance: target = 0.8,
    persistence = 0,
  } = options;
  const state = Float64Array.from(start);
  const gradient = new Float64Array(dimension);
  let energy: number = yield { kind: "evaluate", x: state, gradient };
  if (!Number.isFinite(energy))
    throw new ConvergenceError(`sampler: the potential is ${energy} at the start`);
  const proposal = new Float64Array(dimension);
  const slope = new Float64Array(dimension);
  const kept = new Float64Array(dimension);
  const momentum = new Float64Array(dimension);
  const noise = new Float64Array(dimension);
  const scales = new Float64Array(dimension).fill(1);
  const spread = createScaleAdaptation(dimension, period);
  const adapts = options.scales !== "unit" && burnIn >= LEAST_BURN_IN;
  const marks = adapts ? WINDOWS.map((share) => Math.round(share * burnIn)) : [];
  let step = options.step ?? 0.1;
  let adaptation = createStepAdaptation(step, target);
  let accepted = 0;
  let divergences = 0;
  const totals: number[] = [];
  stream.fillNormal(kept);
  for (let t = 0; t < burnIn + samples; t++) {
    if (options.signal?.aborted === true) throw new InterruptedError("sampler: interrupted");
    stream.fillNormal(noise, Math.sqrt(1 - persistence * persistence));
    for (let i = 0; i < dimension; i++) kept[i] = persistence * (kept[i] as number) + (noise[i] as number);
    const total = energy + kinetic(kept);
    const epsilon = step * (1 + JITTER * (2 * stream.uniform() - 1));
    proposal.set(state);
    slope.set(gradient);
    momentum.set(kept);
    const length = leapfrogs === 1 ? 1 : 1 + Math.floor(leapfrogs / 2) + stream.integer(leapfrogs);
    const phase = { x: proposal, gradient: slope, momentum, scales };
    const proposed = yield* leapfrog(phase, epsilon, length);
    const change = proposed + kinetic(momentum) - total;
    const probability = Number.isFinite(change) ? Math.min(1, Math.exp(-change)) : 0;
    const isForced = options.correction === "none" && Number.isFinite(change);
    if (isForced || stream.uniform() < probability) {
      state.set(proposal);
      gradient.set(slope);
      kept.set(momentum);
      energy = proposed;
    } else if (persistence > 0) for (let i = 0; i < dimension; i++) kept[i] = -(kept[i] as number);
    const event = { stage: "sampling", done: t + 1, total: burnIn + samples };
    options.onProgress?.(t < burnIn ? { ...event, note: "burn-in" } : event);
    if (t < burnIn) {
      step = adaptation.next(probability, t === burnIn - 1);
      if (t >= (marks[0] ?? Number.POSITIVE_INFINITY)) spread.add(state);
      if (marks.indexOf(t + 1) > 0) {
        spread.finish(scales);
        adaptation = createStepAdaptation(step, target);
      }
      continue;
    }
    accepted += probability / samples;
    if (!(change < DIVERGENT)) divergences++;
    totals.push(total);
    yield { kind: "visit", state };
  }
  const energyFraction = energyFractionOf(totals) / (1 - persistence * persistence);
  return { acceptance: accepted, step, energyFraction, divergences };
}

/** Progress of one of several chains as that of all. */
export function eventOfChain(event: ProgressEvent, chain: number, chains: number): ProgressEvent {
  const total = event.total ?? 0;
  return { ...event, done: chain * total + event.done, total: chains * total };
}

/** Mean squared change of the energy from state to state over its variance. */
function energyFractionOf(totals: readonly number[]): number {
  const mean = totals.reduce((sum, e) => sum + e, 0) / totals.length;
  let [jumps, fluctuation] = [0, 0];
  totals.forEach((total, t) => {
    if (t > 0) jumps += (total - (totals[t - 1] as number)) ** 2;
    fluctuation += (total - mean) ** 2;
  });
  return fluctuation > 0 ? jumps / fluctuation : 1;
}

/** A point of phase space, and the scale of every coordinate: x = scale z, with unit mass for z. */
interface Phase {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly momentum: Float64Array;
  readonly scales: Float64Array;
}

/** Moves position, gradient and momentum; returns the potential at the end. */
function* leapfrog(
  { x, gradient, momentum, scales }: Phase,
  epsilon: number,
  steps: number,
): Generator<ChainRequest, number, number> {
  let energy = Number.NaN;
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < x.length; i++) {
      const scale = scales[i] as number;
      const p = (momentum[i] as number) - (epsilon / 2) * scale * (gradient[i] as number);
      momentum[i] = p;
      x[i] = (x[i] as number) + epsilon * scale * p;
    }
    energy = yield { kind: "evaluate", x, gradient };
    if (!Number.isFinite(energy)) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < x.length; i++)
      momentum[i] = (momentum[i] as number) - (epsilon / 2) * (scales[i] as number) * (gradient[i] as number);
  }
  return energy;
}

function kinetic(momentum: Float64Array): number {
  return momentum.reduce((sum, p) => sum + p * p, 0) / 2;
}
