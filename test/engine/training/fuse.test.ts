import { describe, expect, it } from "vitest";
import {
  add,
  GraphBuilder,
  gemm,
  interpret,
  mul,
  numbersOf,
  reduceSum,
  tensorOf,
} from "../../../src/engine/index.ts";
import { fuseUpdates } from "../../../src/engine/training/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

/** The graph of one rewriting case at odd sizes, with its feeds. */
function example(build: (b: GraphBuilder, names: { x: string; g: string; w: string; v: string }) => void) {
  const b = new GraphBuilder("update");
  const stream = createStream(1);
  const shapes = { x: [5, 3], g: [5, 7], w: [3, 7], v: [7] };
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      b.input(name, "float32", shape);
      const length = shape.reduce((product, size) => product * size, 1);
      return [
        name,
        tensorOf(
          "float32",
          shape,
          Float64Array.from({ length }, () => stream.normal()),
        ),
      ];
    }),
  );
  build(b, { x: "x", g: "g", w: "w", v: "v" });
  return { graph: b.build(), feeds };
}

const operators = (graph: { nodes: readonly { op: string }[] }): string[] =>
  graph.nodes.map((node) => node.op);

describe("fuseUpdates", () => {
  const cases: [string, Parameters<typeof example>[0], string[]][] = [
    [
      "adds a product to a parameter",
      (b) => b.output(add(b, b.value("w"), gemm(b, b.value("x"), b.value("g"), null, { transA: true }))),
      ["Gemm"],
    ],
    [
      "adds in the other order",
      (b) =>
        b.output(
          add(b, gemm(b, b.value("x"), b.value("g"), null, { transA: true, alpha: 0.5 }), b.value("w")),
        ),
      ["Gemm"],
    ],
    [
      "adds a product to a shrunk velocity",
      (b) => {
        const shrunk = mul(b, b.value("w"), 0.9);
        b.output(add(b, shrunk, gemm(b, b.value("x"), b.value("g"), null, { transA: true })));
      },
      ["Gemm"],
    ],
    [
      "adds column sums to a bias",
      (b) => b.output(add(b, b.value("v"), reduceSum(b, b.value("g"), { axes: [0] }))),
      ["Gemm", "Reshape"],
    ],
    [
      "leaves a product that is used twice",
      (b) => {
        const product = gemm(b, b.value("x"), b.value("g"), null, { transA: true });
        b.output(add(b, b.value("w"), product));
        b.output(mul(b, product, product));
      },
      ["Gemm", "Add", "Mul"],
    ],
    [
      "leaves an addend of another shape",
      (b) => b.output(add(b, b.value("v"), gemm(b, b.value("x"), b.value("g"), null, { transA: true }))),
      ["Gemm", "Add"],
    ],
    [
      "leaves row sums",
      (b) => {
        const sums = reduceSum(b, b.value("g"), { axes: [1] });
        b.output(add(b, sums, sums));
      },
      ["ReduceSum", "Add"],
    ],
  ];
  for (const [name, build, expected] of cases) {
    it(name, () => {
      const { graph, feeds } = example(build);
      const fused = fuseUpdates(graph);
      expect(operators(fused)).toEqual(expected);
      expect(fused.outputs).toEqual(graph.outputs);
      const [before, after] = [interpret(graph, feeds), interpret(fused, feeds)];
      for (const output of graph.outputs) {
        const [a, b] = [before[output]!, after[output]!];
        expect(b.shape).toEqual(a.shape);
        // the oracle sums in float64: only the order differs
        for (const [i, value] of numbersOf(a).entries()) expect(b.data[i]).toBeCloseTo(value, 6);
      }
    });
  }
});
