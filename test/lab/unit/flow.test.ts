/** The Flow room without a browser: its text and sliders, its measurement, and the program that it copies. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { measureFlow } from "../../../lab/src/rooms/flow/measure.ts";
import { openData, openSource } from "../../../lab/src/rooms/flow/open.ts";
import { commandLine, program } from "../../../lab/src/rooms/flow/program.ts";
import { keyOf, markOf, requestOf } from "../../../lab/src/rooms/flow/request.ts";
import { numbersOf, readSpec, withDepth, withVariance } from "../../../lab/src/rooms/flow/spec-text.ts";
import { state } from "../../../lab/src/rooms/flow/state.ts";
import type { FlowPartial, FlowRequest } from "../../../lab/src/rooms/flow/types.ts";
import { InterruptedError, ShapeError } from "../../../src/base/index.ts";
import { loadDataset, type NumericArray, writeNpy, writeNpz } from "../../../src/data/index.ts";
import { parseNetwork } from "../../../src/networks/index.ts";
import { runProgram } from "../setup/programs.ts";

const request: FlowRequest = {
  network: "784-30x3-10 tanh sw2=1.5 sb2=0.05",
  ...{ seed: 4, draws: 1, batches: 6, batch: 16, rate: 0.003, testBatch: 20 },
};
const { train, test } = await loadDataset("mnist-sample");
const data = { train, test: test as typeof train };

describe("the text of a specification", () => {
  it("is edited where it says a number, and keeps the rest", () => {
    const text = "784-100x20-10 tanh sw2=1.76 sb2=0.05";
    expect(withVariance(text, "sw2", 2)).toBe("784-100x20-10 tanh sw2=2 sb2=0.05");
    expect(withDepth(text, 7)).toBe("784-100x7-10 tanh sw2=1.76 sb2=0.05");
    expect(withDepth("cnn:1x28x28-c8/2-c8x10-gap-10 relu", 3)).toBe("cnn:1x28x28-c8/2-c8x3-gap-10 relu");
  });

  it("gets a variance that it did not state, and loses a scheme that fixes it", () => {
    expect(withVariance("784-20-10 tanh init=he", "sw2", 1.5)).toBe("784-20-10 tanh sw2=1.5");
    expect(withVariance("784-20-10 tanh init=orthogonal", "sb2", 0.1)).toBe(
      "784-20-10 tanh init=orthogonal sb2=0.1",
    );
  });

  it.each([
    "784-20-20-20-10 tanh",
    "784-20-10 tanh",
    "784-20x5-30x5-10 tanh",
    "784~10x8 tanh",
    "784-20x12-10 x*sigmoid(x)",
  ])("takes any depth: %s", (text) => {
    for (const depth of [1, 4, 30]) {
      const edited = withDepth(text, depth);
      const spec = parseNetwork(edited);
      const before = parseNetwork(text);
      // depth 1 makes all layers alike, so that the body is no longer the longest
      if (depth > 5) expect(numbersOf(spec).depth).toBe(depth);
      expect(spec.activation).toBe(before.activation);
      expect(spec.layers).toHaveLength(before.layers.length);
    }
  });

  it("is left alone when it has a mistake", () => {
    expect(withDepth("784-10 tahn", 4)).toBe("784-10 tahn");
    expect(readSpec("784-10 tahn")).toBeNull();
  });

  it("tells the variances of schemes by name", () => {
    const of = (text: string) => numbersOf(parseNetwork(text));
    expect(of("784-20x6-10 relu init=he")).toEqual({ sigmaW2: 2, sigmaB2: 0, depth: 6 });
    expect(of("784-20-10 tanh").sigmaW2).toBeCloseTo(1 / 3);
  });
});

describe("the address", () => {
  it("holds networks, settings and pins, and marks only the settings that were measured", () => {
    const { network, pins } = state;
    state.load("n=784-50x4-10+relu+sw2%3D2&m=20&p=784-20-10+tanh!784~10x8+tanh&go=abc");
    expect(network.value).toBe("784-50x4-10 relu sw2=2");
    expect(pins.value).toEqual(["784-20-10 tanh", "784~10x8 tanh"]);
    const mark = markOf(requestOf());
    expect(markOf({ ...requestOf(), seed: 1 })).not.toBe(mark);
    state.measured.value = mark;
    const query = state.toQuery();
    state.reset();
    state.load(query);
    expect([markOf(requestOf()), state.measured.value]).toEqual([mark, mark]);
    expect(keyOf(requestOf())).toContain("784-50x4-10 relu sw2=2");
    expect(state.load("m=0&t=1")).toHaveLength(2);
    state.reset();
  });
});

describe("a measurement", () => {
  it("grows depth by depth into what the copied program prints", async () => {
    const partials: FlowPartial[] = [];
    const answer = await measureFlow(request, data, { onPartial: (partial) => partials.push(partial) });
    expect(partials.map(({ layers }) => layers.length)).toEqual([1, 2, 3, 4, 5]);
    const whole = partials.at(-1) as FlowPartial;
    expect(whole.pictures.reconstructions).toHaveLength(5);
    answer.result.layers.forEach(({ gram, forward }, depth) => {
      // finished results keep seven digits
      expect(whole.layers[depth]?.gram.value).toBeCloseTo(gram.value, 6);
      expect(whole.layers[depth]?.forward.value).toBeCloseTo(forward.value, 6);
    });
    const [[printed, kind] = []] = (await runProgram(program(request))) as [number[], string][];
    expect(kind).toBe(answer.result.verdict.kind);
    expect(printed?.map((value) => Number(value.toPrecision(7)))).toEqual(
      answer.result.layers.map(({ gram }) => gram.value),
    );
  });

  it("averages draws, whose first is followed", async () => {
    const partials: FlowPartial[] = [];
    const { result } = await measureFlow({ ...request, draws: 2 }, data, {
      onPartial: (partial) => partials.push(partial),
    });
    expect(partials).toHaveLength(5);
    expect(result.layers[2]?.gram).toMatchObject({ n: 2 });
    expect(result.layers[2]?.gram.stderr).toBeGreaterThan(0);
  });

  it("refuses what does not fit the images, and too few examples, and stops on request", async () => {
    const refused = measureFlow({ ...request, network: "100-30-10 tanh" }, data);
    await expect(refused).rejects.toThrow(ShapeError);
    await expect(refused).rejects.toThrow(/expected 784/);
    await expect(measureFlow({ ...request, batch: 2001 }, data)).rejects.toThrow(/2 <= batch <= 2000/);
    const growing = { ...request, network: "784-30x20-10 relu sw2=100000 sb2=0" };
    await expect(measureFlow(growing, data)).rejects.toMatchObject({
      hint: expect.stringContaining("weight variance"),
    });
    const signal = AbortSignal.abort();
    await expect(measureFlow(request, data, { signal })).rejects.toThrow(InterruptedError);
  });
});

it("copies the command with what differs from the command's own defaults", () => {
  expect(commandLine(request)).toBe(
    "isinglass flow '784-30x3-10 tanh sw2=1.5 sb2=0.05' --data mnist-sample --seeds 1 --batches 6 --batch-size 16 --decoder-rate 0.003 --test 20 --seed 4",
  );
});

describe("dropped files", () => {
  const openSample = () => Promise.resolve(data);
  const named = (name: string, bytes: Uint8Array, size?: number): File => {
    const file = new File([bytes as Uint8Array<ArrayBuffer>], name);
    if (size !== undefined) Object.defineProperty(file, "size", { value: size });
    return file;
  };
  const rows = (count: number): NumericArray => ({
    shape: [count, 4],
    data: Float32Array.from({ length: 4 * count }, (_, i) => Math.sin(i)),
  });
  const open = (file: File | null) =>
    openData({ ...request, data: { name: file?.name ?? "gone.npy", file } }, openSample);

  it.each([
    ["npy", () => named("a.npy", writeNpy(rows(50))), [40, 10]],
    ["npz with a test part", () => named("a.npz", writeNpz({ x_train: rows(30), x_test: rows(7) })), [30, 7]],
    ["csv", () => named("a.csv", new TextEncoder().encode(`${"1,2,3,4\n".repeat(9)}5,6,7,8\n`)), [8, 2]],
  ] as const)("are data as %s", async (_, make, [trained, tested]) => {
    const { train: one, test: other } = await open(make());
    expect([one.count, other.count]).toEqual([trained, tested]);
    expect(one.shape).toEqual([4]);
  });

  it("that are not in the tab, do not fit or are too few say what to do", async () => {
    await expect(open(null)).rejects.toMatchObject({ hint: "drop gone.npy into this room" });
    const few = await open(named("a.npy", writeNpy(rows(50))));
    const small = { ...request, network: "4-8x2-2 tanh sw2=1.5", data: { name: "a.npy", file: null } };
    await expect(measureFlow(small, few)).rejects.toMatchObject({
      hint: expect.stringContaining("at most 10 test examples"),
    });
    const wide = measureFlow({ ...small, network: "5-8x2-2 tanh sw2=1.5", testBatch: 5 }, few);
    await expect(wide).rejects.toMatchObject({
      hint: expect.stringContaining("begin a dense network with 4"),
    });
  });

  it("are models with float inputs of at most 1 GB", async () => {
    const model = (file: File | null, shapes = "") =>
      openSource({ ...request, network: "model.onnx", model: { file, shapes } });
    await expect(model(null)).rejects.toThrow(/not in this tab/);
    await expect(model(named("model.onnx", new Uint8Array(8), 2 ** 31))).rejects.toThrow(
      /has 2 GB, a browser tab trains decoders for at most 1 GB/,
    );
    const tokens = await readFile(resolve(import.meta.dirname, "../../fixtures/models/gpt2-dynamo.onnx"));
    await expect(model(named("model.onnx", tokens), "input=1,8")).rejects.toThrow(/expected float32/);
  });

  it("are named in the command and the program", () => {
    const dropped = {
      ...request,
      network: "my model.onnx",
      model: { file: null, shapes: "x=1,8" },
      data: { name: "a b.npz", file: null },
    };
    expect(commandLine(dropped)).toMatch(/^isinglass flow 'my model.onnx' --shape 'x=1,8' --data 'a b.npz' /);
    expect(program(dropped)).toContain('fromOnnx("my model.onnx", { batch: 2, shapes: {"x":[2,8]} })');
    expect(program(dropped)).toContain('loadDataset("a b.npz"');
    const one = keyOf({ ...request, data: { name: "a.npy", file: named("a.npy", writeNpy(rows(5))) } });
    expect(one).not.toBe(
      keyOf({ ...request, data: { name: "a.npy", file: named("a.npy", writeNpy(rows(6))) } }),
    );
  });
});
