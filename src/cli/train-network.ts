/** `isinglass train NETWORK` for classifiers and autoencoders. */
import { platform } from "#platform";
import { type Estimate, UnsupportedOpError } from "../base/index.ts";
import { formatEstimate, formatNumber } from "../figures/basics/index.ts";
import type { LearningCurve } from "../figures/index.ts";
import { exportNetwork, formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import {
  curvesOf,
  finalEstimate,
  requireTrainableSpec,
  requireTrained,
  type SpecTraining,
  trainSpec,
} from "../runs/index.ts";
import type { CommandContext, Outcome } from "./command.ts";
import { describeData, readData, readExampleCount } from "./data-options.ts";
import { type Draw, writeDrawing, writeLatticeReport } from "./lattice-artifacts.ts";
import { readSpec } from "./network-options.ts";
import { readNumber, readText } from "./options.ts";
import { sparkline } from "./render/spark.ts";
import { closeCheckpoint, openCheckpoint, readInitialization, readSteps } from "./train-options.ts";
import { readOptimizer } from "./training-options.ts";

/** Trains one network. */
export async function trainNetwork(context: CommandContext): Promise<Outcome> {
  const { args, seed, note, signal, onProgress, threads } = context;
  const output = readText(args, "output");
  const spec = readInitialization(context, await readSpec(String(args.network)));
  refuseDropout(spec);
  const rate = readNumber(args, "rate", { min: 0, open: true }) ?? 0.01;
  const optimizer = readOptimizer(args);
  const examples = readExampleCount(context);
  const { train, test } = await readData(context, {
    ...(examples === undefined ? {} : { train: examples }),
    shape: spec.input,
  });
  const { batch, steps } = readSteps(context, train);
  requireTrainableSpec(spec, train, batch);
  const resume = await openCheckpoint(context);
  const training = await trainSpec(spec, train, createStream(seed).fork("train"), {
    ...{ batch, steps, rate, optimizer, test, signal, onProgress, testsEntries: true },
    ...(threads === undefined ? {} : { threads }),
    ...(resume === null ? {} : { resume }),
  });
  requireTrained(training);
  await closeCheckpoint(context, training, steps);
  const { history, state } = training;
  const final = finalEstimate(spec, { ...training, test: training.test ?? training.train }, test ?? train);
  const outcome: Outcome = {
    result: {
      network: spec,
      data: { name: train.name, count: train.count, provenance: train.provenance },
      options: { batch, steps, rate, optimizer },
      ...{ state, steps: training.steps, train: training.train, test: training.test, final, history },
    },
    assumptions: [
      spec.kind === "autoencoder" ? "Loss: mean square of output minus input." : "Loss: cross-entropy.",
      "Entries of the history are means over the steps since the last entry.",
    ],
    references: [],
    seed,
    text: () => render(spec, training, final, describeData(train), context),
    csv: () => [
      ["step", "loss", "accuracy", "test loss", "test accuracy"],
      ...history.map((entry) => [
        ...[entry.step, entry.loss, entry.accuracy],
        ...[entry.test?.loss ?? null, entry.test?.accuracy ?? null],
      ]),
    ],
  };
  if (output !== undefined && /\.onnx$/i.test(output)) {
    const bytes = exportNetwork(spec, Object.fromEntries(training.parameters));
    await platform.writeFile(output, bytes, { overwrite: args.force === true });
    note(`wrote ${output}`);
  } else if (output !== undefined)
    await writeDrawing(context, "output", drawings(training, train.classes)[0]);
  await writeLatticeReport(context, outcome, {
    kind: "training",
    title: formatNetwork(spec),
    headline: headline(spec, training, final),
    reason: `Trained on ${describeData(train)}: ${training.steps} steps of ${batch} examples, ${optimizer.kind}, rate ${rate}.`,
    cards: [
      [spec.kind === "autoencoder" ? "reproduced" : "accuracy", formatEstimate(final), final.method],
      ["loss", formatNumber(history.at(-1)?.loss ?? Number.NaN, 3), "mean over the last entry's steps"],
    ],
    tables: [],
    facts: [`Data: ${train.provenance.join("; ")}.`],
    draw: drawings(training, spec.kind === "autoencoder" ? null : train.classes),
  });
  return outcome;
}

/** Loss first, then accuracy where there is one. */
function drawings(training: SpecTraining, classes: number | null): [Draw, ...Draw[]] {
  const curves = curvesOf(training);
  const loss = curves.filter(({ name }) => name.includes("loss"));
  const accuracy = curves.filter(({ name }) => name.includes("accuracy"));
  const draw =
    (name: string, quantity: string, chosen: readonly LearningCurve[], chance?: number): Draw =>
    async (options) => {
      const { drawLearningCurve } = await import("../figures/index.ts");
      const title = `${quantity[0]?.toUpperCase()}${quantity.slice(1)} during training`;
      const extra = chance === undefined ? {} : { chance };
      return drawLearningCurve({ name, title, quantity, curves: chosen, ...extra }, options);
    };
  const chance = classes === null ? undefined : 1 / classes;
  return [
    draw("loss-curve", "loss", loss),
    ...(accuracy.length === 0 ? [] : [draw("accuracy-curve", "accuracy", accuracy, chance)]),
  ];
}

function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "unknown" : `${(100 * share).toFixed(1)} %`;
}

function headline({ kind }: NetworkSpec, { train, test, steps }: SpecTraining, final: Estimate): string {
  if (kind === "autoencoder") {
    return `Reproduces ${percent(final.value)} of the variance of the ${test === null ? "training" : "test"} examples after ${steps} steps.`;
  }
  return test === null
    ? `Accuracy on the training examples ${percent(train?.accuracy)} after ${steps} steps.`
    : `Test accuracy ${percent(test.accuracy)} after ${steps} steps; training ${percent(train?.accuracy)}.`;
}

function render(
  spec: NetworkSpec,
  training: SpecTraining,
  final: Estimate,
  data: string,
  { style, columns }: CommandContext,
): string {
  const losses = training.history.map(({ loss }) => loss);
  const [first, last] = [losses.at(0), losses.at(-1)].map((loss) =>
    loss === undefined ? "" : formatNumber(loss, 3),
  );
  return [
    style.bold(headline(spec, training, final)),
    style.dim(data),
    `loss ${sparkline(losses, { width: Math.min(60, columns - 30) })} ${first} to ${last}`,
  ].join("\n");
}

/** Masks of dropout are drawn by measurements only. */
function refuseDropout({ keepRate = 1 }: NetworkSpec): void {
  if (keepRate === 1) return;
  throw new UnsupportedOpError(`train: received keep=${keepRate}, expected a network without dropout`, {
    hint: "Drop keep= to train it; diagnose tells what dropout does to signals and gradients.",
  });
}
