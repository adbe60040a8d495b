/** What kernels of networks with convolutions take, and which networks are dense ones. */
import type { WideKernels } from "../../kernels/index.ts";
import { denseMemory } from "./dense.ts";
import { type KernelMemory, type KernelRequest, resultBytes } from "./memory.ts";
import { compileNetwork, type WideProgram } from "./network.ts";
import type { WideNetwork } from "./network-layers.ts";
import type { DenseKernelSpec, LayerVariances } from "./types.ts";

/** Bytes that the states of one block may take. */
const BLOCK_BYTES = 2 ** 28;
/** Images of a block on the right at most: more do not run faster. */
const BLOCK_IMAGES = 512;
/** States alive at once: one and its successor, and one more for each level of residual blocks; K and Theta each. */
const LIVE = 4;

/**
 * Memory of a job on n and m images, before it runs: the matrices, and the covariances of one image with a block of others; for
 * dense networks as `denseMemory`, with `kernels.wide` of `loadKernels`.
 */
export function networkMemory(
  network: WideNetwork,
  rows: number,
  columns: number,
  request: KernelRequest = {},
  wide: WideKernels | null = null,
): KernelMemory {
  const program = compileNetwork(network);
  const dense = denseSpecOf(network);
  if (dense !== null) {
    return denseMemory(dense, rows, columns, network.input[0] as number, request, wide);
  }
  const results = resultBytes(rows, columns, request);
  const own = program.activations.reduce((sum, { positions }) => sum + positions, 0) * 8 * (rows + columns);
  const working = own + stateBytes(program) * blockOf(program, columns);
  return { results, working, total: results + working };
}

/** Bytes of the live states for one image on the right. */
function stateBytes({ isAll, widest, nesting }: WideProgram): number {
  return 8 * (LIVE + 2 * nesting) * (isAll ? widest * widest : widest);
}

/** Images on the right that are worked on together. */
export function blockOf(program: WideProgram, images: number): number {
  return Math.max(1, Math.min(images, BLOCK_IMAGES, Math.floor(BLOCK_BYTES / stateBytes(program))));
}

/** The dense network that a list of layers is, or null. */
export function denseSpecOf({ input, layers, parametrization }: WideNetwork): DenseKernelSpec | null {
  if (input.length !== 1) return null;
  const weights: LayerVariances[] = [];
  const activations = [];
  for (const [at, layer] of layers.entries()) {
    if (at % 2 === 0 && layer.type === "dense") weights.push(layer);
    else if (at % 2 === 1 && layer.type === "activation") activations.push(layer.activation);
    else return null;
  }
  if (weights.length !== activations.length + 1) return null;
  return { activations, layers: weights, ...(parametrization === undefined ? {} : { parametrization }) };
}
