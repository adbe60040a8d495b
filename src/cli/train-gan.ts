/** `isinglass train GENERATOR --discriminator DISCRIMINATOR`: adversarial training. */
import { platform } from "#platform";
import { ConvergenceError, type Reference, SpecError } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import { ADVERSARIAL_OPTIMIZER } from "../engine/index.ts";
import { formatEstimate, formatNumber } from "../figures/basics/index.ts";
import type { LearningCurve } from "../figures/index.ts";
import { exportNetwork, formatNetwork } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import {
  type AdversarialEntry,
  type AdversarialSpecs,
  type AdversarialTraining,
  scaleToUnitRange,
  trainAdversarial,
} from "../runs/index.ts";
import type { CommandContext, Outcome } from "./command.ts";
import { describeData, readData, readExampleCount } from "./data-options.ts";
import { type Draw, writeDrawing, writeLatticeReport } from "./lattice-artifacts.ts";
import { readSpec } from "./network-options.ts";
import { readNumber, readText } from "./options.ts";
import { closeCheckpoint, openCheckpoint, readInitialization, readSteps } from "./train-options.ts";
import { readOptimizer } from "./training-options.ts";

/** Learning rate of DCGAN. */
const RATE = 2e-4;
const SAMPLES = 64;
const COLUMNS = 8;

const REFERENCES: readonly Reference[] = [
  {
    authors:
      "I. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. Courville and Y. Bengio",
    year: 2014,
    title: "Generative adversarial nets",
    id: "arXiv:1406.2661",
  },
  {
    authors: "A. Radford, L. Metz and S. Chintala",
    year: 2016,
    title: "Unsupervised representation learning with deep convolutional generative adversarial networks",
    id: "arXiv:1511.06434",
  },
  {
    authors: "D. C. Dowson and B. V. Landau",
    year: 1982,
    title: "The Frechet distance between multivariate normal distributions",
    where: "J. Multivariate Analysis 12, 450",
  },
];

async function readSpecs(context: CommandContext): Promise<AdversarialSpecs> {
  const read = async (text: string) => readInitialization(context, await readSpec(text));
  const generator = await read(String(context.args.network));
  const discriminator = await read(readText(context.args, "discriminator") as string);
  for (const [part, spec] of Object.entries({ generator, discriminator })) {
    if (spec.kind === part) continue;
    throw new SpecError(`train: the ${part} is a specification of kind ${spec.kind}`, {
      hint: `write '${part}:...', for example ${part === "generator" ? "'generator:64-256-784'" : "'discriminator:784-256-1'"}`,
    });
  }
  return { generator, discriminator };
}

/** Examples in the range of the generator's last activation. */
async function readExamples(
  context: CommandContext,
  specs: AdversarialSpecs,
): Promise<{ readonly train: Dataset; readonly test: Dataset | null }> {
  const examples = readExampleCount(context);
  const isBounded = specs.generator.output === "tanh";
  const parts = await readData(
    isBounded ? { ...context, args: { ...context.args, standardize: "none" } } : context,
    { ...(examples === undefined ? {} : { train: examples }), shape: specs.discriminator.input },
  );
  return isBounded ? scaleToUnitRange(parts) : parts;
}

/** Trains both networks. */
export async function trainGan(context: CommandContext): Promise<Outcome> {
  const { args, seed, note, signal, onProgress, threads } = context;
  const output = readText(args, "output");
  const specs = await readSpecs(context);
  const rate = readNumber(args, "rate", { min: 0, open: true }) ?? RATE;
  const optimizer = readText(args, "optimizer") === undefined ? ADVERSARIAL_OPTIMIZER : readOptimizer(args);
  const { train, test } = await readExamples(context, specs);
  const { batch, steps } = readSteps(context, train);
  const resume = await openCheckpoint(context);
  const training = await trainAdversarial(specs, train, createStream(seed).fork("train"), {
    ...{ batch, steps, rate, optimizer, test, signal, onProgress, samples: SAMPLES },
    ...(threads === undefined ? {} : { threads }),
    ...(resume === null ? {} : { resume }),
  });
  if (training.state === "diverged") {
    throw new ConvergenceError(`training: diverged: a loss is not finite after ${training.steps} steps`, {
      hint: "use a smaller --rate, or another --init",
      data: { steps: training.steps },
    });
  }
  await closeCheckpoint(context, training, steps);
  const { history, state, score, ceiling, coverage } = training;
  const names = { generator: specs.generator, discriminator: specs.discriminator };
  const outcome: Outcome = {
    result: {
      ...names,
      data: { name: train.name, count: train.count, provenance: train.provenance },
      options: { batch, steps, rate, optimizer },
      ...{ state, steps: training.steps, score, ceiling, coverage, history },
    },
    assumptions: [
      "Losses: logistic; the generator maximises the log-probability that its examples are taken for real.",
      "Score: 1 - Frechet distance / variance in the space of 64 principal components, 5 times 1000 generated examples against the test examples; 1 is perfect, 0 as good as repeating the mean example, and there is no lower bound.",
      "Entries of the history are means over the steps since the last entry.",
    ],
    references: REFERENCES,
    seed,
    text: () => render(training, describeData(train), context),
    csv: () => [["step", ...CURVES.map(([, name]) => name)], ...history.map(rowOf)],
  };
  if (output !== undefined && /\.onnx$/i.test(output)) {
    const bytes = exportNetwork(specs.generator, Object.fromEntries(training.parameters.generator));
    await platform.writeFile(output, bytes, { overwrite: args.force === true });
    note(`wrote ${output}`);
  } else if (output !== undefined) await writeDrawing(context, "output", drawLosses(training));
  await writeLatticeReport(context, outcome, {
    kind: "gan",
    title: `${formatNetwork(specs.generator)} against ${formatNetwork(specs.discriminator)}`,
    headline: headline(training),
    reason: `Trained on ${describeData(train)}: ${training.steps} steps of ${batch} examples, ${optimizer.kind}, rate ${rate}.`,
    cards: [
      [
        "score",
        score === null ? "unknown" : formatEstimate(score),
        "1 is perfect, 0 repeats the mean example",
      ],
      ["best", ceiling === null ? "unknown" : formatEstimate(ceiling), "what real training examples reach"],
      [
        "classes",
        coverage === null ? "unknown" : `${coverage.covered} of ${coverage.shares.length}`,
        "with at least a tenth of an equal share",
      ],
    ],
    tables: [],
    facts: [`Data: ${train.provenance.join("; ")}.`],
    draw: [drawLosses(training), drawAccuracies(training), ...drawSamples(training, train)],
  });
  return outcome;
}

const CURVES: readonly (readonly [keyof AdversarialEntry, string])[] = [
  ["discriminatorLoss", "discriminator loss"],
  ["generatorLoss", "generator loss"],
  ["realAccuracy", "real taken for real"],
  ["fakeAccuracy", "made taken for made"],
];

function rowOf(entry: AdversarialEntry): number[] {
  return [entry.step, ...CURVES.map(([key]) => entry[key])];
}

function curves({ history }: AdversarialTraining, from: number): LearningCurve[] {
  return CURVES.slice(from, from + 2).map(([key, name]) => ({
    name,
    steps: history.map(({ step }) => step),
    values: history.map((entry) => entry[key]),
  }));
}

function drawLosses(training: AdversarialTraining): Draw {
  return async (options) => {
    const { drawLearningCurve } = await import("../figures/index.ts");
    return drawLearningCurve(
      { name: "loss-curve", title: "Losses during training", quantity: "loss", curves: curves(training, 0) },
      options,
    );
  };
}

function drawAccuracies(training: AdversarialTraining): Draw {
  return async (options) => {
    const { drawLearningCurve } = await import("../figures/index.ts");
    return drawLearningCurve(
      {
        name: "accuracy-curve",
        title: "How often the discriminator is right",
        quantity: "share of examples",
        curves: curves(training, 2),
        chance: 0.5,
      },
      options,
    );
  };
}

/** A grid of generated examples beside nothing else; none for examples that are no images. */
function drawSamples({ samples }: AdversarialTraining, { shape }: Dataset): Draw[] {
  const [channels, height, width] = shape;
  if (shape.length !== 3) return [];
  const size = samples.length / SAMPLES;
  const rows = SAMPLES / COLUMNS;
  const column = (k: number) => ({
    label: "",
    pixels: samples.subarray(k * rows * size, (k + 1) * rows * size),
  });
  return [
    async (options) => {
      const { drawPictureGrid } = await import("../figures/index.ts");
      return drawPictureGrid(
        {
          name: "samples",
          title: "Generated examples",
          caption: `${SAMPLES} examples from the trained generator, drawn without choosing. Alike pictures mean collapse.`,
          shape: [channels as number, height as number, width as number],
          rows: Array.from({ length: rows }, () => ""),
          columns: Array.from({ length: COLUMNS }, (_, k) => column(k)),
        },
        options,
      );
    },
  ];
}

function headline({ score, ceiling, coverage, steps }: AdversarialTraining): string {
  const best = ceiling === null ? "" : ` (real examples reach ${formatNumber(ceiling.value, 3)})`;
  const reached =
    coverage === null || score === null || score.value <= 0
      ? ""
      : `; ${coverage.covered} of ${coverage.shares.length} classes are generated`;
  const value = score === null ? "unknown" : formatEstimate(score);
  return `Score of generated examples ${value}${best} after ${steps} steps${reached}.`;
}

function render(training: AdversarialTraining, data: string, { style }: CommandContext): string {
  const last = training.history.at(-1);
  const line =
    last === undefined
      ? ""
      : `losses ${formatNumber(last.discriminatorLoss, 3)} (discriminator), ${formatNumber(last.generatorLoss, 3)} (generator); it is right about ${(100 * last.realAccuracy).toFixed(0)} % of real and ${(100 * last.fakeAccuracy).toFixed(0)} % of generated examples`;
  return [style.bold(headline(training)), style.dim(data), line].join("\n");
}
