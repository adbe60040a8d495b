import { beforeAll, describe, expect, it } from "vitest";
import { classifyFlow, compareWithPhase, fitDecorrelation } from "../../../src/flow/classify/index.ts";
import {
  entropyOf,
  type GramSpectrum,
  innerProducts,
  measureGram,
  predictEquicorrelated,
  predictForwardSpectra,
} from "../../../src/flow/spectra/index.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, solveBracketed } from "../../../src/numerics/index.ts";
import { solveMeanField } from "../../../src/signal/index.ts";
import table from "../../fixtures/flow-reconstruction.json" with { type: "json" };

const tanh = resolveActivation("tanh");
const samples = 30;
let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** Equicorrelated samples of a given entropy over log n. */
function spectrumOf(entropy: number): GramSpectrum {
  if (entropy <= 0) return predictEquicorrelated(samples, 1);
  const { root } = solveBracketed((c) => entropyOf(predictEquicorrelated(samples, c)) - entropy, 0, 1);
  return predictEquicorrelated(samples, root);
}

/** Ten blurred prototypes with noise, positive like pixels. */
function images() {
  const [n, d] = [samples, 80];
  const stream = createStream(3);
  const prototypes = new Float64Array(10 * d);
  stream.fillUniform(prototypes);
  const data = new Float64Array(n * d);
  stream.fillNormal(data, 0.15);
  for (let k = 0; k < data.length; k++) {
    const label = Math.floor(k / d) % 10;
    data[k] = Math.abs((data[k] as number) + (prototypes[label * d + (k % d)] as number) ** 3);
  }
  return { rows: n, cols: d, data };
}

describe("networks of depth 40 around the critical line", () => {
  it.each(table.rows)(
    "sigmaW2 $sigmaW2 is $class, and theory agrees",
    ({ sigmaW2, reconstructed, class: expected }) => {
      const batch = images();
      const variances = { sigmaW2, sigmaB2: 0.05 };
      const prediction = predictForwardSpectra(tanh, variances, innerProducts(batch, { kernels }), {
        depth: table.depth,
        kernels,
      });
      const forward = [measureGram(batch, { kernels, centring: "none" }), ...prediction.spectra];
      const ends = [table.inputEntropy, reconstructed].map(spectrumOf) as [GramSpectrum, GramSpectrum];
      const steps = forward.map((_, l) => (l === 0 ? ends[0] : ends[1]));
      const scan = table.rows.map((row) => row.reconstructed);
      const result = classifyFlow({ forward, reconstructed: steps, scan });
      expect(result.class).toBe(expected);
      expect(result.numbers.depth).toBe(40);
      expect(result.numbers.reconstructedRatio).toBeCloseTo(reconstructed / table.inputEntropy, 6);
      // the same class without the other points of the scan
      expect(classifyFlow({ forward, reconstructed: steps }).class).toBe(expected);
      const agreement = compareWithPhase(result, solveMeanField(tanh, variances));
      expect(agreement?.agrees).toBe(true);
      expect(agreement?.explanation).toContain("xi_c");
    },
  );
});

describe("each rule, with the number that decided", () => {
  const flat = (entropies: readonly number[]) => entropies.map(spectrumOf);
  it("one dominant eigenvalue", () => {
    const spectra = [spectrumOf(0.6), predictEquicorrelated(samples, 0.99)];
    const result = classifyFlow({ forward: spectra, reconstructed: spectra });
    expect(result).toMatchObject({ class: "subcritical", decidedBy: "largest eigenvalue" });
    expect(result.reason).toMatch(/0.990 of the forward spectrum \(above 0.95\)/);
    const tolerant = classifyFlow(
      { forward: spectra, reconstructed: spectra },
      { dominant: 0.999, lostForward: 0.01 },
    );
    expect(tolerant.decidedBy).not.toBe("largest eigenvalue");
  });
  it("not where inputs merge as a power of the depth and a share is still reconstructed, as at criticality", () => {
    // 1 - c = 8 / l, which the critical map of tanh approaches, and reconstructions of a network 199 deep at chi_1 = 1
    const at = (depth: number) => predictEquicorrelated(samples, 1 - 8 / (depth + 8));
    const forward = Array.from({ length: 200 }, (_, depth) => at(depth));
    const back = (last: number) =>
      forward.map((_, depth) => spectrumOf(0.68 - ((0.68 - last) * depth) / 199));
    const kept = classifyFlow({ forward, reconstructed: back(0.208) });
    expect(kept.numbers.lambdaMax).toBeGreaterThan(0.95);
    expect(kept.numbers.slope?.overDepth.value).toBeCloseTo(-1.4, 0);
    expect(kept).toMatchObject({ class: "critical", decidedBy: "slope of the decorrelation" });
    expect(classifyFlow({ forward, reconstructed: back(0.05) }).class).toBe("subcritical");
  });
  it("forward entropy gone although no eigenvalue dominates", () => {
    const result = classifyFlow(
      { forward: flat([0.9, 0.08]), reconstructed: flat([0.9, 0.5]) },
      { dominant: 0.999 },
    );
    expect(result).toMatchObject({ class: "subcritical", decidedBy: "forward entropy lost" });
  });
  it("noise gained, nothing reconstructed", () => {
    const result = classifyFlow({ forward: flat([0.6, 0.9]), reconstructed: flat([0.6, 0.1]) });
    expect(result).toMatchObject({
      class: "supercritical",
      decidedBy: "forward entropy gained, reconstruction lost",
    });
  });
  it("information kept, relative to the scan or to the input", () => {
    const evidence = { forward: flat([0.6, 0.5]), reconstructed: flat([0.6, 0.25]) };
    expect(classifyFlow(evidence)).toMatchObject({ class: "critical", decidedBy: "reconstruction kept" });
    expect(classifyFlow({ ...evidence, scan: [0.26, 0.1] }).class).toBe("critical");
    expect(classifyFlow({ ...evidence, scan: [0.4] }).class).not.toBe("critical");
    expect(classifyFlow({ ...evidence, scan: [0.4] }).numbers.bestOfScan).toBe(0.4);
  });
  it("the slope, where entropies leave it open", () => {
    const evidence = {
      forward: flat([0.6, 0.5, 0.5, 0.5, 0.5]),
      reconstructed: flat([0.6, 0.1, 0.1, 0.1, 0.1]),
    };
    const merging = classifyFlow({ ...evidence, decorrelation: [1, 0.4, 0.16, 0.064, 0.0256] });
    expect(merging).toMatchObject({ class: "subcritical", decidedBy: "slope of the decorrelation" });
    expect(merging.numbers.slope?.slope.value).toBeCloseTo(Math.log(0.4), 12);
    const power = classifyFlow({ ...evidence, decorrelation: [1, 0.5, 1 / 3, 0.25, 0.2] });
    expect(power).toMatchObject({ class: "critical", decidedBy: "slope of the decorrelation" });
    const plateau = { ...evidence, decorrelation: [1, 0.6, 0.52, 0.5, 0.5] };
    const rich = classifyFlow({ ...plateau, forward: flat([0.6, 0.59, 0.6, 0.6, 0.59]) });
    expect(rich).toMatchObject({ class: "supercritical", decidedBy: "slope of the decorrelation" });
    const parting = classifyFlow({ ...evidence, decorrelation: [0.4, 0.3, 0.35, 0.4, 0.46] });
    expect(parting).toMatchObject({ class: "supercritical", decidedBy: "slope of the decorrelation" });
  });
  it("nothing, where the reconstruction is lost and the forward spectrum is not", () => {
    const evidence = {
      forward: flat([0.6, 0.5, 0.5, 0.5, 0.5]),
      reconstructed: flat([0.6, 0.1, 0.1, 0.1, 0.1]),
    };
    const open = { class: "undecided", decidedBy: "reconstruction lost, forward spectrum not" };
    const lost = flat([0.6, 0.1, 0.1, 0.1, 0.05]);
    const flatSlope = { ...evidence, decorrelation: [1, 0.6, 0.52, 0.5, 0.5] };
    // what is left, a sixth, is as near to critical as a shallow network can be
    expect(classifyFlow(flatSlope).class).toBe("critical");
    const plateau = classifyFlow({ ...flatSlope, reconstructed: lost });
    expect(plateau).toMatchObject(open);
    expect(plateau.reason).toContain(
      "reconstructed entropy is 0.0833 of the input's although the forward spectrum is not lost",
    );
    const power = { ...evidence, decorrelation: [1, 0.5, 1 / 3, 0.25, 0.2] };
    expect(classifyFlow({ ...power, reconstructed: lost })).toMatchObject(open);
    expect(classifyFlow({ ...power, decoders: ["learned", "unfinished", null, "learned"] })).toMatchObject(
      open,
    );
    const field = solveMeanField(tanh, { sigmaW2: 2.5, sigmaB2: 0.05 });
    expect(compareWithPhase(plateau, field)).toBeNull();
  });
  it("nothing, where decoders failed and the forward spectrum alone does not decide", () => {
    const kept = { forward: flat([0.6, 0.5, 0.5]), reconstructed: flat([0.6, 0.5, 0.5]) };
    const failed = classifyFlow({ ...kept, decoders: ["learned", "failed"] });
    expect(failed).toMatchObject({ class: "undecided", decidedBy: "decoders that failed" });
    expect(failed.reason).toBe("the decoder of depth 2 is no better than a constant, and no longer learning");
    const merged = { forward: flat([0.6, 0.3, 0.01]), reconstructed: flat([0.6, 0.1, 0]) };
    expect(classifyFlow({ ...merged, decoders: ["failed", "failed"] }).class).toBe("subcritical");
  });
  it("refuses lists that do not belong together", () => {
    expect(() => classifyFlow({ forward: flat([0.9]), reconstructed: flat([0.9]) })).toThrow(
      /1 forward and 1/,
    );
    expect(() => classifyFlow({ forward: flat([0.9, 0.9]), reconstructed: flat([0.9]) })).toThrow(
      /2 forward and 1/,
    );
  });
});

describe("slope of the decorrelation", () => {
  it.each([
    [0.5, -1 / 1.191385],
    [1.5, -1 / 15.790994],
  ])("is -1/xi_c in the ordered phase (sigmaW2 %f)", (sigmaW2, expected) => {
    const input = { rows: 3, cols: 3, data: Float64Array.of(1, 0.3, 0.2, 0.3, 1, 0.4, 0.2, 0.4, 1) };
    const { spectra } = predictForwardSpectra(tanh, { sigmaW2, sigmaB2: 0.05 }, input, {
      depth: 100,
      kernels,
    });
    const fit = fitDecorrelation([0.7, ...spectra.map(({ decorrelation }) => decorrelation)], 1e-10);
    // approach to the fixed point: 1 - c is not small against its limit in the first layers of the fit
    expect(Math.abs((fit?.slope.value as number) / expected - 1)).toBeLessThan(0.01);
  });
  it("times depth is -1 at criticality, where 1 - c falls like 1/l, and -2 for ReLU", () => {
    for (const [name, sigmaW2, sigmaB2, power] of [
      ["tanh", 1.76095464, 0.05, -1],
      ["relu", 2, 0, -2],
    ] as const) {
      const input = { rows: 2, cols: 2, data: Float64Array.of(1, 0.2, 0.2, 1) };
      const { spectra } = predictForwardSpectra(resolveActivation(name), { sigmaW2, sigmaB2 }, input, {
        depth: 120,
        kernels,
      });
      const fit = fitDecorrelation([0.8, ...spectra.map(({ decorrelation }) => decorrelation)]);
      // a straight line over the second half of a power law: about 1.38 times its exponent
      expect((fit?.overDepth.value as number) / power).toBeGreaterThan(1);
      expect((fit?.overDepth.value as number) / power).toBeLessThan(1.45);
    }
  });
  it("covers its error bar, ends at rounding, and gives up on too few layers", () => {
    const stream = createStream(9);
    let inside = 0;
    for (let draw = 0; draw < 300; draw++) {
      const noisy = Array.from({ length: 24 }, (_, l) => Math.exp(-0.1 * l + 0.02 * stream.normal()) / 1.2);
      const { slope } = fitDecorrelation(noisy) as { slope: { value: number; stderr: number } };
      if (Math.abs(slope.value + 0.1) < slope.stderr) inside += 1;
    }
    // 12 points leave 10 degrees of freedom: 65.9 % within one standard error
    expect(Math.abs(inside / 300 - 0.659)).toBeLessThan(0.085);
    const falling = Array.from({ length: 60 }, (_, l) => Math.max(3e-15, Math.exp(-l)));
    expect(fitDecorrelation(falling)?.to).toBe(27);
    expect(fitDecorrelation([1, 0.5])).toBeNull();
    expect(() => fitDecorrelation([1, -0.1, 0])).toThrow(/1 - c = -0.1 at layer 1/);
  });
});
