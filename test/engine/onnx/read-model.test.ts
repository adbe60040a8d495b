import { describe, expect, it } from "vitest";
import { memorySource } from "#platform";
import { FormatError, IsinglassError } from "../../../src/base/index.ts";
import { fromOnnx, inspectOnnx, toOnnx } from "../../../src/engine/onnx/index.ts";
import { readModelFile } from "../../../src/engine/onnx/read-model.ts";
import type { ByteSource } from "../../../src/platform/index.ts";
import { float32, graphOf, layer, node, value } from "../runtime/small-graphs.ts";
import { bytesOf, pathOf } from "./fixture.ts";

/** Counts what is read. */
function counting(bytes: Uint8Array): { source: ByteSource; read: () => number } {
  let read = 0;
  const inner = memorySource(bytes, "counted.onnx");
  const source = {
    ...inner,
    read: (offset: number, length: number) => {
      read += length;
      return inner.read(offset, length);
    },
  };
  return { source, read: () => read };
}

describe("reading by range", () => {
  it("leaves large weights where they are", async () => {
    const large = 4_000_000;
    const graph = graphOf(
      [value("x", [1, 2])],
      { w: float32([2, large / 2], new Array(large).fill(0.5)) },
      [node("MatMul", ["x", "w"], ["y"])],
      [value("y", [1, large / 2])],
    );
    const bytes = toOnnx(graph);
    const { source, read } = counting(bytes);
    const { parameters, report } = await inspectOnnx(source);
    expect(parameters).toBe(large);
    expect(report[0]).toMatchObject({ op: "MatMul", status: "supported" });
    expect(bytes.length).toBeGreaterThan(16_000_000);
    expect(read()).toBeLessThan(1_000_000);
    const { graph: back } = await fromOnnx(source);
    expect(back.initializers.get("w")?.data[large - 1]).toBe(0.5);
  });

  it("finds external weights beside the model, and says which file is missing", async () => {
    const model = await fromOnnx(pathOf("external"));
    expect(model.graph.initializers.get("w")?.shape).toEqual([3, 500]);
    await expect(fromOnnx(bytesOf("external"))).rejects.toThrow(
      /refers to the file external.data, but bytes in memory/,
    );
    // a report does not need them
    expect((await inspectOnnx(bytesOf("external"))).parameters).toBe(2000);
  });

  it("does not follow external data out of the folder", async () => {
    const text = new TextDecoder("latin1").decode(bytesOf("external"));
    const bytes = Uint8Array.from(text.replaceAll("external.data", "../../etc.txt"), (c) => c.charCodeAt(0));
    const inner = memorySource(bytes, "m.onnx");
    const file = await readModelFile(inner);
    await expect(file.weights[0]?.load()).rejects.toThrow(FormatError);
  });
});

describe("what is not an ONNX file", () => {
  const text = (content: string) => new TextEncoder().encode(content);
  const cases: [string, Uint8Array, RegExp][] = [
    ["nothing", new Uint8Array(0), /empty/],
    ["a PyTorch checkpoint", text("PK\x03\x04 and more bytes"), /zip archive/],
    ["a pickle", Uint8Array.of(0x80, 2, 0x8a, 10), /pickle/],
    ["a pointer", text("version https://git-lfs.github.com/spec/v1\n"), /Git LFS/],
    ["safetensors", Uint8Array.of(64, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0x61), /safetensors/],
    ["JSON", text('{"a": 1}'), /text file/],
    ["an HTML page", text("<!doctype html><html>"), /text file/],
    ["other bytes", Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc), /at byte \d+, field ModelProto/],
    ["a graph that is missing", Uint8Array.of(8, 10), /field ModelProto.graph: missing/],
  ];
  it.each(cases)("%s", async (_name, bytes, message) => {
    await expect(fromOnnx(bytes)).rejects.toThrow(FormatError);
    await expect(fromOnnx(bytes)).rejects.toThrow(message);
  });

  it("every truncation of a model is refused as truncated", async () => {
    const bytes = toOnnx(layer);
    // the last bytes are operator sets; without them the file is valid protobuf but names no version
    for (let length = 1; length < bytes.length; length++) {
      await expect(fromOnnx(bytes.subarray(0, length)), `length ${length}`).rejects.toThrow(IsinglassError);
    }
    const large = bytesOf("mlp");
    await expect(fromOnnx(large.subarray(0, 100_000))).rejects.toThrow(
      /mlp|memory: not an ONNX file: at byte \d+, field ModelProto.*announces \d+ bytes, \d+ are left/,
    );
  });

  it("a weight of the wrong size", async () => {
    const bytes = toOnnx({
      ...layer,
      initializers: new Map([["w", { dtype: "float32", shape: [3, 2], data: new Float32Array(5) }]]),
    });
    await expect(fromOnnx(bytes)).rejects.toThrow(
      /tensor w holds 20 bytes, expected 24 for float32 \[3, 2\]/,
    );
  });

  it("a weight with the name of an input", async () => {
    const twice = { ...layer, inputs: [value("x", [2, 3]), value("x", [2, 3])] };
    await expect(fromOnnx(toOnnx(twice))).rejects.toThrow(/"x" has a name that is taken/);
  });
});
