import { describe, expect, it } from "vitest";
import {
  measureJacobian,
  measureTangentKernel,
  planTangentKernel,
  solveDenseKernels,
  solveNetworkKernels,
  type TangentParametrization,
  tangentModelOf,
  tangentModelOfNetwork,
  uniformKernelSpec,
  wideNetworkOf,
} from "../../../src/bayes/index.ts";
import { fromOnnx, GraphBuilder, interpret, mul, tensorOf } from "../../../src/engine/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { buildNetwork, initialize, parseNetwork, resolveActivation } from "../../../src/networks/index.ts";
import { createStream, fitLine, meanWithError } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/tangent.json" with { type: "json" };

const algebra = await loadKernels();
const load = (file: string) =>
  fromOnnx(new URL(`../../fixtures/models/${file}`, import.meta.url), { batch: 1 });
const inputsOf = (count: number) =>
  Float64Array.from({ length: count }, (_, i) => ((7919 * i + 13) % 1000) / 500 - 1);

/** A network of a specification in float64, with one example a run. */
function drawNetwork(text: string, seed: number, parametrization: TangentParametrization) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch: 1, dtype: "float64" });
  const initialized = initialize(network, spec.initialization, createStream(seed));
  return tangentModelOfNetwork(network, initialized, parametrization);
}

describe("empirical tangent kernel of imported files", () => {
  it.each(reference.models)("agrees with torch.func on $file", async (model) => {
    const imported = tangentModelOf((await load(model.file)).graph);
    const size = model.shape.reduce((product, n) => product * n, 1);
    const examples = { count: model.examples, data: inputsOf(model.examples * size) };
    const { kernel, plan } = await measureTangentKernel(imported, examples, algebra, { form: "full" });
    expect(plan.parameters).toBe(model.parameters);
    const scale = Math.max(...model.kernel.map(Math.abs));
    model.kernel.forEach((expected, i) => {
      expect(Math.abs((kernel.data[i] as number) - expected) / scale).toBeLessThan(3e-6);
    });
  });

  it("has trace and single outputs as parts of the full kernel, whatever the blocks", async () => {
    const model = tangentModelOf((await load("tangent-mlp.onnx")).graph);
    const examples = { count: 5, data: inputsOf(30) };
    const full = (await measureTangentKernel(model, examples, algebra, { form: "full" })).kernel;
    const part = (i: number, k: number, j: number): number =>
      full.data[(2 * i + k) * 10 + 2 * j + k] as number;
    const whole = planTangentKernel(model, 5, null);
    const tight = { memory: 200 + 4.4 * whole.parameters * 12 };
    expect(planTangentKernel(model, 5, null, tight).block).toBe(2);
    const trace = await measureTangentKernel(model, examples, algebra, tight);
    expect(trace.plan.passes).toBeGreaterThan(whole.passes);
    const second = await measureTangentKernel(model, examples, algebra, { form: 1 });
    const others = { count: 2, data: examples.data.slice(6, 18) };
    const cross = await measureTangentKernel(model, examples, algebra, { others, ...tight });
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const expected = (part(i, 0, j) + part(i, 1, j)) / 2;
        expect(trace.kernel.data[5 * i + j]).toBeCloseTo(expected, 10);
        expect(second.kernel.data[5 * i + j]).toBeCloseTo(part(i, 1, j), 10);
        if (j >= 1 && j <= 2) expect(cross.kernel.data[2 * i + j - 1]).toBeCloseTo(expected, 10);
      }
    }
  });

  it("takes tokens: a language model", async () => {
    const { graph } = await fromOnnx(new URL("../../fixtures/models/gpt2-dynamo.onnx", import.meta.url), {
      batch: 1,
      names: { sequence: 5 },
    });
    const model = tangentModelOf(graph);
    const size = (graph.inputs[0]?.shape ?? []).reduce((product, n) => product * n, 1);
    const data = Float64Array.from({ length: 2 * size }, (_, i) => (31 * i + 7) % 20);
    const { kernel } = await measureTangentKernel(model, { count: 2, data }, algebra, { form: 0 });
    const [a, b, , d] = kernel.data as unknown as [number, number, number, number];
    expect(a).toBeGreaterThan(0);
    expect(Math.abs(b)).toBeLessThan(Math.sqrt(a * d));
  });

  it("grows as the square of the scale of every parameter", async () => {
    const model = tangentModelOf((await load("tangent-mlp.onnx")).graph);
    const examples = { count: 2, data: inputsOf(12) };
    const tripled = { ...model, parameters: model.parameters.map(({ name }) => ({ name, scale: 3 })) };
    const [one, nine] = [model, tripled].map((it) => measureTangentKernel(it, examples, algebra));
    const expected = (await one)?.kernel.data as Float64Array;
    (await nine)?.kernel.data.forEach((value, i) => {
      expect(value / (9 * (expected[i] as number))).toBeCloseTo(1, 5);
    });
  });

  it("differentiates by the data too", async () => {
    const { graph } = await load("tangent-mlp.onnx");
    const name = graph.inputs[0]?.name as string;
    const model = tangentModelOf(graph, { input: name, parameters: [name] });
    const data = inputsOf(6);
    const { rows } = await measureJacobian(model, { count: 1, data });
    const f = (x: Float64Array): Float64Array => {
      const out = interpret(graph, { [name]: tensorOf("float32", [1, 6], x) });
      return Float64Array.from(out[graph.outputs[0] as string]?.data as Float32Array);
    };
    for (let i = 0; i < 6; i++) {
      const shifted = (h: number): Float64Array => f(data.map((x, k) => (k === i ? x + h : x)));
      const [up, down] = [shifted(1e-2), shifted(-1e-2)];
      for (const k of [0, 1])
        expect(rows.data[6 * k + i]).toBeCloseTo(((up[k] as number) - (down[k] as number)) / 2e-2, 2);
    }
  });
});

describe("empirical tangent kernel of networks", () => {
  it("equals finite differences by every parameter", async () => {
    const model = drawNetwork("3-4-2 tanh sw2=1.5 sb2=0.3", 1, "standard");
    const data = Float64Array.of(0.3, -1, 0.7);
    const { rows, columns } = await measureJacobian(model, { count: 1, data });
    expect(columns.map(({ size }) => size)).toEqual([12, 4, 8, 2]);
    for (const { name, first, size } of columns) {
      const tensor = model.graph.initializers.get(name);
      for (let i = 0; i < size; i++) {
        const shifted = (h: number): Float64Array => {
          const values = Float64Array.from(tensor?.data as Float64Array);
          values[i] = (values[i] as number) + h;
          const initializers = new Map(model.graph.initializers);
          initializers.set(name, { dtype: "float64", shape: tensor?.shape ?? [], data: values });
          const out = interpret(
            { ...model.graph, initializers },
            { input: tensorOf("float64", [1, 3], data) },
          );
          return out.logits?.data as Float64Array;
        };
        const [up, down] = [shifted(1e-5), shifted(-1e-5)];
        for (const k of [0, 1]) {
          const difference = ((up[k] as number) - (down[k] as number)) / 2e-5;
          expect(rows.data[k * rows.cols + first + i]).toBeCloseTo(difference, 8);
        }
      }
    }
  });

  it("tends to the kernel of infinite width: mean within errors, squared deviation as 1 / width", async () => {
    const count = 3;
    const data = inputsOf(count * 8);
    const layer = { weightVariance: 1.4, biasVariance: 0.1 };
    const spec = uniformKernelSpec(resolveActivation("tanh"), 2, layer);
    const limit = solveDenseKernels(spec, { rows: count, cols: 8, data }, null, algebra).ntk.data;
    const widths = [32, 64, 128, 256];
    const deviations: number[] = [];
    for (const width of widths) {
      const kernels: Float64Array[] = [];
      for (let seed = 0; seed < 24; seed++) {
        const model = drawNetwork(`8-${width}x2-1 tanh sw2=1.4 sb2=0.1`, seed, "ntk");
        kernels.push((await measureTangentKernel(model, { count, data }, algebra)).kernel.data);
      }
      const square = (kernel: Float64Array): number =>
        kernel.reduce((sum, x, i) => sum + (x - (limit[i] as number)) ** 2, 0);
      deviations.push(meanWithError(kernels.map(square)).value);
      limit.forEach((expected, i) => {
        const { value, stderr } = meanWithError(kernels.map((kernel) => kernel[i] as number));
        expect(Math.abs(value - expected)).toBeLessThan(
          4 * (stderr as number) + (limit[0] as number) / width,
        );
      });
    }
    const { slope } = fitLine(widths.map(Math.log), deviations.map(Math.log));
    expect(Math.abs(slope.value + 1)).toBeLessThan(0.25);
  });

  it.each(["standard", "mup"] as const)("has the layers of infinite width: %s", async (kind) => {
    const [count, width] = [2, 200];
    const data = inputsOf(count * 8);
    const layer = { weightVariance: 1.4, biasVariance: 0.1 };
    const spec = {
      ...uniformKernelSpec(resolveActivation("tanh"), 2, layer),
      parametrization: { kind, widths: [width, width] },
    };
    const limit = solveDenseKernels(spec, { rows: count, cols: 8, data }, null, algebra).ntk.data;
    const kernels: Float64Array[] = [];
    for (let seed = 0; seed < 24; seed++) {
      const model = drawNetwork(`8-${width}x2-1 tanh sw2=1.4 sb2=0.1`, seed, kind);
      kernels.push((await measureTangentKernel(model, { count, data }, algebra)).kernel.data);
    }
    limit.forEach((expected, i) => {
      const { value, stderr } = meanWithError(kernels.map((kernel) => kernel[i] as number));
      expect(Math.abs(value - expected)).toBeLessThan(4 * (stderr as number) + (limit[0] as number) / width);
      expect(stderr).toBeLessThan(0.05 * (limit[0] as number));
    });
  });

  it.each([
    ["standard", "cnn:2x3x4-c32-c40-1 erf"],
    ["mup", "cnn:2x3x4-c32-c40-1 erf"],
    ["mup", "cnn:2x4x4-c24-b32/2-gap-1 erf"],
  ] as const)("has the layers of infinitely many channels: %s %s", async (kind, layers) => {
    const count = 2;
    const text = `${layers} sw2=1.4 sb2=0.1`;
    const spec = parseNetwork(text);
    const cols = spec.input.reduce((product, n) => product * n, 1);
    const data = inputsOf(count * cols);
    const limit = await solveNetworkKernels(
      wideNetworkOf(spec, kind),
      { rows: 2, cols, data },
      null,
      algebra,
    );
    const kernels: Float64Array[] = [];
    for (let seed = 0; seed < 8; seed++) {
      const model = drawNetwork(text, seed, kind);
      kernels.push((await measureTangentKernel(model, { count, data }, algebra)).kernel.data);
    }
    const scale = limit.ntk?.data[0] as number;
    limit.ntk?.data.forEach((expected, i) => {
      const { value, stderr } = meanWithError(kernels.map((kernel) => kernel[i] as number));
      expect(Math.abs(value - expected)).toBeLessThan(4 * (stderr as number) + scale / 24);
      expect(stderr).toBeLessThan(0.1 * scale);
    });
  });

  it("has maximal-update rates where there is a readout", () => {
    expect(() => drawNetwork("cnn:1x4x4-c3k3-2 tanh norm=batch", 1, "mup")).toThrow(
      /dense layers and convolutions .* received .*conv/,
    );
    const images = drawNetwork("cnn:1x4x4-c3k3-c5k3-2 tanh sb2=1", 1, "mup");
    expect(
      images.parameters
        .map(({ scale = 1 }) => scale ** 2)
        .map((rate) => 1 / rate)
        .map(Math.round),
    ).toEqual([0, 0, 1, 0, 80, 1]);
    const model = drawNetwork("3-5-4-2 tanh sw2=1 sb2=0.1", 1, "mup");
    expect(
      model.parameters.map(({ scale = 1 }) => scale ** 2).map((rate) => Number(rate.toFixed(9))),
    ).toEqual([...[5, 5], ...[1, 4], ...[0.25, 1]]);
  });

  it("measures batches whose examples see each other", async () => {
    const spec = parseNetwork("3-5-1 tanh norm=batch");
    const network = buildNetwork(spec, { batch: 4, dtype: "float64" });
    const initialized = initialize(network, spec.initialization, createStream(3));
    const model = tangentModelOfNetwork(network, initialized, "standard");
    const data = inputsOf(12);
    const { kernel } = await measureTangentKernel(model, { count: 4, data }, algebra);
    expect(algebra.eigenSymmetric(kernel).values[0]).toBeGreaterThan(-1e-10);
    const three = { count: 3, data: data.subarray(0, 9) };
    await expect(measureTangentKernel(model, three, algebra)).rejects.toThrow(/batch 4/);
  });
});

describe("bad input", () => {
  it("says what does not fit", async () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [1, 2]);
    b.output(mul(b, x, b.parameter(tensorOf("float64", [2], [3, 4]), "w")), "y");
    const model = tangentModelOf(b.build());
    const two = { count: 2, data: new Float64Array(4) };
    await expect(measureTangentKernel(model, { ...two, count: 3 }, algebra)).rejects.toThrow(
      /expected at least 1 of 2/,
    );
    await expect(measureTangentKernel(model, two, algebra, { form: 2 })).rejects.toThrow(/output 2/);
    await expect(measureTangentKernel(model, two, algebra, { memory: 10 })).rejects.toThrow(/allowed are 10/);
    await expect(measureJacobian(model, two, { memory: 10 })).rejects.toThrow(/allowed are 10/);
    expect(() => tangentModelOf(b.build(), { parameters: ["v"] })).toThrow(/no value "v"/);
    expect(() => tangentModelOf(b.build(), { parameters: [] })).toThrow(/no parameters/);
  });
});
