/** `isinglass train NETWORK`: trains a specification on data, to see whether the verdict was right. */
import { platform } from "#platform";
import { InterruptedError, UnsupportedOpError } from "../../base/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import { exportNetwork, type NetworkSpec } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import {
  checkWritable,
  readCheckpoint,
  requireTrainable,
  requireTrained,
  type SpecTraining,
  trainSpec,
  writeCheckpoint,
} from "../../runs/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { describeData, readData, readExampleCount } from "../data-options.ts";
import { DATA_OPTIONS, TRAINING_OPTIONS } from "../definitions.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText } from "../options.ts";
import { sparkline } from "../render/spark.ts";
import { readOptimizer } from "../training-options.ts";

export const trainCommand: Command = {
  name: "train",
  summary: "Train a specification on data and report loss and accuracy",
  examples: [
    "isinglass train '784-300x10-10 tanh sw2=1.76 sb2=0.05' --data mnist --epochs 1",
    "isinglass train '784-300x10-10 relu init=he' --data mnist --optimizer adam --rate 0.001 --output trained.onnx",
    "isinglass train '784-100x5-10 tanh' --data mnist --epochs 5 --checkpoint run.npz",
  ],
  args: {
    network: {
      type: "positional",
      required: true,
      description: "a specification such as '784-300x10-10 tanh'",
    },
    ...DATA_OPTIONS,
    ...TRAINING_OPTIONS,
    examples: { type: "string", valueHint: "N", description: "training examples (default: all)" },
    epochs: { type: "string", valueHint: "N", default: "1", description: "passes through the data" },
    steps: { type: "string", valueHint: "N", description: "steps, instead of --epochs" },
    output: { type: "string", valueHint: "OUT.onnx", description: "write the trained network" },
    checkpoint: {
      type: "string",
      valueHint: "FILE.npz",
      description: "keep the state here; an existing file is continued, also after Ctrl-C",
    },
  },
  async run(context): Promise<Outcome> {
    const { args, seed, note, signal, onProgress, threads } = context;
    const force = args.force === true;
    const output = readText(args, "output");
    const checkpoint = readText(args, "checkpoint");
    if (output !== undefined) checkWritable(output, { force });
    if (checkpoint !== undefined) checkWritable(checkpoint, { force: true });
    const spec = await readSpec(String(args.network));
    refuseDropout(spec);
    const rate = readNumber(args, "rate", { min: 0, open: true }) ?? 0.01;
    const batch = readNumber(args, "batch-size", { min: 1, max: 1e6, integer: true }) ?? 100;
    const optimizer = readOptimizer(args);
    const examples = readExampleCount(context);
    const { train, test } = await readData(context, {
      ...(examples === undefined ? {} : { train: examples }),
      shape: spec.input,
    });
    requireTrainable(train, batch);
    const perEpoch = Math.max(1, Math.floor(train.count / batch));
    const epochs = readNumber(args, "epochs", { min: 1, max: 1e6, integer: true }) ?? 1;
    const steps = readNumber(args, "steps", { min: 1, max: 1e9, integer: true }) ?? epochs * perEpoch;
    const resume = checkpoint === undefined ? null : await readCheckpoint(checkpoint);
    if (checkpoint !== undefined) {
      note(
        resume === null ? `checkpoint ${checkpoint}` : `continuing ${checkpoint} after ${resume.step} steps`,
      );
    }
    const training = await trainSpec(spec, train, createStream(seed).fork("train"), {
      ...{ batch, steps, rate, optimizer, test, signal, onProgress },
      ...(threads === undefined ? {} : { threads }),
      ...(resume === null ? {} : { resume }),
    });
    requireTrained(training);
    if (checkpoint !== undefined) await writeCheckpoint(checkpoint, training.checkpoint);
    if (training.state === "interrupted") throw interrupted(training, steps, checkpoint);
    if (output !== undefined) {
      const bytes = exportNetwork(spec, Object.fromEntries(training.parameters));
      await platform.writeFile(output, bytes, { overwrite: force });
      note(`wrote ${output}`);
    }
    const { history, state } = training;
    return {
      result: {
        network: spec,
        data: { name: train.name, count: train.count, provenance: train.provenance },
        options: { batch, steps, rate, optimizer },
        ...{ state, steps: training.steps, train: training.train, test: training.test, history },
      },
      assumptions: [
        "Loss: cross-entropy.",
        "Entries of the history are means over the steps since the last entry.",
      ],
      references: [],
      seed,
      text: () => render(training, describeData(train), context),
      csv: () => [
        ["step", "loss", "accuracy"],
        ...history.map(({ step, loss, accuracy }) => [step, loss, accuracy]),
      ],
    };
  },
};

function interrupted(
  { steps: done }: SpecTraining,
  steps: number,
  checkpoint: string | undefined,
): InterruptedError {
  const kept = checkpoint === undefined ? "" : `, kept in ${checkpoint}`;
  return new InterruptedError(`interrupted after ${done} of ${steps} steps${kept}`, {
    hint:
      checkpoint === undefined
        ? "with --checkpoint FILE.npz the next run continues from here"
        : "run the same command again to continue",
  });
}

function render(
  { train, test, history, steps }: SpecTraining,
  data: string,
  { style, columns }: CommandContext,
): string {
  const percent = (share: number | null | undefined): string =>
    share === null || share === undefined ? "unknown" : `${(100 * share).toFixed(1)} %`;
  const losses = history.map(({ loss }) => loss);
  return [
    style.bold(
      test === null
        ? `Accuracy on the training examples ${percent(train?.accuracy)} after ${steps} steps.`
        : `Test accuracy ${percent(test.accuracy)} after ${steps} steps; training ${percent(train?.accuracy)}.`,
    ),
    style.dim(data),
    `loss ${sparkline(losses, { width: Math.min(60, columns - 30) })} ${losses.map((loss) => formatNumber(loss, 3)).at(0) ?? ""} to ${formatNumber(losses.at(-1) ?? Number.NaN, 3)}`,
  ].join("\n");
}

/** Masks of dropout are drawn by measurements only. */
function refuseDropout({ keepRate = 1 }: NetworkSpec): void {
  if (keepRate === 1) return;
  throw new UnsupportedOpError(`train: received keep=${keepRate}, expected a network without dropout`, {
    hint: "Drop keep= to train it; diagnose tells what dropout does to signals and gradients.",
  });
}
