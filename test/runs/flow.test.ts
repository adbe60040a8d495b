/** Flow runs: the same numbers for any number of threads, after a stop, and in every column; divergence; tuning; comparison. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sampleMixture, split } from "../../src/data/index.ts";
import {
  atVariances,
  bodyOf,
  drawStream,
  extraPictures,
  outlineOf,
  sourceOfSpec,
  specAtDepth,
} from "../../src/flow/index.ts";
import { parseNetwork } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import {
  collectPictures,
  compareBeginnings,
  type FlowPlan,
  measureFlowRun,
  readPictures,
  requireFlowData,
  type TunePlan,
  tuneFlow,
} from "../../src/runs/index.ts";

const folder = mkdtempSync(join(tmpdir(), "isinglass-flow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = parseNetwork("8-10x3-3 tanh");
const mixture = sampleMixture(260, [8], createStream(1), { classes: 3, separation: 6 });
const { train, test } = split(mixture, 60 / 260, createStream(2));
const settings = { draws: 2, batches: 4, batch: 20, rate: 1e-3, testBatch: 12 };
const plan: FlowPlan = {
  ...{ kind: "flow-scan", network: "test", data: "mixture", seed: 3, version: "0" },
  ...settings,
};
const cells = [0.5, 2].map((sigmaW2) => ({
  ...{ label: `sw2 ${sigmaW2}`, sigmaW2, sigmaB2: 0.05 },
  source: sourceOfSpec(atVariances(spec, sigmaW2, 0.05)),
}));

describe("measureFlowRun", () => {
  it("gives the same numbers after a stop in the middle, and for any number of threads", async () => {
    const whole = await measureFlowRun(join(folder, "whole"), plan, cells, { train, test, threads: 1 });
    const abort = new AbortController();
    let events = 0;
    const stopped = measureFlowRun(join(folder, "stopped"), plan, cells, {
      ...{ train, test, signal: abort.signal },
      onProgress: () => {
        events += 1;
        if (events === 6) abort.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/interrupted after/);
    const resumed = await measureFlowRun(join(folder, "stopped"), plan, cells, { train, test, threads: 2 });
    expect(resumed).toEqual(whole);
  });

  it("drops a line that was cut by a kill and measures its draw again", async () => {
    const file = join(folder, "whole", "results.ndjson");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.slice(0, -40));
    const again = await measureFlowRun(join(folder, "whole"), plan, cells, { train, test });
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(again[1]?.profiles[1]?.gram).toHaveLength(5);
  });

  it("refuses another plan in the same folder", async () => {
    const other = { ...plan, batches: 5 };
    await expect(measureFlowRun(join(folder, "whole"), other, cells, { train, test })).rejects.toThrow(
      /holds another run \(its batches is 4, now it is 5\)/,
    );
  });

  it("keeps going in a map when a network explodes, and says so for a single one", async () => {
    const wild = parseNetwork("8-10x6-3 relu");
    const source = sourceOfSpec(atVariances(wild, 1e18, 0));
    const exploding = [{ label: "wild", sigmaW2: 1e18, sigmaB2: 0, source }];
    const [column] = await measureFlowRun(join(folder, "wild"), plan, exploding, { train, test });
    expect(column?.profiles).toEqual([null, null]);
    const single = { ...plan, kind: "flow" as const };
    await expect(measureFlowRun(join(folder, "single"), single, exploding, { train, test })).rejects.toThrow(
      /decoder .* expected a finite number/s,
    );
  });

  it("keeps pictures beside the numbers", async () => {
    const path = join(folder, "pictures");
    const source = sourceOfSpec(atVariances(spec, 1.5, 0.05));
    const counted = outlineOf(await source.open(drawStream(3, 0), [-1, 1])).counted;
    const one = { ...plan, kind: "flow" as const, draws: 1 };
    const cell = { label: "network", sigmaW2: 0, sigmaB2: 0, source };
    await measureFlowRun(path, one, [cell], { train, test }, () =>
      collectPictures((measured, batch) => extraPictures(source, measured, batch, counted)),
    );
    const pictures = await readPictures(path);
    expect(pictures?.reconstructions).toHaveLength(5);
    expect(pictures?.reconstructions[0]).toHaveLength(8 * 8);
    expect(pictures?.labels?.slice(0, 3)).toEqual([0, 1, 2]);
    expect(pictures?.forward).toHaveLength(5);
    expect(pictures?.extra.get("prototypes")?.shape).toEqual([3, 8]);
    expect(pictures?.extra.get("forward_theory")?.shape).toEqual([counted]);
    expect(await readPictures(join(folder, "whole"))).toBeNull();
  });
});

describe("requireFlowData", () => {
  it("refuses test batches below 2 and data below a minibatch", () => {
    const parts = { train, test };
    expect(() => requireFlowData(parts, { ...settings, testBatch: 1 })).toThrow(/at least 2 examples/);
    expect(() => requireFlowData(parts, { ...settings, batch: 500 })).toThrow(/fewer than one minibatch/);
    expect(() => requireFlowData(parts, { ...settings, testBatch: 99 })).toThrow(/60 test examples/);
  });
});

describe("specAtDepth", () => {
  it("changes the layer that is repeated most", () => {
    const cnn = parseNetwork("cnn:1x12x12-c4-c4/2-c8x6-gap-10");
    expect(bodyOf(cnn)).toEqual({ index: 2, repeat: 6, before: 2 });
    expect(specAtDepth(cnn, 5).layers[2]).toMatchObject({ channels: 8, repeat: 3 });
    expect(() => specAtDepth(cnn, 2)).toThrow(/expected a whole number from 3 to 8/);
  });
});

describe("tuneFlow", () => {
  const tune: TunePlan = {
    ...settings,
    ...{ spec, sigmaB2: 0.05, evaluations: 7, groups: 2, rounds: 1, data: "mixture", seed: 3, version: "0" },
    axes: [{ name: "weight variance", min: 0.1, max: 8, spacing: "log" }],
    references: [
      {
        name: "pytorch",
        initialization: { scheme: "pytorch", sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null },
      },
    ],
  };

  it("finds more information than the first guess, the same after a stop", async () => {
    const whole = await tuneFlow(join(folder, "tune"), tune, { train, test });
    expect(whole.trials).toHaveLength(7);
    expect(whole.groups).toHaveLength(4);
    expect(whole.variances.map(({ layer }) => layer)).toEqual(["dense1", "dense2", "dense3", "dense4"]);
    const [given] = whole.references;
    expect(mean(whole.tuned.values)).toBeGreaterThan(mean(given?.candidate.values ?? []));
    const abort = new AbortController();
    const stopped = tuneFlow(join(folder, "tune-stopped"), tune, {
      ...{ train, test, signal: abort.signal },
      onProgress: ({ done }) => {
        if (done === 10) abort.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/interrupted after 10/);
    const { path: _, ...resumed } = await tuneFlow(join(folder, "tune-stopped"), tune, { train, test });
    const { path: __, ...first } = whole;
    expect(resumed).toEqual(first);
  });
});

describe("compareBeginnings", () => {
  const base = { seeds: 2, batch: 20, steps: 30, rate: 0.01, data: "mixture", seed: 1, version: "0" };

  it("tells a network that begins well from one that cannot learn", async () => {
    const dead = atVariances(spec, 1e-8, 0);
    const rows = await compareBeginnings(
      join(folder, "compare"),
      {
        ...base,
        optimizer: { kind: "adam" },
        beginnings: [
          { name: "dead", spec: dead },
          { name: "tuned", spec: atVariances(spec, 1.5, 0.05) },
        ],
      },
      { train, test },
    );
    expect(rows[0]?.difference.value).toBe(0);
    expect(rows[1]?.difference.value).toBeGreaterThan(0.2);
    expect(rows[1]?.score.n).toBe(2);
  });

  it("scores autoencoders by what they reproduce", async () => {
    const autoencoder = parseNetwork("autoencoder:8-8 tanh");
    const rows = await compareBeginnings(
      join(folder, "autoencoder"),
      {
        ...base,
        steps: 300,
        optimizer: { kind: "adam" },
        beginnings: [{ name: "given", spec: autoencoder }],
      },
      { train, test },
    );
    expect(rows[0]?.score.value).toBeGreaterThan(0.5);
    expect(rows[0]?.score.value).toBeLessThan(1);
  });

  it("refuses a generator without a discriminator", async () => {
    const beginnings = [{ name: "given", spec: parseNetwork("generator:4-8") }];
    await expect(
      compareBeginnings(
        join(folder, "generator"),
        { ...base, optimizer: { kind: "adam" }, beginnings },
        { train, test },
      ),
    ).rejects.toThrow(/does not train alone/);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
