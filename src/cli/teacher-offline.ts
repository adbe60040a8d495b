/** `isinglass teacher --offline`: students fitted to fixed examples memorise them, or become the teacher. */
import { exact, type Reference } from "../base/index.ts";
import { type CollapsePoint, measureCollapse } from "../bayes/index.ts";
import { drawCollapse, formatNumber } from "../figures/index.ts";
import { createStream } from "../numerics/index.ts";
import { checkWritable } from "../runs/index.ts";
import { figureEnding, writeFigure } from "./artifacts.ts";
import type { CommandContext, Outcome } from "./command.ts";
import { readNumber, readRange, readText } from "./options.ts";
import { bulletLines, referenceLine } from "./render/estimates.ts";
import { renderTable } from "./render/table.ts";

const references: readonly Reference[] = [
  {
    authors: "Simsek, Bendjeddou, Gerstner, Brea",
    year: 2023,
    title: "Should under-parameterized student networks copy or average teacher weights?",
    id: "arXiv:2311.01644",
  },
];

const assumptions = [
  "Gaussian inputs without label noise; both layers trained by L-BFGS from small weights, the best of up to 20 starts on the training set.",
  "A student counts as the teacher when its error on all inputs is below 1e-6 of that of a student that says 0.",
  "Where many students fit all examples, which one is found depends on where training starts: smaller weights turn earlier.",
];

/** Fits data sets of every size and tells where students turn. */
export async function runOffline(context: CommandContext): Promise<Outcome> {
  const { args, note, style, seed, signal, onProgress } = context;
  const output = readText(args, "output");
  if (output !== undefined) {
    figureEnding(output);
    checkWritable(output, { force: args.force === true });
  }
  const units = { min: 1, max: 16, integer: true };
  const setting = {
    students: readNumber(args, "students", units) as number,
    teachers: readNumber(args, "teachers", units) as number,
    dimension: readNumber(args, "dimension", { min: 1, max: 1000, integer: true }) as number,
  };
  const sizes = [...new Set(readRange(args, "offline", { min: 1, max: 1e5, integer: true }, 8) as number[])];
  const runs = readNumber(args, "runs", { min: 1, max: 1000, integer: true }) ?? 10;
  const stream = createStream(seed).fork("offline");
  const points = await measureCollapse(setting, sizes, { runs, stream, signal, onProgress });
  const parameters = setting.students * (setting.dimension + 1);
  const title = `units of the student: ${setting.students}, of the teacher: ${setting.teachers}; inputs: ${setting.dimension}, parameters: ${parameters}`;
  if (output !== undefined) {
    const series = [
      { name: `${setting.students} units`, points: points.map((point) => ({ ...point, runs })) },
    ];
    const caption = `${title}; ${runs} data sets for each number of examples.`;
    await writeFigure(output, (options) => drawCollapse({ caption, series }, options), context);
    note(`wrote ${output}`);
  }
  const turned = points.find(({ collapsed }) => collapsed >= 0.5);
  return {
    result: {
      parameters,
      turnsAt: turned?.examples ?? null,
      curve: points.map((point) => ({
        examples: point.examples,
        interpolating: exact(point.interpolating, `share of ${runs} data sets`),
        collapsed: exact(point.collapsed, `share of ${runs} data sets`),
        medianError: exact(point.medianError, "relative to a student that says 0, from overlaps"),
        overlap: exact(point.overlap, "mean over teachers of the largest cosine"),
        weightKurtosis:
          point.weightKurtosis === null
            ? null
            : exact(point.weightKurtosis, "excess kurtosis of student weights along teachers and besides"),
      })),
    },
    assumptions,
    references,
    seed,
    text: () =>
      [
        style.bold(
          turned === undefined
            ? `students memorise: at most ${formatNumber(100 * Math.max(...points.map(({ collapsed }) => collapsed)))} % became the teacher`
            : `most students become the teacher from ${turned.examples} examples on`,
        ),
        title,
        "",
        tableOf(points),
        ...bulletLines("Assumed, so not covered:", assumptions),
        ...referenceLine(references, style),
      ].join("\n"),
    csv: () => [
      ["examples", "interpolating", "collapsed", "median_error", "overlap", "weight_kurtosis"],
      ...points.map((point) => [
        point.examples,
        point.interpolating,
        point.collapsed,
        point.medianError,
        point.overlap,
        point.weightKurtosis,
      ]),
    ],
  };
}

function tableOf(points: readonly CollapsePoint[]): string {
  return renderTable(
    ["examples", "fit all", "became the teacher", "median error", "overlap", "excess kurtosis of weights"],
    points.map(({ examples, interpolating, collapsed, medianError, overlap, weightKurtosis }) => [
      String(examples),
      `${formatNumber(100 * interpolating)} %`,
      `${formatNumber(100 * collapsed)} %`,
      formatNumber(medianError),
      formatNumber(overlap, 4),
      weightKurtosis === null ? "" : formatNumber(weightKurtosis, 3),
    ]),
    [0, 1, 2, 3, 4, 5],
  );
}
