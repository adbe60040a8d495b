import { describe, expect, it } from "vitest";
import { UnsupportedOpError } from "../../../src/base/index.ts";
import {
  add,
  concat,
  fromOnnx,
  type Graph,
  GraphBuilder,
  matmul,
  one,
  relu,
  tanh,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { chainOfModel } from "../../../src/flow/chain/index.ts";
import { pathOf } from "../../engine/onnx/fixture.ts";

const filled = (shape: number[]) =>
  tensorOf(
    "float32",
    shape,
    Array.from({ length: shape.reduce((p, n) => p * n, 1) }, (_, i) => Math.sin(i)),
  );

function conv(b: GraphBuilder, x: Value, channels: number, stride = 1, name = `w${b.nodes.length}`): Value {
  const weight = b.parameter(filled([channels, x.shape[1]!, 3, 3]), name);
  return relu(b, one(b, "Conv", [x, weight], { strides: [stride, stride], pads: [1, 1, 1, 1] }));
}

function up(b: GraphBuilder, x: Value, channels: number): Value {
  const weight = b.parameter(filled([x.shape[1]!, channels, 2, 2]), `u${b.nodes.length}`);
  return one(b, "ConvTranspose", [x, weight], { strides: [2, 2] });
}

function refusal(graph: Graph): UnsupportedOpError {
  try {
    chainOfModel({ graph });
  } catch (error) {
    if (error instanceof UnsupportedOpError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("graphs that are no chain", () => {
  it("names the nodes at which the skip connections of a U-Net end", () => {
    const b = new GraphBuilder("unet");
    const x = b.input("x", "float32", [2, 1, 8, 8]);
    const first = conv(b, x, 2);
    const second = conv(b, first, 4, 2);
    const third = conv(b, second, 4, 2);
    const inner = b.op("Concat", [up(b, third, 4), second], { axis: 1 }, { name: "join-inner" })[0]!;
    const outer = b.op(
      "Concat",
      [up(b, conv(b, inner, 4), 2), first],
      { axis: 1 },
      { name: "join-outer" },
    )[0]!;
    b.output(conv(b, outer, 1), "y");
    const error = refusal(b.build());
    expect(error.message).toContain('"join-inner" (Concat), "join-outer" (Concat)');
    expect(error.data).toEqual({ nodes: ["join-inner", "join-outer"] });
    expect(error.hint).toContain("encoder");
  });

  it("names the joins of a network whose input reaches every layer", () => {
    const b = new GraphBuilder("conditioned");
    const x = b.input("x", "float32", [2, 3]);
    let h: Value = x;
    for (let k = 0; k < 6; k++) {
      const joined = k === 0 ? h : b.op("Concat", [h, x], { axis: 1 }, { name: `join${k}` })[0]!;
      h = tanh(b, matmul(b, joined, b.parameter(filled([joined.shape[1]!, 4]), `w${k}`)));
    }
    b.output(
      add(b, h, one(b, "ReduceSum", [x, b.constant(tensorOf("int64", [1], [1]))], { keepdims: 1 })),
      "y",
    );
    expect(refusal(b.build()).message).toMatch(/pass over 6 of its 6 weight layers .*"join1" \(Concat\)/);
  });

  it("names several inputs or outputs", () => {
    const b = new GraphBuilder("two");
    const x = b.input("left", "float32", [2, 3]);
    const y = b.input("right", "float32", [2, 3]);
    b.output(add(b, x, y), "sum");
    expect(refusal(b.build()).message).toContain("2 inputs: left, right; expected 1");
    const c = new GraphBuilder("fork");
    const z = c.input("x", "float32", [2, 3]);
    c.output(tanh(c, z), "mean");
    c.output(relu(c, z), "variance");
    expect(refusal(c.build()).message).toContain("2 outputs: mean, variance; expected 1");
  });

  it("names an output that does not depend on the input", () => {
    const b = new GraphBuilder("constant");
    b.input("x", "float32", [2, 3]);
    b.output(tanh(b, b.parameter(filled([2, 3]), "w")), "y");
    expect(refusal(b.build()).message).toContain("output y does not depend on input x");
  });

  it("names the node that works for one batch only", () => {
    const b = new GraphBuilder("fixed");
    const x = b.input("x", "float32", [2, 4]);
    const different = b.parameter(filled([2, 4]), "per-example");
    b.op("Add", [x, different], {}, { name: "bias-of-examples", outputs: ["s"] });
    b.output(tanh(b, b.value("s")), "y");
    const error = refusal(b.build());
    expect(error.message).toContain('node "bias-of-examples" (Add)');
    expect(error.message).toContain("differs between examples");
  });

  it("names a value that is not float32", () => {
    const b = new GraphBuilder("double");
    const x = b.input("x", "float64", [2, 3]);
    b.output(tanh(b, x), "y");
    expect(refusal(b.build()).message).toContain("value x is float64, expected float32");
  });

  it("names the node that mixes examples", () => {
    const b = new GraphBuilder("loss");
    const x = b.input("x", "float32", [2, 3]);
    const y = tanh(b, matmul(b, x, b.parameter(filled([3, 4]), "w")));
    b.op("ReduceMean", [y], { keepdims: 0 }, { name: "mean-of-all", outputs: ["loss"] });
    b.output(b.value("loss"));
    expect(refusal(b.build()).message).toContain('node "mean-of-all" (ReduceMean) mixes the examples');
  });

  it("says how to import a model whose batch cannot be told from sizes of 1", async () => {
    const { graph } = await fromOnnx(pathOf("vit-dynamo"), { batch: 1 });
    expect(refusal(graph).hint).toContain("batch of 2");
  });

  it("names tokens that reach the network in several ways", () => {
    const b = new GraphBuilder("tokens");
    const ids = b.input("ids", "int64", [2, 5]);
    const table = b.parameter(filled([9, 4]), "table");
    const other = b.parameter(filled([9, 4]), "other");
    const first = b.op("Gather", [table, ids], {}, { name: "words" })[0]!;
    const second = b.op("Gather", [other, ids], {}, { name: "again" })[0]!;
    b.output(add(b, tanh(b, first), second), "y");
    expect(refusal(b.build()).message).toContain("words, again");
  });

  it("accepts constants that are the same for every example", () => {
    const b = new GraphBuilder("repeated");
    const x = b.input("x", "float32", [2, 3]);
    const row = [1, 2, 3];
    const shifted = add(b, x, b.parameter(tensorOf("float32", [2, 3], [...row, ...row]), "shift"));
    const joined = concat(b, [b.parameter(tensorOf("float32", [2, 1], [5, 5]), "token"), shifted], 1);
    b.output(matmul(b, joined, b.parameter(filled([4, 2]), "w")), "y");
    const chain = chainOfModel({ graph: b.build() });
    expect(chain.blocks.map(({ kind }) => kind)).toEqual(["flatten", "dense"]);
  });
});
