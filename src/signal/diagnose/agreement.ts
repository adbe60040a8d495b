/**
 * Whether mean-field theory describes a network: deviations of measured q, 1 - c, chi and gradients from theory, layer by
 * layer. Growth per layer (chi) and lengths (q) decide; 1 - c and gradients add their deviations up over the depth and are
 * only reported. Where theory fails, the phase is read off the measured growth.
 */
import { exact } from "../../base/index.ts";
import { meanWithError } from "../../numerics/index.ts";
import { depthScale, phaseOf, trainableDepthFactor } from "../theory/index.ts";
import { twoErrors } from "./student.ts";
import type {
  Comparison,
  LayerDiagnosis,
  MeasuredPhase,
  QuantityAgreement,
  TheoryAgreement,
} from "./types.ts";

/** Median relative deviation that random networks of finite width stay below. */
const TOLERANCE = 0.25;
/** Share of layers within errors that makes larger deviations noise. */
const ENOUGH = 0.5;

/** How `holds` is decided. */
const CRITERION = `theory holds when q and chi both deviate by at most ${100 * TOLERANCE} % (median over layers), or in at least half of the layers by at most two standard errors (Student's t)`;

/** Compares; null where theory predicts nothing. */
export function agreementOf(layers: readonly LayerDiagnosis[], isGiven: boolean): TheoryAgreement | null {
  const distance = ({ theory, measured }: Comparison): Comparison => ({
    theory: theory === null ? null : 1 - theory,
    measured: measured && { ...measured, value: 1 - measured.value },
  });
  const quantities = [
    summarize(
      "q",
      layers.map(({ q }) => q),
    ),
    summarize(
      "1 - c",
      layers.map(({ c }) => distance(c)),
    ),
    summarize(
      "chi",
      layers.map(({ chi }) => chi),
    ),
    summarize(
      "gradient",
      layers.slice(0, -1).map(({ gradient }) => gradient),
    ),
  ].filter((quantity) => quantity !== null);
  if (quantities.length === 0) return null;
  const deciding = quantities.filter(({ quantity }) => quantity === "q" || quantity === "chi");
  const failed = deciding.filter(
    ({ medianDeviation, within }) => !(medianDeviation <= TOLERANCE || within >= ENOUGH),
  );
  const holds = failed.length === 0;
  return {
    holds,
    criterion: CRITERION,
    statement: holds ? describeAgreement(quantities) : describeFailure(failed, isGiven),
    quantities,
    measured: measuredPhase(layers),
  };
}

/** Phase, growth per layer and trainable depth from the measured chi alone; null when there are none. */
export function measuredPhase(layers: readonly LayerDiagnosis[]): MeasuredPhase | null {
  const logs = layers.flatMap(({ chi }) => {
    const log = Math.log(chi.measured?.value ?? Number.NaN);
    return Number.isFinite(log) ? [log] : [];
  });
  if (logs.length === 0) return null;
  const { value, stderr, n } = meanWithError(logs);
  const margin = stderr === null ? 0 : twoErrors(n - 1) * stderr;
  const chi = Math.exp(value);
  return {
    phase: Math.abs(value) <= margin ? "critical" : phaseOf(chi),
    logChi: { value, stderr, n, method: `mean of measured log chi over ${n} layers` },
    chi,
    maxDepth: exact(trainableDepthFactor * depthScale(chi), "6 layers per factor e of measured gradients"),
  };
}

function summarize(
  quantity: QuantityAgreement["quantity"],
  comparisons: readonly Comparison[],
): QuantityAgreement | null {
  const pairs = comparisons.flatMap(({ theory, measured }) =>
    theory === null || measured === null || theory === 0 ? [] : [{ theory, measured }],
  );
  if (pairs.length === 0) return null;
  const deviations = pairs.map(({ theory, measured }) => {
    const deviation = Math.abs(measured.value / theory - 1);
    return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation;
  });
  const close = pairs.filter(
    ({ theory, measured: { value, stderr, n } }) =>
      stderr !== null && Math.abs(value - theory) <= twoErrors(n - 1) * stderr,
  );
  return {
    quantity,
    layers: pairs.length,
    medianDeviation: median(deviations),
    within: close.length / pairs.length,
    medianMeasured: median(pairs.map(({ measured }) => measured.value)),
    medianTheory: median(pairs.map(({ theory }) => theory)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function describeAgreement(quantities: readonly QuantityAgreement[]): string {
  const parts = quantities.map(
    ({ quantity, medianDeviation, within }) =>
      `${quantity} within ${percent(medianDeviation)} (${percent(within)})`,
  );
  return `Mean-field theory describes it: ${parts.join(", ")}; in brackets the share of layers within two standard errors, widened for few samples (Student's t, expected 95 %).`;
}

function describeFailure(failed: readonly QuantityAgreement[], isGiven: boolean): string {
  const parts = failed.map(
    ({ quantity, medianMeasured, medianTheory }) =>
      `measured ${quantity} ${short(medianMeasured)} against ${short(medianTheory)}`,
  );
  const why = isGiven ? ", as its weights are not those of a wide random network" : "";
  return `Theory does not describe it${why}: ${parts.join(", ")} (medians over layers).`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
