import { describe, expect, it } from "vitest";
import {
  type Graph,
  GraphBuilder,
  gradient,
  interpret,
  mul,
  numbersOf,
  one,
  relu,
  type Tensor,
  tanh,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { poolFirst } from "../../../src/engine/training/pool-first.ts";
import { unpoolByComparison } from "../../../src/engine/training/unpool.ts";
import { createStream } from "../../../src/numerics/index.ts";

const operators = (graph: Graph): string[] => graph.nodes.map((node) => node.op);
const WINDOW = { kernel_shape: [2, 2], strides: [2, 2] };

/** y = pool(f(x)) and dx for a given cotangent of y. */
function pooled(
  shape: number[],
  f: (b: GraphBuilder, x: Value) => Value,
  prepare: (graph: Graph) => Graph,
  window: object = WINDOW,
): Graph {
  const forward = new GraphBuilder("pooling");
  const x = forward.input("x", "float32", shape);
  const y = forward.output(one(forward, "MaxPool", [f(forward, x)], { ...window }));
  const b = GraphBuilder.from(prepare(forward.build()));
  const g = b.input("g", "float32", y.shape);
  b.output(gradient(b, b.value(y.name), [b.value("x")], g)[0]!, "dx");
  return b.build();
}

function feedsOf(graph: Graph, draw: () => number): Record<string, Tensor> {
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, tensorOf("float32", shape, Float64Array.from({ length }, draw))];
    }),
  );
}

const close = (a: Tensor, b: Tensor): void => {
  expect(a.shape).toEqual(b.shape);
  const values = numbersOf(b);
  for (const [i, value] of numbersOf(a).entries()) expect(value).toBeCloseTo(values[i]!, 6);
};

const unchanged = (graph: Graph): Graph => graph;

describe("poolFirst", () => {
  for (const [name, f] of Object.entries({ relu, tanh })) {
    it(`gives the same value and gradient for ${name}, with the activation on fewer values`, () => {
      for (const shape of [
        [1, 1, 2, 2],
        [2, 3, 4, 6],
        [1, 2, 7, 5],
      ]) {
        const [plain, swapped] = [pooled(shape, f, unchanged), pooled(shape, f, poolFirst)];
        expect(operators(swapped).slice(0, 2)).toEqual(["MaxPool", name === "relu" ? "Relu" : "Tanh"]);
        const stream = createStream(1);
        const feeds = feedsOf(plain, () => stream.normal());
        const [a, b] = [interpret(plain, feeds), interpret(swapped, feeds)];
        expect(Object.keys(b)).toEqual(Object.keys(a));
        for (const output of plain.outputs) close(b[output]!, a[output]!);
      }
    });
  }

  it("leaves activations whose value is used elsewhere, and functions that are not monotone", () => {
    const b = new GraphBuilder("shared");
    const h = relu(b, b.input("x", "float32", [1, 1, 4, 4]));
    b.output(one(b, "MaxPool", [h], WINDOW));
    b.output(mul(b, h, h));
    expect(operators(poolFirst(b.build()))).toEqual(["Relu", "MaxPool", "Mul"]);
    const sine = pooled([1, 1, 4, 4], (c, x) => one(c, "Sin", [x]), poolFirst);
    expect(operators(sine)[0]).toBe("Sin");
  });
});

describe("unpoolByComparison", () => {
  it("gives the derivative of the recorded positions where maxima are unique", () => {
    for (const shape of [
      [1, 1, 2, 2],
      [2, 3, 4, 6],
      [3, 1, 10, 2],
    ]) {
      const plain = pooled(shape, (_, x) => x, unchanged);
      const compared = unpoolByComparison(plain);
      expect(operators(compared)).not.toContain("MaxUnpool");
      expect(compared.nodes.find((node) => node.op === "MaxPool")?.outputs).toHaveLength(1);
      const stream = createStream(2);
      const feeds = feedsOf(plain, () => stream.normal());
      close(interpret(compared, feeds).dx!, interpret(plain, feeds).dx!);
    }
  });

  it("shares the gradient among equal maxima", () => {
    const graph = unpoolByComparison(pooled([1, 1, 2, 4], (_, x) => x, unchanged));
    const x = tensorOf("float32", [1, 1, 2, 4], [5, 5, 1, 2, 0, 5, 2, 0]);
    const g = tensorOf("float32", [1, 1, 1, 2], [3, 8]);
    expect([...numbersOf(interpret(graph, { x, g }).dx!)]).toEqual([1, 1, 0, 4, 0, 1, 4, 0]);
  });

  it("leaves other windows to the general rule", () => {
    const cases: [number[], object][] = [
      [[1, 1, 5, 4], WINDOW],
      [[1, 1, 6, 6], { kernel_shape: [3, 3], strides: [3, 3] }],
      [[1, 1, 6, 6], { kernel_shape: [2, 2], strides: [1, 1] }],
      [[1, 1, 6, 6], { ...WINDOW, pads: [1, 1, 1, 1] }],
    ];
    for (const [shape, window] of cases) {
      const graph = pooled(shape, (_, x) => x, unchanged, window);
      expect(operators(unpoolByComparison(graph))).toEqual(operators(graph));
    }
  });
});
