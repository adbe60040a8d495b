/** An imported network with the parameters that theory recommends, as an ONNX file. */
import { UnsupportedOpError } from "../../base/index.ts";
import { type Graph, type ImportedModel, numbersOf, tensorOf, toOnnx } from "../../engine/index.ts";
import {
  describeModel,
  type NetworkLayer,
  type ReinitializeOptions,
  reinitialize,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { requireInitialization } from "./fix.ts";
import { planPath } from "./path/index.ts";
import { branchEnds } from "./recommend.ts";
import type { Diagnosis } from "./types.ts";

/**
 * Writes an imported network with newly drawn weights: critical ones, or in residual networks those that theory recommends.
 * Layers that no theory covers keep theirs. Batch normalisation behind new weights starts anew, as its statistics were those
 * of the old ones.
 *
 * @param importAt - imports the file with a batch of the given size, as `fromOnnx(file, { batch })` does.
 * @returns bytes of an ONNX file. Its batch size is open when the network does not contain it anywhere.
 * @throws UnsupportedOpError with the reason when no initialisation would help, or when no layer is covered
 */
export async function writeCriticalModel(
  importAt: (batch: number) => Promise<ImportedModel>,
  diagnosis: Diagnosis,
  stream: RandomStream,
): Promise<Uint8Array> {
  const { weightVariance, biasVariance, outerScale } = requireInitialization(diagnosis);
  const [one, two] = [await importAt(1), await importAt(2)];
  const scheme = {
    scheme: "gaussian",
    sigmaW2: weightVariance.value,
    sigmaB2: biasVariance.value,
    sigmaV2: null,
    sigmaA2: null,
  } as const;
  const source = openReshapes(one.graph, two.graph);
  const { graph, layers } = reinitialize(source, scheme, stream, placesOf(source, outerScale.value));
  if (layers.every(({ isReplaced }) => !isReplaced)) {
    throw new UnsupportedOpError(`fix: no layer of ${diagnosis.network.name} can be re-initialised`, {
      hint: layers.map(({ layer, reason }) => `${layer}: ${reason}`).join("; "),
    });
  }
  const isOpen = constantsOf(source) === constantsOf(openReshapes(two.graph, one.graph));
  const open = (name: string): (string | null)[] =>
    (graph.values.get(name)?.shape ?? []).map((_, axis) => (axis === 0 ? "batch" : null));
  const names = [...graph.inputs.map(({ name }) => name), ...graph.outputs];
  const symbolic = Object.fromEntries(names.map((name) => [name, open(name)]));
  return toOnnx(graph, isOpen ? { symbolic } : {});
}

/** Where the factor of outer layers goes: into the normalisation behind them where there is one, else into the weights. */
function placesOf(graph: Graph, outerScale: number): ReinitializeOptions {
  const structure = describeModel(graph);
  const plan = planPath(structure.layers, structure, graph.inputs[0]?.name ?? "");
  const ends = branchEnds(plan);
  const factorOf = ({ index }: NetworkLayer): number => (ends.has(index) ? outerScale : 1);
  const isNormalized = ({ normalization }: NetworkLayer): boolean => normalization === "batch";
  const reached = structure.layers.filter(({ index }) => !plan.uncovered.includes(index));
  return {
    ...(ends.size === 0 ? {} : { layers: reached.map(({ name }) => name) }),
    scale: (layer) => (isNormalized(layer) ? 1 : factorOf(layer)),
    gain2: (layer) => (isNormalized(layer) ? factorOf(layer) : null),
  };
}

/**
 * Targets of Reshape that begin with the batch size begin with -1 instead, which is inferred from the input: the two graphs are
 * the same network with different batches.
 */
function openReshapes(graph: Graph, other: Graph): Graph {
  const initializers = new Map(graph.initializers);
  for (const [name, tensor] of graph.initializers) {
    const [mine, theirs] = [tensor, other.initializers.get(name)].map((t) => t && Array.from(numbersOf(t)));
    const users = graph.nodes.filter(({ inputs }) => inputs.includes(name));
    const isTarget = users.every(({ op, inputs: [data = "", target] }) => {
      return op === "Reshape" && target === name && graph.values.get(data)?.shape[0] === mine?.[0];
    });
    if (mine === undefined || theirs === undefined || mine.length !== theirs.length || !isTarget) continue;
    const changed = mine.flatMap((size, axis) => (size === theirs[axis] ? [] : [axis]));
    if (changed.length !== 1 || changed[0] !== 0 || mine.includes(-1)) continue;
    initializers.set(name, tensorOf(tensor.dtype, tensor.shape, [-1, ...mine.slice(1)]));
  }
  return { ...graph, initializers };
}

/** Everything in a graph that could hold the batch size: integer constants and attributes. */
function constantsOf({ initializers, nodes }: Graph): string {
  const integers = [...initializers].flatMap(([name, { dtype, data }]) =>
    dtype === "int64" || dtype === "int32"
      ? [`${name} ${Array.from(data as ArrayLike<number | bigint>).join()}`]
      : [],
  );
  const attributes = nodes.map(({ op, attributes: all }) => `${op} ${JSON.stringify(all, plain)}`);
  return [...integers, ...attributes].join("\n");
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Map ? [...value.keys()] : value;
}
