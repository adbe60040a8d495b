/** A residual block x' = phi(branch(x) + shortcut(x)) of `predictPath`, forth and back. */
import type { RandomStream } from "../../numerics/index.ts";
import { gaussianAfter, type PathGaussian, type PathLayer } from "./path-layer.ts";
import {
  activate,
  activatedSignal,
  type PathGradient,
  type PathSignal,
  sampledSignal,
  weightedSlope,
} from "./path-signal.ts";
import { checkLayer, gaussianPoint, type PassedStep, type PathStep, pointOf } from "./path-step.ts";
import { momentsOf, normalPair, type Population } from "./population.ts";
import type { ScalarActivation } from "./types.ts";

/** Passes a block; the skip connection is followed by samples. */
export function passBlock(
  { branch, shortcut, activation }: Extract<PathStep, { kind: "block" }>,
  input: PathSignal,
  population: number,
  stream: RandomStream,
): PassedStep {
  const inner = passBranch(branch, input, population);
  const skip = shortcut === null ? input.sample(stream.fork("input")) : null;
  const others = skip === null ? [] : [skip.x, skip.y];
  const end = inner.at(-1) as BranchLayer;
  const h = normalPair(population, end.gaussian, others, stream.fork("branch"));
  const projected = shortcut === null ? null : gaussianAfter(shortcut, input);
  const added =
    skip ?? normalPair(population, projected as PathGaussian, [h.x, h.y], stream.fork("shortcut"));
  const last = branch.at(-1) as PathLayer;
  const ended = activate(h, last.activation, last.keepRate ?? 1, stream.fork("dropout"));
  const sums = combine(ended.values, added, (value, other) => value + other);
  const values = activation === null ? sums : { x: sums.x.map(activation.f), y: sums.y.map(activation.f) };
  const back = (gradient: PathGradient) => {
    const { log: atSum, shape } = throughActivation(activation, sums.x, gradient);
    const atEnd = atSum + Math.log(weightedSlope(last.activation, ended, shape));
    const logs = branchGradients(inner, atEnd);
    const branchLog = (logs[0] as number) + Math.log((inner[0] as BranchLayer).gaussian.growth);
    const below =
      projected === null
        ? joinIdentity(atSum, shape, branchLog)
        : joinProjection(atSum, branchLog, projected);
    return {
      points: {
        input: pointOf(input, below.log),
        layers: inner.map(({ gaussian }, k) => gaussianPoint(gaussian, logs[k] as number)),
        shortcut: projected && gaussianPoint(projected, atSum),
        sum: pointOf(momentsOf(sums), atSum),
      },
      gradient: below,
    };
  };
  return { output: sampledSignal(values), back };
}

/** A layer of a branch and what leaves it. */
interface BranchLayer {
  readonly gaussian: PathGaussian;
  readonly output: PathSignal;
}

function passBranch(branch: readonly PathLayer[], input: PathSignal, population: number): BranchLayer[] {
  let signal = input;
  return branch.map((layer) => {
    checkLayer(layer);
    const gaussian = gaussianAfter(layer, signal);
    signal = activatedSignal(gaussian, layer.activation, layer.keepRate ?? 1, population);
    return { gaussian, output: signal };
  });
}

/** log of the squared gradient at every pre-activation of a branch, from that at the last one. */
function branchGradients(branch: readonly BranchLayer[], atEnd: number): number[] {
  const logs = new Array<number>(branch.length).fill(atEnd);
  for (let k = branch.length - 2; k >= 0; k--) {
    const above = (logs[k + 1] as number) + Math.log((branch[k + 1] as BranchLayer).gaussian.growth);
    logs[k] = (branch[k] as BranchLayer).output.gradientBelow({ log: above, shape: null });
  }
  return logs;
}

/** The gradient at the sum from that behind the activation. */
function throughActivation(
  activation: ScalarActivation | null,
  sums: Float64Array,
  { log, shape }: PathGradient,
): PathGradient {
  if (activation === null) return { log, shape };
  const slopes = sums.map(
    (s, i) => activation.derivative(s) ** 2 * (shape === null ? 1 : (shape[i] as number)),
  );
  const mean = slopes.reduce((sum, value) => sum + value, 0) / slopes.length;
  return { log: log + Math.log(mean), shape: slopes.map((value) => value / mean) };
}

/** Identity: every path keeps its own gradient, the branch adds the same to all. */
function joinIdentity(atSum: number, shape: Float64Array | null, branchLog: number): PathGradient {
  const added = Math.exp(branchLog - atSum);
  const total = 1 + added;
  return {
    log: atSum + Math.log(total),
    shape: shape === null ? null : shape.map((value) => (value + added) / total),
  };
}

function joinProjection(atSum: number, branchLog: number, { growth }: PathGaussian): PathGradient {
  return { log: atSum + Math.log(growth + Math.exp(branchLog - atSum)), shape: null };
}

function combine(a: Population, b: Population, f: (a: number, b: number) => number): Population {
  return {
    x: a.x.map((value, i) => f(value, b.x[i] as number)),
    y: a.y.map((value, i) => f(value, b.y[i] as number)),
  };
}
