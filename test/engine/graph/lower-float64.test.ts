/** Every operator and its gradient on ONNX Runtime: in double against independent values, in single to 1e-4. */
import erfExact from "@stdlib/math-base-special-erf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  add,
  createPool,
  erf,
  type Graph,
  GraphBuilder,
  gradient,
  interpret,
  isFloat,
  lowerToFloat64,
  mul,
  numbersOf,
  type Pool,
  reduceSum,
  type Tensor,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { buildCase, cases, graphOf, type OperatorCase } from "../ops/cases.ts";

let pool: Pool;
beforeAll(() => {
  pool = createPool(1);
});
afterAll(() => pool.release());

async function runOn(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await pool.createSession(graph);
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => graph.values.has(name)));
  const out = await session.run(used);
  await session.release();
  return out;
}

function expectClose(received: Tensor, expected: ArrayLike<number>, tolerance: number): void {
  const values = numbersOf(received);
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(Math.abs(v - expected[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected[i]!)));
  });
}

/** The case's operator with the gradients of a weighted sum of its outputs. */
function withGradients(c: OperatorCase, float: "float32" | "float64") {
  const { b, inputs, outputs, feeds } = buildCase(c, float);
  const wave = (y: Value): Value => {
    const values = Array.from(
      { length: y.shape.reduce((p, q) => p * q, 1) },
      (_, i) => Math.cos(2.3 * i) + 0.1,
    );
    return b.constant(tensorOf(y.dtype, y.shape, values));
  };
  const ys = outputs.filter((y) => isFloat(y.dtype)).slice(0, c.op === "Split" ? 9 : 1);
  const loss = ys.map((y) => reduceSum(b, mul(b, y, wave(y)))).reduce((p, q) => add(b, p, q));
  gradient(b, loss, inputs).map((g, i) => b.output(g, `d${i}`));
  return { graph: b.build(), feeds };
}

const differentiable = cases.filter((c) => c.gradient);

describe("in double on ONNX Runtime, operators give independent values", () => {
  for (const c of cases)
    it(c.name, async () => {
      const { graph, feeds } = graphOf(c);
      const out = await runOn(lowerToFloat64(graph), feeds);
      for (const [i, y] of c.outputs.entries()) expectClose(out[`y${i}`]!, y.data, 1e-11);
    });
});

describe("in double on ONNX Runtime, gradients agree with the interpreter", () => {
  for (const c of differentiable)
    it(c.name, async () => {
      const { graph, feeds } = withGradients(c, "float64");
      const exact = interpret(graph, feeds);
      const out = await runOn(lowerToFloat64(graph), feeds);
      for (const name of graph.outputs) expectClose(out[name]!, numbersOf(exact[name]!), 1e-10);
    });
});

describe("in single on ONNX Runtime, gradients agree with the interpreter", () => {
  for (const c of differentiable)
    it(c.name, async () => {
      const { graph, feeds } = withGradients(c, "float32");
      const exact = interpret(graph, feeds);
      const out = await runOn(graph, feeds);
      // single precision, sums of up to a hundred terms
      for (const name of graph.outputs) expectClose(out[name]!, numbersOf(exact[name]!), 1e-4);
    });
});

describe("lowerToFloat64", () => {
  it("gives erf to 5e-16 on the whole axis", async () => {
    const xs = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 300);
    const b = new GraphBuilder();
    b.output(erf(b, b.input("x", "float32", [xs.length])), "y");
    const lowered = lowerToFloat64(b.build());
    const { y } = await runOn(lowered, { x: tensorOf("float64", [xs.length], xs) });
    const values = numbersOf(y!);
    const worst = Math.max(...xs.map((x, i) => Math.abs(values[i]! - erfExact(x))));
    expect(worst).toBeLessThan(5e-16);
  });

  it("turns float32 weights, casts and constants into float64 and keeps the names", () => {
    const b = new GraphBuilder("mixed");
    const x = b.input("x", "float32", [2]);
    const w = b.parameter(tensorOf("float32", [2], [0.5, 2]), "w");
    const [flag] = b.op("Greater", [x, w]);
    const [mask] = b.op("Cast", [flag!], { to: 1 }, { outputs: ["mask"] });
    b.output(mul(b, mask!, x), "y");
    const graph = b.build();
    const lowered = lowerToFloat64(graph);
    expect([...lowered.values.keys()].sort()).toEqual([...graph.values.keys()].sort());
    for (const info of lowered.values.values()) expect(["float64", "bool"]).toContain(info.dtype);
  });
});
