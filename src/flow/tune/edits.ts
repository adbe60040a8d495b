/**
 * Changes of an architecture that may keep more information, from the layers that lose most. Noise is fought by larger
 * kernels, average instead of maximum pooling, and more units to average over; averaging by less pooling, smaller kernels and strides, and
 * more units. A network that loses its input before its end may end earlier.
 */
import type { LayerSpec, NetworkSpec } from "../../networks/index.ts";
import type { LayerLoss } from "./losses.ts";

/** A proposed change. */
export interface ArchitectureEdit {
  /** "conv2: kernel 3 to 5". */
  readonly change: string;
  /** Why it is proposed. */
  readonly reason: string;
  readonly spec: NetworkSpec;
}

const WIDEN = 1.5;
const LARGEST_KERNEL = 7;

/** Index in `spec.layers` of every block of its chain, flattening left out. */
export function layerOfBlocks({ layers }: NetworkSpec): number[] {
  return layers.flatMap((layer, index) =>
    Array.from({ length: "repeat" in layer ? layer.repeat : 1 }, () => index),
  );
}

/**
 * Proposes changes for the layers at the top of a ranking.
 *
 * @param kinds kinds of the chain's blocks, so that flattening is not counted as a layer
 * @param reach depth that keeps the input, when it is lost before the end; null otherwise
 * @param most at most this many changes
 */
export function proposeEdits(
  spec: NetworkSpec,
  ranking: readonly LayerLoss[],
  kinds: readonly string[],
  { reach, most }: { readonly reach: number | null; readonly most: number },
): ArchitectureEdit[] {
  const layerOf = layerOfBlocks(spec);
  const seen = new Set<number>();
  const edits: ArchitectureEdit[] = [];
  for (const { block, name, loss, diagnosis } of ranking) {
    if (kinds[block - 1] === "flatten" || loss <= 0) continue;
    const flattened = kinds.slice(0, block - 1).filter((kind) => kind === "flatten").length;
    const index = layerOf[block - 1 - flattened];
    const layer = index === undefined ? undefined : spec.layers[index];
    if (layer === undefined || index === undefined || seen.has(index) || index === spec.layers.length - 1)
      continue;
    seen.add(index);
    const because = `${name} loses ${loss.toPrecision(2)} by ${diagnosis === "noise" ? "noise" : "averaging"}`;
    for (const [what, changed] of changesOf(layer, diagnosis)) {
      edits.push({
        change: `${name}: ${what}`,
        reason: because,
        spec: { ...spec, layers: spec.layers.map((old, i) => (i === index ? changed : old)) },
      });
    }
  }
  return [...depthEdit(spec, reach), ...edits].slice(0, most);
}

function changesOf(layer: LayerSpec, diagnosis: LayerLoss["diagnosis"]): [string, LayerSpec][] {
  const isNoise = diagnosis === "noise";
  switch (layer.type) {
    case "dense": {
      const width = Math.round(layer.width * WIDEN);
      return [[`width ${layer.width} to ${width}`, { ...layer, width }]];
    }
    case "pool": {
      const changes: [string, LayerSpec][] = [];
      if (layer.method === "max")
        changes.push(["maximum to average pooling", { ...layer, method: "average" }]);
      if (layer.method !== "global" && layer.size > 2 && !isNoise) {
        changes.push([`pooling over ${layer.size} to ${layer.size - 1}`, { ...layer, size: layer.size - 1 }]);
      }
      return changes;
    }
    case "conv":
    case "residual": {
      const changes: [string, LayerSpec][] = [];
      if (isNoise && layer.kernel + 2 <= LARGEST_KERNEL) {
        changes.push([
          `kernel ${layer.kernel} to ${layer.kernel + 2}`,
          { ...layer, kernel: layer.kernel + 2 },
        ]);
      }
      if (!isNoise && layer.kernel > 1) {
        changes.push([
          `kernel ${layer.kernel} to ${layer.kernel - 2}`,
          { ...layer, kernel: layer.kernel - 2 },
        ]);
      }
      if (!isNoise && layer.stride > 1)
        changes.push([`stride ${layer.stride} to 1`, { ...layer, stride: 1 }]);
      const channels = layer.type === "conv" ? layer.channels : layer.width;
      const more = Math.round(channels * WIDEN);
      changes.push([
        `channels ${channels} to ${more}`,
        layer.type === "conv" ? { ...layer, channels: more } : { ...layer, width: more },
      ]);
      return changes;
    }
    default:
      return [];
  }
}

/** Ends the repeated layer where the input is still there. */
function depthEdit(spec: NetworkSpec, reach: number | null): ArchitectureEdit[] {
  if (reach === null || reach < 1) return [];
  const repeats = spec.layers.map((layer) => ("repeat" in layer ? layer.repeat : 1));
  const index = repeats.indexOf(Math.max(...repeats));
  const before = repeats.slice(0, index).reduce((sum, repeat) => sum + repeat, 0);
  const repeat = Math.max(1, reach - before);
  if (repeat >= (repeats[index] as number)) return [];
  const layers = spec.layers.map(
    (layer, i): LayerSpec => (i === index ? ({ ...layer, repeat } as LayerSpec) : layer),
  );
  return [
    {
      change: `depth: ${repeats[index]} repetitions to ${repeat}`,
      reason: `the input is lost behind block ${reach}`,
      spec: { ...spec, layers },
    },
  ];
}
