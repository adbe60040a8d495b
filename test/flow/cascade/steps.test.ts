/** The training graph of a block against plain loops in float64: readable on one side, fast on the other. */
import { describe, expect, test } from "vitest";
import { sizeOf, type Tensor } from "../../../src/engine/index.ts";
import { buildDenseStep, isDense, rowGroups } from "../../../src/flow/cascade/dense-step.ts";
import { type Lane, openLanes } from "../../../src/flow/cascade/lanes.ts";
import { openLayer } from "../../../src/flow/cascade/layer-run.ts";
import type { LayerState } from "../../../src/flow/cascade/placed-decoder.ts";
import { buildGenericStep } from "../../../src/flow/cascade/step.ts";
import type { BlockStep, Layout, Layouts } from "../../../src/flow/cascade/step-names.ts";
import { drawDenseChain, type FlowBlock } from "../../../src/flow/index.ts";
import { createStream, type RandomStream } from "../../../src/numerics/index.ts";

const STEPS = 12;
const RATE = 1e-2;

interface Problem {
  readonly block: FlowBlock;
  readonly batch: number;
  /** [STEPS, batch, inputs] */
  readonly x: Float32Array;
  readonly first: readonly Float32Array[];
}

function problem(inputs: number, outputs: number, batch: number, stream: RandomStream): Problem {
  const chain = drawDenseChain({ widths: [inputs, outputs], sigmaW2: 2, sigmaB2: 0.1, stream });
  const x = new Float32Array(STEPS * batch * inputs);
  stream.fork("x").fillUniform(x, -0.9, 0.9);
  const block = chain.blocks[0] as FlowBlock;
  const first = block.decoder.parameters.map(({ name, shape, fanIn }) => {
    const values = new Float32Array(sizeOf(shape));
    stream.fork(name).fillUniform(values, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
    return values;
  });
  return { block, batch, x, first };
}

/** [STEPS, batch, size] as [STEPS, size, batch] and back. */
function exchanged(values: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const [step, row, col] = [Math.floor(at / (rows * cols)), Math.floor(at / cols) % rows, at % cols];
    out[(step * cols + col) * rows + row] = values[at] as number;
  }
  return out;
}

const ROWS: Layouts = { from: "rows", to: "rows" };

async function run({ block, batch, x, first }: Problem, step: BlockStep, layouts = ROWS) {
  const [n, m] = [sizeOf(block.inputShape), sizeOf(block.outputShape)];
  const { lanes, release } = openLanes(1);
  const draw = (): Tensor<"float32">[] =>
    block.decoder.parameters.map(({ shape }, i) => ({
      dtype: "float32",
      shape,
      data: (first[i] as Float32Array).slice(),
    }));
  const state: LayerState = {
    draw,
    parameters: [],
    carried: [],
    loss: new Float32Array(0),
    isFinished: false,
  };
  const task = { block, layer: 0, batch, layouts, step };
  const given = layouts.from === "rows" ? x : exchanged(x, batch, n);
  // in two runs, the second on a layer that was closed and opened again
  const parts: Float32Array[] = [];
  let now = state;
  for (const [from, to] of [
    [0, 5],
    [5, STEPS],
  ] as const) {
    const open = await openLayer(lanes[0] as Lane, task, now);
    const part = given.slice(from * batch * n, to * batch * n);
    const { y } = await open.run({ x: part, first: from, count: to - from, rate: RATE });
    parts.push(y as Float32Array);
    now = await open.close(to === STEPS);
  }
  await release();
  const y = Float32Array.from(parts.flatMap((part) => [...part]));
  return {
    y: layouts.to === "rows" ? y : exchanged(y, m, batch),
    loss: now.loss,
    parameters: now.parameters.map(({ data }) => data),
  };
}

/** The published method in plain loops: tanh layer, tanh decoder, mean squared error, PyTorch's Adam. */
function oracle({ block, batch, x, first }: Problem) {
  const [n] = block.inputShape as [number];
  const [m] = block.outputShape as [number];
  const w = block.parameters.weight?.data as Float32Array;
  const b = block.parameters.bias?.data as Float32Array;
  const v = Float64Array.from(first[0] as Float32Array);
  const c = Float64Array.from(first[1] as Float32Array);
  const moments = [v, c].map((values) => [new Float64Array(values.length), new Float64Array(values.length)]);
  const loss: number[] = [];
  const ys: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const gv = new Float64Array(v.length);
    const gc = new Float64Array(c.length);
    let total = 0;
    for (let row = 0; row < batch; row++) {
      const at = (step * batch + row) * n;
      const y = Array.from({ length: m }, (_, i) => {
        let h = b[i] as number;
        for (let j = 0; j < n; j++) h += (w[i * n + j] as number) * (x[at + j] as number);
        return Math.tanh(h);
      });
      ys.push(...y);
      for (let j = 0; j < n; j++) {
        let z = c[j] as number;
        for (let i = 0; i < m; i++) z += (v[j * m + i] as number) * (y[i] as number);
        const difference = Math.tanh(z) - (x[at + j] as number);
        total += difference ** 2;
        const delta = ((2 * difference) / (batch * n)) * (1 - Math.tanh(z) ** 2);
        gc[j] = (gc[j] as number) + delta;
        for (let i = 0; i < m; i++) gv[j * m + i] = (gv[j * m + i] as number) + delta * (y[i] as number);
      }
    }
    loss.push(total / (batch * n));
    for (const [index, [values, gradient]] of (
      [
        [v, gv],
        [c, gc],
      ] as const
    ).entries()) {
      const [mean, square] = moments[index] as [Float64Array, Float64Array];
      for (let k = 0; k < values.length; k++) {
        const g = gradient[k] as number;
        mean[k] = 0.9 * (mean[k] as number) + 0.1 * g;
        square[k] = 0.999 * (square[k] as number) + 0.001 * g * g;
        const mHat = (mean[k] as number) / (1 - 0.9 ** (step + 1));
        const vHat = (square[k] as number) / (1 - 0.999 ** (step + 1));
        values[k] = (values[k] as number) - (RATE * mHat) / (Math.sqrt(vHat) + 1e-8);
      }
    }
  }
  return { loss, y: ys, parameters: [v, c] };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return a.length === b.length ? most : Number.NaN;
}

// float32 with steps of 1e-2: Adam divides gradients by their own size, so rounding of a gradient shows in full
const TOLERANCE = 2e-5;

describe.each([
  [5, 3, 4],
  [16, 16, 8],
  [21, 34, 13],
])("training of a decoder %i <- %i, batch %i", (inputs, outputs, batch) => {
  const made = problem(inputs, outputs, batch, createStream(inputs));
  const expected = oracle(made);

  const expectOracle = ({ y, loss, parameters }: Awaited<ReturnType<typeof run>>): void => {
    expect(largestDifference(y, expected.y)).toBeLessThan(1e-6);
    expect(largestDifference(loss, expected.loss)).toBeLessThan(1e-5);
    parameters.forEach((values, i) => {
      expect(largestDifference(values, expected.parameters[i] as Float64Array)).toBeLessThan(TOLERANCE);
    });
  };

  test("by differentiation, against loops in float64", async () => {
    expectOracle(await run(made, buildGenericStep(made.block, batch)));
  });

  test.each<[Layout, Layout, number]>([
    ["rows", "rows", 1],
    ["columns", "columns", 2],
    ["rows", "columns", 3],
    ["columns", "rows", 5],
  ])("from %s to %s in %i groups of rows, against loops in float64", async (from, to, groups) => {
    expect(isDense(made.block)).toBe(true);
    const groupBytes = Math.ceil((12 * inputs * outputs) / groups);
    expect(rowGroups(inputs, outputs, batch, groupBytes).length).toBe(groups);
    const step = buildDenseStep({ block: made.block, batch, from, to, groupBytes });
    expectOracle(await run(made, step, { from, to }));
  });
});
