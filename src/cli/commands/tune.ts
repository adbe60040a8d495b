/** `isinglass tune NETWORK`: the variances (and, where asked for, the architecture) that keep most of the input. */
import { join } from "node:path";
import { platform } from "#platform";
import { SpecError } from "../../base/index.ts";
import { drawWithVariances, FLOW_REFERENCES, sourceOfSpec } from "../../flow/index.ts";
import { exportNetwork, formatNetwork } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import {
  type Beginning,
  type ComparisonEntry,
  checkWritable,
  compareBeginnings,
  type FlowParts,
  requireFlowData,
  scoreOf,
  type TunePlan,
  type TuneResult,
  tuneFlow,
} from "../../runs/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { FLOW_OPTIONS, readFlowData, readFlowNetwork, readFlowSettings } from "../flow-options.ts";
import { readNumber, readText } from "../options.ts";
import { renderTune, type TuneReport, tuneCsv } from "../render/tune.ts";
import { chooseRunFolder } from "../run-folder.ts";
import { readOptimizer } from "../training-options.ts";
import { readNoise, readPartner, type TunedPartner, tunePartner } from "../tune-pair.ts";
import { planOf } from "../tune-plan.ts";

export const tuneCommand: Command = {
  name: "tune",
  summary: "Find the weight and bias variances at which most of the input reaches the end",
  examples: [
    "isinglass tune '784-200x20-10 tanh' --data mnist --output tuned.onnx",
    "isinglass tune '784-200x20-10 tanh' --data mnist --compare --seeds 3 --train-steps 500",
    "isinglass tune 'cnn:1x28x28-c8x2-max2-c16x2-gap-10' --data mnist --architecture 2",
  ],
  args: {
    ...FLOW_OPTIONS,
    weight: { type: "string", valueHint: "A:B", default: "0.25:6", description: "range of weight variances" },
    bias: {
      type: "string",
      valueHint: "A:B",
      default: "0:0.5",
      description: "range of bias variances, or one value",
    },
    evaluations: {
      type: "string",
      valueHint: "N",
      default: "18",
      description: "points measured in the search",
    },
    layers: {
      type: "string",
      valueHint: "N",
      default: "0",
      description: "then tune N groups of layers one by one",
    },
    architecture: {
      type: "string",
      valueHint: "N",
      default: "0",
      description: "then try changes of depth, width, kernels and pooling in N rounds",
    },
    output: { type: "string", valueHint: "OUT.onnx", description: "write the tuned network, untrained" },
    report: { type: "string", valueHint: "FILE.html", description: "write a page that holds everything" },
    compare: {
      type: "boolean",
      description: "train the tuned and four usual initialisations and compare what they reach",
    },
    "compare-seeds": {
      type: "string",
      valueHint: "N",
      default: "5",
      description: "--compare: networks for each",
    },
    "train-steps": {
      type: "string",
      valueHint: "N",
      default: "300",
      description: "--compare: steps of each training",
    },
    "train-batch": {
      type: "string",
      valueHint: "N",
      default: "64",
      description: "--compare: examples in a step",
    },
    rate: { type: "string", valueHint: "R", default: "0.001", description: "--compare: learning rate" },
    optimizer: {
      type: "string",
      valueHint: "NAME",
      default: "adam",
      description: "--compare: sgd, momentum, adam, adamw",
    },
    discriminator: {
      type: "string",
      valueHint: "SPEC",
      description: "tune a GAN: NETWORK is the generator, both are measured apart and trained together",
    },
  },
  async run(context): Promise<Outcome> {
    const { args, note, signal, onProgress, threads, machine } = context;
    const output = readText(args, "output");
    const report = readText(args, "report");
    for (const path of [output, report]) {
      if (path !== undefined) checkWritable(path, { force: args.force === true });
    }
    const { spec } = await readFlowNetwork(context);
    if (spec === null) {
      throw new SpecError("tune: received a file, expected a specification whose variances can be changed", {
        hint: "isinglass tune '784-200x20-10 tanh' --data mnist",
      });
    }
    const settings = readFlowSettings(context);
    const partner = await readPartner(context, spec);
    const data =
      partner === null
        ? await readFlowData(context, spec.input, settings)
        : await readNoise(context, spec.input, settings);
    requireFlowData(data, settings);
    const plan = planOf(context, spec, data.described, settings);
    const path = chooseRunFolder(context, { kind: "tune", ...plan, discriminator: partner?.spec ?? null });
    note(`run folder ${path}`);
    const work = {
      ...{ train: data.train, test: data.test, signal, onProgress, machine: { computes: machine } },
      ...(threads === undefined ? {} : { threads }),
    };
    const result = await tuneFlow(path, plan, work);
    const opposed = partner === null ? null : await tunePartner(path, partner, settings, work, context);
    const comparison =
      args.compare === true
        ? await compare(
            path,
            beginningsOf(plan, result, opposed),
            { ...work, ...opposed?.data },
            plan,
            context,
          )
        : [];
    if (output !== undefined) await writeTuned(output, result, context);
    const told: TuneReport = {
      ...{ result, comparison, score: scoreOf(spec), data: data.train.name },
      input: result.tuned.gram[0] ?? Number.NaN,
      opposed:
        opposed === null
          ? null
          : {
              network: formatNetwork(opposed.result.spec),
              optimum: opposed.result.optimum,
              tuned: opposed.result.tuned,
            },
      notCovered: notCovered(result, sourceOfSpec(spec).coverage.gaps, comparison),
    };
    if (report !== undefined) {
      const { writeTuneReport } = await import("../flow-artifacts.ts");
      await writeTuneReport(report, told, plan, context);
      note(`wrote ${report}`);
    }
    return outcomeOf(told, context);
  },
};

/** Every reference and the tuned network; with a discriminator, the one of the same name beside it. */
function beginningsOf(
  { references }: TunePlan,
  { spec, variances }: TuneResult,
  opposed: TunedPartner | null,
): Beginning[] {
  if (opposed === null) {
    return [
      ...references.map(({ name, initialization }) => ({ name, spec: { ...spec, initialization } })),
      { name: "tuned", spec, variances },
    ];
  }
  const pairs = references.flatMap(({ name, initialization }) => {
    const other = opposed.plan.references.find((reference) => reference.name === name);
    if (other === undefined) return [];
    const discriminator = { ...opposed.plan.spec, initialization: other.initialization };
    return [{ name, spec: { ...spec, initialization }, discriminator }];
  });
  return [...pairs, { name: "tuned", spec, discriminator: opposed.result.spec }];
}

async function compare(
  path: string,
  beginnings: readonly Beginning[],
  work: FlowParts & Pick<CommandContext, "signal" | "onProgress">,
  { data, seed, version }: TunePlan,
  { args }: CommandContext,
): Promise<ComparisonEntry[]> {
  const whole = (name: string, fallback: number): number =>
    readNumber(args, name, { min: 1, max: 1e7, integer: true }) ?? fallback;
  return compareBeginnings(
    join(path, "training"),
    {
      ...{ beginnings, data, seed, version },
      seeds: whole("compare-seeds", 5),
      batch: whole("train-batch", 64),
      steps: whole("train-steps", 300),
      rate: readNumber(args, "rate", { min: 0, open: true }) ?? 1e-3,
      optimizer: readOptimizer(args),
    },
    work,
  );
}

/** The tuned network with parameters drawn from the seed. */
async function writeTuned(
  path: string,
  { spec, variances }: TuneResult,
  { args, seed, note }: CommandContext,
): Promise<void> {
  const values = drawWithVariances(spec, variances, createStream(seed).fork("tuned"));
  await platform.writeFile(path, exportNetwork(spec, values), { overwrite: args.force === true });
  note(`wrote ${path}`);
}

function notCovered(
  { optimum, trials }: TuneResult,
  gaps: readonly string[],
  comparison: readonly ComparisonEntry[],
): string[] {
  const edges = optimum.isAtEdge.some((isAtEdge) => isAtEdge);
  return [
    ...(edges
      ? ["The maximum lies at the edge of the searched range: a wider range may hold a higher one."]
      : []),
    ...((trials[0]?.values.length ?? 0) < 2
      ? ["One draw: the noise of a point is not known. Use --seeds 3 or more."]
      : []),
    ...(comparison.length === 0
      ? ["Whether the tuned network trains better was not tried: --compare trains it."]
      : []),
    ...(comparison.length > 0
      ? ["All initialisations train with the same rate and steps; another rate may suit one of them better."]
      : []),
    ...gaps,
  ];
}

function outcomeOf(told: TuneReport, context: CommandContext): Outcome {
  const { result, comparison, input } = told;
  const { spec, path, ...rest } = result;
  const [sigmaW2, sigmaB2] = result.optimum.point;
  return {
    result: {
      network: formatNetwork(spec),
      ...{ weightVariance: sigmaW2, biasVariance: sigmaB2 ?? null, inputEntropy: input },
      ...{ ...rest, comparison, score: told.score, run: path },
      discriminator: told.opposed,
    },
    assumptions: [
      "Objective: Gram entropy of what is reconstructed from the last block before the head, mean over draws.",
      "All points use the same draws (common random numbers); the optimum and its error are those of a Gaussian process.",
      "A change of layers or architecture is kept when it gains more than one standard error of the paired differences.",
    ],
    references: FLOW_REFERENCES,
    seed: context.seed,
    text: () => renderTune(told, context),
    csv: () => tuneCsv(told),
  };
}
