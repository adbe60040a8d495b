/**
 * How theory walks through a network that is no plain chain: segments of weight layers and residual blocks that are joined
 * without anything else between. Where an operator stands in between that no theory covers (pooling, a gate), a segment
 * ends, and the next one starts from what is measured there.
 */
import type { NetworkLayer, NetworkWiring, ResidualBlock } from "../../../networks/index.ts";

/** A weight layer by its index, or a residual block. */
export type PlannedStep =
  | { readonly kind: "layer"; readonly layer: number }
  | { readonly kind: "block"; readonly block: ResidualBlock };

/** Steps that follow each other directly. */
export interface PlannedSegment {
  /** Name of the value that enters. */
  readonly start: string;
  /** Activation that the value before the uncovered operator had; null for the network's input. */
  readonly shape: string | null;
  readonly steps: readonly PlannedStep[];
}

/** The walk through a network. */
export interface PathPlan {
  readonly segments: readonly PlannedSegment[];
  /** Indices of layers that no step covers. */
  readonly uncovered: readonly number[];
  /** Values that later segments start from. */
  readonly anchors: readonly string[];
}

/** Whether the recursions can follow a layer. */
function isCovered({ groups, kind, normalization }: NetworkLayer): boolean {
  return groups === 1 && kind !== "conv-transpose" && normalization !== "layer";
}

/** Plans the walk. `input` is the name of the network's data input. */
export function planPath(
  layers: readonly NetworkLayer[],
  { blocks, origins }: NetworkWiring,
  input: string,
): PathPlan {
  const segments: { start: string; shape: string | null; steps: PlannedStep[] }[] = [];
  const uncovered: number[] = [];
  const done = new Set<number>();
  /** The value that the last step left, and its activation; null after something that is not covered. */
  let current: string | null = input;
  let shape: string | null = null;
  const append = (step: PlannedStep, from: string): void => {
    const open = segments.at(-1);
    if (open === undefined || from !== current) segments.push({ start: from, shape, steps: [step] });
    else open.steps.push(step);
  };
  for (const layer of layers) {
    if (done.has(layer.index)) continue;
    const members = layer.block === null ? [layer] : layers.filter(({ block }) => block === layer.block);
    for (const { index } of members) done.add(index);
    const block = blocks.find((candidate) => candidate.block === layer.block);
    if (!members.every(isCovered) || (layer.block !== null && block === undefined)) {
      uncovered.push(...members.map(({ index }) => index));
      current = null;
      shape = members.at(-1)?.activation ?? null;
    } else if (block !== undefined) {
      append({ kind: "block", block }, block.input);
      current = block.output;
      shape = block.activation;
    } else {
      append({ kind: "layer", layer: layer.index }, origins[layer.index] as string);
      current = layer.postActivation;
      shape = layer.activation;
    }
  }
  const anchors = segments.map(({ start }) => start).filter((start) => start !== input);
  return { segments, uncovered, anchors: [...new Set(anchors)] };
}
