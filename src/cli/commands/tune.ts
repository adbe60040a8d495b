/** `isinglass tune NETWORK`: the variances (and, where asked for, the architecture) that keep most of the input. */
import { join } from "node:path";
import { platform } from "#platform";
import { SpecError } from "../../base/index.ts";
import { type Dataset, loadDataset } from "../../data/index.ts";
import { drawWithVariances, FLOW_REFERENCES, type SearchAxis, sourceOfSpec } from "../../flow/index.ts";
import {
  exportNetwork,
  formatNetwork,
  type InitializationSpec,
  type NetworkSpec,
} from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import {
  type Beginning,
  type ComparisonEntry,
  checkWritable,
  compareBeginnings,
  type FlowParts,
  type NamedInitialization,
  requireFlowData,
  scaleToUnitRange,
  scoreOf,
  type TunePlan,
  type TuneResult,
  tuneFlow,
} from "../../runs/index.ts";
import { solveReachableCritical } from "../../signal/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { describeData } from "../data-options.ts";
import { FLOW_OPTIONS, readFlowData, readFlowNetwork, readFlowSettings } from "../flow-options.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText } from "../options.ts";
import { renderTune, type TuneReport, tuneCsv } from "../render/tune.ts";
import { chooseRunFolder } from "../run-folder.ts";
import { readOptimizer } from "../training-options.ts";

/** Bias variance at which saturating activations are compared when nothing else is said. */
const USUAL_BIAS = 0.05;
const NOISE_EXAMPLES = 20_000;

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

function planOf(
  context: CommandContext,
  spec: NetworkSpec,
  data: string,
  settings: ReturnType<typeof readFlowSettings>,
): TunePlan {
  const { axes, sigmaB2 } = readAxes(context, spec);
  return {
    ...settings,
    ...{ spec, axes, sigmaB2, data, seed: context.seed, version: context.version },
    evaluations: readCount(context, "evaluations", 18, 3),
    groups: readCount(context, "layers", 0),
    rounds: readCount(context, "architecture", 0),
    references: referencesOf(spec, sigmaB2),
  };
}

function readCount({ args }: CommandContext, name: string, fallback: number, min = 0): number {
  return readNumber(args, name, { min, max: 1000, integer: true }) ?? fallback;
}

/** The box that is searched. */
function readAxes(
  { args }: CommandContext,
  spec: NetworkSpec,
): { readonly axes: SearchAxis[]; readonly sigmaB2: number } {
  const range = (name: string, open: boolean): number[] => {
    const parts = (readText(args, name) ?? "").split(":");
    const values = parts.map((part) => readNumber({ [name]: part }, name, { min: 0, open }) as number);
    if (values.length > 2 || (values.length === 2 && (values[0] as number) >= (values[1] as number))) {
      throw new SpecError(
        `--${name}: received "${readText(args, name)}", expected FROM:TO with FROM below TO`,
        {
          hint: `--${name} ${name === "weight" ? "0.25:6" : "0:0.5"}`,
        },
      );
    }
    return values;
  };
  const [min = 0.25, max] = range("weight", true);
  if (max === undefined)
    throw new SpecError(`--weight: received ${min}, expected FROM:TO`, { hint: "--weight 0.25:6" });
  const weight: SearchAxis = { name: "weight variance", min, max, spacing: "log" };
  const bias = spec.bias ? range("bias", false) : [0];
  if (bias.length === 1) return { axes: [weight], sigmaB2: bias[0] as number };
  const [from = 0, to = 0.5] = bias;
  return {
    axes: [weight, { name: "bias variance", min: from, max: to, spacing: "root" }],
    sigmaB2: spec.initialization.sigmaB2 ?? USUAL_BIAS,
  };
}

/** The given initialisation first, then the usual ones. */
function referencesOf(spec: NetworkSpec, sigmaB2: number): NamedInitialization[] {
  const usual = (scheme: InitializationSpec["scheme"]): InitializationSpec => ({
    ...{ scheme, sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null },
  });
  const { activation } = sourceOfSpec(spec).coverage;
  const critical = activation === null ? null : solveReachableCritical(activation, sigmaB2);
  const named: NamedInitialization[] = [
    { name: "pytorch", initialization: usual("pytorch") },
    { name: "he", initialization: usual("he") },
    { name: "glorot", initialization: usual("glorot") },
    ...(critical === null
      ? []
      : [
          {
            name: "critical",
            initialization: {
              ...usual("gaussian"),
              sigmaW2: Number(critical.sigmaW2.toPrecision(8)),
              sigmaB2: critical.sigmaB2,
            },
          },
        ]),
  ];
  const own = spec.initialization;
  return own.scheme === "pytorch" && own.sigmaB2 === null
    ? named
    : [...named, { name: "given", initialization: own }];
}

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

/** The discriminator of a GAN and the real examples. */
interface Partner {
  readonly spec: NetworkSpec;
  readonly data: FlowParts;
  readonly described: string;
}

/** A discriminator after its own tuning. */
interface TunedPartner {
  readonly plan: TunePlan;
  readonly result: TuneResult;
  readonly data: FlowParts;
}

async function readPartner(context: CommandContext, generator: NetworkSpec): Promise<Partner | null> {
  const text = readText(context.args, "discriminator");
  if (text === undefined) return null;
  const spec = await readSpec(text);
  if (generator.kind !== "generator" || spec.kind !== "discriminator") {
    throw new SpecError(
      `--discriminator: received a ${generator.kind} and a ${spec.kind}, expected a generator and a discriminator`,
      {
        hint: "isinglass tune 'generator:16-64x3-784' --discriminator 'discriminator:784-64x3-1' --data mnist",
      },
    );
  }
  const { described, ...parts } = await readFlowData(context, spec.input, readFlowSettings(context));
  // generators end with tanh
  const { train, test } = scaleToUnitRange(parts);
  return { spec, described, data: { train, test: test ?? train } };
}

/** What a generator is fed. */
async function readNoise(
  { seed }: CommandContext,
  shape: readonly number[],
  { testBatch, draws, batches, batch }: ReturnType<typeof readFlowSettings>,
): Promise<FlowParts & { readonly described: string }> {
  const train = Math.min(NOISE_EXAMPLES, batches * batch);
  const parts = await loadDataset(`noise:${shape.join("x")}`, {
    train,
    test: testBatch * Math.max(2, draws),
    seed,
  });
  return {
    train: parts.train,
    test: parts.test as Dataset,
    described: `${describeData(parts.train)}, standard normal`,
  };
}

function tunePartner(
  path: string,
  { spec, data, described }: Partner,
  settings: ReturnType<typeof readFlowSettings>,
  work: FlowParts & Pick<CommandContext, "signal" | "onProgress">,
  context: CommandContext,
): Promise<TunedPartner> {
  const plan = planOf(context, spec, described, settings);
  return tuneFlow(join(path, "discriminator"), plan, { ...work, ...data }).then((result) => ({
    plan,
    result,
    data,
  }));
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
