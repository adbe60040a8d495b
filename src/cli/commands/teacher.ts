/** `isinglass teacher`: how a student network learns from a teacher network, exactly and simulated. */
import { exact, type Reference } from "../../base/index.ts";
import { type OnlinePoint, solveCriticalRate, symmetricPlateau } from "../../bayes/index.ts";
import {
  drawOrderParameters,
  drawTrajectory,
  formatEstimate,
  formatNumber,
  type TrajectoryPoint,
} from "../../figures/index.ts";
import { meanWithError } from "../../numerics/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Command, Outcome } from "../command.ts";
import { readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import { renderTable } from "../render/table.ts";
import { runOffline } from "../teacher-offline.ts";
import { describeInputs, learnOnline, readTeacherSetting } from "../teacher-setting.ts";

const references: readonly Reference[] = [
  {
    authors: "Saad, Solla",
    year: 1995,
    title: "On-line learning in soft committee machines",
    where: "equations 9 to 14",
  },
  {
    authors: "Goldt, Advani, Saxe, Krzakala, Zdeborova",
    year: 2019,
    title:
      "Dynamics of stochastic gradient descent for two-layer neural networks in the teacher-student setup",
    id: "arXiv:1906.08632",
  },
];

const manifoldReference: Reference = {
  authors: "Goldt, Mezard, Krzakala, Zdeborova",
  year: 2020,
  title: "Modeling the influence of data structure on learning in neural networks: the hidden manifold model",
  id: "arXiv:1909.11500",
};

const assumptions = [
  "Units erf(h / sqrt 2), one fresh example a step, input dimension to infinity; inputs Gaussian, or on a hidden manifold with the teacher on its coordinates.",
  "A plateau is left at a time that fluctuates from run to run at finite input dimension.",
  "The error is half the mean square difference of teacher and student; noise on the labels is not counted.",
];

export const teacherCommand: Command = {
  name: "teacher",
  summary: "A student network learns from a teacher: exact learning curves, plateau, critical learning rate",
  examples: [
    "isinglass teacher --students 2 --teachers 2 --rate 1 --times 0:200:41 --output learning.svg",
    "isinglass teacher --students 2 --teachers 2 --rate 1 --simulate 1000 --runs 3",
    "isinglass teacher --manifold 0.1 --function sign --rate 0.5 --simulate 400 --overlaps overlaps.svg",
    "isinglass teacher --offline 12:40:8 --students 2 --teachers 2 --runs 10 --output collapse.svg",
  ],
  args: {
    students: { type: "string", valueHint: "K", default: "2", description: "hidden units of the student" },
    teachers: { type: "string", valueHint: "M", default: "2", description: "hidden units of the teacher" },
    rate: { type: "string", valueHint: "R", default: "1", description: "learning rate" },
    noise: {
      type: "string",
      valueHint: "S",
      default: "0",
      description: "standard deviation of the label noise",
    },
    times: {
      type: "string",
      valueHint: "A:B:N",
      default: "0:200:41",
      description: "times to report, in examples / input dimension",
    },
    length: {
      type: "string",
      valueHint: "Q",
      default: "0.25",
      description: "squared length of the student's vectors at the start, w.w / N",
    },
    "train-readout": { type: "boolean", description: "let the readout learn too" },
    simulate: {
      type: "string",
      valueHint: "N",
      description: "simulate at input dimension N beside the theory",
    },
    runs: {
      type: "string",
      valueHint: "R",
      description: "simulated runs (default 3), or data sets of --offline (default 10)",
    },
    manifold: {
      type: "string",
      valueHint: "D/N",
      description:
        "inputs on a hidden manifold of D = D/N times N dimensions, the teacher on its coordinates",
    },
    function: {
      type: "string",
      valueHint: "F",
      default: "sign",
      description: "--manifold: what is applied to its points, linear, sign, tanh or erf",
    },
    offline: {
      type: "string",
      valueHint: "A:B:N",
      description:
        "fit these numbers of fixed examples until nothing is left: memorise, or become the teacher",
    },
    dimension: {
      type: "string",
      valueHint: "N",
      default: "10",
      description: "--offline: input dimension",
    },
    overlaps: {
      type: "string",
      valueHint: "FILE",
      description: "draw the order parameters: .svg, .png, .csv or .json",
    },
    output: { type: "string", valueHint: "FILE", description: "draw the error: .svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, style } = context;
    if (readText(args, "offline") !== undefined) return runOffline(context);
    const output = readText(args, "output");
    const overlapsOutput = readText(args, "overlaps");
    for (const path of [output, overlapsOutput]) {
      if (path === undefined) continue;
      figureEnding(path);
      checkWritable(path, { force: args.force === true });
    }
    const setting = readTeacherSetting(args);
    const { theory, runs } = await learnOnline(setting, context);
    const points = setting.times.map((time, t) => pointAt(time, theory[t] as OnlinePoint, runs, t));
    const isMatched = setting.students === setting.teachers && setting.manifold === null;
    const plateau = isMatched ? symmetricPlateau(setting.students).error : null;
    const criticalRate = isMatched ? solveCriticalRate(setting.students) : null;
    const simulated =
      runs.length > 0 ? `; points: ${runs.length} runs at input dimension ${setting.dimension}` : "";
    const caption = `Line: solution of the learning equations at rate ${setting.options.rate}, ${describeInputs(setting)}${simulated}.`;
    if (output !== undefined) {
      await writeFigure(output, (options) => drawTrajectory({ points, caption, plateau }, options), context);
      note(`wrote ${output}`);
    }
    if (overlapsOutput !== undefined) {
      const of = (all: readonly OnlinePoint[]) => all.map(({ time, overlaps }) => ({ time, ...overlaps }));
      const input = { caption, theory: of(theory), simulated: of(runs[0] ?? []) };
      await writeFigure(overlapsOutput, (options) => drawOrderParameters(input, options), context);
      note(`wrote ${overlapsOutput}`);
    }
    const [first, last] = [theory[0] as OnlinePoint, theory.at(-1) as OnlinePoint];
    const method = "integrated learning equations";
    const cited = setting.manifold === null ? references : [...references, manifoldReference];
    return {
      result: {
        error: exact(last.error, method),
        startError: exact(first.error, "exact"),
        plateau: plateau === null ? null : exact(plateau, "closed form"),
        criticalRate: criticalRate === null ? null : exact(criticalRate, "linearised equations"),
        trajectory: theory.map(({ time, error, overlaps }, t) => ({
          time,
          error,
          students: overlaps.students,
          cross: overlaps.cross,
          readout: overlaps.readout,
          simulated: points[t]?.simulated ?? null,
          stderr: points[t]?.stderr ?? null,
        })),
      },
      assumptions,
      references: cited,
      seed: context.seed,
      text: () =>
        [
          style.bold(
            `error ${formatNumber(last.error)} after ${last.time} N examples, from ${formatNumber(first.error)}; ${describeInputs(setting)}`,
          ),
          ...(plateau === null || criticalRate === null
            ? []
            : [
                `symmetric plateau ${formatNumber(plateau)} (small rates), perfect learning stable below rate ${formatNumber(criticalRate)}`,
                ...(setting.options.rate > criticalRate
                  ? [`rate ${setting.options.rate} is above that: the student does not become the teacher`]
                  : []),
              ]),
          "",
          renderTable(
            ["time", "error", ...(runs.length > 0 ? ["simulated"] : [])],
            points.map(({ time, error, simulated: value, stderr }) => [
              formatNumber(time),
              formatNumber(error),
              ...(value === null ? [] : [formatEstimate({ value, stderr })]),
            ]),
            [0, 1, 2],
          ),
          ...bulletLines("Assumed, so not covered:", assumptions),
          ...referenceLine(cited, style),
        ].join("\n"),
      csv: () => [
        ["time", "error", "simulated", "stderr"],
        ...points.map(({ time, error, simulated: value, stderr }) => [time, error, value, stderr]),
      ],
    };
  },
};

function pointAt(
  time: number,
  { error }: OnlinePoint,
  runs: readonly OnlinePoint[][],
  t: number,
): TrajectoryPoint {
  if (runs.length === 0) return { time, error, simulated: null, stderr: null };
  const errors = Float64Array.from(runs, (run) => run[t]?.error as number);
  const { value, stderr } = meanWithError(errors);
  return { time, error, simulated: value, stderr };
}
