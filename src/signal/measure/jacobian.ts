/**
 * Measures singular values of input-output and inner Jacobians on networks of a specification. Theory for
 * comparison: Pennington, Schoenholz and Ganguli (2017), mean squared singular value chi^L, and at chi = 1 the relative
 * variance L (mu_2 / mu_1^2 - 1 - s_1) of squared singular values, s_1 = -1 (Gaussian) or 0 (orthogonal).
 */
import { InterruptedError, SpecError } from "../../base/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { buildNetwork, initialize, loadOrthonormalize, type NetworkSpec } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { checkExamples } from "./examples.ts";
import { jacobianSize } from "./jacobian-graph.ts";
import { chooseMethod, endsOf, fillBatch, type JacobianOptions, planOf, report } from "./jacobian-options.ts";
import { createJacobianProbe } from "./jacobian-spectra.ts";
import type { JacobianMeasurement, JacobianSpectrum } from "./spectrum.ts";
import type { Examples } from "./types.ts";

/**
 * Measures the singular values of the Jacobian of a specified network, one example per draw of the parameters.
 *
 * @param spec - of `parseNetwork`; batch normalisation is refused, because it couples the examples of a batch.
 * @param examples - draw k uses example k (dense), or the 4 examples from 4 k on (Lanczos).
 * @param stream - forked per seed; the parameters are those of `measureSignal` with the same stream.
 * @returns singular values, mean square, relative variance and largest value with errors over seeds.
 * @throws SpecError for batch normalisation or unknown values, ShapeError for data that do not fit. Cost: for the
 * Jacobian between layers of width 300, two backward passes with 256 rows and one SVD per seed, 0.3 s.
 *
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { parseNetwork } from "isinglass/networks";
 * import { measureJacobian } from "isinglass/signal";
 *
 * const inputs = new Float32Array(4 * 20).map((_, i) => Math.sin(i));
 * const spec = parseNetwork("20-20x4 linear init=orthogonal sw2=1");
 * const { spectra } = await measureJacobian(spec, { inputs, count: 4, shape: [20] }, createStream(1), { seeds: 1 });
 * spectra[0]?.singularValues; // all 1
 * ```
 */
export async function measureJacobian(
  spec: NetworkSpec,
  examples: Examples,
  stream: RandomStream,
  options: JacobianOptions = {},
): Promise<JacobianMeasurement> {
  const { seeds = 5, signal, onProgress } = options;
  if (spec.normalization === "batch") {
    throw new SpecError(
      "Jacobian: received a network with batch normalisation, expected independent examples.",
      {
        hint: "Use norm=layer or norm=none; gradients with batch normalisation are in the layer table.",
      },
    );
  }
  checkExamples(examples, spec.input);
  const one = buildNetwork(spec, { batch: 1 });
  const [from, to] = endsOf(one.graph, options, one.input.name, one.logits.name);
  const [rows, cols] = jacobianSize(one.graph, from, to, 1);
  const { method, batch } = chooseMethod(rows, cols, options.method);
  const network = buildNetwork(spec, { batch });
  const orthonormalize = await loadOrthonormalize(spec.initialization);
  const probe = await createJacobianProbe(
    planOf(network.graph, from, to, network.input.name, batch, method, options),
  );
  try {
    const spectra: JacobianSpectrum[] = [];
    // drawing the next parameters overlaps with the products of the current ones, which are in another thread
    const draw = (seed: number) => {
      const own = stream.fork("seed").fork(seed);
      const { values } = initialize(network, spec.initialization, own.fork("parameters"), { orthonormalize });
      return { values, own };
    };
    let next = draw(0);
    for (let seed = 0; seed < seeds; seed++) {
      if (signal?.aborted)
        throw new InterruptedError(`Jacobian: interrupted after ${seed} of ${seeds} seeds.`);
      const { values, own } = next;
      const first = method === "dense" ? seed : seed * batch;
      const data = fillBatch(examples, network.input.shape, first, method === "dense");
      const input: Tensor = { dtype: "float32", shape: network.input.shape, data };
      await probe.bind({ ...values, [network.input.name]: input });
      const measuring = probe.measure(own.fork("jacobian"));
      if (seed + 1 < seeds) next = draw(seed + 1);
      spectra.push(...(await measuring));
      onProgress?.({ stage: "Jacobian", done: seed + 1, total: seeds });
    }
    return report(from, to, [rows, cols], method, spectra, "seeds", stream.seed);
  } finally {
    await probe.release();
  }
}
