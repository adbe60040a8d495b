/**
 * The figures of a run folder, made by the functions that the commands draw with, also while the run is going on: what is
 * not measured yet stays empty.
 */
import { setImmediate as giveWay } from "node:timers/promises";
import type { FlowScanInput, TrainabilityInput } from "../../figures/index.ts";
import {
  assembleMap,
  countedDepth,
  drawStream,
  type FlowColumn,
  type FlowProfile,
  KEPT_SHARE,
  outlineOf,
  predictFlow,
  sourceOfSpec,
} from "../../flow/index.ts";
import { parseNetwork, resolveActivation } from "../../networks/index.ts";
import type { RunManifest, RunRecord, TrainabilityCell, TrainabilityPlan } from "../../runs/index.ts";
import { solveMeanField } from "../../signal/index.ts";
import { figureOf as trainabilityFigure, curveGrid as trainabilityGrid } from "../commands/trainability.ts";
import { figureOf as flowScanFigure, curveGrid as flowScanGrid } from "../flow-scan-drawing.ts";

/** A figure of a run: which function of `figures` draws it, and what it is given. */
export type RunFigure =
  | { readonly draw: "trainability"; readonly input: TrainabilityInput }
  | { readonly draw: "flow-scan"; readonly input: FlowScanInput };

/** Classes of the data sets with names, for the accuracy of guessing, which run folders do not keep. */
const CLASSES: Readonly<Record<string, number>> = {
  mnist: 10,
  "fashion-mnist": 10,
  jets: 5,
  "jets-images": 5,
};

/** Draws nothing yet: the input of every figure that a run of this kind has. */
export async function figuresOfRun(
  manifest: RunManifest,
  records: readonly RunRecord[],
): Promise<RunFigure[]> {
  if (records.length === 0) return [];
  if (manifest.kind === "trainability") {
    return [{ draw: "trainability", input: await trainabilityInput(manifest, records) }];
  }
  if (manifest.kind === "flow-scan") {
    return (await flowScanInputs(manifest, records)).map((input) => ({ draw: "flow-scan", input }));
  }
  return [];
}

async function trainabilityInput(
  { version, seed, options }: RunManifest,
  records: readonly RunRecord[],
): Promise<TrainabilityInput> {
  const plan = { ...options, version, seed } as unknown as TrainabilityPlan;
  const done = records.map(({ result }) => result as unknown as TrainabilityCell);
  const cells = plan.depths.flatMap((depth) =>
    plan.sigmaW2.map(
      (sigmaW2): Pick<TrainabilityCell, "accuracy"> =>
        done.find((cell) => cell.depth === depth && cell.sigmaW2 === sigmaW2) ?? { accuracy: Number.NaN },
    ),
  );
  const classes = CLASSES[plan.data.split(/[:, ]/)[0] as string];
  const chance =
    classes === undefined ? done.reduce((least, { accuracy }) => Math.min(least, accuracy), 1) : 1 / classes;
  const activation = resolveActivation(plan.activation);
  const { sigmaB2 } = plan;
  const depthScale = await depthScaleOn(
    trainabilityGrid(plan),
    (sigmaW2) => solveMeanField(activation, { sigmaW2, sigmaB2 }).xiC.value,
    `${plan.activation} ${sigmaB2}`,
  );
  return trainabilityFigure(plan, { cells, chance }, depthScale);
}

type DepthScale = FlowScanInput["depthScale"];
const knownScales = new Map<string, Promise<DepthScale>>();

/** xi_c on a grid, solved once while the server runs; other requests are answered between two points. */
function depthScaleOn(
  grid: readonly number[],
  xiC: (sigmaW2: number) => number,
  name: string,
): Promise<DepthScale> {
  const key = `${name} ${grid[0]} ${grid.at(-1)}`;
  const solve = async (): Promise<DepthScale> => {
    const scale: { sigmaW2: number; xiC: number }[] = [];
    for (const sigmaW2 of grid) {
      scale.push({ sigmaW2, xiC: xiC(sigmaW2) });
      await giveWay();
    }
    return scale;
  };
  const solving = knownScales.get(key) ?? solve();
  knownScales.set(key, solving);
  return solving;
}

async function flowScanInputs(
  { seed, options }: RunManifest,
  records: readonly RunRecord[],
): Promise<FlowScanInput[]> {
  const { network, data, sigmaW2, sigmaB2, draws } = options as unknown as {
    readonly network: string;
    readonly data: string;
    readonly sigmaW2: readonly number[];
    readonly sigmaB2: readonly number[];
    readonly draws: number;
  };
  const spec = parseNetwork(network);
  const source = sourceOfSpec(spec);
  // only the outline is used, which does not depend on the range of the data
  const chain = await source.open(drawStream(seed, 0), [0, 1]);
  const { isDense } = outlineOf(chain);
  const profiles = new Map(records.map(({ step, result }) => [step, result as unknown as FlowProfile]));
  const { activation } = source.coverage;
  const inputs: FlowScanInput[] = [];
  for (const b of sigmaB2) {
    const columns = sigmaW2.map((w): FlowColumn => {
      const known = Array.from({ length: draws }, (_, draw) =>
        profiles.get(`sw2 ${w} sb2 ${b} draw ${draw + 1}`),
      ).filter((profile) => profile !== undefined);
      return {
        ...{ sigmaW2: w, sigmaB2: b },
        profiles: known.map((profile) => ("diverged" in profile ? null : profile)),
      };
    });
    const map = assembleMap(columns, { counted: countedDepth(chain), isDense });
    const depthScale =
      activation === null
        ? []
        : await depthScaleOn(
            flowScanGrid(map),
            (x) => predictFlow(activation, x, b).xiC,
            `${activation.name} ${b}`,
          );
    const scanned = { map, trained: [], comparison: [], depthScale };
    const name = data.split(/[:, ]/)[0] as string;
    const input = flowScanFigure(scanned, network, name, KEPT_SHARE);
    inputs.push({ ...input, values: Array.from(input.values) });
  }
  return inputs;
}
