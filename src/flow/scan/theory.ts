/** What mean-field theory says about a network whose flow is measured: phase and depth scale (Schoenholz et al. 2017). */
import type { Graph } from "../../engine/index.ts";
import {
  type Activation,
  buildNetwork,
  layersOf,
  type NetworkLayer,
  type NetworkSpec,
  parametrizationOfLayers,
} from "../../networks/index.ts";
import {
  boundDepth,
  coverageOf,
  type DepthBound,
  estimateVariances,
  hiddenWidth,
  type MeanField,
  type Phase,
  solveMeanField,
} from "../../signal/index.ts";

/** Theory beside a flow. */
export interface FlowTheory {
  readonly activation: string;
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly phase: Phase;
  readonly chi1: number;
  /** Layers over which correlations settle. */
  readonly xiC: number;
  /** 6 xi_c, or what stands for it where correlations do not decay exponentially. */
  readonly maxDepth: number;
  /** The smaller of `maxDepth` and the depth that the width bears (as many layers as units). */
  readonly depthBound: DepthBound;
  readonly references: MeanField["references"];
}

/** Theory, or why there is none. */
export interface TheoryCoverage {
  /** Units of the hidden layers (harmonic mean) of a dense network, which bound its depth; null for other networks. */
  readonly width: number | null;
  /** The common activation of the hidden layers; null when theory does not hold. */
  readonly activation: Activation | null;
  readonly gaps: readonly string[];
}

/** Whether the theory of plain chains covers a network. */
export function theoryCoverage(layers: readonly NetworkLayer[]): TheoryCoverage {
  const { activation, gaps } = coverageOf(layers);
  const isDense = layers.every(({ kind }) => kind === "dense");
  return { activation, gaps, width: isDense ? hiddenWidth(layers) : null };
}

/**
 * Phase and depth scale at given variances.
 *
 * @param width units of the dense hidden layers, which bound the depth too; null at infinite width
 */
export function predictFlow(
  activation: Activation,
  sigmaW2: number,
  sigmaB2: number,
  width: number | null = null,
): FlowTheory {
  const field = solveMeanField(activation, { sigmaW2, sigmaB2 });
  const { phase, chi1, xiC, maxDepth, references } = field;
  return {
    ...{ activation: activation.name, sigmaW2, sigmaB2, phase },
    ...{ chi1: chi1.value, xiC: xiC.value, maxDepth: maxDepth.value, references },
    depthBound: boundDepth(field, width === null ? null : { units: width }),
  };
}

/** Variances that stand for a whole network. */
export interface TypicalVariances {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
}

/** Mean variances of the hidden layers of a specification. */
export function variancesOfSpec(spec: NetworkSpec): TypicalVariances {
  const { layers, parameters } = buildNetwork(spec, { batch: 1 });
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const stated = parametrizationOfLayers(
    layers,
    ({ weight }) => shapes.get(weight) ?? [],
    spec.initialization,
  );
  return hiddenMean(stated);
}

/** Mean variances of the hidden layers of an imported model, estimated from its weights; null without weight layers. */
export function variancesOfModel(graph: Graph): TypicalVariances | null {
  const layers = layersOf(graph);
  if (layers.length === 0) return null;
  return hiddenMean(
    estimateVariances(graph, layers).map(({ sigmaW2, sigmaB2 }) => ({
      sigmaW2: sigmaW2.value,
      sigmaB2: sigmaB2?.value ?? 0,
    })),
  );
}

function hiddenMean(layers: readonly TypicalVariances[]): TypicalVariances {
  const hidden = layers.length > 2 ? layers.slice(1, -1) : layers;
  const mean = (pick: (layer: TypicalVariances) => number): number =>
    hidden.reduce((sum, layer) => sum + pick(layer), 0) / hidden.length;
  return { sigmaW2: mean(({ sigmaW2 }) => sigmaW2), sigmaB2: mean(({ sigmaB2 }) => sigmaB2) };
}
