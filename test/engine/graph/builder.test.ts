import { describe, expect, it } from "vitest";
import { ShapeError, SpecError, UnsupportedOpError } from "../../../src/base/index.ts";
import {
  add,
  concat,
  conv,
  expand,
  GraphBuilder,
  interpret,
  matmul,
  mul,
  numbersOf,
  one,
  prune,
  reduceSum,
  reshape,
  tanh,
  tensorOf,
  where,
} from "../../../src/engine/index.ts";

const vector = (...values: number[]) => tensorOf("float32", [values.length], values);

describe("GraphBuilder errors", () => {
  it("name operator and node and print both shapes", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [8, 4]);
    const w = b.input("w", "float32", [5, 2]);
    expect(() => matmul(b, x, w)).toThrow(ShapeError);
    expect(() => b.op("MatMul", [x, w], {}, { name: "layer3" })).toThrow(
      /MatMul \(node "layer3"\).*x float32\[8,4\], w float32\[5,2\]/,
    );
    expect(() =>
      conv(b, b.input("img", "float32", [1, 3, 8, 8]), b.input("k", "float32", [4, 2, 3, 3])),
    ).toThrow(/Conv.*\[1,3,8,8\].*\[4,2,3,3\]/);
    expect(() => add(b, x, b.input("d", "float64", [8, 4]))).toThrow(/float32 and float64/);
  });

  it("refuse unknown operators, attributes, foreign values and doubled names", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    expect(() => one(b, "LSTM", [x])).toThrow(UnsupportedOpError);
    try {
      one(b, "LSTM", [x]);
    } catch (error) {
      expect((error as UnsupportedOpError).hint).toContain("unroll");
    }
    expect(() => one(b, "Elu", [x], { slope: 1 })).toThrow(/unknown attribute "slope"/);
    expect(() => one(b, "Elu", [x], { alpha: "big" })).toThrow(SpecError);
    expect(() => tanh(b, new GraphBuilder().input("other", "float32", [2]))).toThrow(/another graph/);
    expect(() => b.input("x", "float32", [2])).toThrow(/taken/);
    expect(() => b.input("y", "float32", [-1])).toThrow(ShapeError);
    expect(() => one(b, "Add", [x])).toThrow(/received 1 inputs, expected 2/);
    expect(() => b.build()).toThrow(/no outputs/);
    expect(() => b.value("nothing")).toThrow(/no value "nothing"/);
  });
});

describe("constant folding", () => {
  it("resolves the shape arithmetic of exported models to a static Reshape", () => {
    // x.view(x.size(0), -1), as the TorchScript exporter writes it
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2, 3, 4]);
    const shape = one(b, "Shape", [x]);
    const index = b.constant(tensorOf("int64", [], [0]), "index");
    const batch = one(b, "Gather", [shape, index], { axis: 0 });
    const list = one(b, "Unsqueeze", [batch, b.constant(tensorOf("int64", [1], [0]), "axes")]);
    const minusOne = b.constant(tensorOf("int64", [1], [-1]), "minusOne");
    const y = one(b, "Reshape", [x, concat(b, [list, minusOne], 0)]);
    expect(y.shape).toEqual([2, 12]);
    b.output(y, "y");
    expect(b.build().nodes.map((n) => n.op)).toEqual(["Reshape", "Identity"]);
  });

  it("folds ConstantOfShape, Range, Where, Equal, Cast and Expand on known numbers", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [1, 4]);
    const n = one(b, "ConstantOfShape", [b.constant(tensorOf("int64", [1], [2]))], {
      value: tensorOf("int64", [1], [3]),
    });
    const isThree = one(b, "Equal", [n, b.constant(tensorOf("int64", [], [3]))]);
    const target = where(
      b,
      isThree,
      n,
      one(
        b,
        "Range",
        [0, 2, 1].map((v) => b.constant(tensorOf("int64", [], [v]))),
      ),
    );
    expect([...numbersOf(b.tensor(target)!)]).toEqual([3, 3]);
    const last = one(b, "Cast", [one(b, "Shape", [x], { start: 1 })], { to: 1 });
    const root = one(b, "Sqrt", [last]);
    expect([...numbersOf(b.tensor(root)!)]).toEqual([2]);
    expect(expand(b, x, [3, 4]).shape).toEqual([3, 4]);
    expect(b.nodes).toHaveLength(1);
  });

  it("keeps weights: a gradient may be wanted", () => {
    const b = new GraphBuilder();
    const w = b.parameter(vector(1, 2), "w");
    const y = mul(b, w, 2);
    expect(b.tensor(y)).toBeNull();
    expect(b.nodes).toHaveLength(1);
    // a weight of ones is not a neutral element
    const ones = b.parameter(vector(1, 1), "ones");
    expect(mul(b, y, ones).name).not.toBe(y.name);
  });

  it("shares equal literals and skips neutral elements", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    expect(b.constant(vector(1, 2))).toBe(b.constant(vector(1, 2)));
    expect(mul(b, x, 1)).toBe(x);
    expect(add(b, x, 0)).toBe(x);
    expect(reshape(b, x, [2])).toBe(x);
    // 0 of a larger shape still broadcasts
    expect(add(b, x, b.constant(tensorOf("float32", [3, 1], [0, 0, 0]))).shape).toEqual([3, 2]);
  });
});

describe("building and continuing", () => {
  it("drops what no output needs and keeps the signature", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    b.input("unused", "float32", [2]);
    tanh(b, mul(b, x, 3));
    const y = tanh(b, x);
    b.output(y);
    const graph = b.build("g");
    expect(graph.name).toBe("g");
    expect(graph.nodes.map((n) => n.op)).toEqual(["Tanh"]);
    expect(graph.inputs.map((v) => v.name)).toEqual(["x", "unused"]);
    expect(graph.initializers.size).toBe(0);
    expect(graph.outputs).toEqual([y.name]);
  });

  it("continues a graph without touching its names", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    const w = b.parameter(vector(2, 3), "w");
    b.output(mul(b, x, w), "y");
    const again = GraphBuilder.from(b.build());
    const sum = reduceSum(again, again.value("y"));
    again.output(sum, "sum");
    const graph = again.build();
    expect(graph.outputs).toEqual(["y", "sum"]);
    const out = interpret(graph, { x: vector(10, 100) });
    expect(Number(out.sum!.data[0])).toBe(320);
    expect(prune(graph, ["y"]).nodes.map((n) => n.op)).toEqual(["Mul", "Identity"]);
  });

  it("gives outputs another name, twice if asked, and accepts inputs and constants as outputs", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2]);
    const y = tanh(b, x);
    b.output(y, "first");
    b.output(y, "second");
    b.output(x, "same");
    b.output(b.constant(vector(4)), "constant");
    const out = interpret(b.build(), { x: vector(0, 1) });
    expect(Object.keys(out)).toEqual(["first", "second", "same", "constant"]);
    expect(out.second!.data).toEqual(out.first!.data);
  });

  it("adds an omitted output to a node when it is needed", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [1, 1, 4, 4]);
    const y = one(b, "MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
    const positions = b.sibling(y, 1);
    expect(positions.dtype).toBe("int64");
    expect(b.sibling(y, 1)).toEqual(positions);
    expect(b.producer(y)?.outputs).toHaveLength(2);
  });
});
