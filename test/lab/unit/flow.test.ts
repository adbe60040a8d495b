/** The Flow room without a browser: its text and sliders, its measurement, and the program that it copies. */
import { describe, expect, it } from "vitest";
import { measureFlow } from "../../../lab/src/rooms/flow/measure.ts";
import { commandLine, program } from "../../../lab/src/rooms/flow/program.ts";
import { keyOf, markOf, requestOf } from "../../../lab/src/rooms/flow/request.ts";
import { numbersOf, readSpec, withDepth, withVariance } from "../../../lab/src/rooms/flow/spec-text.ts";
import { state } from "../../../lab/src/rooms/flow/state.ts";
import type { FlowPartial, FlowRequest } from "../../../lab/src/rooms/flow/types.ts";
import { InterruptedError, ShapeError } from "../../../src/base/index.ts";
import { loadDataset } from "../../../src/data/index.ts";
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
