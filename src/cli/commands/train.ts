/** `isinglass train NETWORK`: trains a specification on data, to see whether the verdict was right. */
import { SpecError } from "../../base/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { DATA_OPTIONS, TRAINING_OPTIONS } from "../definitions.ts";
import { readText } from "../options.ts";
import { trainGan } from "../train-gan.ts";
import { trainNetwork } from "../train-network.ts";

export const trainCommand: Command = {
  name: "train",
  summary: "Train a classifier, an autoencoder or a GAN on data, with its learning curves",
  examples: [
    "isinglass train '784-300x10-10 tanh sw2=1.76 sb2=0.05' --data mnist --epochs 1",
    "isinglass train '784-300x10-10 relu' --init he --data mnist --optimizer adam --rate 0.001 --output trained.onnx",
    "isinglass train '16-64x20-5 tanh' --init critical --data jets --optimizer adam --rate 0.001 --output curve.svg",
    "isinglass train 'autoencoder:784-256-32' --data mnist --optimizer adam --rate 0.001 --report autoencoder.html",
    "isinglass train 'generator:64-256-784' --discriminator 'discriminator:784-256-1' --data mnist --epochs 20 --report gan.html",
    "isinglass train '784-100x5-10 tanh' --data mnist --epochs 5 --checkpoint run.npz",
  ],
  args: {
    network: {
      type: "positional",
      required: true,
      description: "a specification such as '784-300x10-10 tanh'; with --discriminator the generator",
    },
    discriminator: {
      type: "string",
      valueHint: "SPEC",
      description: "train a GAN: NETWORK makes examples, this one tells them from real ones",
    },
    init: {
      type: "string",
      valueHint: "SCHEME",
      description:
        "draw parameters by this scheme: pytorch, he, glorot, lecun, or critical (mean-field, bias variance 0.05)",
    },
    ...DATA_OPTIONS,
    ...TRAINING_OPTIONS,
    optimizer: {
      type: "string",
      valueHint: "NAME",
      description: "sgd (default), momentum, adam, adamw; GANs: adam with beta1 = 0.5",
    },
    examples: { type: "string", valueHint: "N", description: "training examples (default: all)" },
    epochs: { type: "string", valueHint: "N", default: "1", description: "passes through the data" },
    steps: { type: "string", valueHint: "N", description: "steps, instead of --epochs" },
    output: {
      type: "string",
      valueHint: "FILE",
      description:
        "write the trained network (.onnx; of a GAN the generator) or curves (.svg, .png, .csv, .json)",
    },
    report: { type: "string", valueHint: "FILE.html", description: "write a page that holds everything" },
    checkpoint: {
      type: "string",
      valueHint: "FILE.npz",
      description: "keep the state here; an existing file is continued, also after Ctrl-C",
    },
  },
  async run(context): Promise<Outcome> {
    checkFiles(context);
    return readText(context.args, "discriminator") === undefined ? trainNetwork(context) : trainGan(context);
  },
};

/** Refuses files that cannot be written before the work begins. */
function checkFiles({ args }: CommandContext): void {
  const force = args.force === true;
  const output = readText(args, "output");
  if (output !== undefined) {
    if (!/\.onnx$/i.test(output)) requireFigure(output);
    checkWritable(output, { force });
  }
  const report = readText(args, "report");
  if (report !== undefined) checkWritable(report, { force });
  const checkpoint = readText(args, "checkpoint");
  if (checkpoint !== undefined) checkWritable(checkpoint, { force: true });
}

function requireFigure(path: string): void {
  try {
    figureEnding(path);
  } catch {
    throw new SpecError(`--output: "${path}" ends in none of .onnx, .svg, .png, .csv, .json`, {
      hint: `--output ${path.replace(/\.[^./\\]*$/, "")}.onnx`,
    });
  }
}
