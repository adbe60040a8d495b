/** An imported network with the parameters that theory recommends, as an ONNX file. */
import { UnsupportedOpError } from "../../base/index.ts";
import { type Graph, type ImportedModel, toOnnx } from "../../engine/index.ts";
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
  const { graph, layers } = reinitialize(one.graph, scheme, stream, placesOf(one.graph, outerScale.value));
  if (layers.every(({ isReplaced }) => !isReplaced)) {
    throw new UnsupportedOpError(`fix: no layer of ${diagnosis.network.name} can be re-initialised`, {
      hint: layers.map(({ layer, reason }) => `${layer}: ${reason}`).join("; "),
    });
  }
  const isOpen = constantsOf(one.graph) === constantsOf(two.graph);
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
