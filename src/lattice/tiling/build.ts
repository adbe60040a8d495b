/** A finite patch of a hyperbolic tiling as a graph, counted in edge layers (graph distance) or vertex layers. */
import { BudgetError, SpecError } from "../../base/index.ts";
import type { LayerKind } from "./boundary.ts";
import { type Centre, growPatch, type Patch } from "./grow.ts";
import { planLayers } from "./plan.ts";
import { requireHyperbolic } from "./schlafli.ts";

/** A patch of {p,q}: adjacency in compressed rows, numbered layer by layer. */
export interface Tiling extends Patch {
  readonly p: number;
  readonly q: number;
  readonly centre: Centre;
  /** What makes the next layer: cells that share an edge with the patch, or at least a vertex. */
  readonly by: LayerKind;
  readonly cells: number;
  /** Adjacent pairs inside the patch. */
  readonly bonds: number;
  /** Cells per layer, the centre first. */
  readonly perLayer: readonly number[];
}

/** Options of `buildTiling`. */
export interface TilingOptions {
  /** Default "edge". */
  readonly by?: LayerKind;
  /** Default "cell". */
  readonly centre?: Centre;
  /** Keep the spanning tree that coordinates need, 6 bytes a cell. Default true. */
  readonly tree?: boolean;
  /** Refuse to start above this many bytes. Default 20 GiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 20 * 2 ** 30;

/**
 * Builds `layers` layers of {p,q}, the centre (a cell, or the q cells round a vertex) being the first.
 *
 * Cost O(cells), with no coordinates and so no rounding at any depth.
 * @throws SpecError when {p,q} is not hyperbolic or `layers` is no positive integer.
 * @throws BudgetError when the estimate exceeds `maxBytes`; nothing is allocated before.
 * @example
 * ```ts
 * import { buildTiling } from "isinglass/lattice";
 * buildTiling(7, 3, 5).cells; // => 232
 * ```
 */
export function buildTiling(p: number, q: number, layers: number, options: TilingOptions = {}): Tiling {
  const { by = "edge", centre = "cell", tree = true, maxBytes = defaultMaxBytes } = options;
  requireHyperbolic(p, q);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(`tiling {${p},${q}}: layers is ${layers}, expected an integer of at least 1`);
  const bytes = estimateTilingBytes(p, q, layers, options);
  if (bytes > maxBytes)
    throw new BudgetError(
      `tiling {${p},${q}} with ${layers} ${by} layers needs about ${gibibytes(bytes)} GiB, allowed are ${gibibytes(maxBytes)} GiB`,
      { hint: "ask for fewer layers, or raise --max-memory", data: { bytes, maxBytes } },
    );
  const patch = growPatch(p, q, layers, { by, centre, tree });
  const { layerStart, neighbours } = patch;
  const perLayer = layerStart.slice(1).map((end, j) => end - (layerStart[j] as number));
  const cells = layerStart.at(-1) as number;
  return { ...patch, p, q, centre, by, cells, bonds: neighbours.length / 2, perLayer };
}

/**
 * Upper estimate of the bytes that `buildTiling` needs at its peak: while the last layer is added, the arrays of the
 * layers before exist twice. A cell of the last layer has at most four neighbours inside the patch.
 */
export function estimateTilingBytes(
  p: number,
  q: number,
  layers: number,
  options: TilingOptions = {},
): number {
  const { by = "edge", centre = "cell", tree = true } = options;
  const sizes = planLayers(p, q, layers, by, centre);
  const last = sizes.at(-1) ?? 0;
  const before = sizes.reduce((sum, cells) => sum + cells, 0) - last;
  const perCell = 4 + (tree ? 6 : 0);
  const boundary = 6 * p * (sizes.at(-2) ?? 0);
  return before * (perCell + 4 * p) * 2 + last * (perCell + 16) + boundary;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toPrecision(3);
}
