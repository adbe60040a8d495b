/** A flow map as a figure, drawn into the files that `flow --scan` is asked for. */
import type { FlowScanInput } from "../figures/index.ts";
import type { FlowMap } from "../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { writeFigure } from "./artifacts.ts";
import type { CommandContext } from "./command.ts";
import { readFlowSettings } from "./flow-options.ts";
import { readText } from "./options.ts";
import type { ScannedMap } from "./scanned-map.ts";

/** Points of the theory curve. */
const CURVE_POINTS = 241;

/** Weight variances at which the curves of theory are drawn. */
export function curveGrid({ sigmaW2 }: Pick<FlowMap, "sigmaW2">): number[] {
  const [first, last] = [sigmaW2[0] as number, sigmaW2.at(-1) as number];
  // the outermost cells reach half a column beyond their centres
  const [left, right] = [(sigmaW2[1] ?? first) - first, last - (sigmaW2.at(-2) ?? last)];
  const [from, to] = [Math.max(1e-3, first - left / 2), last + right / 2];
  return Array.from({ length: CURVE_POINTS }, (_, i) => from + ((to - from) * i) / (CURVE_POINTS - 1));
}

type DrawnMap = Pick<ScannedMap, "map" | "trained" | "depthScale"> &
  Partial<Pick<ScannedMap, "score" | "thresholds">>;

/** The map as a figure; networks count as trained from the second threshold on. */
export function figureOf(
  { map, trained, depthScale, score, thresholds = [] }: DrawnMap,
  name: string,
  data: string,
  share: number,
): FlowScanInput {
  const { sigmaW2, depths, gram, columns } = map;
  return {
    title: `Information flow of ${name} on ${data}`,
    quantity: "Gram entropy of the reconstruction, S / ln n",
    spacing: "root",
    ...{ sigmaW2, depths, values: gram, depthScale, trained },
    ...(score === undefined ? {} : { score }),
    ...(thresholds[1] === undefined ? {} : { threshold: thresholds[1] }),
    range: [0, Math.max(...[...gram].filter(Number.isFinite), 1e-3)],
    boundary: columns.map(({ reach }) => reach?.value ?? null),
    boundaryMeaning: `${Math.round(100 * share)} % of the input's entropy is left`,
  };
}

/** Writes the picture of `--output` and the page of `--report`. */
export async function writeMaps(
  scanned: readonly ScannedMap[],
  spec: NetworkSpec,
  data: string,
  share: number,
  context: CommandContext,
): Promise<void> {
  const { args, note } = context;
  const output = readText(args, "output");
  const report = readText(args, "report");
  const figures = scanned.map((one) => figureOf(one, formatNetwork(spec), data, share));
  if (output !== undefined) {
    const { drawFlowScan } = await import("../figures/index.ts");
    await writeFigure(output, (options) => drawFlowScan(figures[0] as FlowScanInput, options), context);
    note(`wrote ${output}`);
  }
  if (report !== undefined) {
    const { writeScanReport } = await import("./flow-artifacts.ts");
    const about = { assumptions: scanAssumptions(share), facts: factsOf(context) };
    await writeScanReport(report, { ...{ scanned, figures, spec, data }, ...about }, context);
    note(`wrote ${report}`);
  }
}

function factsOf(context: CommandContext): string[] {
  const { draws, batches, batch, rate, testBatch } = readFlowSettings(context);
  return [
    `${draws} ${draws === 1 ? "draw" : "draws"} of network, decoders and test batch for each weight variance${draws === 1 ? "; errors are not known" : ""}.`,
    `Decoders: one layer for each block, ${batches} minibatches of ${batch}, Adam with rate ${rate}; ${testBatch} test examples are reconstructed.`,
  ];
}

/** What a map takes for granted. */
export function scanAssumptions(share: number): string[] {
  return [
    "One cascade for each weight variance gives all depths; draws with the same number use the same random numbers in all columns.",
    `Boundary: the deepest block from which reconstructions keep ${Math.round(100 * share)} % of the input's Gram entropy, mean over draws.`,
    "Overlap: balanced accuracy over the trained cells inside the map, its error by bootstrap over the cells.",
  ];
}
