/** `isinglass kernel MODEL.onnx`: the empirical tangent kernel of an imported model on examples. */
import { platform } from "#platform";
import { exact, type Reference, ShapeError, SpecError } from "../base/index.ts";
import { measureTangentKernel, planTangentKernel, type TangentForm, tangentModelOf } from "../bayes/index.ts";
import { writeNpz } from "../data/index.ts";
import { fromOnnx } from "../engine/index.ts";
import { formatNumber } from "../figures/index.ts";
import { loadKernels } from "../kernels/index.ts";
import { checkWritable } from "../runs/index.ts";
import type { Arguments, CommandContext, Outcome } from "./command.ts";
import { readData, readExampleCount } from "./data-options.ts";
import { readSizes } from "./model-options.ts";
import { readText } from "./options.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "./render/estimates.ts";

const references: readonly Reference[] = [
  {
    authors: "Jacot, Gabriel, Hongler",
    year: 2018,
    title: "Neural tangent kernel: convergence and generalization in neural networks",
    id: "arXiv:1806.07572",
  },
  {
    authors: "Novak, Sohl-Dickstein, Schoenholz",
    year: 2022,
    title: "Fast finite width neural tangent kernel",
    id: "arXiv:2206.08720",
  },
];

const assumptions = [
  "Theta(x, x') = sum over parameters of df(x) df(x'), at the weights of the file; no infinite width is assumed.",
  "Parameters: all float weights of more than one element that the output depends on, except stored statistics of batch normalisation.",
];

/** Measures the kernel of a file on `--data`, prints its spectrum and writes it. */
export async function runTangentKernel(path: string, context: CommandContext): Promise<Outcome> {
  const { args, style, note, threads, seed, signal, onProgress } = context;
  const output = readText(args, "output");
  if (output !== undefined) {
    if (!output.endsWith(".npz")) {
      throw new SpecError(`--output: received "${output}", expected a name that ends in .npz`);
    }
    checkWritable(output, { force: args.force === true });
  }
  const { graph } = await fromOnnx(path, { batch: 1, ...readSizes(args) });
  const model = tangentModelOf(graph);
  const shape = graph.values.get(model.input.name)?.shape ?? [];
  const { train } = await readData(context, {
    train: readExampleCount(context) ?? 100,
    shape: shape.slice(1),
  });
  const features = train.inputs.length / train.count;
  if (features * (shape[0] ?? 1) !== shape.reduce((product, n) => product * n, 1)) {
    throw new ShapeError(
      `kernel: ${train.name} has ${features} numbers an example, and ${path} takes [${shape}]`,
    );
  }
  const form = readForm(args);
  const plan = planTangentKernel(model, train.count, null, { form });
  note(
    `${plan.parameters} parameters, ${plan.outputs} outputs: ${plan.passes} backward passes, ${formatNumber(plan.bytes / 2 ** 20)} MiB`,
  );
  const algebra = await loadKernels({ threads: threads ?? 1 });
  try {
    const examples = { count: train.count, data: train.inputs };
    const options = { form, signal, onProgress, ...(threads === undefined ? {} : { threads }) };
    const { kernel } = await measureTangentKernel(model, examples, algebra, options);
    const eigenvalues = algebra.eigenSymmetric(kernel, { vectors: false }).values;
    const trace = eigenvalues.reduce((sum, value) => sum + value, 0);
    const squares = eigenvalues.reduce((sum, value) => sum + value * value, 0);
    if (output !== undefined) {
      const array = { shape: [kernel.rows, kernel.cols], data: kernel.data };
      await platform.writeFile(output, writeNpz({ ntk: array }), { overwrite: args.force === true });
      note(`wrote ${output}`);
    }
    const method = `${plan.passes} backward passes`;
    const result = {
      parameters: plan.parameters,
      examples: train.count,
      outputs: plan.outputs,
      form: String(form),
      meanDiagonal: exact(trace / kernel.rows, method),
      largest: exact(eigenvalues.at(-1) ?? 0, method),
      smallest: exact(eigenvalues[0] ?? 0, method),
      effectiveRank: exact(trace ** 2 / squares, method),
      eigenvalues: [...eigenvalues].reverse(),
    };
    const rows: EstimateRow[] = [
      ["mean diagonal", result.meanDiagonal, "squared length of the gradient"],
      ["largest eigenvalue", result.largest, "sets the largest stable learning rate"],
      ["smallest eigenvalue", result.smallest, "0: some targets cannot be fitted to first order"],
      ["effective rank", result.effectiveRank, `(sum)^2 / sum of squares, at most ${kernel.rows}`],
    ];
    return {
      result,
      assumptions,
      references,
      seed,
      text: () =>
        [
          style.bold(`tangent kernel of ${path} on ${train.count} examples of ${train.name}`),
          `${plan.parameters} parameters, ${plan.outputs} outputs, ${form === "trace" ? "mean over outputs" : `form ${form}`}`,
          ...estimateLines(rows, style),
          ...bulletLines("Assumed, so not covered:", assumptions),
          ...referenceLine(references, style),
        ].join("\n"),
      csv: () => [["rank", "eigenvalue"], ...result.eigenvalues.map((value, i) => [i + 1, value])],
    };
  } finally {
    await algebra.release();
  }
}

function readForm(args: Arguments): TangentForm {
  const text = readText(args, "form") ?? "trace";
  if (text === "trace" || text === "full") return text;
  const output = Number(text);
  if (Number.isInteger(output) && output >= 0) return output;
  throw new SpecError(`--form: received "${text}", expected trace, full or the number of an output`);
}
