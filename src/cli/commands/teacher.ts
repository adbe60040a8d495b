/** `isinglass teacher`: how a student network learns from a teacher network, exactly and simulated. */
import { exact, type Reference, SpecError } from "../../base/index.ts";
import {
  generalizationError,
  type OnlinePoint,
  type Overlaps,
  simulateOnlineLearning,
  solveCriticalRate,
  solveOnlineLearning,
  symmetricPlateau,
} from "../../bayes/index.ts";
import { drawTrajectory, formatEstimate, formatNumber, type TrajectoryPoint } from "../../figures/index.ts";
import { createStream, meanWithError } from "../../numerics/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import { renderTable } from "../render/table.ts";

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

const assumptions = [
  "Units erf(h / sqrt 2), Gaussian inputs, one fresh example a step, input dimension to infinity; orthonormal teacher vectors.",
  "A plateau is left at a time that fluctuates at finite input dimension, and comes earlier there than in theory.",
  "The error is half the mean square difference of teacher and student; noise on the labels is not counted.",
];

export const teacherCommand: Command = {
  name: "teacher",
  summary: "A student network learns from a teacher: exact learning curves, plateau, critical learning rate",
  examples: [
    "isinglass teacher --students 2 --teachers 2 --rate 1 --times 0:200:41 --output learning.svg",
    "isinglass teacher --students 2 --teachers 2 --rate 1 --simulate 1000 --runs 3",
    "isinglass teacher --students 4 --teachers 2 --rate 0.5 --noise 0.1 --json",
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
    runs: { type: "string", valueHint: "R", default: "3", description: "simulated runs" },
    output: { type: "string", valueHint: "FILE", description: "draw the error: .svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, style } = context;
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const setting = readSetting(args, context.seed);
    const theory = solveOnlineLearning(setting.start, setting.times, setting.options);
    const runs = simulateRuns(setting, context);
    const points = setting.times.map((time, t) => pointAt(time, theory[t] as OnlinePoint, runs, t));
    const isMatched = setting.start.students.length === setting.start.teachers.length;
    const plateau = isMatched ? symmetricPlateau(setting.start.students.length).error : null;
    const criticalRate = isMatched ? solveCriticalRate(setting.start.students.length) : null;
    if (output !== undefined) {
      const caption = `Line: solution of the learning equations at rate ${setting.options.rate}${runs.length > 0 ? `; points: ${runs.length} runs at input dimension ${setting.dimension}` : ""}.`;
      await writeFigure(output, (options) => drawTrajectory({ points, caption, plateau }, options), context);
      note(`wrote ${output}`);
    }
    const last = theory.at(-1) as OnlinePoint;
    const method = "integrated learning equations";
    return {
      result: {
        error: exact(last.error, method),
        startError: exact(generalizationError(setting.start), "exact"),
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
      references,
      seed: context.seed,
      text: () =>
        [
          style.bold(
            `error ${formatNumber(last.error)} after ${last.time} N examples, from ${formatNumber(generalizationError(setting.start))}`,
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
            points.map(({ time, error, simulated, stderr }) => [
              formatNumber(time),
              formatNumber(error),
              ...(simulated === null ? [] : [formatEstimate({ value: simulated, stderr })]),
            ]),
            [0, 1, 2],
          ),
          ...bulletLines("Assumed, so not covered:", assumptions),
          ...referenceLine(references, style),
        ].join("\n"),
      csv: () => [
        ["time", "error", "simulated", "stderr"],
        ...points.map(({ time, error, simulated, stderr }) => [time, error, simulated, stderr]),
      ],
    };
  },
};

interface Setting {
  readonly start: Overlaps;
  readonly times: readonly number[];
  readonly options: { readonly rate: number; readonly noise: number; readonly trainReadout: boolean };
  /** 0: no simulation. */
  readonly dimension: number;
  readonly runs: number;
}

function readSetting(args: Arguments, seed: number): Setting {
  const units = { min: 1, max: 16, integer: true };
  const students = readNumber(args, "students", units) as number;
  const teachers = readNumber(args, "teachers", units) as number;
  const length = readNumber(args, "length", { min: 0, open: true }) as number;
  const times = readRange(args, "times", { min: 0 }, 41) as number[];
  const dimension = readNumber(args, "simulate", { min: students + teachers, max: 1e5, integer: true }) ?? 0;
  if (times.some((time, i) => i > 0 && time < (times[i - 1] as number))) {
    throw new SpecError(`--times: received ${times.join(",")}, expected ascending times`);
  }
  return {
    start: drawStart(students, teachers, length, seed),
    times,
    options: {
      rate: readNumber(args, "rate", { min: 0, open: true }) as number,
      noise: readNumber(args, "noise", { min: 0 }) as number,
      trainReadout: args["train-readout"] === true,
    },
    dimension,
    runs: readNumber(args, "runs", { min: 1, max: 1000, integer: true }) as number,
  };
}

/** Students of given length, not quite orthogonal to the teachers: overlaps of the order of vectors drawn at N = 10^4. */
function drawStart(students: number, teachers: number, length: number, seed: number): Overlaps {
  const stream = createStream(seed).fork("start");
  const identity = (size: number, value: number): number[][] =>
    Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? value : 0)));
  return {
    students: identity(students, length),
    cross: Array.from({ length: students }, () =>
      Array.from({ length: teachers }, () => 0.01 * Math.sqrt(length) * stream.normal()),
    ),
    teachers: identity(teachers, 1),
    readout: new Array<number>(students).fill(1),
    teacherReadout: new Array<number>(teachers).fill(1),
  };
}

function simulateRuns(
  { start, times, options, dimension, runs }: Setting,
  { seed, onProgress }: CommandContext,
): OnlinePoint[][] {
  if (dimension === 0) return [];
  const stream = createStream(seed).fork("simulation");
  return Array.from({ length: runs }, (_, run) => {
    const points = simulateOnlineLearning(start, times, { ...options, dimension, stream: stream.fork(run) });
    onProgress({ stage: "simulating", done: run + 1, total: runs });
    return points;
  });
}

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
