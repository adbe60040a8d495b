/** `isinglass flow NETWORK --scan`: the flow over depth and weight variance, beside training where that is asked for. */
import { SpecError } from "../../base/index.ts";
import {
  assembleMap,
  atVariances,
  bestColumn,
  bodyOf,
  countedDepth,
  differentialBoundary,
  drawStream,
  FLOW_REFERENCES,
  type FlowMap,
  orderedBoundary,
  outlineOf,
  rangeOfData,
  sourceOfSpec,
} from "../../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../../networks/index.ts";
import { type FlowParts, type FlowPlan, measureFlowRun, requireFlowData } from "../../runs/index.ts";
import type { CommandContext, CsvRows, Outcome } from "../command.ts";
import { readFlowNetwork, readFlowSettings } from "../flow-options.ts";
import { scanAssumptions, writeMaps } from "../flow-scan-drawing.ts";
import { addTraining, requireTraining } from "../flow-scan-training.ts";
import { renderFlowMap } from "../render/flow-map.ts";
import { chooseRunFolder } from "../run-folder.ts";
import { readScanData } from "../scan-data.ts";
import { readScan, type Scan } from "../scan-options.ts";
import type { ScannedMap } from "../scanned-map.ts";

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
  const { seen: data, trained: forTraining } = await readScanData(context, spec, settings);
  requireFlowData(data, settings);
  requireTraining(spec, forTraining, scan, context);
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
  for (const map of maps) scanned.push(await addTraining(path, map, spec, forTraining, scan, context));
  await writeMaps(scanned, spec, data.train.name, scan.share, context);
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

function outcomeOf(
  scanned: readonly ScannedMap[],
  spec: NetworkSpec,
  data: string,
  path: string,
  { share }: Scan,
  context: CommandContext,
): Outcome {
  const { before, repeat } = bodyOf(spec);
  const maps = scanned.map(({ map, ...beside }) => {
    const { depths, sigmaW2, columns } = map;
    const last = depths.at(-1) as number;
    const boundary = columns.map(({ reach, measured }) =>
      measured === 0 ? Number.NaN : (reach?.value ?? null),
    );
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
      ...beside,
    };
  });
  return {
    result: { network: formatNetwork(spec), data, share, body: { before, repeat }, maps, run: path },
    assumptions: scanAssumptions(share),
    references: FLOW_REFERENCES,
    seed: context.seed,
    text: () =>
      scanned
        .map((one) => renderFlowMap(one, { name: formatNetwork(spec), data, share }, context))
        .join("\n\n"),
    csv: () => mapCsv(scanned),
  };
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
