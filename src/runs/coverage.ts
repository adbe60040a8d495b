/**
 * Which classes a generator reaches: a small classifier, trained on the real examples, sorts the generated ones. A generator
 * that has collapsed fills few classes.
 */
import type { Dataset } from "../data/index.ts";
import { createSession, type Tensor, toOnnx } from "../engine/index.ts";
import { bindParameters, buildNetwork, parseNetwork } from "../networks/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { trainSpec } from "./training.ts";

/** Sorts examples into classes. */
export interface ClassSorter {
  readonly classes: number;
  /** Share of the training examples that it sorts right. */
  readonly accuracy: number | null;
  /** Class of each example, row by row. */
  sort(inputs: Float32Array, count: number): Promise<Int32Array>;
}

/** Generated examples by class. */
export interface ClassCoverage {
  /** Share of each class. */
  readonly shares: readonly number[];
  /** Classes with at least a tenth of their share among equal ones. */
  readonly covered: number;
  /** exp(entropy of the shares): the number of equally filled classes. */
  readonly effective: number;
}

/** A class counts as covered from this part of 1 / classes on. */
const LEAST_PART = 0.1;
const BATCH = 100;
const STEPS = 600;

/** Trains the classifier: one hidden layer of 128 units, 600 steps of Adam with 100 examples. */
export async function trainSorter(
  data: Dataset,
  stream: RandomStream,
  { threads = 1, signal }: { readonly threads?: number; readonly signal?: AbortSignal } = {},
): Promise<ClassSorter> {
  const size = data.inputs.length / data.count;
  const classes = data.classes as number;
  const spec = parseNetwork(`${size}-128-${classes} relu init=he`);
  const batch = Math.min(BATCH, data.count);
  const training = await trainSpec(spec, data, stream, {
    ...{ batch, steps: STEPS, rate: 1e-3, optimizer: { kind: "adam" }, threads },
    ...(signal === undefined ? {} : { signal }),
  });
  const network = buildNetwork(spec, { batch });
  const bytes = toOnnx(bindParameters(network, Object.fromEntries(training.parameters)));
  return {
    classes,
    accuracy: training.train?.accuracy ?? null,
    sort: async (inputs, count) => {
      const session = await createSession(bytes, { threads });
      const result = new Int32Array(count);
      try {
        for (let first = 0; first < count; first += batch) {
          const data = new Float32Array(batch * size);
          data.set(inputs.subarray(first * size, Math.min(count, first + batch) * size));
          const outputs = await session.run({
            [network.input.name]: { dtype: "float32", shape: [batch, size], data },
          });
          const logits = (outputs[network.logits.name] as Tensor<"float32">).data;
          for (let row = 0; row < Math.min(batch, count - first); row++) {
            result[first + row] = largest(logits.subarray(row * classes, (row + 1) * classes));
          }
        }
      } finally {
        await session.release();
      }
      return result;
    },
  };
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, k) => (value > (values[best] as number) ? k : best), 0);
}

/**
 * Shares of the classes among sorted examples.
 *
 * @example
 * ```ts
 * import { coverageOf } from "isinglass/runs";
 *
 * coverageOf(Int32Array.of(0, 0, 1, 1), 4).covered; // => 2
 * coverageOf(Int32Array.of(0, 0, 1, 1), 4).effective; // => 2.0000
 * ```
 */
export function coverageOf(labels: Int32Array, classes: number): ClassCoverage {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const shares = counts.map((count) => count / labels.length);
  const entropy = shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
  return {
    shares,
    covered: shares.filter((share) => share >= LEAST_PART / classes).length,
    effective: Math.exp(entropy),
  };
}
