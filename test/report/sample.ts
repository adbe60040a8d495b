/** A diagnosis with made-up measurements around true theory, for tests of the report. */
import type { PhaseDiagramInput } from "../../src/figures/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import {
  type Diagnosis,
  solveCriticalLine,
  solveMeanField,
  traceCriticalLine,
} from "../../src/signal/index.ts";

/** An ordered tanh network of the given depth. */
export function sampleDiagnosis(depth = 50): Diagnosis {
  const stream = createStream(3);
  const activation = resolveActivation("tanh");
  const theory = solveMeanField(activation, { sigmaW2: 1.5, sigmaB2: 0.05 });
  const measure = (value: number, relative: number) => ({
    value: value * (1 + relative * stream.normal()),
    stderr: Math.abs(value * relative),
    n: 5,
    method: "mean over 5 seeds",
  });
  const layers = Array.from({ length: depth }, (_, i) => {
    const q = theory.q.value + 1.1 * Math.exp(-i / theory.xiQ.value);
    const c = 1 - 0.6 * Math.exp(-i / theory.xiC.value);
    const gradient = theory.chi1.value ** (depth - 1 - i);
    return {
      layer: i + 1,
      name: `layers.${i}`,
      kind: "dense",
      activation: i < depth - 1 ? "tanh" : null,
      fanIn: i === 0 ? 784 : 300,
      fanOut: 300,
      weightVariance: measure(1.5, 0.004),
      biasVariance: measure(0.05, 0.04),
      q: { theory: q, measured: measure(q, 0.02) },
      c: { theory: c, measured: measure(c, 0.004) },
      chi: { theory: theory.chi1.value, measured: measure(theory.chi1.value, 0.01) },
      gradient: { theory: gradient, measured: measure(gradient, 0.08) },
      state: "ok" as const,
      note: "",
    };
  });
  return {
    network: {
      name: "mlp:784-300x50-10:tanh",
      origin: "specification",
      depth,
      parameterCount: 4_660_810,
      inputShape: [784],
      activation: "tanh",
      initialization: "Gaussian weights of variance 1.5 / fan-in, Gaussian biases of variance 0.05.",
    },
    data: { name: "mnist", count: 256, provenance: ["Standardised to zero mean and unit variance."] },
    verdict: {
      trains: "yes",
      phase: "ordered",
      depthBound: { layers: 95, by: "signals", infiniteWidth: 95 },
      headline: "It should train: 50 layers are within its 95.",
      reason: "The network is ordered, but signals survive 15.8 layers per factor e.",
      advice: "isinglass train mlp:784-300x50-10:tanh --data mnist",
    },
    weightVariance: { value: 1.5, stderr: 0.006, n: 50, method: "pooled over layers" },
    biasVariance: { value: 0.05, stderr: 0.003, n: 50, method: "pooled over layers" },
    theory,
    agreement: null,
    recommended: null,
    whyNotCritical: null,
    critical: {
      weightVariance: solveCriticalLine(activation, 0.05).sigmaW2,
      biasVariance: { value: 0.05, stderr: 0, n: 1, method: "as specified" },
      kind: "critical",
    },
    layers,
    jacobian: {
      isComplete: true,
      depth: depth - 2,
      ensemble: "gaussian",
      singularValues: Float64Array.from({ length: 400 }, () => 0.2 * Math.exp(0.9 * stream.normal())),
      meanSquare: { theory: theory.chi1.value ** depth, measured: measure(0.043, 0.08) },
      relativeVariance: { theory: 17.2, measured: measure(17.5, 0.05) },
    },
    notCovered: ["Training itself: optimiser, learning rate and data decide too.", "Softmax and loss."],
    assumptions: theory.assumptions,
    references: theory.references,
    seed: 1,
  };
}

/** The phase diagram of tanh on a coarse grid. */
export function sampleDiagram(size = 8): PhaseDiagramInput {
  const activation = resolveActivation("tanh");
  const sigmaW2 = Float64Array.from({ length: size }, (_, i) => 0.5 + (3.5 * i) / (size - 1));
  const sigmaB2 = Float64Array.from({ length: size }, (_, i) => (0.5 * i) / (size - 1));
  const fields = Array.from(sigmaB2, (b) =>
    Array.from(sigmaW2, (w) => solveMeanField(activation, { sigmaW2: w, sigmaB2: b })),
  );
  return {
    activation: "tanh",
    sigmaW2,
    sigmaB2,
    xiC: Float64Array.from(fields.flat(), ({ xiC }) => xiC.value),
    criticalLine: traceCriticalLine(activation, { sigmaW2: [0.5, 4], sigmaB2: [0, 0.5] }, 16),
  };
}
