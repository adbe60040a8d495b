/** Theory beside measurement beyond plain chains: blocks of every make, batch normalisation, files of PyTorch. */
import { describe, expect, it } from "vitest";
import { fromOnnx } from "../../../src/engine/index.ts";
import { parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { type Comparison, type Diagnosis, diagnoseModel, diagnoseSpec } from "../../../src/signal/index.ts";
import normalised from "../../fixtures/models/normalised.json" with { type: "json" };

const noise = (count: number, shape: readonly number[]) => {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  createStream(5).fillNormal(inputs);
  return { inputs, count, shape, name: "noise", provenance: ["white noise"] };
};

/** Largest |measured / theory - 1| over the layers where both are. */
function worst(diagnosis: Diagnosis, pick: (layer: Diagnosis["layers"][number]) => Comparison): number {
  const deviations = diagnosis.layers.flatMap((layer) => {
    const { theory, measured } = pick(layer);
    return theory === null || measured === null ? [] : [Math.abs(measured.value / theory - 1)];
  });
  expect(deviations.length).toBeGreaterThan(0);
  return Math.max(...deviations);
}

describe("specifications beside theory", () => {
  it.each([
    // blocks of He's type on vectors and on images, with and without an activation that is linear near 0
    ["50-200-b200x5-10 tanh sw2=1 sb2=0.05", 0.2, 0.15],
    ["50-200-b200x3-10 relu init=he", 0.45, 0.25],
    ["4x6x6-c32-b32x2-10 relu init=he padding=circular", 0.35, 0.4],
    // with batch normalisation in the branches
    ["50-200-b200x5-10 relu norm=batch", 0.6, 0.12],
    ["50-200-y200x4-10 tanh sw2=1 norm=batch", 0.12, 0.15],
    ["4x6x6-c32-b32x3-10 relu init=he norm=batch padding=circular", 0.3, 0.12],
    // a chain of normalised convolutions
    ["3x6x6-c32x4-10 relu norm=batch padding=circular", 0.3, 0.12],
  ])("%s", async (text, length, gradient) => {
    const spec = parseNetwork(text);
    const diagnosis = await diagnoseSpec(spec, noise(32, spec.input), createStream(1), { seeds: 4 });
    expect(diagnosis.theory).toBeNull();
    expect(diagnosis.layers.filter(({ q }) => q.theory === null)).toEqual([]);
    // the output is 10 wide, so its length is known to sqrt(2/10/4) = 22 % only
    const hidden = { ...diagnosis, layers: diagnosis.layers.slice(0, -1) };
    expect(worst(hidden, ({ q }) => q)).toBeLessThan(Math.min(0.3, length));
    expect(worst(diagnosis, ({ q }) => q)).toBeLessThan(length);
    expect(worst(hidden, ({ gradient: own }) => own)).toBeLessThan(gradient);
    expect(diagnosis.agreement?.holds).toBe(true);
  });

  it("knows correlations behind blocks", async () => {
    const spec = parseNetwork("50-200-b200x5-10 relu init=he");
    const { layers } = await diagnoseSpec(spec, noise(32, [50]), createStream(1), { seeds: 4 });
    for (const { c } of layers.slice(1)) {
      expect(Math.abs((c.measured?.value as number) - (c.theory as number))).toBeLessThan(0.03);
    }
  });

  it("starts again behind pooling, and says so", async () => {
    const spec = parseNetwork("4x6x6-c16-max2-b16x2-gap-10 relu init=he");
    const { layers, notCovered } = await diagnoseSpec(spec, noise(32, spec.input), createStream(1), {
      seeds: 2,
    });
    expect(notCovered.join()).toContain("max pooling before block1.conv1");
    expect(notCovered.join()).toContain("global average pooling before dense1");
    // no growth is predicted across the pooling
    expect(layers[0]?.chi).toMatchObject({ theory: null });
    expect(layers[1]?.q.theory).not.toBeNull();
  });
});

describe("files of PyTorch beside theory", () => {
  const read = async (name: string) => {
    const { graph, parameters } = await fromOnnx(`test/fixtures/models/normalised-${name}.onnx`, {
      batch: 32,
    });
    const shape = graph.inputs[0]?.shape.slice(1) ?? [];
    return diagnoseModel({ name, graph, parameters }, noise(32, shape), createStream(1));
  };

  it.each([
    ["mlp-training", 0.15],
    ["cnn-training", 0.15],
    ["resnet-training", 0.12],
  ] as const)("in training mode: %s", async (name, tolerance) => {
    const diagnosis = await read(name);
    expect(worst(diagnosis, ({ chi }) => chi)).toBeLessThan(tolerance);
    expect(diagnosis.layers.every(({ q }) => q.theory !== null)).toBe(true);
    expect(diagnosis.verdict.reason).toContain("at any weight variance");
  });

  it.each(["mlp", "cnn", "resnet"] as const)(
    "gradients of %s are those of PyTorch's autograd",
    async (name) => {
      const { layers } = await read(`${name}-training`);
      // the fixture has other inputs and cotangents, the same weights: normalised networks hardly notice
      const expected = normalised.networks[name].growth;
      expect(
        Math.abs((layers[0]?.gradient.measured?.value as number) / (expected[0] as number) - 1),
      ).toBeLessThan(0.15);
    },
  );

  it("in evaluation mode is a chain with the stored scales counted in the weights", async () => {
    const { theory, agreement, layers } = await read("mlp-evaluation");
    expect(theory?.activation).toBe("relu");
    expect(agreement?.holds).toBe(true);
    expect(layers.every(({ chi, layer }) => layer === 7 || chi.theory !== null)).toBe(true);
  });

  it("follows circular padding, which is exported as slices", async () => {
    const { layers, notCovered } = await read("resnet-evaluation");
    expect(layers.every(({ q }) => q.theory !== null)).toBe(true);
    expect(notCovered.join()).not.toContain("concatenation");
  });

  it("names attention and layer normalisation, which stay measured", async () => {
    const { graph, parameters } = await fromOnnx("test/fixtures/models/transformer.onnx", { batch: 16 });
    const diagnosis = await diagnoseModel(
      { name: "transformer", graph, parameters },
      noise(16, [1, 28, 28]),
      createStream(1),
    );
    expect(diagnosis.verdict.reason).toContain("no theory covers attention, layer normalisation");
    expect(diagnosis.layers.every(({ q }) => q.theory === null && q.measured !== null)).toBe(true);
    expect(diagnosis.whyNotCritical).toContain("layer normalisation sets the length");
  });
});
