/**
 * Targets of a random teacher network: y = v . phi(W x / sqrt(N0)) / sqrt(M) + noise with x, W and v standard normal. A teacher
 * and a student of one kind learn what they can; the noise is what is left over.
 */
import { SpecError } from "../../base/index.ts";
import type { Activation } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";

/** A teacher and its data. */
export interface TeacherTaskOptions {
  readonly stream: RandomStream;
  readonly activation: Activation;
  /** N0, entries of an input. */
  readonly inputs: number;
  /** M, hidden units of the teacher. */
  readonly units: number;
  /** Standard deviation of the noise on training and test targets. Default 0. */
  readonly noise?: number;
  readonly examples: number;
  readonly tests: number;
}

/**
 * Draws a teacher, inputs and targets. More examples of the same stream begin with the same ones.
 *
 * @throws SpecError for sizes that are not positive whole numbers, or negative noise
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { resolveActivation } from "isinglass/networks";
 * import { drawTeacherTask } from "isinglass/bayes";
 *
 * const activation = resolveActivation("erf");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 20, units: 10, examples: 100, tests: 50 });
 * [task.inputs.rows, task.inputs.cols, task.testTargets.length]; // => [100, 20, 50]
 * ```
 */
export function drawTeacherTask(options: TeacherTaskOptions): RegressionTask {
  const { stream, activation, inputs, units, noise = 0, examples, tests } = options;
  for (const [name, value] of Object.entries({ inputs, units, examples, tests })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new SpecError(`teacher: received ${value} for ${name}, expected a positive whole number`);
  }
  if (!(noise >= 0)) throw new SpecError(`teacher: received noise ${noise}, expected at least 0`);
  const hidden = new Float64Array(units * inputs);
  const readout = new Float64Array(units);
  stream.fork("weights").fillNormal(hidden);
  stream.fork("readout").fillNormal(readout);
  const draw = (part: string, count: number): { data: Float64Array; targets: Float64Array } => {
    const own = stream.fork(part);
    const data = new Float64Array(count * inputs);
    own.fork("inputs").fillNormal(data);
    const disturbance = new Float64Array(count);
    own.fork("noise").fillNormal(disturbance);
    const targets = Float64Array.from({ length: count }, (_, row) => {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        let field = 0;
        for (let i = 0; i < inputs; i++) {
          field += (hidden[unit * inputs + i] as number) * (data[row * inputs + i] as number);
        }
        sum += (readout[unit] as number) * activation.f(field / Math.sqrt(inputs));
      }
      return sum / Math.sqrt(units) + noise * (disturbance[row] as number);
    });
    return { data, targets };
  };
  const [train, test] = [draw("training", examples), draw("test", tests)];
  return {
    inputs: { rows: examples, cols: inputs, data: train.data },
    targets: train.targets,
    testInputs: { rows: tests, cols: inputs, data: test.data },
    testTargets: test.targets,
  };
}
