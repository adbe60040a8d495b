/** The same network with critical parameters. */
import { UnsupportedOpError } from "../../base/index.ts";
import { buildNetwork, exportNetwork, initialize, type NetworkSpec } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { NEVER_COVERED } from "./assemble.ts";
import type { CriticalInitialization, Diagnosis } from "./types.ts";

/** The critical initialisation that a diagnosis recommends; throws UnsupportedOpError when it has none. */
export function requireCritical({
  critical,
  network,
  theory,
  notCovered,
}: Diagnosis): CriticalInitialization {
  if (critical !== null) return critical;
  throw new UnsupportedOpError(`fix: no critical initialisation is known for ${network.name}`, {
    hint:
      theory === null
        ? notCovered.filter((reason) => !NEVER_COVERED.includes(reason)).join(" ")
        : `${network.activation} has no critical point: choose another activation`,
  });
}

/**
 * A specification with the critical variances of its diagnosis; orthogonal schemes stay orthogonal, others become
 * Gaussian.
 *
 * @throws UnsupportedOpError when the diagnosis has no critical initialisation
 */
export function criticalSpec(spec: NetworkSpec, diagnosis: Diagnosis): NetworkSpec {
  const { weightVariance, biasVariance } = requireCritical(diagnosis);
  const { scheme } = spec.initialization;
  const keeps = scheme === "orthogonal" || scheme === "delta-orthogonal";
  return {
    ...spec,
    initialization: {
      scheme: keeps ? scheme : "gaussian",
      sigmaW2: weightVariance.value,
      sigmaB2: biasVariance.value,
      sigmaV2: null,
      sigmaA2: null,
    },
  };
}

/**
 * The ONNX file of a specification with critical parameters drawn from `stream`.
 *
 * @throws UnsupportedOpError when the diagnosis has no critical initialisation
 */
export function writeCriticalSpec(spec: NetworkSpec, diagnosis: Diagnosis, stream: RandomStream): Uint8Array {
  const critical = criticalSpec(spec, diagnosis);
  const network = buildNetwork(critical, { batch: 1, statistics: "running" });
  return exportNetwork(critical, initialize(network, critical.initialization, stream).values);
}
