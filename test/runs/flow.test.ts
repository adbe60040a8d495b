/** Flow runs: the same numbers for any number of threads, after a stop, and in every column; divergence; tuning; comparison. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
import { formatNetwork, parseNetwork } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import {
  collectPictures,
  compareBeginnings,
  type FlowPlan,
  type FlowTrainingPlan,
  measureFlowRun,
  readPictures,
  requireFlowData,
  type TunePlan,
  trainFlowGrid,
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

  it("cuts both halves of an autoencoder, whose depth counts all blocks but the last", () => {
    const autoencoder = parseNetwork("autoencoder:16-12x5-4 tanh");
    const cut = specAtDepth(autoencoder, 7);
    expect(formatNetwork(cut)).toBe(formatNetwork(parseNetwork("autoencoder:16-12x3-4 tanh")));
    expect(() => specAtDepth(autoencoder, 4)).toThrow(/from 3 to 11 in steps of 2/);
  });
});

describe("trainFlowGrid", () => {
  const grid = {
    ...{ sigmaB2: 0.05, sigmaW2: [0.2, 1.5], depths: [2, 3], batch: 20, steps: 40, rate: 0.01 },
    ...{ rateScaling: "constant" as const, optimizer: { kind: "adam" as const } },
    ...{ data: "mixture", seed: 3, version: "0" },
  };
  const other = parseNetwork("discriminator:8-10-1 tanh");
  const half = parseNetwork("generator:4-10x3-8 tanh");

  it("scores each family by its own number and continues with the same ones", async () => {
    const path = join(folder, "grid");
    const cells = await trainFlowGrid(path, { ...grid, spec }, { train, test });
    expect(cells.map(({ depth, sigmaW2 }) => [depth, sigmaW2])).toEqual([
      ...[2, 3].flatMap((depth) => [0.2, 1.5].map((x) => [depth, x])),
    ]);
    expect(cells[1]?.score).toBeGreaterThan(0.6);
    expect(cells[1]?.testScore).toBeGreaterThan(0.6);
    const file = join(path, "results.ndjson");
    writeFileSync(file, `${readFileSync(file, "utf8").split("\n").slice(0, 2).join("\n")}\n`);
    expect(await trainFlowGrid(path, { ...grid, spec }, { train, test, threads: 1 })).toEqual(cells);
    const autoencoder = parseNetwork("autoencoder:8-10x2-6 tanh");
    const [shallow] = await trainFlowGrid(
      join(folder, "grid-autoencoder"),
      { ...grid, spec: autoencoder, depths: [3], sigmaW2: [1.5], steps: 200 },
      { train, test },
    );
    expect(shallow?.score).toBeGreaterThan(0.3);
    expect(shallow?.score).toBeLessThan(1);
    const [pair] = await trainFlowGrid(
      join(folder, "grid-pair"),
      { ...grid, spec: half, partner: other, depths: [2], sigmaW2: [1.5], steps: 5 },
      { train, test },
    );
    expect(pair?.testScore).toBeNull();
    expect(pair?.score).toBeLessThan(0.9);
  }, 20_000);

  it("refuses half a GAN without the other, and a partner for anything else", async () => {
    const path = join(folder, "grid-refused");
    const refused = (plan: Partial<FlowTrainingPlan>) =>
      expect(trainFlowGrid(path, { ...grid, spec, ...plan }, { train, test })).rejects;
    await refused({ spec: half }).toThrow(/a generator does not train alone, received no partner/);
    await refused({ spec: half, partner: half }).toThrow(/received a generator as its partner/);
    await refused({ partner: other }).toThrow(/expected one for a generator or discriminator only/);
    await refused({ depths: [9] }).toThrow(/expected a whole number from 1 to 3/);
    expect(existsSync(path)).toBe(false);
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
