/** Sentences about what a measured flow cannot rest on. */
import { expect, it } from "vitest";
import type { DecoderLearning, FlowClass } from "../../../src/flow/classify/index.ts";
import { describeDecoders, describeLeftOut } from "../../../src/flow/scan/decoders.ts";
import { averageProfiles, type FlowProfile } from "../../../src/flow/scan/index.ts";

const learned = { minibatches: 60, start: 0.4, middle: 0.05, end: 0.03, variance: 0.1 };
const failed = { ...learned, middle: 0.91, end: 0.9 };
const unfinished = { ...learned, middle: 0.1, end: 0.08 };
const labels = ["input", "a", "b", "c", "head"].map((name) => ({ name, kind: "dense" }));

function measured(learning: readonly (DecoderLearning | null)[], kind: FlowClass) {
  const values = [0.6, 0.5, 0.4, 0.3, 0.2];
  const profile: FlowProfile = {
    ...{ gram: values, relative: values, forward: values, forwardLargest: values, shannon: values },
    ...{ differential: [-3, -5, -4, Number.NaN, -9], leftOut: [0, 0, 20, 60, 0] },
    ...{ decoderLoss: [0.1, 0.1, 0.1, 0.1], learning },
    classification: { class: kind } as FlowProfile["classification"],
  };
  return [[profile], averageProfiles([profile], labels, 3)] as const;
}
const say = (learning: readonly (DecoderLearning | null)[], kind: FlowClass = "undecided") =>
  describeDecoders(...measured(learning, kind), { batches: 60, rate: 1 });

it("names decoders that failed with their losses, and those that still learn, but none of the head", () => {
  expect(say([learned, null, learned, failed])).toEqual([]);
  expect(say([failed, unfinished, learned, learned])).toEqual([
    expect.stringContaining("a (loss 0.9 at the end, 0.4 untrained, 0.1 for the best constant)"),
    expect.stringContaining("1 of 3 decoders (b) explain less than half"),
  ]);
  // the forward spectrum alone decided: one slow decoder of three does not matter
  expect(say([learned, unfinished, learned, learned], "subcritical")).toEqual([]);
});

it("says where the differential entropy leaves examples out, and where it is undefined", () => {
  const [, layers] = measured([learned, learned, learned, learned], "critical");
  expect(layers[3]?.differential).toMatchObject({ value: Number.NaN, stderr: null });
  expect(describeLeftOut(layers, 100)).toEqual([
    expect.stringContaining("at depth 2; up to 20 of 100"),
    expect.stringContaining("undefined at depth 3"),
  ]);
});
