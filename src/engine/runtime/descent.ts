/**
 * Gradient descent outside the graph: for every step the graph makes the gradients of one minibatch, and Adam changes
 * the parameters in place. The minibatches of all steps lie one behind another in resident tensors.
 */
import { sizeOf } from "../tensor.ts";
import type { AdamArrays } from "./arena.ts";
import type { Descent, Tensors } from "./messages.ts";
import type { OrtTensor, OrtTensorClass, Store } from "./store.ts";

/** A prepared graph as far as it is used here. */
export interface Runnable {
  readonly inputNames: readonly string[];
  /** Runs once; outputs that are given are written where they are. */
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    outputs: Readonly<Record<string, OrtTensor>>,
  ): Promise<void>;
}

/** Where a gradient is written. */
interface GradientPlace {
  readonly output: string;
  readonly tensor: OrtTensor;
  readonly arrays: AdamArrays;
}

const SCALAR: readonly number[] = [];
const float32 = (tensor: OrtTensor): Float32Array => tensor.data as Float32Array;

/** Makes all steps; returns the recorded scalars of each. */
export async function descend(
  session: Runnable,
  store: Store,
  Tensor: OrtTensorClass,
  { steps, slices, parameters, rates, epsilons, decays, records }: Descent,
): Promise<Tensors> {
  const fixed = Object.fromEntries(
    session.inputNames.flatMap((name) => {
      const value = store.get(parameters.find(({ input }) => input === name)?.value ?? name);
      return name in slices || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const places = parameters.map(({ value, mean, square, output, gradient }): GradientPlace => {
    const { dims, size } = store.require(value);
    const [p, m, v, g] = [value, mean, square, gradient].map((name) => store.requirePlaced(name, size));
    const arrays = { parameter: p, mean: m, square: v, gradient: g } as AdamArrays;
    return { output, tensor: new Tensor("float32", arrays.gradient, dims), arrays };
  });
  const recorded = records.map((name) => ({ name, values: new Float32Array(steps) }));
  const streams = Object.entries(slices).map(([name, slice]) => ({
    name,
    ...slice,
    size: sizeOf(slice.shape),
    data: float32(store.require(slice.of)),
  }));
  const outputs = Object.fromEntries(places.map(({ output, tensor }) => [output, tensor]));
  for (let step = 0; step < steps; step++) {
    const feeds = { ...fixed };
    for (const { name, data, start, stride, size, shape } of streams) {
      const at = start + step * stride;
      feeds[name] = new Tensor("float32", data.subarray(at, at + size), shape);
    }
    for (const { name, values } of recorded) {
      outputs[name] = new Tensor("float32", values.subarray(step, step + 1), SCALAR);
    }
    await session.run(feeds, outputs);
    for (const { arrays } of places) {
      store.arena.adamStep(arrays, rates[step] as number, epsilons[step] as number, decays);
    }
  }
  return Object.fromEntries(
    recorded.map(({ name, values }) => [name, { dtype: "float32", shape: [steps], data: values }]),
  );
}
