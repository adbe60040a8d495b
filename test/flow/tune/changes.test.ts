/** Layer variances, losses, proposed changes and differences: exact cases. */
import { describe, expect, it } from "vitest";
import { drawDenseChain, outlineOf, sourceOfSpec } from "../../../src/flow/index.ts";
import {
  drawWithVariances,
  groupLayers,
  independentDifference,
  type LayerLoss,
  pairedDifference,
  proposeEdits,
  rankLosses,
  scaleGroup,
  uniformVariances,
} from "../../../src/flow/tune/index.ts";
import { buildNetwork, formatNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const spec = parseNetwork("12-20x3-4 tanh");

describe("drawWithVariances", () => {
  it("draws what initialize draws when all layers are alike", () => {
    const scheme = { scheme: "gaussian", sigmaW2: 1.7, sigmaB2: 0.3, sigmaV2: null, sigmaA2: null } as const;
    const { values } = initialize(buildNetwork(spec, { batch: 1 }), scheme, createStream(5));
    const drawn = drawWithVariances(spec, uniformVariances(spec, 1.7, 0.3), createStream(5));
    for (const [name, { data }] of Object.entries(values)) {
      const other = drawn[name]?.data as Float32Array;
      (data as Float32Array).forEach((value, i) => {
        expect(other[i]).toBeCloseTo(value, 5);
      });
    }
  });

  it("changes only the layers that are changed", () => {
    const before = uniformVariances(spec, 1, 0.1);
    const after = scaleGroup(before, [1, 2], 4);
    const weights = (variances: typeof before, name: string): number[] => {
      const drawn = drawWithVariances(spec, variances, createStream(5));
      return Array.from((drawn[name] as { data: Float32Array }).data);
    };
    expect(weights(after, "dense1.weight")).toEqual(weights(before, "dense1.weight"));
    expect(weights(after, "dense2.weight")).toEqual(
      weights(before, "dense2.weight").map((value) => 2 * value),
    );
  });

  it("refuses missing and negative variances", () => {
    expect(() => drawWithVariances(spec, [], createStream(1))).toThrow(/dense1/);
    const negative = uniformVariances(spec, -1, 0);
    expect(() => drawWithVariances(spec, negative, createStream(1))).toThrow(/at least 0/);
  });
});

describe("groupLayers", () => {
  it("covers all layers once", () => {
    for (const [count, most] of [
      [7, 3],
      [3, 7],
      [10, 1],
    ] as const) {
      const groups = groupLayers(count, most);
      expect(groups).toHaveLength(Math.min(count, most));
      expect(groups.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
        Array.from({ length: count }, (_, i) => i),
      );
    }
    expect(groupLayers(5, 0)).toEqual([]);
  });
});

describe("rankLosses", () => {
  const chain = drawDenseChain({ widths: [10, 10, 10, 10], sigmaW2: 1, stream: createStream(1) });

  it("weighs losses with the share of decoder parameters behind them, and leaves out the last block", () => {
    const ranking = rankLosses(chain, [0.6, 0.5, 0.2, 0.1], [0.9, 0.9, 0.95, 0.9]);
    expect(ranking.map(({ block }) => block)).toEqual([2, 1]);
    expect(ranking[0]).toMatchObject({ name: "dense2", diagnosis: "noise" });
    expect(ranking[0]?.cost).toBeCloseTo(2 / 3, 12);
    expect(ranking[0]?.priority).toBeCloseTo(0.3 / Math.sqrt(2 / 3), 12);
    expect(ranking[1]).toMatchObject({ cost: 1, diagnosis: "averaging" });
  });
});

describe("proposeEdits", () => {
  const loss = (block: number, diagnosis: LayerLoss["diagnosis"]): LayerLoss => ({
    block,
    name: `block ${block}`,
    loss: 0.1,
    cost: 1,
    priority: 0.1,
    diagnosis,
  });
  const cnn = parseNetwork("cnn:1x12x12-c4x2-max3-c8-gap-10");
  const kindsOf = async (network: typeof cnn) => {
    const chain = await sourceOfSpec(network).open(createStream(1), [0, 1]);
    return outlineOf(chain)
      .labels.slice(1)
      .map(({ kind }) => kind);
  };

  it("finds the layer of a block and changes it by the diagnosis", async () => {
    const kinds = await kindsOf(cnn);
    const noise = proposeEdits(cnn, [loss(1, "noise"), loss(3, "noise")], kinds, { reach: null, most: 9 });
    expect(noise.map(({ change }) => change)).toEqual([
      "block 1: kernel 3 to 5",
      "block 1: channels 4 to 6",
      "block 3: maximum to average pooling",
    ]);
    const averaging = proposeEdits(cnn, [loss(3, "averaging")], kinds, { reach: null, most: 9 });
    expect(averaging.map(({ change }) => change)).toEqual([
      "block 3: maximum to average pooling",
      "block 3: pooling over 3 to 2",
    ]);
  });

  it("proposes networks that can be built", async () => {
    const ranking = [1, 2, 3, 4].flatMap((block) => [loss(block, "noise")]);
    for (const { spec: edited } of proposeEdits(cnn, ranking, await kindsOf(cnn), { reach: null, most: 9 })) {
      expect(buildNetwork(edited, { batch: 1 }).layers.length).toBeGreaterThan(3);
      expect(parseNetwork(formatNetwork(edited))).toEqual(edited);
    }
  });

  it("ends a network where its input is lost, and leaves heads and gains alone", () => {
    const kinds = ["dense", "dense", "dense", "dense"];
    const edits = proposeEdits(spec, [loss(4, "noise"), { ...loss(2, "noise"), loss: -0.1 }], kinds, {
      reach: 2,
      most: 6,
    });
    expect(edits.map(({ change }) => change)).toEqual(["depth: 3 repetitions to 2"]);
    expect(formatNetwork(edits[0]?.spec as typeof spec)).toContain("12-20x2-4");
  });
});

describe("differences", () => {
  it("of pairs do not see what pairs share", () => {
    const { difference, sigmas } = pairedDifference([1, 5, 9], [1.1, 5.1, 9.1]);
    expect(difference.value).toBeCloseTo(0.1, 12);
    expect(sigmas).toBeGreaterThan(1e6);
    expect(pairedDifference([1], [2]).sigmas).toBeNaN();
  });

  it("of means add both errors in squares", () => {
    const estimate = (value: number, stderr: number | null) => ({ value, stderr, n: 5, method: "" });
    const { difference, sigmas } = independentDifference(estimate(1, 3), estimate(11, 4));
    expect([difference.value, difference.stderr, sigmas]).toEqual([10, 5, 2]);
    expect(independentDifference(estimate(1, null), estimate(2, 1)).sigmas).toBeNaN();
  });
});
