/**
 * Observables that need the whole configuration: the central spin, averages over layers round it, and the two-point function
 * along the boundary ring, by which correlations in curved space differ from those in flat space.
 */
import { type Estimate, exact } from "../../base/index.ts";
import { autocorrelationTime } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { fitBoundaryDimension } from "./boundary-dimension.ts";
import { estimateObservables, type IsingEstimates } from "./observables.ts";
import type { SpinState } from "./state.ts";

/** An observable by distance. */
export interface ProfilePoint {
  readonly distance: number;
  /** Sites or pairs averaged over in each configuration. */
  readonly count: number;
  readonly mean: Estimate;
}

/** A part of the lattice taken for itself; magnetisations per site of the part. */
export interface PartEstimates
  extends Pick<
    IsingEstimates,
    "magnetization" | "magnetization2" | "magnetization4" | "susceptibility" | "binder"
  > {
  readonly sites: number;
}

/** Profiles of a run. */
export interface IsingProfiles {
  /** All sites within `radius` of the centre, where the boundary is farthest away. */
  readonly core: PartEstimates & { readonly radius: number };
  /** The boundary sites; null where they are pinned or absent. */
  readonly rim: PartEstimates | null;
  /**
   * Delta of <s s'> ~ (1 - cos theta)^-Delta along the boundary ring, theta = 2 pi distance / length; null where the ring is pinned, absent or
   * its correlations are lost in noise.
   */
  readonly boundaryDimension: Estimate | null;
  /** <s> of the central site; 0 by symmetry when nothing breaks it. */
  readonly centralMagnetization: Estimate;
  /** Mean of <s> over the layer at each distance from the centre. */
  readonly layerMagnetization: readonly ProfilePoint[];
  /** <s_centre s> averaged over each layer. */
  readonly centreCorrelation: readonly ProfilePoint[];
  /** <s s'> of boundary sites by their distance along the ring; empty where the boundary is pinned or absent. */
  readonly boundaryCorrelation: readonly ProfilePoint[];
}

/** Collects profiles during a run. */
export interface ProfileRecorder {
  record(state: SpinState): void;
  finish(): IsingProfiles;
}

/** Distances along the boundary: every one up to here, then about four per factor of two. */
const DENSE_DISTANCES = 4;
/** Share of the largest distance from the centre that the core reaches by default. */
const CORE_SHARE = 1 / 3;

/** A recorder for `measurements` configurations. Cost per record: O(sites + boundary times distances). */
export function createProfileRecorder(
  model: SpinModel,
  temperature: number,
  measurements: number,
): ProfileRecorder {
  const { graph, spinAt, siteOf, pinned } = model;
  const reachable = graph.layer.filter((l) => l < 65535);
  const layers = 1 + reachable.reduce((most, l) => Math.max(most, l), 0);
  const counts = new Uint32Array(layers);
  for (const l of reachable) counts[l] = (counts[l] as number) + 1;
  // pinned sites add the same to every configuration
  const pinnedSums = new Float64Array(layers);
  pinned.forEach((sign, k) => {
    const l = graph.layer[graph.boundary[k] as number] as number;
    if (l < layers) pinnedSums[l] = (pinnedSums[l] as number) + sign;
  });
  const layerOf = Uint16Array.from(siteOf, (site) => graph.layer[site] as number);
  const centreSpin = spinAt[graph.centre] as number;
  const ring = pinned.length > 0 ? [] : Array.from(graph.boundary, (site) => spinAt[site] as number);
  const distances = chooseDistances(ring.length);
  const width = 2 * layers + distances.length;
  const data = Array.from({ length: width }, () => new Float64Array(measurements));
  const central = new Float64Array(measurements);
  const sums = new Float64Array(layers);
  const radius = Math.floor((layers - 1) * CORE_SHARE);
  const coreTotals = new Float64Array(measurements);
  const rimTotals = new Float64Array(measurements);
  let at = 0;
  return {
    record({ spins }) {
      sums.set(pinnedSums);
      for (let i = 0; i < spins.length; i++) {
        const l = layerOf[i] as number;
        if (l < layers) sums[l] = (sums[l] as number) + (spins[i] as number);
      }
      const centre = centreSpin < 0 ? 1 : (spins[centreSpin] as number);
      central[at] = centre;
      for (let l = 0; l <= radius; l++) coreTotals[at] = (coreTotals[at] as number) + (sums[l] as number);
      for (let a = 0; a < ring.length; a++)
        rimTotals[at] = (rimTotals[at] as number) + (spins[ring[a] as number] as number);
      for (let l = 0; l < layers; l++) {
        const mean = (sums[l] as number) / (counts[l] as number);
        (data[l] as Float64Array)[at] = mean;
        (data[layers + l] as Float64Array)[at] = centre * mean;
      }
      distances.forEach((d, k) => {
        let sum = 0;
        for (let a = 0; a < ring.length; a++)
          sum +=
            (spins[ring[a] as number] as number) * (spins[ring[(a + d) % ring.length] as number] as number);
        (data[2 * layers + k] as Float64Array)[at] = sum / ring.length;
      });
      at++;
    },
    finish() {
      // clusters that flip in turn anticorrelate signed series; where their mean is 0 by symmetry, say so instead
      const isSymmetric = model.ghost === null;
      const zero = exact(0, "0 by symmetry");
      const point = (distance: number, count: number, column: number): ProfilePoint => ({
        distance,
        count,
        mean: autocorrelationTime((data[column] as Float64Array).subarray(0, at)).mean,
      });
      const byLayer = (first: number): ProfilePoint[] =>
        Array.from({ length: layers }, (_, l) => point(l, counts[l] as number, first + l));
      const part = (totals: Float64Array, sites: number): PartEstimates => {
        const { magnetization, magnetization2, magnetization4, susceptibility, binder } = estimateObservables(
          new Float64Array(at),
          totals.subarray(0, at),
          temperature,
          sites,
          isSymmetric,
        );
        return { sites, magnetization, magnetization2, magnetization4, susceptibility, binder };
      };
      const coreSites = counts.subarray(0, radius + 1).reduce((sum, n) => sum + n, 0);
      const alongRing = distances.map((_, k) => (data[2 * layers + k] as Float64Array).subarray(0, at));
      return {
        core: { radius, ...part(coreTotals, coreSites) },
        rim: ring.length === 0 ? null : part(rimTotals, ring.length),
        boundaryDimension: fitBoundaryDimension(distances, alongRing, ring.length),
        centralMagnetization: isSymmetric ? zero : autocorrelationTime(central.subarray(0, at)).mean,
        layerMagnetization: byLayer(0).map((layer) => (isSymmetric ? { ...layer, mean: zero } : layer)),
        centreCorrelation: byLayer(layers),
        boundaryCorrelation: distances.map((d, k) => point(d, ring.length, 2 * layers + k)),
      };
    },
  };
}

function chooseDistances(ring: number): number[] {
  const distances: number[] = [];
  for (let d = 1; d <= ring / 2; d = d < DENSE_DISTANCES ? d + 1 : Math.ceil(d * 2 ** 0.25))
    distances.push(d);
  return distances;
}
