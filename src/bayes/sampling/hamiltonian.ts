/** Hamiltonian Monte Carlo (Neal 2011) on a function with a gradient. */
import { type ChainReport, type ChainSpace, chainSteps, type HamiltonianOptions } from "./chain.ts";

/** A distribution exp(-U(x)). */
export interface Potential extends ChainSpace {
  /** U(x); writes its gradient. */
  evaluate(x: Float64Array, gradient: Float64Array): number;
}

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
  const steps = chainSteps(potential, start, options);
  let next = steps.next();
  while (next.done !== true) {
    const request = next.value;
    let energy = 0;
    if (request.kind === "evaluate") energy = potential.evaluate(request.x, request.gradient);
    else visit(request.state);
    next = steps.next(energy);
  }
  return next.value;
}

/** A distribution whose potential takes a while: an engine graph. */
export interface AsyncPotential extends ChainSpace {
  /** U(x); writes its gradient. */
  evaluate(x: Float64Array, gradient: Float64Array): Promise<number>;
}

/** As `runHamiltonianChain`, for a potential that is a promise. */
export async function runAsyncChain(
  potential: AsyncPotential,
  start: Float64Array,
  options: HamiltonianOptions,
  visit: (state: Float64Array) => Promise<void>,
): Promise<ChainReport> {
  const steps = chainSteps(potential, start, options);
  let next = steps.next();
  while (next.done !== true) {
    const request = next.value;
    let energy = 0;
    if (request.kind === "evaluate") energy = await potential.evaluate(request.x, request.gradient);
    else await visit(request.state);
    next = steps.next(energy);
  }
  return next.value;
}
