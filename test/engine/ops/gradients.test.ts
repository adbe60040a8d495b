/**
 * Derivatives of every differentiable operator: against central differences in float64, once and twice, and forward
 * against reverse mode.
 */
import { describe, expect, it } from "vitest";
import {
  add,
  type GraphBuilder,
  gradient,
  interpret,
  isFloat,
  jacobianVector,
  mul,
  numbersOf,
  operatorOf,
  reduceSum,
  type Tensor,
  tensorOf,
  type Value,
  vectorJacobian,
} from "../../../src/engine/index.ts";
import { buildCase, cases, type OperatorCase } from "./cases.ts";

const STEP = 1e-5;
/** Central differences: truncation STEP^2 times a third derivative of order 100, rounding 1e-16 / STEP. */
const TOLERANCE = 2e-7;

const wave = (n: number, phase: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.cos(phase + 2.3 * i) + 0.1);

const constantLike = (b: GraphBuilder, x: Value, phase: number): Value =>
  b.constant(
    tensorOf(
      x.dtype,
      x.shape,
      wave(
        x.shape.reduce((p, q) => p * q, 1),
        phase,
      ),
    ),
  );

/** sum over values of <weights, value> with fixed weights. */
function weighted(b: GraphBuilder, values: readonly Value[], phase: number): Value {
  return values
    .map((v, i) => reduceSum(b, mul(b, v, constantLike(b, v, phase + i))))
    .reduce((p, q) => add(b, p, q));
}

function shiftedFeeds(feeds: Record<string, Tensor>, inputs: readonly Value[], step: number, phase: number) {
  const moved = { ...feeds };
  for (const [i, x] of inputs.entries()) {
    const base = numbersOf(feeds[x.name]!);
    const direction = wave(base.length, phase + i);
    moved[x.name] = tensorOf(
      "float64",
      x.shape,
      base.map((v, k) => v + step * direction[k]!),
    );
  }
  return moved;
}

const differentiable = cases.filter((c) => c.gradient);
const floatOutputs = (outputs: readonly Value[]): Value[] =>
  outputs.filter((y) => isFloat(y.dtype)).slice(0, 1);
const ownOutputs = (c: OperatorCase, outputs: readonly Value[]): Value[] =>
  c.op === "Split" ? [...outputs] : floatOutputs(outputs);

function expectClose(received: number, expected: number): void {
  expect(Math.abs(received - expected)).toBeLessThanOrEqual(TOLERANCE * (1 + Math.abs(expected)));
}

describe("first derivatives agree with central differences", () => {
  for (const c of differentiable)
    it(c.name, () => {
      const { b, inputs, outputs, feeds } = buildCase(c);
      const loss = weighted(b, ownOutputs(c, outputs), 0.3);
      b.output(loss, "loss");
      gradient(b, loss, inputs).map((g, i) => b.output(g, `d${i}`));
      const graph = b.build();
      const all = interpret(graph, feeds);
      for (const phase of [0.7, 2.1]) {
        const at = (step: number): number =>
          Number(interpret(graph, shiftedFeeds(feeds, inputs, step, phase), ["loss"]).loss!.data[0]);
        const slope = inputs.reduce((sum, _, i) => {
          const g = numbersOf(all[`d${i}`]!);
          return sum + wave(g.length, phase + i).reduce((s, v, k) => s + v * g[k]!, 0);
        }, 0);
        expectClose(slope, (at(STEP) - at(-STEP)) / (2 * STEP));
      }
    });
});

describe("second derivatives agree with central differences of the first", () => {
  for (const c of differentiable)
    it(c.name, () => {
      const { b, inputs, outputs, feeds } = buildCase(c);
      const loss = weighted(b, ownOutputs(c, outputs), 0.3);
      const first = gradient(b, mul(b, loss, loss), inputs);
      first.map((g, i) => b.output(g, `d${i}`));
      gradient(b, weighted(b, first, 0.7), inputs).map((g, i) => b.output(g, `h${i}`));
      const graph = b.build();
      const exact = interpret(graph, feeds);
      const at = (step: number): Record<string, Tensor> =>
        interpret(
          graph,
          shiftedFeeds(feeds, inputs, step, 0.7),
          inputs.map((_, i) => `d${i}`),
        );
      const [up, down] = [at(STEP), at(-STEP)];
      for (const i of inputs.keys()) {
        const h = numbersOf(exact[`h${i}`]!);
        const [p, q] = [numbersOf(up[`d${i}`]!), numbersOf(down[`d${i}`]!)];
        h.forEach((v, k) => {
          expectClose(v, (p[k]! - q[k]!) / (2 * STEP));
        });
      }
    });
});

describe("forward mode is the adjoint of reverse mode: <u, J v> = <J^T u, v>", () => {
  for (const c of differentiable)
    it(c.name, () => {
      const { b, inputs, outputs, feeds } = buildCase(c);
      const ys = ownOutputs(c, outputs);
      const u = ys.map((y, i) => constantLike(b, y, 0.3 + i));
      const v = inputs.map((x, i) => constantLike(b, x, 0.7 + i));
      const dot = (p: readonly Value[], q: readonly Value[]): Value =>
        p.map((x, i) => reduceSum(b, mul(b, x, q[i]!))).reduce((s, t) => add(b, s, t));
      b.output(dot(jacobianVector(b, ys, inputs, v), u), "forward");
      b.output(dot(vectorJacobian(b, ys, inputs, u), v), "reverse");
      const { forward, reverse } = interpret(b.build(), feeds);
      const expected = Number(reverse!.data[0]);
      expect(Math.abs(Number(forward!.data[0]) - expected)).toBeLessThan(1e-11 * (1 + Math.abs(expected)));
    });
});

describe("the differentiability flags", () => {
  it("hold for every case with a gradient", () => {
    for (const c of differentiable) expect(operatorOf(c.op)?.differentiable).not.toBe("no");
  });
});
