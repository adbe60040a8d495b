/** Networks that `--fix` writes anew: measured again, their gradients change less with depth. */
import { describe, expect, it } from "vitest";
import { fromOnnx } from "../../../src/engine/index.ts";
import { buildNetwork, formatNetwork, layersOf, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import {
  criticalSpec,
  type Diagnosis,
  diagnoseModel,
  diagnoseSpec,
  gainsOf,
  writeCriticalModel,
  writeCriticalSpec,
} from "../../../src/signal/index.ts";

const noise = (count: number, shape: readonly number[]) => {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  createStream(5).fillNormal(inputs);
  return { inputs, count, shape, name: "noise", provenance: ["white noise"] };
};
const stretch = ({ layers }: Diagnosis, from = 0): number =>
  Math.abs(Math.log(layers[from]?.gradient.measured?.value as number));

async function fixSpec(text: string): Promise<[Diagnosis, Diagnosis, Uint8Array]> {
  const spec = parseNetwork(text);
  const data = noise(32, spec.input);
  const before = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
  const bytes = writeCriticalSpec(spec, before, createStream(2));
  const { graph, parameters } = await fromOnnx(bytes, { batch: 32 });
  return [before, await diagnoseModel({ name: "fixed", graph, parameters }, data, createStream(1)), bytes];
}

describe("specifications with residual blocks", () => {
  it.each([
    "50-100-b100x16-10 relu init=he",
    "50-100-y100x16-10 relu sw2=2",
    "4x4x4-c16-b16x8-10 relu init=he",
  ])("%s", async (text) => {
    const [before, after] = await fixSpec(text);
    expect(before.recommended?.growth.drawn).toBeCloseTo(Math.E, 0);
    expect(before.verdict.advice).toContain("scale the last weights");
    expect(stretch(before)).toBeGreaterThan(3);
    expect(stretch(after)).toBeLessThan(stretch(before) / 2);
    expect(after.verdict.trains).toBe("yes");
    // inputs stay further apart: less of 1 - c is lost
    const left = ({ layers }: Diagnosis) => 1 - (layers.at(-2)?.c.measured?.value ?? 1);
    expect(left(after)).toBeGreaterThan(left(before));
  });

  it("are stated as a specification where that is possible", async () => {
    const spec = parseNetwork("50-100-y100x16-10 relu sw2=2");
    const diagnosis = await diagnoseSpec(spec, noise(16, [50]), createStream(1), { seeds: 2 });
    const { initialization } = criticalSpec(spec, diagnosis);
    expect(initialization.sigmaW2).toBeCloseTo(2, 10);
    // 1 + sv2 sw2 / 2 = exp(1/16)
    expect(initialization.sigmaV2).toBeCloseTo(Math.expm1(1 / 16), 4);
    const onVectors = parseNetwork("50-100-b100x16-10 relu init=he");
    const other = await diagnoseSpec(onVectors, noise(16, [50]), createStream(1), { seeds: 2 });
    expect(() => criticalSpec(onVectors, other)).toThrow(/cannot scale the branches/);
  });

  it("keep their normalisation, whose scale carries the factor", async () => {
    const [before, after, bytes] = await fixSpec("4x4x4-c16-b16x6-10 relu init=he norm=batch");
    const { graph } = await fromOnnx(bytes, { batch: 2 });
    const outer = layersOf(graph).filter(({ role }) => role === "outer");
    expect(outer.every(({ normalization }) => normalization === "batch")).toBe(true);
    const gains = outer.map((layer) => gainsOf(graph, layer).gain2);
    for (const gain of gains) expect(gain).toBeCloseTo(before.recommended?.outerScale.value ?? 0, 5);
    expect(stretch(after)).toBeLessThan(stretch(before));
  });
});

describe("files", () => {
  const fix = async (name: string): Promise<[Diagnosis, Diagnosis]> => {
    const importAt = (batch: number) => fromOnnx(`test/fixtures/models/${name}.onnx`, { batch });
    const { graph, parameters } = await importAt(32);
    const data = noise(32, graph.inputs[0]?.shape.slice(1) ?? []);
    const before = await diagnoseModel({ name, graph, parameters }, data, createStream(1));
    const fixed = await fromOnnx(await writeCriticalModel(importAt, before, createStream(3)), { batch: 32 });
    return [before, await diagnoseModel({ name, ...fixed }, data, createStream(1))];
  };

  it("a residual network with batch statistics loses its growth of gradients", async () => {
    const [before, after] = await fix("normalised-resnet-training");
    expect(before.recommended?.growth.now).toBeGreaterThan(8);
    expect(stretch(after)).toBeLessThan(stretch(before) * 0.7);
    expect(after.layers.map(({ name }) => name)).toEqual(before.layers.map(({ name }) => name));
    expect(after.recommended?.growth.now).toBeCloseTo(before.recommended?.growth.drawn ?? 0, 1);
  });

  it("a trained residual network comes back with more of the differences of inputs", async () => {
    const [before, after] = await fix("resnet");
    const left = ({ layers }: Diagnosis) => 1 - (layers[7]?.c.measured?.value ?? 1);
    expect(left(after)).toBeGreaterThan(2 * left(before));
    expect(stretch(after)).toBeLessThan(stretch(before));
  });

  it("stored statistics of old weights are reset, also where several share one tensor", async () => {
    const [folded, plain] = [await fix("resnet-unfolded"), await fix("resnet")];
    const measured = ({ layers }: Diagnosis) => layers.map(({ gradient }) => gradient.measured?.value ?? 0);
    measured(folded[1]).forEach((value, l) => {
      expect(Math.abs(value / (measured(plain[1])[l] as number) - 1)).toBeLessThan(1e-3);
    });
  });

  it("a normalised chain is critical at weight variance 2 once its statistics are stored ones", async () => {
    const [, after] = await fix("normalised-mlp-evaluation");
    expect(Math.abs(Math.log(after.theory?.chi1.value as number))).toBeLessThan(0.1);
  });

  it.each([
    ["normalised-mlp-training", /1\.5\d per layer at any weight variance/],
    ["transformer", /does not cover attention, layer normalisation/],
    ["mobilenet-v2-dynamo", /grouped convolutions/],
  ])("%s is refused with the reason", async (name, reason) => {
    await expect(fix(name)).rejects.toMatchObject({ exitCode: 3, hint: expect.stringMatching(reason) });
  });
});

describe("a specification without a critical point", () => {
  it("says what normalisation does", async () => {
    const spec = parseNetwork("20-40x4-5 relu norm=layer");
    const diagnosis = await diagnoseSpec(spec, noise(16, [20]), createStream(1), { seeds: 2 });
    expect(() => writeCriticalSpec(spec, diagnosis, createStream(1))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("do not depend on the weight variance") }),
    );
    expect(formatNetwork(spec)).toContain("norm=layer");
    expect(buildNetwork(spec, { batch: 1 }).layers).toHaveLength(5);
  });
});
