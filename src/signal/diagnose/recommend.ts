/**
 * The initialisation that theory recommends for residual networks. No weight variance is critical there, since the identity
 * path carries signals at any; what depth costs is the growth of gradients. So all layers get the critical variance of a plain
 * chain, which keeps lengths inside the branches, and the last layer of every branch is scaled down until squared gradients grow
 * by no more than a factor e over all blocks (the recursion of gradients is that of Yang and Schoenholz 2017).
 */
import { exact } from "../../base/index.ts";
import { type NetworkLayer, resolveActivation } from "../../networks/index.ts";
import { type RandomStream, solveBracketed } from "../../numerics/index.ts";
import type { SignalMeasurement } from "../measure/index.ts";
import { nearestCritical } from "./nearest-critical.ts";
import { blockGrowths, type LayerFacts, type PathPlan, predictSegments } from "./path/index.ts";
import type { BlockInitialization } from "./types.ts";

/** log of the growth of squared gradients over all blocks that is aimed at. */
const AIM = 1;
/** Smallest factor on the variance of outer layers that is looked at. */
const SMALLEST_SCALE = 1e-6;
/** Sample paths while the factor is searched for; the result is evaluated with the full number. */
const QUICK = 1024;

/** Indices of the layers that end a branch. */
export function branchEnds({ segments }: PathPlan): ReadonlySet<number> {
  return new Set(
    segments.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === "block" ? [step.block.branch.at(-1) as number] : [])),
    ),
  );
}

/** The recommendation; null for networks without blocks that theory follows, or without a critical point of their activation. */
export function recommendBlocks(
  layers: readonly NetworkLayer[],
  plan: PathPlan,
  facts: readonly LayerFacts[],
  measurement: SignalMeasurement,
  stream: RandomStream,
): BlockInitialization | null {
  const ends = branchEnds(plan);
  if (ends.size === 0) return null;
  const activation = resolveActivation(commonActivation(layers) ?? "linear");
  const critical = nearestCritical(activation, exact(0, "no bias"));
  if (critical === null) return null;
  const [sigmaW2, sigmaB2] = [critical.weightVariance.value, critical.biasVariance.value];
  const factsAt = (scale: number): LayerFacts[] =>
    layers.map((layer, index) => {
      const own = ends.has(index) ? scale : 1;
      const bias = layer.bias === null ? 0 : sigmaB2;
      const isNormalized = layer.statistics === "batch";
      return {
        sigmaW2: isNormalized ? sigmaW2 : sigmaW2 * own,
        sigmaB2: bias * own,
        gain2: own,
        shift2: 0,
        keepRate: facts[index]?.keepRate ?? 1,
      };
    });
  const growth = (trial: readonly LayerFacts[], population?: number): number =>
    blockGrowths(predictSegments(plan, trial, measurement, stream, population)).reduce(
      (sum, g) => sum + g,
      0,
    );
  const excess = (logScale: number): number => growth(factsAt(Math.exp(logScale)), QUICK) - AIM;
  const low = Math.log(SMALLEST_SCALE);
  const scale =
    excess(0) <= 0
      ? 1
      : excess(low) >= 0
        ? SMALLEST_SCALE
        : Math.exp(solveBracketed(excess, low, 0, SEARCH).root);
  const method = "squared gradients grow by at most a factor e over all blocks";
  return {
    blocks: ends.size,
    weightVariance: critical.weightVariance,
    biasVariance: critical.biasVariance,
    outerScale: exact(scale, method),
    growth: { now: Math.exp(growth(facts)), drawn: Math.exp(growth(factsAt(scale))) },
  };
}

/** The factor need not be known better than this, relatively. */
const SEARCH = { tolerance: 1e-3 } as const;

/** The activation that most layers have. */
function commonActivation(layers: readonly NetworkLayer[]): string | null {
  const counts = new Map<string, number>();
  for (const { activation } of layers) {
    if (activation !== null) counts.set(activation, (counts.get(activation) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The recommendation in words. */
export function describeRecommendation({
  weightVariance,
  outerScale,
  growth,
  blocks,
}: BlockInitialization): string {
  const outer =
    outerScale.value === 1
      ? ""
      : ` and scale the last weights of each of the ${blocks} branches (or the normalisation behind them) by ${short(Math.sqrt(outerScale.value))}`;
  return `draw weights with variance ${short(weightVariance.value, 4)} / fan-in${outer}: over all blocks theory then expects squared gradients to change by ${short(growth.drawn)} instead of ${short(growth.now)}`;
}

function short(value: number, digits = 3): string {
  return value >= 1e4 || value < 1e-3
    ? value.toExponential(1).replace("+", "")
    : String(Number(value.toPrecision(digits)));
}
