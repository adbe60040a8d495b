/** `isinglass flow NETWORK --scan`: the flow over depth and weight variance, beside training where that is asked for. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError, SpecError } from "../../base/index.ts";
import type { FlowScanInput } from "../../figures/index.ts";
import {
  assembleMap,
  atVariances,
  bestColumn,
  bodyOf,
  compareWithTraining,
  countedDepth,
  differentialBoundary,
  drawStream,
  FLOW_REFERENCES,
  type FlowMap,
  orderedBoundary,
  outlineOf,
  predictFlow,
  rangeOfData,
  sourceOfSpec,
  type TrainedCell,
} from "../../flow/index.ts";
import { type Activation, formatNetwork, type NetworkSpec } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import {
  type FlowParts,
  type FlowPlan,
  measureFlowRun,
  requireFlowData,
  trainFlowGrid,
} from "../../runs/index.ts";
import { writeFigure } from "../artifacts.ts";
import type { CommandContext, CsvRows, Outcome } from "../command.ts";
import { readFlowData, readFlowNetwork, readFlowSettings } from "../flow-options.ts";
import { readNumber, readText } from "../options.ts";
import { renderFlowMap } from "../render/flow-map.ts";
import { chooseRunFolder } from "../run-folder.ts";
import { readScan, type Scan } from "../scan-options.ts";
import type { ScannedMap } from "../scanned-map.ts";
import { readOptimizer } from "../training-options.ts";

/** Points of the theory curve. */
const CURVE_POINTS = 241;
/** Accuracies from which a network counts as trained. */
const THRESHOLDS = [0.15, 0.2, 0.3, 0.4] as const;

export async function runFlowScan(context: CommandContext): Promise<Outcome> {
  const { seed, note } = context;
  const { spec } = await readFlowNetwork(context);
  if (spec === null) {
    throw new SpecError(
      "flow --scan: received a file, expected a specification whose variances can be changed",
      {
        hint: "isinglass flow '784-300x50-10 tanh sb2=0.05' --scan",
      },
    );
  }
  const scan = readScan(context, spec);
  const settings = readFlowSettings(context);
  const data = await readFlowData(context, spec.input, settings);
  requireFlowData(data, settings);
  const plan: FlowPlan = {
    ...{
      kind: "flow-scan",
      network: formatNetwork(spec),
      data: data.described,
      seed,
      version: context.version,
    },
    ...settings,
    options: { sigmaW2: scan.sigmaW2, sigmaB2: scan.sigmaB2 },
  };
  const path = chooseRunFolder(context, { ...plan });
  note(`run folder ${path}`);
  const maps = await measureMaps(path, plan, spec, data, scan, context);
  const scanned: ScannedMap[] = [];
  for (const map of maps) scanned.push(await addTraining(path, map, spec, data, scan, context));
  await writeMap(scanned, spec, data.train, scan.share, context);
  return outcomeOf(scanned, spec, data.train.name, path, scan, context);
}

async function measureMaps(
  path: string,
  plan: FlowPlan,
  spec: NetworkSpec,
  { train, test }: FlowParts,
  { sigmaW2, sigmaB2, share }: Scan,
  { signal, onProgress, threads, machine }: CommandContext,
): Promise<FlowMap[]> {
  const cells = sigmaB2.flatMap((b) =>
    sigmaW2.map((w) => ({
      ...{ label: `sw2 ${w} sb2 ${b}`, sigmaW2: w, sigmaB2: b },
      source: sourceOfSpec(atVariances(spec, w, b)),
    })),
  );
  const columns = await measureFlowRun(path, plan, cells, {
    ...{ train, test, signal, onProgress, machine: { computes: machine } },
    ...(threads === undefined ? {} : { threads }),
  });
  const chain = await sourceOfSpec(spec).open(drawStream(plan.seed, 0), rangeOfData(train.inputs));
  const { isDense } = outlineOf(chain);
  const counted = countedDepth(chain);
  return sigmaB2.map((b) =>
    assembleMap(
      columns.filter(({ sigmaB2: own }) => own === b),
      { counted, isDense, share },
    ),
  );
}

/** Trains what `--train` asks for, or reads `--compare`. */
async function addTraining(
  path: string,
  map: FlowMap,
  spec: NetworkSpec,
  { train, test, described }: FlowParts & { readonly described: string },
  { depths }: Scan,
  context: CommandContext,
): Promise<ScannedMap> {
  const { args, seed, version, signal, onProgress, threads, machine } = context;
  const folder = readText(args, "compare");
  const trained =
    folder !== undefined
      ? readCells(folder, map.sigmaB2)
      : depths.length === 0
        ? []
        : await trainFlowGrid(
            join(path, `training-sb2-${map.sigmaB2}`),
            {
              ...{ spec, sigmaB2: map.sigmaB2, sigmaW2: map.sigmaW2, depths, data: described, seed, version },
              batch: 100,
              steps: readNumber(args, "train-steps", { min: 1, max: 1e7, integer: true }) ?? 200,
              rate: readNumber(args, "train-rate", { min: 0, open: true }) ?? 0.2,
              optimizer: readOptimizer(args),
            },
            {
              ...{ train, test, signal, onProgress, machine: { computes: machine } },
              ...(threads === undefined ? {} : { threads }),
            },
          );
  const { activation } = sourceOfSpec(spec).coverage;
  const xiC = (x: number): number => predictFlow(activation as Activation, x, map.sigmaB2).xiC;
  const comparison =
    trained.length === 0
      ? []
      : compareWithTraining(map, trained, {
          ...{ stream: createStream(seed).fork("overlap"), thresholds: THRESHOLDS },
          ...(activation === null ? {} : { xiC }),
        });
  return {
    map,
    trained,
    comparison,
    depthScale: activation === null ? [] : curveGrid(map).map((x) => ({ sigmaW2: x, xiC: xiC(x) })),
  };
}

/** Cells of a run folder of `trainability` or of a scan's own training. */
function readCells(folder: string, sigmaB2: number): TrainedCell[] {
  const [manifestPath, resultsPath] = [join(folder, "manifest.json"), join(folder, "results.ndjson")];
  if (!existsSync(manifestPath) || !existsSync(resultsPath)) {
    throw new FormatError(`--compare: ${folder} is no run folder (manifest.json and results.ndjson)`, {
      hint: "isinglass trainability ... --run FOLDER makes one",
    });
  }
  const { options = {} } = JSON.parse(readFileSync(manifestPath, "utf8")) as {
    options?: { sigmaB2?: number };
  };
  if (options.sigmaB2 !== sigmaB2) {
    throw new SpecError(
      `--compare: ${folder} was trained at bias variance ${options.sigmaB2}, the scan is at ${sigmaB2}`,
      {
        hint: `--bias ${options.sigmaB2}`,
      },
    );
  }
  return readFileSync(resultsPath, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { result: TrainedCell }).result);
}

/** Weight variances at which the curves of theory are drawn. */
export function curveGrid({ sigmaW2 }: Pick<FlowMap, "sigmaW2">): number[] {
  const [first, last] = [sigmaW2[0] as number, sigmaW2.at(-1) as number];
  // the outermost cells reach half a column beyond their centres
  const [left, right] = [(sigmaW2[1] ?? first) - first, last - (sigmaW2.at(-2) ?? last)];
  const [from, to] = [Math.max(1e-3, first - left / 2), last + right / 2];
  return Array.from({ length: CURVE_POINTS }, (_, i) => from + ((to - from) * i) / (CURVE_POINTS - 1));
}

/** The map as a figure. */
export function figureOf(
  { map, trained, depthScale }: ScannedMap,
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
    range: [0, Math.max(...[...gram].filter(Number.isFinite), 1e-3)],
    boundary: columns.map(({ reach }) => reach?.value ?? null),
    boundaryMeaning: `${Math.round(100 * share)} % of the input's entropy is left`,
    threshold: THRESHOLDS[1],
  };
}

async function writeMap(
  scanned: readonly ScannedMap[],
  spec: NetworkSpec,
  { name: data, classes }: FlowParts["train"],
  share: number,
  context: CommandContext,
): Promise<void> {
  const { args, note } = context;
  const output = readText(args, "output");
  const report = readText(args, "report");
  const first = scanned[0] as ScannedMap;
  if (output !== undefined) {
    const { drawFlowScan } = await import("../../figures/index.ts");
    await writeFigure(
      output,
      (options) => drawFlowScan(figureOf(first, formatNetwork(spec), data, share), options),
      context,
    );
    note(`wrote ${output}`);
  }
  if (report !== undefined) {
    const { writeScanReport } = await import("../flow-artifacts.ts");
    const figures = scanned.map((one) => figureOf(one, formatNetwork(spec), data, share));
    await writeScanReport(
      report,
      {
        ...{ scanned, figures, spec, data, classes },
        assumptions: assumptionsOf(share),
        facts: factsOf(context),
      },
      context,
    );
    note(`wrote ${report}`);
  }
}

function outcomeOf(
  scanned: readonly ScannedMap[],
  spec: NetworkSpec,
  data: string,
  path: string,
  { share }: Scan,
  context: CommandContext,
): Outcome {
  const { before, repeat } = bodyOf(spec);
  const maps = scanned.map(({ map, trained, comparison, depthScale }) => {
    const { depths, sigmaW2, columns } = map;
    const last = depths.at(-1) as number;
    const boundary = columns.map(({ reach }) => reach?.value ?? null);
    return {
      ...map,
      best: bestColumn(map, last),
      orderedBoundary: [25, 50, 100, 150, 200]
        .filter((depth) => depth <= last)
        .map((depth) => ({
          depth,
          byReach: orderedBoundary(sigmaW2, boundary, depth),
          byDifferential: differentialBoundary(map, depth),
        })),
      ...{ trained, comparison, depthScale },
    };
  });
  return {
    result: { network: formatNetwork(spec), data, share, body: { before, repeat }, maps, run: path },
    assumptions: assumptionsOf(share),
    references: FLOW_REFERENCES,
    seed: context.seed,
    text: () =>
      scanned
        .map((one) => renderFlowMap(one, { name: formatNetwork(spec), data, share }, context))
        .join("\n\n"),
    csv: () => mapCsv(scanned),
  };
}

function factsOf(context: CommandContext): string[] {
  const { draws, batches, batch, rate, testBatch } = readFlowSettings(context);
  return [
    `${draws} draws of network, decoders and test batch for each weight variance${draws === 1 ? "; errors are not known" : ""}.`,
    `Decoders: one layer for each block, ${batches} minibatches of ${batch}, Adam with rate ${rate}; ${testBatch} test examples are reconstructed.`,
  ];
}

function assumptionsOf(share: number): string[] {
  return [
    "One cascade for each weight variance gives all depths; draws with the same number use the same random numbers in all columns.",
    `Boundary: the deepest block from which reconstructions keep ${Math.round(100 * share)} % of the input's Gram entropy, mean over draws.`,
    "Overlap: balanced accuracy over the trained cells inside the map, its error by bootstrap over the cells.",
  ];
}

function mapCsv(scanned: readonly ScannedMap[]): CsvRows {
  return [
    ["sigma_b^2", "sigma_w^2", "depth", "gram", "gram_stderr", "differential", "relative"],
    ...scanned.flatMap(({ map }) =>
      map.depths.flatMap((depth, i) =>
        map.sigmaW2.map((x, j) => {
          const at = i * map.sigmaW2.length + j;
          const pick = (values: Float64Array): number | null =>
            Number.isFinite(values[at]) ? (values[at] as number) : null;
          return [
            ...[map.sigmaB2, x, depth, pick(map.gram), pick(map.gramError)],
            ...[pick(map.differential), pick(map.relative)],
          ];
        }),
      ),
    ),
  ];
}
