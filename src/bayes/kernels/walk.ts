/** How covariances go through the steps of a network: pairs of images in a session of the kernels, and the variances of each image. */
import { UnsupportedOpError } from "../../base/index.ts";
import type { Kernels, PositionLayer, PositionSession, PositionState } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { dualOf } from "./dual.ts";
import type { WideProgram, WideStep } from "./network.ts";
import { averageOf, factorsOf } from "./plan.ts";

/** The error for an activation without a fast average. */
export function noAverage(name: string, where: string): UnsupportedOpError {
  return new UnsupportedOpError(
    `kernel: received the activation ${name} ${where}, for which there is no fast average`,
    { hint: "use relu, leaky-relu, abs(x), erf, gelu, sin, or a smooth activation on inputs that are not 0" },
  );
}

/** A state of inner products over channels: image i against images from .. to. */
export function overlaps(
  { channels, positions, isAll }: WideProgram,
  session: PositionSession,
  inputs: Matrix,
  i: number,
  others: Matrix,
  from: number,
  to: number,
): PositionState {
  const n = to - from;
  return session.create(positions, (out) => {
    const x = inputs.data;
    const y = others.data;
    for (let p = 0; p < positions; p++) {
      for (let q = isAll ? 0 : p; q < (isAll ? positions : p + 1); q++) {
        const at = (isAll ? p * positions + q : p) * n;
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let c = 0; c < channels; c++) {
            sum +=
              (x[i * inputs.cols + c * positions + p] as number) *
              (y[(from + j) * inputs.cols + c * positions + q] as number);
          }
          out[at + j] = sum / channels;
        }
      }
    }
  });
}

/** Follows a state through the steps; `layerAt` knows the factors of an activation, given the state before it. */
export function follow(
  session: PositionSession,
  state: PositionState,
  steps: readonly WideStep[],
  layerAt: (index: number, state: PositionState) => PositionLayer,
): PositionState {
  let current = state;
  for (const step of steps) {
    if (step.kind === "sum") current = session.sum(current, step.sum);
    else if (step.kind === "activate") session.activate(current, layerAt(step.index, current));
    else {
      const skip = follow(session, session.copy(current), step.skip, layerAt);
      current = follow(session, current, step.branch, layerAt);
      session.add(current, skip);
    }
  }
  return current;
}

/** K(x, x)[p, p] in front of every activation, [image, position]: from the image against itself. */
export function variancesOf(program: WideProgram, inputs: Matrix, kernels: Kernels): Float64Array[] {
  const out = program.activations.map(({ positions }) => new Float64Array(inputs.rows * positions));
  if (!program.poolsInside) {
    for (let i = 0; i < inputs.rows; i++) followDiagonal(program, inputs, i, out);
    return out;
  }
  const duals = program.activations.map(({ activation }) => dualOf(activation));
  for (let i = 0; i < inputs.rows; i++) {
    kernels.wide.positions(true, 1, (session) => {
      const start = overlaps(program, session, inputs, i, inputs, i, i + 1);
      follow(session, start, program.steps, (index, state) => {
        const { activation, positions } = program.activations[index] as WideProgram["activations"][number];
        const k = session.view(state);
        const own = Float64Array.from({ length: positions }, (_, p) => k[p * (positions + 1)] as number);
        out[index]?.set(own, i * positions);
        const average = averageOf(activation, duals[index] as (typeof duals)[number], own, own, false);
        if (average === null)
          throw noAverage(activation.name, "in a network with a pool before an activation");
        const factors = factorsOf(average, own);
        return { ...average, rows: factors, columns: factors, table: null };
      });
    });
  }
  return out;
}

/** The same without pools: only equal positions matter, and the averages are those of one variable. */
function followDiagonal(program: WideProgram, inputs: Matrix, i: number, out: readonly Float64Array[]): void {
  const { channels, positions } = program;
  const start = Float64Array.from({ length: positions }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < channels; c++)
      sum += (inputs.data[i * inputs.cols + c * positions + p] as number) ** 2;
    return sum / channels;
  });
  const walk = (state: Float64Array, steps: readonly WideStep[]): Float64Array => {
    let q = state;
    for (const step of steps) {
      if (step.kind === "activate") {
        out[step.index]?.set(q, i * q.length);
        const dual = dualOf(step.activation);
        q = q.map((variance) => dual.diagonal(variance).value);
      } else if (step.kind === "residual") {
        const skip = walk(q, step.skip);
        q = walk(q, step.branch).map((value, p) => value + (skip[p] as number));
      } else {
        const { mode, outs, taps, table, scale, shift } = step.sum;
        // behind the last activation a pool needs other positions, and nobody needs the variance
        if (mode === "free") return new Float64Array(outs);
        const before = q;
        q = Float64Array.from({ length: outs }, (_, p) => {
          let sum = 0;
          for (let t = 0; t < taps; t++) {
            const at = table[p * taps + t] as number;
            if (at >= 0) sum += before[at] as number;
          }
          return shift + scale * sum;
        });
      }
    }
    return q;
  };
  walk(start, program.steps);
}
