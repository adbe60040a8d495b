/**
 * The bulk transition of a hyperbolic lattice by Monte Carlo: closed surfaces of type {p,q} have no boundary, order at the upper
 * transition, and do so as a mean field (Breuckmann, Placke and Roy, Phys. Rev. E 101, 022124, 2020). The Binder cumulant there takes the
 * value of a single order parameter with weight exp(-x^4), 1 - Gamma(1/4)^4 / (24 pi^2), whatever the lattice; the
 * temperature where a surface of N cells takes it tends to the transition as N grows.
 */
import { type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import { fitLine, logGamma, type RandomStream } from "../../numerics/index.ts";
import { betheCriticalTemperature } from "../exact/index.ts";
import { closedHyperbolicLattice, createModel, type SpinModel, suggestPrimes } from "../graphs/index.ts";
import { simulateIsing } from "./simulate.ts";

/** Binder cumulant of a mean field at its transition (Brezin and Zinn-Justin, Nucl. Phys. B 257, 867, 1985). */
export const MEAN_FIELD_BINDER: number = 1 - Math.exp(4 * logGamma(0.25)) / (24 * Math.PI ** 2);

/** One closed surface. */
export interface SurfaceTransition {
  readonly name: string;
  readonly sites: number;
  /** Where its Binder cumulant is that of a mean field; the error is statistical. */
  readonly temperature: Estimate;
  readonly points: readonly { readonly temperature: number; readonly binder: Estimate }[];
}

/** The bulk transition from closed surfaces. */
export interface ClosedTransition {
  /** Extrapolated; its error holds statistics and what the unknown power of N leaves open. */
  readonly temperature: Estimate;
  readonly surfaces: readonly SurfaceTransition[];
}

/** Options of `estimateBulkTransition`. */
export interface ClosedTransitionOptions extends WorkOptions {
  /** Fields of the two surfaces (`closedHyperbolicLattice`), the smaller surface first; default by `maxSites`. */
  readonly primes?: readonly [number, number];
  /** Largest surface that is chosen by default; 6000. */
  readonly maxSites?: number;
  /** Wolff sweeps of each temperature; default 4000. */
  readonly sweeps?: number;
}

/** Temperatures of the fit, in units of T / sqrt(N) from the middle: the width on which the cumulant turns. */
const OFFSETS = [-0.4, -0.2, 0, 0.2, 0.4] as const;
const SEARCH_STEPS = 7;
/** The search for the middle runs this much shorter. */
const SEARCH_SHARE = 1 / 8;

/**
 * Estimates the upper transition of spins on the cells of {p,q} from two closed surfaces: T*(N) = T + a N^-y with y between 1/2 and 1, the
 * middle of both extrapolations.
 *
 * @param stream source of randomness.
 * @throws SpecError when {p,q} is not hyperbolic or has no two surfaces of the wanted size; the signal's reason when aborted.
 * @accuracy about 0.2 % with the default sizes, mostly from the extrapolation. Cost: about 60 sweeps x 1000 x cells, a minute.
 * @example
 * ```ts
 * import { estimateBulkTransition } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const options = { primes: [7, 13], sweeps: 200 } as const;
 * (await estimateBulkTransition(7, 3, createStream(1), options)).surfaces.length; // => 2
 * ```
 */
export async function estimateBulkTransition(
  p: number,
  q: number,
  stream: RandomStream,
  options: ClosedTransitionOptions = {},
): Promise<ClosedTransition> {
  const { maxSites = 6000, sweeps = 4000, signal, onProgress } = options;
  const primes = options.primes ?? choosePrimes(p, q, maxSites);
  const models = primes.map((prime) => createModel(closedHyperbolicLattice(p, q, prime)));
  const bethe = betheCriticalTemperature(p);
  let [low, high] = [0.5 * bethe, 1.1 * bethe];
  const surfaces: SurfaceTransition[] = [];
  const runs = models.length * (SEARCH_STEPS + OFFSETS.length);
  let done = 0;
  const measure = async (model: SpinModel, temperature: number, length: number): Promise<Estimate> => {
    signal?.throwIfAborted();
    onProgress?.({ stage: model.graph.name, done: done++, total: runs });
    const work = signal === undefined ? {} : { signal };
    const own = stream.fork(`${model.graph.name} ${temperature}`);
    const lengths = { sweeps: Math.max(64, Math.round(length)) };
    return (await simulateIsing(model, temperature, own, { ...work, ...lengths })).binder;
  };
  for (const model of models) {
    const middle = await findMiddle(low, high, (T) => measure(model, T, sweeps * SEARCH_SHARE));
    const width = middle / Math.sqrt(model.spins);
    const points: { temperature: number; binder: Estimate }[] = [];
    for (const offset of OFFSETS) {
      const temperature = middle + offset * width;
      points.push({ temperature, binder: await measure(model, temperature, sweeps) });
    }
    const { name, sites } = model.graph;
    const temperature = crossing(points);
    surfaces.push({ name, sites, temperature, points });
    // larger surfaces order at lower temperatures
    [low, high] = [temperature.value - 2 * width, temperature.value + 0.5 * width];
  }
  return { temperature: extrapolate(surfaces), surfaces };
}

/** Bisects for the mean-field cumulant, which falls with temperature; noise near the end only shifts the middle a little. */
async function findMiddle(
  from: number,
  to: number,
  binder: (temperature: number) => Promise<Estimate>,
): Promise<number> {
  let [low, high] = [from, to];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const middle = (low + high) / 2;
    if ((await binder(middle)).value > MEAN_FIELD_BINDER) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Where the fitted line takes the mean-field value. */
function crossing(points: SurfaceTransition["points"]): Estimate {
  const centre = points.reduce((sum, { temperature }) => sum + temperature, 0) / points.length;
  const { slope, intercept } = fitLine(
    points.map(({ temperature }) => temperature - centre),
    points.map(({ binder }) => binder.value - MEAN_FIELD_BINDER),
    points.map(({ binder }) => binder.stderr ?? 1),
  );
  const shift = -intercept.value / slope.value;
  const stderr = Math.hypot(intercept.stderr ?? 0, shift * (slope.stderr ?? 0)) / Math.abs(slope.value);
  return {
    value: centre + shift,
    stderr,
    n: points.length,
    method: "Binder cumulant at its mean-field value, line through five temperatures",
  };
}

/** Powers of 1/N between which finite-size corrections lie: of a mean field on all pairs, and what the surfaces show. */
const POWERS = [0.5, 1] as const;

function extrapolate(surfaces: readonly SurfaceTransition[]): Estimate {
  const [small, large] = surfaces as readonly [SurfaceTransition, SurfaceTransition];
  const limits = POWERS.map((y) => {
    const ratio = 1 / ((large.sites / small.sites) ** y - 1);
    const value = large.temperature.value - ratio * (small.temperature.value - large.temperature.value);
    const error = Math.hypot(
      (1 + ratio) * (large.temperature.stderr ?? 0),
      ratio * (small.temperature.stderr ?? 0),
    );
    return { value, error };
  });
  const [a, b] = limits as [(typeof limits)[0], (typeof limits)[0]];
  return {
    value: (a.value + b.value) / 2,
    stderr: Math.hypot((a.value - b.value) / 2, (a.error + b.error) / 2),
    n: surfaces.length,
    method: "Binder cumulant on two closed surfaces, extrapolated with N^-1/2 to N^-1",
  };
}

/** The largest surface allowed, and the one nearest to a third of it. */
function choosePrimes(p: number, q: number, maxSites: number): [number, number] {
  const sizes = suggestPrimes(p, q)
    .filter((r) => (r * (r * r - 1)) / (2 * p) <= maxSites)
    .map((prime) => ({ prime, sites: closedHyperbolicLattice(p, q, prime).sites }))
    .filter(({ sites }) => sites <= maxSites)
    .sort((a, b) => a.sites - b.sites);
  const large = sizes.pop();
  const small = sizes.sort((a, b) => distance(a.sites) - distance(b.sites))[0];
  function distance(sites: number): number {
    return Math.abs(Math.log((3 * sites) / (large?.sites ?? 1)));
  }
  if (large === undefined || small === undefined)
    throw new SpecError(
      `transition of {${p},${q}}: fewer than two closed surfaces have at most ${maxSites} cells`,
      {
        hint: "raise maxSites",
      },
    );
  return [small.prime, large.prime];
}
