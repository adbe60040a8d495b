import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type DenseKernelSpec,
  type KernelParametrization,
  solveDenseKernels,
  solveNetworkKernels,
  uniformKernelSpec,
  type WideNetwork,
  type WideNetworkLayer,
  type WidePadding,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-kernels.json" with { type: "json" };

const algebra = await loadKernels();
const vectors: Matrix = { rows: 4, cols: 5, data: Float64Array.from(reference.vectors.flat()) };

function distance(ours: ArrayLike<number>, theirs: readonly (readonly number[])[]): number {
  const known = theirs.flat();
  const scale = Math.max(...known.map(Math.abs));
  return Math.max(...known.map((value, at) => Math.abs((ours[at] as number) - value))) / scale;
}

const images: Matrix = { rows: 3, cols: 40, data: Float64Array.from(reference.images.flat(3)) };

/** The networks of the fixture, see test/fixtures/generate/bayes-kernels.py. */
function imageLayers(name: string, biasVariance: number): readonly WideNetworkLayer[] {
  const conv = (padding: WidePadding = "same", stride = 1, kernel = 3): WideNetworkLayer => ({
    type: "convolution",
    kernel,
    stride,
    padding,
    weightVariance: reference.weightVariance,
    biasVariance,
  });
  const act = (text: string): WideNetworkLayer => ({
    type: "activation",
    activation: resolveActivation(text),
  });
  const [relu, erf] = [act("relu"), act("erf")];
  const dense: WideNetworkLayer = { type: "dense", weightVariance: 1.2, biasVariance };
  const [flat, pooled] = [{ type: "flatten" }, { type: "global-average-pool" }] as const;
  const block: WideNetworkLayer = {
    type: "residual",
    branch: [conv("same-upper", 2), erf, conv()],
    skip: [conv("same-upper", 2, 1)],
  };
  const networks: Readonly<Record<string, readonly WideNetworkLayer[]>> = {
    flatten: [conv(), relu, conv(), relu, flat, dense],
    global: [conv(), relu, conv(), relu, pooled, dense],
    circular: [conv("circular"), erf, conv("circular"), erf, pooled, dense],
    pool: [conv(), relu, { type: "average-pool", size: 2 }, conv(), erf, flat, dense],
    projected: [conv(), block, erf, flat, dense],
  };
  return networks[name] as readonly WideNetworkLayer[];
}

describe("parametrisations", () => {
  it("ntk repeats neural-tangents", () => {
    for (const { activation, depth, nngp, ntk } of reference.dense) {
      const spec = uniformKernelSpec(resolveActivation(activation), depth, {
        weightVariance: reference.weightVariance,
        biasVariance: reference.biasVariance,
      });
      const result = solveDenseKernels(spec, vectors, null, algebra);
      expect(distance(result.nngp.data, nngp)).toBeLessThan(1e-14);
      // its slope of kinked activations keeps half the digits on the diagonal
      expect(distance(result.ntk.data, ntk)).toBeLessThan(/relu|abs/.test(activation) ? 1e-7 : 1e-13);
    }
  });

  it("standard repeats neural-tangents, with biases and without", () => {
    for (const { activation, widths, biasVariance, nngp, ntk } of reference.standard) {
      const spec: DenseKernelSpec = {
        ...uniformKernelSpec(resolveActivation(activation), widths.length, {
          weightVariance: reference.weightVariance,
          biasVariance,
        }),
        parametrization: { kind: "standard", widths },
      };
      const result = solveDenseKernels(spec, vectors, null, algebra);
      expect(distance(result.nngp.data, nngp)).toBeLessThan(1e-14);
      expect(distance(result.ntk.data, ntk)).toBeLessThan(1e-7);
    }
  });

  it("standard repeats neural-tangents on images, with biases and without", async () => {
    for (const { name, widths, biasVariance, nngp, ntk } of reference.standardConvolutional) {
      const network: WideNetwork = {
        input: [2, 5, 4],
        layers: imageLayers(name, biasVariance),
        parametrization: { kind: "standard", widths },
      };
      const result = await solveNetworkKernels(network, images, null, algebra);
      expect(distance(result.nngp?.data ?? [], nngp)).toBeLessThan(1e-12);
      expect(distance(result.ntk?.data ?? [], ntk)).toBeLessThan(1e-9);
    }
  });

  for (const kind of ["standard", "mup"] as const) {
    it(`${kind} of images of one pixel is that of dense networks`, async () => {
      const variances = { weightVariance: 1.7, biasVariance: 0.09 };
      const erf = { type: "activation", activation: resolveActivation("erf") } as const;
      const dense: WideNetworkLayer = { type: "dense", ...variances };
      const pixel: WideNetworkLayer = { type: "convolution", kernel: 1, ...variances };
      const parametrization = { kind, widths: [7, 4] };
      const of = async (input: number[], layers: WideNetworkLayer[]) =>
        (await solveNetworkKernels({ input, layers, parametrization }, vectors, null, algebra)).ntk?.data;
      const ours = await of([5, 1, 1], [pixel, erf, pixel, erf, dense]);
      const known = (await of([5], [dense, erf, dense, erf, dense])) ?? [];
      expect(distance(ours ?? [], [Array.from(known)])).toBeLessThan(1e-13);
    });
  }

  it("of images check their widths and blocks", async () => {
    const layers = imageLayers("projected", 0.09);
    const solve = (list: readonly WideNetworkLayer[], widths: number[]) =>
      solveNetworkKernels(
        { input: [2, 5, 4], layers: list, parametrization: { kind: "mup", widths } },
        images,
        null,
        algebra,
      );
    await expect(solve(layers, [4, 5])).rejects.toThrow(/received 2 widths .* each of 4 weight layers/);
    await expect(solve(layers, [4, 5, 3, 2])).rejects.toThrow(
      /ends with 3 channels .* with 2, expected equal/,
    );
    const headless = [...layers.slice(0, 2), { type: "global-average-pool" } as const];
    await expect(solve(headless, [4, 5, 3])).rejects.toThrow(/residual block as the last layer with weights/);
  });

  for (const kind of ["standard", "mup"] as const) {
    it(`${kind} is the mean of gradients' products of finite networks`, () => {
      const widths = [80, 60];
      const [w, b, seeds] = [1.5, 0.2, 160];
      const { f, derivative } = resolveActivation("erf");
      const spec: DenseKernelSpec = {
        ...uniformKernelSpec(resolveActivation("erf"), 2, { weightVariance: w, biasVariance: b }),
        parametrization: { kind, widths },
      };
      const { nngp, ntk } = solveDenseKernels(spec, vectors, null, algebra);
      const isMaximal = kind === "mup";
      const [n1, n2] = widths as [number, number];
      // rates of (weights, biases): Yang et al. 2022, table 3
      const rates = isMaximal
        ? { w1: n1, b1: n1, w2: 1, b2: n2, w3: 1 / n2, b3: 1 }
        : { w1: 1, b1: 1, w2: 1, b2: 1, w3: 1, b3: 1 };
      const stream = createStream(kind === "mup" ? 5 : 6);
      const draw = (count: number, variance: number): Float64Array =>
        Float64Array.from({ length: count }, () => stream.normal() * Math.sqrt(variance));
      const affine = (weights: Float64Array, x: Float64Array, bias: Float64Array): Float64Array =>
        bias.map((value, i) =>
          x.reduce((sum, v, k) => sum + (weights[i * x.length + k] as number) * v, value),
        );
      const dot = (x: Float64Array, y: Float64Array): number =>
        x.reduce((sum, v, i) => sum + v * (y[i] as number), 0);
      const tangents: number[] = [];
      const products: number[] = [];
      for (let s = 0; s < seeds; s++) {
        const [w1, b1] = [draw(n1 * 5, w / 5), draw(n1, b)];
        const [w2, b2] = [draw(n2 * n1, w / n1), draw(n2, b)];
        const w3 = draw(n2, isMaximal ? w / n2 ** 2 : w / n2);
        const sides = [0, 1].map((i) => {
          const x = vectors.data.slice(i * 5, i * 5 + 5);
          const h1 = affine(w1, x, b1);
          const a1 = h1.map(f);
          const h2 = affine(w2, a1, b2);
          const a2 = h2.map(f);
          const d2 = h2.map((h, k) => (w3[k] as number) * derivative(h));
          const d1 = h1.map(
            (h, k) => derivative(h) * d2.reduce((sum, d, o) => sum + d * (w2[o * n1 + k] as number), 0),
          );
          return { x, a1, a2, d1, d2 };
        });
        const [p, q] = sides as [(typeof sides)[number], (typeof sides)[number]];
        tangents.push(
          rates.w3 * dot(p.a2, q.a2) +
            rates.b3 +
            dot(p.d2, q.d2) * (rates.w2 * dot(p.a1, q.a1) + rates.b2) +
            dot(p.d1, q.d1) * (rates.w1 * dot(p.x, q.x) + rates.b1),
        );
        products.push(b + (isMaximal ? w / n2 ** 2 : w / n2) * dot(p.a2, q.a2));
      }
      for (const [samples, value] of [
        [tangents, ntk.data[1]],
        [products, nngp.data[1]],
      ] as const) {
        const mean = samples.reduce((sum, x) => sum + x, 0) / seeds;
        const stderr = Math.sqrt(samples.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / seeds;
        // finite widths shift the mean by about 1 / width
        expect(Math.abs(mean - (value as number))).toBeLessThan(
          4 * stderr + Math.abs(mean) * (1 / n1 + 1 / n2),
        );
      }
    });
  }

  it("coincide for a linear model up to the rates of its layer", () => {
    const linear = resolveActivation("linear");
    const base = uniformKernelSpec(linear, 0, { weightVariance: 2, biasVariance: 0 });
    const of = (parametrization: KernelParametrization) =>
      solveDenseKernels({ ...base, parametrization }, vectors, null, algebra).ntk.data[1] as number;
    const ntk = of({ kind: "ntk" });
    expect(of({ kind: "standard", widths: [] })).toBeCloseTo((ntk / 2) * 5, 12);
    expect(of({ kind: "mup", widths: [] })).toBeCloseTo((ntk / 2) * 5, 12);
    const trained = { ...base, layers: [{ weightVariance: 2, biasVariance: 0, hasBias: true }] };
    const withBias = solveDenseKernels(
      { ...trained, parametrization: { kind: "standard", widths: [] } },
      vectors,
      null,
      algebra,
    );
    expect(withBias.ntk.data[1]).toBeCloseTo((ntk / 2) * 5 + 1, 12);
  });

  it("carry the widths they need in their type, and check them", () => {
    expectTypeOf<Extract<KernelParametrization, { kind: "mup" }>>().toHaveProperty("widths");
    expectTypeOf<Extract<KernelParametrization, { kind: "ntk" }>>().not.toHaveProperty("widths");
    const spec = uniformKernelSpec(resolveActivation("erf"), 2, { weightVariance: 1, biasVariance: 0 });
    const solve = (widths: number[]) =>
      solveDenseKernels({ ...spec, parametrization: { kind: "standard", widths } }, vectors, null, algebra);
    expect(() => solve([3])).toThrow(
      /received 1 widths for the standard parametrization, expected one for each of 2/,
    );
    expect(() => solve([3, 0])).toThrow(/width 0/);
    const silent = {
      ...spec,
      layers: spec.layers.map((layer) => ({ ...layer, biasVariance: 1, hasBias: false })),
    };
    expect(() => solveDenseKernels(silent, vectors, null, algebra)).toThrow(/layer without biases/);
  });
});
