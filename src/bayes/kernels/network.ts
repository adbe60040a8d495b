/**
 * What the layers of a network of infinite width do to covariances between positions (Novak et al. 2019,
 * arXiv:1810.05148, section 2; Arora et al. 2019, arXiv:1904.11955, section 4). With V the covariance behind an activation,
 *
 *     convolution:  K[p, q] = b + w / (window) sum_d V[p + d, q + d]      (0 beyond the edge, or around it)
 *     pool:         K[P, Q] = mean over p in P and q in Q of V[p, q]
 *     flatten:      K = mean over p of V[p, p]
 *     residual:     K = K_branch + K_skip, for branches with weights of their own.
 *
 * An activation needs Gaussian values in front of it, which sums of many weights are. A skip connection that adds activated values to
 * them (y = f(W x) + x with x behind an activation) leaves a sum that is not Gaussian, and another activation on it is refused.
 */
import { ShapeError, UnsupportedOpError } from "../../base/index.ts";
import type { PositionSum } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import type { WideNetwork, WideNetworkLayer } from "./network-layers.ts";
import { type WeightMaps, weightMaps } from "./weight-maps.ts";
import { convolutionWindows, poolWindows } from "./windows.ts";

/** What is done to covariances. */
export type WideStep =
  | { readonly kind: "sum"; readonly sum: PositionSum }
  | { readonly kind: "activate"; readonly activation: Activation; readonly index: number }
  | { readonly kind: "residual"; readonly branch: readonly WideStep[]; readonly skip: readonly WideStep[] };

/** A network ready to be evaluated. */
export interface WideProgram {
  readonly channels: number;
  /** Positions of the input. */
  readonly positions: number;
  /** Whether covariances of different positions are needed, which pools do. */
  readonly isAll: boolean;
  readonly steps: readonly WideStep[];
  /** Positions at each activation, in order of `index`. */
  readonly activations: readonly { readonly activation: Activation; readonly positions: number }[];
  /** Whether a pool stands before an activation. */
  readonly poolsInside: boolean;
  /** Most positions of any layer, and how deep residual blocks are nested. */
  readonly widest: number;
  readonly nesting: number;
}

interface Size {
  readonly height: number;
  readonly width: number;
  /** As the parametrisation states them; 1 in the NTK parametrisation, which needs none. */
  readonly channels: number;
  /** Whether no weights have acted yet. */
  readonly isInput: boolean;
  /** Whether the values are Gaussian, jointly for all inputs: behind weights, not behind an activation. */
  readonly isGaussian: boolean;
}

interface Context {
  isAll: boolean;
  readonly activations: { activation: Activation; positions: number }[];
  poolsInside: boolean;
  hasPooled: boolean;
  widest: number;
  readonly weights: WeightMaps;
}

/** Checks a network and prepares it; throws ShapeError or SpecError naming the layer that does not fit. */
export function compileNetwork(network: WideNetwork): WideProgram {
  const [channels, height, width, ...more] =
    network.input.length === 1 ? [network.input[0], 1, 1] : network.input;
  const sizes = [channels, height, width];
  if (more.length > 0 || !sizes.every((n) => Number.isInteger(n) && (n as number) >= 1)) {
    throw new ShapeError(
      `kernel: received inputs of shape [${network.input.join(", ")}], expected [features] or [channels, height, width]`,
    );
  }
  const start = {
    height: height as number,
    width: width as number,
    channels: channels as number,
    isInput: true,
    isGaussian: false,
  };
  const positions = start.height * start.width;
  const context: Context = {
    isAll: needsAll(network.layers),
    activations: [],
    poolsInside: false,
    hasPooled: false,
    widest: positions,
    weights: weightMaps(network),
  };
  const { steps, size } = compileLayers(network.layers, start, context, "layer");
  if (size.height * size.width !== 1) {
    throw new ShapeError(
      `kernel: the network ends with images of ${size.height} x ${size.width}, expected a vector`,
      { hint: "end with flatten or a global average pool and a dense layer" },
    );
  }
  return {
    channels: channels as number,
    positions,
    isAll: context.isAll,
    steps,
    activations: context.activations,
    poolsInside: context.poolsInside,
    widest: context.widest,
    nesting: nestingOf(steps),
  };
}

function needsAll(layers: readonly WideNetworkLayer[]): boolean {
  return layers.some((layer) => {
    if (layer.type === "residual") return needsAll(layer.branch) || needsAll(layer.skip ?? []);
    return layer.type === "average-pool" || layer.type === "global-average-pool";
  });
}

function nestingOf(steps: readonly WideStep[]): number {
  return steps.reduce(
    (most, step) =>
      step.kind === "residual" ? Math.max(most, 1 + nestingOf(step.branch), 1 + nestingOf(step.skip)) : most,
    0,
  );
}

function compileLayers(
  layers: readonly WideNetworkLayer[],
  from: Size,
  context: Context,
  where: string,
): { readonly steps: readonly WideStep[]; readonly size: Size } {
  const steps: WideStep[] = [];
  let size = from;
  layers.forEach((layer, at) => {
    const name = `${where} ${at + 1}`;
    const next = compileLayer(layer, size, context, name);
    steps.push(next.step);
    size = next.size;
    context.widest = Math.max(context.widest, size.height * size.width);
  });
  return { steps, size };
}

interface Compiled {
  readonly step: WideStep;
  readonly size: Size;
}

function compileLayer(layer: WideNetworkLayer, size: Size, context: Context, name: string): Compiled {
  const positions = size.height * size.width;
  const everywhere = {
    outs: 1,
    ins: positions,
    taps: positions,
    table: Int32Array.from({ length: positions }, (_, p) => p),
  };
  const alike = context.isAll ? "alike" : "same";
  const point: Size = { ...size, height: 1, width: 1 };
  switch (layer.type) {
    case "dense": {
      const { channels, ...map } = context.weights.next(layer, positions, size);
      return {
        step: { kind: "sum", sum: { ...everywhere, mode: alike, ...map } },
        size: { ...point, channels, isInput: false, isGaussian: true },
      };
    }
    case "flatten":
      return {
        step: {
          kind: "sum",
          sum: { ...everywhere, mode: alike, scale: 1 / positions, shift: 0, tangent: null },
        },
        size: { ...point, channels: size.channels * positions },
      };
    case "global-average-pool":
      context.hasPooled ||= positions > 1;
      return {
        step: {
          kind: "sum",
          sum: { ...everywhere, mode: "free", scale: 1 / positions ** 2, shift: 0, tangent: null },
        },
        size: point,
      };
    case "average-pool":
      return compilePool(layer.size, size, context, name);
    case "convolution": {
      const { table, taps, out } = convolutionWindows(layer, size, name);
      const { channels, ...map } = context.weights.next(layer, taps, size);
      const sum: PositionSum = {
        mode: alike,
        outs: out.height * out.width,
        ins: positions,
        taps,
        table,
        ...map,
      };
      return { step: { kind: "sum", sum }, size: { ...out, channels, isInput: false, isGaussian: true } };
    }
    case "activation": {
      if (!size.isGaussian) {
        throw new UnsupportedOpError(
          `kernel, ${name}: received the activation ${layer.activation.name} on values that are not Gaussian, expected weights in front of it`,
          {
            hint: "put a dense layer or convolution before it; on a skip connection too (a projection), or take blocks y = x + V f(W x)",
          },
        );
      }
      const index = context.activations.length;
      context.poolsInside ||= context.hasPooled;
      context.activations.push({ activation: layer.activation, positions });
      return {
        step: { kind: "activate", activation: layer.activation, index },
        size: { ...size, isGaussian: false },
      };
    }
    case "residual": {
      const branch = compileLayers(layer.branch, size, context, `${name}, branch`);
      const skip = compileLayers(layer.skip ?? [], size, context, `${name}, skip connection`);
      if (branch.size.height !== skip.size.height || branch.size.width !== skip.size.width) {
        throw new ShapeError(
          `kernel, ${name}: the branch ends with ${branch.size.height} x ${branch.size.width} positions and the skip connection with ${skip.size.height} x ${skip.size.width}, expected equal sizes`,
        );
      }
      if (context.weights.areKnown && branch.size.channels !== skip.size.channels) {
        throw new ShapeError(
          `kernel, ${name}: the branch ends with ${branch.size.channels} channels and the skip connection with ${skip.size.channels}, expected equal numbers`,
        );
      }
      return {
        step: { kind: "residual", branch: branch.steps, skip: skip.steps },
        size: {
          ...branch.size,
          isInput: branch.size.isInput && skip.size.isInput,
          isGaussian: branch.size.isGaussian && skip.size.isGaussian,
        },
      };
    }
    default: {
      const { type } = layer as { type: string };
      throw new UnsupportedOpError(`kernel, ${name}: received a layer of type "${type}"`, {
        hint: "known: dense, convolution, activation, average-pool, global-average-pool, flatten, residual",
      });
    }
  }
}

function compilePool(window: number, size: Size, context: Context, name: string): Compiled {
  const { table, taps, out } = poolWindows(window, size, name);
  context.hasPooled ||= window > 1;
  const sum: PositionSum = {
    mode: "free",
    outs: out.height * out.width,
    ins: size.height * size.width,
    taps,
    table,
    scale: 1 / taps ** 2,
    shift: 0,
    tangent: null,
  };
  return { step: { kind: "sum", sum }, size: { ...size, ...out } };
}
