/** Rearranges lists of layers: equal neighbours become one with a count, an encoder gets its mirror image. */
import type { LayerSpec } from "./types.ts";

/** Joins neighbours that differ in `repeat` only. */
export function mergeEqual(layers: readonly LayerSpec[]): LayerSpec[] {
  const merged: LayerSpec[] = [];
  for (const layer of layers) {
    const last = merged.at(-1);
    const sameButRepeat = (a: LayerSpec): string => JSON.stringify({ ...a, repeat: 0 });
    if (
      last !== undefined &&
      "repeat" in last &&
      "repeat" in layer &&
      sameButRepeat(last) === sameButRepeat(layer)
    ) {
      merged[merged.length - 1] = { ...last, repeat: last.repeat + layer.repeat };
    } else merged.push(layer);
  }
  return merged;
}

/** An autoencoder given by its encoder alone gets the mirror image as decoder. */
export function mirrored(input: readonly number[], layers: readonly LayerSpec[]): readonly LayerSpec[] {
  const width = input[0] as number;
  const last = layers.at(-1);
  if (input.length !== 1 || last?.type !== "dense" || last.width === width) return layers;
  if (layers.some((layer) => layer.type !== "dense")) return layers;
  const back = layers.slice(0, -1).reverse();
  return mergeEqual([...layers, ...back, { type: "dense", width, repeat: 1 }]);
}
