/**
 * Theory beyond plain chains: residual blocks x + V phi(W x + b) + a of dense layers (Yang and Schoenholz 2017) and dense
 * chains with batch normalisation (Yang et al. 2019). Both predict layers and gradients but have no critical variance.
 */
import { type NetworkLayer, type Parametrization, resolveActivation } from "../../networks/index.ts";
import {
  averageMoments,
  pairKernel,
  predictBatchNorm,
  predictLayers,
  predictResidual,
  trainableDepthFactor,
} from "../theory/index.ts";
import type { ProfilePoint } from "./profile.ts";

/** Theory of a network without phases. */
export interface SpecialTheory {
  readonly profile: readonly ProfilePoint[];
  /** What depth means here, in one or two sentences. */
  readonly statement: string;
  /** What it leaves out. */
  readonly gap: string;
}

/** Mean square and mean cosine of the inputs, and their number. */
export interface SpecialStart {
  readonly meanSquare: number;
  readonly cosine: number;
  readonly count: number;
}

type Stated = Parametrization["layers"];

/** Theory for the layers of a specification; null where neither theory applies. */
export function predictSpecial(
  layers: readonly NetworkLayer[],
  stated: Stated,
  start: SpecialStart,
): SpecialTheory | null {
  if (layers.some(({ kind }) => kind !== "dense") || layers.length < 3) return null;
  const isNormalized = layers.slice(0, -1).every(({ normalization }) => normalization === "batch");
  const isPlain = layers.every(({ role }) => role === "plain");
  if (isNormalized && isPlain && layers.at(-1)?.normalization === "none") {
    return start.count < SMALLEST_BATCH ? null : predictNormalized(layers, stated, start.count);
  }
  const isBare = layers.every(({ normalization }) => normalization === "none");
  const isPaired = layers.every(({ role, activation }, l) => {
    if (role === "inner") return layers[l + 1]?.role === "outer";
    return role === "plain" || (role === "outer" && layers[l - 1]?.role === "inner" && activation === null);
  });
  return isBare && !isPlain && isPaired ? predictBlocks(layers, stated, start) : null;
}

/** Below 4 examples the mean squared gradient is infinite. */
const SMALLEST_BATCH = 4;

function predictNormalized(layers: readonly NetworkLayer[], stated: Stated, batch: number): SpecialTheory {
  const last = layers.length - 1;
  const behind = stated[last] as Stated[number];
  const growths: number[] = [];
  const points = layers.map((layer, l) => {
    if (l === last) {
      const before = averageMoments(activationOf(layers[l - 1] as NetworkLayer), 1);
      return { q: behind.sigmaW2 * before.meanSquare + behind.sigmaB2, c: null, chi: null };
    }
    const activation = activationOf(layer);
    const isLastHidden = l === last - 1;
    const chi = isLastHidden
      ? behind.sigmaW2 * averageMoments(activation, 1).slopeSquare
      : growthOf(activation, batch);
    if (!isLastHidden) growths.push(chi);
    return { q: 1, c: null, chi };
  });
  const growth = Math.exp(growths.reduce((sum, g) => sum + Math.log(g), 0) / growths.length);
  const bound = trainableDepthFactor / Math.abs(Math.log(growth));
  return {
    profile: withGradients(points),
    statement: `Batch normalisation fixes the length of signals and multiplies squared gradients by ${round(growth)} per layer at any weight variance, so gradients survive about ${round(bound, 2)} layers (6 layers per factor e).`,
    gap: "With batch normalisation theory gives lengths and gradients, not correlations, and there is no critical variance.",
  };
}

type Activation = ReturnType<typeof resolveActivation>;

const growthCache = new WeakMap<Activation, Map<number, number>>();

function growthOf(activation: Activation, batch: number): number {
  const known = growthCache.get(activation) ?? new Map<number, number>();
  growthCache.set(activation, known);
  const value = known.get(batch) ?? predictBatchNorm(activation, batch).growth.value;
  known.set(batch, value);
  return value;
}

/** Plain layers and blocks in any order; x carries its mean square and the cosine of two inputs. */
function predictBlocks(layers: readonly NetworkLayer[], stated: Stated, start: SpecialStart): SpecialTheory {
  let x = { secondMoment: start.meanSquare, cosine: start.cosine };
  /** Growth of squared gradients: at h from the value that leaves the layer, and from there through the next block. */
  const slopes: number[] = [];
  const blockGrowth: number[] = [];
  const points = layers.map((layer, l): { q: number; c: number } => {
    const own = stated[l] as Stated[number];
    const activation = activationOf(layer);
    if (layer.role === "outer") {
      const inner = stated[l - 1] as Stated[number];
      const variances = { ...inner, sigmaV2: own.sigmaW2, sigmaA2: own.sigmaB2 };
      const { p, c, logGradient } = predictResidual(activationOf(layers[l - 1] as NetworkLayer), variances, {
        depth: 1,
        ...x,
      });
      blockGrowth[l] = Math.exp(logGradient[1] as number);
      slopes[l] = 1;
      x = { secondMoment: p[1] as number, cosine: c[1] as number };
      return { q: x.secondMoment, c: x.cosine };
    }
    const { q, c, decorrelation } = predictLayers([{ activation, ...own }], x);
    const [variance, epsilon] = [q[0] as number, decorrelation[0] as number];
    const moments = averageMoments(activation, variance);
    slopes[l] = moments.slopeSquare;
    if (layer.role === "plain") {
      const loss = epsilon > 0 ? pairKernel(activation, moments).loss(epsilon) : 0;
      x = { secondMoment: moments.meanSquare, cosine: 1 - loss / moments.meanSquare };
    }
    return { q: variance, c: c[0] as number };
  });
  const main = layers.flatMap(({ role }, l) => (role === "inner" ? [] : [l]));
  const chi = layers.map((_, l): number | null => {
    const next = main[main.indexOf(l) + 1];
    if (!main.includes(l) || next === undefined) return null;
    const factor = blockGrowth[next] ?? (stated[next] as Stated[number]).sigmaW2;
    return (slopes[l] as number) * factor;
  });
  const profile = withGradients(points.map((point, l) => ({ ...point, chi: chi[l] ?? null }))).map(
    (point, l, all) =>
      layers[l]?.role === "inner"
        ? {
            ...point,
            relativeGradient:
              (stated[l + 1] as Stated[number]).sigmaW2 *
              (slopes[l] as number) *
              (all[l + 1] as ProfilePoint).relativeGradient,
          }
        : point,
  );
  const factors = blockGrowth.filter((factor) => factor !== undefined);
  const total = factors.reduce((product, factor) => product * factor, 1);
  const perBlock = total ** (1 / factors.length);
  const bound = trainableDepthFactor / Math.log(perBlock);
  const outer = points.filter((_, l) => layers[l]?.role === "outer");
  return {
    profile,
    statement: `Residual blocks keep differences of inputs (theory: c = ${round(outer.at(-1)?.c ?? 1)} after ${factors.length} blocks) and multiply squared gradients by ${round(perBlock)} per block on average, ${round(total)} in all; depth is bounded by that growth, about ${round(bound, 2)} blocks at this rate (6 blocks per factor e), and smaller outer weights extend it.`,
    gap: "Residual blocks have no critical variance; the spread of input lengths is neglected.",
  };
}

function activationOf({ activation }: NetworkLayer): Activation {
  return resolveActivation(activation ?? "linear");
}

function withGradients(points: readonly Omit<ProfilePoint, "relativeGradient">[]): ProfilePoint[] {
  let relativeGradient = 1;
  return [...points]
    .reverse()
    .map((point) => {
      relativeGradient *= point.chi ?? 1;
      return { ...point, relativeGradient };
    })
    .reverse();
}

function round(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}
