/** What `teacher` learns on-line: units, rate, inputs; solved, and simulated where asked. */
import { InterruptedError, SpecError } from "../base/index.ts";
import {
  type ManifoldFunction,
  type ManifoldVectors,
  manifoldMoments,
  manifoldStart,
  type OnlineOptions,
  type OnlinePoint,
  type Overlaps,
  simulateManifoldLearning,
  simulateOnlineLearning,
  solveManifoldLearning,
  solveOnlineLearning,
  typicalManifoldStart,
} from "../bayes/index.ts";
import { loadKernels } from "../kernels/index.ts";
import { createStream } from "../numerics/index.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { readNumber, readRange, readText } from "./options.ts";
import { suggest } from "./suggest.ts";

/** The arguments of on-line learning. */
export interface TeacherSetting {
  readonly students: number;
  readonly teachers: number;
  /** w.w / N at the start. */
  readonly length: number;
  readonly times: readonly number[];
  readonly options: Required<OnlineOptions>;
  /** 0: no simulation. */
  readonly dimension: number;
  readonly runs: number;
  readonly manifold: { readonly ratio: number; readonly name: ManifoldFunction } | null;
}

const FUNCTIONS: readonly ManifoldFunction[] = ["linear", "sign", "tanh", "erf"];

/** Reads and checks all arguments. */
export function readTeacherSetting(args: Arguments): TeacherSetting {
  const units = { min: 1, max: 16, integer: true };
  const students = readNumber(args, "students", units) as number;
  const teachers = readNumber(args, "teachers", units) as number;
  const times = readRange(args, "times", { min: 0 }, 41) as number[];
  if (times.some((time, i) => i > 0 && time < (times[i - 1] as number))) {
    throw new SpecError(`--times: received ${times.join(",")}, expected ascending times`);
  }
  return {
    students,
    teachers,
    length: readNumber(args, "length", { min: 0, open: true }) as number,
    times,
    options: {
      rate: readNumber(args, "rate", { min: 0, open: true }) as number,
      noise: readNumber(args, "noise", { min: 0 }) as number,
      trainReadout: args["train-readout"] === true,
    },
    dimension: readNumber(args, "simulate", { min: students + teachers, max: 1e5, integer: true }) ?? 0,
    runs: readNumber(args, "runs", { min: 1, max: 1000, integer: true }) ?? 3,
    manifold: readManifold(args),
  };
}

function readManifold(args: Arguments): TeacherSetting["manifold"] {
  const ratio = readNumber(args, "manifold", { min: 0, max: 1, open: true });
  const text = readText(args, "function") ?? "sign";
  const name = FUNCTIONS.find((known) => known === text);
  if (name === undefined) {
    throw new SpecError(`--function: received "${text}", expected ${FUNCTIONS.join(", ")}`, {
      hint: `--function ${suggest(text, FUNCTIONS) ?? "sign"}`,
    });
  }
  if (ratio === undefined) return null;
  if (ratio >= 1) throw new SpecError(`--manifold: received ${ratio}, expected a number below 1`);
  return { ratio, name };
}

/** The inputs in words. */
export function describeInputs({ manifold }: TeacherSetting): string {
  return manifold === null
    ? "Gaussian inputs"
    : `inputs ${manifold.name}(c F / sqrt D) on a hidden manifold, D / N = ${manifold.ratio}`;
}

/** Solves the learning equations and simulates as many runs as asked. */
export async function learnOnline(
  setting: TeacherSetting,
  context: CommandContext,
): Promise<{ readonly theory: readonly OnlinePoint[]; readonly runs: readonly OnlinePoint[][] }> {
  const { seed, onProgress } = context;
  const { times, options, dimension } = setting;
  const count = dimension === 0 ? 0 : setting.runs;
  const stream = createStream(seed).fork("simulation");
  const done = (run: number): void => onProgress({ stage: "simulating", done: run + 1, total: count });
  if (setting.manifold !== null) return learnOnManifold(setting, setting.manifold, context);
  const start = drawStart(setting, seed);
  const theory = solveOnlineLearning(start, times, options);
  const runs: OnlinePoint[][] = [];
  for (let run = 0; run < count; run++) {
    await takeTurn(context);
    runs.push(simulateOnlineLearning(start, times, { ...options, dimension, stream: stream.fork(run) }));
    done(run);
  }
  return { theory, runs };
}

/** Lets Ctrl-C in between runs. */
async function takeTurn({ signal }: CommandContext): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal.aborted) throw new InterruptedError("teacher and student: interrupted");
}

/** With a simulation the equations start from its vectors, else from typical order parameters. */
async function learnOnManifold(
  setting: TeacherSetting,
  { ratio, name }: NonNullable<TeacherSetting["manifold"]>,
  context: CommandContext,
): Promise<{ readonly theory: readonly OnlinePoint[]; readonly runs: readonly OnlinePoint[][] }> {
  const { seed, onProgress } = context;
  const { times, options, dimension, runs: count } = setting;
  const moments = manifoldMoments(name);
  if (dimension === 0) {
    const start = typicalManifoldStart(drawStart(setting, seed), ratio);
    return { theory: solveManifoldLearning(start, times, moments, options), runs: [] };
  }
  const algebra = await loadKernels();
  const vectors = drawVectors(setting, Math.max(1, Math.round(ratio * dimension)), seed);
  const theory = solveManifoldLearning(manifoldStart(vectors, algebra), times, moments, options);
  const stream = createStream(seed).fork("simulation");
  const runs: OnlinePoint[][] = [];
  for (let run = 0; run < count; run++) {
    await takeTurn(context);
    const own = { ...options, stream: stream.fork(run) };
    runs.push(simulateManifoldLearning(vectors, times, moments, own, algebra));
    onProgress({ stage: "simulating", done: run + 1, total: count });
  }
  return { theory, runs };
}

function drawVectors(
  { students, teachers, length, dimension }: TeacherSetting,
  latent: number,
  seed: number,
): ManifoldVectors {
  const stream = createStream(seed).fork("vectors");
  const draw = (rows: number, cols: number, deviation = 1) => {
    const data = new Float64Array(rows * cols);
    stream.fillNormal(data, deviation);
    return { rows, cols, data };
  };
  return {
    students: draw(students, dimension, Math.sqrt(length)),
    teachers: draw(teachers, latent),
    features: draw(latent, dimension),
    readout: new Array<number>(students).fill(1),
    teacherReadout: new Array<number>(teachers).fill(1),
  };
}

/** Students of given length, not quite orthogonal to the teachers: overlaps of the order of vectors drawn at N = 10^4. */
function drawStart({ students, teachers, length }: TeacherSetting, seed: number): Overlaps {
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
