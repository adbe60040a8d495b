import { describe, expect, it } from "vitest";
import {
  networkMemory,
  solveNetworkKernels,
  type WideNetwork,
  type WideNetworkLayer,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-kernels.json" with { type: "json" };
import { pairOracle } from "./network-oracle.ts";

const kernels = await loadKernels();
const inner = { weightVariance: 1.7, biasVariance: 0.09 };
const dense: WideNetworkLayer = { type: "dense", weightVariance: 1.2, biasVariance: 0.04 };
const flat: WideNetworkLayer = { type: "flatten" };
const pooled: WideNetworkLayer = { type: "global-average-pool" };
const act = (name: string): WideNetworkLayer => ({ type: "activation", activation: resolveActivation(name) });
const [relu, erf] = [act("relu"), act("erf")];
type Padding = "same" | "same-upper" | "valid" | "circular";
const conv = (padding: Padding = "same", stride = 1, kernel = 3): WideNetworkLayer => ({
  type: "convolution",
  kernel,
  stride,
  padding,
  ...inner,
});
const images: Matrix = { rows: 3, cols: 40, data: Float64Array.from(reference.images.flat(3)) };

/** Largest difference relative to the largest entry. */
function distance(ours: ArrayLike<number> | undefined, theirs: readonly (readonly number[])[]): number {
  const known = theirs.flat();
  const scale = Math.max(...known.map(Math.abs));
  return Math.max(...known.map((value, at) => Math.abs(((ours ?? [])[at] as number) - value))) / scale;
}

const networks: Readonly<Record<string, readonly WideNetworkLayer[]>> = {
  flatten: [conv(), relu, conv(), relu, flat, dense],
  global: [conv(), relu, conv(), relu, pooled, dense],
  valid: [conv("valid"), erf, conv("same-upper", 1, 2), erf, flat, dense],
  circular: [conv("circular"), erf, conv("circular"), erf, pooled, dense],
  stride: [conv("same-upper", 2), relu, conv("same-upper", 2), relu, flat, dense],
  pool: [conv(), relu, { type: "average-pool", size: 2 }, conv(), erf, flat, dense],
  residual: [conv(), { type: "residual", branch: [conv(), relu, conv()] }, relu, pooled, dense],
  projected: [
    conv(),
    { type: "residual", branch: [conv("same-upper", 2), erf, conv()], skip: [conv("same-upper", 2, 1)] },
    erf,
    flat,
    dense,
  ],
};

describe("kernels of convolutional networks", () => {
  for (const { name, nngp, ntk } of reference.convolutional) {
    it(`repeat neural-tangents: ${name}`, async () => {
      const layers = networks[name] as readonly WideNetworkLayer[];
      const result = await solveNetworkKernels({ input: [2, 5, 4], layers }, images, null, kernels);
      expect(distance(result.nngp?.data, nngp)).toBeLessThan(1e-12);
      // the diagonal of the NTK loses half the digits where correlations of 1 are off by rounding and slopes have kinks
      expect(distance(result.ntk?.data, ntk)).toBeLessThan(1e-7);
    });
  }

  it("repeat neural-tangents on vectors with skip connections", async () => {
    const vectors = { rows: 4, cols: 5, data: Float64Array.from(reference.vectors.flat()) };
    const first: WideNetworkLayer = { type: "dense", ...inner };
    const block: WideNetworkLayer = {
      type: "residual",
      branch: [first, erf, { type: "dense", weightVariance: 0.5, biasVariance: 0.01 }],
    };
    const network = { input: [5], layers: [first, block, block, dense] };
    const result = await solveNetworkKernels(network, vectors, null, kernels);
    expect(distance(result.nngp?.data, reference.skip.nngp)).toBeLessThan(1e-13);
    expect(distance(result.ntk?.data, reference.skip.ntk)).toBeLessThan(1e-13);
  });

  const more: Readonly<Record<string, readonly WideNetworkLayer[]>> = {
    "strides with the padding of network specifications": [
      conv("same", 2),
      relu,
      conv("same", 2),
      erf,
      dense,
    ],
    "pools of all kinds": [
      conv(),
      relu,
      { type: "average-pool", size: 2 },
      conv(),
      act("gelu"),
      pooled,
      dense,
    ],
    "a table": [conv("same", 3), act("tanh"), flat, dense],
    "even windows": [conv("same", 1, 2), act("sin"), conv("same", 3, 4), act("leaky-relu:0.2"), dense],
  };
  for (const [name, layers] of Object.entries(more)) {
    it(`repeat the slow oracle: ${name}`, async () => {
      const size = { height: 5, width: 4 };
      const result = await solveNetworkKernels({ input: [2, 5, 4], layers }, images, null, kernels);
      const image = (i: number): number[][] =>
        [0, 1].map((c) => Array.from(images.data.subarray(i * 40 + c * 20, i * 40 + c * 20 + 20)));
      for (const [i, j] of [
        [0, 1],
        [2, 1],
      ] as const) {
        const exact = pairOracle(layers, size, image(i), image(j));
        expect(result.nngp?.data[i * 3 + j]).toBeCloseTo(exact.nngp, 9);
        expect(result.ntk?.data[i * 3 + j]).toBeCloseTo(exact.ntk, 7);
      }
    });
  }

  it("between two sets, on two threads and in float32 are the same", async () => {
    const two = await loadKernels({ threads: 2 });
    const network: WideNetwork = { input: [2, 5, 4], layers: networks.global as readonly WideNetworkLayer[] };
    const whole = await solveNetworkKernels(network, images, null, kernels);
    const others = { rows: 2, cols: 40, data: images.data.slice(40) };
    const between = await solveNetworkKernels(network, images, others, two, {
      precision: "float32",
      nngp: false,
    });
    expect(between.nngp).toBeNull();
    expect(between.ntk?.data[1]).toBeCloseTo(whole.ntk?.data[2] as number, 5);
    await two.release();
  });

  it("of images of one pixel are those of dense networks", async () => {
    const stream = createStream(4);
    const data = Float64Array.from({ length: 12 }, () => stream.normal());
    const pixels: WideNetwork = {
      input: [4, 1, 1],
      layers: [conv("valid", 1, 1), relu, conv("valid", 1, 1), relu, pooled, dense],
    };
    const vectors: WideNetwork = {
      input: [4],
      layers: [{ type: "dense", ...inner }, relu, { type: "dense", ...inner }, relu, dense],
    };
    const x = { rows: 3, cols: 4, data };
    const [a, b] = await Promise.all(
      [pixels, vectors].map((net) => solveNetworkKernels(net, x, null, kernels)),
    );
    a?.ntk?.data.forEach((value, at) => {
      expect(value).toBeCloseTo(b?.ntk?.data[at] as number, 6);
    });
  });

  it("are the covariance of wide random networks", async () => {
    // two convolutions of 3 x 3 on 4 x 3 pixels, circular, erf, global average, readout
    const [height, width, channels, seeds] = [4, 3, 24, 150];
    const network: WideNetwork = {
      input: [1, height, width],
      layers: [conv("circular"), erf, conv("circular"), erf, pooled, dense],
    };
    const stream = createStream(11);
    const data = Float64Array.from({ length: 2 * height * width }, () => 0.5 + stream.normal());
    const { nngp } = await solveNetworkKernels(
      network,
      { rows: 2, cols: height * width, data },
      null,
      kernels,
    );
    const { f } = resolveActivation("erf");
    const products: number[] = [];
    for (let s = 0; s < seeds; s++) {
      const layer = (ins: number) => {
        const weights = Float64Array.from(
          { length: channels * ins * 9 },
          () => stream.normal() * Math.sqrt(inner.weightVariance / (9 * ins)),
        );
        const biases = Float64Array.from(
          { length: channels },
          () => stream.normal() * Math.sqrt(inner.biasVariance),
        );
        return (x: readonly Float64Array[]): Float64Array[] =>
          Array.from({ length: channels }, (_, o) =>
            Float64Array.from({ length: height * width }, (__, p) => {
              let sum = biases[o] as number;
              for (let c = 0; c < ins; c++) {
                for (let t = 0; t < 9; t++) {
                  const row = (Math.floor(p / width) + Math.floor(t / 3) - 1 + height) % height;
                  const column = ((p % width) + (t % 3) - 1 + width) % width;
                  sum +=
                    (weights[(o * ins + c) * 9 + t] as number) * (x[c]?.[row * width + column] as number);
                }
              }
              return f(sum);
            }),
          );
      };
      const [first, second] = [layer(1), layer(channels)];
      const pooledOf = (i: number): Float64Array => {
        const out = second(first([data.subarray(i * height * width, (i + 1) * height * width)]));
        return Float64Array.from(out, (map) => map.reduce((sum, x) => sum + x, 0) / (height * width));
      };
      // the readout is averaged analytically
      const [a, b] = [pooledOf(0), pooledOf(1)];
      products.push(0.04 + (1.2 * a.reduce((sum, x, c) => sum + x * (b[c] as number), 0)) / channels);
    }
    const mean = products.reduce((sum, x) => sum + x, 0) / seeds;
    const stderr = Math.sqrt(products.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / seeds;
    // finite channels shift the mean by a relative 1 / channels at most
    expect(Math.abs(mean - (nngp?.data[1] as number))).toBeLessThan(4 * stderr + Math.abs(mean) / channels);
  });

  it("name what does not fit", async () => {
    const solve = (input: readonly number[], layers: readonly WideNetworkLayer[], rows = images) =>
      solveNetworkKernels({ input, layers }, rows, null, kernels);
    await expect(solve([2, 5, 4], [conv(), relu])).rejects.toThrow(/ends with images of 5 x 4/);
    await expect(solve([2, 5], [dense])).rejects.toThrow(/shape \[2, 5\]/);
    await expect(solve([3, 5, 4], [conv(), relu, dense])).rejects.toThrow(/expected \[n, 60\]/);
    await expect(solve([2, 5, 4], [conv("valid", 1, 6), relu, dense])).rejects.toThrow(
      /layer 1: .*6 x 6 on 5 x 4/,
    );
    await expect(solve([2, 5, 4], [conv(), { type: "average-pool", size: 7 }, dense])).rejects.toThrow(
      /layer 2: .*pool of 7 x 7/,
    );
    const unequal: WideNetworkLayer = { type: "residual", branch: [conv("same", 2)] };
    await expect(solve([2, 5, 4], [conv(), unequal, dense])).rejects.toThrow(
      /layer 2: the branch ends with 3 x 2/,
    );
    const unknown = { type: "max-pool", size: 2 } as unknown as WideNetworkLayer;
    await expect(solve([2, 5, 4], [conv(), unknown, dense])).rejects.toThrow(
      /layer 2: received a layer of type "max-pool"/,
    );
    const tanhBehindPool = [conv(), { type: "average-pool", size: 2 } as const, act("tanh"), dense];
    await expect(solve([2, 5, 4], tanhBehindPool)).rejects.toThrow(
      /activation tanh in a network with a pool/,
    );
    const data = Float64Array.from(images.data);
    data[41] = Number.NaN;
    await expect(solve([2, 5, 4], [conv(), relu, dense], { ...images, data })).rejects.toThrow(
      /NaN at input 1/,
    );
    const large = networkMemory(
      { input: [1, 28, 28], layers: networks.global as readonly WideNetworkLayer[] },
      20_000,
      20_000,
    );
    expect(large.results).toBe(6.4e9);
    expect(large.working).toBeLessThan(2 ** 30);
  });
});
