/**
 * Theory beyond plain chains: networks with residual blocks (Yang and Schoenholz 2017; He et al. 2016) and with batch
 * normalisation (Yang et al. 2019), imported or specified. They have layers and gradients but no critical variance.
 */
import type { Graph } from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { SignalMeasurement } from "../measure/index.ts";
import { isNormalizedChain, predictNormalized } from "./normalized-chain.ts";
import type { SpecialTheory } from "./parts.ts";
import {
  describePath,
  type LayerFacts,
  type PathPlan,
  pathGaps,
  predictSegments,
  profileOf,
} from "./path/index.ts";

/** What is known of a network beyond plain chains. */
export interface SpecialNetwork {
  readonly graph: Graph;
  readonly layers: readonly NetworkLayer[];
  readonly plan: PathPlan;
  readonly facts: readonly LayerFacts[];
}

/** Below this share of layers theory says nothing about the whole. */
const REACH = 0.5;

/** Theory for the layers of a network; null where it reaches too few to say something about the whole. */
export function predictSpecial(
  { graph, layers, plan, facts }: SpecialNetwork,
  measurement: SignalMeasurement,
  stream: RandomStream,
): SpecialTheory | null {
  const { count } = measurement.input;
  if (isNormalizedChain(layers, facts, plan, count)) return predictNormalized(layers, facts, count);
  const segments = predictSegments(plan, facts, measurement, stream);
  const profile = profileOf(segments, measurement.layers);
  const reached = profile.filter((point) => point !== null).length;
  if (reached <= REACH * layers.length) return null;
  return {
    profile,
    statement: describePath(segments, layers),
    gaps: pathGaps(plan, graph, layers),
  };
}
