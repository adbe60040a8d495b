/** `isinglass trainability`: trains networks of many depths and weight variances, and compares with 6 xi_c. */

import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SpecError } from "../../base/index.ts";
import type { TrainabilityInput } from "../../figures/index.ts";
import type { Activation } from "../../networks/index.ts";
import {
  checkWritable,
  DIVERGED_FACTOR,
  hashPlan,
  measureTrainability,
  type RateScaling,
  requireTrainable,
  type TrainabilityCell,
  type TrainabilityPlan,
  type TrainabilityScan,
} from "../../runs/index.ts";
import { solveMeanField, trainableDepthFactor } from "../../signal/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { describeData, readData, readExampleCount } from "../data-options.ts";
import { DATA_OPTIONS, TRAINING_OPTIONS } from "../definitions.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { renderAccuracyMap } from "../render/accuracy-map.ts";
import { ACTIVATION_OPTION, BIAS_OPTION, readActivation, readBiasVariance } from "../theory-options.ts";
import { readOptimizer } from "../training-options.ts";

/** Points of the theory curve. */
const CURVE_POINTS = 241;

export const trainabilityCommand: Command = {
  name: "trainability",
  summary: "Train networks over depth and weight variance, and compare the boundary with 6 xi_c",
  examples: [
    "isinglass trainability --activation tanh --bias-variance 0.05 --data mnist --output trainability.svg",
    "isinglass trainability --activation tanh --bias-variance 0.05 --weight 1:3:9 --depths 10:90:5 --steps 200",
  ],
  args: {
    ...ACTIVATION_OPTION,
    ...BIAS_OPTION,
    weight: {
      type: "string",
      valueHint: "A:B:N",
      default: "1:3:9",
      description: "weight variances, FROM:TO:STEPS",
    },
    depths: {
      type: "string",
      valueHint: "A:B:N",
      default: "10:100:7",
      description: "hidden layers, FROM:TO:STEPS",
    },
    width: { type: "string", valueHint: "N", default: "300", description: "width of the hidden layers" },
    ...DATA_OPTIONS,
    examples: { type: "string", valueHint: "N", default: "5000", description: "training examples" },
    steps: {
      type: "string",
      valueHint: "N",
      default: "200",
      description: "steps of training for every cell",
    },
    ...TRAINING_OPTIONS,
    "rate-scaling": {
      type: "string",
      valueHint: "constant|inverse-depth",
      default: "constant",
      description: "inverse-depth trains with rate / depth, since deeper networks move more in a step",
    },
    run: { type: "string", valueHint: "FOLDER", description: "run folder; an existing one is continued" },
    output: { type: "string", valueHint: "FILE", description: "write FILE.svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, signal, onProgress, threads, machine } = context;
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const activation = readActivation(args, "trainability");
    const request = { train: readExampleCount(context) ?? 5000, test: 0, shape: [784] };
    const { train, test } = await readData(context, request);
    const plan = readPlan(context, activation, describeData(train));
    requireTrainable(train, plan.batch);
    const path = runFolder(context, plan);
    note(`run folder ${path}`);
    const scan = await measureTrainability(path, plan, {
      ...{ train, test, signal, onProgress, machine: { computes: machine } },
      ...(threads === undefined ? {} : { threads }),
    });
    const { sigmaB2 } = plan;
    const depthScale = curveGrid(plan).map((sigmaW2) => ({
      sigmaW2,
      xiC: solveMeanField(activation, { sigmaW2, sigmaB2 }).xiC.value,
    }));
    const input = figureOf(plan, scan, depthScale);
    if (output !== undefined) {
      const { drawTrainability } = await import("../../figures/index.ts");
      await writeFigure(output, (options) => drawTrainability(input, options), context);
      note(`wrote ${output}`);
    }
    return {
      result: { plan, cells: scan.cells, chance: scan.chance, run: path, depthScale: input.depthScale },
      assumptions: [
        "Accuracy is that on the training examples after the last step.",
        `A training that diverged counts as chance: its loss is not finite, or above ${DIVERGED_FACTOR} times that of its first step.`,
      ],
      references: solveMeanField(activation, { sigmaW2: 1, sigmaB2: plan.sigmaB2 }).references,
      seed: plan.seed,
      text: () => renderAccuracyMap(input, context.style),
      csv: () => [
        ["depth", "sigma_w^2", "accuracy", "loss", "state"],
        ...scan.cells.map(({ depth, sigmaW2, accuracy, loss, state }) => [
          depth,
          sigmaW2,
          accuracy,
          loss,
          state,
        ]),
      ],
    };
  },
};

function readPlan(
  { args, seed, version }: CommandContext,
  activation: Activation,
  data: string,
): TrainabilityPlan {
  const whole = { min: 1, max: 1e6, integer: true } as const;
  return {
    ...{ activation: activation.name, sigmaB2: readBiasVariance(args), data, seed, version },
    sigmaW2: ascending(readRange(args, "weight", { min: 0, open: true }, 9) ?? []),
    depths: ascending(readRange(args, "depths", whole, 7) ?? []),
    width: readNumber(args, "width", whole) ?? 300,
    batch: readNumber(args, "batch-size", whole) ?? 100,
    steps: readNumber(args, "steps", whole) ?? 200,
    rate: readNumber(args, "rate", { min: 0, open: true }) ?? 0.01,
    rateScaling: readRateScaling(readText(args, "rate-scaling") ?? "constant"),
    optimizer: readOptimizer(args),
  };
}

function readRateScaling(word: string): RateScaling {
  if (word === "constant" || word === "inverse-depth") return word;
  throw new SpecError(`--rate-scaling: received "${word}", expected constant or inverse-depth`, {
    hint: "--rate 0.2 --rate-scaling inverse-depth",
  });
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The named folder, or one that is named after the plan, so that the same command continues it. */
function runFolder({ args }: CommandContext, { version, seed, ...options }: TrainabilityPlan): string {
  const named = readText(args, "run");
  if (named !== undefined) return named;
  const plan = {
    kind: "trainability",
    version,
    seed,
    options: JSON.parse(JSON.stringify(options)),
    steps: [],
  };
  const path = `runs/trainability-${hashPlan(plan).slice(0, 8)}`;
  if (!existsSync(dirname(path))) {
    checkWritable(dirname(path));
    mkdirSync(dirname(path));
  }
  return path;
}

/** Weight variances at which the curve of theory is drawn. */
export function curveGrid({ sigmaW2 }: Pick<TrainabilityPlan, "sigmaW2">): number[] {
  const [first, last] = [sigmaW2[0] as number, sigmaW2.at(-1) as number];
  return Array.from({ length: CURVE_POINTS }, (_, i) => first + ((last - first) * i) / (CURVE_POINTS - 1));
}

/** The scan as a figure, with xi_c on the grid of its curve; NaN where a cell is not trained yet. */
export function figureOf(
  plan: TrainabilityPlan,
  {
    cells,
    chance,
  }: Pick<TrainabilityScan, "chance"> & { readonly cells: readonly Pick<TrainabilityCell, "accuracy">[] },
  depthScale: TrainabilityInput["depthScale"],
): TrainabilityInput {
  const { activation, sigmaW2, sigmaB2, depths } = plan;
  return {
    title: `Trainability of ${activation}, width ${plan.width}, on ${plan.data.split(":")[0]}`,
    ...{ activation, sigmaB2, sigmaW2, depths, chance, depthScale, multiple: trainableDepthFactor },
    accuracy: cells.map(({ accuracy }) => accuracy),
  };
}
