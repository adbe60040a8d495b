import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadDataset, readNpz } from "../../src/data/index.ts";
import { parseNetwork } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import {
  measureTrainability,
  readCheckpoint,
  requireTrained,
  type TrainabilityPlan,
  trainSpec,
  writeCheckpoint,
} from "../../src/runs/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isinglass-training-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const mixture = async () => (await loadDataset("mixture:8:3:6", { train: 300 })).train;
const spec = parseNetwork("8-16x2-3 tanh sw2=1.76 sb2=0.05");
const options = { batch: 20, steps: 60, rate: 0.05, optimizer: { kind: "adam" } } as const;

describe("trainSpec", () => {
  it("learns a mixture of separated Gaussians", async () => {
    const training = await trainSpec(spec, await mixture(), createStream(1), {
      ...options,
      stepsPerEntry: 20,
    });
    expect(training.state).toBe("trained");
    expect(training.train?.accuracy).toBeGreaterThan(0.95);
    expect(training.history.map(({ step }) => step)).toEqual([20, 40, 60]);
    expect(training.history[2]?.loss).toBeLessThan(training.history[0]?.loss as number);
  });

  it("continues from a checkpoint file bit for bit", async () => {
    const data = await mixture();
    const whole = await trainSpec(spec, data, createStream(1), options);
    const half = await trainSpec(spec, data, createStream(1), { ...options, steps: 30 });
    const path = join(folder, "half.npz");
    await writeCheckpoint(path, half.checkpoint);
    const resume = await readCheckpoint(path);
    expect(resume?.step).toBe(30);
    const rest = await trainSpec(spec, data, createStream(99), { ...options, ...(resume && { resume }) });
    expect(rest.parameters).toEqual(whole.parameters);
    expect(rest.train).toEqual(whole.train);
  });

  it("counts a loss that ends far above its beginning as divergence, with the numbers", async () => {
    const training = await trainSpec(parseNetwork("8-16x2-3 tanh"), await mixture(), createStream(1), {
      ...options,
      optimizer: { kind: "sgd" },
      rate: 1e9,
    });
    expect(training).toMatchObject({ state: "diverged", train: null });
    const last = training.history.at(-1)?.loss as number;
    expect(Number.isFinite(last)).toBe(true);
    expect(() => requireTrained(training)).toThrow(/the loss is \d\S+, more than 10 times/);
  });

  it("refuses data without labels or with less than a batch before anything is written", async () => {
    const noise = (await loadDataset("noise:8", { train: 64 })).train;
    const path = join(folder, "refused");
    const plan = { batch: 100, depths: [1], sigmaW2: [1] } as unknown as TrainabilityPlan;
    await expect(measureTrainability(path, plan, { train: noise, test: null })).rejects.toThrow(
      /the data noise have no labels/,
    );
    expect(existsSync(path)).toBe(false);
    const few = trainSpec(spec, (await loadDataset("mixture:8:3", { train: 64 })).train, createStream(1), {
      ...options,
      batch: 100,
    });
    await expect(few).rejects.toMatchObject({ hint: "--batch-size 32", exitCode: 2 });
  });

  it("reports divergence and interruption as states", async () => {
    const data = await mixture();
    const linear = parseNetwork("8-16x2-3 linear sw2=30 sb2=0");
    const diverged = await trainSpec(linear, data, createStream(1), {
      ...options,
      optimizer: { kind: "sgd" },
      rate: 1e6,
    });
    expect(diverged.state).toBe("diverged");
    expect(() => requireTrained(diverged)).toThrow("not finite");
    const stopped = await trainSpec(spec, data, createStream(1), { ...options, signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ state: "interrupted", steps: 0, train: null });
  });

  it("reads no checkpoint where there is none, and refuses other npz files", async () => {
    expect(await readCheckpoint(join(folder, "none.npz"))).toBeNull();
  });
});

describe("measureTrainability", () => {
  const plan: TrainabilityPlan = {
    activation: "tanh",
    sigmaB2: 0.05,
    sigmaW2: [0.5, 1.76],
    depths: [2, 20],
    width: 16,
    batch: 20,
    steps: 40,
    rate: 0.2,
    rateScaling: "constant",
    optimizer: { kind: "sgd" },
    seed: 3,
    data: "mixture",
    version: "0.1.0",
  };

  it("finds that the ordered phase trains shallow and not deep, and continues after an interruption", async () => {
    const train = await mixture();
    const whole = await measureTrainability(join(folder, "whole"), plan, { train, test: null });
    const accuracy = whole.cells.map((cell) => cell.accuracy);
    expect(accuracy[0]).toBeGreaterThan(0.9); // depth 2, ordered
    expect(accuracy[2]).toBeLessThan(0.6); // depth 20, ordered: 6 xi_c is 7
    expect(accuracy[3]).toBeGreaterThan(0.9); // depth 20, critical

    const abort = new AbortController();
    const path = join(folder, "stopped");
    const stopped = measureTrainability(path, plan, {
      ...{ train, test: null, signal: abort.signal },
      onProgress: ({ done }) => {
        if (done === 2) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
    const continued = await measureTrainability(path, plan, { train, test: null });
    expect(continued.cells).toEqual(whole.cells);
    const lines = (name: string) =>
      readFileSync(join(folder, name, "results.ndjson"), "utf8")
        .split("\n")
        .sort();
    expect(lines("stopped")).toEqual(lines("whole"));
    const arrays = readNpz(readFileSync(join(path, "results.npz")));
    expect(arrays.get("accuracy")?.shape).toEqual([2, 2]);
    expect(Array.from(arrays.get("accuracy")?.data as Float64Array)).toEqual(accuracy);
  });
});
