import { afterAll, describe, expect, it } from "vitest";
import { createSession, fromOnnx, tensorOf } from "../../../src/engine/index.ts";
import { formatNetwork, layersOf, parseNetwork, resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import {
  coverageOf,
  criticalSpec,
  diagnoseModel,
  diagnoseSpec,
  estimateVariances,
  predictProfile,
  solveMeanField,
  windowAround,
  writeCriticalModel,
  writeCriticalSpec,
} from "../../../src/signal/index.ts";

const noise = (count: number, shape: readonly number[], seed = 5) => {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  createStream(seed).fillNormal(inputs);
  return { inputs, count, shape, name: "noise", provenance: ["white noise"] };
};
const mlp = "test/fixtures/models/mlp.onnx";

describe("predictProfile", () => {
  const activation = resolveActivation("tanh");
  const layers = Array.from({ length: 60 }, () => ({ activation, sigmaW2: 2, sigmaB2: 0.05 }));
  it("ends at the fixed point with its rates", () => {
    const field = solveMeanField(activation, { sigmaW2: 2, sigmaB2: 0.05 });
    const profile = predictProfile(layers, { meanSquares: [1, 1, 1], cosine: 0.5 });
    expect(profile[59]?.q).toBeCloseTo(field.q.value, 8);
    expect(profile[59]?.c).toBeCloseTo(field.c.value, 1);
    expect(profile[50]?.chi).toBeCloseTo(field.chi1.value, 8);
    expect(profile[59]?.chi).toBeNull();
    expect((profile[50]?.relativeGradient as number) / (profile[51]?.relativeGradient as number)).toBeCloseTo(
      field.chi1.value,
      8,
    );
  });
  it("averages over inputs of different length, exactly for a linear network", () => {
    const linear = resolveActivation("linear");
    const chain = [1, 2, 3].map(() => ({ activation: linear, sigmaW2: 1.5, sigmaB2: 0.1 }));
    const [first, second] = predictProfile(chain, { meanSquares: [0, 1, 2, 5], cosine: 1 });
    expect(first?.q).toBeCloseTo(1.5 * 2 + 0.1, 12);
    expect(second?.q).toBeCloseTo(1.5 * 3.1 + 0.1, 12);
  });
  it("knows that a mean of tanh^2 is less than tanh^2 at the mean", () => {
    const two = layers.slice(0, 2);
    const spread = predictProfile(two, { meanSquares: [0.2, 1.8], cosine: 1 });
    const equal = predictProfile(two, { meanSquares: [1, 1], cosine: 1 });
    expect(spread[0]?.q).toBeCloseTo(equal[0]?.q as number, 12);
    expect(spread[1]?.q).toBeLessThan(equal[1]?.q as number);
  });
});

describe("coverageOf", () => {
  const layersIn = async (file: string) =>
    layersOf((await fromOnnx(`test/fixtures/models/${file}.onnx`)).graph);
  it("takes plain chains and says why not otherwise", async () => {
    expect(coverageOf(await layersIn("mlp"))).toMatchObject({ activation: { name: "tanh" }, gaps: [] });
    const { chain, gaps } = coverageOf(await layersIn("resnet"));
    expect(chain).toBeNull();
    expect(gaps.join()).toContain("residual blocks");
  });
});

describe("a specification", () => {
  const data = noise(32, [20]);
  it("is measured beside theory: ordered, deep enough to fail", async () => {
    const spec = parseNetwork("20-80x30-5 tanh sw2=0.6 sb2=0.05");
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 3 });
    expect(diagnosis.verdict).toMatchObject({ trains: "no", phase: "ordered" });
    expect(diagnosis.critical?.weightVariance.value).toBeCloseTo(1.76095464, 6);
    expect(diagnosis.layers).toHaveLength(31);
    const agreeing = diagnosis.layers.slice(0, 10).filter(({ q }) => {
      const { theory, measured } = q;
      return Math.abs((measured?.value ?? 0) / (theory ?? 1) - 1) < 0.25;
    });
    expect(agreeing.length).toBeGreaterThanOrEqual(9);
    expect(diagnosis.jacobian?.singularValues.length).toBe(3 * 80);
  });

  it("gives the same numbers for the same seed", async () => {
    const spec = parseNetwork("20-30x3-5 tanh sw2=1.5 sb2=0.05");
    const [a, b] = [
      await diagnoseSpec(spec, data, createStream(4), { seeds: 2 }),
      await diagnoseSpec(spec, data, createStream(4), { seeds: 2 }),
    ];
    expect(a).toEqual(b);
  });

  it("has no phase in batch normalised form, but gradients and lengths from theory", async () => {
    const spec = parseNetwork("20-40x4-5 relu norm=batch init=he");
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
    expect(diagnosis.theory).toBeNull();
    expect(diagnosis.jacobian).toBeNull();
    expect(diagnosis.notCovered[0]).toContain("batch normalisation");
    expect(diagnosis.verdict.reason).toContain("Measured");
    // Yang et al. 2019: growth above that of an infinite batch, pi / (pi - 1)
    expect(diagnosis.layers[0]?.chi.theory).toBeGreaterThan(Math.PI / (Math.PI - 1));
    expect(diagnosis.layers[1]?.q).toMatchObject({ theory: 1 });
    expect(diagnosis.verdict.reason).toContain("at any weight variance");
  });

  it("follows residual blocks of Yang and Schoenholz layer by layer", async () => {
    const spec = parseNetwork("20-200-y200x4-5 relu sw2=1 sb2=0.1 sv2=0.5");
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 3 });
    const [, inner, outer] = diagnosis.layers;
    // theorem 5: 1 + sigma_v^2 sigma_w^2 / 2
    expect(outer?.chi.theory).toBeCloseTo(1.25, 10);
    expect(inner?.chi.theory).toBeNull();
    for (const { q, gradient } of diagnosis.layers) {
      expect(Math.abs((q.measured?.value as number) / (q.theory as number) - 1)).toBeLessThan(0.2);
      expect(Math.abs((gradient.measured?.value as number) / (gradient.theory as number) - 1)).toBeLessThan(
        0.3,
      );
    }
    expect(diagnosis.agreement?.holds).toBe(true);
    expect(diagnosis.verdict.reason).toContain("blocks");
    // 1.25^4 = 2.44 is below e: nothing to scale, sw2 = 2 is critical for ReLU
    expect(diagnosis.critical).toBeNull();
    expect(diagnosis.recommended?.growth.now).toBeCloseTo(1.25 ** 4, 6);
  });

  it("recommends no bias where the activation needs it", async () => {
    const spec = parseNetwork("20-40x4-5 relu init=pytorch");
    const { critical, verdict } = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
    expect(critical?.weightVariance.value).toBeCloseTo(2, 12);
    expect(critical?.biasVariance.value).toBe(0);
    expect(verdict.phase).toBe("ordered");
    const fixed = criticalSpec(spec, await diagnoseSpec(spec, data, createStream(1), { seeds: 2 }));
    expect(formatNetwork(fixed)).toContain("sw2=2");
  });

  it.each([
    ["gelu", 1.98306, 0.17292],
    ["silu", 1.988, 0.55514],
  ])("gets the half-stable point for %s, which deep networks survive", async (name, weight, bias) => {
    const spec = parseNetwork(`20-80x20-5 ${name} sw2=2 sb2=0.05`);
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
    expect(diagnosis.critical?.kind).toBe("half-stable");
    expect(diagnosis.critical?.weightVariance.value).toBeCloseTo(weight, 4);
    expect(diagnosis.critical?.biasVariance.value).toBeCloseTo(bias, 4);
    expect(diagnosis.verdict.advice).toContain("half-stable");
    const fixed = await diagnoseSpec(criticalSpec(spec, diagnosis), data, createStream(1), { seeds: 2 });
    const last = fixed.layers[19]?.q.measured?.value as number;
    expect(last).toBeGreaterThan(0.3);
    expect(last).toBeLessThan(30);
    expect(fixed.verdict.trains).toBe("yes");
  });

  it("is written as an ONNX file with critical weights", async () => {
    const spec = parseNetwork("20-100x3-5 tanh sw2=1 sb2=0.05");
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
    const { graph } = await fromOnnx(writeCriticalSpec(spec, diagnosis, createStream(2)), { batch: 7 });
    const [, second] = estimateVariances(graph, layersOf(graph));
    expect(Math.abs((second?.sigmaW2.value as number) - 1.760955)).toBeLessThan(
      4 * (second?.sigmaW2.stderr as number),
    );
  });

  it("lies in its window of the phase diagram, together with the critical point", async () => {
    const spec = parseNetwork("20-30x2-5 sigmoid sw2=1 sb2=2");
    const diagnosis = await diagnoseSpec(spec, data, createStream(1), { seeds: 2 });
    const { sigmaW2, sigmaB2 } = windowAround(diagnosis);
    expect(sigmaW2[1]).toBeGreaterThan(diagnosis.critical?.weightVariance.value ?? 0);
    expect(sigmaB2[1]).toBeGreaterThan(2);
  });
});

describe("a file", () => {
  const data = noise(16, [1, 28, 28]);
  it("is placed in the phase diagram by its weights", async () => {
    const { graph, parameters } = await fromOnnx(mlp, { batch: 16 });
    const diagnosis = await diagnoseModel({ name: "mlp", graph, parameters }, data, createStream(1));
    expect(diagnosis.theory?.phase).toBe("ordered");
    expect(diagnosis.weightVariance.stderr).toBeGreaterThan(0);
    expect(diagnosis.network).toMatchObject({ origin: "file", activation: "tanh", inputShape: [1, 28, 28] });
    expect(diagnosis.layers.every(({ q }) => q.theory !== null && q.measured !== null)).toBe(true);
  });

  it("with trained weights is judged by measurement, because theory fails", async () => {
    const { graph, parameters } = await fromOnnx(mlp, { batch: 16 });
    const { agreement, verdict, notCovered, layers } = await diagnoseModel(
      { name: "mlp", graph, parameters },
      data,
      createStream(1),
    );
    expect(agreement?.holds).toBe(false);
    expect(agreement?.statement).toContain("Theory does not describe it");
    expect(notCovered.join()).toContain("weights are not random");
    expect(verdict.phase).toBe(agreement?.measured?.phase);
    const logs = layers.slice(0, -1).map(({ chi }) => Math.log(chi.measured?.value as number));
    expect(agreement?.measured?.logChi.value).toBeCloseTo(logs.reduce((a, b) => a + b, 0) / logs.length, 12);
  });

  it("with random weights is described by theory", async () => {
    const spec = parseNetwork("20-200x6-10 tanh sw2=1.5 sb2=0.05");
    const inputs = noise(64, [20]);
    const diagnosis = await diagnoseSpec(spec, inputs, createStream(1), { seeds: 3 });
    expect(diagnosis.agreement?.holds).toBe(true);
    const { graph, parameters } = await fromOnnx(writeCriticalSpec(spec, diagnosis, createStream(2)), {
      batch: 64,
    });
    const given = await diagnoseModel({ name: "random", graph, parameters }, inputs, createStream(1));
    expect(given.agreement?.holds).toBe(true);
    expect(given.verdict.reason).toContain("Mean-field theory describes it");
  });

  it("comes back critical, with an open batch size, and runs", async () => {
    const importAt = (batch: number) => fromOnnx(mlp, { batch });
    const { graph, parameters } = await importAt(16);
    const diagnosis = await diagnoseModel({ name: "mlp", graph, parameters }, data, createStream(1));
    const bytes = await writeCriticalModel(importAt, diagnosis, createStream(3));
    const fixed = await fromOnnx(bytes, { batch: 3 });
    expect(fixed.inputs[0]?.declared[0]).toBe("batch");
    const again = await diagnoseModel(
      { name: "fixed", graph: (await fromOnnx(bytes, { batch: 16 })).graph, parameters },
      data,
      createStream(1),
    );
    expect(Math.abs(Math.log(again.theory?.chi1.value as number))).toBeLessThan(0.1);
    const session = await createSession(bytes);
    sessions.push(session);
    const name = fixed.inputs[0]?.name as string;
    const outputs = await session.run({
      [name]: tensorOf("float32", [5, 1, 28, 28], data.inputs.slice(0, 5 * 784)),
    });
    expect(Object.values(outputs)[0]?.shape[0]).toBe(5);
  });

  it("with residual blocks is diagnosed, but not declared critical", async () => {
    const importAt = (batch: number) => fromOnnx("test/fixtures/models/resnet.onnx", { batch });
    const { graph, parameters } = await importAt(16);
    const diagnosis = await diagnoseModel({ name: "resnet", graph, parameters }, data, createStream(1));
    expect(diagnosis.theory).toBeNull();
    expect(diagnosis.verdict.headline).toContain("9 weight layers");
    const pooled = diagnosis.layers.filter(({ note }) => note.includes("averaging over positions"));
    expect(pooled.length).toBeGreaterThan(0);
    expect(pooled.every(({ state }) => state === "uncovered")).toBe(true);
    expect(diagnosis.critical).toBeNull();
    expect(diagnosis.recommended).toMatchObject({ blocks: 3 });
  });
});

const sessions: { release(): Promise<void> }[] = [];
afterAll(() => Promise.all(sessions.map((session) => session.release())));
