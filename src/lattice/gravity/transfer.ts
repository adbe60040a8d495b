/**
 * Exact sums over regions of larger patches: triangles are added one by one, and all that matters of those behind is, for the
 * frontier (triangles that still miss a neighbour), which are up and which are connected among themselves or with the outside.
 * A cluster that leaves the frontier is finished: up, it must be the only one; down without the outside, it would be a hole.
 * Hyperbolic patches fall apart when a few triangles are cut, so that frontiers stay short. The steps between states do not
 * depend on the couplings: they are found once, and every beta and E costs one pass over them.
 *
 * The connectivity states are those of transfer matrices for clusters (Blöte and Nightingale, Physica A 112, 1982).
 */
import { BudgetError } from "../../base/index.ts";
import { type GravityCouplings, requireBeta } from "./couplings.ts";
import type { GravityExact } from "./enumeration.ts";
import { planSweep } from "./frontier.ts";
import { extend, START } from "./frontier-states.ts";
import type { GravityPatch } from "./patch.ts";

/** All steps between frontier states. */
export interface TransferPlan {
  readonly cells: number;
  /** Most triangles on the frontier at a time. */
  readonly width: number;
  /** Number of steps, two or fewer for each state. */
  readonly steps: number;
  /** For each triangle added: the number of states after it. */
  readonly states: readonly number[];
  /** For each triangle added, for each step: state before, state after, edges of the wall it adds times 2 plus whether it is up. */
  readonly from: readonly Uint32Array[];
  readonly to: readonly Uint32Array[];
  readonly added: readonly Uint8Array[];
}

/** Default of `maxSteps`: a few seconds and 100 MB. */
export const DEFAULT_TRANSFER_STEPS = 2e6;

/** Orders whose estimate of steps is this much too large are tried all the same. */
const ORDER_SLACK = 4;

function refusal({ q, layers, cells }: GravityPatch, maxSteps: number): BudgetError {
  return new BudgetError(
    `jt exact solution: ${layers} layers of {3,${q}} (${cells} triangles) need more than ${maxSteps} steps between frontier states`,
    { hint: "use fewer layers, or simulation", data: { cells, maxSteps } },
  );
}

/**
 * Finds all states and steps of a patch, or refuses.
 *
 * @throws BudgetError when there are more than `maxSteps`.
 * @cost about a microsecond and nine bytes a step.
 * @example
 * ```ts
 * import { gravityPatch, planTransfer } from "isinglass/lattice";
 * planTransfer(gravityPatch(7, 5)).width; // => 5
 * ```
 */
export function planTransfer(
  patch: GravityPatch,
  { maxSteps = DEFAULT_TRANSFER_STEPS }: { readonly maxSteps?: number } = {},
): TransferPlan {
  const sweep = planSweep(patch, ORDER_SLACK * maxSteps);
  if (sweep === null) throw refusal(patch, maxSteps);
  const { order, width } = sweep;
  let states: string[] = [START];
  const sizes: number[] = [];
  const [from, to, added]: [Uint32Array[], Uint32Array[], Uint8Array[]] = [[], [], []];
  let steps = 0;
  for (const step of order) {
    const index = new Map<string, number>();
    const [a, b, k]: [number[], number[], number[]] = [[], [], []];
    for (const [at, state] of states.entries())
      for (const isUp of [0, 1] as const) {
        const next = extend(state, isUp, step);
        if (next === null) continue;
        let target = index.get(next.state);
        if (target === undefined) {
          target = index.size;
          index.set(next.state, target);
        }
        a.push(at);
        b.push(target);
        k.push(2 * next.walls + isUp);
      }
    steps += a.length;
    if (steps > maxSteps) throw refusal(patch, maxSteps);
    from.push(Uint32Array.from(a));
    to.push(Uint32Array.from(b));
    added.push(Uint8Array.from(k));
    states = [...index.keys()];
    sizes.push(states.length);
  }
  if (states.length !== 1) throw new Error("internal: the sweep over a patch ends in several states");
  return { cells: patch.cells, width, steps, states: sizes, from, to, added };
}

/**
 * Averages over all regions of the patch of a plan: log Z and its first and second moments of H are carried along.
 *
 * @throws SpecError for beta < 0.
 * @cost O(steps), some nanoseconds each. Accuracy 1e-12 relative.
 * @example
 * ```ts
 * import { gravityCouplings, gravityPatch, planTransfer, sumTransfer } from "isinglass/lattice";
 * const plan = planTransfer(gravityPatch(7, 5));
 * Math.round(Math.exp(sumTransfer(plan, gravityCouplings(7, 0), 0).logZ)); // => 82162180
 * ```
 */
export function sumTransfer(
  plan: TransferPlan,
  { field, effectiveCoupling }: GravityCouplings,
  beta: number,
): GravityExact {
  requireBeta(beta);
  const { from, to, added, states } = plan;
  // per state: Z and, divided by Z, nothing: sums of weight times H, H^2, N_up, L
  let sums = Float64Array.of(1, 0, 0, 0, 0);
  let logScale = 0;
  for (let t = 0; t < from.length; t++) {
    const next = new Float64Array(5 * (states[t] as number));
    const [a, b, k] = [from[t] as Uint32Array, to[t] as Uint32Array, added[t] as Uint8Array];
    let largest = 0;
    for (let i = 0; i < a.length; i++) {
      const isUp = (k[i] as number) & 1;
      const walls = (k[i] as number) >> 1;
      const h = effectiveCoupling * walls - field * isUp;
      const weight = Math.exp(-beta * h);
      const source = 5 * (a[i] as number);
      const target = 5 * (b[i] as number);
      const z = weight * (sums[source] as number);
      const e = weight * (sums[source + 1] as number);
      next[target] = (next[target] as number) + z;
      next[target + 1] = (next[target + 1] as number) + e + h * z;
      next[target + 2] =
        (next[target + 2] as number) + weight * (sums[source + 2] as number) + 2 * h * e + h * h * z;
      next[target + 3] = (next[target + 3] as number) + weight * (sums[source + 3] as number) + isUp * z;
      next[target + 4] = (next[target + 4] as number) + weight * (sums[source + 4] as number) + walls * z;
      largest = Math.max(largest, next[target] as number);
    }
    for (let i = 0; i < next.length; i++) next[i] = (next[i] as number) / largest;
    logScale += Math.log(largest);
    sums = next;
  }
  const [Z, e, e2, up, wall] = sums as unknown as [number, number, number, number, number];
  const energy = e / Z;
  return {
    method: `transfer over ${plan.cells} triangles`,
    logZ: logScale + Math.log(Z),
    energy,
    up: up / Z,
    wall: wall / Z,
    variance: e2 / Z - energy ** 2,
  };
}
