/**
 * Optimisers as operators on one parameter: plain and momentum gradient descent (Polyak 1964, PyTorch's form), Adam
 * (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019, decoupled decay). Written with the fewest passes over
 * memory: factors that depend only on the step (learning rate, bias corrections) are numbers fed for each step, and
 * the moments are kept unnormalised, M = m / (1 - beta1), V = v / (1 - beta2).
 */
import { SpecError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { add, div, type Emitter, mul, sqrt, sub } from "../ops/index.ts";

/** Gradient descent; with momentum v <- momentum v + g, p <- p - rate v. */
export interface SgdSpec {
  readonly kind: "sgd";
  /** 0 (default) to below 1. */
  readonly momentum?: number;
  /** L2 penalty added to the gradient: g + weightDecay p. Default 0. */
  readonly weightDecay?: number;
}

/** Adam, or AdamW when `kind` says so: there the decay acts on the parameter, not through the gradient. */
export interface AdamSpec {
  readonly kind: "adam" | "adamw";
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
}

/** An optimiser and its constants. */
export type OptimizerSpec = SgdSpec | AdamSpec;

/** Every constant of an optimiser, defaults filled in. */
export interface Optimizer {
  readonly kind: OptimizerSpec["kind"];
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** State arrays of one parameter, each of its shape, zero at the start. */
  readonly slots: readonly string[];
  /** Numbers fed for each step. */
  readonly scalars: readonly string[];
  /** The loss gradient is fed already multiplied by -rate, so that the update is one addition. */
  readonly isScaledAtLoss: boolean;
}

/** What the update of one parameter may use. */
export interface UpdateCall {
  readonly parameter: ValueInfo;
  readonly gradient: ValueInfo;
  readonly slots: readonly ValueInfo[];
  readonly scalars: Readonly<Record<string, ValueInfo>>;
}

/** The next value of a parameter and of its slots. */
export interface UpdateResult {
  readonly parameter: ValueInfo;
  readonly slots: readonly ValueInfo[];
}

function requireIn(value: number, low: number, high: number, what: string): void {
  if (value >= low && value < high) return;
  throw new SpecError(`optimizer: ${what} ${value}, expected ${low} <= ${what} < ${high}`);
}

/**
 * Fills in defaults and checks ranges.
 *
 * @throws SpecError for a constant outside its range
 * @example
 * ```ts
 * resolveOptimizer({ kind: "adam" }).beta2; // => 0.999
 * ```
 */
export function resolveOptimizer(spec: OptimizerSpec): Optimizer {
  const isSgd = spec.kind === "sgd";
  const momentum = isSgd ? (spec.momentum ?? 0) : 0;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = isSgd ? {} : spec;
  const weightDecay = spec.weightDecay ?? (spec.kind === "adamw" ? 0.01 : 0);
  requireIn(momentum, 0, 1, "momentum");
  requireIn(beta1, 0, 1, "beta1");
  requireIn(beta2, 0, 1, "beta2");
  requireIn(epsilon, 0, Number.POSITIVE_INFINITY, "epsilon");
  requireIn(weightDecay, 0, Number.POSITIVE_INFINITY, "weightDecay");
  const isPlain = isSgd && momentum === 0;
  const shrinks = weightDecay > 0 && (isPlain || spec.kind === "adamw");
  return {
    kind: spec.kind,
    momentum,
    beta1,
    beta2,
    epsilon,
    weightDecay,
    slots: isPlain ? [] : isSgd ? ["velocity"] : ["mean", "square"],
    scalars: [
      ...(isPlain ? ["negativeRate"] : isSgd ? ["rate"] : ["rate", "epsilon"]),
      ...(shrinks ? ["shrink"] : []),
    ],
    isScaledAtLoss: isPlain,
  };
}

/** The numbers of one step (counted from 0) at a learning rate, in the order of `scalars`, in float64. */
export function scalarsAt(optimizer: Optimizer, rate: number, step: number): number[] {
  const { kind, beta1, beta2, epsilon, weightDecay } = optimizer;
  const correction1 = 1 - beta1 ** (step + 1);
  const correction2 = Math.sqrt((1 - beta2 ** (step + 1)) / (1 - beta2));
  const values: Record<string, number> = {
    negativeRate: -rate,
    rate: kind === "sgd" ? rate : ((rate * (1 - beta1)) / correction1) * correction2,
    epsilon: epsilon * correction2,
    shrink: 1 - rate * weightDecay,
  };
  return optimizer.scalars.map((name) => values[name] as number);
}

/** Appends the update of one parameter. */
export function emitUpdate(b: Emitter, optimizer: Optimizer, call: UpdateCall): UpdateResult {
  const { parameter, gradient, slots, scalars } = call;
  const { kind, momentum, beta1, beta2, weightDecay } = optimizer;
  const scalar = (name: string): ValueInfo => scalars[name] as ValueInfo;
  const shrunk = optimizer.scalars.includes("shrink") ? mul(b, parameter, scalar("shrink")) : parameter;
  if (optimizer.isScaledAtLoss) return { parameter: add(b, shrunk, gradient), slots: [] };
  const hasPenalty = weightDecay > 0 && kind !== "adamw";
  const g = hasPenalty ? add(b, mul(b, parameter, weightDecay), gradient) : gradient;
  if (kind === "sgd") {
    const velocity = add(b, mul(b, slots[0] as ValueInfo, momentum), g);
    return { parameter: sub(b, parameter, mul(b, velocity, scalar("rate"))), slots: [velocity] };
  }
  const mean = add(b, mul(b, slots[0] as ValueInfo, beta1), g);
  const square = add(b, mul(b, slots[1] as ValueInfo, beta2), mul(b, g, g));
  const step = div(b, mul(b, mean, scalar("rate")), add(b, sqrt(b, square), scalar("epsilon")));
  return { parameter: sub(b, shrunk, step), slots: [mean, square] };
}
