import { describe, expect, it } from "vitest";
import { ShapeError, SpecError, UnsupportedOpError } from "../../../src/base/index.ts";
import { GraphBuilder, type Value } from "../../../src/engine/graph/index.ts";
import { interpret } from "../../../src/engine/interpreter/index.ts";
import type { Graph } from "../../../src/engine/ir.ts";
import { fromOnnx, inspectOnnx, toOnnx } from "../../../src/engine/onnx/index.ts";
import { createSession } from "../../../src/engine/runtime/index.ts";
import { numbersOf, type Tensor, tensorOf } from "../../../src/engine/tensor.ts";
import { float32, graphOf, layer, node, value } from "../runtime/small-graphs.ts";
import { bytesOf, inputOf, largestError, models, pathOf } from "./fixture.ts";

describe("sizes that a file leaves open", () => {
  const open = toOnnx(layer, { symbolic: { x: ["batch", null], y: ["batch", null] } });

  it("are 1 on the first axis, or what the caller says", async () => {
    expect((await fromOnnx(open)).graph.values.get("y")?.shape).toEqual([1, 2]);
    expect((await fromOnnx(open, { batch: 7 })).graph.values.get("y")?.shape).toEqual([7, 2]);
    expect((await fromOnnx(open, { names: { batch: 5 } })).graph.values.get("y")?.shape).toEqual([5, 2]);
    expect((await fromOnnx(open, { shapes: { x: [4, 3] } })).inputs[0]).toEqual({
      name: "x",
      dtype: "float32",
      shape: [4, 3],
      declared: ["batch", 3],
    });
  });

  it("on other axes must be said, all at once", async () => {
    await expect(fromOnnx(pathOf("gpt2-dynamo"))).rejects.toThrow(SpecError);
    await expect(fromOnnx(pathOf("gpt2-dynamo"))).rejects.toThrow(/leaves open: input axis 1 \(sequence\)/);
    const { hint } = await fromOnnx(pathOf("gpt2-dynamo")).catch((e) => e);
    expect(hint).toBe("say them: --shape input=1,SIZE");
    await expect(fromOnnx(open, { names: { n: 1 } })).rejects.toThrow(/no size is called n, expected batch/);
    await expect(fromOnnx(open, { shapes: { z: [1] } })).rejects.toThrow(/no input z, expected x/);
    await expect(fromOnnx(open, { shapes: { x: [4, 5] } })).rejects.toThrow(ShapeError);
    await expect(fromOnnx(open, { shapes: { x: [4, 5] } })).rejects.toThrow(
      /\[4, 5\], expected \[batch, 3\]/,
    );
  });

  it("frozen by the exporter can be replaced, in the network too", async () => {
    const model = await fromOnnx(toOnnx(layer), { batch: 6 });
    expect(model.graph.values.get("y")?.shape).toEqual([6, 2]);
    expect(model.notes).toEqual(["the file fixes the batch of x at 2; it was set to 6"]);
    const frozen = graphOf(
      [value("x", [2, 3])],
      { target: { dtype: "int64", shape: [2], data: BigInt64Array.of(2n, -1n) } },
      [node("Reshape", ["x", "target"], ["y"])],
      [value("y", [2, 3])],
    );
    expect((await fromOnnx(toOnnx(frozen), { batch: 4 })).graph.values.get("y")?.shape).toEqual([4, 3]);
  });
});

describe("names and constants", () => {
  it("keep the file's names, weights as parameters", async () => {
    const { graph, parameters, producer } = await fromOnnx(pathOf("mlp"), { batch: 2 });
    expect(graph.inputs.map(({ name }) => name)).toEqual(["input"]);
    expect(graph.outputs).toEqual(["output"]);
    expect([...graph.initializers.keys()]).toContain("1.weight");
    expect(parameters).toBe(784 * 48 + 3 * 48 * 48 + 48 * 10 + 4 * 48 + 10);
    expect(producer).toMatch(/^pytorch 2/);
  });

  it("fold shape arithmetic to nothing and drop nodes that pass a value on", async () => {
    const { graph, report } = await fromOnnx(pathOf("vit-torchscript"), { batch: 2 });
    const kinds = new Set(graph.nodes.map(({ op }) => op));
    for (const op of ["Shape", "Constant", "ConstantOfShape", "Identity", "Equal", "Where"]) {
      expect(kinds, op).not.toContain(op);
    }
    expect(report.length).toBe(388);
    expect(graph.nodes.length).toBeLessThan(150);
  });

  it("write functions out, with arguments and defaults", async () => {
    const { graph, report } = await fromOnnx(pathOf("functions"));
    expect(graph.nodes.map(({ op }) => op)).toEqual([
      "MatMul",
      "Relu",
      "LeakyRelu",
      "Add",
      "Relu",
      "LeakyRelu",
      "Add",
    ]);
    const alphas = graph.nodes.flatMap(({ attributes }) =>
      attributes.alpha ? [attributes.alpha.value] : [],
    );
    expect(alphas).toEqual([0.25, 0.5]);
    expect(report[2]?.name).toBe("twice/Leaky:t/LeakyRelu:down");
  });

  it("take the branch of a known condition", async () => {
    const { graph, report } = await fromOnnx(pathOf("branch"));
    expect(graph.nodes.map(({ op }) => op)).toEqual(["MatMul", "Tanh"]);
    expect(report.find(({ op }) => op === "If")).toMatchObject({ status: "folded", reason: /then branch/ });
  });

  it("widen 16-bit weights and say so", async () => {
    const { graph, notes } = await fromOnnx(pathOf("float16"));
    expect(graph.initializers.get("w")?.dtype).toBe("float32");
    expect(notes).toEqual(["widened to float32: 1 of 1 weights, stored with 16 bits"]);
  });
});

describe("the interpreter", () => {
  it.each(["resnet-torchscript-unfolded", "transformer", "functions", "opset-11"])(
    "agrees on %s",
    async (name) => {
      const { output, input } = models[name]!;
      const { graph } = await fromOnnx(pathOf(name), { batch: input.shape[0]! });
      const result = interpret(graph, { input: inputOf(name) });
      expect(largestError(result[graph.outputs[0]!]!.data as Float32Array, output.values)).toBeLessThan(1e-5);
    },
  );
});

describe("nodes that are not supported", () => {
  /** LSTM, then a custom operator, then Tanh; the file states the shape between for one of them. */
  const strange: Graph = {
    ...graphOf(
      [value("x", [2, 3])],
      {},
      [
        node("LSTM", ["x"], ["a"]),
        { ...node("Fancy", ["a"], ["b"]), domain: "my.ops" },
        node("Tanh", ["a"], ["c"]),
        node("Tanh", ["b"], ["d"]),
        node("LSTM", ["c"], ["e"]),
      ],
      [value("d", [2, 3]), value("e", [2, 3])],
      [value("a", [2, 3]), value("c", [2, 3])],
    ),
  };

  it("are all named in one error, with reasons and substitutes", async () => {
    const error = await fromOnnx(toOnnx(strange)).catch((e) => e);
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect(error.message).toMatch(/3 nodes are not supported/);
    expect(error.message).toMatch(/LSTM \(2 nodes, first LSTM_a\): not supported; recurrent cells/);
    expect(error.message).toMatch(/my\.ops\.Fancy \(node Fancy_b\)/);
    expect(error.data.nodes.map((row: { name: string }) => row.name)).toEqual([
      "LSTM_a",
      "Fancy_b",
      "LSTM_e",
    ]);
  });

  it("have a row each, and so has what follows them", async () => {
    const { report } = await inspectOnnx(toOnnx(strange, { valueInfo: true }));
    expect(report.map(({ op, status }) => `${op} ${status}`)).toEqual([
      "LSTM refused",
      "Fancy refused",
      "Tanh supported",
      "Tanh unknown",
      "LSTM refused",
    ]);
    expect(report[2]).toMatchObject({ differentiable: "yes", outputs: [{ shape: [2, 3] }] });
    expect(report[0]?.substitute).toMatch(/unroll/);
    const blind = await inspectOnnx(toOnnx(strange));
    expect(blind.report[2]?.status).toBe("unknown");
  });

  it("shapes that clash are a shape error", async () => {
    const clash = graphOf(
      [value("x", [2, 4])],
      { w: float32([3, 2], [1, 2, 3, 4, 5, 6]) },
      [node("MatMul", ["x", "w"], ["y"])],
      [value("y", [2, 2])],
    );
    await expect(fromOnnx(toOnnx(clash))).rejects.toThrow(ShapeError);
    await expect(fromOnnx(toOnnx(clash))).rejects.toThrow(/MatMul \(node "MatMul_y"\).*\[2,4\].*\[3,2\]/);
  });

  it("dropout in training mode is refused, an unknown attribute too", async () => {
    const yes = { dtype: "bool" as const, shape: [], data: Uint8Array.of(1) };
    const rate = float32([], [0.5]);
    const training = graphOf(
      [value("x", [2])],
      { yes, rate },
      [node("Dropout", ["x", "rate", "yes"], ["y"])],
      [value("y", [2])],
    );
    await expect(fromOnnx(toOnnx(training))).rejects.toThrow(
      /drops units at random; export the model in evaluation/,
    );
    const odd = graphOf(
      [value("x", [2])],
      {},
      [node("Tanh", ["x"], ["y"], { gamma: { type: "float", value: 2 } })],
      [value("y", [2])],
    );
    await expect(fromOnnx(toOnnx(odd))).rejects.toThrow(/attribute gamma is not covered/);
  });

  it("operator sets outside the range are refused with the cure", async () => {
    const bytes = toOnnx(layer);
    const at = bytes.lastIndexOf(21);
    for (const opset of [9, 99]) {
      const other = bytes.slice();
      other[at] = opset;
      await expect(fromOnnx(other)).rejects.toThrow(new RegExp(`opset ${opset}, expected 11 to 27`));
    }
  });
});

describe("a batch that PyTorch froze into a Reshape", () => {
  const path = pathOf("static-batch");
  const run = async (model: Uint8Array, x: Tensor) => {
    const session = await createSession(model);
    const results = await session.run({ input: x });
    await session.release();
    return Object.values(results)[0] as Tensor;
  };

  it("becomes the batch asked for, with the outputs of the file run at its own batch", async () => {
    const { graph } = await fromOnnx(path, { batch: 6 });
    const data = Float32Array.from({ length: 6 * 64 }, (_, i) => ((7919 * i + 13) % 1000) / 500 - 1);
    const whole = await run(toOnnx(graph), { dtype: "float32", shape: [6, 1, 8, 8], data });
    expect(whole.shape).toEqual([6, 3]);
    for (let first = 0; first < 6; first += 2) {
      const part = data.slice(first * 64, (first + 2) * 64);
      const own = await run(bytesOf("static-batch"), { dtype: "float32", shape: [2, 1, 8, 8], data: part });
      const difference = numbersOf(own).map((y, i) => y - numbersOf(whole)[3 * first + i]!);
      expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-6);
    }
  });

  it("leaves the file alone at its own batch", async () => {
    const { graph } = await fromOnnx(path);
    expect(graph.inputs[0]?.shape).toEqual([2, 1, 8, 8]);
    expect(graph.values.get(graph.outputs[0] as string)).toMatchObject({ dtype: "float32", shape: [2, 3] });
  });

  it("is an error that says what to do where the batch stays fixed", async () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2, 3]);
    const y = b.op("Reshape", [x, b.literal(tensorOf("int64", [2], [3, 2]), "target")])[0] as Value;
    b.output(y, "y");
    const refused = fromOnnx(toOnnx(b.build()), { batch: 4 });
    await expect(refused).rejects.toThrow(UnsupportedOpError);
    await expect(refused).rejects.toThrow(/made for batch 2, 4 examples do not pass: .*Reshape/);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining("--examples 2") });
  });
});
