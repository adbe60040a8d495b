import { describe, expect, it } from "vitest";
import { ShapeError, UnsupportedOpError } from "../../../src/base/index.ts";
import {
  GraphBuilder,
  gemm,
  gradient,
  interpret,
  mul,
  numbersOf,
  one,
  reduceMean,
  reduceSum,
  type Tensor,
  tanh,
  tensorOf,
} from "../../../src/engine/index.ts";

const f64 = (shape: number[], values: number[]): Tensor => tensorOf("float64", shape, values);
const ramp = (n: number, step = 0.37): number[] =>
  Array.from({ length: n }, (_, i) => Math.sin(1 + step * i));

function layer() {
  const b = new GraphBuilder("layer");
  const x = b.input("x", "float64", [4, 3]);
  const w = b.input("w", "float64", [3, 5]);
  const c = b.input("c", "float64", [5]);
  const h = tanh(b, gemm(b, x, w, c));
  return { b, x, w, c, h, loss: reduceMean(b, mul(b, h, h)) };
}

describe("gradient", () => {
  it("agrees with central differences for a tanh layer", () => {
    const { b, x, w, c, loss } = layer();
    const names = ["x", "w", "c"];
    gradient(b, loss, [x, w, c]).map((g, i) => b.output(g, `d${names[i]}`));
    b.output(loss, "loss");
    const graph = b.build();
    const feeds: Record<string, Tensor> = {
      x: f64([4, 3], ramp(12)),
      w: f64([3, 5], ramp(15, 0.61)),
      c: f64([5], ramp(5, 0.9)),
    };
    const out = interpret(graph, feeds);
    for (const name of names) {
      const base = feeds[name] as Tensor;
      const exact = numbersOf(out[`d${name}`] as Tensor);
      exact.forEach((g, i) => {
        const at = (delta: number): number => {
          const data = numbersOf(base);
          data[i] = (data[i] as number) + delta;
          return interpret(graph, { ...feeds, [name]: f64([...base.shape], [...data]) }, ["loss"]).loss
            ?.data[0] as number;
        };
        const step = 1e-5;
        expect(g).toBeCloseTo((at(step) - at(-step)) / (2 * step), 9);
      });
    }
  });

  it("emits Gemm with transposition flags and one ReduceSum for the bias", () => {
    const { b, w, c, loss } = layer();
    const before = b.nodes.length;
    gradient(b, loss, [w, c]);
    const ops = b.nodes.slice(before).map((n) => n.op);
    expect(ops).not.toContain("Transpose");
    expect(ops.filter((op) => op === "Gemm")).toHaveLength(1);
    expect(ops.filter((op) => op === "ReduceSum")).toHaveLength(1);
  });

  it("returns zeros for what the output does not depend on", () => {
    const { b, x, h } = layer();
    const other = b.input("other", "float64", [2]);
    const [dx, d] = gradient(b, reduceSum(b, h), [x, other]);
    b.output(d!, "d");
    expect(dx?.shape).toEqual([4, 3]);
    const zeros = { x: f64([4, 3], ramp(12)), w: f64([3, 5], ramp(15)), c: f64([5], ramp(5)) };
    expect([...interpret(b.build(), { ...zeros, other: f64([2], [1, 2]) }).d!.data]).toEqual([0, 0]);
  });

  it("names node and operator when one on the path has no derivative", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [2]);
    const steps = b.input("steps", "float64", [3, 2]);
    const body = new GraphBuilder("body", { outer: b });
    const [state, step] = [body.input("state", "float64", [2]), body.input("step", "float64", [2])];
    body.output(mul(body, state, step), "next");
    const [last] = b.op("Scan", [x, steps], { body: body.build(), num_scan_inputs: 1 }, { name: "loop" });
    expect(() => gradient(b, reduceSum(b, last!), [x])).toThrow(/node "loop": operator Scan/);
    // off the path it does no harm
    expect(gradient(b, reduceSum(b, steps), [x])[0]?.shape).toEqual([2]);
  });

  it("stops at integers and booleans", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [2, 3]);
    const best = one(b, "Cast", [one(b, "ArgMax", [x], { axis: 1 })], { to: 11 });
    const [dx] = gradient(b, reduceSum(b, mul(b, best, reduceSum(b, x))), [x]);
    b.output(dx!, "dx");
    const out = interpret(b.build(), { x: f64([2, 3], [1, 5, 2, 0, 1, 9]) });
    expect([...numbersOf(out.dx as Tensor)]).toEqual([3, 3, 3, 3, 3, 3]);
  });

  it("differentiates by intermediate values and sums over paths", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [2]);
    const h = mul(b, x, 3);
    const y = reduceSum(b, mul(b, h, x));
    const [dh, dx] = gradient(b, y, [h, x]);
    b.output(dh!, "dh");
    b.output(dx!, "dx");
    const out = interpret(b.build(), { x: f64([2], [1, 2]) });
    expect([...numbersOf(out.dh as Tensor)]).toEqual([1, 2]);
    expect([...numbersOf(out.dx as Tensor)]).toEqual([6, 12]);
  });

  it("wants a seed for several elements and names what it cannot differentiate", () => {
    const { b, x, h } = layer();
    expect(() => gradient(b, h, [x])).toThrow(ShapeError);
    expect(() => gradient(b, one(b, "NoSuchOp", [x]), [x])).toThrow(UnsupportedOpError);
  });
});
