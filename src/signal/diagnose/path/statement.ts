/** What theory along a path means for depth, in words. */
import type { Graph } from "../../../engine/index.ts";
import type { NetworkLayer } from "../../../networks/index.ts";
import { type PathStepPoints, trainableDepthFactor } from "../../theory/index.ts";
import { operatorName } from "../between.ts";
import type { PathPlan } from "./plan.ts";
import type { PredictedSegment } from "./predict.ts";

/** log of the growth of squared gradients through every step that is a block, from its output back to its input. */
export function blockGrowths(segments: readonly PredictedSegment[]): number[] {
  return segments.flatMap(({ segment, path }) =>
    segment.steps.flatMap((step, k) => {
      const after = path.steps[k + 1]?.input ?? path.output;
      return step.kind === "block"
        ? [(path.steps[k] as PathStepPoints).input.logGradient - after.logGradient]
        : [];
    }),
  );
}

/** One or two sentences. */
export function describePath(segments: readonly PredictedSegment[], layers: readonly NetworkLayer[]): string {
  const growths = blockGrowths(segments);
  const isNormalized = layers.some(({ statistics }) => statistics === "batch");
  const normalized = isNormalized
    ? "Batch normalisation fixes the length of what it normalises at any weight variance. "
    : "";
  if (growths.length === 0) return `${normalized}${describeLayers(segments, isNormalized)}`;
  const total = growths.reduce((sum, growth) => sum + growth, 0);
  const perBlock = Math.exp(total / growths.length);
  const bound = trainableDepthFactor / Math.abs(Math.log(perBlock));
  const c = lastCorrelation(segments);
  const kept = c === null ? "" : `let inputs come to a correlation of ${round(c)} (theory) and `;
  const depth =
    bound > ENDLESS
      ? "; at that rate they do not bound the depth"
      : `, so depth is bounded by about ${round(bound, 2)} blocks at this rate (6 blocks per factor e)`;
  const blocks = growths.length === 1 ? "The residual block" : `The ${growths.length} residual blocks`;
  return `${normalized}${blocks} ${kept}change squared gradients by ${round(perBlock)} per block on average, ${round(Math.exp(total))} in all${depth}.`;
}

/** More blocks than anybody stacks. */
const ENDLESS = 10_000;

/** Growth from layer to layer where no blocks are; behind normalised layers only, where there are some. */
function describeLayers(segments: readonly PredictedSegment[], isNormalized: boolean): string {
  const growths = segments.flatMap(({ path, segment }) =>
    path.steps.slice(1).flatMap(({ layers: [layer] }, k) => {
      const before = path.steps[k]?.layers.at(-1);
      const isLast = isNormalized && k + 2 === segment.steps.length && segment === segments.at(-1)?.segment;
      return before === undefined || layer === undefined || isLast
        ? []
        : [before.logGradient - layer.logGradient];
    }),
  );
  if (growths.length === 0) return "Theory follows single layers, from what is measured before each.";
  const growth = Math.exp(growths.reduce((sum, log) => sum + log, 0) / growths.length);
  const bound = trainableDepthFactor / Math.abs(Math.log(growth));
  return `Theory expects squared gradients to change by ${round(growth)} per layer on average, so that they survive about ${round(bound, 2)} layers (6 layers per factor e).`;
}

/** Correlation behind the last block; null where normalisation over positions leaves it open. */
function lastCorrelation(segments: readonly PredictedSegment[]): number | null {
  const sums = segments.flatMap(({ path }) => path.steps.flatMap(({ sum }) => (sum === null ? [] : [sum])));
  return sums.at(-1)?.c ?? null;
}

const pooling: ReadonlySet<string> = new Set(["MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMean"]);

/** Operators at which the walk has to start again, but for pooling, which leaves a chain a chain. */
export function strangersOf({ anchors }: PathPlan, graph: Graph): string[] {
  const made = anchors.map((start) => graph.nodes.find(({ outputs }) => outputs.includes(start))?.op ?? "");
  return made.filter((op) => op !== "" && !pooling.has(op)).map(operatorName);
}

/** What the walk leaves out, one sentence each. */
export function pathGaps(plan: PathPlan, graph: Graph, layers: readonly NetworkLayer[]): string[] {
  const names = plan.uncovered.map((index) => layers[index]?.name ?? "");
  const anchors = plan.segments.slice(1).map(({ start, steps }) => {
    const [first] = steps;
    const index = first?.kind === "block" ? first.block.branch[0] : first?.layer;
    const made = graph.nodes.find(({ outputs }) => outputs.includes(start));
    return `${operatorName(made?.op)} before ${layers[index ?? -1]?.name ?? "a layer"}`;
  });
  return [
    ...(plan.segments.some(({ steps }) => steps.some(({ kind }) => kind === "block"))
      ? ["Residual blocks have no critical weight variance; theory follows inputs of the mean length."]
      : []),
    ...(anchors.length === 0
      ? []
      : [`Theory starts again from the measured signal behind ${listed(anchors)}.`]),
    ...(names.length === 0
      ? []
      : [
          `Measured only: ${listed(names)} (grouped or transposed convolutions, attention, layer normalisation, or a block of another make).`,
        ]),
  ];
}

/** Names that a sentence lists. */
const LISTED = 6;

function listed(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return `${names.slice(0, LISTED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function round(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}
