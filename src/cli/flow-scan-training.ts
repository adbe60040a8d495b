/** Training beside a flow map: what `--train` asks for, or the cells of another run, and how well the map predicts them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError, SpecError } from "../base/index.ts";
import {
  compareWithTraining,
  type FlowMap,
  predictFlow,
  sourceOfSpec,
  type TrainedCell,
} from "../flow/index.ts";
import { type Activation, type NetworkSpec, traceShapes } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import {
  chanceOf,
  type FlowParts,
  requireFlowGrid,
  type Score,
  scoreOf,
  trainFlowGrid,
} from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { curveGrid } from "./flow-scan-drawing.ts";
import { readNumber, readText } from "./options.ts";
import type { Scan } from "./scan-options.ts";
import type { ScannedMap } from "./scanned-map.ts";
import { readOptimizer } from "./training-options.ts";

/** Scores above guessing from which a network counts as trained. */
const ABOVE_CHANCE = [0.05, 0.1, 0.2, 0.3] as const;
/** Learning rates that are used unless something else is said: of a layer, and of both halves of a GAN. */
const RATES = { single: 0.2, pair: 5e-4 } as const;

/** What networks are trained on. */
export interface ScanTraining extends FlowParts {
  readonly described: string;
  /** The other half of a GAN. */
  readonly partner: NetworkSpec | null;
}

/** Examples in a minibatch of training. */
const BATCH = 100;

/** Checks `--train` and `--compare` before the map is measured, which takes minutes. */
export function requireTraining(
  spec: NetworkSpec,
  { train, partner }: ScanTraining,
  { depths, sigmaB2 }: Scan,
  { args }: CommandContext,
): void {
  const folder = readText(args, "compare");
  if (folder !== undefined) for (const b of sigmaB2) readCells(folder, b);
  else if (depths.length > 0) {
    requireFlowGrid({ spec, depths, batch: BATCH, ...(partner === null ? {} : { partner }) }, train);
  }
}

/** Trains what `--train` asks for, or reads `--compare`. */
export async function addTraining(
  path: string,
  map: FlowMap,
  spec: NetworkSpec,
  data: ScanTraining,
  { depths }: Scan,
  context: CommandContext,
): Promise<ScannedMap> {
  const folder = readText(context.args, "compare");
  const { score, cells: trained } =
    folder !== undefined
      ? readCells(folder, map.sigmaB2)
      : {
          score: scoreOf(spec),
          cells: depths.length === 0 ? [] : await trainCells(path, map, spec, data, depths, context),
        };
  const classes = data.train.classes ?? traceShapes(spec).at(-1)?.[0] ?? 1;
  const chance = score === "accuracy" ? chanceOf({ kind: "mlp" }, { classes }) : 0;
  const thresholds = ABOVE_CHANCE.map((above) => Number((chance + above).toFixed(4)));
  const { activation } = sourceOfSpec(spec).coverage;
  const xiC = (x: number): number => predictFlow(activation as Activation, x, map.sigmaB2).xiC;
  const comparison =
    trained.length === 0
      ? []
      : compareWithTraining(map, trained, {
          ...{ stream: createStream(context.seed).fork("overlap"), thresholds },
          ...(activation === null ? {} : { xiC }),
        });
  return {
    ...{ map, trained, comparison, score, chance, thresholds },
    depthScale: activation === null ? [] : curveGrid(map).map((x) => ({ sigmaW2: x, xiC: xiC(x) })),
  };
}

function trainCells(
  path: string,
  { sigmaB2, sigmaW2 }: FlowMap,
  spec: NetworkSpec,
  { train, test, described, partner }: ScanTraining,
  depths: readonly number[],
  { args, seed, version, signal, onProgress, threads, machine }: CommandContext,
): Promise<readonly TrainedCell[]> {
  const isPair = partner !== null;
  return trainFlowGrid(
    join(path, `training-sb2-${sigmaB2}`),
    {
      ...{ spec, sigmaB2, sigmaW2, depths, data: described, seed, version },
      ...(isPair ? { partner } : {}),
      batch: BATCH,
      steps: readNumber(args, "train-steps", { min: 1, max: 1e7, integer: true }) ?? 200,
      rate: readNumber(args, "train-rate", { min: 0, open: true }) ?? RATES[isPair ? "pair" : "single"],
      rateScaling: isPair ? "constant" : "inverse-depth",
      optimizer: readOptimizer(args),
    },
    {
      ...{ train, test, signal, onProgress, machine: { computes: machine } },
      ...(threads === undefined ? {} : { threads }),
    },
  );
}

/** Cells of a run folder of `trainability` or of a scan's own training. */
function readCells(
  folder: string,
  sigmaB2: number,
): { readonly score: Score; readonly cells: readonly TrainedCell[] } {
  const [manifestPath, resultsPath] = [join(folder, "manifest.json"), join(folder, "results.ndjson")];
  if (!existsSync(manifestPath) || !existsSync(resultsPath)) {
    throw new FormatError(`--compare: ${folder} is no run folder (manifest.json and results.ndjson)`, {
      hint: "isinglass trainability ... --run FOLDER makes one",
    });
  }
  const { kind, options = {} } = JSON.parse(readFileSync(manifestPath, "utf8")) as {
    kind?: string;
    options?: { sigmaB2?: number; score?: Score };
  };
  if (kind !== "trainability" && kind !== "flow-training") {
    throw new FormatError(`--compare: ${folder} is a run of ${kind}, expected one of trainability`, {
      hint: "a run folder of trainability, or the folder training-sb2-... inside one of flow --scan --train",
    });
  }
  if (options.sigmaB2 !== sigmaB2) {
    throw new SpecError(
      `--compare: ${folder} was trained at bias variance ${options.sigmaB2}, the scan is at ${sigmaB2}`,
      { hint: `--bias ${options.sigmaB2}` },
    );
  }
  const cells = readFileSync(resultsPath, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): TrainedCell => {
      const { result } = JSON.parse(line) as { result: TrainedCell & { readonly accuracy?: number } };
      const { sigmaW2, depth, score, accuracy } = result;
      return { sigmaW2, depth, score: score ?? accuracy ?? Number.NaN };
    });
  return { score: options.score ?? "accuracy", cells };
}
