import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../../src/base/index.ts";
import { GraphBuilder } from "../../../src/engine/graph/index.ts";
import { fromOnnx, toOnnx } from "../../../src/engine/onnx/index.ts";
import { createSession } from "../../../src/engine/runtime/index.ts";
import { tensorOf } from "../../../src/engine/tensor.ts";
import { float32, graphOf, layer, node, value } from "../runtime/small-graphs.ts";
import { inputOf, models, pathOf, sizesOf } from "./fixture.ts";

/** Running sums of the rows of x, times the scale of the graph around the body. */
function runningSums() {
  const outer = new GraphBuilder("sums");
  const x = outer.input("x", "float32", [3, 2]);
  const scale = outer.parameter(tensorOf("float32", [], [10]), "scale");
  const body = new GraphBuilder("body", { outer });
  const state = body.input("state", "float32", [2]);
  const row = body.input("row", "float32", [2]);
  const next = body.op("Add", [state, row])[0]!;
  body.output(next, "next");
  body.output(body.op("Mul", [next, scale])[0]!, "record");
  const zero = outer.constant(tensorOf("float32", [2], [0, 0]));
  const scan = outer.op(
    "Scan",
    [zero, x],
    { body: body.build(), num_scan_inputs: 1 },
    { outputs: ["last", "all"] },
  );
  for (const output of scan) outer.output(output);
  return outer.build();
}

describe("toOnnx", () => {
  it("gives the same bytes for the same graph", () => {
    expect(toOnnx(layer)).toEqual(toOnnx({ ...layer }));
    const twoWays = (names: string[]) =>
      graphOf(
        [value("x", [2])],
        {},
        [
          node(
            "LeakyRelu",
            ["x"],
            ["y"],
            Object.fromEntries(names.map((n) => [n, { type: "float", value: 0.1 }])),
          ),
        ],
        [value("y", [2])],
      );
    expect(toOnnx(twoWays(["alpha", "beta"]))).toEqual(toOnnx(twoWays(["beta", "alpha"])));
  });

  it("comes back unchanged from fromOnnx, for every exported model", async () => {
    for (const name of ["mlp", "resnet-torchscript-unfolded", "gpt2-dynamo", "efficientnet-torchscript"]) {
      const { graph } = await fromOnnx(pathOf(name), sizesOf(name));
      const bytes = toOnnx(graph);
      const again = await fromOnnx(bytes);
      expect(toOnnx(again.graph), name).toEqual(bytes);
      expect(again.graph.nodes).toEqual(graph.nodes);
    }
  });

  it("writes bodies of Scan, which read values from around them", async () => {
    const graph = runningSums();
    const x = float32([3, 2], [1, 2, 3, 4, 5, 6]);
    const { graph: back } = await fromOnnx(toOnnx(graph));
    for (const candidate of [graph, back]) {
      const session = await createSession(candidate);
      const { last, all } = await session.run({ x });
      expect(Array.from(last!.data as Float32Array)).toEqual([9, 12]);
      expect(Array.from(all!.data as Float32Array)).toEqual([10, 20, 40, 60, 90, 120]);
      await session.release();
    }
  });

  it("keeps metadata, producer and named sizes", async () => {
    const bytes = toOnnx(layer, { metadata: { seed: "7" }, symbolic: { x: ["n", null] }, opset: 18 });
    const model = await fromOnnx(bytes, { names: { n: 3 } });
    expect(model).toMatchObject({ metadata: { seed: "7" }, producer: "isinglass", opset: 18 });
    expect(model.graph.inputs[0]?.shape).toEqual([3, 3]);
  });

  it("refuses an operator set it cannot write, or that lacks an operator", () => {
    expect(() => toOnnx(layer, { opset: 13 })).toThrow(SpecError);
    expect(() => toOnnx(layer, { opset: 13 })).toThrow(/opset 13, expected 18 to 22/);
    const gelu = graphOf([value("x", [2])], {}, [node("Gelu", ["x"], ["y"])], [value("y", [2])]);
    expect(() => toOnnx(gelu, { opset: 19 })).toThrow(/Gelu \(node Gelu_y\) needs opset 20/);
  });
});

const environment = process.env.ISINGLASS_PYTHON;
const local = fileURLToPath(new URL("../../../.peers/bin/python", import.meta.url));
const python = environment ?? (existsSync(local) ? local : null);

// only where the Python packages of bench/peers are installed
if (python !== null) {
  describe("Python", () => {
    it("accepts and runs what is written", async () => {
      const folder = mkdtempSync(join(tmpdir(), "isinglass-onnx-"));
      const names = ["transformer", "resnet-unfolded", "gpt2-torchscript", "scan"];
      for (const name of names) {
        const graph = name === "scan" ? runningSums() : (await fromOnnx(pathOf(name), sizesOf(name))).graph;
        writeFileSync(join(folder, `${name}.onnx`), toOnnx(graph, { valueInfo: true }));
        const input =
          name === "scan" ? [1, 2, 3, 4, 5, 6] : Array.from(inputOf(name).data as Float32Array, Number);
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(input));
      }
      const script = `
import json, sys, numpy as np, onnx, onnxruntime
for name in sys.argv[2:]:
    path = f"{sys.argv[1]}/{name}.onnx"
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    i = session.get_inputs()[0]
    x = np.array(json.load(open(path[:-4] + "json"))).reshape(i.shape)
    y = session.run(None, {i.name: x.astype(np.int64 if "int64" in i.type else np.float32)})
    print(json.dumps([float(v) for v in np.ravel(y[0])]))
`;
      const { stdout, stderr, status } = spawnSync(python, ["-c", script, folder, ...names], {
        encoding: "utf8",
      });
      rmSync(folder, { recursive: true });
      expect(status, stderr).toBe(0);
      const results: number[][] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      for (const [i, name] of names.entries()) {
        const expected = name === "scan" ? [9, 12] : models[name]!.output.values;
        for (const [k, v] of expected.entries()) expect(results[i]![k]).toBeCloseTo(v, 4);
      }
    });
  });
}
