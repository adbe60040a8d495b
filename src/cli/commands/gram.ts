/** `isinglass gram`: a batch as a density matrix; its spectrum and entropies. */
import { platform } from "#platform";
import { BudgetError, type Reference, SpecError } from "../../base/index.ts";
import { estimateGram, type GramEstimates, predictNoiseEntropy } from "../../flow/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import { type FileBatch, readBatchFile } from "../batch-file.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readText } from "../options.ts";
import { gramLines } from "../render/gram.ts";

/** Eigenvalue problems above this size take longer than minutes. */
const LARGEST_SIDE = 6000;

export const gramCommand: Command = {
  name: "gram",
  summary: "A batch of samples as a density matrix: spectrum, entropies, effective rank",
  examples: [
    "isinglass gram activations.npy",
    "isinglass gram activations.npy --json --expect 'entropy > 0.5'",
    "isinglass gram activations.npy --report spectrum.html",
    "isinglass gram layers.npz --array layer3 --centring none --output spectrum.svg",
  ],
  args: {
    file: {
      type: "positional",
      required: true,
      description: "npy, npz or CSV; the first axis counts the samples, all others are flattened",
    },
    array: { type: "string", valueHint: "NAME", description: "which array of an npz file" },
    samples: { type: "string", valueHint: "N", description: "use the first N samples" },
    centring: {
      type: "string",
      valueHint: "HOW",
      default: "sample",
      description: "subtract from every sample its own mean (sample), or nothing (none)",
    },
    scaling: {
      type: "string",
      valueHint: "HOW",
      default: "sample",
      description: "bring every sample to length 1 (sample), or keep relative lengths (trace)",
    },
    output: {
      type: "string",
      valueHint: "FILE",
      description: "draw the spectrum: .svg, .png, .csv or .json",
    },
    report: { type: "string", valueHint: "FILE.html", description: "write a page that holds everything" },
  },
  async run(context): Promise<Outcome> {
    const { args, note } = context;
    const path = readText(args, "file") ?? "";
    const centring = readChoice(args, "centring", ["sample", "none"] as const);
    const scaling = readChoice(args, "scaling", ["sample", "trace"] as const);
    const output = readText(args, "output");
    const report = readText(args, "report");
    if (output !== undefined) figureEnding(output);
    for (const to of [output, report]) {
      if (to !== undefined) checkWritable(to, { force: args.force === true });
    }
    const limit = readNumber(args, "samples", { min: 2, integer: true });
    const read = limitSamples(await readBatchFile(path, readText(args, "array")), limit, path);
    if (read.shape.length > 2) {
      note(
        `${path}: shape [${read.shape}] flattened to ${read.batch.rows} samples of ${read.batch.cols} features`,
      );
    }
    checkSize(read, path);
    const kernels = await loadKernels({ threads: context.threads ?? 1 });
    try {
      const estimates = estimateGram(read.batch, { kernels, centring, scaling, where: path });
      if (output !== undefined) {
        const { drawGramSpectrum } = await import("../../figures/index.ts");
        const caption = `Eigenvalues of the density matrix of ${path}.`;
        await writeFigure(output, (options) => drawGramSpectrum({ ...estimates, caption }, options), context);
        note(`wrote ${output}`);
      }
      if (report !== undefined) {
        await writeReport(report, path, estimates, context);
        note(`wrote ${report}`);
      }
      return outcomeOf(path, read, estimates, context);
    } finally {
      await kernels.release();
    }
  },
};

/** Entropy of independent noise of the same shape; centring takes one direction away. */
function noiseEntropyOf({ spectrum }: GramEstimates): number | null {
  const features = spectrum.features + (spectrum.centring === "none" ? 1 : 0);
  return features < 2 ? null : predictNoiseEntropy(spectrum.samples, features);
}

async function writeReport(
  to: string,
  file: string,
  estimates: GramEstimates,
  { args, version, commandLine, machine }: CommandContext,
): Promise<void> {
  const { renderGramReport } = await import("../../report/index.ts");
  const html = await renderGramReport({
    ...{ file, estimates, references: REFERENCES },
    noiseEntropy: noiseEntropyOf(estimates),
    assumptions: assumptionsOf(estimates),
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(to, html, { overwrite: args.force === true });
}

function outcomeOf(
  path: string,
  { shape, array }: FileBatch,
  estimates: GramEstimates,
  context: CommandContext,
): Outcome {
  const { spectrum, ...numbers } = estimates;
  const { eigenvalues, ...facts } = spectrum;
  const noiseEntropy = noiseEntropyOf(estimates);
  return {
    result: {
      file: path,
      ...(array === null ? {} : { array }),
      shape,
      ...facts,
      ...numbers,
      noiseEntropy,
      eigenvalues,
    },
    assumptions: assumptionsOf(estimates),
    references: REFERENCES,
    seed: null,
    text: () => gramLines(path, estimates, noiseEntropy, context),
    csv: () => [["index", "eigenvalue"], ...Array.from(eigenvalues, (value, k) => [k + 1, value])],
  };
}

const REFERENCES: readonly Reference[] = [
  {
    authors: "Thurn, Jefferson, Erdmenger",
    year: 2024,
    title:
      "Opening the black box: predicting the trainability of deep neural networks with reconstruction entropy",
    where: "Gram entropy of the accompanying code",
    id: "arXiv:2406.12916",
  },
  { authors: "Efron, Stein", year: 1981, title: "The jackknife estimate of variance" },
];

function assumptionsOf({ spectrum, entropy }: GramEstimates): string[] {
  const { samples, zeroRows, centring, scaling } = spectrum;
  return [
    `rho = X X^T / n of ${samples} samples, ${centring === "sample" ? "the mean of each sample subtracted" : "not centred"}, ${
      scaling === "sample" ? "each of length 1" : "their relative lengths kept"
    }.`,
    `Errors are spreads over draws of ${samples} samples (${entropy.method.split(", ").at(-1)}); entropies of other numbers of samples are not comparable.`,
    ...(zeroRows > 0
      ? [
          `${zeroRows} samples have no contrast; ${scaling === "sample" ? "they count as one common state" : "they have no weight"}.`,
        ]
      : []),
  ];
}

function readChoice<T extends string>(args: Arguments, name: string, words: readonly T[]): T {
  const text = readText(args, name);
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new SpecError(`--${name}: received "${text}", expected ${words.join(" or ")}`, {
    hint: `--${name} ${words[0]}`,
  });
}

function limitSamples(read: FileBatch, limit: number | undefined, path: string): FileBatch {
  const { batch } = read;
  if (limit === undefined || limit === batch.rows) return read;
  if (limit > batch.rows) {
    throw new SpecError(`--samples: received ${limit}, but ${path} holds ${batch.rows} samples`, {
      hint: `--samples ${batch.rows}`,
    });
  }
  const data = batch.data.subarray(0, limit * batch.cols);
  return { ...read, batch: { rows: limit, cols: batch.cols, data } };
}

function checkSize({ batch }: FileBatch, path: string): void {
  const side = Math.min(batch.rows, batch.cols);
  if (side <= LARGEST_SIDE) return;
  throw new BudgetError(
    `${path}: ${batch.rows} samples of ${batch.cols} features need eigenvalues of a ${side} x ${side} matrix, at most ${LARGEST_SIDE} are solved`,
    { hint: "--samples 1000", data: { side } },
  );
}
