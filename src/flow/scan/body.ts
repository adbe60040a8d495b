/** The depth of a specification: the layer that is repeated most often is its body, and what changes when depth is scanned. */
import { SpecError } from "../../base/index.ts";
import { formatNetwork, type LayerSpec, type NetworkSpec } from "../../networks/index.ts";

/** The layer that is repeated most often, and the number of blocks before it. */
export function bodyOf({ layers }: NetworkSpec): {
  readonly index: number;
  readonly repeat: number;
  readonly before: number;
} {
  const repeats = layers.map((layer) => ("repeat" in layer ? layer.repeat : 1));
  const index = repeats.indexOf(Math.max(...repeats));
  return {
    index,
    repeat: repeats[index] as number,
    before: repeats.slice(0, index).reduce((sum, repeat) => sum + repeat, 0),
  };
}

/**
 * A specification cut to a depth of its map: the repeated layer ends there, the head follows. Both halves of an autoencoder
 * are cut alike, so that its depth counts all of its blocks but the last.
 *
 * @throws SpecError for a depth outside the repeated layer
 */
export function specAtDepth(spec: NetworkSpec, depth: number): NetworkSpec {
  const { index, repeat, before } = bodyOf(spec);
  const mirror = mirrorOf(spec, index);
  const outside = mirror === null ? before : blocksOf(spec) - 1 - 2 * repeat;
  const step = mirror === null ? 1 : 2;
  const wanted = (depth - outside) / step;
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= repeat)) {
    const [first, last] = [outside + step, outside + step * repeat];
    throw new SpecError(
      `flow: depth ${depth} of ${formatNetwork(spec)}, expected a whole number from ${first} to ${last}${step === 1 ? "" : ` in steps of ${step}`}`,
      { hint: "the depth of the layer that is repeated most often is what changes" },
    );
  }
  const layers = spec.layers.map(
    (layer, i): LayerSpec =>
      i === index || i === mirror ? ({ ...layer, repeat: wanted } as LayerSpec) : layer,
  );
  return { ...spec, layers };
}

function blocksOf({ layers }: NetworkSpec): number {
  return layers.reduce((sum, layer) => sum + ("repeat" in layer ? layer.repeat : 1), 0);
}

/** The layer of an autoencoder that mirrors another; null for other networks. */
function mirrorOf({ kind, layers }: NetworkSpec, index: number): number | null {
  const mirror = layers.length - 2 - index;
  const [own, other] = [layers[index], layers[mirror]];
  if (kind !== "autoencoder" || mirror === index || own === undefined || other === undefined) return null;
  return "repeat" in own && "repeat" in other && own.repeat === other.repeat ? mirror : null;
}

/**
 * A specification whose body is repeated `repeat` times.
 *
 * @throws SpecError for anything but a whole number of at least 1
 * @example
 * ```ts
 * import { formatNetwork, parseNetwork } from "isinglass/networks";
 * import { repeatBody } from "isinglass/flow";
 * formatNetwork(repeatBody(parseNetwork("784-100x3-10 tanh sw2=1.7"), 5)); // => "mlp:784-100x5-10 tanh init=gaussian sw2=1.7"
 * ```
 */
export function repeatBody(spec: NetworkSpec, repeat: number): NetworkSpec {
  if (!(Number.isInteger(repeat) && repeat >= 1)) {
    throw new SpecError(`flow: a body of ${repeat} layers, expected a whole number of at least 1`);
  }
  const { index } = bodyOf(spec);
  const layers = spec.layers.map(
    (layer, i): LayerSpec => (i === index && "repeat" in layer ? { ...layer, repeat } : layer),
  );
  return { ...spec, layers };
}
